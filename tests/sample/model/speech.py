"""A line of the conversation in any voice, with its words and its phonemes in time."""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import soxr
from numpy.typing import NDArray
from sample import render
from sample.espeak import _PHONEME, Espeak, Mark, _Event
from sample.render import OWN, RATE, Sound, Spoken
from sample.script import words_of

PAUSES_S = {",": (0.06, 0.22), ".": (0.2, 0.45), "?": (0.2, 0.45), "{": (0.08, 0.25)}
"""Wider than the session's own, so that its pauses are nothing special."""
OWN_SPEED, OWN_PITCH = 15, 6
"""How far a sound that is made on its own may lie from the session's (words a minute, units)."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a line is spoken: espeak-ng's own units."""

    voice: str
    speed: int
    pitch: int
    own_faster: int | None = None
    """How much faster a sound is that is made on its own; training draws it, up to 15."""


@dataclass(frozen=True, slots=True)
class Call:
    """One thing said to espeak-ng: what makes a rendering the same as another."""

    text: str
    voice: str
    speed: int
    pitch: int


@dataclass(frozen=True, slots=True)
class Rendering:
    """A spoken line at 16 kHz, full scale 1.0; spans in samples."""

    sound: Sound
    words: tuple[Spoken, ...]
    phones: tuple[Spoken, ...]


class Talker(Espeak):
    """The synthesiser; also keeps the phonemes of the last call and every call so far."""

    def __init__(self) -> None:
        super().__init__()
        self.phones: list[tuple[int, str]] = []
        """Onset in espeak's samples and name; `_` begins the name of a pause."""
        self.calls: set[Call] = set()

    def say(
        self, text: str, voice: str, speed: int, pitch: int, pitch_range: int
    ) -> tuple[NDArray[np.float32], list[Mark]]:
        self.phones = []
        self.calls.add(Call(text, voice, speed, pitch))
        return super().say(text, voice, speed, pitch, pitch_range)

    def _take(
        self, sound: ctypes._Pointer[ctypes.c_short], length: int, events: ctypes._Pointer[_Event]
    ) -> int:
        at = 0
        while events[at].type != 0:
            if events[at].type == _PHONEME:
                self.phones.append((events[at].sample, events[at].id.string.decode("latin-1")))
            at += 1
        return super()._take(sound, length, events)


def speak(
    talker: Talker,
    text: str,
    manner: Manner,
    random: np.random.Generator,
    allowed: Callable[[Call], bool],
) -> Rendering:
    """The line as the script writes it; ValueError where `allowed` refuses one of its pieces."""
    sounds: list[Sound] = []
    words: list[Spoken] = []
    phones: list[Spoken] = []
    at = 0
    for piece, pause in render._pieces(text):
        said = _own(piece, manner, random, allowed) if piece.startswith("{") else None
        call = said or Call(piece.replace("/ ", ""), manner.voice, manner.speed, manner.pitch)
        if not allowed(call):
            raise ValueError(f"{call} is kept back")
        part = _say(talker, piece, call)
        words += [_later(each, at) for each in part.words]
        phones += [_later(each, at) for each in part.phones]
        silence = round(random.uniform(*PAUSES_S[pause]) * RATE) if pause else 0
        sounds += [part.sound, np.zeros(silence, np.float32)]
        at += len(part.sound) + silence
    return Rendering(np.concatenate(sounds), tuple(words), tuple(phones))


def _own(
    piece: str, manner: Manner, random: np.random.Generator, allowed: Callable[[Call], bool]
) -> Call:
    own = OWN[piece.strip("{}")]
    while True:
        speed = own.speed + int(random.integers(-OWN_SPEED, OWN_SPEED + 1))
        raised = own.pitch + int(random.integers(-OWN_PITCH, OWN_PITCH + 1))
        if manner.own_faster is not None:
            speed = own.speed + manner.own_faster
        call = Call(own.phonemes, manner.voice, speed, manner.pitch - 50 + raised)
        if allowed(call):
            return call


def _say(talker: Talker, piece: str, call: Call) -> Rendering:
    """One breath, cut to where its sound begins and ends, as the session's maker cuts it."""
    alone, cut = piece.startswith("{"), "/" in piece
    kept = [piece.strip("{}")] if alone else words_of(piece)
    pitch_range = OWN[kept[0]].pitch_range if alone else 50
    raw, marks = talker.say(call.text, call.voice, call.speed, call.pitch, pitch_range)
    spans = render._spans(call.text, [] if alone else marks, len(raw), cut, kept)
    scale = RATE / talker.rate
    sound = soxr.resample(raw, talker.rate, RATE)
    if cut:
        sound = sound[: round(spans[-1][1] * scale)]
    loudness = np.abs(sound) / np.abs(sound).max()
    first = int(np.argmax(loudness > render._BEGINS))
    last = int(np.flatnonzero(loudness > render._ENDS)[-1]) + 1
    sound = render._faded(sound[first:last])

    def placed(start: float, end: float, name: str) -> Spoken:
        begin = min(max(0, round(start * scale) - first), len(sound))
        return Spoken(begin, min(max(begin, round(end * scale) - first), len(sound)), name)

    words = [placed(*span, name) for name, span in zip(kept, spans, strict=True)]
    edges = [*talker.phones, (len(raw), "_")]
    phones = [placed(a, b, name) for (a, name), (b, _) in pairwise(edges) if name]
    words[0] = Spoken(0, words[0].end, words[0].text)
    words[-1] = Spoken(words[-1].start, len(sound), words[-1].text)
    return Rendering(sound, tuple(words), tuple(each for each in phones if each.end > each.start))


def _later(each: Spoken, by: int) -> Spoken:
    return Spoken(each.start + by, each.end + by, each.text)
