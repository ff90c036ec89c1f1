"""The Silero v6 voice network, found in faster-whisper's files and stepped frame by frame.

The package `faster_whisper` is only located, never imported: its import loads the recogniser,
which takes half a second and is not needed to hear a voice.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from live.errors import ModelMissingError
from live.speech.frames import FRAME
from live.types import Audio

if TYPE_CHECKING:
    import onnxruntime

_CONTEXT = 64
"""Samples of the frame before that the network wants in front of each frame."""
_STATE = (1, 1, 128)
"""Shape of the network's memory (h and c of its LSTM)."""
_OUTPUTS = ["speech_probs", "hn", "cn"]
_FILE = Path("assets") / "silero_vad_v6.onnx"
_REPAIR = "Install Unhurried again; it brings this file with it. Or set voice.engine to webrtc."


def network_file() -> Path:
    """Where the network lies.

    Raises `ModelMissingError` when faster-whisper is not installed or came without it.
    """
    package = importlib.util.find_spec("faster_whisper")
    if package is None or not package.submodule_search_locations:
        raise ModelMissingError("The part that hears voices is not installed.", _REPAIR)
    path = Path(package.submodule_search_locations[0]) / _FILE
    if not path.is_file():
        raise ModelMissingError(f"The file that hears voices is missing: {path.name}.", _REPAIR)
    return path


def load(path: Path) -> onnxruntime.InferenceSession:
    """The network, on one processor thread. It keeps no state: all tracks may share it.

    Raises `ModelMissingError` when the file is damaged.
    """
    # From 1.29 on onnxruntime reports its use to its maker from a native thread, unless this is
    # set before its import. The version we ask for cannot; should another be there, it may not.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(
            str(path), sess_options=options, providers=["CPUExecutionProvider"]
        )
    # onnxruntime's own exceptions share no base but Exception.
    except Exception as problem:
        raise ModelMissingError(
            f"The file that hears voices is damaged: {path.name}.", _REPAIR
        ) from problem


class Silero:
    """One track's voice probability, with the network's memory of that track.

    One frame a call, always. Giving the network many frames at once is a quarter faster and
    was equal to the last bit where it was tried, but nobody promises that; and the size of a
    block must change nothing.
    """

    def __init__(self, network: onnxruntime.InferenceSession) -> None:
        self._run = network.run
        self._input = np.zeros((1, _CONTEXT + FRAME), np.float32)
        self._h = np.zeros(_STATE, np.float32)
        self._c = np.zeros(_STATE, np.float32)

    def push(self, frame: Audio) -> float:
        """The probability of voice in this frame of 512 samples, 0 to 1."""
        row = self._input[0]
        row[:_CONTEXT] = row[FRAME:]
        row[_CONTEXT:] = frame
        probability, self._h, self._c = self._run(
            _OUTPUTS, {"input": self._input, "h": self._h, "c": self._c}
        )
        return float(probability[0])
