"""The catalogue: which sessions there are, with whom, and who has agreed to what.

Small, and everything in it about sessions can be made again from their files (`live.store.repair`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from live.errors import StoreError
from live.store.consent import Consent, Keep, Setting, Terms
from live.store.sealed import Connection, DamagedError, check, connect, migrate, said, transaction
from live.types import Samples


def _first(connection: Connection) -> None:
    """2026-11-22: the form of version 0.1."""
    terms = ", ".join(
        f"{name} INTEGER NOT NULL" for name in ("live", "words", "audio", "mentor", "sponsor")
    )
    for statement in (
        "CREATE TABLE person (number INTEGER PRIMARY KEY, "
        "name TEXT NOT NULL UNIQUE COLLATE NOCASE)",
        "CREATE TABLE consent (number INTEGER PRIMARY KEY, person INTEGER NOT NULL "
        "REFERENCES person (number) ON DELETE CASCADE, given TEXT NOT NULL, "
        f"setting TEXT NOT NULL, basis TEXT NOT NULL, {terms}, wording TEXT NOT NULL, "
        "withdrawn TEXT)",
        # AUTOINCREMENT: the number of a deleted session is never another's.
        "CREATE TABLE session (number INTEGER PRIMARY KEY AUTOINCREMENT, uid TEXT NOT NULL UNIQUE, "
        "state TEXT NOT NULL, began TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, "
        "setting TEXT NOT NULL, person INTEGER REFERENCES person (number), keep TEXT NOT NULL, "
        "origin TEXT NOT NULL, duration INTEGER NOT NULL, interrupted INTEGER NOT NULL, "
        "summary TEXT NOT NULL)",
        "CREATE INDEX session_person ON session (person)",
        "CREATE INDEX session_origin ON session (origin)",
    ):
        connection.execute(statement)


MIGRATIONS = [_first]
REMADE = (
    "It was left as it is. Put a copy in its place, or move it away: then the list of sessions, "
    "and who agreed to what in them, is made again from the sessions themselves."
)


class State(StrEnum):
    """Where a session is in its life."""

    RUNNING = "running"
    OVER = "over"
    LOST = "lost"
    """Its file is damaged or gone."""
    LESS = "less"
    """Part of it is being deleted; what `keep` says will stay."""
    DELETING = "deleting"
    """It will be gone; only its files' name is still written here."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A session as the catalogue knows it."""

    uid: str
    began: datetime
    kind: str
    """live, recording, words, transcript or sample."""
    name: str
    """Of the file it came from, never its folder."""
    setting: Setting
    person: str | None
    keep: Keep
    origin: str = ""
    """Recognises the recording, so that nobody is asked twice about it."""
    duration: Samples = Samples(0)
    state: State = State.RUNNING
    interrupted: bool = False
    summary: Mapping[str, Any] | None = None
    """As in the session document; None until the session is over."""
    number: int = 0
    """What a person calls it by; 0 before it is in the catalogue."""


_COLUMNS = (
    "session.number, uid, state, began, kind, session.name, setting, person.name, keep, origin, "
    "duration, interrupted, summary"
)
_FROM = "FROM session LEFT JOIN person ON person.number = session.person"


def _opened(path: Path, key: bytes) -> Connection:
    connection = connect(path, key)
    try:
        check(connection, path)
        migrate(connection, path, MIGRATIONS)
    except BaseException:
        connection.close()
        raise
    return connection


