"""Voice probabilities of one track, frame by frame, to the edges of its stretches of speech."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from live.options import Range
from live.speech.frames import FRAME
from live.types import RATE, Edge, Samples, Track


@dataclass(frozen=True, slots=True)
class VoiceOptions:
    """How a voice is told from everything else, and when it began and stopped."""

    engine: Literal["silero", "webrtc"] = "silero"
    """`silero`: the network decides, webrtcvad says when it has to run. `webrtc`: webrtcvad
    alone; needs no network file, and takes music, keys and breath for voice."""
    on: Annotated[float, Range(0.4, 0.9)] = 0.5
    """A voice is there from this probability on (Silero's own default)."""
    off: Annotated[float, Range(0.1, 0.4)] = 0.35
    """A voice that was there is gone below this (Silero's own default: 0.15 under `on`)."""
    bridge_ms: Annotated[int, Range(50, 500)] = 200
    """Silence shorter than this is inside a stretch: closures of plosives reach 150 ms, and
    listeners do not hear gaps under 0.2 s as pauses."""
    min_speech_ms: Annotated[int, Range(0, 300)] = 90
    """Shorter stretches are clicks; the shortest "mm" lasts longer."""
    onset_lag_ms: Annotated[int, Range(0, 200)] = 25
    """How late the network begins. Median over 128 onsets of synthetic speech with exact times:
    23 to 26 ms at three levels of noise, wide and telephone band; 20 ms on telephone calls."""
    offset_lag_ms: Annotated[int, Range(0, 200)] = 30
    """How late the network ends, measured likewise: 22 to 32 ms; 62 ms on telephone calls, whose
    energy reference leaves the quiet end of a voice out."""
    webrtc_onset_lag_ms: Annotated[int, Range(0, 200)] = 10
    """The same for webrtcvad alone: 9 to 22 ms; 2 ms on telephone calls."""
    webrtc_offset_lag_ms: Annotated[int, Range(0, 200)] = 60
    """The same for webrtcvad alone, which holds on: 41 to 70 ms; 90 ms on telephone calls."""
    gate_mode: Annotated[int, Range(0, 3)] = 3
    """How strict webrtcvad is, as the first stage and alone. 3: the others call line noise and
    room noise voice most of the time, and the network would run on nearly everything."""
    gate_hold_ms: Annotated[int, Range(0, 2000)] = 200
    """The network goes on for so long after webrtcvad's last voice; as long as a bridge."""
    gate_keep: Annotated[float, Range(0.01, 1.0)] = 0.1
    """While the network itself says at least this, it goes on whatever webrtcvad says: strict
    webrtcvad alone would cut 5 % out of distant speech."""

    def lags(self) -> tuple[Samples, Samples]:
        """The measured lag of onsets and of offsets of the chosen engine."""
        if self.engine == "webrtc":
            return _ms(self.webrtc_onset_lag_ms), _ms(self.webrtc_offset_lag_ms)
        return _ms(self.onset_lag_ms), _ms(self.offset_lag_ms)


class Segmenter:
    """One track's edges: hysteresis, short gaps bridged, short islands dropped.

    Every edge is given with the first frame that makes it certain and dated back by the
    measured lag, never before the edge before it.
    """

    def __init__(self, track: Track, options: VoiceOptions) -> None:
        self._track = track
        self._on = options.on
        self._off = options.off
        self._bridge = _ms(options.bridge_ms)
        self._min_speech = _ms(options.min_speech_ms)
        self._onset_lag, self._offset_lag = options.lags()
        self._voiced = False
        self._speaking = False
        self._began: Samples | None = None
        """Start of the stretch that is going on, or may become one."""
        self._voice_end = Samples(0)
        self._last_at = Samples(0)
        self._last_known = Samples(0)

    def push(self, p: float, start: Samples) -> list[Edge]:
        """The edges that the frame at `start`, with voice probability `p`, makes certain."""
        end = Samples(start + FRAME)
        self._voiced = p >= (self._off if self._voiced else self._on)
        if not self._voiced:
            if self._began is None or end - self._voice_end < self._bridge:
                return []
            return self._close(end)
        if self._began is None:
            self._began = start
        self._voice_end = end
        if self._speaking or end - self._began < self._min_speech:
            return []
        self._speaking = True
        return [self._edge(self._began - self._onset_lag, end)]

    def finish(self, end: Samples) -> list[Edge]:
        """The stop of a stretch that was going on when the sound ended at `end`."""
        self._voice_end = min(self._voice_end, end)
        return self._close(end)

    def _close(self, known: Samples) -> list[Edge]:
        was_speaking, self._speaking = self._speaking, False
        self._began = None
        self._voiced = False
        return [self._edge(self._voice_end - self._offset_lag, known)] if was_speaking else []

    def _edge(self, at: int, known: Samples) -> Edge:
        # The last frame may reach past the end of the sound, so `finish` can come earlier.
        self._last_known = max(known, self._last_known)
        self._last_at = Samples(min(max(at, self._last_at), self._last_known))
        return Edge(self._last_at, self._last_known, self._track, speaking=self._speaking)


def _ms(length: int) -> Samples:
    return Samples(length * RATE // 1000)
