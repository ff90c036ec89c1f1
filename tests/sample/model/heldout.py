"""Renderings that training never hears: the same lines in manners and voices kept back.

`tests/sample/heldout.opus` with its truth is a fixed small part of them, so that the tests need no
espeak-ng: every second line of the conversation, each in the voice that does not say it in the
session or at another speed and pitch, 25 dB above white noise.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sample.make import write_opus
from sample.model.decode import decibels
from sample.model.renderings import HELD_OUT, NEW_VOICES, SESSION_VOICES
from sample.model.speech import Manner, Talker, speak
from sample.render import RATE
from sample.script import Line, read
from sample.truth import text_of

HERE = Path(__file__).resolve().parents[1]
AUDIO, TRUTH = HERE / "heldout.opus", HERE / "heldout.json"
SHIPPED_S, SHIPPED_SNR_DB = 62.0, 25.0
"""Length of each track and its noise."""
OWN_FASTER = 18
"""Words a minute by which um, uh, mhm and so are faster than any in training."""
GAP_S = 0.8
"""Between lines: more than the product joins."""
TRACKS = ("coach", "client")

Truth = dict[str, Any]


def session_voices(
    talker: Talker, seed: int, snr_db: float, longest_s: float = 1e9, lines: int = 91
) -> tuple[NDArray[np.float32], Truth]:
    """Two tracks, one of each voice, and their truth."""
    random = np.random.default_rng(seed)
    script = read()
    tracks = [
        _track(talker, _drawn(script, random, lines), [voice], random, snr_db, longest_s)
        for voice in SESSION_VOICES
    ]
    return _together(talker, tracks)


def new_voices(
    talker: Talker, seed: int, snr_db: float, lines: int = 91
) -> tuple[NDArray[np.float32], Truth]:
    """The same in voices that are not in training at all, another for every line."""
    random = np.random.default_rng(seed)
    script, half = read(), len(NEW_VOICES) // 2
    tracks = [
        _track(talker, _drawn(script, random, lines), voices, random, snr_db, 1e9)
        for voices in (NEW_VOICES[:half], NEW_VOICES[half:])
    ]
    return _together(talker, tracks)


def _drawn(script: Sequence[Line], random: np.random.Generator, lines: int) -> list[Line]:
    return [script[at] for at in random.permutation(len(script))[:lines]]


def _track(
    talker: Talker,
    lines: Sequence[Line],
    voices: Sequence[str],
    random: np.random.Generator,
    snr_db: float,
    longest_s: float,
) -> tuple[NDArray[np.float32], list[tuple[int, int, str]]]:
    gap = np.zeros(round(GAP_S * RATE), np.float32)
    sounds, words = [gap], []
    at = len(gap)
    for number, line in enumerate(lines):
        speed, pitch = HELD_OUT[int(random.integers(len(HELD_OUT)))]
        manner = Manner(voices[number % len(voices)], speed, pitch, OWN_FASTER)
        spoken = speak(talker, line.text, manner, random, lambda _: True)
        if (at + len(spoken.sound) + len(gap)) / RATE > longest_s:
            continue
        sound = spoken.sound / np.abs(spoken.sound).max() * decibels(random.uniform(-14, -4))
        words += [(word.start + at, word.end + at, word.text) for word in spoken.words]
        # the noise is as far below each line, so that no line is easier than another
        level = np.sqrt(np.mean(sound**2)) * decibels(-snr_db)
        both = np.concatenate([sound, gap])
        sounds.append(both + level * random.standard_normal(len(both)))
        at += len(both)
    return np.concatenate(sounds).astype(np.float32), words


def _together(
    talker: Talker, made: Sequence[tuple[NDArray[np.float32], list[tuple[int, int, str]]]]
) -> tuple[NDArray[np.float32], Truth]:
    tracks = np.zeros((2, max(len(sound) for sound, _ in made)), np.float32)
    rows = []
    for track, (name, (sound, words)) in enumerate(zip(TRACKS, made, strict=True)):
        tracks[track, : len(sound)] = sound
        rows += [
            {"track": name, "start": round(a / RATE, 3), "end": round(b / RATE, 3), "text": text}
            for a, b, text in words
        ]
    return tracks, {
        "synthesiser": talker.version,
        "words": sorted(rows, key=lambda row: (row["start"], row["track"])),
    }


def main() -> None:
    """Write the small part that the tests read."""
    tracks, truth = session_voices(Talker(), 41, SHIPPED_SNR_DB, SHIPPED_S)
    write_opus(AUDIO, tracks)
    TRUTH.write_text(text_of(truth), encoding="utf-8")
    size = AUDIO.stat().st_size
    print(f"{AUDIO.name}: {size / 1000:.0f} kB, {len(truth['words'])} words")


def read_truth(path: Path = TRUTH) -> Truth:
    """What `main` wrote."""
    document: Truth = json.loads(path.read_text(encoding="utf-8"))
    return document


if __name__ == "__main__":
    main()
