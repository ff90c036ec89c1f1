"""Conditions a rule may name: what has to hold, or must not, around the words that were found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from live.detect.course import Course
from live.detect.patterns import Span
from live.detect.units import Question, Unit
from live.types import samples


@dataclass(frozen=True, slots=True)
class Look:
    """A find, and everything it may be judged by."""

    unit: Unit
    span: Span
    questions: Sequence[Question]
    course: Course

    @property
    def before(self) -> tuple[str, ...]:
        """The tokens of the same clause before it."""
        start, _ = self.unit.clause(self.span.start)
        return self.unit.tokens[start : self.span.start]

    @property
    def after(self) -> tuple[str, ...]:
        """The tokens of the same clause after it."""
        _, end = self.unit.clause(self.span.start)
        return self.unit.tokens[self.span.end : max(end, self.span.end)]

    def named(self, name: str) -> tuple[str, ...]:
        """What a class of the pattern stood for."""
        return next(
            (self.unit.tokens[start:end] for each, start, end in self.span.named if each == name),
            (),
        )


_REPORT = 6
"""Tokens before it in which somebody else is said to have said it."""


def _asked(look: Look) -> bool:
    return any(q.start <= look.span.start < q.end for q in look.questions)


def _negated(look: Look) -> bool:
    return any(token in look.course.grammar.negations for token in look.before[-3:])


def _reported(look: Look) -> bool:
    """What follows is somebody else's: "you said you should", "your mother thinks you should"."""
    grammar = look.course.grammar
    before = look.before[-_REPORT:]
    said = [i for i, token in enumerate(before) if token in grammar.says]
    return bool(said) and bool(grammar.sayers & set(before[max(0, said[-1] - 3) : said[-1]]))


def _client_said(look: Look) -> bool:
    """The label, or else all of what was found, is the client's own."""
    words = look.named("label") or look.unit.tokens[look.span.start : look.span.end]
    return look.course.said_by_client(words)


def _sign(name: str) -> Callable[[Look], bool]:
    return lambda look: look.course.recent(name, look.course.options.asked_turns)


def _complained(look: Look) -> bool:
    return look.course.recent("complaint", look.course.options.complaint_turns)


def _permitted(look: Look) -> bool:
    return look.unit.start <= look.course.permitted_until


def _opening(look: Look) -> bool:
    return look.unit.start < samples(look.course.options.check_in_s)


CONDITIONS: Mapping[str, Callable[[Look], bool]] = MappingProxyType(
    {
        "question": _asked,
        "negated": _negated,
        "reported": _reported,
        "client_said": _client_said,
        "client_asked_advice": _sign("asked_advice"),
        "client_asked_story": _sign("asked_story"),
        "client_asked_past": _sign("asked_past"),
        "client_complained": _complained,
        "client_distressed": _sign("distress"),
        "permitted": _permitted,
        "opening": _opening,
    }
)
"""By the names that packs use; each is explained in models/lexicon/README.md."""
