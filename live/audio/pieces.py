"""Both tracks' sound in pieces of half a second, as it is kept."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from live.types import Audio, AudioBlock, Samples, Track, samples

PIECE = samples(0.5)

Both = NDArray[np.int16]
"""The coach above, the client below; shape (2, n)."""


class Pieces:
    """Puts blocks of any length together; a track that is behind holds the other back."""

    def __init__(self) -> None:
        self._held: dict[Track, list[Audio]] = {track: [] for track in Track}
        self._have = dict.fromkeys(Track, 0)
        self._at = 0

    def push(self, block: AudioBlock) -> Iterator[tuple[Samples, Both]]:
        """Take in consecutive sound; every piece that is now whole, and where it begins."""
        self._held[block.track].append(block.audio)
        self._have[block.track] += len(block.audio)
        while min(self._have.values()) >= PIECE:
            yield self._cut(PIECE)

    def finish(self) -> Iterator[tuple[Samples, Both]]:
        """What is left, as far as both tracks go."""
        if rest := min(self._have.values()):
            yield self._cut(rest)

    def _cut(self, length: int) -> tuple[Samples, Both]:
        both = np.zeros((2, length), np.int16)
        for row, track in enumerate(Track):
            whole = np.concatenate(self._held[track])
            both[row] = np.clip(np.rint(whole[:length] * 32_768), -32_768, 32_767)
            self._held[track] = [whole[length:]]
            self._have[track] -= length
        start, self._at = Samples(self._at), self._at + length
        return start, both
