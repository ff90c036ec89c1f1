"""Edges to stretches, turns, silences and overlaps, as events for whoever keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated

from live.conversation import Conversation, Stretch
from live.options import Range
from live.types import Edge, Overlap, Samples, Silence, Speech, Track, Turn, samples


@dataclass(frozen=True, slots=True)
class TurnOptions:
    """Which silences are worth keeping."""

    silence_s: Annotated[float, Range(0.2, 3.0)] = 0.5
    """Shortest silence that is kept as one; shorter ones are part of fluent talk."""


class Turns:
    """Follows a conversation that is up to date with the edge it is given."""

    def __init__(self, conversation: Conversation, options: TurnOptions) -> None:
        self._conversation = conversation
        self._options = options
        self._told = dict.fromkeys(Track, 0)
        """How many stretches of each track belong to turns that were given."""

    def hear(self, edge: Edge) -> Iterator[Speech | Overlap | Silence]:
        """What an edge completes."""
        yield from self._starts(edge) if edge.speaking else self._stops(edge)

    def clock(self, now: Samples) -> Iterator[Turn]:
        """Turns that are over because 0.7 s of own silence have passed."""
        for track in Track:
            while (count := self._joined(track, now)) and not self._undecided(track, count, now):
                yield from self._turns(track, count, now)

    def finish(self, end: Samples) -> Iterator[Turn | Silence]:
        """Turns and the silence that the end of the session cuts off."""
        heard = [v.stretches[-1] for v in self._conversation.voices.values() if v.stretches]
        last = max((stretch.until(end) for stretch in heard), default=Samples(0))
        for track in Track:
            while count := self._joined(track, end, over=True):
                yield from self._turns(track, count, end)
        if end - last >= samples(self._options.silence_s):
            yield Silence(last, end, self._heard_last(end), None)

    def _waiting(self, track: Track) -> list[Stretch]:
        return self._conversation.voices[track].stretches[self._told[track] :]

    def _joined(self, track: Track, now: Samples, *, over: bool = False) -> int:
        """How many waiting stretches own gaps under 0.7 s join, once that is known; else 0."""
        waiting, gap = self._waiting(track), self._conversation.options.turn_gap
        for count, stretch in enumerate(waiting, start=1):
            following = waiting[count].start if count < len(waiting) else now
            if stretch.end is not None and following - stretch.end >= gap:
                return count
        return len(waiting) if over else 0

    def _undecided(self, track: Track, count: int, now: Samples) -> bool:
        """Whether the other still makes a sound, begun in a gap, that may be only listening."""
        last = self._conversation.voices[track.other].stretches[-1:]
        waiting = self._waiting(track)[:count]
        inside = last and waiting[0].start < last[0].start < waiting[-1].start
        limit = self._conversation.options.backchannel
        return bool(inside) and last[0].end is None and now - last[0].start <= limit

    def _turns(self, track: Track, count: int, now: Samples) -> Iterator[Turn]:
        """Joined stretches as turns: more than listening by the other, in a gap, parts them."""
        stretches = self._waiting(track)[:count]
        self._told[track] += count
        begun = stretches[0].start
        for before, here in pairwise(stretches):
            if self._conversation.turn_begins(track, before, here):
                yield Turn(begun, before.until(now), track)
                begun = here.start
        yield Turn(begun, stretches[-1].until(now), track)

    def _starts(self, edge: Edge) -> Iterator[Silence]:
        voice = self._conversation.voices[edge.track]
        other = self._conversation.voices[edge.track.other]
        ends = [s.until(edge.at) for s in (*other.stretches[-1:], *voice.stretches[-2:-1])]
        since = max(ends, default=Samples(0))
        if edge.at - since >= samples(self._options.silence_s):
            yield Silence(since, edge.at, self._heard_last(edge.at), edge.track)

    def _stops(self, edge: Edge) -> Iterator[Speech | Overlap]:
        mine = self._conversation.voices[edge.track].stretches[-1]
        for other in self._conversation.voices[edge.track.other].stretches[-4:]:
            # An overlap ends with the voice that stops first, and that voice tells of it.
            start = max(mine.start, other.start)
            if start < edge.at and (other.end is None or edge.at < other.end):
                floor = edge.track if mine.start <= other.start else edge.track.other
                yield Overlap(start, edge.at, floor)
        yield Speech(mine.start, edge.at, edge.track)

    def _heard_last(self, moment: Samples) -> Track | None:
        """Whose voice was the last to end before `moment`."""
        ends = [
            (stretch.until(moment), track)
            for track, voice in self._conversation.voices.items()
            for stretch in voice.stretches[-2:]
            if stretch.start < moment
        ]
        return max(ends)[1] if ends else None
