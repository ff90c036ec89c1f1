"""Where the engine asks for words: in a process, in line, or from what was given beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from live.types import Samples, Tentative, Track, Unworded, Utterance, Word


@dataclass(frozen=True, slots=True)
class Collected:
    """What a desk has for a track by now."""

    words: Sequence[Word]
    """Newly final words, in order."""
    settled: Samples
    """All of the track's words that end up to here have been given."""
    unworded: Sequence[Unworded] = ()
    """Speech of which there will be no words."""
    tentative: Sequence[Tentative] = ()
    """What two hearings of an utterance that still goes on agree on."""


class Desk(Protocol):
    """Gives final words of both tracks, at its own pace. Called from the session's thread only."""

    @property
    def works(self) -> bool:
        """Whether there are words, or may be."""

    def ask(self, utterance: Utterance) -> None:
        """Have an utterance put into words. Finals of a track come in order and never overlap."""

    def finish(self) -> None:
        """Nothing more will be asked; returns when all finals are answered."""

    def collect(self, track: Track, quiet_until: Samples) -> Collected:
        """The words that have become final.

        No utterance of the track that is still going on begins before `quiet_until`; nothing
        after it may be given.
        """


class GivenWords:
    """Words that came from elsewhere, given as soon as what they belong to is over."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._waiting = {track: [w for w in words if w.track is track] for track in Track}
        for waiting in self._waiting.values():
            waiting.sort(key=lambda w: (w.end, w.start), reverse=True)

    @property
    def works(self) -> bool:
        """The words are there."""
        return True

    def ask(self, utterance: Utterance) -> None:
        """Nothing to ask: the words are there."""

    def finish(self) -> None:
        """Nothing to wait for."""

    def collect(self, track: Track, quiet_until: Samples) -> Collected:
        """All words of the track that end up to `quiet_until` and were not given before."""
        waiting = self._waiting[track]
        words: list[Word] = []
        while waiting and waiting[-1].end <= quiet_until:
            words.append(waiting.pop())
        return Collected(words, quiet_until)
