"""Wording detectors on labelled lines: precision, recall and F1, beside the raters' own."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.wording_lines import Line
from live.conversation import Conversation
from live.types import Flag, Samples, Status, Track, Word, samples

LABELS = Path(__file__).with_name("wording_labels.json")
CODES = {
    "E": ("evaluation",),
    "A": ("acknowledgement",),
    "L": ("labelling",),
    "I": ("interpretation",),
    "S": ("self_disclosure",),
    "D": ("advice", "advice_with_permission"),
    "P": ("permission",),
    "N": ("observation",),
    "K": ("stacked_questions",),
    "G": ("leading_question",),
    "W": ("why_question",),
    "R": ("reassurance_seeking",),
    "F": ("defending",),
    "H": ("past_session",),
    "U": ("autonomy",),
    "O": ("ownership",),
    "M": ("recommitment",),
    "T": ("rupture_naming",),
    "C": ("commitment",),
    "X": ("dismissive",),
}
"""The codebook's letters and the kinds they stand for."""
WORD_S, TURN_S, BEGIN_S = 0.3, 0.8, 360.0
"""How written lines are laid out in time: six minutes into a session."""

Judge = Callable[[Conversation, Samples], list[Flag]]
"""What gives the flags of a conversation whose words are final and that ends there."""


@dataclass(frozen=True, slots=True)
class Score:
    """How well one set of decisions meets another."""

    hits: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        """Of what was said, how much was so; NaN where nothing was said."""
        return _share(self.hits, self.hits + self.false)

    @property
    def recall(self) -> float:
        """Of what was so, how much was said."""
        return _share(self.hits, self.hits + self.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return _share(2 * self.hits, 2 * self.hits + self.false + self.missed)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan


def interval(share: float, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of so many."""
    if not count or math.isnan(share):
        return (math.nan, math.nan)
    z = 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + (z / count / 2) ** 2)
    return (middle - half, middle + half)


def labels() -> dict[str, tuple[frozenset[str], frozenset[str]]]:
    """Line id to both raters' codes; `E?` is a doubtful one."""
    found = json.loads(LABELS.read_text(encoding="utf-8"))["lines"]
    return {
        name: (frozenset(one.split()), frozenset(other.split()))
        for name, (one, other) in found.items()
    }


def agreed(codes: tuple[frozenset[str], frozenset[str]], code: str) -> bool | None:
    """Whether both raters give a line a code; None where they differ or one is in doubt."""
    one, other = (code in each for each in codes)
    in_doubt = any(f"{code}?" in each for each in codes)
    return None if in_doubt or one is not other else one


def laid_out(
    lines: Iterable[tuple[str, str]],
) -> tuple[Conversation, list[tuple[Samples, Samples]]]:
    """A conversation of written lines, and where each of them lies."""
    talk = Conversation()
    at, places = BEGIN_S, []
    for who, text in lines:
        track = Track.COACH if who == "coach" else Track.CLIENT
        words = [
            Word(samples(at + i * WORD_S), samples(at + i * WORD_S + WORD_S * 0.9), track, word)
            for i, word in enumerate(text.split())
        ]
        talk.said[track].read(words)
        places.append((samples(at), samples(at + len(words) * WORD_S)))
        at += len(words) * WORD_S + TURN_S
    return talk, places


def kinds_on(line: Line, judge: Judge, *, at_least: float = 0.0) -> set[str]:
    """The kinds that are flagged on the line itself."""
    talk, places = laid_out([*line.before, ("coach", line.text)])
    start, end = places[-1]
    flags = {flag.id: flag for flag in judge(talk, Samples(end + samples(30)))}
    return {
        flag.kind
        for flag in flags.values()
        if flag.status in (Status.CONFIRMED, Status.REVISED)
        and start <= flag.start < end
        and flag.confidence >= at_least
    }


def score(lines: Sequence[Line], found: dict[str, set[str]], code: str) -> Score:
    """One code's score where both raters agree; other lines are left out."""
    gold = labels()
    hits = false = missed = 0
    for line in lines:
        true = agreed(gold[line.id], code)
        if true is None:
            continue
        said = bool(found[line.id] & set(CODES[code]))
        hits += true and said
        false += said and not true
        missed += true and not said
    return Score(hits, false, missed)


def agreement(lines: Sequence[Line], code: str) -> Score:
    """The second rater against the first."""
    gold = labels()
    pairs = [(code in gold[line.id][0], code in gold[line.id][1]) for line in lines]
    return Score(
        sum(one and other for one, other in pairs),
        sum(other and not one for one, other in pairs),
        sum(one and not other for one, other in pairs),
    )
