"""Final words of both voices as units, in the order in which they end.

A unit ends where its voice is silent for 0.7 s. The words alone decide where that is, never the
moment at which they arrive.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from live.conversation import Conversation
from live.detect.detector import Settled
from live.detect.grammar import Grammar
from live.detect.units import Unit, unit
from live.types import Samples, Track, Word, samples

GAP = samples(0.7)
"""Own silence that ends a unit; as long as the one that ends a turn."""
LONGEST_WORD = samples(3.0)
"""A word that has begun is final by then: what follows a pause is known not to belong to it."""
MOST_WORDS = 400
"""A unit ends here even without a pause, so that a monologue is judged piece by piece."""


@dataclass(slots=True)
class _Line:
    """One voice's words since its last unit."""

    words: list[Word] = field(default_factory=list)
    read: int = 0
    """How many of the conversation's words were taken in."""


class Talk:
    """Cuts units out of a conversation's final words."""

    def __init__(self, conversation: Conversation, grammar: Grammar) -> None:
        self._conversation = conversation
        self._grammar = grammar
        self._lines = {track: _Line() for track in Track}
        self._closed: list[Unit] = []

    def read(self, settled: Settled) -> Iterator[Unit]:
        """Every unit that is over for certain and was not given yet, by its end."""
        for track in Track:
            self._take(track, settled.until)
        self._closed.sort(key=lambda one: (one.end, one.start, one.track))
        while self._closed and not self._may_still_end_before(self._closed[0].end):
            yield self._closed.pop(0)

    def open(self, track: Track) -> list[Word]:
        """The words of the unit that goes on."""
        return list(self._lines[track].words)

    def _take(self, track: Track, until: Samples) -> None:
        line, said = self._lines[track], self._conversation.said[track].words
        while line.read < len(said) and said[line.read].end <= until:
            word = said[line.read]
            if line.words and (
                word.start - line.words[-1].end >= GAP or len(line.words) >= MOST_WORDS
            ):
                self._close(line)
            line.words.append(word)
            line.read += 1
        if line.words and until - line.words[-1].end >= GAP + LONGEST_WORD:
            self._close(line)

    def _close(self, line: _Line) -> None:
        made = unit(line.words, self._grammar)
        line.words = []
        if made.tokens:
            self._closed.append(made)

    def _may_still_end_before(self, end: Samples) -> bool:
        """Whether a unit that goes on could turn out to have ended first."""
        return any(line.words and line.words[-1].end <= end for line in self._lines.values())
