"""Study lines and talks to weights: one logistic regression per kind, over the features of clauses.

A line is labelled as a whole; which of its clauses earns the label is found on the way: at first
all of them do, then those that the model itself thinks most like the kind (multiple-instance
learning, Andrews, Tsochantaridis and Hofmann 2003).
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from bench.wording_scoring import CODES
from numpy.typing import NDArray

from live.detect.course import Course
from live.detect.lexicon import timing_words
from live.detect.likeness import among, around, class_words, clauses, features, share_of, together
from live.detect.units import questions, unit
from live.detect.wording_words import WordingWords
from live.kinds import KINDS
from live.types import Track
from wording.examined import laid_out

HERE = Path(__file__).parent
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Options:
    """How training goes."""

    rarest: int = 3
    """A feature is used from so many lines on."""
    penalty: float = 0.1
    """Weight of the squared weights in the loss."""
    rounds: int = 4
    """How often the clauses that earn a label are chosen anew."""
    steps: int = 250
    rate: float = 0.2
    talks: float = 0.4
    """What a line of a talk counts beside a study line; half of the talks are the kind."""
    smallest: float = 0.02
    """Weights nearer to nothing than this do not ship."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line as clauses of features, with what it is and what it may be looked at for."""

    text: str
    before: str
    clauses: tuple[frozenset[str], ...]
    kinds: frozenset[str]
    known: frozenset[str] | None
    """The kinds it was labelled for; None: for every kind of the codebook."""

    @property
    def fold(self) -> int:
        """Lines that answer the same are never on both sides."""
        told = self.before or self.text
        return int(hashlib.sha256(told.encode()).hexdigest(), 16) % FOLDS

    def is_known(self, kind: str) -> bool:
        """Whether it says anything about a kind."""
        return kind in self.known if self.known is not None else kind in OF_THE_CODEBOOK


CLAUSES = ("advice", "evaluation", "self_disclosure", "acknowledgement")
"""Kinds that a clause tells by itself."""
AMONG = (
    "autonomy", "defending", "dismissive", "interpretation", "leading_question", "observation",
    "ownership", "permission", "complaint",
)  # fmt: skip
"""Kinds and signs of which a clause tells together with what it stands among."""
WHOLE = ("rupture_naming", "recommitment")
"""Kinds of which no clause alone tells."""
LEARNED = (*CLAUSES, *AMONG, *WHOLE)
_COMPLAINED = ("defending", "heard_without_defending")
"""Kinds that are there only after a complaint of the client's."""
_NO_COMPLAINT = (
    "acknowledgement", "autonomy", "interpretation", "leading_question", "observation",
    "permission", "self_disclosure",
)  # fmt: skip
OF_THE_CODEBOOK = frozenset(kinds[0] for kinds in CODES.values())


def lines(words: WordingWords) -> list[Line]:
    """Every study line, the line in question of every study talk, and what clients say there."""
    return [*_of_lines(words), *_of_talks(words), *_of_clients(words)]


def shaped(line: Line, kind: str) -> Line:
    """A line as a kind is told by it: by its clauses, among others, or as a whole."""
    if kind in CLAUSES:
        return line
    joined = together(line.clauses) if kind in WHOLE else among(line.clauses)
    return replace(line, clauses=tuple(joined))


