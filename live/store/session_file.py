"""One session on the disk: a database of its own, written while the session runs.

It is whole in itself: a head that says what it is and with whom, the events, and the key of its
audio. So a damaged file costs one session, deleting one is deleting a file, and the catalogue can
be made again from the files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from live.errors import StoreError
from live.store import rows
from live.store.sealed import (
    Connection,
    check,
    connect,
    is_older,
    migrate,
    said,
    storable,
    transaction,
)
from live.types import Event, Samples


def _first(connection: Connection) -> None:
    """2026-11-22: the form of version 0.1."""
    plain = "seq INTEGER PRIMARY KEY, start INTEGER NOT NULL, end INTEGER NOT NULL"
    for statement in (
        "CREATE TABLE head (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE note (number INTEGER PRIMARY KEY, written TEXT NOT NULL, text TEXT NOT NULL)",
        "CREATE TABLE followed (flag TEXT PRIMARY KEY, done TEXT NOT NULL) WITHOUT ROWID",
        f"CREATE TABLE speech ({plain}, track TEXT NOT NULL)",
        f"CREATE TABLE turn ({plain}, track TEXT NOT NULL)",
        f"CREATE TABLE overlap ({plain}, floor TEXT NOT NULL)",
        f"CREATE TABLE silence ({plain}, after TEXT, ended_by TEXT)",
        f"CREATE TABLE gap ({plain}, track TEXT NOT NULL, why TEXT NOT NULL)",
        f"CREATE TABLE word ({plain}, track TEXT NOT NULL, text TEXT NOT NULL, probability REAL)",
        f"CREATE TABLE unworded ({plain}, track TEXT NOT NULL, why TEXT NOT NULL)",
        f"CREATE TABLE flag ({plain}, track TEXT NOT NULL, kind TEXT NOT NULL, cls TEXT NOT NULL, "
        "id TEXT NOT NULL UNIQUE, decided INTEGER NOT NULL, status TEXT NOT NULL, "
        "confidence REAL NOT NULL, text TEXT NOT NULL, evidence TEXT NOT NULL, revised INTEGER, "
        "reason TEXT NOT NULL)",
    ):
        connection.execute(statement)


MIGRATIONS = [_first]
WRITING_BUSY_S = 0.2
"""A running session does not wait longer for a program that reads it; it tries again later."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something the coach wrote."""

    written: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A commitment of the coach's that was heard."""

    flag: str
    """The id of its flag."""
    at: Samples
    text: str
    done: bool


