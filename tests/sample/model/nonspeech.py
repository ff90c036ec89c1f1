"""Sound that nobody says: what a microphone hears while nobody speaks."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from sample.render import RATE, Sound

_LONGEST_S = 40


def coloured(random: np.random.Generator, slope: float, length: int) -> Sound:
    """Noise whose power falls with frequency to the power of `slope`; unit level."""
    spectrum = np.fft.rfft(random.standard_normal(length))
    frequency = np.maximum(np.arange(len(spectrum)) * RATE / length, 30.0)
    shaped = np.fft.irfft(spectrum * frequency ** (-slope / 2), length)
    return (shaped / shaped.std()).astype(np.float32)


class Noises:
    """Noise cut from long stretches made once."""

    def __init__(self, seed: int) -> None:
        random = np.random.default_rng(seed)
        self._long = [coloured(random, slope, _LONGEST_S * RATE) for slope in (0, 0.5, 1, 1.5, 2)]

    def cut(self, random: np.random.Generator, length: int) -> Sound:
        """Any colour, unit level."""
        long = self._long[int(random.integers(len(self._long)))]
        at = int(random.integers(len(long) - length))
        return long[at : at + length]


def nothing_said(random: np.random.Generator, noises: Noises, length: int) -> Sound:
    """Silence, noise, keys or tones; peak anywhere from digital silence to -3 dBFS."""
    kinds: list[Callable[[], Sound]] = [
        lambda: np.zeros(length, np.float32),
        partial(noises.cut, random, length),
        partial(_gusts, random, noises, length),
        partial(_keys, random, noises, length),
        partial(_keys, random, noises, length),
        partial(_tones, random, length),
        partial(_tones, random, length),
        partial(_tones, random, length),
        partial(_hum, random, length),
    ]
    sound = kinds[int(random.integers(len(kinds)))]()
    if random.random() < 0.3:
        sound = sound + kinds[int(random.integers(len(kinds)))]()
    sound = sound / (np.abs(sound).max() + 1e-6) * 10 ** random.uniform(-2.5, -0.15)
    floor = noises.cut(random, length) * 10 ** random.uniform(-5, -2.7)
    return (sound + floor * (random.random() < 0.8)).astype(np.float32)


def _slow(random: np.random.Generator, length: int, step_s: float) -> Sound:
    """A curve that wanders between 0 and 1."""
    knots = random.random(max(2, int(length / RATE / step_s) + 2))
    at = np.linspace(0, len(knots) - 1, length)
    return np.interp(at, np.arange(len(knots)), knots).astype(np.float32)


def _gusts(random: np.random.Generator, noises: Noises, length: int) -> Sound:
    return noises.cut(random, length) * _slow(random, length, random.uniform(0.05, 1)) ** 3


def _keys(random: np.random.Generator, noises: Noises, length: int) -> Sound:
    """Short bursts, some with a ring, at the pace of typing or of single knocks."""
    sound = np.zeros(length, np.float32)
    at, pace = random.uniform(0, 0.2), random.uniform(0.06, 0.5)
    decay, pitch = random.uniform(0.001, 0.02), random.uniform(80, 5000)
    ring = random.random()
    while (first := int(at * RATE)) < length:
        size = min(length - first, int(8 * decay * RATE) + 1)
        time = np.arange(size) / RATE
        tone = np.sin(2 * np.pi * pitch * random.uniform(0.9, 1.1) * time)
        burst = (1 - ring) * noises.cut(random, size) / 3 + ring * tone
        sound[first : first + size] += random.uniform(0.2, 1) * burst * np.exp(-time / decay)
        at += random.exponential(pace) + 0.03
    return sound


def _tones(random: np.random.Generator, length: int) -> Sound:
    """Notes and chords of several overtones, struck or held, some trembling or gliding."""
    sound = np.zeros(length, np.float32)
    at, note = 0, random.uniform(0.1, 1.5)
    overtones = random.integers(1, 8)
    fall, struck = random.uniform(0.5, 3), random.random() < 0.5
    while at < length:
        size = min(length - at, int(random.uniform(0.6, 1.4) * note * RATE) + 200)
        time = np.arange(size) / RATE
        envelope = np.exp(-time * random.uniform(1, 6)) if struck else np.ones(size)
        envelope = envelope * np.minimum(1, time / 0.01)
        for base in random.uniform(70, 1200) * random.choice(
            [1, 1.25, 1.333, 1.5, 1.667, 2], random.integers(1, 5)
        ):
            glide = 1 + random.normal(0, 0.05) * time * (random.random() < 0.2)
            tremble = 1 + 0.01 * np.sin(2 * np.pi * 5.5 * time) * (random.random() < 0.3)
            phase = 2 * np.pi * np.cumsum(base * glide * tremble) / RATE
            for k in range(1, overtones + 1):
                if base * k < RATE / 2:
                    part = np.sin(k * phase + random.uniform(0, 6)) * envelope / k**fall
                    sound[at : at + size] += part.astype(np.float32)
        at += size
    return sound


def _hum(random: np.random.Generator, length: int) -> Sound:
    """The mains or a fan: low steady overtones under noise."""
    base = random.choice([50.0, 60.0, random.uniform(80, 220)])
    phase = 2 * np.pi * base * np.arange(length) / RATE
    parts = [np.sin(k * phase + random.uniform(0, 6)) * random.random() for k in range(1, 6)]
    return np.sum(parts, axis=0).astype(np.float32)


def tilted(random: np.random.Generator, sound: Sound) -> Sound:
    """The same sound through another microphone: treble raised or lowered."""
    by = random.uniform(-0.5, 0.6)
    out = sound.copy()
    out[1:] -= np.float32(by) * sound[:-1]
    return out
