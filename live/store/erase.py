"""Real deletion: gone from the files, from SQLite's journals and from its free pages.

A session is a file, so most of it is deleting files. Where a part of a file goes, the whole file is
written anew, as rows leave copies behind in pages beside them. The key of deleted audio goes with
it, so a copy of the audio elsewhere (a backup) can no longer be read either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from live.errors import StoreError
from live.store.catalogue import Kept, State
from live.store.consent import Keep
from live.store.sealed import said
from live.store.store import Store, exclusive


def erase_sessions(store: Store, chosen: Sequence[Kept]) -> list[Kept]:
    """Delete sessions whole; those that were deleted. Raises `StoreError`, then some may be left.

    One that is being written right now is left alone: it is not in the answer.
    """
    with exclusive(store.places):
        idle = [kept for kept in chosen if not store.is_running(kept.uid)]
        for kept in idle:
            erase(store, kept)
        if idle:
            store.catalogue.rewrite()
    return idle


def erase(store: Store, kept: Kept) -> None:
    """One session; a crash in the middle is finished at the next opening.

    Under `exclusive`; the caller lets the catalogue be rewritten.
    """
    store.catalogue.mark(kept.uid, State.DELETING)
    with said(store.places.sessions):
        for path in store.places.of(kept.uid):
            path.unlink(missing_ok=True)
    store.catalogue.drop(kept.uid)


def erase_audio(store: Store, chosen: Iterable[Kept]) -> list[Kept]:
    """Delete what is kept of sessions' voices; those that had any."""
    with exclusive(store.places):
        held = [k for k in chosen if k.keep is Keep.AUDIO and not store.is_running(k.uid)]
        for kept in held:
            with said(store.places.audio(kept.uid)):
                store.places.audio(kept.uid).unlink(missing_ok=True)
            with store.file(kept, "rw") as file:
                file.forget_audio()
            store.catalogue.keeps(kept.uid, Keep.WORDS)
    return held


def erase_words(store: Store, chosen: Iterable[Kept]) -> list[Kept]:
    """Delete what was said, and the voices with it; those that had any."""
    chosen = list(chosen)
    erase_audio(store, chosen)
    with exclusive(store.places):
        held = [k for k in chosen if k.keep.words and not store.is_running(k.uid)]
        for kept in held:
            with store.file(kept, "rw") as file:
                file.forget_words()
            store.catalogue.keeps(kept.uid, Keep.FLAGS)
    return held


def erase_person(store: Store, person: str) -> list[Kept]:
    """Delete all sessions with somebody, what they agreed to, and their name.

    Raises `StoreError` while one of the sessions is being written: then nothing is deleted.
    """
    sessions = store.catalogue.sessions(person)
    running = [kept for kept in sessions if store.is_running(kept.uid)]
    if running:
        raise StoreError(
            f"A session with {person} is going on right now.", "End it first, then delete."
        )
    with exclusive(store.places):
        for kept in sessions:
            erase(store, kept)
        store.catalogue.forget(person)
        store.catalogue.rewrite()
    return sessions
