"""One person's track on its way out of a file: picked, brought to 16 kHz, handed out in step."""

from __future__ import annotations

from collections.abc import Generator
from enum import StrEnum

import numpy as np

from live.audio.decode import Hole, Piece, StreamReader
from live.audio.resample import Resampler
from live.types import RATE, Audio, Gap, Samples, Track, seconds


class Side(StrEnum):
    """One channel of a stereo recording."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def other(self) -> Side:
        """The opposite one."""
        return Side.RIGHT if self is Side.LEFT else Side.LEFT


def picked(piece: Piece, side: Side | None) -> Audio:
    """That side of the piece, at the piece's rate; None mixes all channels to one."""
    if side is None:
        mixed: Audio = piece.sound.mean(axis=0)
        return mixed
    # Surround formats disagree about the order; some put the centre first.
    name, number = ("FL", 0) if side is Side.LEFT else ("FR", 1)
    if name in piece.channels:
        number = piece.channels.index(name)
    channel: Audio = piece.sound[number]
    return channel


class Lane:
    """One track: sound in at any rate, 16 kHz out in the lengths asked for."""

    def __init__(self, track: Track, side: Side | None) -> None:
        self.track = track
        self.side = side
        self.heard = False
        """Something other than exact silence has come."""
        self.length = 0
        """Samples at 16 kHz that have become ready."""
        self._gaps: list[Gap] = []
        self._ready: list[Audio] = []
        self._given = 0
        self._before = 0
        self._taken = 0
        self._rate = RATE
        self._resampler: Resampler | None = None

    @property
    def available(self) -> int:
        """Samples that can be taken now."""
        return self.length - self._given

    def push(self, audio: Audio, rate: int) -> None:
        """The next sound at that rate, which may change on the way."""
        self._at(rate)
        self.heard = self.heard or bool(audio.any())
        self._taken += len(audio)
        if self._resampler is not None:
            self._keep(self._resampler.push(audio))

    def expect(self, hole: Hole) -> None:
        """Say that the next sound will be silence for a hole."""
        self._at(hole.rate)
        start, end = self._position(0), self._position(hole.length)
        self._gaps.append(Gap(start, end, self.track, "hole in the recording"))

    def finish(self) -> None:
        """Nothing more at this rate."""
        if self._resampler is not None:
            self._keep(self._resampler.finish())
        self._resampler = None
        self._before, self._taken = self.length, 0

    def take(self, count: int) -> Audio:
        """The next `count` samples; silence where the track has ended."""
        whole = np.concatenate([*self._ready, np.zeros(0, np.float32)])
        self._ready = [whole[count:]]
        self._given = min(self._given + count, self.length)
        return np.pad(whole[:count], (0, max(0, count - len(whole))))

    def gaps_before(self, end: int) -> list[Gap]:
        """The gaps that begin before `end` and were not handed out yet."""
        due = [gap for gap in self._gaps if gap.start < end]
        self._gaps = self._gaps[len(due) :]
        return due

    def _keep(self, audio: Audio) -> None:
        self._ready.append(audio)
        self.length += len(audio)

    def _at(self, rate: int) -> None:
        if self._resampler is None or rate != self._rate:
            self.finish()
            self._rate, self._resampler = rate, Resampler(rate)

    def _position(self, ahead: int) -> Samples:
        return Samples(self._before + round((self._taken + ahead) * RATE / self._rate))


class Feed:
    """One stream of a file and the one or two tracks that come out of it."""

    def __init__(self, name: str, reader: StreamReader, lanes: list[Lane]) -> None:
        self.name = name
        self.reader = reader
        self.lanes = lanes
        self.holes = 0
        self.filled_s = 0.0
        """Seconds of silence that stand in for the holes so far."""
        self.one_channel_at: float | None = None
        """Seconds at which the second channel was lost."""
        self._pieces: Generator[Piece | Hole] = reader.pieces()
        self._hole = Hole(RATE, 0)
        self._ended = False

    def fill(self, wanted: int) -> None:
        """Read until every track of this stream has that much ready, or has ended."""
        while not self._ended and self.lanes[0].available < wanted:
            if self._hole.length:
                self._fill_hole()
            elif (piece := next(self._pieces, None)) is None or self._lost_a_channel(piece):
                self.close()
                for lane in self.lanes:
                    lane.finish()
            elif isinstance(piece, Hole):
                self._begin_hole(piece)
            else:
                for lane in self.lanes:
                    lane.push(picked(piece, lane.side), piece.rate)

    def _begin_hole(self, hole: Hole) -> None:
        self._hole = hole
        self.holes += 1
        self.filled_s += hole.length / hole.rate
        for lane in self.lanes:
            lane.expect(hole)

    def _fill_hole(self) -> None:
        # A second at a time: the silence of a long hole would be as large as its sound.
        rate, left = self._hole.rate, self._hole.length
        part = min(left, rate)
        for lane in self.lanes:
            lane.push(np.zeros(part, np.float32), rate)
        self._hole = Hole(rate, left - part)

    def close(self) -> None:
        """Close the file; what was read stays ready."""
        self._pieces.close()
        self._ended = True

    def _lost_a_channel(self, piece: Piece | Hole) -> bool:
        lost = len(self.lanes) == 2 and isinstance(piece, Piece) and len(piece.channels) < 2
        if lost:
            self.one_channel_at = seconds(self.lanes[0].length)
        return lost
