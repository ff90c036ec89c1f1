"""Questions: open, closed, and several without room to answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from live.detect.course import Course
from live.detect.grammar import Grammar
from live.detect.rules import Find, moment
from live.detect.units import Question, Unit
from live.types import Evidence, Flag, Samples, Track, samples

ROOM = samples(2.0)
"""So much silence is room to answer."""
SAME = 3
"""Questions that differ in no more words than this are one question, asked in two ways."""
SHOWN = 20
"""A flag holds the words of so many questions, at most."""
_NOT_COUNTED = frozenset({"permission", "reassurance_seeking"})
"""They ask, and not for information."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question of the coach's turn."""

    unit: Unit
    question: Question

    @property
    def tokens(self) -> tuple[str, ...]:
        return self.unit.tokens[self.question.start : self.question.end]

    @property
    def start(self) -> Samples:
        return self.unit.said(self.question.start, self.question.end)[0].start

    @property
    def end(self) -> Samples:
        return self.unit.said(self.question.start, self.question.end)[-1].end


class Questions:
    """Counts the coach's questions and notices those that stand in each other's way."""

    kinds: ClassVar[frozenset[str]] = frozenset(
        {"open_question", "closed_question", "stacked_questions"}
    )

    def __init__(self) -> None:
        self._last: _Asked | None = None
        self._different: list[_Asked] = []
        """Questions of the coach's turn that are not the one before, asked in another way."""
        self._said_until = Samples(0)

    def hear(
        self, said: Unit, asked: Sequence[Question], finds: Sequence[Find], course: Course
    ) -> Iterator[Flag]:
        """A unit is over."""
        if said.track is Track.CLIENT or said.start - self._said_until >= ROOM:
            self._last = None
            self._different.clear()
        if said.track is Track.CLIENT:
            return
        self._said_until = said.end
        heard = False
        for question in asked:
            if _asks(said, question, finds, course.grammar):
                yield _counted(said, question)
                if not question.checks:  # checking is no second question
                    self._take(_Asked(said, question))
                    heard = True
        if len(self._different) > 1 and heard:
            yield _stacked(self._different)

    def _take(self, asked: _Asked) -> None:
        if self._last is None or _differ(self._last.tokens, asked.tokens):
            self._different.append(asked)
        self._last = asked


def _asks(said: Unit, question: Question, finds: Sequence[Find], grammar: Grammar) -> bool:
    """Whether it asks for information; "right?" and "may I" do not."""
    if question.end - question.start < 2 and said.tokens[question.start] not in grammar.alone:
        return False
    return not any(
        find.kind in _NOT_COUNTED and question.start <= find.span.start < question.end
        for find in finds
    )


def _differ(one: Sequence[str], other: Sequence[str]) -> bool:
    """Whether more than `SAME` words are added, dropped or changed between them (Levenshtein).

    Only as far from the diagonal as that many words lead: what is said may be long.
    """
    if abs(len(one) - len(other)) > SAME:
        return True
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        first = max(1, i - SAME)
        corner, row[first - 1] = row[first - 1], i if first == 1 else SAME + 1
        for j in range(first, min(len(other), i + SAME) + 1):
            steps = min(row[j] + 1, row[j - 1] + 1, corner + (a != other[j - 1]))
            corner, row[j] = row[j], steps
    return row[-1] > SAME


def _counted(said: Unit, question: Question) -> Flag:
    words = said.said(question.start, question.end)
    kind = "open_question" if question.is_open else "closed_question"
    begins = "a question word" if question.is_open else "a verb, or its tone"
    return moment(kind, Track.COACH, words, words[-1].end, 0.9, {"begins": begins})


def _stacked(different: Sequence[_Asked]) -> Flag:
    shown = different[:SHOWN]
    words = [w for one in shown for w in one.unit.said(one.question.start, one.question.end)]
    evidence: Evidence = {
        "questions": len(different),
        "why": "questions that differ",
    }
    return moment("stacked_questions", Track.COACH, words, words[-1].end, 0.86, evidence)
