"""The other voice heard on this track: found by its rhythm, muted by its level.

A loudspeaker near the coach's microphone, or two lapel microphones in one room, put each voice on
both tracks. Ten seconds of one track are compared with the ten seconds of the other: where one
follows the other's ups and downs, later and weaker, it is bleed. Runs in the engine, per session.
"""

from __future__ import annotations

import itertools
import math
from collections import deque
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.typing import NDArray

from live.options import Range
from live.speech.frames import FRAME
from live.types import RATE, Audio, Samples, Track

HOP = 128
"""Samples in an envelope step (8 ms): the whole part of a frame nearest to the usual 10 ms."""

_STEPS = FRAME // HOP
_SMOOTH = 2 * _STEPS
"""Two frames: a single one of a reverberant voice varies too much."""
_EDGES_HZ = (150, 500, 1000, 2000, 3800)
_TRACKS = (Track.COACH, Track.CLIENT)
_TINY = 1e-12

Power = NDArray[np.float64]

Echo = Literal["none", "speakers", "not_measured"]


@dataclass(frozen=True, slots=True)
class BleedOptions:
    """How sure it must be that one track hears the other."""

    window_s: Annotated[float, Range(5, 30)] = 10.0
    """Sound compared at a time. 10 s kept 20 clean recordings at 0 % in published measurements."""
    every_frames: Annotated[int, Range(8, 125)] = 31
    """Frames from one comparison to the next (31 are 0.99 s)."""
    lag_ms: Annotated[int, Range(50, 400)] = 250
    """Longest delay looked for: playback, air and the microphone's buffers."""
    least_r: Annotated[float, Range(0.5, 0.9)] = 0.7
    """Correlation from which a window is hot. Of 14,000 windows of clean calls none passed 0.67;
    bleed 3 to 20 dB down is above 0.7 in 95 %."""
    least_s: Annotated[float, Range(1, 8)] = 2.5
    """Of the other's speech a window needs to be judged at all."""
    least_hot: Annotated[int, Range(2, 10)] = 3
    """Hot windows before a track counts as found: they overlap, so two can share their evidence."""
    least_share: Annotated[float, Range(0.05, 0.6)] = 0.15
    """Hot windows among the recent judged ones (affected recordings: 0.34-0.77, published)."""
    recent: Annotated[int, Range(10, 200)] = 30
    """Judged windows that count as recent, so that loudspeakers switched on later are found too."""
    weaker_db: Annotated[float, Range(1, 12)] = 1.5
    """How far below the other track bleed must lie; equal tracks are one microphone, not bleed."""
    margin_db: Annotated[float, Range(3, 15)] = 7.0
    """A frame sounds like the person's own when a band exceeds the predicted bleed by this much:
    95 % of bleed frames 6 dB down stay below it."""
    clear_db: Annotated[float, Range(6, 25)] = 12.0
    """Above this one frame is enough to be the person's own."""
    own_frames: Annotated[int, Range(1, 10)] = 3
    """Below that, so many in a row are; single frames of a reverberant voice stand out."""
    hold_frames: Annotated[int, Range(0, 10)] = 3
    """For so long after it the frames stay the person's own: soft sounds inside loud words. With
    the two rules, 8 % instead of 10 % of double talk is lost 6 dB down, 3 % instead of 6 % at
    12 dB, and a third less bleed comes through."""
    quiet_dbfs: Annotated[float, Range(-80, -40)] = -60.0
    """Below this the other track's sound is not speech."""


@dataclass(frozen=True, slots=True)
class Windows:
    """How many windows of a track were judged, and how many of them followed the other track."""

    hot: int = 0
    scored: int = 0


@dataclass(frozen=True, slots=True)
class _Coupling:
    """How the other voice arrives on a track."""

    lag: int
    """In steps of HOP."""
    gain: Power
    """Power ratio per band, shape (bands,)."""
    noise: Power
    """The track's own quiet, power per band summed over two frames, shape (bands,)."""


@dataclass(frozen=True, slots=True)
class _Finding:
    """How one window of a track follows the other track."""

    r: float
    """Correlation at the best lag; 0.0 where that is no peak or the track is not weaker."""
    lag: int
    usable: NDArray[np.bool_]
    """The steps of the window that were compared: the other speaks, this person hardly."""


