"""A recording as a source: one file with two channels, or a file for each person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import numpy as np

from live.audio.decode import ClockOptions, StreamFacts, StreamReader, probe
from live.audio.lane import Feed, Lane, Side
from live.audio.telling import about_feed, about_lanes
from live.errors import RecordingError, UsageError
from live.options import Range
from live.types import RATE, Audio, AudioBlock, Gap, Samples, Track, samples

_TWO_TRACKS = (
    "Record each person on a channel of their own, or give two files with --coach and --client. "
    "A recording from one microphone cannot be used yet."
)
_TWO_FILES = "Give one recording, or a file for each person with --coach FILE --client FILE."

_SILENT = 1e-3
"""Full scale is 1: a sample below -60 dB proves nothing about who it is."""

_LONGEST_S = 86_400.0
"""A file that claims more than a day is not asked how long it is."""


@dataclass(frozen=True, slots=True)
class RecordingOptions:
    """How a recording is read."""

    block_ms: Annotated[int, Range(100, 2_000)] = 1_000
    """Length of the blocks handed out: longer ones cost memory and save no time."""
    same_s: Annotated[int, Range(1, 60)] = 10
    """So much equal sound on both tracks is one microphone twice: longer than the
    announcements that a meeting program plays to both."""
    uneven_ms: Annotated[int, Range(0, 60_000)] = 500
    """A larger difference between the tracks' lengths is told; encoders alone make 0.1 s."""
    clock: ClockOptions = field(default_factory=ClockOptions)


@dataclass(frozen=True, slots=True)
class Part:
    """One stream of a file, and which tracks come out of it."""

    path: Path
    stream: StreamFacts
    sides: dict[Track, Side | None]
    """None mixes all channels."""
    origin: float | None = None
    """Seconds on the file's clock that become 0; None is the first sample."""

    def feed(self, clock: ClockOptions) -> Feed:
        reader = StreamReader(self.path, self.stream.index, self.origin, clock)
        return Feed(self.path.name, reader, [Lane(*pair) for pair in self.sides.items()])


def open_recording(
    whole: Path | None = None,
    *,
    coach: Side | Path | None = None,
    client: Side | Path | None = None,
    kind: str = "recording",
    options: RecordingOptions | None = None,
) -> Recording:
    """Look into one file with both people, or a file for each; without a side left is the coach.

    A side for one person implies the other side for the other. Raises `UsageError` for a
    combination that says too little or contradicts itself, `RecordingError` for a file that
    cannot be used. Nothing stays open until the recording is iterated.
    """
    notices: list[str] = []
    if whole is None:
        if not isinstance(coach, Path) or not isinstance(client, Path):
            raise UsageError("A recording is missing.", _TWO_FILES)
        name = f"{coach.name} + {client.name}"
        parts = [
            _one_person(coach, Track.COACH, notices),
            _one_person(client, Track.CLIENT, notices),
        ]
        if coach.samefile(client):
            raise UsageError("The coach and the client are the same file.", _TWO_FILES)
    elif isinstance(coach, Path) or isinstance(client, Path):
        raise UsageError("There is one file for both people and another for one.", _TWO_FILES)
    elif coach is not None and coach is client:
        raise UsageError(f"Coach and client are both on the {coach}.", "Name one side only.")
    else:
        name = whole.name
        parts = _both(whole, coach or (client.other if client else None), notices)
    if all(part.stream.empty for part in parts):
        raise RecordingError(f"{name} has no sound in it.", "Its length is zero; look for another.")
    return Recording(name, kind, parts, notices, options or RecordingOptions())


