"""How like a kind a clause sounds, beyond any list: a small linear model over its words.

The numbers are in models/wording/LANGUAGE.json, made by tests/wording (`make wording`); the card
beside them says from what. A clause's features are its words, pairs and threes of words, the
classes they belong to, who is spoken of, whether it asks, and the rules that hold in it; their
weights add up.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from live.detect.patterns import Phrases
from live.detect.units import Question, Unit
from live.resources import shipped

LONGEST = 24
"""Tokens of a clause that are looked at together; a longer one is cut where clauses join."""
SHORTEST = 2
_CLASSES = (
    "good",
    "praise",
    "strong",
    "person",
    "thought",
    "act",
    "hedge",
    "helper",
    "kin",
    "lived",
)


@dataclass(frozen=True, slots=True)
class Likeness:
    """What one clause sounds like."""

    start: int
    end: int
    kind: str
    probability: float


class Model:
    """Weights of every kind that has some."""

    def __init__(self, numbers: Mapping[str, Any], classes: Mapping[str, Phrases]) -> None:
        self._kinds: Mapping[str, Mapping[str, Any]] = numbers["kinds"]
        self._classes = class_words(classes)

    @property
    def kinds(self) -> frozenset[str]:
        """What it can tell."""
        return frozenset(self._kinds)

    def likenesses(
        self, said: Unit, asked: Sequence[Question], held: Sequence[tuple[str, str, int]]
    ) -> Iterator[Likeness]:
        """How like each kind each clause is; `held` are the rules that hold there."""
        for start, end in clauses(said):
            found = list(features(said, start, end, asked, self._classes, held))
            for kind, numbers in self._kinds.items():
                weights = numbers["weights"]
                total = numbers["bias"] + sum(weights.get(name, 0.0) for name in found)
                yield Likeness(start, end, kind, 1 / (1 + math.exp(-total)))


def clauses(said: Unit) -> list[tuple[int, int]]:
    """Where clauses lie, long ones cut where clauses join."""
    found = []
    for begin, end in pairwise(said.hard):
        at = begin
        while end - at > LONGEST:
            cut = max((e for e in said.edges if at + SHORTEST * 3 <= e <= at + LONGEST), default=0)
            cut = cut or at + LONGEST
            found.append((at, cut))
            at = cut
        if end - at >= SHORTEST:
            found.append((at, end))
    return found


def class_words(classes: Mapping[str, Phrases]) -> dict[str, tuple[str, ...]]:
    """Which classes a word belongs to."""
    found: dict[str, list[str]] = {}
    for name in _CLASSES:
        for phrase in classes[name].phrases if name in classes else ():
            if len(phrase) == 1:
                found.setdefault(phrase[0], []).append(f"<{name}>")
    return {word: tuple(names) for word, names in found.items()}


def features(
    said: Unit,
    start: int,
    end: int,
    asked: Sequence[Question],
    classes: Mapping[str, tuple[str, ...]],
    held: Sequence[tuple[str, str, int]] = (),
) -> Iterable[str]:
    """What a clause is made of, each once; `held`: rules, their kinds, where they begin."""
    tokens = said.tokens[start:end]
    found = set(tokens)
    marked = ("^", *tokens, "$")
    found.update(f"{a} {b}" for a, b in pairwise(marked))
    found.update(f"{a} {b} {c}" for a, b, c in zip(marked, marked[1:], marked[2:], strict=False))
    kinds = [classes.get(token, ()) for token in tokens]
    for index, names in enumerate(kinds):
        before = tokens[index - 1] if index else "^"
        for name in names:
            found.add(name)
            found.add(f"{before} {name}")
            for earlier in kinds[index - 1] if index else ():
                found.add(f"{earlier} {name}")
    for who in ("i", "my", "you", "your", "he", "she", "they", "we", "it"):
        if who in tokens:
            found.add(f"has:{who}")
    if any(q.start < end and start < q.end for q in asked):
        found.add("asks:")
        found.update(f"asks: {token}" for token in tokens[:3])
    for rule, kind, at in held:
        if start <= at < end:
            found |= {f"rule:{rule}", f"rule:{kind}"}
    found.add(f"words:{min(len(tokens) // 4, 6)}")
    return found


@cache
def model(language: str) -> dict[str, Any] | None:
    """The numbers that ship for a language; None where there are none."""
    path = shipped("models") / "wording" / f"{language}.json"
    return read(path) if path.is_file() else None


def read(path: Path) -> dict[str, Any]:
    """The numbers in a file."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
