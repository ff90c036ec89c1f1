"""The conversation as sound: every word spoken, cut and placed on its track."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import soxr
from numpy.typing import NDArray
from sample.espeak import Espeak, Mark
from sample.script import Anchor, Line, words_of

RATE = 16_000
Sound = NDArray[np.float32]

NOISE_DBFS = -60.0
"""A quiet room on each track, independent, so that no track is ever digitally silent."""
TAIL_S = 1.0
_BEGINS, _ENDS = 0.01, 0.02
"""Of the piece's own peak (-40 and -34 dB): where its sound begins (an h is faint) and ends."""
_FADE_S = 0.012
_PAUSES_S = {",": (0.10, 0.16), ".": (0.26, 0.36), "?": (0.26, 0.36), "{": (0.12, 0.18)}
"""Own pauses after a piece: all well under the 0.5 s that count as a stop."""


@dataclass(frozen=True, slots=True)
class Voice:
    """How one of the two speaks."""

    name: str
    pitch: int
    peak_dbfs: float


VOICES = {"coach": Voice("en-us+m3", 50, -6.0), "client": Voice("en-us+f2", 50, -8.0)}


@dataclass(frozen=True, slots=True)
class Own:
    """A sound that is made on its own, not read."""

    phonemes: str
    speed: int
    pitch: int
    pitch_range: int


