"""What one request to the model may sound like, cut out of renderings at random.

The product cuts at voice endpoints, at a quiet point after 8 s, and anywhere for a partial decode;
it joins lines that lie close together. So: lines joined over random gaps, cut at words' edges,
inside pauses, now and then inside a word, at any level, with any noise.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sample.model.nonspeech import Noises, nothing_said, tilted
from sample.model.renderings import SESSION_VOICES, Pool
from sample.render import RATE, Sound

POSITION = 320
"""Samples a position of the encoder stands for (20 ms)."""


@dataclass(frozen=True, slots=True)
class Mix:
    """How often what happens; shares from 0 to 1, times in seconds."""

    session_voices: float = 0.66
    nothing: float = 0.08
    whole: float = 0.35
    """Not cut, where it is short enough."""
    from_the_start: float = 0.4
    cut_anywhere: float = 0.2
    inside_a_word: float = 0.08
    """Begins a moment late, mostly inside a word."""
    lead_s: float = 0.33
    """Longest silence before the first word; the product leaves 0.2 s, give or take."""
    tail_s: float = 0.36
    gap_s: tuple[float, float] = (0.1, 0.6)
    """Between joined lines; the product joins below 0.5 s."""
    heard: float = 0.6
    """A word of which less is there is left out."""
    clean: float = 0.4
    """Only the session's own faint room noise."""


class Word(NamedTuple):
    """Samples from the beginning of the utterance, and the word's number."""

    start: int
    end: int
    name: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """One request: sound at 16 kHz, the words in it, and what is heard at every position."""

    sound: Sound
    words: tuple[Word, ...]
    word_at: NDArray[np.int64]
    """The word's number + 1, 0 between words, -100 where the answer is left open."""
    phone_at: NDArray[np.int64]
    """The phoneme's number, 0 for silence."""


class _Timeline(NamedTuple):
    sound: NDArray[np.float32]
    words: NDArray[np.int64]
    """One a row: start, end, name."""
    phones: NDArray[np.int64]


