"""Bleed on voices made of modulated noise, so that every sample's owner is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.speech.bleed import Bleed, BleedOptions
from live.types import RATE, Samples, Track

FRAME = 512
Sound = np.ndarray


def band(noise: Sound, low: float, high: float) -> Sound:
    spectrum = np.fft.rfft(noise)
    hertz = np.fft.rfftfreq(len(noise), 1 / RATE)
    spectrum[(hertz < low) | (hertz > high)] = 0
    return np.fft.irfft(spectrum, len(noise))


def voice(seed: int, seconds: float, level_db: float = -22.0) -> Sound:
    """Noise in four bands, each with its own syllables, four a second, and some pauses."""
    rng = np.random.default_rng(seed)
    n = round(seconds * RATE)
    total = np.zeros(n)
    edges = [(150, 500), (500, 1000), (1000, 2000), (2000, 3800)]
    beats = int(seconds * 4) + 2
    # syllables come at the person's own pace, not at everybody's
    when = np.cumsum(rng.uniform(0.12, 0.38, beats)) * RATE
    shared = rng.normal(0, 6, beats) - 50 * (rng.random(beats) < 0.15)
    for (low, high), slope in zip(edges, (0, -3, -6, -12), strict=True):
        level = np.interp(np.arange(n), when, shared + rng.normal(0, 6, beats) + slope)
        # between two syllables lies a dip
        dips = 9 * np.cos(2 * np.pi * np.interp(np.arange(n), when, np.arange(beats)))
        total += band(rng.standard_normal(n), low, high) * 10 ** ((level + dips) / 20)
    return total / np.sqrt((total**2).mean()) * 10 ** (level_db / 20)


def turns(first: Sound, second: Sound, seconds: float = 4.0) -> tuple[Sound, Sound]:
    """The two voices one after the other, by turns."""
    mine = (np.arange(len(first)) // round(seconds * RATE)) % 2 == 0
    return np.where(mine, first, 0), np.where(mine, 0, second)


def heard(source: Sound, down_db: float, delay_ms: float, seed: int = 1) -> Sound:
    """A voice through a loudspeaker and a room: late, weaker, dull and reverberant."""
    rng = np.random.default_rng(seed)
    room = rng.standard_normal(4000) * np.exp(-np.arange(4000) / 700) * 0.03
    room[0] = 1
    dull = band(np.convolve(source, room)[: len(source)], 200, 3500)
    dull *= np.sqrt((source**2).mean() / (dull**2).mean()) * 10 ** (-down_db / 20)
    delay = round(delay_ms * RATE / 1000)
    return np.concatenate((np.zeros(delay), dull))[: len(source)]


def run(coach: Sound, client: Sound, bleed: Bleed | None = None) -> tuple[Bleed, Sound]:
    """Both tracks with a little noise through a `Bleed`; muted frames, shape (frames, 2)."""
    rng = np.random.default_rng(99)
    tracks = [
        (t + rng.standard_normal(len(t)) * 10 ** (-65 / 20)).astype(np.float32)
        for t in (coach, client)
    ]
    return push(tracks[0], tracks[1], bleed)


def push(coach: Sound, client: Sound, bleed: Bleed | None = None) -> tuple[Bleed, Sound]:
    bleed = bleed or Bleed()
    starts = range(0, len(coach) - FRAME + 1, FRAME)
    muted = [bleed.push(Samples(s), coach[s : s + FRAME], client[s : s + FRAME]) for s in starts]
    return bleed, np.array(muted)


def active(sound: Sound, under_db: float = 15.0) -> Sound:
    """The frames in which a voice speaks up."""
    frames = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
    power = (frames**2).mean(1)
    return power > np.percentile(power, 90) * 10 ** (-under_db / 10)


@pytest.mark.parametrize(
    ("down_db", "delay_ms"), [(3, 40), (6, 3), (12, 100), (12, 250), (20, 3), (30, 250)]
)
def test_a_loudspeaker_near_the_microphone_is_found_and_muted(down_db, delay_ms):
    coach, client = turns(voice(1, 40), voice(2, 40))
    through = heard(client, down_db, delay_ms)
    bleed, muted = run(coach + through, client)
    assert bleed.found == {Track.COACH}
    assert bleed.echo == "speakers"
    # the client begins at 4 s
    assert bleed.since[Track.COACH] <= (4 + 20) * RATE
    after = np.arange(len(muted)) * FRAME > bleed.since[Track.COACH]
    assert muted[after & active(through) & ~active(coach, 40), 0].mean() > 0.85
    assert muted[after & active(coach) & ~active(through, 40), 0].mean() < 0.05
    assert not muted[:, 1].any()


@pytest.mark.parametrize(("down_db", "lost"), [(6, 0.3), (12, 0.15), (20, 0.05)])
def test_own_speech_over_the_loudspeaker_stays_speech(down_db, lost):
    coach, client = turns(voice(3, 60), voice(4, 60))
    both = slice(40 * RATE, 60 * RATE)
    client[both] = voice(5, 20)
    coach[both] = voice(6, 20)
    _, muted = run(coach + heard(client, down_db, 60), client)
    later = np.arange(len(muted)) * FRAME >= 40 * RATE
    assert muted[later & active(coach, 10), 0].mean() < lost


def test_a_loudspeaker_is_found_under_somebody_who_talks_all_the_time():
    coach, client = voice(31, 40), voice(32, 40)
    bleed, _ = run(coach + heard(client, 15, 60), client)
    assert bleed.found == {Track.COACH}
    assert bleed.since[Track.COACH] <= 20 * RATE


def test_two_lapel_microphones_in_one_room_hear_each_other():
    coach, client = turns(voice(7, 60), voice(8, 60))
    bleed, muted = run(coach + heard(client, 12, 4), client + heard(coach, 10, 4))
    assert bleed.found == {Track.COACH, Track.CLIENT}
    later = np.arange(len(muted)) * FRAME > max(bleed.since.values())
    for own, other, track in ((coach, client, 0), (client, coach, 1)):
        assert muted[later & active(other) & ~active(own, 40), track].mean() > 0.85
        assert muted[later & active(own) & ~active(other, 40), track].mean() < 0.05


@pytest.mark.parametrize("seed", [0, 10, 20])
def test_two_people_on_headphones_are_never_called_bleed(seed):
    coach, client = voice(seed + 1, 60), voice(seed + 2, 60)
    client[20 * RATE : 40 * RATE] *= 10 ** (-15 / 20)
    bleed, muted = run(coach, client)
    assert not bleed.found
    assert not muted.any()
    assert bleed.echo == "none"
    assert {w.hot for w in bleed.windows.values()} == {0}


@pytest.mark.parametrize("length", [0.6, 1.2, 2.5])
def test_quick_turns_are_never_called_bleed(length):
    bleed, muted = run(*turns(voice(11, 60), voice(12, 60), length))
    assert not bleed.found
    assert not muted.any()


def test_one_microphone_on_both_tracks_is_not_bleed():
    both = voice(13, 30)
    assert not run(both, both)[0].found
    same = both.astype(np.float32)
    assert not push(same, same)[0].found


def test_nobody_speaking_is_not_measured():
    bleed, muted = run(np.zeros(30 * RATE), np.zeros(30 * RATE))
    assert bleed.echo == "not_measured"
    assert not muted.any()


def test_a_few_words_are_too_little_to_judge():
    client = np.zeros(30 * RATE)
    client[5 * RATE : 6 * RATE] = voice(14, 1)
    assert run(heard(client, 10, 50), client)[0].echo == "not_measured"


def test_nothing_is_muted_before_bleed_is_established():
    coach, client = turns(voice(15, 30), voice(16, 30))
    bleed, muted = run(coach + heard(client, 10, 50), client)
    before = (np.arange(len(muted)) + 1) * FRAME < bleed.since[Track.COACH]
    assert not muted[before].any()
    assert muted[~before].any()


def test_loudspeakers_switched_on_after_an_hour_are_found_soon():
    # by then more clean windows were judged than count as recent
    coach, client = turns(voice(17, 120), voice(18, 120))
    through = heard(client, 10, 50)
    through[: 80 * RATE] = 0
    bleed, _ = run(coach + through, client)
    assert 80 * RATE < bleed.since[Track.COACH] <= 100 * RATE


def test_a_volume_turned_up_slowly_is_followed():
    coach, client = turns(voice(19, 90), voice(20, 90))
    through = heard(client, 0, 50) * 10 ** (np.linspace(-24, -6, len(client)) / 20)
    _, muted = run(coach + through, client)
    end = np.arange(len(muted)) * FRAME > 70 * RATE
    assert muted[end & active(through) & ~active(coach, 40), 0].mean() > 0.8


def test_headphones_put_on_again_give_soft_speech_back():
    coach, client = turns(voice(21, 80), voice(22, 80))
    through = heard(client, 10, 50)
    through[40 * RATE :] = 0
    soft = np.zeros(len(coach))
    soft[60 * RATE :] = voice(23, 20, -40)
    client[60 * RATE :] = voice(24, 20)
    coach[60 * RATE :] = 0
    bleed, muted = run(coach + through + soft, client)
    end = np.arange(len(muted)) * FRAME > 60 * RATE
    assert bleed.found == {Track.COACH}
    assert muted[end & active(soft), 0].mean() < 0.15


def test_the_future_changes_nothing():
    coach, client = turns(voice(25, 40), voice(26, 40))
    coach = coach + heard(client, 10, 50)
    changed = coach.copy()
    changed[30 * RATE :] = voice(27, 10)
    known = 30 * RATE // FRAME
    assert (run(coach, client)[1][:known] == run(changed, client)[1][:known]).all()


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.sampled_from(["silence", "full", "noise", "tiny"]), min_size=2, max_size=4),
    st.integers(0, 99),
)
def test_any_sound_gives_an_answer(kinds, seed):
    rng = np.random.default_rng(seed)
    n = 2 * RATE
    made = {
        "silence": np.zeros(n),
        "full": np.sign(rng.standard_normal(n)),
        "noise": rng.standard_normal(n) * 0.1,
        "tiny": rng.standard_normal(n) * 1e-20,
    }
    sound = np.concatenate([made[kind] for kind in kinds]).astype(np.float32)
    # short windows, so that they are judged within a few seconds
    options = BleedOptions(window_s=5.0, every_frames=8, least_s=1.0)
    _, muted = push(sound, sound[::-1].copy(), Bleed(options))
    assert muted.shape == (len(sound) // FRAME, 2)
