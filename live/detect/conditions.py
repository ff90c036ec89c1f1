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

    def before(self, most: int) -> tuple[str, ...]:
        """So many of the tokens of the same clause right before it."""
        start, _ = self.unit.clause(self.span.start)
        return self.unit.tokens[max(start, self.span.start - most) : self.span.start]

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


_ASIDE = 2
"""Tokens before a comma that are too few to be a clause: "for now, wait"."""
_COMMAS = (",", "-", "\u2013", "\u2014")


def _asked(look: Look) -> bool:
    return any(q.start <= look.span.start < q.end for q in look.questions)


def _asked_openly(look: Look) -> bool:
    """Inside a question with a question word: "what could you do"."""
    return any(q.is_open and q.start <= look.span.start < q.end for q in look.questions)


def _opens(look: Look) -> bool:
    """At the beginning of a clause: nothing that could be its subject stands before it.

    What leads in may ("okay, so"), and an aside that a comma ends ("when it starts, name ...").
    """
    grammar, tokens, end = look.course.grammar, look.unit.tokens, look.span.start
    at, _ = look.unit.clause(end)
    while at < end:
        leads = (n for n in (3, 2, 1) if tokens[at : min(at + n, end)] in grammar.lead_in)
        length = next(leads, 0)
        if not length:
            aside = tokens[at] in grammar.joins or end - at <= _ASIDE
            return aside and _pauses(look, end)
        at += length
    return True


def _after_comma(look: Look) -> bool:
    """Right after a comma, or what leads in after one: "they are free, so give them a ring"."""
    at, grammar = look.span.start, look.course.grammar
    while at and not _pauses(look, at) and (look.unit.tokens[at - 1],) in grammar.lead_in:
        at -= 1
    return _pauses(look, at)


def _pauses(look: Look, at: int) -> bool:
    """Whether a comma or a dash stands before a token."""
    return at > 0 and look.unit.words[look.unit.origin[at - 1]].text.endswith(_COMMAS)


def _negated(look: Look) -> bool:
    return any(token in look.course.grammar.negations for token in look.before(3))


def _reported(look: Look) -> bool:
    """What follows is somebody else's: "you said you should", "your mother thinks you should"."""
    grammar = look.course.grammar
    before = look.before(_REPORT)
    said = [i for i, token in enumerate(before) if token in grammar.says]
    return bool(said) and bool(grammar.sayers & set(before[max(0, said[-1] - 3) : said[-1]]))


def _client_said(look: Look) -> bool:
    """The label, or else all of what was found, is the client's own."""
    words = look.named("label") or look.unit.tokens[look.span.start : look.span.end]
    return look.course.said_by_client(words)


_CLAIMS = ("label", "inner", "seen")
"""How the names of classes begin that stand for what is claimed about the client."""


def _client_used(look: Look) -> bool:
    """A state, a category or a gesture named in it is the client's own word."""
    return any(
        look.course.said_by_client(look.unit.tokens[start:end])
        for name, start, end in look.span.named
        if name.startswith(_CLAIMS)
    )


def _sign(name: str) -> Callable[[Look], bool]:
    return lambda look: look.course.recent(name, look.course.options.asked_turns)


def _complained(look: Look) -> bool:
    return look.course.recent("complaint", look.course.options.complaint_turns)


def _spoken_of(look: Look) -> bool:
    return look.course.recent("about_coach", 1)


def _stands(name: str) -> Callable[[Look], bool]:
    """The coach says it anywhere in the same go."""
    return lambda look: name in look.course.signs_in(look.unit)


def _asks_back(look: Look) -> bool:
    """A question follows in the same go, or an invitation to correct stands in it."""
    return any(q.end > look.span.end for q in look.questions) or _stands("invitation")(look)


def _then_owned(look: Look) -> bool:
    """The coach owns a mistake later in the same go."""
    return any(at >= look.span.end for at in look.course.signs_in(look.unit).get("ownership", ()))


def _permitted(look: Look) -> bool:
    return look.unit.start <= look.course.permitted_until


def _opening(look: Look) -> bool:
    return look.unit.start < samples(look.course.options.check_in_s)


def _checking_in(look: Look) -> bool:
    """In the first minutes, and about what was agreed; else it is the coach's wish."""
    return _opening(look) and _stands("checks_in")(look)


def _handed_back(look: Look) -> bool:
    """What was found is what the client has just said; or a grade that they have just quoted."""
    found = look.unit.tokens[look.span.start : look.span.end]
    quoted = look.course.recent("graded", 1) and look.course.said_by_client(found)
    return quoted or look.course.handed_back(found)


def _asks(look: Look) -> bool:
    """In a question, unless a statement is one by its tag alone: "that is brave, isn't it"."""
    grammar, tokens = look.course.grammar, look.unit.tokens
    for q in look.questions:
        if q.start <= look.span.start < q.end:
            tagged = any(tokens[q.end - len(tag) : q.end] == tag for tag in grammar.tags)
            if not tagged or tokens[q.start] in grammar.wh | grammar.aux:
                return True
    return False


def _praised(look: Look) -> bool:
    """Praise stands before it in what was said in one go."""
    begins = look.course.signs_in(look.unit).get("praise", ())
    return any(start < look.span.start for start in begins)


CONDITIONS: Mapping[str, Callable[[Look], bool]] = MappingProxyType(
    {
        "question": _asked,
        "open_question": _asked_openly,
        "opens": _opens,
        "after_comma": _after_comma,
        "negated": _negated,
        "reported": _reported,
        "client_said": _client_said,
        "handed_back": _handed_back,
        "client_used": _client_used,
        "client_asked_advice": _sign("asked_advice"),
        "client_asked_story": _sign("asked_story"),
        "client_asked_past": _sign("asked_past"),
        "client_complained": _complained,
        "client_spoke_of_coach": _spoken_of,
        "client_distressed": _sign("distress"),
        "asks_back": _asks_back,
        "asks_to_be_told": _stands("asks_to_be_told"),
        "then_owned": _then_owned,
        "permitted": _permitted,
        "opening": _opening,
        "checking_in": _checking_in,
        "client_did": lambda look: look.course.recent("own_act", 1),
        "asks": _asks,
        "praised": _praised,
    }
)
"""By the names that packs use; each is explained in models/lexicon/README.md."""
