"""Reads a written conversation: who says what when, and which flags a person expects.

One conversation is one source for everything a test may need: words with times, the sound of two
voices, and the expectations. A file holds several talks:

    talk the coach comes in and the client gives way
    0.0-3.0 client i told him about it because the
    2.4-4.4 coach and what did he say to that
    -> interruption cost 2.4
    => interruption cost 2.4

A line is `start-end track words`, the words spread evenly over the span, or
`track word@start-end ...`. `->` is what is found with words, `=>` what is found from sound alone:
`kind class start`, `kind withdrawn start`, `nothing`, `no cost`, `no KIND`. Unless only `no ...`
stands there, the list is complete. Times are seconds; `#` begins a comment line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import numpy as np

from live.types import RATE, Audio, Samples, Track, Word, samples

TALKS = Path(__file__).parent / "talks"

_SPAN = re.compile(r"([\d.]+)-([\d.]+) (coach|client) (.+)")
_TIMED = re.compile(r"(coach|client) (\S+@[\d.]+-[\d.]+(?: \S+@[\d.]+-[\d.]+)*)")
_HERTZ = {Track.COACH: 110.0, Track.CLIENT: 190.0}
_CLOSURE_S = 0.03
"""Silence at the end of each word inside a line; far shorter than a gap between stretches."""
_FALL_S, _FALL_ST = 0.4, 8.0
"""How a line that ends in "." or "?" falls."""


@dataclass(frozen=True, slots=True)
class Expected:
    """A flag a person expects."""

    kind: str
    cls: str
    """cost, credit, count, or withdrawn."""
    start: float


@dataclass(slots=True)
class Expectations:
    """What a talk must give by one way of hearing it."""

    flags: list[Expected] = field(default_factory=list)
    complete: bool = False
    """Whether nothing else may be flagged."""
    never: list[str] = field(default_factory=list)
    """Classes or kinds that must not appear."""

    @property
    def written(self) -> bool:
        return self.complete or bool(self.never)

    def read(self, text: str) -> None:
        """Take in what stands behind an arrow."""
        if text.startswith("no "):
            self.never.append(text.removeprefix("no "))
            return
        self.complete = True
        if text != "nothing":
            kind, cls, start = text.split()
            self.flags.append(Expected(kind, cls, float(start)))


@dataclass(slots=True)
class Talk:
    """A written conversation."""

    name: str
    words: list[Word] = field(default_factory=list)
    with_words: Expectations = field(default_factory=Expectations)
    by_sound: Expectations = field(default_factory=Expectations)

    def __str__(self) -> str:
        return self.name


def read_talks(path: Path) -> list[Talk]:
    """The talks of a file."""
    talks: list[Talk] = []
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("talk "):
            talks.append(Talk(line.removeprefix("talk ")))
        elif line.startswith("-> "):
            talks[-1].with_words.read(line.removeprefix("-> "))
        elif line.startswith("=> "):
            talks[-1].by_sound.read(line.removeprefix("=> "))
        else:
            try:
                talks[-1].words += said(line)
            except ValueError as error:
                raise ValueError(f"{path.name}, line {number}: {error}") from error
    return talks


def said(*lines: str) -> list[Word]:
    """The words of written lines."""
    return [word for line in lines for word in _words(line)]


def _words(line: str) -> Iterator[Word]:
    if match := _SPAN.fullmatch(line):
        start, end = samples(float(match[1])), samples(float(match[2]))
        texts = match[4].split()
        if end <= start:
            raise ValueError(f"{line!r} ends before it starts")
        for i, text in enumerate(texts):
            first = start + (end - start) * i // len(texts)
            after = start + (end - start) * (i + 1) // len(texts)
            yield Word(Samples(first), Samples(after), Track(match[3]), text)
    elif match := _TIMED.fullmatch(line):
        for part in match[2].split():
            text, times = part.rsplit("@", 1)
            begin, stop = times.split("-")
            yield Word(samples(float(begin)), samples(float(stop)), Track(match[1]), text)
    else:
        raise ValueError(f"{line!r} is neither a line, a talk nor an expectation")


def length(words: Sequence[Word], tail_s: float = 1.0) -> Samples:
    """How long the sound of words is, with a silence at its end."""
    return Samples(max((word.end for word in words), default=0) + samples(tail_s))


def voices(words: Sequence[Word], end: Samples) -> dict[Track, Audio]:
    """Two tracks of tones, a burst a word; a line that ends in "." or "?" falls at its end."""
    tracks = {track: np.zeros(end, np.float32) for track in Track}
    for track, mine in groupby(sorted(words, key=lambda w: (w.track, w.start)), lambda w: w.track):
        spoken = list(mine)
        for word, after in zip(spoken, [*spoken[1:], None], strict=True):
            closes = after is not None and after.start - word.end < samples(0.05)
            burst = _burst(word, closes)
            tracks[track][word.start : word.start + len(burst)] = burst
    return tracks


def _burst(word: Word, closes: bool) -> Audio:
    size = word.end - word.start - (samples(_CLOSURE_S) if closes else 0)
    if size <= 0:
        return np.zeros(0, np.float32)
    tone = np.zeros(size)
    if word.text.endswith((".", "?")):
        last = np.arange(size) - (size - samples(_FALL_S))
        tone = -_FALL_ST * np.clip(last / samples(_FALL_S), 0, 1)
    phase = np.cumsum(_HERTZ[word.track] * 2 ** (tone / 12)) * 2 * np.pi / RATE
    sound = sum(np.sin(phase * k) / k for k in range(1, 9))
    edge = np.minimum(1, np.minimum(np.arange(1, size + 1), np.arange(size, 0, -1)) / 80)
    return np.asarray(0.15 * sound * edge, np.float32)