class Catalogue:
    """The catalogue's database, open."""

    def __init__(self, path: Path, connection: Connection) -> None:
        self.path = path
        self._connection = connection

    @classmethod
    def make(cls, path: Path, key: bytes) -> None:
        """Write an empty one, whole or not at all."""
        draft = path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        connection = connect(draft, key, "rwc")
        try:
            migrate(connection, draft, MIGRATIONS, new=True)
        finally:
            connection.close()
        with said(path):
            draft.chmod(0o600)
            draft.replace(path)

    @classmethod
    def open(cls, path: Path, key: bytes) -> Catalogue:
        """Open it, every page read once. Raises `StoreError`; a damaged one is not written to."""
        try:
            return cls(path, _opened(path, key))
        except DamagedError as error:
            raise DamagedError(str(error), REMADE) from error

    def close(self) -> None:
        """Close it."""
        self._connection.close()

    # Sessions

    def add(self, kept: Kept) -> Kept:
        """Put a session in; with its number."""
        with transaction(self._connection, self.path):
            cursor = self._connection.execute(
                "INSERT INTO session (uid, state, began, kind, name, setting, person, keep, "
                "origin, duration, interrupted, summary) VALUES (:uid, :state, :began, :kind, "
                ":name, :setting, :person, :keep, :origin, :duration, :interrupted, :summary)",
                {
                    "uid": kept.uid,
                    "state": kept.state.value,
                    "began": kept.began.isoformat(),
                    "kind": kept.kind,
                    "name": kept.name,
                    "setting": kept.setting.value,
                    "person": None if kept.person is None else self._person(kept.person),
                    "keep": kept.keep.value,
                    "origin": kept.origin,
                    "duration": kept.duration,
                    "interrupted": kept.interrupted,
                    "summary": json.dumps(kept.summary),
                },
            )
            number = cursor.lastrowid
        return replace(kept, number=number or 0)

    def over(
        self, uid: str, duration: Samples, summary: Mapping[str, Any], *, interrupted: bool
    ) -> None:
        """A session has ended."""
        self._change(
            "UPDATE session SET state = ?, duration = ?, interrupted = ?, summary = ? "
            "WHERE uid = ?",
            (State.OVER.value, duration, interrupted, json.dumps(summary), uid),
        )

    def mark(self, uid: str, state: State) -> None:
        """A session is in another state."""
        self._change("UPDATE session SET state = ? WHERE uid = ?", (state.value, uid))

    def lessen(self, uids: Iterable[str], keep: Keep) -> None:
        """Of these sessions less is to be kept; who does it marks them as over then."""
        with transaction(self._connection, self.path):
            self._connection.executemany(
                "UPDATE session SET state = ?, keep = ? WHERE uid = ?",
                [(State.LESS.value, keep.value, uid) for uid in uids],
            )

    def condemn(self, uids: Iterable[str], person: str | None = None) -> None:
        """These sessions are to go, and everything about somebody: all at once or nothing.

        The sessions' files are still known, so that a crash does not save them from being deleted.
        """
        with transaction(self._connection, self.path):
            self._connection.executemany(
                "UPDATE session SET state = ?, name = '', origin = '', person = NULL, "
                "summary = 'null' WHERE uid = ?",
                [(State.DELETING.value, uid) for uid in uids],
            )
            if person is not None:
                self._connection.execute("DELETE FROM person WHERE name = ?", (person,))

    def drop(self, uids: Iterable[str]) -> None:
        """Take sessions out of which nothing is left."""
        with transaction(self._connection, self.path):
            self._connection.executemany(
                "DELETE FROM session WHERE uid = ?", [(uid,) for uid in uids]
            )

    def sessions(self, person: str | None = None) -> list[Kept]:
        """All of them, or those with one person, oldest first."""
        where, values = ("", ()) if person is None else ("WHERE person.name = ?", (person,))
        return self._read(f"{where} ORDER BY began, session.number", values)

    def session(self, number: int) -> Kept:
        """One by its number. Raises `StoreError` when there is none."""
        # SQLite counts to 2**63.
        found = self._read("WHERE session.number = ?", (number,)) if number < 1 << 63 else []
        if not found:
            raise StoreError(f"There is no session {number}.", "See: unhurried sessions")
        return found[0]

    def of_uid(self, uid: str) -> Kept | None:
        """One by its random name; None when there is none."""
        found = self._read("WHERE uid = ?", (uid,))
        return found[0] if found else None

    def of_origin(self, origin: str) -> Kept | None:
        """The last session of the same recording that says with whom it was."""
        found = self._read(
            "WHERE origin = ? AND person.name IS NOT NULL ORDER BY session.number", (origin,)
        )
        return found[-1] if found else None

    def _read(self, rest: str, values: tuple[object, ...]) -> list[Kept]:
        with said(self.path):
            statement = f"SELECT {_COLUMNS} {_FROM} {rest}"
            rows = self._connection.execute(statement, values).fetchall()
        return [_kept(row) for row in rows]

    # People

    def people(self) -> list[str]:
        """The names the coach chose, in order."""
        with said(self.path):
            rows = self._connection.execute("SELECT name FROM person ORDER BY name").fetchall()
        return [name for (name,) in rows]

    def known(self, name: str) -> str | None:
        """A person's name as it was first written; None for nobody we know."""
        with said(self.path):
            row = self._connection.execute(
                "SELECT name FROM person WHERE name = ?", (name,)
            ).fetchone()
        return row[0] if row else None

    def consents(self, person: str) -> list[Consent]:
        """Everything somebody has agreed to, oldest first; withdrawn ones too."""
        with said(self.path):
            rows = self._connection.execute(
                "SELECT consent.number, person.name, given, setting, basis, live, words, audio, "
                "mentor, sponsor, wording, withdrawn FROM consent "
                "JOIN person ON person.number = consent.person WHERE person.name = ? "
                "ORDER BY given, consent.number",
                (person,),
            ).fetchall()
        return [_consent(row) for row in rows]

    def agree(self, consent: Consent) -> Consent:
        """Write down an agreement; the newest that was not withdrawn is the one in force."""
        with transaction(self._connection, self.path):
            cursor = self._connection.execute(
                "INSERT INTO consent (person, given, setting, basis, live, words, audio, mentor, "
                "sponsor, wording, withdrawn) VALUES (:person, :given, :setting, :basis, :live, "
                ":words, :audio, :mentor, :sponsor, :wording, :withdrawn)",
                {
                    "person": self._person(consent.person),
                    "given": consent.given.isoformat(),
                    "setting": consent.setting.value,
                    "basis": consent.basis,
                    **asdict(consent.terms),
                    "wording": consent.wording,
                    "withdrawn": consent.withdrawn and consent.withdrawn.isoformat(),
                },
            )
            number = cursor.lastrowid
        return replace(consent, number=number or 0)

    def in_force(self, person: str) -> Consent | None:
        """The newest agreement of somebody's that was not withdrawn."""
        held = [each for each in self.consents(person) if each.withdrawn is None]
        return held[-1] if held else None

    def withdraw(self, consent: Consent, when: datetime) -> None:
        """It no longer holds."""
        self._change(
            "UPDATE consent SET withdrawn = ? WHERE number = ? AND withdrawn IS NULL",
            (when.isoformat(), consent.number),
        )

    def rewrite(self) -> None:
        """Every page anew, so that nothing of what was deleted is left in any."""
        with said(self.path):
            self._connection.execute("VACUUM")

    def _person(self, name: str) -> int:
        self._connection.execute("INSERT OR IGNORE INTO person (name) VALUES (?)", (name,))
        row = self._connection.execute("SELECT number FROM person WHERE name = ?", (name,))
        return int(row.fetchone()[0])

    def _change(self, statement: str, values: tuple[object, ...]) -> None:
        with transaction(self._connection, self.path):
            self._connection.execute(statement, values)


def _kept(row: tuple[Any, ...]) -> Kept:
    number, uid, state, began, kind, name, setting, person, keep, origin, duration = row[:11]
    interrupted, summary = row[11:]
    return Kept(
        uid,
        datetime.fromisoformat(began),
        kind,
        name,
        Setting(setting),
        person,
        Keep(keep),
        origin,
        duration=Samples(duration),
        state=State(state),
        interrupted=bool(interrupted),
        summary=json.loads(summary),
        number=number,
    )


def _consent(row: tuple[Any, ...]) -> Consent:
    number, person, given, setting, basis = row[:5]
    *terms, wording, withdrawn = row[5:]
    return Consent(
        person,
        datetime.fromisoformat(given),
        Setting(setting),
        basis,
        Terms(*map(bool, terms)),
        wording,
        None if withdrawn is None else datetime.fromisoformat(withdrawn),
        number,
    )
