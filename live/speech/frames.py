"""Two tracks of any division into blocks, cut into pairs of equal frames.

Nothing behind this file sees a block: whether sound came in pieces of 1 or of 20,000 samples
can therefore change nothing but when it is decided.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from live.types import RATE, Audio, AudioBlock, Samples, Track

FRAME = 512
"""Samples in a frame: 32 ms at 16 kHz, the step the Silero network was trained on."""
FRAME_MS = FRAME * 1000 // RATE


@dataclass(frozen=True, slots=True)
class FramePair:
    """The same 32 ms of both tracks."""

    index: int
    coach: Audio
    """Shape (512,), a view: never to be written to."""
    client: Audio

    @property
    def start(self) -> Samples:
        """The position of the first sample."""
        return Samples(self.index * FRAME)

    @property
    def end(self) -> Samples:
        """The position after the last sample."""
        return Samples((self.index + 1) * FRAME)


class Lockstep:
    """Holds sound back until both tracks have frame i, then gives the pair.

    Both tracks begin at 0 and have no holes (the source fills those with silence). Blocks are
    kept by reference until they are used up, so their sound must not change after `push`.
    """

    def __init__(self) -> None:
        self._coach = _Waiting(Track.COACH)
        self._client = _Waiting(Track.CLIENT)
        self._index = 0

    @property
    def end(self) -> Samples:
        """The position after the last true sample of the longer track, padding left out."""
        return max(self._coach.end, self._client.end)

    def push(self, block: AudioBlock) -> Iterator[FramePair]:
        """The pairs this block completes, in order; they are made while being iterated."""
        (self._coach if block.track is Track.COACH else self._client).add(block)
        return self._complete()

    def finish(self) -> Iterator[FramePair]:
        """The rest: the shorter track and the last frame are filled up with zeros."""
        frames = -(-self.end // FRAME)
        for waiting in (self._coach, self._client):
            waiting.pad(frames * FRAME)
        return self._complete()

    def _complete(self) -> Iterator[FramePair]:
        count = min(self._coach.held, self._client.held) // FRAME
        if not count:
            return iter(())
        first, self._index = self._index, self._index + count
        coach = self._coach.take(count * FRAME).reshape(count, FRAME)
        client = self._client.take(count * FRAME).reshape(count, FRAME)
        return map(FramePair, range(first, first + count), coach, client)


class _Waiting:
    """The sound of one track that has not become frames yet."""

    def __init__(self, track: Track) -> None:
        self._track = track
        self._blocks: deque[Audio] = deque()
        self.held = 0
        """Samples in the queue, padding included."""
        self.end = Samples(0)
        """The position after the last true sample."""

    def add(self, block: AudioBlock) -> None:
        if block.start != self.end:
            raise ValueError(f"{self._track}: a block at {block.start} after {self.end}")
        self.end = block.end
        self._hold(block.audio)

    def pad(self, length: int) -> None:
        missing = length - self.end
        if missing:
            self._hold(np.zeros(missing, np.float32))

    def take(self, count: int) -> Audio:
        """The oldest `count` samples, copied only where they lie in several blocks."""
        self.held -= count
        parts: list[Audio] = []
        while count:
            block = self._blocks.popleft()
            if len(block) > count:
                self._blocks.appendleft(block[count:])
                block = block[:count]
            parts.append(block)
            count -= len(block)
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def _hold(self, audio: Audio) -> None:
        if len(audio):
            self._blocks.append(audio)
            self.held += len(audio)
