"""The same utterances in the short and in the full window: what differs, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from live.transcribe.desk import Collected
from live.transcribe.transcriber import Reply, Transcriber
from live.types import Samples, Track, Utterance, seconds


@dataclass(frozen=True, slots=True)
class Pair:
    """One utterance, heard twice."""

    utterance: Utterance
    short: Reply
    full: Reply

    @property
    def differing(self) -> int:
        """Words that were changed, left out or added from one to the other."""
        return distance(plain(self.short), plain(self.full))


@dataclass(slots=True)
class Comparison:
    """A desk that has every final utterance put into words twice and gives none of them."""

    short: Transcriber
    full: Transcriber
    pairs: list[Pair] = field(default_factory=list)

    @property
    def works(self) -> bool:
        """Nothing waits here."""
        return True

    def ask(self, utterance: Utterance) -> None:
        """Both, one after the other, so that both find the machine alike."""
        if utterance.final:
            short = self.short.transcribe(utterance)
            self.pairs.append(Pair(utterance, short, self.full.transcribe(utterance)))

    def finish(self) -> None:
        """Nothing is open."""

    def collect(self, track: Track, quiet_until: Samples) -> Collected:
        """No words: a comparison is no session."""
        return Collected((), quiet_until)

    @property
    def spoken_s(self) -> float:
        """Seconds of speech compared."""
        return sum(seconds(len(pair.utterance.sound)) for pair in self.pairs)

    @property
    def words(self) -> int:
        """Words in the full window."""
        return sum(len(plain(pair.full)) for pair in self.pairs)

    @property
    def differing(self) -> int:
        """Words that differ."""
        return sum(pair.differing for pair in self.pairs)

    def seconds_each(self) -> tuple[float, float]:
        """Seconds for an utterance in the short and in the full window (medians)."""
        return (
            median(pair.short.seconds for pair in self.pairs),
            median(pair.full.seconds for pair in self.pairs),
        )


def plain(reply: Reply) -> list[str]:
    """The words of a reply as they are compared: lower case, without punctuation."""
    texts = (re.sub(r"[^\w']", "", word.text.lower()) for word in reply.words)
    return [text for text in texts if text]


def distance(one: Sequence[str], other: Sequence[str]) -> int:
    """The fewest words to change, leave out or add to make one into the other (Levenshtein)."""
    before = list(range(len(other) + 1))
    for row, word in enumerate(one, 1):
        here = [row]
        for column, against in enumerate(other, 1):
            changed = before[column - 1] + (word != against)
            here.append(min(changed, before[column] + 1, here[-1] + 1))
        before = here
    return before[-1]
