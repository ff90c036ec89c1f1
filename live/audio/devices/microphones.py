"""The two people of a live session as an audio source: what two devices bring, on one clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from live.audio.devices.clock import now
from live.audio.devices.device import Trouble
from live.audio.devices.line import SAID, Feed, Line
from live.audio.devices.options import DeviceOptions
from live.audio.devices.ring import Chunk, Frames
from live.audio.devices.timeline import BUSY, NOTHING_CAME, Timeline
from live.audio.telling import clock_text
from live.types import RATE, Audio, AudioBlock, Gap, Lacking, Samples, Track, seconds

POLL_S = 0.02
START_S = 3.0
"""The session begins when both are heard, or after so long without one of them."""
SAID_AFTER_S = 1.0
"""A device that is there but brings nothing is worth a sentence after so long."""
LEAST = RATE // 100
MOST = RATE
"""Samples in a block, from 10 ms on; more than a second only ever comes after a sleep."""


@dataclass(frozen=True, slots=True)
class Tap:
    """Where a person is heard: a line, and which of its channels."""

    line: Line
    channel: int | None = None
    """None mixes all of them."""


class LiveSource:
    """An `AudioSource` over devices. Ends by itself when `stop` says so, or at `until`.

    Gaps are given when they are over: nobody knows before how long they will be.
    """

    kind = "live"
    duration = None

    def __init__(
        self,
        taps: Mapping[Track, Tap],
        options: DeviceOptions,
        *,
        until: Samples | None = None,
        stop: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.name = " + ".join(dict.fromkeys(tap.line.name for tap in taps.values()))
        self.notices: list[str] = []
        self.lost: dict[Track, str] = {}
        """Who cannot be heard right now, and why."""
        self.begin = 0.0
        """Session position 0 on the computer's clock; known when the first block comes."""
        self._taps = taps
        self._lines = list(dict.fromkeys(tap.line for tap in taps.values()))
        self._options = options
        self._until = until
        self._stop = stop
        self._clock = clock
        self._sleep = sleep
        self._lacking: set[Track] = set()
        self._feeds: dict[Line, Feed | None] = {}
        self._timelines: dict[Track, Timeline] = {}

    @property
    def captured(self) -> dict[Track, float]:
        """Seconds of sound that truly came, per person."""
        return {track: each.captured for track, each in self._timelines.items()}

    @property
    def slipped(self) -> dict[Track, int]:
        """Samples added and left out because of drift, per person."""
        return {track: each.slipped for track, each in self._timelines.items()}

    def close(self) -> None:
        """Let go of the devices."""
        for line in self._lines:
            line.close()

    def __iter__(self) -> Iterator[AudioBlock | Gap | Lacking]:
        self.begin = self._wait_for_both()
        self._timelines = {t: Timeline(t, self.begin, self._options) for t in Track}
        at = 0
        while not self._over(at):
            moment = self._clock()
            for line in self._lines:
                self._hear(line)
            for track, timeline in self._timelines.items():
                self._look(track, timeline, moment)
            yield from self._gaps()
            count = self._ready(at)
            if count >= (LEAST if self._until is None else min(LEAST, self._until - at)):
                yield from self._blocks(at, count)
                at += count
            if count < MOST:
                self._sleep(POLL_S)
        yield from self._rest(at)

    def _over(self, at: int) -> bool:
        return self._stop() or (self._until is not None and at >= self._until)

    def _wait_for_both(self) -> float:
        """Throw away what comes until both are heard; the moment from which on it counts."""
        began = self._clock()
        while not self._stop() and self._clock() - began < START_S:
            feeds = [line.feed for line in self._lines]
            if all(f is not None and (f.ring.last is not None or f.stream.pauses) for f in feeds):
                break
            self._sleep(POLL_S)
        for line in self._lines:
            if line.feed is not None:
                line.feed.ring.read()
        return self._clock()

    def _hear(self, line: Line) -> None:
        """Bring what has come to the timelines of those who are heard through a line."""
        feed = line.feed
        if feed is not self._feeds.get(line):
            self._feeds[line] = feed
            for timeline in self._timelines_of(line):
                timeline.switch(None if feed is None else feed.stream.rate)
        if feed is None:
            return
        chunks = feed.ring.read()
        if feed.stream.trouble() in (Trouble.MOVED, Trouble.ENDED):
            return  # whoever this is, it is not who was asked for
        for batch in _unbroken(chunks):
            self._push(line, batch)

    def _push(self, line: Line, batch: list[Chunk]) -> None:
        sound = np.concatenate([chunk.sound for chunk in batch])
        ends = np.cumsum([len(chunk.sound) for chunk in batch])
        arrived = [(int(end), chunk.arrived) for end, chunk in zip(ends, batch, strict=True)]
        for track, tap in self._taps.items():
            if tap.line is line:
                picked = _picked(sound, tap.channel)
                self._timelines[track].push(picked, arrived, batch[0].lost)

    def _look(self, track: Track, timeline: Timeline, moment: float) -> None:
        feed = self._feeds[self._taps[track].line]
        trouble = None if feed is None else feed.stream.trouble()
        lost = (
            self._taps[track].line.why if feed is None else SAID.get(trouble) if trouble else None
        )
        timeline.look(
            moment,
            lost=lost,
            pauses=feed is not None and feed.stream.pauses,
            why=BUSY if feed is not None and feed.ring.refusing else NOTHING_CAME,
        )
        self._tell(track, timeline, moment)

    def _tell(self, track: Track, timeline: Timeline, moment: float) -> None:
        """Say when somebody is lost, and when they are back."""
        now_missing, said = timeline.missing, track in self.lost
        position = clock_text(max(0.0, moment - self.begin))
        who = self._taps[track].line.name
        if now_missing is None and said:
            del self.lost[track]
            self.notices.append(f"{position}  The {track} is heard again ({who}).")
        elif now_missing is not None and not said:
            if moment - self.begin - seconds(timeline.since) < SAID_AFTER_S:
                return
            self.lost[track] = now_missing
            goes_on = (
                "" if track.other in self.lost else f" The {track.other} is; the session goes on."
            )
            self.notices.append(f"{position}  The {track} is not heard: {now_missing}.{goes_on}")

    def _gaps(self) -> Iterator[Gap | Lacking]:
        """What is missing since the last call, and what is there again."""
        for track, timeline in self._timelines.items():
            if timeline.missing is None:
                self._lacking.discard(track)
                yield from timeline.gaps()
            elif track not in self._lacking:
                self._lacking.add(track)
                yield Lacking(Samples(timeline.since), track)

    def _ready(self, at: int) -> int:
        """How many samples both have, as far as they are wanted."""
        count = min(MOST, *(timeline.available for timeline in self._timelines.values()))
        return count if self._until is None else min(count, self._until - at)

    def _blocks(self, at: int, count: int) -> Iterator[AudioBlock]:
        for track, timeline in self._timelines.items():
            yield AudioBlock(track, Samples(at), timeline.take(count))

    def _rest(self, at: int) -> Iterator[AudioBlock | Gap]:
        """What both have yet, and the gaps that last until the end."""
        count = self._ready(at)
        for timeline in self._timelines.values():
            timeline.finish(at + count)
            for gap in timeline.gaps():
                if gap.start < at + count:
                    yield replace(gap, end=Samples(min(gap.end, at + count)))
        if count > 0:
            yield from self._blocks(at, count)

    def _timelines_of(self, line: Line) -> list[Timeline]:
        return [self._timelines[track] for track, tap in self._taps.items() if tap.line is line]


def _unbroken(chunks: list[Chunk]) -> Iterator[list[Chunk]]:
    """The same in runs before which alone something was refused."""
    run: list[Chunk] = []
    for chunk in chunks:
        if chunk.lost and run:
            yield run
            run = []
        run.append(chunk)
    if run:
        yield run


def _picked(sound: Frames, channel: int | None) -> Audio:
    if sound.shape[1] == 1:
        return sound[:, 0]
    picked: Audio = (
        sound.mean(axis=1) if channel is None else np.ascontiguousarray(sound[:, channel])
    )
    return picked
