"""A bounded hand-over from the audio callback to the session's thread.

One thread writes, one reads; there is no lock. Each side changes its own counter only, and the
other reads it once: it may see an older value, never a wrong one.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Frames = NDArray[np.float32]
"""Sound of all of a device's channels at its own rate; shape (n, channels)."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one callback brought."""

    sound: Frames
    arrived: float
    """When the callback ran, on the clock of `live.audio.devices.clock`."""
    lost: int = 0
    """Frames before it that had to be refused."""


class Ring:
    """Holds so many frames; refuses a block that does not fit as a whole, and counts it."""

    def __init__(self, frames: int, channels: int) -> None:
        self._sound = np.zeros((frames, channels), np.float32)
        self._written = 0
        self._read = 0
        self._refused = 0
        self._marks: deque[tuple[int, float, int]] = deque()
        """For each block: frames, arrival, refused before it."""
        self.lost = 0
        """Frames refused so far."""
        self.last: float | None = None
        """When the newest callback ran."""

    @property
    def refusing(self) -> bool:
        """Whether blocks were refused after the newest one that is in it."""
        return self._refused > 0

    def write(self, sound: Frames, arrived: float) -> bool:
        """Copy a block; False when it was refused. Called by the audio callback only."""
        self.last = arrived
        count, size = len(sound), len(self._sound)
        if count > size - (self._written - self._read):
            self._refused += count
            self.lost += count
            return False
        at = self._written % size
        first = min(count, size - at)
        self._sound[at : at + first] = sound[:first]
        self._sound[: count - first] = sound[first:]
        self._written += count
        # The mark is what makes the block visible, so it comes last.
        self._marks.append((count, arrived, self._refused))
        self._refused = 0
        return True

    def read(self) -> list[Chunk]:
        """All blocks that are there, oldest first. Called by one thread only."""
        chunks: list[Chunk] = []
        size = len(self._sound)
        while self._marks:
            count, arrived, lost = self._marks.popleft()
            at = self._read % size
            sound = self._sound[at : at + count].copy()
            if len(sound) < count:
                sound = np.concatenate([sound, self._sound[: count - len(sound)]])
            self._read += count
            chunks.append(Chunk(sound, arrived, lost))
        return chunks