# Fillers are flat and long (range 0), a little under the voice's median pitch; "so" is drawn out
# and glides, "mhm" has its dip in the middle.
OWN = {
    "um": Own("[[V:m]]", 135, 46, 0),
    "uh": Own("[[V:]]", 120, 46, 0),
    "mhm": Own("[[@m'h@m]]", 170, 55, 40),
    "so": Own("[[soUoU]]", 110, 55, 60),
}


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word where it is heard, in samples."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """A line where it is heard, in samples."""

    line: Line
    start: int
    end: int
    words: tuple[Spoken, ...]


def render(
    espeak: Espeak, lines: list[Line], seed: int = 2
) -> tuple[NDArray[np.float32], list[Utterance]]:
    """Both tracks (2, n), coach first, and where every line is; the same for the same seed."""
    said: list[Utterance] = []
    placed: list[tuple[int, int, Sound]] = []
    for number, line in enumerate(lines):
        sound, words = _speak(espeak, line, np.random.default_rng((seed, number)))
        start = _onset(line, said)
        shifted = tuple(Spoken(w.start + start, w.end + start, w.text) for w in words)
        said.append(Utterance(line, start, start + len(sound), shifted))
        placed.append((0 if line.track == "coach" else 1, start, sound))
    length = max(each.end for each in said) + round(TAIL_S * RATE)
    noise = np.random.default_rng(seed).standard_normal((2, length), dtype=np.float32)
    tracks = noise * np.float32(10 ** (NOISE_DBFS / 20))
    for track, start, sound in placed:
        tracks[track, start : start + len(sound)] += sound
    return tracks, said


def _onset(line: Line, said: list[Utterance]) -> int:
    if not isinstance(line.when, Anchor):
        return max((each.end for each in said), default=0) + round(line.when * RATE)
    other = next(each for each in reversed(said) if each.line.track != line.track)
    fitting = [word for word in other.words if word.text == line.when.word]
    return fitting[line.when.nth - 1].start + round(line.when.later_s * RATE)


def _speak(espeak: Espeak, line: Line, random: np.random.Generator) -> tuple[Sound, list[Spoken]]:
    voice = VOICES[line.track]
    speed, pitch = int(random.integers(163, 177)), voice.pitch + int(random.integers(-3, 4))
    pieces: list[Sound] = []
    words: list[Spoken] = []
    at = 0
    for piece, pause in _pieces(line.text):
        sound, spoken = _say(espeak, piece, voice, speed, pitch)
        words += [Spoken(w.start + at, w.end + at, w.text) for w in spoken]
        silence = round(random.uniform(*_PAUSES_S[pause]) * RATE) if pause else 0
        pieces += [sound, np.zeros(silence, np.float32)]
        at += len(sound) + silence
    whole = np.concatenate(pieces)
    # a listening sound is quieter than a turn
    quiet = 4.0 if len(words) <= 2 and isinstance(line.when, Anchor) else 0.0
    level = voice.peak_dbfs - quiet - random.uniform(0, 1)
    return whole * np.float32(10 ** (level / 20) / np.abs(whole).max()), words


def _pieces(text: str) -> list[tuple[str, str]]:
    """What is spoken in one breath, each with the sign that says how long the pause after it is."""
    pieces: list[tuple[str, str]] = []
    for clause in re.findall(r"\{\w+\}|[^{}.,?]+[.,?]?", text):
        clause = clause.strip()
        if not clause.strip(".,?"):
            continue
        if clause.startswith("{"):
            if pieces and pieces[-1][0][-1].isalpha():  # going on, not falling, before the sound
                pieces[-1] = (pieces[-1][0] + ",", "{")
            pieces.append((clause, "{"))
        else:
            pieces.append((clause, clause[-1] if clause[-1] in ".,?" else "."))
    pieces[-1] = (pieces[-1][0], "")
    return pieces


def _say(
    espeak: Espeak, piece: str, voice: Voice, speed: int, pitch: int
) -> tuple[Sound, list[Spoken]]:
    if piece.startswith("{"):
        own = OWN[piece.strip("{}")]
        text, kept = own.phonemes, [piece.strip("{}")]
        raw, _ = espeak.say(
            text, voice.name, own.speed, pitch - voice.pitch + own.pitch, own.pitch_range
        )
        marks = [Mark(0, 0, False)]
    else:
        text, kept = piece.replace("/ ", ""), words_of(piece)
        raw, marks = espeak.say(text, voice.name, speed, pitch, 50)
    spans = _spans(text, marks, len(raw), "/" in piece, kept)
    scale = RATE / espeak.rate
    sound = soxr.resample(raw, espeak.rate, RATE)
    if "/" in piece:
        sound = sound[: round(spans[-1][1] * scale)]
    loudness = np.abs(sound) / np.abs(sound).max()
    first = int(np.argmax(loudness > _BEGINS))
    last = int(np.flatnonzero(loudness > _ENDS)[-1]) + 1
    sound = _faded(sound[first:last])
    words = [
        Spoken(max(0, round(start * scale) - first), min(last, round(end * scale)) - first, name)
        for name, (start, end) in zip(kept, spans, strict=True)
    ]
    return sound, [
        Spoken(0 if i == 0 else w.start, len(sound) if i == len(words) - 1 else w.end, w.text)
        for i, w in enumerate(words)
    ]


def _spans(
    text: str, marks: list[Mark], length: int, cut: bool, kept: list[str]
) -> list[tuple[int, int]]:
    """Start and end of each kept word in espeak's own samples.

    The dictionary reads pairs such as "i am" as one and reports one onset for both: those share
    its time by their letters.
    """
    if text.startswith("[["):
        return [(0, length)]
    written = [(m.start(), m.group()) for m in re.finditer(r"[a-z']+", text)]
    onsets = {mark.position: mark.sample for mark in marks if not mark.pause}
    pauses = [mark.sample for mark in marks if mark.pause]
    groups: list[list[str]] = []
    starts: list[int] = []
    for position, word in written:
        if position in onsets:
            groups.append([word])
            starts.append(onsets[position])
        else:
            groups[-1].append(word)
    spans: list[tuple[int, int]] = []
    for group, start, following in zip(groups, starts, [*starts[1:], length], strict=True):
        end = min([p for p in pauses if start < p < following], default=following)
        letters = np.cumsum([0, *(len(word) for word in group)])
        edges = [start + round((end - start) * int(n) / int(letters[-1])) for n in letters]
        spans += list(pairwise(edges))
    return spans[: len(kept)] if cut else spans


def _faded(sound: Sound) -> Sound:
    """Ends softened, so that a cut is a cut and not a click."""
    sound, length = sound.copy(), min(round(_FADE_S * RATE), len(sound) // 4)
    sound[-length:] *= np.linspace(1, 0, length, dtype=np.float32)
    sound[: length // 4] *= np.linspace(0, 1, length // 4, dtype=np.float32)
    return sound
