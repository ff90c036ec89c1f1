"""The rules of all packs, looked for at once in what was said in one go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from live.detect.conditions import CONDITIONS, Look
from live.detect.course import Course
from live.detect.grammar import Grammar
from live.detect.lexicon import text_of
from live.detect.packs import Packs, Rule
from live.detect.patterns import Matcher, Span
from live.detect.units import Question, Unit
from live.kinds import KINDS
from live.options import Range
from live.types import Evidence, Flag, Samples, Status, Track, Word


@dataclass(frozen=True, slots=True)
class WordingOptions:
    """When wording is believed and shown."""

    sure_word: Annotated[float, Range(0.0, 1.0)] = 0.5
    """Words less probable than this raise nothing."""
    debrief: Annotated[float, Range(0.0, 1.0)] = 0.6
    """Confidence from which a find is a flag."""
    live: Annotated[float, Range(0.0, 1.0)] = 0.85
    """Confidence from which it may show while the session runs."""
    unlike: Annotated[float, Range(0.0, 1.0)] = 0.1
    """What a rule found is not believed in a clause that is the kind less probably than this."""


@dataclass(frozen=True, slots=True)
class Find:
    """A rule that holds at some words."""

    rule: Rule
    span: Span

    @property
    def kind(self) -> str:
        """Of the rule."""
        return self.rule.kind


_Around = dict[int, set[str]]
"""By the beginning of a clause: which of a rule's `needs` and `unless` stand in it."""
ANYWHERE = -1
"""Stands for all clauses together."""
_AROUND = ("needs", "unless", "unless_unit")


class Rules:
    """Every rule of a language, looked for at once."""

    def __init__(self, packs: Packs, grammar: Grammar) -> None:
        self._grammar = grammar
        self._by_id = {rule.id: rule for rule in packs.rules}
        self._matcher = Matcher({rule.id: rule.find for rule in packs.rules})
        self._around = {
            rule.id: Matcher({name: getattr(rule, name) for name in _AROUND})
            for rule in packs.rules
            if any(getattr(rule, name) for name in _AROUND)
        }
        self.kinds = frozenset(rule.kind for rule in packs.rules)

    def finds(self, said: Unit, asked: Sequence[Question], course: Course) -> list[Find]:
        """The rules that hold, the surest of each kind in each clause."""
        around: dict[str, _Around] = {}
        best: dict[tuple[str, int], Find] = {}
        for name, span in self._matcher.find(said.tokens, said.edges):
            find = Find(self._by_id[name], span)
            if span.end > said.clause(span.start)[1]:
                continue  # over a pause or a full stop
            if name not in around:  # most rules find nothing, and then nothing forbids it
                around[name] = _looked_around(said, self._around.get(name))
            if self._holds(find, said, asked, course, around[name]):
                place = (find.kind, said.clause(span.start)[0])
                if place not in best or _better(find, best[place]):
                    best[place] = find
        return sorted(best.values(), key=lambda each: (each.span.start, each.kind))

    def _holds(
        self,
        find: Find,
        said: Unit,
        asked: Sequence[Question],
        course: Course,
        around: _Around,
    ) -> bool:
        rule, near = find.rule, around.get(said.clause(find.span.start)[0], set())
        if rule.needs and "needs" not in near:
            return False
        if "unless" in near or "unless_unit" in around.get(ANYWHERE, ()):
            return False
        look = Look(said, find.span, asked, course)
        return all(CONDITIONS[name](look) for name in rule.only) and not any(
            CONDITIONS[name](look) for name in rule.barred
        )


def _looked_around(said: Unit, patterns: Matcher | None) -> _Around:
    around: _Around = {}
    if patterns is not None:
        for name, span in patterns.find(said.tokens, said.edges):
            start, end = said.clause(span.start)
            around.setdefault(ANYWHERE, set()).add(name)
            if span.end <= end:
                around.setdefault(start, set()).add(name)
    return around


def _better(one: Find, other: Find) -> bool:
    return (one.rule.confidence, one.span.end - one.span.start) > (
        other.rule.confidence,
        other.span.end - other.span.start,
    )


def believed(said: Unit, span: Span, options: WordingOptions) -> bool:
    """Whether every word found was heard clearly enough."""
    return all(
        word.probability is None or word.probability >= options.sure_word
        for word in said.said(span.start, span.end)
    )


def flagged(said: Unit, find: Find, status: Status = Status.CONFIRMED) -> Flag:
    """A find as a flag. Its id is made of where it begins, so that a provisional one keeps it."""
    words = said.said(find.span.start, find.span.end)
    clause_end = said.said(*_clause(said, find.span))[-1].end
    return Flag(
        words[0].start,
        max(word.end for word in words),
        said.track,
        find.kind,
        KINDS[find.kind].cls,
        f"{find.kind}.{words[0].start}",
        max(clause_end, words[-1].end),
        status,
        find.rule.confidence,
        text_of(words),
        {"rule": find.rule.id, "why": find.rule.why},
    )


def _clause(said: Unit, span: Span) -> tuple[int, int]:
    start, end = said.clause(span.start)
    return start, max(end, span.end)


def moment(
    kind: str,
    track: Track,
    words: Sequence[Word],
    decided: Samples,
    confidence: float,
    evidence: Evidence,
    start: Samples | None = None,
) -> Flag:
    """A flag on words that no rule names; from `start` where it begins before them."""
    begin = words[0].start if start is None else start
    return Flag(
        begin,
        max(word.end for word in words),
        track,
        kind,
        KINDS[kind].cls,
        f"{kind}.{begin}",
        decided,
        Status.CONFIRMED,
        confidence,
        text_of(words),
        evidence,
    )
