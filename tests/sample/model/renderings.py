"""What the model hears in training: every line of the conversation, many times, never the session.

Kept back from training are the session's own renderings and those that the check is made of, each
with a margin: no piece of text is said in the same voice at nearly the same speed and pitch.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sample.make import read_opus, write_opus
from sample.model.speech import Call, Manner, Rendering, Talker, speak
from sample.render import RATE, VOICES, render
from sample.script import Line, read

SESSION_VOICES = tuple(voice.name for voice in VOICES.values())
_VARIANTS = """f1 f3 f5 m1 m2 m5 m6 m7 Annie Andrea Alex Mike Gene Jacky belinda boris paul"""
OTHER_VOICES = ("en-us", "en", *(f"en-us+{v}" for v in _VARIANTS.split()), "en+f2", "en+m3")
NEW_VOICES = ("en-us+f4", "en-us+m4", "en-us+steph", "en-us+rob", "en+linda", "en+m8")
"""Never in training; only the check hears them."""
HELD_OUT = ((150, 44), (158, 56), (182, 46), (190, 55))
"""Speed and pitch of the check's renderings in the session's voices."""
SOUND, TABLES = "sound.npy", "tables.npz"
SPEED_MARGIN, PITCH_MARGIN = 3, 2
"""How near a kept-back rendering training may not come: both at once, words a minute and units.
One unit of pitch is about 1 %; three words a minute move the words of a line by some 50 ms."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How much is spoken."""

    session_passes: int = 22
    """Times both of the session's voices speak the whole conversation (5 min each)."""
    other_passes: int = 2
    """Times every other voice speaks it."""
    seed: int = 11
    speed: tuple[int, int] = (138, 208)
    pitch: tuple[int, int] = (32, 68)
    coded: float = 0.5
    """Share of the passes that go through Opus as the session did."""


class Pool(NamedTuple):
    """Every rendering end to end, and flat tables of what is in them (positions in samples)."""

    sound: NDArray[np.int16]
    renderings: NDArray[np.int64]
    """One a row: start, end, voice, pass, line."""
    words: NDArray[np.int64]
    """One a row, in order: rendering, start, end, word."""
    phones: NDArray[np.int64]
    """One a row, in order: rendering, start, end, phoneme (0 is a pause)."""
    names: NDArray[np.str_]
    """The words."""
    phonemes: NDArray[np.str_]
    voices: NDArray[np.str_]


class KeptBack:
    """What training must not say."""

    def __init__(self, talker: Talker) -> None:
        before = set(talker.calls)
        render(talker, read())
        self._session: dict[tuple[str, str], list[Call]] = {}
        for call in talker.calls - before:
            self._session.setdefault((call.text, call.voice), []).append(call)

    def allows(self, call: Call) -> bool:
        """Whether training may say this."""
        if call.voice in NEW_VOICES:
            return False
        near = [(each.speed, each.pitch) for each in self._session.get((call.text, call.voice), ())]
        if call.voice in SESSION_VOICES and not call.text.startswith("[["):
            near += HELD_OUT
        return not any(
            abs(call.speed - speed) <= SPEED_MARGIN and abs(call.pitch - pitch) <= PITCH_MARGIN
            for speed, pitch in near
        )


def speak_all(recipe: Recipe) -> Pool:
    """All of it; the same espeak-ng gives the same. Takes a minute for two hours of sound."""
    talker, lines = Talker(), read()
    kept_back = KeptBack(talker)
    before = set(talker.calls)
    random = np.random.default_rng(recipe.seed)
    told = [(SESSION_VOICES[0], SESSION_VOICES[1])] * recipe.session_passes
    others = [voice for _ in range(recipe.other_passes) for voice in OTHER_VOICES]
    told += list(zip(others[::2], others[1::2], strict=False))
    sounds, renderings = [], []
    for number, pair in enumerate(told):
        passes = [_pass(talker, lines, voice, recipe, random, kept_back) for voice in pair]
        heard = _heard(passes, coded=random.random() < recipe.coded, random=random)
        for track, (voice, spoken) in enumerate(zip(pair, passes, strict=True)):
            sounds += heard[track]
            renderings += [(voice, 2 * number + track, spoken)]
    assert all(kept_back.allows(call) for call in talker.calls - before), "a kept-back rendering"
    return _flat(sounds, renderings)


