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
from live.store.erase import finish, lessen
from live.store.sealed import BusyError, said
from live.store.store import Store, exclusive
from live.store.writing import close_up
from live.types import Event, Samples

_LEFT = ("*.new*", "*.lock")
"""What a session leaves that ended before its first moment, or without saying so."""
Summarise = Callable[[Iterable[Event], Samples, Mapping[str, Any]], Mapping[str, Any]]
"""A session's summary from its events, its duration and its conditions."""


@dataclass(frozen=True, slots=True)
class Repaired:
    """A session that is whole again in the catalogue."""

    kept: Kept
    broken: bool = True
    """It ended without being closed; otherwise it was only unknown, or its file was away."""


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
    unfinished = (State.RUNNING, State.LESS, State.DELETING)
    open_ones = {uid for uid, state in known.items() if state in unfinished}
    gone = {uid for uid, state in known.items() if state is State.OVER} - files
    back = {uid for uid, state in known.items() if state is State.LOST} & files
    left = any(path for end in _LEFT for path in store.places.sessions.glob(end))
    return bool(open_ones or gone or back or files - known.keys() or left)


def _repaired(store: Store, summarise: Summarise) -> Iterable[Finding]:
    for kept, error in list(finish(store)):
        if not isinstance(error, BusyError):
            yield _lost(store, kept, error)
    known = {kept.uid: kept for kept in store.catalogue.sessions()}
    for uid in store.places.uids():
        # A session that is not running has written all it will into the catalogue: look again.
        if uid not in known and not store.is_running(uid) and not store.catalogue.of_uid(uid):
            kept_by_file = _adopted(store, uid)
            if kept_by_file is not None:
                known[uid] = kept_by_file
    for kept in known.values():
        if kept.state is State.RUNNING and not store.is_running(kept.uid):
            if store.catalogue.of_uid(kept.uid) == kept:
                yield from _closed(store, kept, summarise)
        elif kept.state is State.OVER and not store.places.session(kept.uid).exists():
            yield _lost(store, kept, StoreError(f"The file of session {kept.number} is gone."))
        elif kept.state is State.LOST and _is_readable(store, kept):  # put back from a copy
            yield from _closed(store, kept, summarise)
    _sweep(store)


def _closed(store: Store, kept: Kept, summarise: Summarise) -> Iterable[Finding]:
    """A session that nobody writes any more becomes one that is over.

    While another program reads it, it stays as it is until the store is opened next.
    """
    try:
        with store.file(kept, "rw") as file:
            head = file.head()
            duration = Samples(int(head["position"]))
            over = bool(head.get("over"))
            interrupted = bool(head.get("interrupted")) if over else True
            summary = head.get("summary") if over else None
            if summary is None:
                summary = summarise(file.events(), duration, head.get("conditions", {}))
            close_up(file, summary, broken=not over)
        if head.get("keep") != kept.keep.value:  # a copy from before something was deleted
            lessen(store, kept)
    except BusyError:
        return
    except StoreError as error:
        yield _lost(store, kept, error)
        return
    store.catalogue.over(kept.uid, duration, summary, interrupted=interrupted)
    found = replace(kept, duration=duration, summary=summary, state=State.OVER)
    yield Repaired(found, broken=not over)


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
            # Somebody who is known may have withdrawn since.
            if person is not None and plain and not store.catalogue.consents(person):
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
            store.clear(lock.stem)
