"""One device's sound on the session's clock, with devices and computers made of numbers."""

from __future__ import annotations

import numpy as np
import pytest

from live.audio.devices.options import DeviceOptions
from live.audio.devices.timeline import BUSY, NOTHING_CAME, SLEPT, Timeline
from live.types import RATE, Audio, Track

BLOCK_S = 0.01
TICK_S = 0.02
BUFFER_S = 0.03
"""The callback comes so long after its sound, as audio servers have it."""


class Crystal:
    """A device whose clock is off, on a computer that hands its blocks over sometimes late.

    Its sound is a click at every whole second of true time.
    """

    def __init__(
        self,
        rate: int,
        ppm: float,
        late_s: float = 0.004,
        seed: int = 1,
        block_s: float = BLOCK_S,
    ) -> None:
        self.rate = rate
        self._block_s = block_s
        self.true_rate = rate * (1 + ppm * 1e-6)
        self._late_s = late_s
        self._random = np.random.default_rng(seed)
        self.frames = 0

    def until(self, now: float) -> tuple[Audio, list[tuple[int, float]]]:
        """What has come since, by `now`."""
        block = round(self.rate * self._block_s)
        sound, arrived = [], []
        while True:
            over = (self.frames + block) / self.true_rate
            came = over + BUFFER_S + abs(self._random.normal(0, self._late_s))
            if over + BUFFER_S > now - self._late_s * 3:
                break
            sound.append(self._block(self.frames, block))
            self.frames += block
            arrived.append((sum(map(len, sound)), min(came, now)))
        return np.concatenate([*sound, np.zeros(0, np.float32)]), arrived

    def skip(self, seconds: float) -> None:
        """For so long nothing is captured."""
        self.frames += round(seconds * self.true_rate / 480) * 480

    def _block(self, first: int, count: int) -> Audio:
        out = np.zeros(count, np.float32)
        for second in range(int(first / self.true_rate), int((first + count) / self.true_rate) + 2):
            # Of a width that survives resampling and the loss of single samples.
            at = round(second * self.true_rate) - first
            start, end = max(at, 0), min(at + round(self.rate * 0.002), count)
            if start < end:
                out[start:end] = 1.0
        return out


def run(
    timeline: Timeline, crystal: Crystal, begin: float, end: float, tick_s: float = TICK_S
) -> None:
    for now in np.arange(begin + tick_s, end, tick_s):
        sound, arrived = crystal.until(now)
        if len(sound):
            timeline.push(sound, arrived)
        timeline.look(now)


def clicks(audio: Audio) -> np.ndarray:
    """Where clicks begin, in samples."""
    loud = np.abs(audio) > 0.5
    return np.flatnonzero(loud & ~np.concatenate([[False], loud[:-1]]))


def fresh(rate: int = 48_000, **options) -> Timeline:
    timeline = Timeline(Track.COACH, 0.0, DeviceOptions(**options))
    timeline.switch(rate)
    return timeline


@pytest.mark.parametrize("rate", [48_000, 44_100, 16_000])
@pytest.mark.parametrize("ppm", [-200, 0, 200])
def test_a_device_stays_in_time_however_its_crystal_is_off(rate, ppm):
    timeline, crystal = fresh(rate), Crystal(rate, ppm)

    run(timeline, crystal, 0.0, 120.0)

    found = clicks(timeline.take(timeline.available))[30:]
    errors = found / RATE - np.round(found / RATE) - BUFFER_S
    assert len(found) > 80
    assert np.abs(errors).max() < 0.01
    assert np.all(np.diff(found) > RATE * 0.99)


def test_nothing_is_changed_where_nothing_drifts():
    timeline, crystal = fresh(), Crystal(48_000, 0, late_s=0.0005)

    run(timeline, crystal, 0.0, 60.0)

    assert abs(timeline.slipped) < 60
    assert timeline.gaps() == []


def test_a_hole_is_filled_with_silence_and_said():
    timeline, crystal = fresh(), Crystal(48_000, 0)

    run(timeline, crystal, 0.0, 10.0)
    crystal.skip(4.0)
    run(timeline, crystal, 10.0, 30.0)

    (gap,) = timeline.gaps()
    assert gap.why == NOTHING_CAME
    assert gap.start / RATE == pytest.approx(10.0, abs=0.05)
    assert gap.end / RATE == pytest.approx(14.0, abs=0.05)
    found = clicks(timeline.take(timeline.available)) / RATE
    assert np.abs(found - np.round(found) - BUFFER_S).max() < 0.02
    assert not set(range(11, 14)) & set(np.round(found))


def test_a_short_loss_without_a_pause_is_found_too():
    timeline, crystal = fresh(), Crystal(48_000, 0)

    run(timeline, crystal, 0.0, 10.0)
    crystal.skip(0.4)
    run(timeline, crystal, 10.0, 20.0)

    (gap,) = timeline.gaps()
    assert (gap.end - gap.start) / RATE == pytest.approx(0.4, abs=0.05)


