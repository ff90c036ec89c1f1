"""Answers that become short or distant, the return to fuller ones, and how a complaint is met.

Worded as a question to the coach, never as a verdict on the client.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import ClassVar

from live.detect.course import Course
from live.detect.detector import withdrawn
from live.detect.rules import Find, moment
from live.detect.session_shape import ShapeOptions
from live.detect.units import Question, Unit
from live.types import Evidence, Flag, Samples, Track, samples


class Withdrawal:
    """Answers that become short, late or distant together; and the return to fuller ones."""

    kinds: ClassVar[frozenset[str]] = frozenset({"withdrawal_cue", "client_reopened"})

    def __init__(self, options: ShapeOptions, *, times_are_true: bool) -> None:
        self._options = options
        self._times = times_are_true
        self._turn: list[Unit] = []
        self._lengths: list[int] = []
        self._latencies: list[int] = []
        self._short: list[Unit] = []
        self._signs: list[tuple[Samples, Samples, str]] = []
        self._open_asked = False
        self._coach_until: Samples | None = None
        self._cue: tuple[Samples, float] | None = None
        """When the client last withdrew, and how long their turns had been."""

    def hear(
        self, said: Unit, asked: Sequence[Question], finds: Sequence[Find], course: Course
    ) -> Iterator[Flag]:
        """A unit is over."""
        if said.track is Track.COACH:
            if course.only_listens(said):
                return  # the client's turn goes on
            self._ended(course)
            self._open_asked = any(q.is_open for q in asked) or (
                self._open_asked and not asked and self._coach_until is not None
            )
            self._coach_until = said.end
            return
        self._turn.append(said)
        yield from self._told(course)

    def _told(self, course: Course) -> Iterator[Flag]:
        """What the newest unit of the client's turn says so far."""
        said = self._turn[-1]
        count = sum(len(each.tokens) for each in self._turn)
        if (
            self._cue is not None
            and count >= self._usual_before()
            and count > self._options.short_words
        ):
            at, _ = self._cue
            if said.end - at <= samples(self._options.reopened_s):
                first = self._turn[0]
                words = [w for each in self._turn for w in each.words]
                evidence: Evidence = {"words": count, "why": "turns are as long as before again"}
                yield moment(
                    "client_reopened", Track.CLIENT, words, said.end, 0.8, evidence, first.start
                )
            self._cue = None
        yield from self._cued(said, course, count)

    def _cued(self, said: Unit, course: Course, count: int) -> Iterator[Flag]:
        if said.end < samples(self._options.opening_s) or self._cue is not None:
            self._note(said, course, count, keep=self._cue is None)
            return
        self._note(said, course, count, keep=True)
        since = said.end - samples(self._options.within_s)
        recent = [sign for sign in self._signs if sign[1] >= since]
        kinds = {name for _, _, name in recent if name != "fine"}
        if sum(name == "fine" for _, _, name in recent) > 1:
            kinds.add("fine")
        if "short" in kinds and len([s for s in self._short if s.end >= since]) < 3:
            kinds.discard("short")
        if len(kinds) > 1:
            start = min(start for start, _, name in recent if name in kinds)
            self._cue = (said.end, self._usual())
            course.withdrawn_at = said.end
            evidence: Evidence = {
                "signs": ", ".join(sorted(_SAID[name] for name in kinds)),
                "why": "a question to you",
            }
            yield moment("withdrawal_cue", Track.CLIENT, said.words, said.end, 0.7, evidence, start)
            self._signs.clear()
            self._short.clear()

    def _note(self, said: Unit, course: Course, count: int, *, keep: bool) -> None:
        """Which signs this unit gives."""
        if not keep:
            return
        first = self._turn[0]
        names = course.signs_in(said)
        if "fine" in names:
            self._signs.append((said.start, said.end, "fine"))
        if "complaint" in names:
            self._signs.append((said.start, said.end, "complaint"))
        usual = self._usual()
        short = count <= self._options.short_words and usual >= self._options.usual_words
        if said is first and self._open_asked and short:
            self._short.append(said)
            self._signs.append((said.start, said.end, "short"))
        if said is first and self._times and self._coach_until is not None:
            latency = said.start - self._coach_until
            known = self._latencies
            if len(known) >= _ENOUGH and latency >= self._options.late * max(median(known), _LEAST):
                self._signs.append((said.start, said.end, "late"))
            if latency >= 0:
                known.append(latency)

    def _ended(self, course: Course) -> None:
        """The client's turn, if there was one, is over."""
        if not self._turn:
            return
        count = sum(len(each.tokens) for each in self._turn)
        if not course.only_listens(self._turn[0]) or len(self._turn) > 1:
            self._lengths.append(count)
        if count > self._options.short_words and self._short and self._short[-1] is self._turn[0]:
            self._short.pop()
        self._turn.clear()

    def _usual(self) -> float:
        return median(self._lengths) if self._lengths else 0.0

    def _usual_before(self) -> float:
        return self._cue[1] if self._cue is not None else 0.0


_ENOUGH = 4
"""Answers before their usual latency is known."""
_LEAST = samples(0.3)
_SAID = {
    "short": "short answers",
    "late": "later answers",
    "fine": '"fine" and the like',
    "complaint": "a complaint",
}


class Heard:
    """A complaint that was taken in, without explaining oneself in the turns after it."""

    kinds: ClassVar[frozenset[str]] = frozenset({"heard_without_defending"})

    def __init__(self) -> None:
        self._given: Flag | None = None
        self._answers = False
        self._turns = 0
        self._last: Track | None = None

    def hear(
        self, said: Unit, asked: Sequence[Question], finds: Sequence[Find], course: Course
    ) -> Iterator[Flag]:
        """A unit is over."""
        begins = said.track is not self._last
        self._last = said.track
        if said.track is Track.CLIENT:
            self._answers = self._answers or "complaint" in course.signs_in(said)
            return
        if self._given is not None and begins:
            self._turns += 1
        if self._given is not None and any(find.kind == "defending" for find in finds):
            if self._turns < course.options.complaint_turns:
                given, self._given = self._given, None
                yield withdrawn(given, said.end, "it was explained away afterwards")
            return
        if not self._answers or course.only_listens(said):
            return
        self._answers = False
        taken_in = course.signs_in(said)
        open_asked = any(q.is_open for q in asked)
        owned = any(find.kind == "ownership" for find in finds)
        if any(find.kind == "defending" for find in finds) or "defending" in taken_in:
            return
        if open_asked or owned or "takes_in" in taken_in:
            evidence: Evidence = {"why": "a complaint was taken in"}
            self._given = moment(
                "heard_without_defending", Track.COACH, said.words, said.end, 0.75, evidence
            )
            self._turns = 0
            yield self._given
