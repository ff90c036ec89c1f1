"""Two voices to utterances: cut where a voice pauses, or at a quiet point when it does not.

Finals are cut by the sample count alone, so live and review ask for the same sound. What is asked
never overlaps: each sample of a track belongs to one final utterance at most.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from live.options import Range
from live.speech.frames import FRAME
from live.types import Audio, Edge, Pcm, Samples, Track, Utterance, samples


@dataclass(frozen=True, slots=True)
class UtteranceOptions:
    """Where speech is cut into what is put into words at a time."""

    pause_s: Annotated[float, Range(0.3, 1.5)] = 0.5
    """An utterance is over after so much own silence."""
    longest_s: Annotated[float, Range(4.0, 28.0)] = 8.0
    """One that goes on is cut after so long: words must come while they are useful."""
    shortest_cut_s: Annotated[float, Range(1.0, 10.0)] = 4.0
    """Such a cut leaves at least this much before it."""
    lead_s: Annotated[float, Range(0.0, 0.5)] = 0.2
    """Sound taken along before the voice: its onset may be soft."""
    tail_s: Annotated[float, Range(0.0, 0.5)] = 0.3
    """Sound taken along after the voice."""
    preview_every_s: Annotated[float, Range(0.5, 5.0)] = 1.0
    """How often the coach's utterance is put into words while it goes on."""


SMOOTH = samples(0.12)
"""Energy is looked at over so long for a quiet point: longer than the closure of a plosive."""
STEP = samples(0.01)
_KEPT = samples(1.0)
"""Sound kept while nobody speaks: more than an onset is back-dated, with its lead."""


class Utterances:
    """Both tracks' utterances."""

    def __init__(self, options: UtteranceOptions) -> None:
        self._lanes = {track: _Lane(track, options) for track in Track}

    def push(self, now: Samples, track: Track, frame: Audio) -> None:
        """Take in a track's frame that ends at `now`."""
        self._lanes[track].take(now, frame)

    def hear(self, now: Samples, edges: Iterable[Edge]) -> list[Utterance]:
        """The utterances that are due at `now`, after the edges that became known with it."""
        for edge in edges:
            self._lanes[edge.track].hear(edge)
        return [each for lane in self._lanes.values() for each in lane.due(now)]

    def finish(self, end: Samples, edges: Iterable[Edge]) -> list[Utterance]:
        """The sound is over: what was going on ends with it."""
        for edge in edges:
            self._lanes[edge.track].hear(edge)
        return [each for lane in self._lanes.values() for each in lane.finish(end)]

    def open_since(self, track: Track) -> Samples | None:
        """Where the utterance that still goes on begins; None when there is none."""
        return self._lanes[track].start


class _Lane:
    """One track: the sound since the utterance began, and where in it the voice is."""

    def __init__(self, track: Track, options: UtteranceOptions) -> None:
        self._track = track
        self._options = options
        self._frames: list[Pcm] = []
        self._from = Samples(0)
        """Position of the first sample kept."""
        self._given = Samples(0)
        """Everything before this has been given."""
        self._voiced: list[tuple[Samples, Samples | None]] = []
        self._preview_at = Samples(0)
        self._early_for = Samples(-1)
        """The stop for which an early utterance was given."""
        self.start: Samples | None = None
        """Where the utterance that goes on begins."""

    def take(self, now: Samples, frame: Audio) -> None:
        self._frames.append(np.rint(np.clip(frame, -1, 1) * 32_767).astype(np.int16))
        if self.start is None:
            self._forget(Samples(now - _KEPT))

    def hear(self, edge: Edge) -> None:
        if not edge.speaking:
            if self._voiced:
                self._voiced[-1] = (self._voiced[-1][0], edge.at)
            return
        if self.start is None:
            lead = edge.at - samples(self._options.lead_s)
            self.start = Samples(max(lead, self._given, self._from))
            self._preview_at = Samples(edge.at + samples(self._options.preview_every_s))
        self._voiced.append((edge.at, None))

    def due(self, now: Samples) -> Iterator[Utterance]:
        if self.start is None:
            return
        stopped = self._voiced[-1][1]
        if stopped is not None:
            if now - stopped >= samples(self._options.pause_s):
                yield from self._close(
                    Samples(min(stopped + samples(self._options.tail_s), now)), now
                )
            elif self._track is Track.COACH and stopped != self._early_for:
                yield from self._early(stopped, now)
            return
        if now - self.start >= samples(self._options.longest_s):
            yield self._cut(now)
        if self._track is Track.COACH and now >= self._preview_at:
            self._preview_at = Samples(now + samples(self._options.preview_every_s))
            yield self._utterance(now, now, final=False)

    def finish(self, end: Samples) -> Iterator[Utterance]:
        if self.start is not None and end > self.start:
            yield from self._close(end, end)

    def _early(self, stopped: Samples, now: Samples) -> Iterator[Utterance]:
        """What `_close` will give if the coach says no more: it can be worked on already."""
        end = Samples(stopped + samples(self._options.tail_s))
        if now >= end and self.start is not None and end > self.start:
            self._early_for = stopped
            utterance = self._utterance(end, now, final=False)
            if utterance.voiced:
                yield replace(utterance, early=True)

    def _close(self, end: Samples, now: Samples) -> Iterator[Utterance]:
        """Give the rest; nothing where the voice turns out to have stopped before the last cut."""
        utterance = self._utterance(Samples(max(end, self.start or 0)), now, final=True)
        self._given, self.start = utterance.end, None
        self._voiced.clear()
        self._forget(Samples(now - _KEPT))
        if utterance.voiced:
            yield utterance

    def _cut(self, now: Samples) -> Utterance:
        """Give what lies before the quietest point; the utterance goes on from there."""
        begin = self.start or Samples(0)
        # The two lengths are set on their own, so that the shortest may be the longer one.
        earliest = min(begin + samples(self._options.shortest_cut_s), now - SMOOTH)
        at = Samples(earliest + _quietest(self._sound(Samples(earliest), now)))
        utterance = self._utterance(at, now, final=True)
        self._given = self.start = at
        later = [(max(a, at), b) for a, b in self._voiced if b is None or b > at]
        self._voiced = [(Samples(a), b) for a, b in later]
        self._preview_at = Samples(now + samples(self._options.preview_every_s))
        self._forget(at)
        return utterance

    def _utterance(self, end: Samples, now: Samples, *, final: bool) -> Utterance:
        begin = self.start or Samples(0)
        # An onset that is dated back may lie in what has been given.
        inside = [(max(a, begin), min(end, now if b is None else b)) for a, b in self._voiced]
        voiced = tuple((a, Samples(b)) for a, b in inside if b > a)
        return Utterance(begin, self._track, self._sound(begin, end), voiced, final)

    def _sound(self, start: Samples, end: Samples) -> Pcm:
        whole = np.concatenate(self._frames)
        return whole[start - self._from : end - self._from].copy()

    def _forget(self, until: Samples) -> None:
        while self._frames and self._from + FRAME <= until:
            self._from = Samples(self._from + len(self._frames.pop(0)))


def _quietest(sound: Pcm) -> int:
    """The middle of the quietest 0.12 s, in samples from the start."""
    power: NDArray[np.float64] = np.square(sound.astype(np.float64))
    total = np.concatenate([[0.0], np.cumsum(power)])
    begins = np.arange(0, max(1, len(sound) - SMOOTH), STEP)
    ends = np.minimum(begins + SMOOTH, len(sound))
    return int(begins[np.argmin(total[ends] - total[begins])]) + SMOOTH // 2
