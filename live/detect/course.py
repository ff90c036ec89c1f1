"""What has been said so far, as far as later words have to be judged by it.

Written unit by unit in the order in which units end; asked by rules about the moment of a unit. So
it does not matter when words arrive.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from live.detect.grammar import Grammar
from live.detect.patterns import Matcher
from live.detect.units import Unit
from live.options import Range
from live.types import Samples, Track, samples


@dataclass(frozen=True, slots=True)
class CourseOptions:
    """How long what was said before still counts."""

    permission_s: Annotated[float, Range(5, 120)] = 20.0
    """What was asked permission for comes within so many seconds of the client's yes."""
    asked_turns: Annotated[int, Range(1, 6)] = 2
    """A question of the client's may be answered within so many of the coach's turns."""
    check_in_s: Annotated[float, Range(0, 1_800)] = 300.0
    """Going back to an earlier session is agreed custom in the first minutes."""
    complaint_turns: Annotated[int, Range(1, 10)] = 3
    """Coach turns after a complaint in which explaining oneself is `defending`."""


@dataclass(slots=True)
class Mark:
    """Something the client did that coach turns are counted from."""

    at: Samples
    coach_turns: int = 0
    """Coach turns begun since."""


_SHORTEST = 4
"""Letters; shorter words belong to everybody."""


@dataclass(slots=True)
class Course:
    """One session's past."""

    signs: Matcher
    """What the client says that matters later, under the names of `SIGNS`."""
    grammar: Grammar
    options: CourseOptions = field(default_factory=CourseOptions)
    client_stems: set[str] = field(default_factory=set)
    """Of everything the client has said."""
    last_stems: set[str] = field(default_factory=set)
    """Of the client's last turn."""
    marks: dict[str, Mark] = field(default_factory=dict)
    asked_permission: Samples | None = None
    """When the coach last asked permission, until the client answers."""
    permitted_until: Samples = Samples(-1)
    last: Track | None = None
    withdrawn_at: Samples | None = None
    """When the client's answers last became short or distant."""
    listening: frozenset[str] = frozenset()
    """Words of listening sounds."""
    sounds: Callable[[Unit], frozenset[str]] = field(default=lambda _: frozenset())
    """Which signs of the client's are heard in a unit beyond any list."""
    _looked_at: Unit | None = None
    _signs: dict[str, list[int]] = field(default_factory=dict)

    def hear(self, unit: Unit, permission: bool = False) -> None:
        """Take in a unit that is over; `permission`: the coach asked for it in this one."""
        turn = unit.track is not self.last
        self.last = unit.track
        if unit.track is Track.COACH:
            if turn:
                for mark in self.marks.values():
                    mark.coach_turns += 1
            if permission:
                self.asked_permission = unit.end
            return
        stems = {self.grammar.stem(token) for token in unit.tokens}
        self.client_stems |= stems
        self.last_stems = stems if turn else self.last_stems | stems
        names = self.signs_in(unit).keys()
        for name in names:
            self.marks[name] = Mark(unit.end)
        if self.asked_permission is not None:
            soon = unit.start - self.asked_permission <= samples(self.options.permission_s)
            if soon and "yes" in names and "no" not in names:
                self.permitted_until = Samples(unit.end + samples(self.options.permission_s))
            self.asked_permission = None

    def said_by_client(self, tokens: Sequence[str]) -> bool:
        """Whether the client has used these words (or their kin) in this session."""
        wanted = [self.grammar.stem(token) for token in tokens if len(token) >= _SHORTEST]
        return bool(wanted) and all(each in self.client_stems for each in wanted)

    def handed_back(self, tokens: Sequence[str]) -> bool:
        """Whether all that is said with these words was in the client's last turn."""
        own = [t for t in tokens if t not in self.grammar.subject and t not in self.grammar.aux]
        return bool(own) and all(self.grammar.stem(token) in self.last_stems for token in own)

    def recent(self, sign: str, turns: int) -> bool:
        """Whether the client gave a sign no more than so many coach turns ago.

        Asked while a coach unit is judged: its own turn is the first when it begins one.
        """
        mark = self.marks.get(sign)
        return mark is not None and mark.coach_turns + (self.last is Track.CLIENT) <= turns

    def signs_in(self, said: Unit) -> dict[str, list[int]]:
        """The signs in a unit, by name, and the tokens at which they begin."""
        if self._looked_at is not said:  # several rules ask about the same unit in a row
            self._looked_at, self._signs = said, {}
            for name, span in self.signs.find(said.tokens, said.edges):
                self._signs.setdefault(name, []).append(span.start)
            if said.track is Track.CLIENT:
                for name in self.sounds(said):
                    self._signs.setdefault(name, [0])
        return self._signs

    def only_listens(self, said: Unit) -> bool:
        """Whether a unit is nothing but listening sounds."""
        return all(token in self.listening for token in said.tokens)