def _of_lines(words: WordingWords) -> Iterator[Line]:
    for path in sorted(HERE.glob("lines_*.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            said = [row["before"]] * bool(row["before"]) + [f"coach*: {row['text']}"]
            parts = parts_of(said, words)
            kinds = frozenset(CODES[code][0] for code in row["codes"] if code != "-")
            yield Line(row["text"], row["before"], parts, kinds, None)


def _of_talks(words: WordingWords) -> Iterator[Line]:
    for path in sorted((HERE / "talks").glob("*.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            kind = frozenset({row["kind"]})
            if row["kind"] not in LEARNED:
                continue
            parts = parts_of(row["talk"], words)
            before = " ".join(row["talk"][:-1])
            yield Line(row["talk"][-1], before, parts, kind if row["fires"] else frozenset(), kind)


def _of_clients(words: WordingWords) -> Iterator[Line]:
    """What a client says that is a complaint of the coach, or is none."""
    seen: set[str] = set()
    for path in sorted((HERE / "talks").glob("*.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            told = _last_of_client(row["talk"])
            if told and told not in seen and (row["fires"] or row["kind"] in _NO_COMPLAINT):
                seen.add(told)
                if row["kind"] in _COMPLAINED:
                    yield _of_client(told, "complaint", words, there=True)
                elif row["kind"] in _NO_COMPLAINT:
                    yield _of_client(told, "complaint", words, there=False)
    for path in sorted(HERE.glob("lines_*.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            told = row["before"].removeprefix("client: ")
            if told and told not in seen:
                seen.add(told)
                yield _of_client(told, "complaint", words, there=False)


def _last_of_client(talk: Sequence[str]) -> str:
    """What the client says right before the line with the star."""
    marked = next(number for number, line in enumerate(talk) if "*:" in line)
    before = talk[marked - 1] if marked else ""
    return before.split("client:", 1)[1].strip() if "client:" in before else ""


def _of_client(text: str, kind: str, words: WordingWords, *, there: bool) -> Line:
    kinds = frozenset({kind})
    return Line(text, text, bare(text, words), kinds if there else frozenset(), kinds)


def bare(text: str, words: WordingWords) -> tuple[frozenset[str], ...]:
    """The features of each clause by its words alone, as a sign is told."""
    said = unit(laid_out([f"client*: {text}"]).lines[0], words.grammar)
    asked = questions(said, words.grammar)
    known = class_words(words.packs.classes)
    return tuple(features(said, start, end, asked, known) for start, end in clauses(said))


def parts_of(written: Sequence[str], words: WordingWords) -> tuple[frozenset[str], ...]:
    """The features of each clause of the line with the star, in the course of its talk."""
    talk = laid_out(written)
    course = Course(
        words.signs,
        words.grammar,
        listening=timing_words(words.grammar.language).backchannels,
    )
    for line in talk.lines[: talk.marked]:
        before = unit(line, words.grammar)
        asked = questions(before, words.grammar)
        finds = words.rules.finds(before, asked, course) if before.track is Track.COACH else []
        course.hear(before, permission=any(find.kind == "permission" for find in finds))
    said = unit(talk.lines[talk.marked], words.grammar)
    asked = questions(said, words.grammar)
    finds = words.rules.finds(said, asked, course)
    held = [(find.rule.id, find.kind, find.span.start) for find in finds]
    known = class_words(words.packs.classes)
    told = around(course)
    return tuple(
        frozenset(features(said, start, end, asked, known, held)) | told
        for start, end in clauses(said)
    )


def fit(examples: Sequence[Line], kind: str, options: Options) -> tuple[dict[str, float], float]:
    """Weights and bias for one kind, from the lines that say something about it."""
    examples = [shaped(line, kind) for line in examples if line.is_known(kind) and line.clauses]
    counts = Counter(name for line in examples for name in frozenset().union(*line.clauses))
    names = sorted(name for name, count in counts.items() if count >= options.rarest)
    index = {name: i for i, name in enumerate(names)}
    bags, owner = [], []
    for number, line in enumerate(examples):
        for part in line.clauses:
            bags.append(np.array(sorted(index[n] for n in part if n in index), np.int64))
            owner.append(number)
    truth = np.array([kind in examples[number].kinds for number in owner], np.float64)
    heft = np.array([1.0 if examples[n].known is None else options.talks for n in owner])
    weight = np.zeros(len(names))
    bias = math.log(max(truth.mean(), 1e-3) / (1 - truth.mean()))
    chosen = np.ones(len(bags), bool)
    flat, starts = _flat(bags)
    share = np.array([share_of(part) for line in examples for part in line.clauses])
    for _ in range(options.rounds):
        weight, bias = _descend(flat, starts, share, truth, heft * chosen, weight, bias, options)
        scores = _scores(flat, starts, share, weight, bias)
        chosen = _earning(scores, np.array(owner), truth)
    kept = {name: round(float(weight[i]), 4) for name, i in index.items()}
    smallest = options.smallest
    return (
        {name: value for name, value in kept.items() if abs(value) >= smallest},
        round(float(bias), 4),
    )


def _flat(bags: Sequence[NDArray[np.int64]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All features in a row, and where each clause begins; a clause without any has a blank one."""
    kept = [bag if len(bag) else np.array([-1]) for bag in bags]
    lengths = np.array([len(bag) for bag in kept])
    return np.concatenate(kept), np.concatenate([[0], np.cumsum(lengths)[:-1]])


def _scores(
    flat: NDArray[np.int64],
    starts: NDArray[np.int64],
    share: NDArray[np.float64],
    weight: NDArray[np.float64],
    bias: float,
) -> NDArray[np.float64]:
    padded = np.append(weight, 0.0)
    summed: NDArray[np.float64] = np.add.reduceat(padded[flat], starts) * share + bias
    return summed


def _descend(
    flat: NDArray[np.int64],
    starts: NDArray[np.int64],
    share: NDArray[np.float64],
    truth: NDArray[np.float64],
    heft: NDArray[np.float64],
    weight: NDArray[np.float64],
    bias: float,
    options: Options,
) -> tuple[NDArray[np.float64], float]:
    """Adam on the logistic loss."""
    lengths = np.diff(np.append(starts, len(flat)))
    first, second = np.zeros(len(weight) + 1), np.zeros(len(weight) + 1)
    padded = np.append(weight, bias)
    for step in range(1, options.steps + 1):
        error = 1 / (1 + np.exp(-_scores(flat, starts, share, padded[:-1], padded[-1]))) - truth
        error = error * heft
        # A clause without features stands at -1, whose place is the bias.
        spread = np.repeat(error * share, lengths)
        gradient = np.bincount(flat + 1, spread, len(padded))[1:]
        gradient = np.append(gradient, 0.0)
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


def odds(line: Line, weights: Mapping[str, float], bias: float) -> float:
    """Log odds of the likeliest clause of a line."""
    totals = [
        bias + share_of(part) * sum(weights.get(name, 0.0) for name in part)
        for part in line.clauses
    ]
    return max(totals, default=-99.0)


def crossed(examples: Sequence[Line], kind: str, options: Options) -> list[tuple[Line, float]]:
    """Every line that says something about a kind, judged by a model that has not seen it."""
    found = []
    for fold in range(FOLDS):
        weights, bias = fit([line for line in examples if line.fold != fold], kind, options)
        found += [
            (line, odds(shaped(line, kind), weights, bias))
            for line in examples
            if line.fold == fold and line.is_known(kind)
        ]
    return found


def f1(judged: Sequence[tuple[Line, float]], kind: str, least: float) -> float:
    """F1 of taking every line from these log odds on."""
    hits = sum(at >= least and kind in line.kinds for line, at in judged)
    taken = sum(at >= least for _, at in judged)
    there = sum(kind in line.kinds for line, _ in judged)
    return 2 * hits / (taken + there) if taken + there else 0.0


def precision(judged: Sequence[tuple[Line, float]], kind: str, least: float) -> float:
    """Of the lines from these log odds on, how many are the kind."""
    taken = [kind in line.kinds for line, at in judged if at >= least]
    return sum(taken) / len(taken) if taken else 1.0


def parted(judged: Sequence[tuple[Line, float]]) -> list[list[tuple[Line, float]]]:
    """Study lines, where a kind is as rare as in talk, and talks, where it is every second."""
    parts = [[pair for pair in judged if (pair[0].known is None) is rare] for rare in (True, False)]
    return [part for part in parts if part]


STEPS = tuple(step / 10 for step in range(-30, 41))
SURE_ENOUGH = 0.92


def right_enough(kind: str) -> float:
    """The least precision among study lines: "that's great" is common, and mostly no grade."""
    if kind not in KINDS:  # a sign, which nobody is told
        return 0.75
    return 0.9 if kind == "evaluation" else 0.8


def thresholds(judged: Sequence[tuple[Line, float]], kind: str) -> tuple[float, float]:
    """Log odds from which a kind is likely (the best F1 that is mostly right), and sure."""
    parts = parted(judged)
    right = [at for at in STEPS if precision(parts[0], kind, at) >= right_enough(kind)]
    likely = max(right or STEPS[-1:], key=lambda at: sum(f1(part, kind, at) for part in parts))
    precise = (
        at
        for at in STEPS
        if at >= likely and all(precision(part, kind, at) >= SURE_ENOUGH for part in parts)
    )
    return likely, next(precise, STEPS[-1])
