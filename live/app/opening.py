"""Opening what is kept: the key, the store, and what a crash left open."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from live.app.speaking import Speaks
from live.app.stored import summarised
from live.app.telling import findings, went
from live.errors import StoreError
from live.store.key import Key
from live.store.passphrase import Asks
from live.store.places import Places
from live.store.repair import repair
from live.store.retention import KeepOptions, apply, due
from live.store.store import Store, exclusive, make_folders, now
from live.store.unlock import make, unlock

_ENDS = 1 << 20
"""Bytes at the beginning and the end of a recording by which it is known again."""


class _Nobody:
    """Answers nothing: a first key is made without a question or not at all."""

    def __init__(self, terminal: Speaks) -> None:
        self.notice = terminal.notice

    def secret(self, question: str) -> str | None:
        """No answer."""
        return None


def open_store(terminal: Speaks, *, make_new: bool = True, may_ask: bool = True) -> Store | None:
    """The store, mended where a crash left it open, and what was found said.

    None where there is none yet and none is to be made; `may_ask` for a passphrase to begin one.
    Raises `StoreError`.
    """
    places = Places.usual()
    if not places.key_file.exists() and not places.catalogue.exists():
        if not make_new:
            return None
        key = _first_key(places, terminal if may_ask else _Nobody(terminal))
    else:
        key = unlock(places.folder, terminal)
    store = Store.open(places, key, now)
    try:
        for line in findings(repair(store, summarised)):
            terminal.notice(line)
    except BaseException:
        store.close()
        raise
    return store


def let_go(store: Store, options: KeepOptions, terminal: Speaks) -> None:
    """Delete what was kept for as long as the coach said, and say so."""
    try:
        for line in went(apply(store, due(store.catalogue.sessions(), options, store.clock()))):
            terminal.notice(line)
    except StoreError as error:
        terminal.problem(f"What is due to be deleted is still there: {error}", error.hint)


def _first_key(places: Places, asks: Asks) -> Key:
    """A new key; where none can be kept, nothing is left behind that was not there before."""
    folders = (places.sessions, places.folder, *places.folder.parents)
    missing = [folder for folder in folders if not folder.exists()]
    make_folders(places)
    try:
        with exclusive(places):
            return make(places.folder, asks)
    except StoreError:
        with suppress(OSError):
            places.lock.unlink()
            for folder in missing:
                folder.rmdir()
        raise


def recognised(paths: Iterable[Path]) -> str:
    """What a recording is known again by: its length, its beginning and its end.

    Empty when it cannot be read; whoever reads it next says so.
    """
    found = hashlib.sha256()
    try:
        for path in paths:
            with path.open("rb") as file:
                size = path.stat().st_size
                found.update(size.to_bytes(8, "big") + file.read(_ENDS))
                file.seek(max(0, size - _ENDS))
                found.update(file.read(_ENDS))
    except OSError:
        return ""
    return found.hexdigest()
