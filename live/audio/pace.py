"""A source at the speed of life: what a microphone would give, out of a recording."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator

import numpy as np

from live.audio.source import AudioSource
from live.audio.through import Through
from live.errors import UsageError
from live.types import RATE, Audio, AudioBlock, Gap, Lacking, Samples, Track


def paced(
    source: AudioSource,
    speed: float | None = 1.0,
    block: Samples = Samples(320),
    *,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Paced:
    """The same source in blocks of `block` samples per track, each when its sound would be over.

    `speed` 2 is twice as fast; None or infinity does not wait. `clock` and `sleep` count seconds.
    Nothing is dropped: a listener who comes late gets what is due at once.
    """
    if speed is not None and not speed > 0:
        raise UsageError(f"A speed of {speed:g} never gets anywhere.", "Give a number above 0.")
    if block < 1:
        raise ValueError(block)
    return Paced(source, math.inf if speed is None else speed, block, clock, sleep)


class Paced(Through):
    """An `AudioSource` that waits; see `paced`."""

    def __init__(
        self,
        source: AudioSource,
        speed: float,
        block: Samples,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        super().__init__(source)
        self._speed = speed
        self._block = block
        self._clock = clock
        self._sleep = sleep

    def __iter__(self) -> Iterator[AudioBlock | Gap]:
        begin = self._clock()
        for event in _cut(self._source, self._block):
            if isinstance(event, AudioBlock):
                # From the beginning and not from the last block: waits are never added up.
                self._wait(begin + event.end / RATE / self._speed)
            yield event

    def _wait(self, due: float) -> None:
        if self._speed != math.inf and (left := due - self._clock()) > 0:
            self._sleep(left)


def _cut(source: AudioSource, block: int) -> Iterator[AudioBlock | Gap]:
    """The same sound in pairs of equal blocks; each gap before the first block it reaches into."""
    held = {track: np.zeros(0, np.float32) for track in Track}
    gaps: list[Gap] = []
    at = 0
    for event in source:
        if isinstance(event, Lacking):
            continue  # what is paced was recorded, and its gaps are known
        if isinstance(event, Gap):
            gaps.append(event)
            gaps.sort(key=lambda gap: gap.start)
            continue
        held[event.track] = np.concatenate([held[event.track], event.audio])
        whole = min(len(audio) for audio in held.values()) // block * block
        yield from _pairs(held, gaps, at, whole, block)
        held = {track: audio[whole:] for track, audio in held.items()}
        at += whole
    rest = max(len(audio) for audio in held.values())
    yield from _pairs(held, gaps, at, rest, block)


def _pairs(
    held: dict[Track, Audio], gaps: list[Gap], at: int, whole: int, block: int
) -> Iterator[AudioBlock | Gap]:
    for start in range(0, whole, block):
        end = min(start + block, whole)
        while gaps and gaps[0].start < at + end:
            yield gaps.pop(0)
        for track, audio in held.items():
            yield AudioBlock(track, Samples(at + start), audio[start:end])
