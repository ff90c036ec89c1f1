"""Utterances as the tensors that training needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from faster_whisper.feature_extractor import FeatureExtractor
from sample.model.tokens import Ids
from sample.model.utterances import POSITION, Composer, Utterance
from torch import Tensor

OPEN = -100
"""A label that is not asked."""
PAUSE_WEIGHT = 0.5
"""Of the pause after a word against the word, in what its row should look at. The pause has to
belong to somebody; given to the word before, the next word's onset stays where it is heard."""
END_POSITIONS = 15
"""The row that ends the text looks at this much after the last word (0.3 s)."""
MISREAD = 0.04
"""Share of words given to the decoder wrongly, so that one error of its own costs no more than
itself."""
PROMPTED = 0.2
"""Share of utterances with words before."""
STRANGE = 0.3
"""Share of these with anything a prompt may hold."""


@dataclass(frozen=True, slots=True)
class Batch:
    """`b` utterances of at most `2 n` frames and `t` tokens."""

    features: Tensor
    """(b, mels, 2 n); zero after an utterance's end, as faster-whisper pads."""
    tokens: Tensor
    labels: Tensor
    """(b, t)"""
    word_at: Tensor
    phone_at: Tensor
    """(b, n)"""
    rows: Tensor
    """(r, 2): utterance and row of every word and end of text."""
    look: Tensor
    """(r, n): where that row should look; adds up to 1."""
    ends: Tensor
    """(b,): one past the row of an utterance's last word."""


class Features:
    """faster-whisper's features for many utterances at once."""

    def __init__(self) -> None:
        self._mels = torch.from_numpy(FeatureExtractor().mel_filters)
        self._window = torch.from_numpy(np.hanning(401)[:-1].astype(np.float32))

    def __call__(self, sounds: Sequence[np.ndarray], frames: int) -> Tensor:
        """Of shape (b, mels, frames)."""
        padded = np.zeros((len(sounds), frames * 160 + 400), np.float32)
        for row, sound in zip(padded, sounds, strict=True):
            row[: len(sound)] = sound
        spectrum = torch.stft(
            torch.from_numpy(padded), 400, 160, window=self._window, return_complex=True
        )
        power = spectrum[..., :frames].abs() ** 2
        mel = (self._mels @ power).clamp_min(1e-10).log10()
        mel = (torch.maximum(mel, mel.amax((1, 2), keepdim=True) - 8) + 4) / 4
        for row, sound in zip(mel, sounds, strict=True):
            row[:, len(sound) // 160 :] = 0
        return mel


class Batches:
    """The batch of a step depends on the seed and the step alone."""

    def __init__(self, composer: Composer, tokens: Sequence[int], ids: Ids, seed: int) -> None:
        self._composer, self._tokens, self._ids, self._seed = composer, tokens, ids, seed
        self._features = Features()

    def batch(self, step: int, count: int, limit_s: float) -> Batch:
        """`count` utterances of up to `limit_s`."""
        random = np.random.default_rng((self._seed, step))
        said = [self._composer.utterance(random, limit_s) for _ in range(count)]
        positions = max(len(each.word_at) for each in said)
        features = self._features([each.sound for each in said], 2 * positions)
        _masked(features, said, random)
        written = [self._written(each, random) for each in said]
        longest = max(len(each[0]) for each in written) - 1
        tokens = torch.full((count, longest), self._ids.end)
        labels = torch.full((count, longest), OPEN)
        rows, look = [], []
        for at, (each, (line, prompt)) in enumerate(zip(said, written, strict=True)):
            given = [self._misread(token, random) for token in line[prompt + 2 : -1]]
            tokens[at, : len(line) - 1] = torch.tensor([*line[: prompt + 2], *given])
            labels[at, prompt : len(line) - 1] = torch.tensor(line[prompt + 1 :])
            if not each.words:
                labels[at, prompt] = self._ids.no_speech
            for number, where in enumerate(_looks(each, positions)):
                rows.append((at, prompt + 1 + number))
                look.append(where)
        return Batch(
            features,
            tokens,
            labels,
            _stacked([each.word_at for each in said], positions),
            _stacked([each.phone_at for each in said], positions),
            torch.tensor(rows),
            torch.from_numpy(np.array(look, np.float32)),
            torch.tensor([len(line) - 1 for line, _ in written]),
        )

    def _misread(self, token: int, random: np.random.Generator) -> int:
        if random.random() >= MISREAD:
            return token
        return self._tokens[int(random.integers(len(self._tokens)))]

    def _written(self, each: Utterance, random: np.random.Generator) -> tuple[list[int], int]:
        """All tokens, and where the transcript begins."""
        ids, before = self._ids, []
        if random.random() < PROMPTED:
            said = self._composer.words_before(random)
            before = [ids.previous, *(self._tokens[name] for name in said)]
            if random.random() < STRANGE:  # punctuation, capitals, words it does not know
                before[1:] = [int(token) for token in random.integers(ids.end, size=len(said))]
        said = [self._tokens[word.name] for word in each.words]
        return [*before, ids.start, ids.no_times, *said, ids.end], len(before)


def _looks(each: Utterance, positions: int) -> list[np.ndarray]:
    """For every word and for the end of the text: the positions it is heard at."""
    if not each.words:
        return []
    begins = [round(word.start / POSITION) for word in each.words]
    ends = [
        max(round(word.end / POSITION), a + 1) for word, a in zip(each.words, begins, strict=True)
    ]
    length = len(each.word_at)
    last = min(ends[-1], length - 2)
    found = []
    for begin, end, following in zip(begins, ends, [*begins[1:], ends[-1]], strict=True):
        where = np.zeros(positions)
        where[end : max(end, following)] = PAUSE_WEIGHT
        where[begin:end] = 1
        found.append(where)
    where = np.zeros(positions)
    where[last : min(length, last + END_POSITIONS)] = 1
    return [where / where.sum() for where in [*found, where]]


def _masked(features: Tensor, said: Sequence[Utterance], random: np.random.Generator) -> None:
    """A band or a moment taken away from some, so that nothing hangs on one detail."""
    for row, each in zip(features, said, strict=True):
        frames = len(each.sound) // 160
        mean = row[:, :frames].mean()
        if random.random() < 0.4:
            low = int(random.integers(0, 72))
            row[low : low + int(random.integers(1, 9)), :frames] = mean
        if random.random() < 0.2 and frames > 60:
            at = int(random.integers(0, frames - 10))
            row[:, at : at + int(random.integers(1, 7))] = mean


def _stacked(rows: Sequence[np.ndarray], length: int) -> Tensor:
    out = np.zeros((len(rows), length), np.int64)
    for into, row in zip(out, rows, strict=True):
        into[: len(row)] = row
    return torch.from_numpy(out)
