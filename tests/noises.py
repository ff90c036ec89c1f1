"""Sound in which nobody speaks: silence, a keyboard, music, a room. Made of numbers, seeded."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from live.types import RATE, Audio

KINDS = ("silence", "keyboard", "music", "room")


def noise(kind: str, seconds: float, seed: int = 0) -> Audio:
    """So many seconds of one kind, as loud as it is in a recording of a conversation."""
    make: dict[str, Callable[[int, np.random.Generator], np.ndarray]] = {
        "silence": _silence,
        "keyboard": _keyboard,
        "music": _music,
        "room": _room,
    }
    sound = make[kind](round(seconds * RATE), np.random.default_rng([seed, KINDS.index(kind)]))
    return np.asarray(np.clip(sound, -1, 1), np.float32)


def _silence(length: int, random: np.random.Generator) -> np.ndarray:
    """What a muted line gives: nothing, and a last bit that flickers."""
    return random.integers(-1, 2, length) / 32_768


def _keyboard(length: int, random: np.random.Generator) -> np.ndarray:
    """Typing: two clicks a key, up to nine keys a second, in bursts, on a desk that resounds."""
    out = 0.0006 * random.standard_normal(length)
    at = 0.0
    while at < length / RATE:
        at += random.exponential(0.11) + (random.exponential(1.5) if random.random() < 0.08 else 0)
        for delay, level in ((0.0, 1.0), (random.uniform(0.05, 0.1), 0.5)):
            start = round((at + delay) * RATE)
            size = round(random.uniform(0.015, 0.05) * RATE)
            times = np.arange(max(0, min(size, length - start))) / RATE
            knock = np.sin(2 * np.pi * random.uniform(180, 900) * times)
            click = random.standard_normal(len(times)) + 1.5 * knock
            strength = level * random.uniform(0.03, 0.15)
            out[start : start + len(times)] += strength * click * np.exp(-times / 0.006)
    return out


def _music(length: int, random: np.random.Generator) -> np.ndarray:
    """Chords, a melody with vibrato, a bass and a drum, at ninety beats a minute."""
    out = np.zeros(length)
    beat = 60 / 90
    scale = [0, 2, 4, 5, 7, 9, 11]
    for index in range(int(length / RATE / beat) + 1):
        start = index * beat
        root = 130.8 * 2 ** (random.choice([0, 5, 7, 9]) / 12)
        if index % 4 == 0:
            for third in (0, 4, 7):
                _tone(out, start, 4 * beat, root * 2 ** (third / 12), 0.04, 6, 0.0)
            _tone(out, start, 2 * beat, root / 2, 0.06, 3, 0.0)
        pitch = 2 * root * 2 ** (random.choice(scale) / 12)
        _tone(out, start, beat * random.choice([0.5, 1.0]), pitch, 0.06, 8, 0.006)
        first = round(start * RATE)
        times = np.arange(max(0, min(RATE // 5, length - first))) / RATE
        drum = np.sin(2 * np.pi * 60 * times) + 0.2 * random.standard_normal(len(times))
        out[first : first + len(times)] += 0.08 * drum * np.exp(-times / 0.05)
    return out


def _tone(
    out: np.ndarray,
    start: float,
    span: float,
    hertz: float,
    level: float,
    partials: int,
    vibrato: float,
) -> None:
    first = round(start * RATE)
    times = np.arange(max(0, min(round(span * RATE), len(out) - first))) / RATE
    bend = vibrato * hertz / (2 * np.pi * 5.5) * np.sin(2 * np.pi * 5.5 * times)
    phase = 2 * np.pi * (hertz * times + bend)
    sound = sum(np.sin(k * phase) / k**1.3 for k in range(1, partials + 1))
    shape = np.minimum(1, times / 0.02) * np.exp(-times / (0.6 * span + 0.1))
    out[first : first + len(times)] += level * sound * shape


def _room(length: int, random: np.random.Generator) -> np.ndarray:
    """Air, a mains hum, a chair now and then, somebody who breathes."""
    white = random.standard_normal(length)
    spectrum = np.fft.rfft(white)
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    pink = np.fft.irfft(spectrum, length)
    times = np.arange(length) / RATE
    out = 0.004 * pink / pink.std() + 0.001 * np.sin(2 * np.pi * 50 * times)
    for start in np.arange(1.0, length / RATE, 4.2):
        first = round((start + random.uniform(-0.4, 0.4)) * RATE)
        breath = np.arange(max(0, min(round(1.2 * RATE), length - first)))
        shape = np.sin(np.pi * breath / (1.2 * RATE)) ** 2
        out[first : first + len(breath)] += 0.006 * shape * random.standard_normal(len(breath))
        if random.random() < 0.15:
            size = max(0, min(RATE // 3, length - first))
            decay = np.exp(-np.arange(size) / 1500)
            out[first : first + size] += 0.2 * random.standard_normal(size) * decay
    return out
