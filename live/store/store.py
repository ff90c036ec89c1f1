"""The store: everything that is kept, behind one key.

Owned by one thread. Several programs may have it open at once: each session is written by one of
them (a lock beside its file says so), and the catalogue is only written for moments.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from filelock import FileLock, Timeout

from live.errors import StoreError
from live.store.catalogue import Catalogue, Kept
from live.store.consent import Consent, Keep
from live.store.key import Key
from live.store.places import Places
from live.store.sealed import said
from live.store.session_file import SessionFile
from live.store.vault import Vault, VaultWriter
from live.store.writing import Writing, begun

Clock = Callable[[], datetime]
LOCK_S = 10.0
"""So long another program may take to make, mend or delete something."""


def now() -> datetime:
    """The date, as it is written down."""
    return datetime.now(UTC)


class Store:
    """The store, open. A context."""

    def __init__(self, places: Places, key: Key, catalogue: Catalogue, clock: Clock) -> None:
        self.places = places
        self.catalogue = catalogue
        self.clock = clock
        self._key = key

    @classmethod
    def open(cls, places: Places, key: Key, clock: Clock = now) -> Store:
        """Open what the key belongs to; an empty store is made where there is none.

        Raises `StoreError` when something is damaged: then nothing is written to.
        """
        make_folders(places)
        if not places.catalogue.exists():
            with exclusive(places):
                if not places.catalogue.exists():
                    Catalogue.make(places.catalogue, key.derived("catalogue"))
        return cls(places, key, Catalogue.open(places.catalogue, key.derived("catalogue")), clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close it."""
        self.catalogue.close()

    def begin(
        self,
        kept: Kept,
        consent: Consent | None,
        conditions: Mapping[str, Any],
        *,
        durable: bool,
    ) -> Writing:
        """Begin to keep a session.

        `kept` says what it is; its uid is made here. Raises `StoreError` when it cannot be kept.
        """
        kept = replace(kept, uid=secrets.token_hex(16))
        lock = self._mine(kept.uid)
        try:
            audio_key = secrets.token_bytes(32) if kept.keep is Keep.AUDIO else None
            head: dict[str, object] = {"conditions": conditions}
            if consent is not None:
                head["consent"] = consent.as_plain()
            if audio_key is not None:
                head["audio_key"] = audio_key.hex()
            file = SessionFile.make(
                self.places.session(kept.uid), self._session_key(kept.uid), begun(kept, head)
            )
            try:
                kept = self.catalogue.add(kept)
                vault = None
                if audio_key is not None:
                    vault = VaultWriter.create(self.places.audio(kept.uid), audio_key)
                return Writing(
                    kept, file, vault, lambda done: self._ended(done, lock), durable=durable
                )
            except BaseException:
                file.connection.close()
                raise
        except BaseException:
            self._never_was(kept.uid)
            _release(lock)
            raise

    def file(self, kept: Kept, mode: Literal["ro", "rw"] = "ro") -> SessionFile:
        """A session's own file. Raises `StoreError` when it is damaged or gone."""
        return SessionFile.open(self.places.session(kept.uid), self._session_key(kept.uid), mode)

    def file_of(self, uid: str, mode: Literal["ro", "rw"] = "ro") -> SessionFile:
        """The same for one that the catalogue may not know."""
        return SessionFile.open(self.places.session(uid), self._session_key(uid), mode)

    def audio(self, kept: Kept) -> Vault | None:
        """What is kept of a session's sound; None when there is none."""
        with self.file(kept) as file:
            key = file.head().get("audio_key")
        path = self.places.audio(kept.uid)
        if not isinstance(key, str) or not path.exists():
            return None
        return Vault.open(path, bytes.fromhex(key))

    def is_running(self, uid: str) -> bool:
        """Whether a program is writing this session right now."""
        path = self.places.running(uid)
        if not path.exists():
            return False
        lock = FileLock(path)
        with said(path):
            try:
                lock.acquire(blocking=False)
            except Timeout:
                return True
            lock.release()
        return False

    def _ended(self, kept: Kept, lock: FileLock) -> None:
        """A session of ours is over, or has been left for the next opening to close up."""
        try:
            if kept.summary is not None:
                self.catalogue.over(
                    kept.uid, kept.duration, kept.summary, interrupted=kept.interrupted
                )
        except StoreError:
            pass  # its own file says that it is over; the catalogue follows at the next opening
        finally:
            _release(lock)

    def clear(self, uid: str) -> None:
        """Take away the lock of a session that no program is writing."""
        lock = FileLock(self.places.running(uid))
        with said(self.places.running(uid)), suppress(Timeout):
            lock.acquire(blocking=False)
            _release(lock)

    def _mine(self, uid: str) -> FileLock:
        lock = FileLock(self.places.running(uid), timeout=LOCK_S)  # somebody may look at it
        with said(self.places.running(uid)):
            lock.acquire()
        return lock

    def _never_was(self, uid: str) -> None:
        """Nothing stays of a session that could not be begun, as far as the disk allows."""
        with suppress(StoreError, OSError):
            for path in self.places.of(uid):
                if path != self.places.running(uid):
                    path.unlink(missing_ok=True)
            self.catalogue.drop([uid])

    def _session_key(self, uid: str) -> bytes:
        return self._key.derived(f"session {uid}")


def make_folders(places: Places) -> None:
    """The store's folders, the person's alone to look into. Raises `StoreError`."""
    with said(places.folder):
        places.sessions.mkdir(parents=True, exist_ok=True)
        for folder in (places.folder, places.sessions):
            folder.chmod(0o700)


@contextmanager
def exclusive(places: Places) -> Iterator[None]:
    """Nobody else makes, mends or deletes meanwhile. Raises `StoreError` when somebody does."""
    lock = FileLock(places.lock, timeout=LOCK_S)
    with said(places.lock):
        try:
            lock.acquire()
        except Timeout as error:
            raise StoreError(
                "Another program is mending or deleting sessions.", "Try again when it has ended."
            ) from error
    try:
        yield
    finally:
        lock.release()


def _release(lock: FileLock) -> None:
    """Let go of a session's lock; its file goes first, while nobody else can have taken it."""
    with suppress(OSError):  # a disk that has become read-only; Windows, which removes it itself
        Path(lock.lock_file).unlink()
    lock.release()
