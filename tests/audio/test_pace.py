"""A recording played at the speed of life, with a clock that only moves when told."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.audio.pace import paced
from live.errors import UsageError
from live.types import AudioBlock, Gap, Samples, Track


class Talk:
    """Two tracks in blocks of any size, the client's one block behind."""

    name = "talk.wav"
    kind = "recording"

    def __init__(self, length, block, gaps=()):
        self.duration = Samples(length)
        self.notices = ["a notice"]
        self.closed = False
        self.sound = {
            Track.COACH: np.arange(length, dtype=np.float32),
            Track.CLIENT: -np.arange(length, dtype=np.float32),
        }
        self._block = block
        self._gaps = gaps

    def __iter__(self):
        for start in range(0, self.duration, self._block):
            end = min(start + self._block, self.duration)
            yield from (gap for gap in self._gaps if start <= gap.start < end)
            for track, sound in self.sound.items():
                yield AudioBlock(track, Samples(start), sound[start:end])

    def close(self):
        self.closed = True


class Clock:
    """Time in seconds that passes by sleeping, and by `late` when it is asked for."""

    def __init__(self, late=0.0):
        self.now = 100.0
        self.late = late

    def __call__(self):
        self.now += self.late
        return self.now

    def sleep(self, seconds):
        assert seconds > 0
        self.now += seconds


def played(source, clock, **how):
    return [(event, clock.now) for event in paced(source, clock=clock, sleep=clock.sleep, **how)]


def track_of(events, track):
    blocks = [e for e in events if isinstance(e, AudioBlock) and e.track is track]
    assert [block.start for block in blocks] == [0, *[block.end for block in blocks[:-1]]]
    return np.concatenate([block.audio for block in blocks])


@given(
    length=st.integers(1, 5_000),
    block=st.integers(1, 2_000),
    cut=st.integers(1, 2_000),
    late=st.sampled_from([0.0, 0.013, 3.0]),
)
def test_nothing_is_lost_however_it_is_cut_and_however_late_the_listener(length, block, cut, late):
    talk = Talk(length, block)
    events = [event for event, _ in played(talk, Clock(late), block=cut)]
    for track in Track:
        assert np.array_equal(track_of(events, track), talk.sound[track])


def test_each_block_comes_when_its_sound_is_over():
    heard = played(Talk(16_000, 16_000), Clock(), block=320)
    assert len(heard) == 2 * 50
    for block, when in heard:
        assert when == pytest.approx(100 + block.end / 16_000)


def test_at_twice_the_speed_it_takes_half_the_time():
    assert played(Talk(16_000, 4_000), Clock(), speed=2)[-1][1] == pytest.approx(100.5)


@pytest.mark.parametrize("speed", [None, math.inf])
def test_without_a_speed_nobody_waits(speed):
    assert played(Talk(16_000, 4_000), Clock(), speed=speed)[-1][1] == 100


def test_a_late_listener_catches_up():
    clock = Clock()
    blocks = iter(paced(Talk(16_000, 16_000), clock=clock, sleep=clock.sleep))
    next(blocks)
    clock.now += 0.5
    late = [clock.now for _ in range(20)]
    times = [(next(blocks), clock.now)[1] for _ in range(20)]
    assert times == late
    list(blocks)
    assert clock.now == pytest.approx(101)


def test_a_gap_comes_before_the_first_block_that_it_reaches_into():
    gaps = [Gap(Samples(700), Samples(2_000), Track.CLIENT, "hole in the recording")]
    events = [event for event, _ in played(Talk(3_000, 1_000, gaps), Clock(), block=320)]
    at = events.index(gaps[0])
    assert events[at - 1].end == 640
    assert events[at + 1].start == 640


def test_both_tracks_advance_together():
    events = [event for event, _ in played(Talk(5_000, 1_000), Clock(), block=320)]
    for coach, client in zip(events[::2], events[1::2], strict=True):
        assert (coach.track, client.track) == (Track.COACH, Track.CLIENT)
        assert (coach.start, coach.end) == (client.start, client.end)


def test_it_is_still_the_same_source():
    talk = Talk(100, 100)
    source = paced(talk)
    assert (source.name, source.kind, source.duration) == ("talk.wav", "recording", 100)
    assert source.notices is talk.notices
    source.close()
    assert talk.closed


@pytest.mark.parametrize("speed", [0, -1, math.nan])
def test_a_speed_that_gets_nowhere_is_refused(speed):
    with pytest.raises(UsageError, match="speed"):
        paced(Talk(100, 100), speed)
