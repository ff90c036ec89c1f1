"""What the tests of the store share: a store, its key, its calendar, and sessions in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from live.app.stored import plain, summarised
from live.report.document import Conditions
from live.store.catalogue import Kept
from live.store.consent import Consent, Keep, Setting, Terms
from live.store.key import Key
from live.store.keyfile import LockOptions
from live.store.places import Places
from live.store.store import Store, make_folders
from live.store.unlock import UnlockOptions, make
from live.store.writing import Writing
from live.types import Class, Event, Flag, Samples, Speech, Status, Track, Turn, Word, samples

KEY = Key(bytes(range(32)))
PASSPHRASE = "correct horse battery staple"  # noqa: S105 - there to be known
_QUICK = UnlockOptions(lock=LockOptions(memory_mib=1, passes=1, lanes=1))
FIRST = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
VERSION = "2026-11"
FULL = Terms(live=True, words=True, audio=True)
HEARD = Conditions("recording", "talk.wav", 2, "none", "silero", "given", [])
SECRET = "we sold the house at midsummer"  # noqa: S105 - nobody's
PROMISE = "i will send you the book"


@dataclass
class Calendar:
    """A clock that goes on when it is told to."""

    today: datetime = FIRST

    def __call__(self) -> datetime:
        return self.today

    def later(self, **passed: float) -> None:
        self.today += timedelta(**passed)


@dataclass
class Silent:
    """Nobody to be asked."""

    told: list[str] = field(default_factory=list)

    def secret(self, question: str) -> str | None:
        return None

    def notice(self, text: str) -> None:
        self.told.append(text)


def opened(folder: Path, clock: Calendar | None = None) -> Store:
    """The store in a folder, under the key of these tests."""
    return Store.open(Places(folder / "store"), KEY, clock or Calendar())


def own_key(monkeypatch: pytest.MonkeyPatch) -> Key:
    """A store of the person's own, whose passphrase the program finds; it opens quickly."""
    monkeypatch.setenv("UNHURRIED_PASSPHRASE", PASSPHRASE)
    make_folders(Places.usual())
    return make(Places.usual().folder, Silent(), _QUICK)


def said(text: str, track: Track = Track.CLIENT, start: float = 1.0) -> list[Event]:
    """Somebody says something, a third of a second a word."""
    words: list[Event] = []
    at = samples(start)
    for each in text.split():
        words.append(Word(at, Samples(at + 5_000), track, each, 0.9))
        at = Samples(at + 5_300)
    return [Speech(samples(start), at, track), Turn(samples(start), at, track), *words]


def flag(
    name: str = "t1",
    kind: str = "interruption",
    text: str = "",
    start: float = 2.0,
    status: Status = Status.CONFIRMED,
) -> Flag:
    cls = Class.COUNT if kind == "commitment" else Class.COST
    at = samples(start)
    return Flag(at, samples(start + 1), Track.COACH, kind, cls, name, at, status, text=text)


def promise(name: str = "t9", text: str = PROMISE) -> Flag:
    """A commitment, as a detector gives it."""
    return flag(name, "commitment", text, 3.0)


EVENTS = [*said(SECRET), *said("mm hmm", Track.COACH, 4.0), flag(text=SECRET)]


def agreed(
    person: str = "A.",
    terms: Terms = FULL,
    setting: Setting = Setting.SESSION,
    given: datetime = FIRST,
    wording: str = VERSION,
) -> Consent:
    return Consent(person, given, setting, "contract of 3 May", terms, wording)


def begin(
    store: Store,
    keep: Keep = Keep.WORDS,
    person: str | None = None,
    consent: Consent | None = None,
    name: str = "talk.wav",
) -> Writing:
    """A session that begins now."""
    kept = Kept("", store.clock(), "recording", name, Setting.PRACTICE, person, keep)
    return store.begin(kept, consent, plain(HEARD), durable=False)


def session(
    store: Store,
    keep: Keep = Keep.WORDS,
    person: str | None = None,
    events: Iterable[Event] = EVENTS,
    *,
    duration: Samples = samples(6.0),
    consent: Consent | None = None,
    name: str = "talk.wav",
    sounds: Sequence[bytes] = (b"half a second", b"of both voices"),
) -> Kept:
    """A session from its beginning to its end, as the catalogue knows it afterwards."""
    writing = begin(store, keep, person, consent, name)
    for event in events:
        writing.take(event)
    for number, data in enumerate(sounds):
        writing.sound(samples(number / 2), data)
    events = list(events)
    writing.finish(duration, plain(HEARD), summary(events, duration), interrupted=False)
    return store.catalogue.session(writing.kept.number)


def summary(events: Iterable[Event], duration: Samples) -> Mapping[str, Any]:
    return summarised(events, duration, plain(HEARD))


def bytes_of(folder: Path) -> dict[Path, bytes]:
    """Every file below a folder."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
