"""Where everything that is kept lies: one folder among the person's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from live.resources import own


@dataclass(frozen=True, slots=True)
class Places:
    """The files of one store. Names of sessions are random and say nothing."""

    folder: Path

    @classmethod
    def usual(cls) -> Places:
        """In the person's own data folder; `UNHURRIED_HOME` moves it."""
        return cls(own("data") / "store")

    @property
    def key_file(self) -> Path:
        """Says where the key is kept; see `live.store.keyfile`."""
        return self.folder / "key.json"

    @property
    def catalogue(self) -> Path:
        """The list of sessions and people."""
        return self.folder / "catalogue.db"

    @property
    def lock(self) -> Path:
        """Held while the store is made, repaired, or something is deleted."""
        return self.folder / "store.lock"

    @property
    def sessions(self) -> Path:
        """The folder with a database per session."""
        return self.folder / "sessions"

    def session(self, uid: str) -> Path:
        """The database of a session."""
        return self.sessions / f"{uid}.db"

    def audio(self, uid: str) -> Path:
        """The encrypted audio of a session."""
        return self.sessions / f"{uid}.sound"

    def running(self, uid: str) -> Path:
        """Locked by the process that is writing the session."""
        return self.sessions / f"{uid}.lock"

    def of(self, uid: str) -> list[Path]:
        """Every file of a session that is there, SQLite's own beside it too."""
        return sorted(self.sessions.glob(f"{uid}.*"))

    def uids(self) -> Iterator[str]:
        """The sessions that have a database."""
        yield from sorted(path.stem for path in self.sessions.glob("*.db"))