class SessionFile:
    """A session's database, open. A context; closing it leaves a single file."""

    def __init__(self, path: Path, connection: Connection) -> None:
        self.path = path
        self.connection = connection

    @classmethod
    def make(cls, path: Path, key: bytes, head: Mapping[str, object]) -> SessionFile:
        """A new one, ready to be written to while the session runs.

        It appears with its head or not at all. Raises `StoreError` when it cannot be written.
        """
        draft = path.with_suffix(".new")
        with cls(draft, connect(draft, key, "rwc")) as made:
            migrate(made.connection, draft, MIGRATIONS, new=True)
            with transaction(made.connection, draft):
                for name, value in head.items():
                    made.put(name, value)
        with said(path):
            draft.chmod(0o600)
            draft.rename(path)
        made = cls(path, connect(path, key, busy_s=WRITING_BUSY_S))
        with said(path):
            made.connection.execute("PRAGMA journal_mode = WAL")
        return made

    @classmethod
    def open(cls, path: Path, key: bytes, mode: Literal["ro", "rw"] = "ro") -> SessionFile:
        """One that is there, every page of it read once.

        Raises `StoreError` when it is damaged, missing or from a newer version. Nothing is written
        to one that is damaged, and to a sound one only what a newer form asks for.
        """
        if not _is_unfinished(path):  # there SQLite undoes what a crash left halfway: it writes
            # Looked at first: closing a connection that may write empties the log into the file.
            looking = cls._opened(path, key, "ro")
            if mode == "ro" and not is_older(looking.connection, path, MIGRATIONS):
                return looking
            looking.close()
        return cls._opened(path, key, "rw")

    @classmethod
    def _opened(cls, path: Path, key: bytes, mode: Literal["ro", "rw"]) -> SessionFile:
        connection = connect(path, key, mode)
        try:
            check(connection, path)
            if mode == "rw" or not is_older(connection, path, MIGRATIONS):
                migrate(connection, path, MIGRATIONS)
        except BaseException:
            connection.close()
            raise
        return cls(path, connection)

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
        self.connection.close()

    def check_there(self) -> None:
        """Raises `StoreError` when the file is gone: systems let us go on writing to nowhere."""
        if not self.path.exists():
            raise StoreError(f"{self.path} is gone.", "Has the folder been moved or deleted?")

    def put(self, name: str, value: object) -> None:
        """Write one thing of the head; inside a transaction of the caller's."""
        text = storable(json.dumps(value, ensure_ascii=False))
        self.connection.execute(
            "INSERT INTO head VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, text),
        )

    def head(self) -> dict[str, Any]:
        """Everything the head says."""
        with said(self.path):
            found = self.connection.execute("SELECT name, value FROM head").fetchall()
        return {name: json.loads(value) for name, value in found}

    def events(self) -> Iterator[Event]:
        """Every event, in the order in which it came."""
        with said(self.path):
            yield from rows.read(self.connection)

    def at_rest(self) -> None:
        """Everything into the one file; nothing beside it any more."""
        with said(self.path):
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self.connection.execute("PRAGMA journal_mode = DELETE")

    # What the coach adds

    def notes(self) -> list[Note]:
        """The coach's notes, oldest first."""
        with said(self.path):
            found = self.connection.execute("SELECT written, text FROM note ORDER BY number")
            return [Note(datetime.fromisoformat(when), text) for when, text in found.fetchall()]

    def write_note(self, note: Note) -> None:
        """Add one."""
        with transaction(self.connection, self.path):
            self.insert_note(note)

    def insert_note(self, note: Note) -> None:
        """The same inside a transaction of the caller's."""
        self.connection.execute(
            "INSERT INTO note (written, text) VALUES (?, ?)",
            (note.written.isoformat(), storable(note.text)),
        )

    def promises(self) -> list[Promise]:
        """What the coach promised in this session; empty once its words are deleted."""
        with said(self.path):
            found = self.connection.execute(
                "SELECT id, start, text, followed.done FROM flag "
                "LEFT JOIN followed ON followed.flag = flag.id "
                "WHERE kind = 'commitment' AND status != 'withdrawn' AND text != '' ORDER BY start"
            ).fetchall()
        return [Promise(flag, Samples(at), text, bool(done)) for flag, at, text, done in found]

    def follow(self, flag: str, when: datetime) -> None:
        """A promise was kept."""
        with transaction(self.connection, self.path):
            self.connection.execute(
                "INSERT OR IGNORE INTO followed VALUES (?, ?)", (flag, when.isoformat())
            )

    # Real deletion

    def forget_words(self) -> None:
        """Nothing of what was said is left, nor the key of its audio; times and numbers stay."""
        with transaction(self.connection, self.path):
            self.connection.execute("DELETE FROM word")
            self.connection.execute("UPDATE flag SET text = ''")
            self.connection.execute("DELETE FROM head WHERE name = 'audio_key'")
            self.put("keep", "flags")
        self.rewrite()

    def forget_audio(self) -> None:
        """The key of the audio is gone, so nothing can read it, wherever a copy may lie."""
        with transaction(self.connection, self.path):
            self.connection.execute("DELETE FROM head WHERE name = 'audio_key'")
            self.put("keep", "words")
        self.rewrite()

    def rewrite(self) -> None:
        """Every page anew: rows that were deleted may have left copies in pages beside them."""
        with said(self.path):
            self.connection.execute("VACUUM")
            # In a file with a journal beside it the old pages are in there until now.
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _is_unfinished(path: Path) -> bool:
    """Whether a change to a file at rest broke off."""
    journal = path.with_name(f"{path.name}-journal")
    with said(path):
        return journal.exists() and journal.stat().st_size > 0
