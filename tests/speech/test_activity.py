"""Voice activity: what each engine hears, and when the network is spared."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import webrtcvad

from live.speech.activity import NeuralActivity, TwoStage, WebrtcActivity, voice_activity
from live.speech.frames import FRAME
from live.speech.neural import load, network_file
from live.speech.segment import VoiceOptions
from live.types import RATE, Audio

FORMANTS = [(730, 1090), (270, 2290), (300, 870), (530, 1840), (570, 840)]


def vowels(seconds: float) -> Audio:
    """A voice as a machine can make it: four vowels a second on a wandering pitch."""
    time = np.arange(int(seconds * RATE)) / RATE
    pitch = 120 * (1 + 0.08 * np.sin(2 * np.pi * 0.7 * time))
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    low, high = np.array(FORMANTS)[(time * 4).astype(int) % len(FORMANTS)].T
    sound = np.zeros(len(time))
    for harmonic in range(1, 30):
        at = harmonic * pitch
        gain = 1 / (1 + ((at - low) / 90) ** 2) + 0.5 / (1 + ((at - high) / 90) ** 2)
        sound += gain / harmonic**0.5 * np.sin(harmonic * phase)
    sound *= 0.55 - 0.45 * np.cos(2 * np.pi * 4 * time)
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


def frames(*parts: Audio) -> Audio:
    sound = np.concatenate(parts)
    return np.pad(sound, (0, -len(sound) % FRAME)).reshape(-1, FRAME)


def silence(seconds: float) -> Audio:
    return np.zeros(int(seconds * RATE), np.float32)


class Counting:
    """A network that always gives the same probability and counts in its memory."""

    def __init__(self, probability: float) -> None:
        self.probability = probability
        self.memories: list[float] = []

    def run(self, _: object, feed: dict[str, Any]) -> tuple[Any, Any, Any]:
        self.memories.append(float(feed["h"].flat[0]))
        return np.array([self.probability], np.float32), feed["h"] + 1, feed["c"]


class Eavesdropper:
    """Stands in for webrtcvad: keeps every piece it is given."""

    heard: bytes = b""

    def __init__(self, mode: int) -> None: ...

    def is_speech(self, piece: bytes, rate: int) -> bool:
        assert (len(piece), rate) == (320, RATE)
        Eavesdropper.heard += piece
        return False


@pytest.mark.parametrize("engine", ["silero", "webrtc"])
def test_a_voice_is_heard_and_silence_is_not(engine: Any) -> None:
    activity = voice_activity(VoiceOptions(engine=engine), load(network_file()))
    heard = [activity.push(f) for f in frames(silence(1.024), vowels(2.048), silence(1.024))]
    assert max(heard[:32]) < 0.35
    assert np.median(heard[32:96]) > 0.8
    assert max(heard[-20:]) < 0.35
    assert all(0.0 <= p <= 1.0 for p in heard)


def test_both_stages_say_what_the_network_alone_says_while_a_voice_goes_on() -> None:
    network = load(network_file())
    alone, both = NeuralActivity(network), TwoStage(VoiceOptions(), network)
    pairs = [(alone.push(f), both.push(f)) for f in frames(vowels(3.0))]
    assert all(one == other for one, other in pairs)


def test_silence_costs_no_network() -> None:
    network = Counting(0.0)
    activity = TwoStage(VoiceOptions(), network)  # type: ignore[arg-type]
    assert {activity.push(frame) for frame in frames(silence(10))} == {0.0}
    assert not network.memories


def test_the_network_goes_on_for_the_hold_and_then_rests() -> None:
    network = Counting(0.0)
    activity = TwoStage(VoiceOptions(gate_hold_ms=320), network)  # type: ignore[arg-type]
    for frame in frames(vowels(1.024)):
        activity.push(frame)
    voiced = activity.runs
    for frame in frames(silence(3)):
        activity.push(frame)
    # webrtcvad itself holds on for up to 0.15 s after a voice.
    assert 10 <= activity.runs - voiced <= 15


def test_the_network_is_not_cut_off_while_it_hears_something_itself() -> None:
    network = Counting(0.2)
    activity = TwoStage(VoiceOptions(), network)  # type: ignore[arg-type]
    sound = frames(vowels(1.024), silence(3))
    for frame in sound:
        activity.push(frame)
    assert activity.runs >= len(sound) - 3


def test_the_memory_stands_still_while_the_gate_is_closed() -> None:
    network = Counting(0.0)
    activity = TwoStage(VoiceOptions(), network)  # type: ignore[arg-type]
    for frame in frames(vowels(1), silence(5), vowels(1)):
        activity.push(frame)
    assert len(network.memories) < 100
    assert network.memories == list(range(len(network.memories)))


def test_a_voice_after_a_long_silence_is_heard_sooner_than_by_the_network_alone() -> None:
    network = load(network_file())
    hiss = np.random.default_rng(5).standard_normal(RATE * 8).astype(np.float32) * 3e-4
    sound = frames(vowels(2.048), hiss[: 8 * RATE], vowels(2.048))
    onset = (2 * RATE + 768 + 8 * RATE) // FRAME

    def delay(activity: NeuralActivity | TwoStage) -> int:
        heard = [activity.push(frame) for frame in sound]
        return next(i for i, p in enumerate(heard[onset:]) if p >= 0.5)

    assert delay(TwoStage(VoiceOptions(), network)) <= delay(NeuralActivity(network))


def test_the_first_stage_hears_every_sample_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webrtcvad, "Vad", Eavesdropper)
    monkeypatch.setattr(Eavesdropper, "heard", b"")
    sound = (np.arange(50 * FRAME) % 20_000 / 32_767).astype(np.float32)
    activity = WebrtcActivity(3)
    for frame in frames(sound):
        activity.push(frame)
    expected = (sound * 32_767).astype("<i2").tobytes()
    assert Eavesdropper.heard == expected


def test_sound_beyond_full_scale_is_clipped_not_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webrtcvad, "Vad", Eavesdropper)
    monkeypatch.setattr(Eavesdropper, "heard", b"")
    WebrtcActivity(3).push(np.full(FRAME, -1.5, np.float32))
    assert set(np.frombuffer(Eavesdropper.heard, "<i2")) == {-32_767}


def test_the_network_engine_without_a_network_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="needs its network"):
        voice_activity(VoiceOptions(), None)
    assert isinstance(voice_activity(VoiceOptions(engine="webrtc"), None), WebrtcActivity)
