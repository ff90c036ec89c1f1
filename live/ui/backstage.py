"""What the windows ask of the program, and what a session tells them; `live.app` gives both.

The windows know neither the store nor the models nor how a session is put together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from live.cues.pace import Mode
from live.engine import Echo, Room
from live.settings import Settings
from live.store.consent import Consent, Keep
from live.types import Event, Samples, Track

SAMPLE, DEVICES = "sample", "devices"
"""Sources that are no file."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a person has agreed to, as the coach ticked it."""

    basis: str = ""
    words: bool = False
    audio: bool = False
    mentor: bool = False
    sponsor: bool = False


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the coach chose before a session."""

    source: str = SAMPLE
    """`SAMPLE`, `DEVICES`, or the path of a recording."""
    mode: Mode = Mode.PRACTICE
    person: str = ""
    agreed: Agreed | None = None
    """Made just now; None where what was agreed before covers it, or nobody has to be asked."""
    keep: Keep = Keep.WORDS
    coach: str = ""
    """The device of the coach's voice."""
    client: str = ""
    speed: float = 1.0
    """Of a recording; other than 1 only in tests."""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the coach has worked with."""

    name: str
    held: Consent | None = None
    """The agreement in force."""
    covers: frozenset[Mode] = frozenset()
    """The kinds of meeting in which nobody has to be asked again."""


@dataclass(frozen=True, slots=True)
class Questions:
    """What somebody has to be asked; a text that is empty is not asked."""

    told: str
    agreed: str
    basis: str = ""
    words: str = ""
    audio: str = ""
    mentor: str = ""
    sponsor: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """What puts speech into words here."""

    name: str = ""
    """Empty: there is none."""
    offered: str = ""
    """One that suits this computer and could be fetched; empty when one is there."""
    size: int = 0
    """Bytes of the offered one."""


@dataclass(frozen=True, slots=True)
class Heard:
    """How well a session hears at a moment."""

    echo: Echo = "not_measured"
    lost: tuple[Track, ...] = ()
    """Tracks that give nothing just now."""
    words: Literal["none", "coming", "there"] = "none"
    behind_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a session ended."""

    number: int | None = None
    """By what it is kept; None when it is not."""
    duration: Samples = Samples(0)


class Listener(Protocol):
    """Whoever watches a session. Called on the session's thread; nothing in here waits."""

    def tell(self, event: Event) -> None:
        """Something was heard or noticed."""

    def reach(self, room: Room) -> None:
        """The session is there now."""

    def hears(self, heard: Heard) -> None:
        """How well it hears, whenever that changes."""

    def notice(self, text: str) -> None:
        """A sentence for the coach."""

    def problem(self, what: str, hint: str) -> None:
        """Something went wrong."""

    def secret(self, question: str) -> str | None:
        """Ask for a passphrase, and wait; None when there is none."""

    def stopped(self) -> bool:
        """Whether the coach has ended it."""

    def paused(self) -> bool:
        """Whether nothing is to be listened to."""

    def notes(self) -> list[str]:
        """What the coach has marked or written since this was last asked."""


class Devices(Protocol):
    """Microphones and what the computer plays."""

    def names(self) -> tuple[list[str], list[str]]:
        """Microphones, and what the other side can be heard through; may take a moment."""

    def check(self, coach: str, client: str) -> Check:
        """Begin to listen, for meters and advice only."""


class Check(Protocol):
    """A set-up check that goes on."""

    def levels(self) -> dict[Track, float]:
        """How loud each is just now, 0 to 1."""

    def findings(self) -> list[str]:
        """What there is to say, in sentences."""

    def close(self) -> None:
        """Let go of the devices."""


class Backstage(Protocol):
    """The program behind the windows. Everything may take a while unless it says otherwise."""

    def settings(self) -> Settings:
        """Those in force; quick. Raises `SettingsError`."""

    def own_settings(self) -> Path:
        """The coach's own file; it may not be there. Quick."""

    def memory(self) -> Path:
        """Where the windows remember what they looked like. Quick."""

    def devices(self) -> Devices | None:
        """None where this version or system has none."""

    def people(
        self, secret: Callable[[str], str | None], notice: Callable[[str], None]
    ) -> list[Person]:
        """Whoever is known, the latest first. Raises `UnhurriedError`."""

    def questions(self, person: str, mode: Mode, keep: Keep, language: str) -> Questions:
        """What somebody has to agree to, in that language if there is one; quick."""

    def model(self, source: str) -> Model:
        """What puts speech into words."""

    def get_model(
        self, name: str, told: Callable[[int, int], None], stop: Callable[[], bool]
    ) -> bool:
        """Fetch one from the Internet; False when it was stopped. Raises `UnhurriedError`."""

    def import_model(self, folder: Path) -> str:
        """Take one from a folder; its name. Raises `UnhurriedError`."""

    def sit(self, chosen: Chosen, listener: Listener) -> Outcome:
        """A whole session, on the thread that calls it. Raises `UnhurriedError`."""