class Composer:
    """Cuts utterances; the same random generator gives the same one."""

    def __init__(self, pool: Pool, mix: Mix, seed: int = 5) -> None:
        self.pool, self.mix = pool, mix
        self.noises = Noises(seed)
        count = len(pool.renderings)
        self._words = np.searchsorted(pool.words[:, 0], np.arange(count + 1))
        self._phones = np.searchsorted(pool.phones[:, 0], np.arange(count + 1))
        passes = pool.renderings[:, 3]
        self._pass_starts = np.flatnonzero(np.diff(passes, prepend=-1))
        voices = pool.voices[pool.renderings[self._pass_starts, 2]]
        own = np.isin(voices, SESSION_VOICES)
        self._groups = [np.flatnonzero(own), np.flatnonzero(~own)]
        self._lines = int(np.diff(self._pass_starts).max())

    def utterance(self, random: np.random.Generator, limit_s: float) -> Utterance:
        """At most `limit_s` long."""
        limit = int(limit_s * RATE)
        if random.random() < self.mix.nothing:
            length = int(random.uniform(0.25, 1) * limit)
            sound = nothing_said(random, self.noises, length)
            positions = np.zeros(-(-length // POSITION), np.int64)
            return Utterance(_whole(sound), (), positions, positions)
        timeline = self._timeline(random, limit)
        begin, end = self._cut(random, timeline.words, len(timeline.sound), limit)
        return self._utterance(random, timeline, begin, end)

    def words_before(self, random: np.random.Generator) -> list[int]:
        """What a prompt may say: a few words of any line, or a handful of single ones."""
        at = int(random.integers(len(self.pool.words) - 12))
        row = self.pool.words[at : at + int(random.integers(1, 12)), 3]
        if random.random() < 0.5:
            row = random.choice(self.pool.words[:, 3], int(random.integers(1, 7)))
        return [int(name) for name in row]

    def _timeline(self, random: np.random.Generator, limit: int) -> _Timeline:
        """Lines of one voice, one after the other, until there is enough."""
        own = random.random() < self.mix.session_voices or not len(self._groups[1])
        group = self._groups[0 if own else 1]
        margin = RATE // 2
        sounds = [np.zeros(margin, np.float32)]
        words, phones = [], []
        at, wanted = margin, random.uniform(0.1, 1.3) * limit
        voice = None
        line = int(random.integers(self._lines))
        while True:
            chosen = self._pass(random, group, voice)
            voice = self.pool.renderings[chosen, 2]
            row = chosen + line % self._lines
            start, stop = self.pool.renderings[row, :2]
            sound = self.pool.sound[start:stop].astype(np.float32) / 32768
            sounds.append(sound * np.float32(10 ** random.uniform(-0.2, 0)))
            words.append(self._table(self.pool.words, self._words, row, at))
            phones.append(self._table(self.pool.phones, self._phones, row, at))
            at += len(sound)
            if at - margin > wanted:
                break
            gap = int(random.uniform(*self.mix.gap_s) * RATE)
            sounds.append(np.zeros(gap, np.float32))
            at += gap
            line = line + 1 if random.random() < 0.4 else int(random.integers(self._lines))
        sounds.append(np.zeros(margin, np.float32))
        return _Timeline(np.concatenate(sounds), np.concatenate(words), np.concatenate(phones))

    def _pass(self, random: np.random.Generator, group: NDArray[np.int64], voice: object) -> int:
        while True:
            chosen = int(self._pass_starts[group[int(random.integers(len(group)))]])
            if voice is None or self.pool.renderings[chosen, 2] == voice:
                return chosen

    def _table(
        self, table: NDArray[np.int64], index: NDArray[np.int64], row: int, at: int
    ) -> NDArray[np.int64]:
        part = table[index[row] : index[row + 1], 1:].copy()
        part[:, :2] += at
        return part

    def _cut(
        self, random: np.random.Generator, words: NDArray[np.int64], length: int, limit: int
    ) -> tuple[int, int]:
        mix = self.mix
        first, last = 0, len(words) - 1
        lead, tail = (int(random.uniform(-0.03, each) * RATE) for each in (mix.lead_s, mix.tail_s))
        room = limit - max(lead, 0) - max(tail, 0)
        fits = words[last, 1] - words[first, 0] <= room
        if not (fits and random.random() < mix.whole):
            if random.random() > mix.from_the_start:
                first = int(random.integers(len(words)))
            wanted = random.uniform(0.15, 1) * room
            last = int(np.searchsorted(words[first:, 1], words[first, 0] + wanted, "right"))
            last = min(max(first, first + last - 1), len(words) - 1)
        begin, end = int(words[first, 0]), int(words[last, 1])
        before = int(words[first - 1, 1]) if first else 0
        after = int(words[last + 1, 0]) if last + 1 < len(words) else length
        jitter = int(random.normal(0, 0.012) * RATE)
        begin = max(begin - lead, before) if begin - before > RATE // 20 else begin - jitter
        end = min(end + tail, after) if after - end > RATE // 20 else end + jitter
        if random.random() < mix.inside_a_word:
            begin = int(words[first, 0] + random.uniform(0.1, 0.9) * (words[first, 1] - begin))
        if random.random() < mix.cut_anywhere:
            end = begin + int(random.uniform(0.2, 1) * (end - begin))
        begin = max(0, begin)
        return begin, min(length, max(end, begin + RATE // 8), begin + limit)

    def _utterance(
        self, random: np.random.Generator, timeline: _Timeline, begin: int, end: int
    ) -> Utterance:
        kept: list[Word] = []
        word_at = np.zeros(-(-(end - begin) // POSITION), np.int64)
        phone_at = word_at.copy()
        for start, stop, name in timeline.words:
            a, b = max(start, begin) - begin, min(stop, end) - begin
            if b <= a:
                continue
            enough = b - a >= self.mix.heard * (stop - start)
            if enough:
                kept.append(Word(int(a), int(b), int(name)))
            word_at[_positions(a, b)] = name + 1 if enough else -100
        for start, stop, name in timeline.phones:
            a, b = max(start, begin) - begin, min(stop, end) - begin
            if b > a:
                phone_at[_positions(a, b)] = name
        sound = self._heard(random, timeline.sound[begin:end])
        return Utterance(sound, tuple(kept), word_at, phone_at)

    def _heard(self, random: np.random.Generator, sound: Sound) -> Sound:
        """At some level, in some room, in whole numbers."""
        if random.random() < 0.3:
            sound = tilted(random, sound)
        level = 10 ** random.uniform(-1.3, -0.1) / (np.abs(sound).max() + 1e-4)
        sound = sound * np.float32(level)
        snr = random.uniform(9, 45)
        if random.random() < self.mix.clean:
            snr = random.uniform(42, 60)
        speech = float(np.sqrt(np.mean(sound**2))) + 1e-5
        noise = self.noises.cut(random, len(sound)) * np.float32(speech * 10 ** (-snr / 20))
        return _whole(sound + noise)


def _positions(start: int, end: int) -> slice:
    return slice(round(start / POSITION), max(round(end / POSITION), round(start / POSITION) + 1))


def _whole(sound: Sound) -> Sound:
    return (np.clip(sound, -1, 1) * 32767).round().astype(np.float32) / np.float32(32768)
