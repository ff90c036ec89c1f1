"""The exam: examples of every kind by people who had not seen the rules, and how many come right.

`exam/KIND.jsonl` holds one example a line: a talk, with `*` on the line in question, whether the
kind is there, and whether it is a hard one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.wording_scoring import Score

from live.conversation import Conversation
from live.detect.said import SaidOptions, safety, wording_detector
from live.types import Samples, Status, Track, Word, samples

EXAM = Path(__file__).with_name("exam")
WORD_S, TURN_S, BEGIN_S = 0.33, 0.8, 360.0
NEAR = samples(0.5)
OF_A_COURSE = frozenset({"early_options", "steering", "withdrawal_cue", "client_reopened"})
"""In what is none of these, no line of the talk may be one."""
_LINE = re.compile(r"(?:(\d+):(\d\d)\s+)?(coach|client)(\*?):\s*(.*)")


@dataclass(frozen=True, slots=True)
class Talk:
    """A written talk as words, and where the line in question lies."""

    conversation: Conversation
    lines: tuple[tuple[Word, ...], ...]
    """The words of each line."""
    marked: int
    """The number of the line in question."""

    @property
    def start(self) -> Samples:
        """Where the line in question begins."""
        return self.lines[self.marked][0].start

    @property
    def end(self) -> Samples:
        """Where it ends."""
        return self.lines[self.marked][-1].end

    @property
    def over(self) -> Samples:
        """Where the talk ends."""
        return self.lines[-1][-1].end


def kinds() -> list[str]:
    """What there are examples of."""
    return sorted(path.stem for path in EXAM.glob("*.jsonl"))


def examples(kind: str) -> Iterator[dict[str, Any]]:
    """Those of one kind."""
    lines = (EXAM / f"{kind}.jsonl").read_text(encoding="utf-8").splitlines()
    return map(json.loads, lines)


def laid_out(lines: Sequence[str]) -> Talk:
    """The words of a talk in time: at the times written, otherwise at the speed of speech."""
    talk, at, marked, laid = Conversation(), BEGIN_S, len(lines) - 1, []
    for number, line in enumerate(lines):
        found = _LINE.fullmatch(line)
        if found is None:
            raise ValueError(line)
        minutes, seconds, who, star, text = found.groups()
        if minutes is not None:
            written = int(minutes) * 60 + int(seconds)
            at = max(at, written) if number else written
        words = [
            Word(samples(at + i * WORD_S), samples(at + i * WORD_S + 0.3), Track(who), word)
            for i, word in enumerate(text.split())
        ]
        talk.said[Track(who)].read(words)
        laid.append(tuple(words))
        if star:
            marked = number
        at += len(words) * WORD_S + TURN_S
    return Talk(talk, tuple(laid), marked)


def is_found(kind: str, talk: Talk, *, expected: bool) -> bool:
    """Whether the kind is found where it should be, or where it should not."""
    if kind == "safety":
        ears = safety("en", SaidOptions())
        return any(ears.hears(talk.conversation.said[track].words) for track in Track)
    given = wording_detector(talk.conversation, "en", SaidOptions())
    flags = {flag.id: flag for flag in given.finish(Samples(talk.over + samples(90)))}
    held = [
        flag
        for flag in flags.values()
        if flag.kind == kind and flag.status in (Status.CONFIRMED, Status.REVISED)
    ]
    anywhere = kind == "client_reopened" if expected else kind in OF_A_COURSE
    return bool(held) if anywhere else any(_at(talk, flag.start, flag.end) for flag in held)


def _at(talk: Talk, start: int, end: int) -> bool:
    return start < talk.end + NEAR and end > talk.start - NEAR


def score_of(kind: str) -> Score:
    """How many examples of a kind come right."""
    hits = false = missed = 0
    for example in examples(kind):
        found = is_found(kind, laid_out(example["talk"]), expected=example["fires"])
        hits += found and example["fires"]
        false += found and not example["fires"]
        missed += example["fires"] and not found
    return Score(hits, false, missed)
