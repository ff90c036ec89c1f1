"""Tentative words to agreed ones: what two hearings in a row say alike.

Local agreement of two, as in Macháček, Dabre and Bojar 2023 (Whisper-Streaming): the longest
common beginning of one hearing and the one before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from live.types import Samples, Tentative, Track, Word


class Commit:
    """One track's utterance that goes on, heard again and again from its beginning."""

    def __init__(self, track: Track) -> None:
        self._track = track
        self._start: Samples | None = None
        self._before: Sequence[Word] = ()
        self._agreed = 0

    def hear(self, start: Samples, words: Sequence[Word]) -> Tentative | None:
        """What is newly agreed on after one more hearing of the utterance that began at `start`.

        What was agreed on once stays: a cue that was shown cannot be unshown. The final words
        may still differ.
        """
        if start != self._start:
            self._start, self._before, self._agreed = start, (), 0
        common = 0
        for one, other in zip(self._before, words, strict=False):
            if _plain(one.text) != _plain(other.text):
                break
            common += 1
        new = tuple(words[self._agreed : common])
        self._before, self._agreed = words, max(common, self._agreed)
        if not new:
            return None
        return Tentative(new[0].start, new[-1].end, self._track, new)


def _plain(text: str) -> str:
    return re.sub(r"[^\w']", "", text.lower())
