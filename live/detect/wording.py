"""What was said: rules over the words of each unit, and what the talk around them makes of it.

A flag is confirmed when what was said in one go is over and its words are final. Before that, words
that two hearings agree on, or final words of a unit that goes on, may light a provisional one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import ClassVar, Protocol

from live.conversation import Conversation
from live.detect.conditions import CONDITIONS, Look
from live.detect.course import Course
from live.detect.detector import FINAL, Settled, withdrawn
from live.detect.grammar import Grammar
from live.detect.likeness import Held, Likeness, Model, around
from live.detect.packs import Rule
from live.detect.patterns import Span
from live.detect.rules import Find, Rules, WordingOptions, believed, flagged
from live.detect.talk import Talk
from live.detect.units import Question, Unit, questions, unit
from live.kinds import KINDS, Needs
from live.types import Class, Edge, Flag, Samples, Status, Tentative, Track, Word, samples

CORRECTION = samples(6.0)
"""An invitation to correct repairs an interpretation when it follows so soon."""
REASSURANCE = samples(120.0)
"""So long after a withdrawal, asking whether all is well asks for reassurance."""
PERMITTED = "advice_with_permission"
HANDED_BACK = frozenset({"evaluation", "advice", "interpretation", "labelling", "dismissive"})
BARRED = {
    "self_disclosure": ("client_asked_story", "permitted"),
    "evaluation": ("reported", "client_said"),
    "advice": ("reported",),
    "interpretation": ("asks_back",),
    "acknowledgement": ("question",),
    "observation": ("question",),
}
"""What keeps a clause from being a kind however much it sounds like it."""
NEEDED = {"defending": ("client_complained",)}
"""Without which it is none, however much it sounds like it."""
_FEWEST = 3
"""Tokens of a clause that may be a kind by its sound alone: two may sound like anything."""
_REPAIRED = {
    "interpretation": ("invitation", CORRECTION, "an invitation to correct it followed"),
    "defending": ("ownership", samples(60.0), "the mistake was owned"),
}
"""What is taken back by what follows in the coach's same turn: sign, how soon, the reason."""


class Observer(Protocol):
    """Hears every unit, with what the rules found in it, and remembers what it needs."""

    kinds: ClassVar[frozenset[str]]

    def hear(
        self, said: Unit, asked: Sequence[Question], finds: Sequence[Find], course: Course
    ) -> Iterator[Flag]:
        """A unit is over; units come in the order in which they end."""


