"""The words of the program: what is heard, who speaks when, what is said, what is noticed.

Everything here is frozen data that may cross threads. Times are whole samples on the session
clock (16 kHz); seconds exist only at the edges: settings, reports, the screen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
"""Samples per second of the session clock."""

Samples = NewType("Samples", int)
"""A position or a length on the session clock, in samples at 16 kHz."""

Audio = NDArray[np.float32]
"""Mono sound, 16 kHz, full scale is -1.0 to 1.0; shape (n,)."""


Pcm = NDArray[np.int16]
"""The same as 16 bit numbers, as sound waits to be put into words; shape (n,)."""


def samples(seconds: float) -> Samples:
    """The nearest whole number of samples. For settings and files; never for adding up."""
    return Samples(round(seconds * RATE))


def seconds(position: int) -> float:
    """A position or length in seconds, unrounded. For reports and the screen."""
    return position / RATE


class Track(StrEnum):
    """Whose voice a track carries."""

    COACH = "coach"
    CLIENT = "client"

    @property
    def other(self) -> Track:
        """The other of the two."""
        return Track.CLIENT if self is Track.COACH else Track.COACH


@dataclass(frozen=True, slots=True)
class AudioBlock:
    """Consecutive sound of one track, of any length."""

    track: Track
    start: Samples
    audio: Audio

    @property
    def end(self) -> Samples:
        """The position after the last sample."""
        return Samples(self.start + len(self.audio))


@dataclass(frozen=True, slots=True)
class Utterance:
    """A piece of one track's sound to be put into words: between two pauses, or part of that."""

    start: Samples
    track: Track
    sound: Pcm
    voiced: tuple[tuple[Samples, Samples], ...]
    """Where in it the voice was heard, in session time, in order."""
    final: bool = True
    """False: it still goes on, and what is made of it is only a preview."""
    early: bool = False
    """Not final yet: what the final will be if nobody goes on in the next moment."""

    @property
    def end(self) -> Samples:
        """The position after the last sample."""
        return Samples(self.start + len(self.sound))

    def same_sound(self, other: Utterance) -> bool:
        """Whether the same is asked, so that one answer serves both."""
        mine, theirs = ((each.track, each.start, each.end, each.voiced) for each in (self, other))
        return mine == theirs


@dataclass(frozen=True, slots=True)
class Speech:
    """One unbroken stretch of voice: gaps up to 0.2 s are inside it."""

    start: Samples
    end: Samples
    track: Track


@dataclass(frozen=True, slots=True)
class Turn:
    """One speaker's stretches with own gaps under 0.7 s and only backchannels from the other."""

    start: Samples
    end: Samples
    track: Track


@dataclass(frozen=True, slots=True)
class Overlap:
    """Both voices at once."""

    start: Samples
    end: Samples
    floor: Track
    """Who was already speaking."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Nobody speaks."""

    start: Samples
    end: Samples
    after: Track | None
    """Whose voice it followed; None before the first."""
    ended_by: Track | None
    """Whose voice ended it; None when the recording did."""


@dataclass(frozen=True, slots=True)
class Gap:
    """The source gave nothing for this track; silence stands in for it."""

    start: Samples
    end: Samples
    track: Track
    why: str


@dataclass(frozen=True, slots=True)
class Lacking:
    """From here on silence stands in for a track; the `Gap` comes when it is over. Never kept."""

    start: Samples
    track: Track


@dataclass(frozen=True, slots=True)
class Word:
    """One final word."""

    start: Samples
    end: Samples
    track: Track
    text: str
    probability: float | None = None
    """0 to 1; None where the words came from elsewhere without one."""


@dataclass(frozen=True, slots=True)
class Tentative:
    """Words of an utterance that goes on, as soon as two hearings of it agree. Never kept."""

    start: Samples
    end: Samples
    track: Track
    words: tuple[Word, ...]
    """What was newly agreed on; the final words may differ."""


@dataclass(frozen=True, slots=True)
class Unworded:
    """Speech of which there are no words: nothing believable was heard, or it was given up."""

    start: Samples
    end: Samples
    track: Track
    why: str
    """In words a coach can read."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A voice began or stopped, at the moment when that becomes known.

    The live form of `Speech`: detectors of timing read edges, because a stretch is only whole
    when it is over.
    """

    at: Samples
    """When the voice began (or stopped), back-dated by the measured detection lag."""
    known: Samples
    """The newest sample the decision needed; never before `at`."""
    track: Track
    speaking: bool
    """True: a stretch begins. False: it stopped at `at` (and 0.2 s have passed since)."""
    ending: Ending | None = None
    """On a stop, what the voice did in its last syllables; None where sound was not measured."""


@dataclass(frozen=True, slots=True)
class Ending:
    """What the voice says about being finished, measured over the end of a stretch."""

    pitch_slope: float | None
    """Semitones per second over the last voiced 0.3 s; None when that was unvoiced."""
    pitch_level: float | None
    """Last pitch in semitones against the speaker's median so far; None as above."""
    level_drop: float | None
    """dB by which the last 0.3 s are quieter than the stretch's median level."""
    last_syllable: float | None
    """Length of the last voiced run in seconds against the speaker's median run so far (ratio)."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """How a voice came in: level and pitch of its first 0.5 s against its own median."""

    start: Samples
    end: Samples
    track: Track
    level: float | None
    """dB above the speaker's own median level so far; None before there is one."""
    pitch: float | None
    """Semitones above the speaker's own median pitch so far; None when unvoiced or unknown."""


class Status(StrEnum):
    """What became of a flag."""

    PROVISIONAL = "provisional"
    """Never kept. Given again with a `reason`, it has come to nothing."""
    CONFIRMED = "confirmed"
    REVISED = "revised"
    WITHDRAWN = "withdrawn"


class Class(StrEnum):
    """What a kind of flag may do: `cost` may become a cue, the others wait for the debrief."""

    COST = "cost"
    CREDIT = "credit"
    COUNT = "count"


Evidence = Mapping[str, str | int | float | bool | None]
"""What a flag rests on, in plain values; times in milliseconds or seconds as the key says.

Never what was said: that is a flag's `text`, which is deleted when words are.
"""


@dataclass(frozen=True, slots=True)
class Flag:
    """A moment worth noticing: what, where, since when it is known, and why."""

    start: Samples
    end: Samples
    track: Track
    kind: str
    """A key of `live.kinds.KINDS`."""
    cls: Class
    id: str
    """Stable within a session: the same moment keeps it when it is confirmed or revised."""
    decided: Samples
    """Session time of the newest sample or word the decision needed."""
    status: Status = Status.CONFIRMED
    confidence: float = 1.0
    text: str = ""
    """The words concerned, when they are known."""
    evidence: Evidence = field(default_factory=dict)
    revised: Samples | None = None
    """Session time of the newest word a revision needed."""
    reason: str = ""
    """Why it was revised or withdrawn, in words a coach can read."""


@dataclass(frozen=True, slots=True)
class Hush:
    """From here on no cue is shown, unless the coach switches them on again.

    Something was said that is more important than how the coach listens. What it was is said and
    written nowhere; this is never kept.
    """

    at: Samples


Event = (
    Speech | Turn | Overlap | Silence | Gap | Word | Tentative | Unworded | Incoming | Flag | Hush
)
