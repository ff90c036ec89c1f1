"""Study lines to weights: one logistic regression per kind, over the features of clauses.

A line is labelled as a whole; which of its clauses earns the label is found on the way: at first
all of them do, then those that the model itself thinks most like the kind (multiple-instance
learning, Andrews, Tsochantaridis and Hofmann 2003).
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from bench.wording_scoring import CODES, laid_out
from numpy.typing import NDArray

from live.detect.course import Course
from live.detect.likeness import class_words, clauses, features
from live.detect.units import questions, unit
from live.detect.wording_words import WordingWords
from live.types import Track

HERE = Path(__file__).parent
SEED = 20261122
LEARNED = ("D", "E", "S", "A")
"""Kinds that lists alone do not find."""


@dataclass(frozen=True, slots=True)
class Options:
    """How training goes."""

    rarest: int = 3
    """A feature is used from so many lines on."""
    penalty: float = 1.5
    """Weight of the squared weights in the loss."""
    rounds: int = 4
    """How often the clauses that earn a label are chosen anew."""
    steps: int = 250
    rate: float = 0.05
    smallest: float = 0.02
    """Weights nearer to nothing than this do not ship."""


@dataclass(frozen=True, slots=True)
class Line:
    """A study line as clauses of features."""

    before: str
    clauses: tuple[frozenset[str], ...]
    codes: frozenset[str]


def lines(words: WordingWords) -> list[Line]:
    """Every study line."""
    known = class_words(words.packs.classes)
    found = []
    for path in sorted(HERE.glob("lines_*.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            parts = parts_of(row["text"], row["before"].removeprefix("client: "), words, known)
            if parts:
                found.append(Line(row["before"], parts, frozenset(row["codes"]) - {"-"}))
    return found


def parts_of(
    text: str, before: str, words: WordingWords, known: Mapping[str, tuple[str, ...]]
) -> tuple[frozenset[str], ...]:
    """The features of each clause of a coach's line that answers a client's."""
    talk, _ = laid_out([("client", before)] * bool(before) + [("coach", text)])
    course = Course(words.signs, words.grammar)
    if before:
        course.hear(unit(talk.said[Track.CLIENT].words, words.grammar))
    said = unit(talk.said[Track.COACH].words, words.grammar)
    asked = questions(said, words.grammar)
    held = [
        (find.rule.id, find.kind, find.span.start)
        for find in words.rules.finds(said, asked, course)
    ]
    return tuple(
        frozenset(features(said, start, end, asked, known, held)) for start, end in clauses(said)
    )


def fit(examples: Sequence[Line], code: str, options: Options) -> tuple[dict[str, float], float]:
    """Weights and bias for one code."""
    counts = Counter(name for line in examples for name in frozenset().union(*line.clauses))
    names = sorted(name for name, count in counts.items() if count >= options.rarest)
    index = {name: i for i, name in enumerate(names)}
    bags, owner = [], []
    for number, line in enumerate(examples):
        for part in line.clauses:
            bags.append(np.array(sorted(index[n] for n in part if n in index), np.int64))
            owner.append(number)
    truth = np.array([code in examples[number].codes for number in owner], np.float64)
    weight = np.zeros(len(names))
    bias = math.log(max(truth.mean(), 1e-3) / (1 - truth.mean()))
    chosen = np.ones(len(bags), bool)
    flat, starts = _flat(bags)
    for _ in range(options.rounds):
        weight, bias = _descend(flat, starts, truth, chosen, weight, bias, options)
        scores = _scores(flat, starts, weight, bias)
        chosen = _earning(scores, np.array(owner), truth)
    return (
        {
            name: round(float(weight[i]), 4)
            for name, i in index.items()
            if abs(weight[i]) >= options.smallest
        },
        round(float(bias), 4),
    )


def _flat(bags: Sequence[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All features in a row, and where each clause begins; a clause without any has a blank one."""
    kept = [bag if len(bag) else np.array([-1]) for bag in bags]
    lengths = np.array([len(bag) for bag in kept])
    return np.concatenate(kept), np.concatenate([[0], np.cumsum(lengths)[:-1]])


def _scores(
    flat: NDArray[np.int64], starts: NDArray[np.int64], weight: NDArray[np.float64], bias: float
) -> NDArray[np.float64]:
    padded = np.append(weight, 0.0)
    summed: NDArray[np.float64] = np.add.reduceat(padded[flat], starts) + bias
    return summed


def _descend(
    flat: NDArray[np.int64],
    starts: NDArray[np.int64],
    truth: NDArray[np.float64],
    chosen: NDArray[np.bool_],
    weight: NDArray[np.float64],
    bias: float,
    options: Options,
) -> tuple[NDArray[np.float64], float]:
    """Adam on the logistic loss."""
    lengths = np.diff(np.append(starts, len(flat)))
    first, second = np.zeros(len(weight) + 1), np.zeros(len(weight) + 1)
    padded = np.append(weight, bias)
    for step in range(1, options.steps + 1):
        error = 1 / (1 + np.exp(-_scores(flat, starts, padded[:-1], padded[-1]))) - truth
        error = np.where(chosen, error, 0.0)
        gradient = np.zeros(len(padded))
        spread = np.repeat(error, lengths)
        kept = flat >= 0
        np.add.at(gradient, flat[kept], spread[kept])
        gradient[:-1] += options.penalty * padded[:-1]
        gradient[-1] = error.sum()
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        change = first / (1 - 0.9**step) / (np.sqrt(second / (1 - 0.999**step)) + 1e-8)
        padded = padded - options.rate * change
    return padded[:-1], float(padded[-1])


def _earning(
    scores: NDArray[np.float64], owner: NDArray[np.int64], truth: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """All clauses of lines without the label; of the others the likeliest, and any likely one."""
    best = np.full(owner.max() + 1, -np.inf)
    np.maximum.at(best, owner, scores)
    chosen: NDArray[np.bool_] = (truth == 0) | (scores >= best[owner]) | (scores > 0)
    return chosen


def probability(line: Line, weights: Mapping[str, float], bias: float) -> float:
    """How likely the likeliest clause of a line is."""
    totals = [bias + sum(weights.get(name, 0.0) for name in part) for part in line.clauses]
    return 1 / (1 + math.exp(-max(totals)))


def folds(examples: Sequence[Line], count: int = 5) -> list[list[int]]:
    """Lines that answer the same are never on both sides."""
    groups = sorted({line.before for line in examples})
    order = np.random.default_rng(SEED).permutation(len(groups))
    place = {groups[g]: i % count for i, g in enumerate(order)}
    return [[i for i, line in enumerate(examples) if place[line.before] == f] for f in range(count)]


def crossed(examples: Sequence[Line], code: str, options: Options) -> list[float]:
    """Every line's probability by a model that has not seen it."""
    found = [0.0] * len(examples)
    for fold in folds(examples):
        held = set(fold)
        weights, bias = fit([e for i, e in enumerate(examples) if i not in held], code, options)
        for i in fold:
            found[i] = probability(examples[i], weights, bias)
    return found


def kind_of(code: str) -> str:
    """The kind a code stands for."""
    return CODES[code][0]