class Wording:
    """Flags from what both say, one unit after the other."""

    kinds: ClassVar[frozenset[str]] = frozenset(
        kind for kind, row in KINDS.items() if row.needs is Needs.TEXT
    )

    def __init__(
        self,
        conversation: Conversation,
        rules: Rules,
        course: Course,
        grammar: Grammar,
        options: WordingOptions,
        observers: Sequence[Observer] = (),
        model: Model | None = None,
    ) -> None:
        self._talk = Talk(conversation, grammar)
        self._rules = rules
        self._course = course
        self._grammar = grammar
        self._options = options
        self._observers = observers
        self._model = model
        self._open: list[Flag] = []
        """Flags of the coach's turn that what follows may repair."""
        self._earlier: frozenset[str] = frozenset()
        """What the last clause before in the coach's turn was made of."""
        self._given: set[str] = set()
        """Kinds of a whole turn that were found in this one."""
        self._agreed: list[Word] = []
        """The coach's words that two hearings agreed on and that are not final yet."""
        self._shown: dict[str, Flag] = {}
        """Provisional ones that are not confirmed yet."""

    def hear(self, edge: Edge) -> Iterable[Flag]:
        """Edges say nothing about words."""
        return ()

    def clock(self, now: Samples) -> Iterable[Flag]:
        """Nor does time."""
        return ()

    def guess(self, tentative: Tentative) -> Iterable[Flag]:
        """Words of a unit that goes on, as far as two hearings agree."""
        if tentative.track is Track.COACH:
            self._agreed += tentative.words
            words = [*self._talk.open(Track.COACH), *self._agreed]
            yield from self._light(unit(words, self._grammar)) if words else ()

    def read(self, settled: Settled) -> Iterable[Flag]:
        """Words are final up to there."""
        for said in self._talk.read(settled):
            yield from self._judge(said)
        self._agreed = [word for word in self._agreed if word.start >= settled.until]
        words = [*self._talk.open(Track.COACH), *self._agreed]
        if words:
            yield from self._light(unit(words, self._grammar))

    def finish(self, end: Samples) -> Iterable[Flag]:
        """The session is over."""
        yield from self.read(FINAL)

    def _judge(self, said: Unit) -> Iterator[Flag]:
        """A unit that is over."""
        finds: list[Find] = []
        asked: list[Question] = []
        held: list[Held] = []
        if said.track is Track.COACH:
            finds, asked, held = self._finds(said)
        if said.track is Track.CLIENT:
            self._open.clear()
            if not self._course.only_listens(said):
                self._earlier = frozenset()
                self._given.clear()
            self._course.hear(said)
        else:
            yield from self._coach(said, finds)
            self._remember(said, asked, held, finds)
        for observer in self._observers:
            yield from observer.hear(said, asked, finds, self._course)
        if said.track is Track.COACH:
            self._course.hear(said, permission=any(f.kind == "permission" for f in finds))

    def _coach(self, said: Unit, finds: list[Find]) -> Iterator[Flag]:
        signs = self._signs(said, finds)
        for flag in list(self._open):
            sign, soon, reason = _REPAIRED[flag.kind]
            if any(at - flag.end <= soon for at in signs.get(sign, ())):
                self._open.remove(flag)
                yield withdrawn(flag, said.end, reason)
        for flag in (flagged(said, find) for find in finds):
            if flag.kind in _REPAIRED:
                sign, soon, _ = _REPAIRED[flag.kind]
                if any(flag.start < at <= flag.end + soon for at in signs.get(sign, ())):
                    continue  # repaired in the same breath
                self._open.append(flag)
            self._shown.pop(flag.id, None)
            yield flag
        yield from self._gone(said)

    def _remember(
        self, said: Unit, asked: Sequence[Question], held: Sequence[Held], finds: Sequence[Find]
    ) -> None:
        """What of this unit tells how the rest of the turn is meant."""
        if self._model is not None:
            self._earlier = self._model.last_features(said, asked, held)
            self._given |= {find.kind for find in finds} & self._model.whole

    def _signs(self, said: Unit, finds: Sequence[Find]) -> dict[str, list[Samples]]:
        """Where in a unit of the coach's each sign begins; what was found is one, too."""
        found = {
            name: [said.said(at, at + 1)[0].start for at in places]
            for name, places in self._course.signs_in(said).items()
        }
        for find in finds:
            start = said.said(find.span.start, find.span.end)[0].start
            found.setdefault(find.kind, []).append(start)
        return found

    def _finds(self, said: Unit) -> tuple[list[Find], list[Question], list[Held]]:
        asked = questions(said, self._grammar)
        by_rule = self._rules.finds(said, asked, self._course)
        held = [(find.rule.id, find.kind, find.span.start) for find in by_rule]
        finds = [
            self._permitted(find, said)
            for find in self._weighed(said, asked, held, by_rule)
            if find.rule.confidence >= self._options.debrief
            and believed(said, find.span, self._options)
            and self._may_be(find, said)
        ]
        return finds, asked, held

    def _weighed(
        self,
        said: Unit,
        asked: Sequence[Question],
        held: Sequence[Held],
        by_rule: Sequence[Find],
    ) -> list[Find]:
        """What the rules found, as far as it sounds like it; and what does so without one."""
        if self._model is None:
            return list(by_rule)
        found = [find for find in by_rule if find.kind not in self._model.kinds]
        told = around(self._course)
        for like in self._model.likenesses(said, asked, held, told, self._earlier):
            inside = [
                find
                for find in by_rule
                if find.kind == like.kind and like.start <= find.span.start < like.end
            ]
            if inside and like.probability >= self._options.unlike:
                find = max(inside, key=lambda each: each.rule.confidence)
                sure = max(find.rule.confidence, like.confidence)
                found.append(Find(replace(find.rule, confidence=round(sure, 3)), find.span))
            elif not inside and like.confidence >= self._options.debrief:
                found += self._without_rule(said, asked, like)
        return sorted(found, key=lambda each: (each.span.start, each.kind))

    def _without_rule(
        self, said: Unit, asked: Sequence[Question], like: Likeness
    ) -> Iterator[Find]:
        """A clause that sounds like a kind, unless what was said before makes it another."""
        span = Span(like.start, like.end)
        look = Look(said, span, asked, self._course)
        if like.kind not in KINDS or like.kind in self._given or like.end - like.start < _FEWEST:
            return
        if any(CONDITIONS[name](look) for name in BARRED.get(like.kind, ())):
            return
        if not all(CONDITIONS[name](look) for name in NEEDED.get(like.kind, ())):
            return
        # Never the words that weighed most: evidence stays when what was said is deleted.
        why = "sounds like it, by its words"
        name, live = f"{like.kind}/sounds-like-it", KINDS[like.kind].cls is Class.COST
        yield Find(
            Rule(name, like.kind, (), why, confidence=round(like.confidence, 3), live=live), span
        )

    def _may_be(self, find: Find, said: Unit) -> bool:
        """Words of the client's handed back are no grade, no advice and no guess.

        Asking for reassurance is one only when the client has just withdrawn.
        """
        if find.kind in HANDED_BACK:
            return not self._course.handed_back(said.tokens[find.span.start : find.span.end])
        if find.kind != "reassurance_seeking":
            return True
        since = self._course.withdrawn_at
        return since is not None and said.start - since <= REASSURANCE

    def _permitted(self, find: Find, said: Unit) -> Find:
        asked = self._course.recent("asked_advice", self._course.options.asked_turns)
        permitted = said.start <= self._course.permitted_until
        if find.kind == "advice" and (asked or permitted):
            return Find(replace(find.rule, kind=PERMITTED), find.span)
        return find

    def _light(self, said: Unit) -> Iterator[Flag]:
        """What may be a cue already; what was and is no longer is taken back."""
        if not said.tokens:
            return
        finds, _, _ = self._finds(said)
        lit = [
            flagged(said, find, Status.PROVISIONAL)
            for find in finds
            if find.rule.live and find.rule.confidence >= self._options.live
        ]
        for flag in lit:
            if flag.id not in self._shown:
                self._shown[flag.id] = flag
                yield flag
        gone = [flag for key, flag in self._shown.items() if key not in {f.id for f in lit}]
        yield from self._take_back(gone, said.end)

    def _gone(self, said: Unit) -> Iterator[Flag]:
        """Provisional flags of a unit that is over, and that came to nothing."""
        gone = [flag for flag in self._shown.values() if flag.start < said.end]
        yield from self._take_back(gone, said.end)

    def _take_back(self, flags: Iterable[Flag], when: Samples) -> Iterator[Flag]:
        for flag in flags:
            del self._shown[flag.id]
            yield replace(flag, revised=when, reason="what followed changed it")