def _pass(
    talker: Talker,
    lines: Sequence[Line],
    voice: str,
    recipe: Recipe,
    random: np.random.Generator,
    kept_back: KeptBack,
) -> list[Rendering]:
    spoken: list[Rendering] = []
    while len(spoken) < len(lines):
        speed = int(random.integers(recipe.speed[0], recipe.speed[1] + 1))
        manner = Manner(voice, speed, int(random.integers(recipe.pitch[0], recipe.pitch[1] + 1)))
        try:
            spoken.append(speak(talker, lines[len(spoken)].text, manner, random, kept_back.allows))
        except ValueError:
            continue  # too near to something kept back; draw again
    return spoken


def _heard(
    passes: Sequence[Sequence[Rendering]], coded: bool, random: np.random.Generator
) -> list[list[NDArray[np.int16]]]:
    """Each line at a peak of -6 dBFS, in the session's room and codec where `coded`."""
    gap = RATE // 5
    levelled = [[each.sound / np.abs(each.sound).max() / 2 for each in one] for one in passes]
    if not coded:
        return [[_whole(sound) for sound in one] for one in levelled]
    length = max(sum(len(sound) + gap for sound in one) for one in levelled)
    tracks = random.standard_normal((2, length), dtype=np.float32) * np.float32(1e-3)
    places: list[list[tuple[int, int]]] = [[], []]
    for track, one in enumerate(levelled):
        at = 0
        for sound in one:
            tracks[track, at : at + len(sound)] += sound
            places[track].append((at, at + len(sound)))
            at += len(sound) + gap
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pass.opus"
        write_opus(path, tracks)
        back = read_opus(path)
    return [[_whole(back[track, a:b]) for a, b in places[track]] for track in (0, 1)]


def _whole(sound: NDArray[np.float32]) -> NDArray[np.int16]:
    return (np.clip(sound, -1, 1) * 32767).round().astype(np.int16)


def _flat(
    sounds: Sequence[NDArray[np.int16]], told: Sequence[tuple[str, int, Sequence[Rendering]]]
) -> Pool:
    names = sorted({w.text for _, _, spoken in told for each in spoken for w in each.words})
    phonemes = [
        "_",
        *sorted(
            {p.text for _, _, s in told for e in s for p in e.phones if not p.text.startswith("_")}
        ),
    ]
    voices = sorted({voice for voice, _, _ in told})
    rows, words, phones = [], [], []
    at = 0
    for voice, number, spoken in told:
        for line, each in enumerate(spoken):
            sound = sounds[len(rows)]
            assert len(sound) == len(each.sound)
            words += [(len(rows), w.start, w.end, names.index(w.text)) for w in each.words]
            phones += [
                (len(rows), p.start, p.end, 0 if p.text[0] == "_" else phonemes.index(p.text))
                for p in each.phones
            ]
            rows.append((at, at + len(sound), voices.index(voice), number, line))
            at += len(sound)
    return Pool(
        np.concatenate(sounds),
        *(np.array(table, np.int64) for table in (rows, words, phones)),
        *(np.array(table) for table in (names, phonemes, voices)),
    )


def save(pool: Pool, folder: Path) -> None:
    """The sound beside its tables."""
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / SOUND, pool.sound)
    np.savez(folder / TABLES, **{k: v for k, v in pool._asdict().items() if k != "sound"})


def load(folder: Path) -> Pool:
    """What `save` wrote."""
    tables = np.load(folder / TABLES)
    return Pool(np.load(folder / SOUND), **{key: tables[key] for key in tables.files})
