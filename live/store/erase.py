"""Real deletion: gone from the files, from SQLite's journals and from its free pages.

A session is a file, so most of it is deleting files. Where a part of a file goes, the whole file is
written anew, as rows leave copies behind in pages beside them. The key of deleted audio goes with
it, so a copy of the audio elsewhere (a backup) can no longer be read either.

What is to go is written down first, all of it at once; so what a crash interrupts is finished when
the store is opened next (`finish`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from live.errors import StoreError
from live.store.catalogue import Kept, State
from live.store.consent import Keep
from live.store.durable import remove
from live.store.sealed import said
from live.store.store import Store, exclusive


def erase_sessions(store: Store, chosen: Sequence[Kept]) -> list[Kept]:
    """Delete sessions whole; those that were deleted. Raises `StoreError`, then some may be left.

    One that is being written right now is left alone: it is not in the answer.
    """
    with exclusive(store.places):
        idle = [kept for kept in chosen if not store.is_running(kept.uid)]
        store.catalogue.condemn(kept.uid for kept in idle)
        _finished(store)
    return idle


def erase_audio(store: Store, chosen: Iterable[Kept]) -> list[Kept]:
    """Delete what is kept of sessions' voices; those that had any."""
    return _lessened(store, (k for k in chosen if k.keep is Keep.AUDIO), Keep.WORDS)


def erase_words(store: Store, chosen: Iterable[Kept]) -> list[Kept]:
    """Delete what was said, and the voices with it; those that had any."""
    return _lessened(store, (k for k in chosen if k.keep.words), Keep.FLAGS)


def erase_person(store: Store, person: str) -> list[Kept]:
    """Delete all sessions with somebody, what they agreed to, and their name.

    Raises `StoreError` while one of the sessions is being written: then nothing is deleted.
    """
    with exclusive(store.places):
        sessions = store.catalogue.sessions(person)
        if any(store.is_running(kept.uid) for kept in sessions):
            raise StoreError(
                f"A session with {person} is going on right now.", "End it first, then delete."
            )
        store.catalogue.condemn((kept.uid for kept in sessions), person)
        _finished(store)
    return sessions


def finish(store: Store) -> Iterator[tuple[Kept, StoreError]]:
    """Carry out every deletion that was written down; sessions that cannot be read, and why.

    Under `exclusive`. Those cannot be deleted in part, and are left as they were found.
    """
    sessions = store.catalogue.sessions()
    for kept in sessions:
        if kept.state is State.LESS:
            try:
                lessen(store, kept)
                store.catalogue.mark(kept.uid, State.OVER)
            except StoreError as error:
                yield kept, error
    going = [kept.uid for kept in sessions if kept.state is State.DELETING]
    if going:
        with said(store.places.sessions):
            # Durably: a file that came back after a power cut would be taken for a lost session.
            remove(path for uid in going for path in store.places.of(uid))
        # Before they are taken out: until then a crash leaves somebody to do it.
        store.catalogue.rewrite()
        store.catalogue.drop(going)


def lessen(store: Store, kept: Kept) -> None:
    """Delete from a session's files what it is not to keep. Raises `StoreError`."""
    with said(store.places.audio(kept.uid)):
        remove([store.places.audio(kept.uid)])
    with store.file(kept, "rw") as file:
        if kept.keep.words:
            file.forget_audio()
        else:
            file.forget_words()


def _lessened(store: Store, chosen: Iterable[Kept], keep: Keep) -> list[Kept]:
    with exclusive(store.places):
        held = [kept for kept in chosen if not store.is_running(kept.uid)]
        store.catalogue.lessen((kept.uid for kept in held), keep)
        _finished(store)
    return held


def _finished(store: Store) -> None:
    """All of it, and then the first reason why not all."""
    for _, error in list(finish(store)):
        raise error
