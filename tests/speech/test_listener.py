"""From the sound of two tracks to the edges of two voices."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from fakes import LevelActivity, Tape
from script import length, said, voices

from live.speech.bleed import BleedOptions
from live.speech.frames import FRAME
from live.speech.listener import Heard, Listener, listener
from live.speech.prosody import ProsodyOptions
from live.speech.segment import VoiceOptions
from live.types import AudioBlock, Edge, Samples, Track, samples, seconds

COACH, CLIENT = Track.COACH, Track.CLIENT
NEAR_S = 0.033


def ears() -> Listener:
    voice = VoiceOptions(onset_lag_ms=0, offset_lag_ms=0)
    return Listener({t: LevelActivity() for t in Track}, voice, BleedOptions(), ProsodyOptions())


def hear(tracks, *, blocks=(16_000,)) -> list[Heard]:
    ear = ears()
    heard = [h for block in Tape(tracks, blocks, blocks) for h in ear.push(block)]
    return heard + list(ear.finish())


def edges(heard: list[Heard], track: Track) -> list[Edge]:
    return [e for h in heard for e in h.edges if e.track is track]


def sound(*lines: str):
    words = said(*lines)
    return voices(words, length(words))


def test_each_voice_begins_and_stops_where_it_does():
    heard = hear(
        sound("0.5-2.0 coach so how are you", "2.5-4.0 client i am well.", "3.5-5 coach oh")
    )
    times = {t: [(e.speaking, seconds(e.at)) for e in edges(heard, t)] for t in Track}
    assert [s for s, _ in times[COACH]] == [True, False, True, False]
    assert [at for _, at in times[COACH]] == pytest.approx([0.5, 2.0, 3.5, 5.0], abs=NEAR_S)
    assert [at for _, at in times[CLIENT]] == pytest.approx([2.5, 4.0], abs=NEAR_S)


def test_an_edge_is_given_with_the_frame_that_makes_it_certain():
    for one in hear(sound("0.5-2.0 coach so how are you", "2.5-4.0 client i am well.")):
        for edge in one.edges:
            assert edge.at <= edge.known <= one.now
            assert one.now - edge.known < FRAME


def test_a_stop_says_how_the_voice_ended_and_an_onset_does_not():
    lines = [f"{at}-{at + 1.5} client we live in town." for at in (0.5, 3.0, 5.5, 8.0)]
    heard = hear(sound(*lines, "10.5-12.0 client and then we"))
    found = edges(heard, CLIENT)
    assert all(e.ending is None for e in found if e.speaking)
    endings = [e.ending for e in found if not e.speaking]
    assert all(e is not None for e in endings)
    falling, level = endings[-2:]
    assert falling.pitch_slope < -8
    assert falling.pitch_level < -3
    assert abs(level.pitch_slope) < 4
    assert abs(level.pitch_level) < 2


def test_the_coach_coming_in_is_measured_once():
    heard = hear(sound("0.5-2.5 coach so how are you", "3.0-3.3 client well", "4-4.3 coach good."))
    incoming = [i for h in heard for i in h.incoming]
    edges = [e for h in heard for e in h.edges]
    onsets = [e.at for e in edges if e.speaking and e.track is Track.COACH]
    assert [i.start for i in incoming] == onsets
    assert {i.track for i in incoming} == {Track.COACH}
    assert all(i.end - i.start <= samples(0.5) for i in incoming)


def test_voices_that_still_speak_stop_with_the_sound():
    tracks = sound("0.5-2.0 coach so how are you")
    whole = {track: audio[: samples(1.5)] for track, audio in tracks.items()}
    *_, last = hear(whole)
    assert [(e.speaking, seconds(e.at)) for e in last.edges] == [
        (False, pytest.approx(1.5, abs=NEAR_S))
    ]
    assert last.now == samples(1.5)


def test_time_never_runs_backwards():
    heard = hear(sound("0.5-2.0 coach so how are you", "1.5-4.0 client i am well."))
    assert all(a.now <= b.now for a, b in itertools.pairwise(heard[:-1]))


def test_a_longer_track_is_heard_to_its_end():
    tracks = sound("0.5-2.0 coach so how are you", "3.0-4.0 client i am well.")
    tracks[COACH] = tracks[COACH][: samples(2.2)]
    heard = hear(tracks)
    assert len(edges(heard, CLIENT)) == 2
    assert len(edges(heard, COACH)) == 2


def test_one_track_alone_decides_nothing():
    ear = ears()
    audio = np.ones(samples(3.0), np.float32)
    assert list(ear.push(AudioBlock(COACH, Samples(0), audio))) == []
    assert ear.end == samples(3.0)


def test_nothing_is_heard_in_nothing():
    ear = ears()
    (last,) = ear.finish()
    assert last == Heard(Samples(0))
    assert ear.echo in ("none", "not_measured")


def test_the_built_in_voice_detectors_hear_silence_as_silence():
    for engine in ("silero", "webrtc"):
        ear = listener(VoiceOptions(engine=engine), BleedOptions(), ProsodyOptions())
        still = {t: np.zeros(samples(1.0), np.float32) for t in Track}
        heard = [h for block in Tape(still) for h in ear.push(block)]
        assert not any(h.edges or h.incoming for h in heard)
