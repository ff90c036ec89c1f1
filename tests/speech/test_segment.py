"""Segmenter: probabilities in, edges out; one picture is one string, a character a frame."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.speech.frames import FRAME
from live.speech.segment import Segmenter, VoiceOptions
from live.types import Edge, Samples, Track

EXACT = VoiceOptions(onset_lag_ms=0, offset_lag_ms=0)
LEVELS = {"#": 0.9, "-": 0.4, ".": 0.1}
"""Voice; enough to go on but not to begin; none. A frame is 32 ms."""


def edges(picture: str, options: VoiceOptions = EXACT, end: int | None = None) -> list[Edge]:
    segmenter = Segmenter(Track.CLIENT, options)
    found: list[Edge] = []
    for index, level in enumerate(picture):
        found += segmenter.push(LEVELS[level], Samples(index * FRAME))
    return found + segmenter.finish(Samples(len(picture) * FRAME if end is None else end))


def in_frames(found: list[Edge]) -> list[tuple[bool, float, float]]:
    return [(edge.speaking, edge.at / FRAME, edge.known / FRAME) for edge in found]


def test_a_voice_is_known_after_90_ms_and_its_stop_after_200_ms() -> None:
    assert in_frames(edges("..#####..........")) == [(True, 2, 5), (False, 7, 14)]


def test_a_fainter_voice_goes_on_but_does_not_begin() -> None:
    assert in_frames(edges("----###----..........")) == [(True, 4, 7), (False, 11, 18)]


def test_gaps_under_200_ms_are_inside_a_stretch() -> None:
    assert in_frames(edges("###......###..........")) == [(True, 0, 3), (False, 12, 19)]
    assert [e.speaking for e in edges("###.......###..........")] == [True, False, True, False]


def test_islands_under_90_ms_are_dropped() -> None:
    assert edges("..##..........") == []


def test_two_short_sounds_with_a_short_gap_are_one_stretch() -> None:
    assert in_frames(edges("..#..#..........")) == [(True, 2, 6), (False, 6, 13)]


def test_edges_are_dated_back_by_the_measured_lag() -> None:
    options = VoiceOptions(onset_lag_ms=32, offset_lag_ms=64)
    assert in_frames(edges("..#####..........", options)) == [(True, 1, 5), (False, 5, 14)]


def test_each_engine_has_its_own_lag() -> None:
    options = VoiceOptions(engine="webrtc", webrtc_onset_lag_ms=0, webrtc_offset_lag_ms=96)
    assert in_frames(edges("..#####..........", options)) == [(True, 2, 5), (False, 4, 14)]


def test_nothing_begins_before_the_session_or_before_the_last_stop() -> None:
    options = VoiceOptions(onset_lag_ms=200, offset_lag_ms=0, bridge_ms=64)
    found = edges("###..###....", options)
    assert [edge.at for edge in found] == [0, 3 * FRAME, 3 * FRAME, 8 * FRAME]


def test_a_voice_that_is_cut_off_by_the_end_stops_there() -> None:
    end = 6 * FRAME - 100
    (onset, stop) = edges("..####", end=end)
    assert onset.at == 2 * FRAME
    assert (stop.at, stop.known) == (end, end)
    (_, stop) = edges("..####", VoiceOptions(onset_lag_ms=0, offset_lag_ms=32), end=end)
    assert (stop.at, stop.known) == (end - FRAME, end)


def test_an_end_inside_the_frame_that_made_an_onset_known_keeps_the_order() -> None:
    (onset, stop) = edges("..###", end=5 * FRAME - 400)
    assert onset.known == stop.known == 5 * FRAME


@given(
    st.text(alphabet="#-.", max_size=120),
    st.integers(0, 200),
    st.integers(0, 200),
    st.integers(50, 500),
    st.integers(0, 300),
    st.integers(0, FRAME - 1),
)
def test_edges_alternate_and_never_go_back(
    picture: str, onset: int, offset: int, bridge: int, shortest: int, missing: int
) -> None:
    options = VoiceOptions(
        onset_lag_ms=onset, offset_lag_ms=offset, bridge_ms=bridge, min_speech_ms=shortest
    )
    found = edges(picture, options, end=max(0, len(picture) * FRAME - missing))
    assert [edge.speaking for edge in found] == [True, False] * (len(found) // 2)
    assert [edge.at for edge in found] == sorted(edge.at for edge in found)
    assert [edge.known for edge in found] == sorted(edge.known for edge in found)
    assert all(0 <= edge.at <= edge.known for edge in found)
    assert all(edge.track is Track.CLIENT and edge.ending is None for edge in found)
