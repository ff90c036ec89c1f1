"""What needs the course of the session: options too early, and a topic of the coach's own.

Each of these hears the units one after the other and remembers what it needs of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from live.detect.course import Course
from live.detect.grammar import Grammar
from live.detect.rules import Find, moment
from live.detect.units import Question, Unit
from live.options import Range
from live.types import Evidence, Flag, Samples, Track, seconds


@dataclass(frozen=True, slots=True)
class ShapeOptions:
    """How much has to have happened; the numbers are those of the definitions."""

    planned_min: Annotated[float, Range(5, 240)] = 60.0
    """How long a session is meant to be; under 30 the next two numbers are halved."""
    told_min: Annotated[float, Range(0, 30)] = 4.0
    """Minutes since the goal before options."""
    told_words: Annotated[int, Range(0, 1_000)] = 120
    """Words of the client's before options."""
    told_exchanges: Annotated[int, Range(0, 20)] = 3
    """Exchanges about the present situation before options."""
    topic_turns: Annotated[int, Range(1, 10)] = 3
    """Client turns in which a topic has to have come up to be theirs."""
    new_topics: Annotated[int, Range(1, 10)] = 3
    """So many topics of the coach's own in a turn are a theme of their own."""
    short_words: Annotated[int, Range(1, 20)] = 5
    """A client turn of no more words is short..."""
    usual_words: Annotated[int, Range(3, 60)] = 12
    """...where their turns usually have so many."""
    late: Annotated[float, Range(1.0, 5.0)] = 1.5
    """An answer is late from so many times the client's median latency on."""
    within_s: Annotated[float, Range(30, 600)] = 120.0
    """Signs of withdrawal belong together within so many seconds."""
    opening_s: Annotated[float, Range(0, 900)] = 120.0
    """Nothing is a withdrawal before; short answers are how people begin."""
    reopened_s: Annotated[float, Range(60, 3_600)] = 600.0
    """Fuller telling is a return when it comes so soon."""

    @property
    def share(self) -> float:
        """What is left of the first two numbers in a short session."""
        return 0.5 if self.planned_min < 30 else 1.0


class EarlyOptions:
    """The first question about options, if the situation had not been told."""

    kinds: ClassVar[frozenset[str]] = frozenset({"early_options"})

    def __init__(self, options: ShapeOptions) -> None:
        self._options = options
        self._goal: Samples | None = None
        self._words = self._exchanges = 0
        self._asked = self._over = False

    def hear(
        self, said: Unit, asked: Sequence[Question], finds: Sequence[Find], course: Course
    ) -> Iterator[Flag]:
        """A unit is over."""
        if self._over:
            return
        if said.track is Track.CLIENT:
            if self._goal is None:
                self._goal = said.start
            self._words += len(said.tokens)
            if self._asked and len(said.tokens) > self._options.short_words:
                self._exchanges += 1
                self._asked = False
            self._over = course.recent("opened_options", 1)
            return
        signs = course.signs_in(said)
        if "goal" in signs:
            self._goal = said.end
        if "options" in signs and any(
            q.start <= start < q.end for q in asked for start in signs["options"]
        ):
            self._over = True
            if not self._told(said.start):
                yield self._flag(said, signs["options"][0], asked)
        self._asked = True

    def _told(self, now: Samples) -> bool:
        since = seconds(now - (self._goal or 0)) / 60
        share = self._options.share
        return (
            self._exchanges >= self._options.told_exchanges
            and self._words >= self._options.told_words * share
            and since >= self._options.told_min * share
        )

    def _flag(self, said: Unit, start: int, asked: Sequence[Question]) -> Flag:
        question = next(q for q in asked if q.start <= start < q.end)
        words = said.said(question.start, question.end)
        minutes = round(seconds(said.start - (self._goal or 0)) / 60, 1)
        evidence: Evidence = {
            "client_words": self._words,
            "exchanges": self._exchanges,
            "minutes": minutes,
            "why": "options before the situation was told",
        }
        return moment("early_options", Track.COACH, words, words[-1].end, 0.8, evidence)


class Steering:
    """Topics that the client has not raised, in two of the coach's turns running."""

    kinds: ClassVar[frozenset[str]] = frozenset({"steering"})

    def __init__(self, options: ShapeOptions, grammar: Grammar) -> None:
        self._options = options
        self._grammar = grammar
        self._client: list[set[str]] = []
        """What the client's last turns were made of."""
        self._before: set[str] = set()
        """Topics of the coach's turn before, as far as the client has not taken them up."""
        self._now: set[str] = set()
        self._given = False
        self._last: Track | None = None

    def hear(
        self, said: Unit, asked: Sequence[Question], finds: Sequence[Find], course: Course
    ) -> Iterator[Flag]:
        """A unit is over."""
        begins = said.track is not self._last
        if said.track is Track.COACH and course.only_listens(said):
            return
        self._last = said.track
        if said.track is Track.CLIENT:
            self._hear_client({self._grammar.stem(token) for token in said.tokens}, begins)
            return
        if begins:
            self._before, self._now, self._given = self._now, set(), False
        if not self._client or said.start <= course.permitted_until:
            return
        if "goal" in course.signs_in(said) or any(find.kind in _BETWEEN for find in finds):
            return
        theirs = set().union(*self._client)
        brought = {
            topic: index
            for index, token in reversed(list(enumerate(said.tokens)))
            if self._is_topic(token) and (topic := self._grammar.stem(token)) not in theirs
        }
        self._now |= brought.keys()
        if self._before and not self._given and self._steers(asked):
            self._given = True
            kept = [index for topic, index in brought.items() if topic in self._before]
            yield self._flag(said, min(kept or brought.values(), default=0))

    def _hear_client(self, stems: set[str], begins: bool) -> None:
        if begins or not self._client:
            self._client = [*self._client[-self._options.topic_turns + 1 :], set()]
        self._client[-1] |= stems
        self._now -= stems

    def _steers(self, asked: Sequence[Question]) -> bool:
        """The same topic asked about once more, or so many new ones that it is a theme."""
        held = bool(asked) and bool(self._before & self._now)
        return held or len(self._now) >= self._options.new_topics

    def _is_topic(self, token: str) -> bool:
        long = len(token) >= _SHORTEST_TOPIC and token.isalpha()
        return long and token not in self._grammar.common and not token.endswith(_NO_NOUN)

    def _flag(self, said: Unit, index: int) -> Flag:
        start, end = said.clause(index)
        words = said.said(start, max(end, index + 1))
        evidence: Evidence = {"why": "topics the client has not raised, for a second turn"}
        return moment("steering", Track.COACH, words, words[-1].end, 0.7, evidence)


_BETWEEN = frozenset({"permission", "autonomy", "ownership", "recommitment", "rupture_naming"})
"""What is about the two of them brings no topic."""
_SHORTEST_TOPIC = 4
_NO_NOUN = ("ing", "ed", "ly", "ful", "ive")
"""Endings of what is mostly no noun."""
