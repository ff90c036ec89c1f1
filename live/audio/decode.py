"""One stream of sound out of a file: pieces in order, holes, and what was wrong with it.

Everything is streamed: about a second of sound is held.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NamedTuple

import av
import av.container
import numpy as np
from numpy.typing import NDArray

from live.audio.ending import ends_early, stated_seconds
from live.audio.opening import PLAYABLE, decodable, opened
from live.audio.values import MOST_CHANNELS, cleaned, planar
from live.errors import RecordingError
from live.options import Range

_RATES = range(1_000, 768_001)
"""Samples per second that sound is recorded with; others come from damaged headers."""

_STREAMS = 8
"""How many streams are looked at: two are used, and a file may claim thousands."""


@dataclass(frozen=True, slots=True)
class ClockOptions:
    """How far a file's own timestamps are believed."""

    hole_min_ms: Annotated[int, Range(10, 1_000)] = 50
    """Shorter holes and overlaps are jitter: recorders stamp whole packets of 20 ms."""
    hole_max_s: Annotated[int, Range(1, 3_600)] = 600
    """A longer hole is a damaged timestamp; only before a stream's first sound it may be one
    who joined late."""
    holes_total_s: Annotated[int, Range(1, 86_400)] = 7_200
    """All holes together; a file with more would make minutes of work out of nothing."""


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """One stream of sound in a file, as its first decoded frame shows it."""

    index: int
    """Among the file's decodable streams of sound."""
    channels: int
    first: float | None
    """Time of the first sample in seconds on the file's clock; None where it has none."""
    duration: float | None
    """Seconds, as far as the file tells."""
    empty: bool
    """Well-formed, with no sound in it."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Consecutive sound as it is in the file, about a second or less."""

    rate: int
    channels: tuple[str, ...]
    """FFmpeg's short names ("FL", "FR"); "NONE" where the file does not name them."""
    sound: NDArray[np.float32]
    """Shape (channels, n)."""


@dataclass(frozen=True, slots=True)
class Hole:
    """Time for which the file has nothing."""

    rate: int
    length: int
    """Samples at `rate`."""


@dataclass(slots=True)
class Faults:
    """What was wrong with a stream, counted while it is read."""

    damaged: int = 0
    """Packets that could not be decoded."""
    not_sound: int = 0
    """Samples that were no numbers, replaced by 0."""
    disbelieved: int = 0
    """Jumps of the file's clock that were ignored."""
    breaks_off: bool = False
    """The file ends before it should."""


class _Shape(NamedTuple):
    """What must be equal for frames to be put together."""

    rate: int
    layout: str
    channels: int
    format: str


def probe(path: Path) -> list[StreamFacts]:
    """The streams of sound that can be decoded; a `RecordingError` when there is none."""
    with opened(path) as (container, _):
        has_sound = bool(container.streams.audio)
        count = len(decodable(container))
    if not has_sound:
        raise RecordingError(f"{path.name} has no sound in it.", PLAYABLE)
    found = [facts for index in range(min(count, _STREAMS)) if (facts := _facts(path, index))]
    if not found:
        raise RecordingError(f"Nothing in {path.name} can be played.", PLAYABLE)
    return found


def _facts(path: Path, index: int) -> StreamFacts | None:
    """None for a stream that cannot be decoded at all."""
    faults = Faults()
    with opened(path) as (container, _):
        stream = decodable(container)[index]
        duration = stated_seconds(stream)
        if duration is None and container.duration is not None:
            duration = container.duration / 1e6
        for frame in _frames(container, stream, faults):
            return StreamFacts(index, _shape(frame).channels, _stamp(frame), duration, empty=False)
        # A header that promises sound belongs to a file that broke off before it.
        broken = faults.damaged or faults.breaks_off or duration
        if broken or not stream.codec_context.channels:
            return None
        return StreamFacts(index, stream.codec_context.channels, None, 0.0, empty=True)


