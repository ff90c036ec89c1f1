"""Word errors and onset errors of what was heard against what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


def matched(said: Sequence[str], heard: Sequence[str]) -> tuple[int, list[tuple[int, int]]]:
    """Fewest words to change, leave out or put in, and the pairs that are equal on that way."""
    cost = [list(range(len(heard) + 1))]
    for word in said:
        above, row = cost[-1], [len(cost)]
        for j, other in enumerate(heard):
            row.append(min(above[j] + (word != other), above[j + 1] + 1, row[j] + 1))
        cost.append(row)
    pairs, i, j = [], len(said), len(heard)
    while i and j:
        if cost[i][j] == cost[i - 1][j - 1] + (said[i - 1] != heard[j - 1]):
            i, j = i - 1, j - 1
            if said[i] == heard[j]:
                pairs.append((i, j))
        elif cost[i][j] == cost[i - 1][j] + 1:
            i -= 1
        else:
            j -= 1
    return cost[-1][-1], pairs[::-1]


@dataclass(frozen=True, slots=True)
class Timed:
    """A word where it begins, in seconds of the recording."""

    start: float
    text: str
    first: bool = False
    """Of its request: its onset is where voice activity says that the voice begins."""


@dataclass(frozen=True, slots=True)
class Score:
    """Of any number of passages; onset errors in seconds, with their sign (late is positive)."""

    words: int = 0
    errors: int = 0
    first: tuple[float, ...] = ()
    inner: tuple[float, ...] = ()

    def __add__(self, other: Score) -> Score:
        return Score(
            self.words + other.words,
            self.errors + other.errors,
            self.first + other.first,
            self.inner + other.inner,
        )

    @property
    def error_rate(self) -> float:
        """Word error rate."""
        return self.errors / self.words

    @property
    def onset_error(self) -> float:
        """Median over all words that were heard, first ones included."""
        return float(np.median(np.abs(self.first + self.inner)))


def score(said: Sequence[Timed], heard: Sequence[Timed]) -> Score:
    """One passage, in order."""
    errors, pairs = matched([word.text for word in said], [word.text for word in heard])
    late = [(heard[j].start - said[i].start, heard[j].first) for i, j in pairs]
    return Score(
        len(said),
        errors,
        tuple(by for by, first in late if first),
        tuple(by for by, first in late if not first),
    )
