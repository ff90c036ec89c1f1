"""Deleting everything: each file the program may ever have written in the person's own folders.

`WRITTEN` is also what PRIVACY.md is held against (`tests/house/test_privacy.py`).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from live.app.terminal import Terminal
from live.errors import StoreError
from live.resources import own
from live.store.places import Places
from live.store.sealed import said
from live.store.store import exclusive
from live.store.unlock import forget


@dataclass(frozen=True, slots=True)
class Written:
    """Files of one sort."""

    folder: Literal["config", "data", "logs"]
    pattern: str
    what: str
    """As it is said before it is deleted."""

    def files(self) -> list[Path]:
        """Those that are there."""
        return sorted(path for path in own(self.folder).glob(self.pattern) if path.is_file())


WRITTEN = (
    Written("data", "store/sessions/*.db", "sessions"),
    Written("data", "store/sessions/*.sound", "the voices of sessions"),
    Written("data", "store/sessions/*.db-wal", "the last seconds of a session that broke off"),
    Written("data", "store/sessions/*.db-shm", "the last seconds of a session that broke off"),
    Written("data", "store/sessions/*.db-journal", "a change that was not finished"),
    Written("data", "store/sessions/*.new*", "the beginning of a session"),
    Written("data", "store/sessions/*.lock", "the mark of a session that goes on"),
    Written("data", "store/catalogue.db", "the list of sessions, people and agreements"),
    Written("data", "store/catalogue.db-journal", "a change that was not finished"),
    Written("data", "store/catalogue.new*", "the beginning of the list of sessions"),
    Written("data", "store/key.json", "the key to all of that"),
    Written("data", "store/.key.json.*", "the key to all of that"),
    Written("data", "store/store.lock", "the mark of a deletion that goes on"),
    Written("data", "devices.*", "which devices you chose"),
    Written("data", "window.*", "where the overlay stood, and the mode you chose"),
    Written("data", "speed.*", "how fast this computer is"),
    Written("data", "weights/**/*", "speech recognition models"),
    Written("config", "settings.*", "your settings"),
    Written("config", "packs/*.toml", "your rule packs"),
    Written("logs", "unhurried.log", "the log of mistakes in the program"),
)


def purge_everything(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Delete all of it; the exit code. Needs no key: what cannot be read can be deleted."""
    places = Places.usual()
    there = {written: files for written in WRITTEN if (files := written.files())}
    if not there:
        terminal.line(f"Nothing is there to delete in {_folders()}.")
        return 0
    _check_idle(places)
    terminal.line("This would be deleted:" if arguments.dry_run else "To be deleted for good:")
    for written, files in there.items():
        size = sum(path.stat().st_size for path in files)
        terminal.line(f"  {written.what} ({_count(len(files))}, {size / 1e6:.1f} MB)")
    if arguments.dry_run:
        return 0
    if not arguments.yes and not terminal.agrees("Delete everything?"):
        terminal.notice("Nothing was deleted. To delete without being asked: --yes")
        return 1
    left = _forget_key(places, terminal)
    # Looked for again: the lock under which the key was forgotten may be new.
    gone = {path for written in WRITTEN for path in (*there.get(written, ()), *written.files())}
    for path in sorted(gone):
        with said(path):
            path.unlink(missing_ok=True)
    terminal.line("Everything that Unhurried has written here is deleted.")
    for path in _clear(gone):
        terminal.notice(f"Not written by Unhurried, so still there: {path}")
    for sentence in left:
        terminal.problem(sentence, "Remove it by hand.")
    return 1 if left else 0


def _check_idle(places: Places) -> None:
    for path in places.sessions.glob("*.lock"):
        lock = FileLock(path)
        try:
            lock.acquire(blocking=False)
        except Timeout as error:
            raise StoreError(
                "A session is going on right now.", "End it first, then delete."
            ) from error
        lock.release()


def _forget_key(places: Places, terminal: Terminal) -> tuple[str, ...]:
    """A sentence for each thing that keeps the key and could not be removed."""
    if not places.key_file.exists():
        return ()
    with exclusive(places):
        return forget(places.folder, terminal)


def _clear(deleted: Iterable[Path]) -> Iterator[Path]:
    """Remove the folders of what was deleted, as far as they are empty; what else lies in them."""
    tops = {own(written.folder) for written in WRITTEN}
    folders = {
        parent
        for path in deleted
        for parent in path.parents
        if any(parent == top or top in parent.parents for top in tops)
    }
    folders |= {folder for folder in (Places.usual().sessions,) if folder.is_dir()}
    for folder in sorted(folders, key=lambda folder: len(folder.parts), reverse=True):
        there = sorted(folder.iterdir())
        if not there:
            folder.rmdir()
        yield from (path for path in there if path not in folders)


def _count(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"


def _folders() -> str:
    folders = {str(own(written.folder)) for written in WRITTEN}
    return ", ".join(sorted(folders))
