"""Edges to stretches, turns, silences and overlaps, as events for whoever keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from live.conversation import Conversation
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
        self._begun: dict[Track, Samples | None] = dict.fromkeys(Track)

    def hear(self, edge: Edge) -> Iterator[Speech | Turn | Overlap | Silence]:
        """What an edge completes."""
        if edge.speaking:
            yield from self._starts(edge)
        else:
            yield from self._stops(edge)

    def clock(self, now: Samples) -> Iterator[Turn]:
        """Turns that are over because 0.7 s of own silence have passed."""
        for track, begun in self._begun.items():
            if begun is None:
                continue
            end = self._conversation.voices[track].stretches[-1].end
            if end is not None and now - end >= self._conversation.options.turn_gap:
                yield self._over(track, begun, end)

    def finish(self, end: Samples) -> Iterator[Turn | Silence]:
        """Turns and the silence that the end of the session cuts off."""
        heard = [v.stretches[-1] for v in self._conversation.voices.values() if v.stretches]
        last = max((stretch.until(end) for stretch in heard), default=Samples(0))
        for track, begun in self._begun.items():
            if begun is not None:
                stop = self._conversation.voices[track].stretches[-1].until(end)
                yield self._over(track, begun, stop)
        if end - last >= samples(self._options.silence_s):
            yield Silence(last, end, self._heard_last(end), None)

    def _starts(self, edge: Edge) -> Iterator[Turn | Silence]:
        voice = self._conversation.voices[edge.track]
        begun = self._begun[edge.track]
        if begun is not None:
            first = self._conversation.turn_start(edge.track, edge.at)
            if voice.stretches[first].start != begun:
                yield self._over(edge.track, begun, voice.stretches[-2].until(edge.at))
        if self._begun[edge.track] is None:
            self._begun[edge.track] = edge.at
        other = self._conversation.voices[edge.track.other]
        ends = [s.until(edge.at) for s in (*other.stretches[-1:], *voice.stretches[-2:-1])]
        since = max(ends, default=Samples(0))
        if edge.at - since >= samples(self._options.silence_s):
            yield Silence(since, edge.at, self._heard_last(edge.at), edge.track)

    def _stops(self, edge: Edge) -> Iterator[Speech | Overlap]:
        mine = self._conversation.voices[edge.track].stretches[-1]
        for other in self._conversation.voices[edge.track.other].stretches[-4:]:
            # An overlap ends with the voice that stops first, and that voice tells of it; when
            # both stop at once it is the coach's to tell.
            start = max(mine.start, other.start)
            stop = edge.at if other.end is None else other.end
            first = edge.at < stop or (edge.at == stop and edge.track is Track.COACH)
            if start < edge.at and (other.end is None or first):
                floor = edge.track if mine.start <= other.start else edge.track.other
                yield Overlap(start, edge.at, floor)
        yield Speech(mine.start, edge.at, edge.track)

    def _over(self, track: Track, begun: Samples, end: Samples) -> Turn:
        self._begun[track] = None
        return Turn(begun, end, track)

    def _heard_last(self, moment: Samples) -> Track | None:
        """Whose voice was the last to end before `moment`."""
        ends = [
            (stretch.until(moment), track)
            for track, voice in self._conversation.voices.items()
            for stretch in voice.stretches[-2:]
            if stretch.start < moment
        ]
        return max(ends)[1] if ends else None