class Recording:
    """An `AudioSource` over files; each iteration reads them from the beginning."""

    def __init__(
        self, name: str, kind: str, parts: list[Part], notices: list[str], options: RecordingOptions
    ) -> None:
        self.name = name
        self.kind = kind
        self.duration = _duration(parts)
        self.notices = notices
        self._parts = parts
        self._options = options
        self._feeds: list[Feed] = []

    def __iter__(self) -> Iterator[AudioBlock | Gap]:
        self.close()
        self._feeds = [part.feed(self._options.clock) for part in self._parts]
        try:
            yield from self._read(self._feeds)
        finally:
            self.close()

    def close(self) -> None:
        """Close the files; a running iteration ends with what it has read."""
        for feed in self._feeds:
            feed.close()

    def _read(self, feeds: list[Feed]) -> Iterator[AudioBlock | Gap]:
        lanes = {lane.track: lane for feed in feeds for lane in feed.lanes}
        coach, client = lanes[Track.COACH], lanes[Track.CLIENT]
        same = _Sameness()
        block = self._options.block_ms * RATE // 1_000
        at = 0
        while True:
            for feed in feeds:
                feed.fill(block)
            count = min(block, max(coach.available, client.available))
            if not count:
                break
            gaps = coach.gaps_before(at + count) + client.gaps_before(at + count)
            yield from sorted(gaps, key=lambda gap: gap.start)
            start = Samples(at)
            sound = coach.take(count), client.take(count)
            same.hear(*sound)
            if same.sounding >= self._options.same_s * RATE:
                raise self._one_microphone()
            yield AudioBlock(Track.COACH, start, sound[0])
            yield AudioBlock(Track.CLIENT, start, sound[1])
            at += count
        if same.heard:
            raise self._one_microphone()
        self._tell(feeds, coach, client)

    def _tell(self, feeds: list[Feed], coach: Lane, client: Lane) -> None:
        told = [sentence for feed in feeds for sentence in about_feed(feed)]
        told += about_lanes(coach, client, self._options.uneven_ms * RATE // 1_000)
        self.notices += [sentence for sentence in told if sentence not in self.notices]

    def _one_microphone(self) -> RecordingError:
        return RecordingError(
            f"Both people's tracks in {self.name} carry the same sound: "
            "it is one microphone, stored twice.",
            _TWO_TRACKS,
        )


class _Sameness:
    """Whether two tracks have been equal, sample for sample, since the beginning."""

    def __init__(self) -> None:
        self._equal = True
        self._sounding = 0
        self._heard = False

    def hear(self, one: Audio, other: Audio) -> None:
        self._equal = self._equal and np.array_equal(one, other)
        if self._equal:
            self._sounding += int(np.count_nonzero(np.abs(one) > _SILENT))
            self._heard = self._heard or bool(one.any())

    @property
    def sounding(self) -> int:
        """Samples that were equal and not silent; 0 as soon as the tracks have differed."""
        return self._sounding if self._equal else 0

    @property
    def heard(self) -> bool:
        """All was equal, and not all was silence."""
        return self._equal and self._heard


def _one_person(path: Path, track: Track, notices: list[str]) -> Part:
    streams = probe(path)
    stream = streams[0]
    if len(streams) > 1:
        notices.append(
            f"{path.name} has {len(streams)} sound streams; the first is taken as the {track}."
        )
    if stream.channels > 1:
        notices.append(f"{path.name} has {stream.channels} channels; they are mixed into one.")
    return Part(path, stream, {track: None})


def _both(path: Path, asked: Side | None, notices: list[str]) -> list[Part]:
    """The parts of a file with both people; `asked` is the coach's side, None the default."""
    streams = probe(path)
    coach = asked or Side.LEFT
    if streams[0].channels > 1:
        if len(streams) > 1:
            notices.append(f"{path.name} has {len(streams)} sound streams; the first is used.")
        _tell_sides(path.name, streams[0].channels, asked, notices)
        return [Part(path, streams[0], {Track.COACH: coach, Track.CLIENT: coach.other})]
    if len(streams) == 1:
        raise RecordingError(
            f"{path.name} has one channel: nobody can tell whose voice is whose.", _TWO_TRACKS
        )
    first, second = ("coach", "client") if coach is Side.LEFT else ("client", "coach")
    notices.append(
        f"{path.name}: the first of its {len(streams)} sound streams is taken as the {first}, "
        f"the second as the {second}."
    )
    return _streams(path, streams[:2], [Track(first), Track(second)], notices)


def _streams(
    path: Path, streams: list[StreamFacts], tracks: list[Track], notices: list[str]
) -> list[Part]:
    known = [stream.first for stream in streams if stream.first is not None]
    # One who joined later begins later on the file's clock.
    origin = min(known) if len(known) == len(streams) else None
    return [
        Part(path, stream, {track: None}, origin)
        for stream, track in zip(streams, tracks, strict=True)
    ]


def _tell_sides(name: str, channels: int, asked: Side | None, notices: list[str]) -> None:
    if channels > 2:
        left, right = ("client", "coach") if asked is Side.RIGHT else ("coach", "client")
        notices.append(
            f"{name} has {channels} channels: front left is taken as the {left}, "
            f"front right as the {right}."
        )
    elif asked is None:
        notices.append(f"{name}: the left channel is taken as the coach, the right as the client.")


def _duration(parts: list[Part]) -> Samples | None:
    lengths = [
        part.stream.duration
        + ((part.stream.first or 0.0) - part.origin if part.origin is not None else 0.0)
        for part in parts
        if part.stream.duration is not None
    ]
    longest = max(lengths, default=0.0)
    return samples(longest) if 0 < longest <= _LONGEST_S else None
