"""The scoring of voice detection, on cases small enough to score by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bench.voice import (
    clear_offsets,
    clear_onsets,
    detection_error,
    offset_agreement,
    onset_agreement,
    voice_by_level,
)


def test_what_is_missed_and_what_is_false_is_counted_in_seconds() -> None:
    miss, false, speech = detection_error([(1.0, 3.0)], [(1.5, 3.25)])
    assert (miss, false, speech) == (0.5, 0.25, 2.0)


def test_a_perfect_detection_has_no_error() -> None:
    assert detection_error([(1.0, 3.0), (4.0, 5.0)], [(1.0, 3.0), (4.0, 5.0)]) == (0, 0, 3)


def test_nothing_is_scored_near_an_edge_of_the_reference() -> None:
    miss, false, speech = detection_error([(1.0, 3.0)], [(1.2, 3.2), (6.0, 7.0)], collar=0.25)
    assert (miss, false, speech) == (0, 1.0, 1.5)


def test_stretches_that_overlap_count_once() -> None:
    assert detection_error([(0.0, 2.0), (1.0, 3.0)], []) == (3.0, 0, 3.0)


def test_no_speech_at_all_can_be_scored() -> None:
    assert detection_error([], []) == (0, 0, 0)


def test_only_edges_beside_half_a_second_of_own_silence_count() -> None:
    stretches = [(0.2, 1.0), (1.4, 2.0), (2.5, 3.0)]
    assert clear_onsets(stretches) == [2.5]
    assert clear_offsets(stretches) == [2.0, 3.0]


def test_onsets_are_matched_to_the_nearest_and_the_unfounded_counted() -> None:
    found = onset_agreement([(1.0, 2.0), (5.0, 6.0)], [(1.1, 2.0), (3.0, 3.5), (5.25, 6.0)])
    assert found.delays == pytest.approx((0.1, 0.25))
    assert found.within(0.15) == 0.5
    assert found.within(0.3) == 1.0
    assert (found.unfounded, found.heard) == (1, 3)


def test_offsets_are_matched_likewise() -> None:
    found = offset_agreement([(1.0, 2.0)], [(1.0, 1.5), (4.0, 5.0)])
    assert found.delays == (-0.5,)
    assert (found.unfounded, found.heard) == (2, 2)


def test_an_onset_that_nobody_heard_is_never_near() -> None:
    assert onset_agreement([(1.0, 2.0)], []).within(0.3) == 0.0


def test_the_level_reference_finds_voice_and_leaves_breath_and_clicks_out() -> None:
    rate = 8_000
    noise = np.random.default_rng(1).standard_normal(10 * rate).astype(np.float32)
    gain = np.full(10 * rate, 1e-3, np.float32)
    gain[int(2.0 * rate) : int(3.0 * rate)] = 0.1  # voice, 40 dB above the noise
    gain[int(3.1 * rate) : int(3.5 * rate)] = 0.1  # joined: 0.1 s gap
    gain[int(5.0 * rate) : int(5.5 * rate)] = 1e-2  # breath, 20 dB
    gain[int(7.0 * rate) : int(7.05 * rate)] = 0.1  # a click
    ((start, end),) = voice_by_level(noise * gain, rate)
    assert (start, end) == pytest.approx((2.0, 3.5), abs=0.011)
