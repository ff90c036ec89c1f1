"""How probable a voice is on one track, frame by frame: three ways to tell.

`TwoStage` is the default. Measured by `tests/bench/voice.py` on 274 s of mixed meetings and
657 s of telephone channels, each silent half the time, edges dated back as shipped. Error is
missed plus false time over reference speech without collar; onsets are those of the telephone
found within 0.15 s and 0.3 s; the last columns say on how many frames the network ran and the
processor time of a frame (32 ms):

                    meetings  telephone  onsets      network ran  microseconds a frame
    webrtcvad       28.2 %     7.2 %     87 %, 94 %  -            12, 12
    network         20.1 %    11.0 %     54 %, 78 %  100 %        124, 115
    both in series  20.2 %     5.6 %     93 %, 96 %  73 %, 40 %   98, 73
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np
import webrtcvad

from live.speech.frames import FRAME_MS
from live.speech.neural import Silero
from live.speech.segment import VoiceOptions
from live.types import RATE, Audio

if TYPE_CHECKING:
    import onnxruntime


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
    Fed with seconds of silence it sinks into a state from which it often needs 0.1 to 0.5 s of
    voice to wake (53 % of telephone onsets within 0.15 s); reset and fed the last 8 withheld
    frames it does better (82 %); kept, it still remembers a voice and answers the next one at
    once (92 %), and feeding it the withheld frames first makes nothing better (89 to 92 %).
    What this costs was looked for: after white and pink noise, hum, key strokes, breath and
    noise bursts there was no false voice, as from the network alone; in 80 s of dense piano
    tones there was 0.8 s.
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
