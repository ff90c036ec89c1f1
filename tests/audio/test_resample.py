"""Resampling in pieces is resampling whole, and nothing arrives late."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.audio.resample import Resampler

RATES = [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000]


def resampled(audio, rate, cuts=()):
    resampler = Resampler(rate)
    pieces = [resampler.push(piece) for piece in np.split(audio, cuts)]
    return np.concatenate([*pieces, resampler.finish()])


@pytest.fixture(scope="module")
def noise():
    return np.random.default_rng(1).uniform(-1, 1, 20_000).astype(np.float32)


@given(
    rate=st.sampled_from(RATES),
    cuts=st.lists(st.integers(0, 20_000), max_size=40).map(sorted),
)
def test_pieces_equal_the_whole_bit_for_bit(noise, rate, cuts):
    assert np.array_equal(resampled(noise, rate, cuts), resampled(noise, rate))


@given(rate=st.sampled_from([*RATES, 7_999, 32_000, 192_000]), length=st.integers(0, 5_000))
def test_the_length_is_the_nearest_whole_number_of_samples(rate, length):
    assert len(resampled(np.ones(length, np.float32), rate)) == round(length * 16_000 / rate)


@pytest.mark.parametrize("rate", RATES)
def test_a_tone_keeps_its_phase(rate):
    tone = np.sin(2 * np.pi * 440 * np.arange(rate) / rate).astype(np.float32)
    wanted = np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)
    inside = slice(800, -800)  # a tone that begins at once holds every frequency at its edges
    assert np.abs(resampled(tone, rate) - wanted)[inside].max() < 1e-4


@pytest.mark.parametrize("rate", [8_000, 48_000, 96_000])
def test_a_click_stays_where_it_was(rate):
    click = np.zeros(rate, np.float32)
    click[rate // 2] = 1
    assert np.argmax(np.abs(resampled(click, rate))) == 8_000


def test_sound_at_the_session_rate_is_passed_through_untouched(noise):
    assert np.array_equal(resampled(noise, 16_000), noise)


def test_what_is_kept_between_pieces_does_not_grow():
    resampler = Resampler(48_000)
    second = np.zeros(48_000, np.float32)
    given_back = np.cumsum([len(resampler.push(second)) for _ in range(120)])
    late = np.arange(1, 121) * 16_000 - given_back
    assert late.max() < 2_000
    assert late[-1] <= late[5]
