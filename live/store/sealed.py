"""Encrypted databases: SQLCipher with a raw key, and its errors in a coach's words.

SQLCipher encrypts and authenticates every page, of the database as of its journals. The key is 32
bytes, so no time goes into deriving it from a passphrase each time (`live.store.unlock` does that
once).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from live.errors import StoreError

if TYPE_CHECKING:  # sqlcipher3 has the interface of the standard library's module, and no types
    from sqlite3 import dbapi2
else:
    from sqlcipher3 import dbapi2

Connection = dbapi2.Connection
Migration = Callable[[Connection], None]

BUSY_S = 5.0
"""So long another program may hold a database before we give up."""
_BUSY, _LOCKED, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _NOTADB = 5, 6, 8, 10, 11, 13, 14, 26
_PRIMARY = 0xFF
"""SQLite's extended codes hold the primary one in their lowest byte."""
UNTOUCHED = "It was left as it is. If there is a copy of it elsewhere, put that in its place."


class DamagedError(StoreError):
    """A database is not as it was written."""


class BusyError(StoreError):
    """Another program holds the database: try again."""


def connect(
    path: Path, key: bytes, mode: Literal["ro", "rw", "rwc"] = "rw", *, busy_s: float = BUSY_S
) -> Connection:
    """Open a database; "rwc" makes it when it is not there.

    Autocommit: whoever writes says `transaction`. Raises `StoreError` when it cannot be opened.
    """
    with said(path):
        uri = f"{path.resolve().as_uri()}?mode={mode}"
        connection = dbapi2.connect(uri, uri=True, isolation_level=None, timeout=busy_s)
    try:
        with said(path):
            # SQLCipher otherwise writes what goes wrong to standard error by itself.
            connection.execute("PRAGMA cipher_log_level = NONE")
            connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
            connection.execute("PRAGMA temp_store = MEMORY")
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute("PRAGMA foreign_keys = ON")
            # The first look inside: with a wrong key or a damaged beginning it ends here.
            connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def check(connection: Connection, path: Path) -> None:
    """Read every page. Raises `StoreError` when one is not as it was written.

    Without this a damaged page is met in the middle of something, or never.
    """
    with said(path):
        # SQLCipher's own check reads the file past SQLite. So nobody may write to it meanwhile; and
        # where there is a log beside it, a page in the file may be half of what is whole in there.
        connection.execute("BEGIN")
        try:
            (sound,) = connection.execute("PRAGMA quick_check").fetchone()
            (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
            damaged = journal != "wal" and any(connection.execute("PRAGMA cipher_integrity_check"))
        finally:
            rolled_back(connection)
    if damaged or sound != "ok":
        raise _damaged(path)


def migrate(
    connection: Connection, path: Path, migrations: Sequence[Migration], *, new: bool = False
) -> None:
    """Bring a database to the newest form, a step at a time; each step whole or not at all.

    Raises `StoreError` when it was written by a newer version of the program, and when it is empty
    without being `new`: to SQLite a file of no length is an empty database.
    """
    version = _version(connection, path)
    if not version and not new:
        raise DamagedError(f"{path} is damaged: it is empty.", UNTOUCHED)
    if version > len(migrations):
        raise StoreError(
            f"{path} was written by a newer version of Unhurried.", "Install the newest version."
        )
    for number, step in enumerate(migrations[version:], version + 1):
        with transaction(connection, path):
            step(connection)
            connection.execute(f"PRAGMA user_version = {number}")


def is_older(connection: Connection, path: Path, migrations: Sequence[Migration]) -> bool:
    """Whether a database was written by an older version of the program."""
    return 0 < _version(connection, path) < len(migrations)


def _version(connection: Connection, path: Path) -> int:
    with said(path):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


@contextmanager
def transaction(connection: Connection, path: Path) -> Iterator[None]:
    """All of it or nothing."""
    with said(path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            rolled_back(connection)
            raise
        try:
            connection.execute("COMMIT")
        except BaseException:
            rolled_back(connection)
            raise


def rolled_back(connection: Connection) -> None:
    """Give up an open transaction. SQLite does so by itself after some errors."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


@contextmanager
def said(path: Path) -> Iterator[None]:
    """Say in a coach's words what SQLite says in its own."""
    try:
        yield
    except dbapi2.Error as error:
        raise _translated(error, path) from error
    except OSError as error:
        why = (error.strerror or "it cannot be used").lower()
        raise StoreError(f"{path} cannot be used: {why}.", "Is the folder yours?") from error


def storable(text: str) -> str:
    """Text as SQLite takes it: half a surrogate pair (a file's name may hold one) is a "?"."""
    return text.encode("utf-8", "replace").decode()


def _translated(error: dbapi2.Error, path: Path) -> StoreError:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & _PRIMARY
    if code in (_NOTADB, _CORRUPT):
        return _damaged(path)
    if code in (_BUSY, _LOCKED):
        return BusyError(
            f"{path} is being used by another program.", "Try again when it has ended."
        )
    if code == _FULL:
        return StoreError("The disk is full.", "Make room on it.")
    if code == _READONLY:
        return StoreError(f"{path} may only be read.", "Is the folder yours to write in?")
    if code == _CANTOPEN:
        there = path.exists()
        what = "cannot be opened" if there else "is not there"
        return StoreError(f"{path} {what}.", "Is the folder yours?" if there else "")
    if code == _IOERR:
        return StoreError(
            f"{path} cannot be read or written: the disk refuses.", "Is it full, or gone?"
        )
    return StoreError(f"{path} cannot be used ({error.__class__.__name__}, {code}).", UNTOUCHED)


def _damaged(path: Path) -> StoreError:
    return DamagedError(f"{path} is damaged.", UNTOUCHED)