def test_blocks_that_only_come_late_are_no_loss():
    timeline, crystal = fresh(), Crystal(48_000, 0)

    run(timeline, crystal, 0.0, 10.0)
    for now in np.arange(10.0, 10.5, TICK_S):  # the computer stands still
        timeline.look(now)
    run(timeline, crystal, 10.5, 20.0)

    assert timeline.gaps() == []
    found = clicks(timeline.take(timeline.available)) / RATE
    assert np.abs(found - np.round(found) - BUFFER_S).max() < 0.02


def test_blocks_that_come_much_too_late_leave_a_gap_and_the_rest_in_its_place():
    timeline, crystal = fresh(), Crystal(48_000, 0)

    run(timeline, crystal, 0.0, 10.0)
    for now in np.arange(10.0, 12.5, TICK_S):
        timeline.look(now)
    run(timeline, crystal, 12.5, 20.0)

    (gap,) = timeline.gaps()
    assert gap.start / RATE == pytest.approx(10.0, abs=0.05)
    # The newest of what came late still found its place free.
    assert gap.end / RATE == pytest.approx(12.43, abs=0.05)
    found = clicks(timeline.take(timeline.available)) / RATE
    assert np.abs(found - np.round(found) - BUFFER_S).max() < 0.02


def test_frames_that_were_refused_are_silence_of_their_length():
    timeline = fresh(16_000)
    sound = np.ones(RATE, np.float32)

    timeline.push(sound, [(RATE, 1.0)])
    timeline.push(sound, [(RATE, 2.5)], lost=RATE // 2)
    timeline.look(2.5)

    (gap,) = timeline.gaps()
    assert (gap.start, gap.end, gap.why) == (RATE, RATE * 3 // 2, BUSY)
    heard = timeline.take(timeline.available)
    assert len(heard) == RATE * 5 // 2
    assert not heard[gap.start : gap.end].any()
    assert heard[gap.end :].all()


def test_a_computer_that_slept_has_a_gap_of_the_length_of_its_sleep():
    timeline, crystal = fresh(), Crystal(48_000, 0)

    run(timeline, crystal, 0.0, 10.0)
    crystal.skip(600.0)
    run(timeline, crystal, 610.0, 620.0)

    (gap,) = timeline.gaps()
    assert gap.why == SLEPT
    assert (gap.end - gap.start) / RATE == pytest.approx(600, abs=0.1)


def test_a_device_that_pauses_has_silence_and_no_gap():
    timeline = fresh(48_000)
    quiet = np.zeros(480, np.float32)

    timeline.push(quiet, [(480, 1.0)])
    for now in np.arange(1.0, 6.0, TICK_S):
        timeline.look(now, pauses=True)
    assert timeline.available / RATE == pytest.approx(6.0, abs=0.1)
    timeline.push(quiet + 1, [(480, 6.0)])
    timeline.finish(6 * RATE)

    assert timeline.missing is None
    assert timeline.gaps() == []
    heard = timeline.take(timeline.available)
    assert np.flatnonzero(heard > 0.5)[0] / RATE == pytest.approx(5.99, abs=0.002)


def test_a_device_that_is_gone_is_filled_at_once_and_comes_back_to_its_place():
    timeline, crystal = fresh(), Crystal(48_000, 0)

    run(timeline, crystal, 0.0, 5.0)
    timeline.switch(None)
    for now in np.arange(5.0, 8.0, TICK_S):
        timeline.look(now, lost="unplugged")
        assert timeline.missing == "unplugged"
        assert timeline.available / RATE == pytest.approx(now, abs=0.06)
    crystal.skip(3.0)
    timeline.switch(48_000)
    run(timeline, crystal, 8.0, 12.0)

    assert timeline.missing is None
    (gap,) = timeline.gaps()
    assert gap.why == "unplugged"
    assert (gap.start / RATE, gap.end / RATE) == pytest.approx((5.0, 8.0), abs=0.06)


@pytest.mark.slow
def test_two_devices_200_ppm_apart_are_aligned_for_two_hours():
    worst = []
    for ppm, rate, seed in ((100, 16_000, 1), (-100, 16_000, 2)):
        timeline, crystal = fresh(rate), Crystal(rate, ppm, seed=seed, block_s=0.1)
        position, errors = 0, []
        for begin in range(0, 7200, 60):
            run(timeline, crystal, begin, begin + 60, tick_s=0.1)
            piece = timeline.take(timeline.available)
            found = (clicks(piece) + position) / RATE
            errors.extend(found - np.round(found) - BUFFER_S)
            position += len(piece)
        assert len(errors) > 7000
        assert timeline.gaps() == []
        worst.append(np.array(errors[60:]))
    least = min(map(len, worst))
    assert np.abs(worst[0][:least] - worst[1][:least]).max() < 0.02
