"""The network: the same numbers as faster-whisper's own runner, and clear words without it."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import pytest
from faster_whisper.vad import get_vad_model

from live.errors import ModelMissingError
from live.speech.frames import FRAME
from live.speech.neural import Silero, load, network_file
from live.types import Audio


def sound(frames: int, seed: int) -> Audio:
    """Noise whose level comes and goes, so that the network's memory has work to do."""
    count = frames * FRAME
    swell = 0.2 * (1 + np.sin(np.arange(count) / 9_000))
    return (np.random.default_rng(seed).standard_normal(count) * swell).astype(np.float32)


def stepped(silero: Silero, audio: Audio) -> list[float]:
    return [silero.push(frame) for frame in audio.reshape(-1, FRAME)]


def test_every_frame_equals_the_reference_runner() -> None:
    audio = sound(200, seed=1)
    # The reference silences the end of its last frame (and writes into its input), so it gets
    # one frame more.
    reference = get_vad_model()(np.concatenate([audio, np.zeros(FRAME, np.float32)]))
    assert stepped(Silero(load(network_file())), audio) == pytest.approx(
        reference.ravel()[:200].tolist(), abs=0
    )


def test_two_tracks_share_a_network_and_hear_only_themselves() -> None:
    network = load(network_file())
    one, two = sound(30, seed=2), sound(30, seed=3)
    alone = stepped(Silero(network), one)
    first, second = Silero(network), Silero(network)
    beside = []
    for mine, other in zip(one.reshape(-1, FRAME), two.reshape(-1, FRAME), strict=True):
        beside.append(first.push(mine))
        second.push(other)
    assert beside == alone


def test_the_recogniser_is_not_imported_for_its_file() -> None:
    program = (
        "import sys; from live.speech.neural import load, network_file; load(network_file());"
        "sys.exit('faster_whisper' in sys.modules)"
    )
    # S603: our own interpreter with our own words.
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0  # noqa: S603


def test_without_the_package_the_hint_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ModelMissingError, match="not installed") as caught:
        network_file()
    assert "webrtc" in caught.value.hint


def test_a_package_without_the_file_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spec = ModuleSpec("faster_whisper", None, is_package=True)
    spec.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: spec)
    with pytest.raises(ModelMissingError, match=r"silero_vad_v6\.onnx"):
        network_file()


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "silero_vad_v6.onnx"
    broken.write_bytes(network_file().read_bytes()[:1_000])
    with pytest.raises(ModelMissingError, match="damaged") as caught:
        load(broken)
    assert caught.value.__cause__ is not None