class Bleed:
    """Says of each pair of frames which track only hears the other. Causal and deterministic."""

    def __init__(self, options: BleedOptions | None = None) -> None:
        self._options = options or BleedOptions()
        o = self._options
        self._window = round(o.window_s * RATE / FRAME) * _STEPS
        # two steps more than allowed: a best lag at the very end is a slope, not a peak
        self._lags = round(o.lag_ms * RATE / 1000 / HOP) + 2
        held = self._lags + self._window + o.every_frames * _STEPS
        self._power = np.zeros((held, 2, len(_EDGES_HZ) - 1))
        self._tail = np.zeros_like(self._power)
        self._filled = held - o.every_frames * _STEPS
        self._sound = np.zeros((o.every_frames, 2, FRAME), np.float32)
        self._waiting = 0
        self._fresh = o.every_frames * _STEPS
        self._coupling: list[_Coupling | None] = [None, None]
        self._recent: list[deque[bool]] = [deque(maxlen=o.recent), deque(maxlen=o.recent)]
        self._windows = [Windows(), Windows()]
        self._since: dict[Track, Samples] = {}
        self._bands = _bands()
        self._loud, self._own = [0, 0], [0, 0]

    @property
    def found(self) -> frozenset[Track]:
        """The tracks on which the other voice was established so far."""
        return frozenset(self._since)

    @property
    def since(self) -> dict[Track, Samples]:
        """When bleed was established, per track; sound before it went unmuted."""
        return dict(self._since)

    @property
    def windows(self) -> dict[Track, Windows]:
        """The statistics behind the verdict."""
        return dict(zip(_TRACKS, self._windows, strict=True))

    @property
    def echo(self) -> Echo:
        """`conditions.echo` so far; not measured until three windows of a track were judged."""
        if self._since:
            return "speakers"
        return "none" if max(w.scored for w in self._windows) >= 3 else "not_measured"

    def push(self, start: Samples, coach: Audio, client: Audio) -> tuple[bool, bool]:
        """Whether the sound of this frame on (coach, client) is to be taken as the other's voice.

        Frames are consecutive and 512 samples long; `start` is the position of both.
        """
        self._sound[self._waiting] = coach, client
        self._waiting += 1
        # nothing to mute yet: measure many frames at once, which costs a third
        if self._since or self._filled + self._waiting * _STEPS == len(self._power):
            self._measure()
        if self._filled == len(self._power):
            self._judge(Samples(start + FRAME))
        return self._follows(0), self._follows(1)

    def _measure(self) -> None:
        sound = self._sound[: self._waiting].reshape(-1, 2, _STEPS, HOP)
        spectrum = np.fft.rfft(sound * _WINDOW)
        bands = (spectrum.real**2 + spectrum.imag**2) @ self._bands
        power = bands.transpose(0, 2, 1, 3).reshape(-1, *self._power.shape[1:])
        at, end = self._filled, self._filled + len(power)
        self._power[at:end] = power
        # The tail falls by 0.8 a step, 120 dB/s: an ordinary room (0.5 s reverberation).
        rise = (1.25 ** np.arange(len(power) + 1))[:, None, None]
        since_last = np.concatenate((self._tail[at - 1 : at], power)) * rise
        self._tail[at:end] = (np.maximum.accumulate(since_last) / rise)[1:]
        self._filled, self._waiting = end, 0

    def _judge(self, known: Samples) -> None:
        for heard in (0, 1):
            finding = self._compare(heard)
            if finding is not None:
                self._learn(heard, finding, known)
        shift = self._options.every_frames * _STEPS
        for ring in (self._power, self._tail):
            ring[:-shift] = ring[shift:]
        self._filled -= shift

    def _compare(self, heard: int) -> _Finding | None:
        """How much a track follows the other over the window; None with too little to follow."""
        o = self._options
        power = self._power[-self._window :, heard]
        other = self._power[-self._window - self._lags :, 1 - heard]
        total, loudest = power.sum(1), _running_max(other.sum(1), self._lags + 1)
        floor = max(float(loudest.max()) * 1e-3, 10 ** (o.quiet_dbfs / 10))
        usable = (loudest > floor) & (total < loudest * 2)
        least = round(o.least_s * RATE / HOP)
        if usable.sum() < least or usable[-self._fresh :].mean() < 0.15:
            return None  # too little, or the same as a second ago
        # The person's own louder words would hide what is underneath: keep what lies near the
        # quieter part. Steps where nobody but the other speaks decide.
        usable &= total < loudest * np.quantile(total[usable] / loudest[usable], 0.3) * 10**0.8
        if usable.sum() < 0.6 * least:
            return None
        r = _correlation(_loudness(other), _loudness(power), usable)
        best = int(r.argmax())
        lag = self._lags - best
        # energies, because reverberation fills the other's pauses and a median would count them
        source = other[best : best + self._window][usable].sum()
        level = total[usable].sum() / (source + _TINY)
        peak = lag <= self._lags - 2 and level < 10 ** (-o.weaker_db / 10)
        return _Finding(float(r[best]) if peak else 0.0, lag, usable)

    def _couple(self, heard: int, usable: NDArray[np.bool_], lag: int) -> _Coupling:
        end = len(self._power) - max(lag - 1, 0)
        source = self._tail[end - self._window : end, 1 - heard][usable]
        power = self._power[-self._window :, heard][usable]
        gain = np.quantile((power + _TINY) / (source + _TINY), 0.7, axis=0)
        return _Coupling(lag, gain, np.quantile(power, 0.05, axis=0) * _SMOOTH)

    def _learn(self, heard: int, finding: _Finding, known: Samples) -> None:
        o = self._options
        hot = finding.r >= o.least_r
        before = self._windows[heard]
        self._windows[heard] = Windows(before.hot + hot, before.scored + 1)
        recent = self._recent[heard]
        recent.append(hot)
        track = _TRACKS[heard]
        if sum(recent) >= max(o.least_hot, o.least_share * len(recent)):
            self._since.setdefault(track, known)
        old = self._coupling[heard]
        if hot:
            self._coupling[heard] = self._couple(heard, finding.usable, finding.lag)
        elif old is not None:
            # Headphones on again, or volume down: less comes through than was learnt. The
            # person's own words can only make it look like more.
            now = self._couple(heard, finding.usable, old.lag)
            gain = np.minimum(old.gain, now.gain)
            self._coupling[heard] = _Coupling(old.lag, gain, old.noise)

    def _follows(self, heard: int) -> bool:
        excess = self._excess(heard)
        if excess is None:
            self._loud[heard] = 0
            self._own[heard] = max(0, self._own[heard] - 1)
            return False
        o = self._options
        self._loud[heard] = self._loud[heard] + 1 if excess > o.margin_db else 0
        if excess > o.clear_db or self._loud[heard] >= o.own_frames:
            self._own[heard] = o.hold_frames + 1
        own = self._own[heard] > 0
        self._own[heard] -= own
        return not own

    def _excess(self, heard: int) -> float | None:
        """By how many dB the strongest band passes the bleed to expect; None without any."""
        coupling = self._coupling[heard]
        if coupling is None or _TRACKS[heard] not in self._since:
            return None
        now = self._filled
        then = now - max(coupling.lag - 1, 0)
        bleed = self._tail[then - _SMOOTH : then, 1 - heard].sum(0) * coupling.gain
        if bleed.sum() < coupling.noise.sum():
            return None
        power = self._power[now - _SMOOTH : now, heard].sum(0)
        return 10 * math.log10((power / (bleed + coupling.noise + _TINY)).max() + _TINY)


