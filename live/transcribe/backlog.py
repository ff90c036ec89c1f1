"""What waits to be put into words, and in which order: the coach first, previews last."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import Annotated

from live.options import Range
from live.types import RATE, Track, Utterance, seconds


@dataclass(frozen=True, slots=True)
class BacklogOptions:
    """How much may wait for a slow computer."""

    said_after_s: Annotated[float, Range(2, 120)] = 10.0
    """So much waiting speech is said on screen: the words are behind."""
    client_s: Annotated[float, Range(60, 3600)] = 600.0
    """Speech of the client that may wait; the oldest beyond it stays without words. 10 minutes
    are 19 MB."""
    coach_s: Annotated[float, Range(600, 14400)] = 7200.0
    """The same for the coach, whose words are given up last: 2 hours are 230 MB."""
    review_s: Annotated[float, Range(10, 600)] = 60.0
    """So much may wait in a review; then the recording waits instead."""


class Backlog:
    """Utterances that wait.

    In this order: the coach's finals, the coach's that is about to be final, the client's finals,
    the one latest preview.
    """

    def __init__(self, options: BacklogOptions, *, bounded: bool = True) -> None:
        """Unbounded it gives up nothing: whoever adds to it sees to it that not too much waits."""
        self._options = options
        self._bounded = bounded
        self._finals: dict[Track, deque[Utterance]] = {track: deque() for track in Track}
        self._early: Utterance | None = None
        self._preview: Utterance | None = None

    def add(self, utterance: Utterance) -> list[Utterance]:
        """Let one more wait; the finals that are given up for it, usually none."""
        if utterance.early:
            self._early, self._preview = utterance, None
            return []
        # An utterance that goes on, or is over, was early in vain.
        if utterance.track is Track.COACH:
            self._early = None
        if not utterance.final:
            self._preview = None if self.seconds else utterance
            return []
        if self._preview is not None and self._preview.track is utterance.track:
            self._preview = None
        waiting = self._finals[utterance.track]
        waiting.append(utterance)
        coach = utterance.track is Track.COACH
        most = (self._options.coach_s if coach else self._options.client_s) * RATE
        given_up: list[Utterance] = []
        if not self._bounded:
            return given_up
        while len(waiting) > 1 and sum(len(each.sound) for each in waiting) > most:
            given_up.append(waiting.popleft())
        return given_up

    def take(self) -> Utterance | None:
        """The next to be put into words; None when nothing waits."""
        if self._finals[Track.COACH]:
            return self._finals[Track.COACH].popleft()
        early, self._early = self._early, None
        if early is not None:
            return early
        if self._finals[Track.CLIENT]:
            return self._finals[Track.CLIENT].popleft()
        preview, self._preview = self._preview, None
        return preview

    @property
    def seconds(self) -> float:
        """Speech whose final words wait, in seconds."""
        return sum(seconds(len(each.sound)) for lane in self._finals.values() for each in lane)