class StreamReader:
    """One pass through one stream; `faults` and `played` are whole when it has ended."""

    def __init__(self, path: Path, index: int, origin: float | None, options: ClockOptions) -> None:
        """`origin` is the time on the file's clock that becomes 0; None is its first sample."""
        self._path = path
        self._index = index
        self.faults = Faults()
        self._clock = _Clock(origin, options, self.faults)

    @property
    def played(self) -> float:
        """Seconds given so far, holes included."""
        return self._clock.played

    def pieces(self) -> Generator[Piece | Hole]:
        """All of the stream in order; the file is closed when this ends or is closed."""
        with opened(self._path) as (container, file):
            stream = decodable(container)[self._index]
            yield from self._pieces(_frames(container, stream, self.faults))
            if ends_early(file, container, stream, self.played):
                self.faults.breaks_off = True

    def _pieces(self, frames: Iterator[av.AudioFrame]) -> Iterator[Piece | Hole]:
        batch: list[av.AudioFrame] = []
        size = 0
        for frame in frames:
            hole = self._clock.advance(frame)
            if batch and (hole or size >= frame.sample_rate or _shape(frame) != _shape(batch[0])):
                yield self._piece(batch)
                batch, size = [], 0
            if hole:
                yield Hole(frame.sample_rate, hole)
            batch.append(frame)
            # Counted in pairs of channels, so that many channels do not mean much memory.
            size += frame.samples * max(1, frame.layout.nb_channels // 2)
        if batch:
            yield self._piece(batch)

    def _piece(self, batch: list[av.AudioFrame]) -> Piece:
        sound = planar(batch)
        self.faults.not_sound += cleaned(sound)
        names = tuple(channel.name for channel in batch[0].layout.channels)
        return Piece(batch[0].sample_rate, names, sound)


class _Clock:
    """The file's timestamps against the sound it gives."""

    def __init__(self, origin: float | None, options: ClockOptions, faults: Faults) -> None:
        self._origin = origin
        self._options = options
        self._faults = faults
        self._filled = 0.0
        self.played = 0.0

    def advance(self, frame: av.AudioFrame) -> int:
        """Count this frame; how many samples of silence are due before it."""
        hole = self._hole_before(frame)
        self.played += (hole + frame.samples) / frame.sample_rate
        return hole

    def _hole_before(self, frame: av.AudioFrame) -> int:
        stamp = _stamp(frame)
        if stamp is None:
            return 0
        if self._origin is None:
            self._origin = stamp - self.played
        ahead = stamp - self._origin - self.played
        if abs(ahead) <= self._options.hole_min_ms / 1_000:
            return 0
        room = self._options.holes_total_s - self._filled
        if self.played:
            room = min(room, self._options.hole_max_s)
        if not 0 < ahead <= room:
            self._faults.disbelieved += 1
            self._origin += ahead  # from here on the file's clock counts from this frame
            return 0
        self._filled += ahead
        return round(ahead * frame.sample_rate)


def _frames(
    container: av.container.InputContainer, stream: av.AudioStream, faults: Faults
) -> Iterator[av.AudioFrame]:
    """Every frame with sound in a sensible form."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except (av.FFmpegError, OSError):
            faults.breaks_off = True
            return
        if packet is None:
            return
        try:
            frames = packet.decode()
        except (av.FFmpegError, ValueError):
            faults.damaged += 1
            continue
        for frame in frames:
            if frame.sample_rate not in _RATES or frame.layout.nb_channels > MOST_CHANNELS:
                faults.damaged += 1
            elif frame.samples:
                yield frame


def _stamp(frame: av.AudioFrame) -> float | None:
    """When the frame begins, in seconds on the file's clock."""
    if frame.pts is None or not frame.time_base:
        return None
    return float(frame.pts * frame.time_base)


def _shape(frame: av.AudioFrame) -> _Shape:
    return _Shape(frame.sample_rate, frame.layout.name, frame.layout.nb_channels, frame.format.name)
