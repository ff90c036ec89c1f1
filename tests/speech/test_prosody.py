"""Prosody on tones whose pitch, level and length are known."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.speech.prosody import Prosody
from live.types import RATE, Ending, Samples, Track, samples

FRAME = 512
UNKNOWN = Ending(None, None, None, None)


def tone(
    seconds: float, hertz: float, then: float | None = None, level_db: float = -20
) -> np.ndarray:
    """A hummed tone, gliding to another pitch evenly in semitones."""
    n = round(seconds * RATE)
    pitch = hertz * (1 if then is None else then / hertz) ** (np.arange(n) / n)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    hum = sum(np.sin(k * phase) / k for k in range(1, 9))
    return hum / np.sqrt((hum**2).mean()) * 10 ** (level_db / 20)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(round(seconds * RATE))


class Speaker:
    """Somebody whose stretches are measured one after the other, as the engine does."""

    def __init__(self) -> None:
        self.prosody = Prosody(Track.CLIENT)
        self._rest = np.zeros(0)
        self._at = 0
        self.now = 0

    def say(self, *parts: np.ndarray, pause: float = 0.6) -> tuple[Samples, Samples]:
        """Speak, then be silent for `pause`; gives where the stretch lies."""
        sound = np.concatenate(parts)
        start = self.now
        self.hear(np.concatenate((sound, silence(pause))))
        return Samples(start), Samples(start + len(sound))

    def hear(self, sound: np.ndarray) -> None:
        self.now += len(sound)
        sound = np.concatenate((self._rest, sound)).astype(np.float32)
        while len(sound) >= FRAME:
            self.prosody.push(Samples(self._at), sound[:FRAME])
            sound, self._at = sound[FRAME:], self._at + FRAME
        self._rest = sound

    def ends(self, *parts: np.ndarray) -> Ending:
        return self.prosody.ending(*self.say(*parts))


def used_to(hertz: float = 120, run: float = 0.2, level_db: float = -20) -> Speaker:
    """A speaker whose medians are known: syllables of `run` seconds with short gaps."""
    speaker = Speaker()
    for _ in range(8):
        syllable = [tone(run, hertz, level_db=level_db), silence(0.08)]
        speaker.ends(*syllable * 4, tone(run, hertz, level_db=level_db))
    return speaker


@pytest.mark.parametrize("semitones", [-12.0, -3.0, 0.0, 3.0, 12.0])
def test_the_last_movement_of_the_pitch_is_measured(semitones):
    # 0.4 s of movement, so that the last 0.3 s move as steeply
    arrives = 120 * 2 ** (semitones / 12)
    ending = Speaker().ends(tone(1.0, 120), tone(0.4, 120, arrives))
    assert ending.pitch_slope == pytest.approx(semitones / 0.4, abs=1.5)


def test_a_fall_that_ended_early_is_not_a_last_fall():
    ending = Speaker().ends(tone(0.5, 200, 100), tone(0.6, 100))
    assert ending.pitch_slope == pytest.approx(0, abs=0.5)


def test_a_whispered_end_has_no_pitch():
    hiss = np.random.default_rng(1).standard_normal(round(0.5 * RATE)) * 0.02
    ending = used_to().ends(tone(1.0, 120), hiss)
    assert ending.pitch_slope is None
    assert ending.pitch_level is None


def test_a_voice_that_fades_is_told_from_one_that_breaks_off():
    fading = Speaker().ends(tone(1.5, 120), tone(0.3, 120, level_db=-30))
    breaking = Speaker().ends(tone(1.8, 120))
    assert fading.level_drop == pytest.approx(10, abs=1)
    assert breaking.level_drop == pytest.approx(0, abs=0.5)


def test_nothing_is_relative_before_the_speaker_is_known():
    speaker = Speaker()
    start, end = speaker.say(tone(1.0, 120))
    ending = speaker.prosody.ending(start, end)
    assert ending.pitch_slope is not None
    assert ending.pitch_level is None
    assert ending.last_syllable is None
    incoming = speaker.prosody.incoming(start, Samples(start + RATE // 2))
    assert incoming.level is None
    assert incoming.pitch is None


def test_the_last_pitch_is_set_against_the_speakers_own():
    ending = used_to(120).ends(tone(0.5, 120), tone(0.5, 240))
    assert ending.pitch_level == pytest.approx(12, abs=0.3)


@pytest.mark.parametrize(("last", "ratio"), [(0.1, 0.5), (0.2, 1.0), (0.6, 3.0)])
def test_a_lengthened_last_syllable_is_set_against_the_speakers_own(last, ratio):
    ending = used_to(run=0.2).ends(tone(0.2, 120), silence(0.08), tone(last, 120))
    assert ending.last_syllable == pytest.approx(ratio, rel=0.15, abs=0.1)


def test_a_raised_voice_that_comes_in_is_told():
    speaker = used_to(120, level_db=-26)
    start, _ = speaker.say(tone(1.0, 120 * 2 ** (4 / 12), level_db=-20))
    incoming = speaker.prosody.incoming(start, Samples(start + RATE // 2))
    assert (incoming.start, incoming.end) == (start, start + RATE // 2)
    assert incoming.track is Track.CLIENT
    assert incoming.level == pytest.approx(6, abs=0.5)
    assert incoming.pitch == pytest.approx(4, abs=0.3)


def test_what_comes_later_changes_nothing():
    early, late = used_to(), used_to()
    start, end = early.say(tone(0.7, 130, 110), pause=0.25)
    late.say(tone(0.7, 130, 110), pause=0.25)
    late.hear(tone(0.5, 300))
    assert early.prosody.ending(start, end) == late.prosody.ending(start, end)


def test_a_stretch_teaches_only_after_it_was_measured():
    speaker = used_to(120)
    first = speaker.ends(tone(1.0, 200))
    for _ in range(60):
        again = speaker.ends(tone(1.0, 200))
    assert first.pitch_level == pytest.approx(8.8, abs=0.3)
    assert again.pitch_level == pytest.approx(0, abs=0.3)


def test_an_hour_takes_no_more_memory_than_a_minute():
    speaker = used_to()
    before = len(pickle.dumps(vars(speaker.prosody)))
    for _ in range(40):
        speaker.prosody.ending(*speaker.say(tone(2.0, 120), pause=3.0))
    assert len(pickle.dumps(vars(speaker.prosody))) == pytest.approx(before, abs=50)


def test_a_stretch_longer_than_what_is_held_is_measured_by_its_end():
    ending = used_to().ends(tone(90.0, 120), tone(0.4, 120, 60 * 2 ** (7 / 12)))
    assert ending.pitch_slope == pytest.approx(-12.5, abs=1.5)
    assert ending.level_drop == pytest.approx(0, abs=0.5)


def test_a_stretch_no_longer_held_is_not_measured():
    speaker = used_to()
    start, end = speaker.say(tone(1.0, 120), pause=10.0)
    assert speaker.prosody.ending(start, end) == UNKNOWN


def test_silence_has_no_ending():
    speaker = used_to()
    assert speaker.ends(silence(1.0)) == UNKNOWN


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 999),
    kind=st.sampled_from(["zeros", "noise", "square", "tone", "tiny"]),
    start=st.integers(0, 6 * RATE),
    length=st.one_of(st.just(samples(0.09)), st.integers(0, 7 * RATE)),
)
def test_any_stretch_of_any_sound_is_measured_or_not_but_never_wrongly(seed, kind, start, length):
    rng = np.random.default_rng(seed)
    n = 6 * RATE
    sound = {
        "zeros": np.zeros(n),
        "noise": rng.standard_normal(n),
        "square": np.sign(rng.standard_normal(n)),
        "tone": tone(6, 100 + seed / 4),
        "tiny": rng.standard_normal(n) * 1e-25,
    }[kind]
    speaker = used_to()
    start += speaker.now
    speaker.hear(sound)
    end = Samples(start + length)
    ending = speaker.prosody.ending(Samples(start), end)
    incoming = speaker.prosody.incoming(Samples(start), end)
    values = [getattr(ending, name) for name in ending.__slots__]
    values += [incoming.level, incoming.pitch]
    assert all(v is None or math.isfinite(v) for v in values)
