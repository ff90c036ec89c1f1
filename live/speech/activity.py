"""How probable a voice is on one track, frame by frame: three ways to tell.

`TwoStage` is the default. Measured on 274 s of meetings and 617 s of one-person telephone
channels (`tests/bench/voice.py`; error = missed + false time over reference speech):

                                meetings   telephone   onsets <= 0.15 s   network runs on
    webrtcvad alone               26 %        10 %            87 %              -
    network alone                 19.9 %      13.3 %          53 %            100 %
    both in series                20.0 %       7.4 %          92 %          73 %, 40 %
"""

from __future__ import annotations

from typing import Protocol

import numpy as np
import onnxruntime
import webrtcvad

from live.speech.frames import FRAME_MS
from live.speech.neural import Silero
from live.speech.segment import VoiceOptions
from live.types import RATE, Audio


class VoiceActivity(Protocol):
    """One track's voice, told without delay."""

    def push(self, frame: Audio) -> float:
        """The probability, 0 to 1, of voice in this frame of 512 samples."""
        ...


class WebrtcActivity:
    """webrtcvad alone: the share of a frame's 10 ms pieces that it calls voice.

    It takes 10, 20 or 30 ms and a frame has 32: what is left over is judged with the next
    frame. 10 ms is the length at which a voice opens the gate soonest.
    """

    _PIECE_BYTES = RATE // 100 * 2

    def __init__(self, mode: int) -> None:
        self._is_voice = webrtcvad.Vad(mode).is_speech
        self._rest = b""

    def push(self, frame: Audio) -> float:
        """The share of the 10 ms pieces that end in this frame that are voice."""
        sound = self._rest + (np.clip(frame, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()
        size = self._PIECE_BYTES
        count = len(sound) // size
        self._rest = sound[count * size :]
        voiced: int = sum(
            self._is_voice(sound[at : at + size], RATE) for at in range(0, count * size, size)
        )
        return voiced / count


class NeuralActivity:
    """The network alone, on every frame."""

    def __init__(self, network: onnxruntime.InferenceSession) -> None:
        self._network = Silero(network)

    def push(self, frame: Audio) -> float:
        """The network's probability."""
        return self._network.push(frame)


class TwoStage:
    """webrtcvad listens always; the network runs, and decides, only when there may be a voice.

    The gate opens with the first 10 ms of voice and closes `gate_hold_ms` after the last,
    but not while the network itself still gives `gate_keep`. Closed means probability 0.

    While the gate is closed the network's memory stands still: it is neither reset nor fed.
    Fed with seconds of silence it sinks into a state from which it needs 0.1 to 0.5 s of
    voice to wake; reset, it needs some 0.1 s. Kept, it still remembers a voice and answers the
    next one at once. Feeding it the last withheld frames on opening made nothing better. What
    this costs was looked for: after white and pink noise, hum, key strokes, breath and noise
    bursts there was no more false voice than from the network alone; in 80 s of dense piano
    tones 0.8 s.
    """

    def __init__(self, options: VoiceOptions, network: onnxruntime.InferenceSession) -> None:
        self._first = WebrtcActivity(options.gate_mode)
        self._second = Silero(network)
        self._hold = options.gate_hold_ms // FRAME_MS
        self._keep = options.gate_keep
        self._open = 0
        """Frames for which the network goes on without further voice."""
        self.runs = 0
        """Frames on which the network ran."""

    def push(self, frame: Audio) -> float:
        """The network's probability; 0 while the gate is closed."""
        if self._first.push(frame) > 0.0:
            self._open = self._hold + 1
        if not self._open:
            return 0.0
        self.runs += 1
        probability = self._second.push(frame)
        self._open -= 1
        if probability >= self._keep:
            self._open = max(self._open, 1)
        return probability


def voice_activity(
    options: VoiceOptions, network: onnxruntime.InferenceSession | None
) -> VoiceActivity:
    """A fresh detector for one track; `network` (for `silero` only) may serve all tracks."""
    if options.engine == "webrtc":
        return WebrtcActivity(options.gate_mode)
    if network is None:
        raise ValueError("the engine silero needs its network")
    return TwoStage(options, network)
