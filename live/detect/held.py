"""Silences that were left to the client, and that the client ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, ClassVar

from live.conversation import Conversation
from live.detect.detector import FINAL, SLACK, Settled, withdrawn
from live.detect.lexicon import TimingWords
from live.detect.questions import asks
from live.kinds import KINDS
from live.options import Range
from live.types import Edge, Flag, Samples, Track, samples, seconds


@dataclass(frozen=True, slots=True)
class HeldOptions:
    """How long a held silence is. Definitions and sources are in ARCHITECTURE.md."""

    from_s: Annotated[float, Range(1.0, 10.0)] = 3.0
    """Shortest silence that is a held one (Levitt 2001: 3 s)."""
    to_s: Annotated[float, Range(5.0, 60.0)] = 12.0
    """No credit above this: the client may have left the conversation."""


@dataclass(frozen=True, slots=True)
class _Credit:
    """A silence after the coach, credited from sound: words may say that nothing was asked."""

    flag: Flag
    asked_from: Samples


class HeldSilences:
    """A silence of 3 to 12 s after a question of the coach, or in a thought of the client."""

    kinds: ClassVar[frozenset[str]] = frozenset({"held_silence"})

    def __init__(
        self,
        conversation: Conversation,
        words: TimingWords,
        options: HeldOptions,
        *,
        reads: bool,
    ) -> None:
        self._conversation = conversation
        self._words = words
        self._options = options
        self._reads = reads
        self._credits: list[_Credit] = []
        self._number = 0

    def hear(self, edge: Edge) -> Iterable[Flag]:
        """The client begins to speak: whose silence was it, and how long."""
        if not edge.speaking or edge.track is Track.COACH:
            return
        last = self._conversation.last_heard(edge.at)
        if last is None:
            return
        after, since = last
        options = self._options
        if not samples(options.from_s) <= edge.at - since <= samples(options.to_s):
            return
        self._number += 1
        flag = Flag(
            start=since,
            end=edge.at,
            track=Track.COACH,
            kind="held_silence",
            cls=KINDS["held_silence"].cls,
            id=f"h{self._number}",
            decided=edge.known,
            confidence=0.9,
            evidence={"silence_s": round(seconds(edge.at - since), 3), "after": str(after)},
        )
        yield flag
        # After a listening sound of the coach the silence is still the client's thought.
        listened = self._conversation.only_listened(Track.COACH, edge.at)
        if self._reads and after is Track.COACH and not listened:
            first = self._conversation.turn_start(Track.COACH, since)
            begun = self._conversation.voices[Track.COACH].stretches[first].start
            self._credits.append(_Credit(flag, begun))

    def clock(self, now: Samples) -> Iterable[Flag]:
        """Nothing falls due between edges."""
        return ()

    def read(self, settled: Settled) -> Iterable[Flag]:
        """Take a credit back when the words before the silence asked nothing."""
        while self._credits and self._credits[0].flag.decided <= settled.until:
            credit = self._credits.pop(0)
            flag = credit.flag
            if self._conversation.said[Track.COACH].lacks(credit.asked_from, flag.start):
                continue
            asked = self._conversation.said[Track.COACH].between(
                Samples(credit.asked_from - SLACK), Samples(flag.start + SLACK), flag.decided
            )
            if asked and not asks(asked, self._words):
                why = "with the words, the coach had not asked anything"
                yield withdrawn(flag, flag.decided, why)

    def finish(self, end: Samples) -> Iterable[Flag]:
        """All words are final."""
        yield from self.read(FINAL)
