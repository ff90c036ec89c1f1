"""What somebody has agreed to, and what that allows.

Who: the name the coach chose for the person, never more. Basis: what the agreement rests on, in the
coach's words ("contract of 3 May", "said at the beginning"). Wording: the version of the text that
was agreed to (`config/consent.toml`); a newer text has to be agreed to anew.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from enum import StrEnum


def one_line(text: str) -> str:
    """A name or a basis as it is written down: one line, and nothing that cannot be shown."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(unicodedata.normalize("NFC", shown).split())


class Keep(StrEnum):
    """What is kept of a session: each includes what stands before it."""

    NONE = "none"
    FLAGS = "flags"
    """Times, turns, moments and numbers; nothing that was said."""
    WORDS = "words"
    AUDIO = "audio"

    @property
    def words(self) -> bool:
        """Whether what was said is kept."""
        return self in (Keep.WORDS, Keep.AUDIO)


class Setting(StrEnum):
    """In what kind of meeting an agreement was made."""

    PRACTICE = "practice"
    SESSION = "session"
    OBSERVER = "observer"
    RECORDING = "recording"


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed."""

    live: bool = False
    """Unhurried listens while the conversation goes on."""
    words: bool = False
    """What was said is kept."""
    audio: bool = False
    """The voices are kept."""
    mentor: bool = False
    """A mentor may see it."""
    sponsor: bool = False
    """Themes the coach writes down may go to whoever pays."""

    @property
    def granted(self) -> list[str]:
        """The names of what was agreed."""
        return [name for name, given in asdict(self).items() if given]

    def together(self, other: Terms) -> Terms:
        """What was agreed in either."""
        return Terms(
            **{f.name: getattr(self, f.name) or getattr(other, f.name) for f in fields(self)}
        )

    def without(self, names: set[str]) -> Terms:
        """The same with some of it taken back; audio holds what was said, so it goes with words."""
        gone = names | ({"audio"} if "words" in names else set())
        return replace(self, **dict.fromkeys(gone & {f.name for f in fields(self)}, False))


@dataclass(frozen=True, slots=True)
class Consent:
    """One agreement of one person."""

    person: str
    given: datetime
    setting: Setting
    basis: str
    terms: Terms
    wording: str
    withdrawn: datetime | None = None
    number: int = 0
    """Its number in the catalogue; 0 before it is written there."""

    def covers(self, setting: Setting, wording: str) -> bool:
        """Whether nobody has to be asked again in that kind of meeting.

        A client's agreement holds in practice too; a practice partner's light one does not hold
        with a client. To go through a recording, any will do.
        """
        if self.withdrawn is not None or self.wording != wording:
            return False
        if setting is Setting.RECORDING:
            return True
        fits = self.setting is Setting.SESSION or setting is not Setting.SESSION
        return self.terms.live and fits

    def allows(self, asked: Keep) -> Keep:
        """As much of what was asked to be kept as was agreed."""
        # The voices say what was said, so they take both.
        if asked is Keep.AUDIO and not (self.terms.audio and self.terms.words):
            asked = Keep.WORDS
        if asked is Keep.WORDS and not self.terms.words:
            asked = Keep.FLAGS
        return asked

    def beside(self, held: Consent) -> Consent:
        """The same, with what was agreed before it."""
        lighter = self.setting is Setting.RECORDING or held.setting is Setting.SESSION
        setting = held.setting if lighter else self.setting
        return replace(self, setting=setting, terms=self.terms.together(held.terms))

    def as_plain(self) -> dict[str, object]:
        """For the head of a session's file."""
        return {
            "given": self.given.isoformat(),
            "setting": self.setting.value,
            "basis": self.basis,
            "terms": self.terms.granted,
            "wording": self.wording,
        }

    @classmethod
    def from_plain(cls, person: str, plain: Mapping[str, object]) -> Consent:
        """What `as_plain` gave. Raises KeyError, TypeError or ValueError for anything else."""
        granted = plain["terms"]
        if not isinstance(granted, list):
            raise TypeError(granted)
        return cls(
            person,
            datetime.fromisoformat(str(plain["given"])),
            Setting(str(plain["setting"])),
            str(plain["basis"]),
            Terms(**dict.fromkeys((str(name) for name in granted), True)),
            str(plain["wording"]),
        )
