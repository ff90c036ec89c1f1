"""A live source over devices that a test plays: pauses, overload, the end, a bounded memory."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from live.audio.devices.device import Device, Kind, Trouble
from live.audio.devices.line import Feed
from live.audio.devices.microphones import LiveSource, Tap
from live.audio.devices.options import DeviceOptions
from live.audio.devices.ring import Ring
from live.audio.devices.timeline import BUSY
from live.types import RATE, AudioBlock, Gap, Lacking, Track

BLOCK = RATE // 50


@dataclass
class PlayedStream:
    """An open device as a test has it."""

    rate: int = RATE
    channels: int = 1
    pauses: bool = False
    now: Trouble | None = None

    def trouble(self) -> Trouble | None:
        return self.now

    def close(self) -> None:
        pass


@dataclass(eq=False)
class PlayedLine:
    """A line whose device plays a tone in the rhythm of the test's clock."""

    ring_s: float = 20.0
    pauses: bool = False
    level: float = 0.5
    why: str = "the device is gone"
    playing: bool = True
    closed: bool = False
    feed: Feed | None = None
    frames: int = field(default=0)

    def __post_init__(self) -> None:
        device = Device("key", "Device", Kind.MICROPHONE, RATE, 1)
        stream = PlayedStream(pauses=self.pauses)
        self.feed = Feed(device, stream, Ring(round(self.ring_s * RATE), 1), 0.0)

    @property
    def name(self) -> str:
        return "Device"

    def until(self, now: float) -> None:
        while (self.frames + BLOCK) / RATE <= now:
            if self.playing and self.feed is not None:
                sound = np.full((BLOCK, 1), self.level, np.float32)
                self.feed.ring.write(sound, (self.frames + BLOCK) / RATE)
            self.frames += BLOCK

    def close(self) -> None:
        self.closed = True


class Scene:
    """A clock, two devices, and what happens when."""

    def __init__(self, coach: PlayedLine, client: PlayedLine, **plan) -> None:
        self.lines = {Track.COACH: coach, Track.CLIENT: client}
        self.now = 0.0
        self.plan = {float(when[1:].replace("_", ".")): what for when, what in plan.items()}
        self.stands_still = 0.0

    def clock(self) -> float:
        return self.now

    def sleep(self, span: float) -> None:
        self.now += span + self.stands_still
        self.stands_still = 0.0
        for when in [when for when in self.plan if when <= self.now]:
            self.plan.pop(when)(self)
        for line in self.lines.values():
            line.until(self.now)

    def source(self, seconds: float, **options) -> LiveSource:
        taps = {track: Tap(line) for track, line in self.lines.items()}
        return LiveSource(
            taps,
            DeviceOptions(**options),
            until=round(seconds * RATE),
            clock=self.clock,
            sleep=self.sleep,
        )


def heard(source: LiveSource):
    sound, others = {track: [] for track in Track}, []
    at = dict.fromkeys(Track, 0)
    for event in source:
        if isinstance(event, AudioBlock):
            assert event.start == at[event.track]
            at[event.track] = event.end
            sound[event.track].append(event.audio)
        else:
            others.append(event)
    return {track: np.concatenate(pieces) for track, pieces in sound.items()}, others


def test_both_tracks_are_consecutive_and_end_where_they_should():
    sound, others = heard(Scene(PlayedLine(), PlayedLine(level=0.2)).source(3.0))

    assert [len(sound[track]) for track in Track] == [3 * RATE, 3 * RATE]
    assert others == []
    assert sound[Track.CLIENT][RATE:] == pytest.approx(0.2, abs=1e-3)


def test_an_output_on_which_nothing_is_played_is_no_loss():
    client = PlayedLine(pauses=True, playing=False)

    def speaks(scene: Scene) -> None:
        client.playing = True

    source = Scene(PlayedLine(), client, t3_0=speaks).source(5.0)
    sound, others = heard(source)

    assert others == []
    assert source.notices == []
    began = np.flatnonzero(sound[Track.CLIENT])[0] / RATE
    assert began == pytest.approx(3.0, abs=0.1)
    assert sound[Track.CLIENT][round((began + 0.1) * RATE) :].all()


def test_the_other_person_is_heard_without_delay_while_nothing_is_played():
    client = PlayedLine(pauses=True, playing=False)
    scene = Scene(PlayedLine(), client)
    late = []
    for event in scene.source(4.0):
        if isinstance(event, AudioBlock) and event.start > RATE:
            late.append(scene.now - event.end / RATE)

    assert max(late) < 0.2


def test_an_output_that_is_gone_is_a_loss_even_though_it_pauses():
    client = PlayedLine(pauses=True, playing=False)

    def gone(scene: Scene) -> None:
        client.feed = None

    source = Scene(PlayedLine(), client, t2_0=gone).source(5.0)
    _, others = heard(source)

    assert isinstance(others[0], Lacking)
    (gap,) = (each for each in others if isinstance(each, Gap))
    assert gap.track is Track.CLIENT
    assert (gap.start / RATE, gap.end / RATE) == pytest.approx((2.0, 5.0), abs=0.15)
    assert "The client is not heard: the device is gone" in source.notices[0]


def test_a_loss_is_said_within_two_seconds_and_so_is_its_end():
    coach = PlayedLine()

    def stops(scene: Scene) -> None:
        coach.playing = False

    def goes_on(scene: Scene) -> None:
        coach.playing = True

    scene = Scene(coach, PlayedLine(), t3_0=stops, t6_0=goes_on)
    source, told = scene.source(9.0), []
    for _ in source:
        while len(told) < len(source.notices):
            told.append(scene.now)

    assert len(source.notices) == 2
    assert 3.0 < told[0] < 5.0
    assert 6.0 < told[1] < 7.0


def test_a_ring_that_overflows_costs_what_was_refused_and_no_more():
    def stands_still(scene: Scene) -> None:
        scene.stands_still = 4.0

    source = Scene(PlayedLine(), PlayedLine(), t3_0=stands_still).source(12.0, ring_s=1)
    for tap in source._taps.values():
        tap.line.feed.ring.__init__(RATE, 1)
    sound, others = heard(source)

    gaps = [each for each in others if isinstance(each, Gap)]
    assert {gap.track for gap in gaps} == set(Track)
    for gap in gaps:
        assert gap.why == BUSY
        assert (gap.end - gap.start) / RATE == pytest.approx(3.0, abs=0.1)
    assert len(sound[Track.COACH]) == 12 * RATE


def test_what_a_moved_stream_brings_is_never_heard():
    client = PlayedLine(level=0.2)

    def moved(scene: Scene) -> None:
        client.feed.stream.now = Trouble.MOVED
        client.level = 0.9

    sound, others = heard(Scene(PlayedLine(), client, t2_0=moved).source(5.0))

    assert sound[Track.CLIENT].max() < 0.3
    assert any(isinstance(each, Gap) for each in others)


def test_sound_is_not_kept_for_longer_than_the_ring_holds():
    scene = Scene(PlayedLine(), PlayedLine())
    source = scene.source(120.0)
    for event in source:
        if isinstance(event, AudioBlock) and event.end % RATE < BLOCK:
            waiting = [len(timeline._out) for timeline in source._timelines.values()]
            assert max(waiting) < 20


def test_closing_lets_go_of_both_devices():
    scene = Scene(PlayedLine(), PlayedLine())
    source = scene.source(1.0)

    source.close()

    assert all(line.closed for line in scene.lines.values())
