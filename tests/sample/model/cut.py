"""Cuts a recording into requests by its truth, about as the product does by its voice activity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sample.render import RATE, Sound

JOIN_S, LEAD_S, TAIL_S, LONGEST_S = 0.5, 0.2, 0.3, 8.0
QUIET_S = 2.0
"""A long stretch is cut at the quietest moment of its last two seconds."""
VOICE_ERROR_S = 0.03
"""How far voice activity lies from the truth (standard deviation)."""


@dataclass(frozen=True, slots=True)
class Request:
    """Sound that is decoded at once, in seconds of the recording."""

    track: str
    start: float
    onset: float
    """Where voice activity says that the voice begins."""
    sound: Sound


def requests(
    sound: Sound, track: str, words: Sequence[dict[str, Any]], random: np.random.Generator
) -> Iterable[Request]:
    """Every request of one track; `words` are its own, in order."""
    for first, last in _stretches(words):
        onset, end = (at + random.normal(0, VOICE_ERROR_S) for at in (first, last))
        begin, end = max(0.0, onset - LEAD_S), min(end + TAIL_S, len(sound) / RATE)
        while end - begin > LONGEST_S:
            middle = _quietest(sound, begin + LONGEST_S - QUIET_S, begin + LONGEST_S)
            yield _request(sound, track, begin, middle, onset)
            begin = onset = middle
        yield _request(sound, track, begin, end, onset)


def _request(sound: Sound, track: str, begin: float, end: float, onset: float) -> Request:
    first = round(begin * RATE)
    return Request(track, first / RATE, onset, sound[first : round(end * RATE)])


def _stretches(words: Sequence[dict[str, Any]]) -> list[tuple[float, float]]:
    found: list[tuple[float, float]] = []
    for word in words:
        if found and word["start"] - found[-1][1] < JOIN_S:
            found[-1] = (found[-1][0], word["end"])
        else:
            found.append((word["start"], word["end"]))
    return found


def _quietest(sound: Sound, begin: float, end: float) -> float:
    size = RATE * 6 // 100
    part = sound[round(begin * RATE) : round(end * RATE)] ** 2
    level = np.convolve(part, np.ones(size), "valid")
    return begin + (int(level.argmin()) + size // 2) / RATE
