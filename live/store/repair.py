"""After a crash: every session whole again up to its last half second, and the catalogue true.

Runs when the store is opened. What is damaged is named and left as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from live.errors import StoreError
from live.store.catalogue import Kept, State
from live.store.consent import Consent, Keep, Setting
from live.store.erase import erase
from live.store.sealed import said
from live.store.store import Store, exclusive
from live.store.writing import close_up
from live.types import Event, Samples

Summarise = Callable[[Iterable[Event], Samples, Mapping[str, Any]], Mapping[str, Any]]
"""A session's summary from its events, its duration and its conditions."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """A session that ended without being closed."""

    kept: Kept


@dataclass(frozen=True, slots=True)
class Damaged:
    """A session whose file cannot be read."""

    kept: Kept
    error: StoreError


Finding = Repaired | Damaged


def repair(store: Store, summarise: Summarise) -> list[Finding]:
    """Close up what a crash left open; what was found, to be said.

    Raises `StoreError` when another program is doing the same and does not end.
    """
    if not _needed(store):
        return []
    with exclusive(store.places):
        return list(_repaired(store, summarise))


def _needed(store: Store) -> bool:
    """Quick: most of the time there is nothing to do."""
    known = {kept.uid: kept.state for kept in store.catalogue.sessions()}
    files = set(store.places.uids())
    open_ones = {uid for uid, state in known.items() if state in (State.RUNNING, State.DELETING)}
    gone = {uid for uid, state in known.items() if state is State.OVER} - files
    back = {uid for uid, state in known.items() if state is State.LOST} & files
    drafts = any(store.places.sessions.glob("*.new"))
    return bool(open_ones or gone or back or files - known.keys() or drafts)


def _repaired(store: Store, summarise: Summarise) -> Iterable[Finding]:
    known = {kept.uid: kept for kept in store.catalogue.sessions()}
    for uid in store.places.uids():
        if uid not in known and not store.is_running(uid):
            kept = _adopted(store, uid)
            if kept is not None:
                known[uid] = kept
    for kept in known.values():
        if kept.state is State.DELETING:
            erase(store, kept)
        elif kept.state is State.RUNNING and not store.is_running(kept.uid):
            yield _closed(store, kept, summarise)
        elif kept.state is State.OVER and not store.places.session(kept.uid).exists():
            yield _lost(store, kept, StoreError(f"The file of session {kept.number} is gone."))
        elif kept.state is State.LOST and _is_readable(store, kept):  # put back from a copy
            yield _closed(store, kept, summarise)
    _sweep(store)


def _closed(store: Store, kept: Kept, summarise: Summarise) -> Finding:
    """A session that nobody writes any more becomes one that is over."""
    try:
        with store.file(kept, "rw") as file:
            head = file.head()
            duration = Samples(int(head["position"]))
            over = bool(head.get("over"))
            interrupted = bool(head.get("interrupted")) if over else True
            summary = head.get("summary") if over else None
            if summary is None:
                summary = summarise(file.events(), duration, head.get("conditions", {}))
            close_up(file, summary)
    except StoreError as error:
        return _lost(store, kept, error)
    store.catalogue.over(kept.uid, duration, summary, interrupted=interrupted)
    store.places.running(kept.uid).unlink(missing_ok=True)
    return Repaired(replace(kept, duration=duration, summary=summary, state=State.OVER))


def _is_readable(store: Store, kept: Kept) -> bool:
    try:
        store.file(kept).close()
    except StoreError:
        return False
    return True


def _lost(store: Store, kept: Kept, error: StoreError) -> Finding:
    store.catalogue.mark(kept.uid, State.LOST)
    return Damaged(kept, error)


def _adopted(store: Store, uid: str) -> Kept | None:
    """A session that has a file and is not in the catalogue, from what its file says."""
    try:
        with store.file_of(uid) as file:
            head = file.head()
            kept = _kept(uid, head)
            person, plain = kept.person, head.get("consent")
            if person is not None and plain and store.catalogue.in_force(person) is None:
                store.catalogue.agree(Consent.from_plain(person, plain))
    except (StoreError, KeyError, TypeError, ValueError):
        return None  # not ours to read, or damaged: it stays where it is
    return store.catalogue.add(kept)


def _kept(uid: str, head: Mapping[str, Any]) -> Kept:
    return Kept(
        uid,
        datetime.fromisoformat(head["began"]),
        str(head["kind"]),
        str(head["name"]),
        Setting(head["setting"]),
        head["person"],
        Keep(head["keep"]),
        str(head["origin"]),
    )


def _sweep(store: Store) -> None:
    """Drafts of sessions that ended before their first moment, and locks nobody holds."""
    with said(store.places.sessions):
        for draft in store.places.sessions.glob("*.new*"):
            if not store.is_running(draft.stem.partition(".")[0]):
                draft.unlink(missing_ok=True)
        for lock in store.places.sessions.glob("*.lock"):
            if not store.is_running(lock.stem):
                lock.unlink(missing_ok=True)
