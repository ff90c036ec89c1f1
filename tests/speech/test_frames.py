"""Lockstep: what comes out depends on the sound alone, never on how it was cut."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.speech.frames import FRAME, FramePair, Lockstep
from live.types import Audio, AudioBlock, Samples, Track

LENGTHS = {Track.COACH: 5_000, Track.CLIENT: 4_321}
SOUND = {
    Track.COACH: np.arange(1, 5_001, dtype=np.float32),
    Track.CLIENT: -np.arange(1, 4_322, dtype=np.float32),
}


def whole(track: Track) -> Audio:
    """What all frames of a track together must be: its sound, filled up to ten frames."""
    return np.pad(SOUND[track], (0, 10 * FRAME - LENGTHS[track]))


def joined(pairs: list[FramePair]) -> tuple[Audio, Audio]:
    return np.concatenate([p.coach for p in pairs]), np.concatenate([p.client for p in pairs])


@given(st.lists(st.tuples(st.sampled_from(Track), st.integers(1, 20_000)), max_size=40))
def test_any_division_into_blocks_gives_the_same_frames(cuts: list[tuple[Track, int]]) -> None:
    lockstep = Lockstep()
    done = dict.fromkeys(Track, Samples(0))
    pairs: list[FramePair] = []
    for track, size in [*cuts, (Track.COACH, 5_000), (Track.CLIENT, 5_000)]:
        start = done[track]
        block = AudioBlock(track, start, SOUND[track][start : start + size])
        done[track] = block.end
        pairs += lockstep.push(block)
    pairs += lockstep.finish()

    coach, client = joined(pairs)
    assert np.array_equal(coach, whole(Track.COACH))
    assert np.array_equal(client, whole(Track.CLIENT))
    assert [pair.index for pair in pairs] == list(range(10))
    assert lockstep.end == 5_000


def test_a_frame_waits_until_both_tracks_have_it() -> None:
    lockstep = Lockstep()
    assert not list(lockstep.push(AudioBlock(Track.COACH, Samples(0), np.ones(1_600, np.float32))))
    assert not list(lockstep.push(AudioBlock(Track.CLIENT, Samples(0), np.ones(511, np.float32))))
    (pair,) = lockstep.push(AudioBlock(Track.CLIENT, Samples(511), np.ones(1, np.float32)))
    assert (pair.index, pair.start, pair.end) == (0, 0, FRAME)
    assert len(pair.coach) == len(pair.client) == FRAME


def test_pairs_are_owed_even_when_nobody_looks_at_them_yet() -> None:
    lockstep = Lockstep()
    sound = np.ones(FRAME, np.float32)
    lockstep.push(AudioBlock(Track.COACH, Samples(0), sound))
    first = lockstep.push(AudioBlock(Track.CLIENT, Samples(0), sound))
    lockstep.push(AudioBlock(Track.COACH, Samples(FRAME), sound))
    second = lockstep.push(AudioBlock(Track.CLIENT, Samples(FRAME), sound))
    assert [pair.index for pair in second] == [1]
    assert [pair.index for pair in first] == [0]


def test_a_hole_in_a_track_is_refused() -> None:
    lockstep = Lockstep()
    lockstep.push(AudioBlock(Track.COACH, Samples(0), np.ones(100, np.float32)))
    with pytest.raises(ValueError, match="a block at 101 after 100"):
        lockstep.push(AudioBlock(Track.COACH, Samples(101), np.ones(100, np.float32)))


def test_nothing_in_gives_nothing_out() -> None:
    lockstep = Lockstep()
    assert not list(lockstep.push(AudioBlock(Track.COACH, Samples(0), np.zeros(0, np.float32))))
    assert not list(lockstep.finish())
    assert lockstep.end == 0


def test_one_track_alone_is_paired_with_silence_at_the_end() -> None:
    lockstep = Lockstep()
    assert not list(lockstep.push(AudioBlock(Track.CLIENT, Samples(0), np.ones(700, np.float32))))
    pairs = list(lockstep.finish())
    assert len(pairs) == 2
    assert not any(pair.coach.any() for pair in pairs)
    assert sum(pair.client.sum() for pair in pairs) == 700