def _bands() -> Power:
    """Which bin of a step's spectrum belongs to which band; scaled to mean square power."""
    hertz = np.fft.rfftfreq(HOP, 1 / RATE)
    edges = itertools.pairwise(_EDGES_HZ)
    inside = np.stack([(hertz >= low) & (hertz < high) for low, high in edges], axis=1)
    return np.asarray(inside * (2 / (HOP * float((_WINDOW**2).sum()))))


_WINDOW = np.hanning(HOP + 2)[1:-1]


def _loudness(power: Power) -> Power:
    # The fourth root lies between linear (ruled by a few loud peaks) and dB (ruled by the noise
    # floor); on calls with added bleed it separated best of the three.
    return np.sqrt(np.sqrt(power))


def _running_max(values: Power, width: int) -> Power:
    return np.asarray(np.lib.stride_tricks.sliding_window_view(values, width).max(1))


def _correlation(source: Power, heard: Power, usable: NDArray[np.bool_]) -> Power:
    """Pearson's r of the heard track's bands with the source's, for each place of the window.

    `source` is longer than `heard`; the last place is lag 0. Bands weigh by how much they move.
    """
    weight = usable.astype(np.float64)
    count = weight.sum()
    score, total = np.zeros(len(source) - len(heard) + 1), _TINY
    for band in range(heard.shape[1]):
        x, y = source[:, band], heard[:, band]
        centred = (y - (weight @ y) / count) * weight
        mean = np.correlate(x, weight, "valid") / count
        spread = np.correlate(x * x, weight, "valid") / count - mean * mean
        deviation = np.sqrt(centred @ centred / count)
        covariance = np.correlate(x, centred, "valid") / count
        score += covariance / np.sqrt(np.maximum(spread, _TINY))
        total += deviation
    return np.asarray(score / total)
