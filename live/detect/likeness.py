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

from live.detect.course import Course
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


Held = tuple[str, str, int]
"""A rule that holds: its id, its kind, the token where it begins."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a clause, or the whole of what was said in one go, sounds like."""

    start: int
    end: int
    kind: str
    confidence: float
    probability: float
    """As the model has it, before that is made a confidence."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How a kind's weights become a confidence, 0-1.

    `likely` and `sure` are totals (log odds): from the first on it is noticed more rightly than
    wrongly, from the second on it may show while the session runs; both from lines that the model
    had not seen.
    """

    bias: float
    likely: float
    sure: float

    def confidence(self, total: float) -> float:
        """LIKELY at `likely`, SURE at `sure`, and in proportion elsewhere."""
        slope = (SURE - LIKELY) / max(self.sure - self.likely, _NARROWEST)
        return min(max(LIKELY + (total + self.bias - self.likely) * slope, 0.0), MOST)


LIKELY, SURE = 0.6, 0.85
"""What the settings `wording.debrief` and `wording.live` begin as."""
MOST = 0.98
MOST_ODDS = 99.0
_NARROWEST = 0.25


class Model:
    """Weights of every kind that has some, turned round: from a feature to its weights."""

    def __init__(self, numbers: Mapping[str, Any], classes: Mapping[str, Phrases]) -> None:
        self._classes = class_words(classes)
        self._scales = {
            kind: Scale(of["bias"], of["likely"], of["sure"])
            for kind, of in numbers["kinds"].items()
        }
        self.whole = frozenset(kind for kind, of in numbers["kinds"].items() if of["whole"])
        """Kinds of which no clause alone tells."""
        self._weights: dict[bool, dict[str, list[tuple[str, float]]]] = {True: {}, False: {}}
        for kind, of in numbers["kinds"].items():
            turned = self._weights[of["whole"]]
            for name, weight in of["weights"].items():
                turned.setdefault(name, []).append((kind, weight))

    @property
    def kinds(self) -> frozenset[str]:
        """What it can tell."""
        return frozenset(self._scales)

    def likenesses(
        self,
        said: Unit,
        asked: Sequence[Question],
        held: Sequence[Held],
        told: frozenset[str] = frozenset(),
        earlier: frozenset[str] = frozenset(),
    ) -> Iterator[Likeness]:
        """How like each kind each clause is, and all of them together.

        `held`: the rules that hold there; `told`: what the client has just done; `earlier`: the
        features of what was said before in the same turn.
        """
        parts = clauses(said)
        if not parts:
            return
        found = [features(said, a, b, asked, self._classes, held) | told for a, b in parts]
        for (start, end), names in zip(parts, among(found), strict=True):
            yield from self._judged(start, end, names, whole=False)
        if self.whole:
            yield from self._best_runs(parts, found, earlier)

    def _best_runs(
        self,
        parts: Sequence[tuple[int, int]],
        found: Sequence[frozenset[str]],
        earlier: frozenset[str],
    ) -> Iterable[Likeness]:
        """Of all runs of clauses the one most like each kind."""
        before = [earlier] if earlier else []
        best: dict[str, Likeness] = {}
        for number, names in enumerate(together([*before, *found])):
            first = parts[max(0, number - len(before))]
            last = parts[min(len(parts), number - len(before) + TOGETHER) - 1]
            for like in self._judged(first[0], last[1], names, whole=True):
                if like.kind not in best or like.confidence > best[like.kind].confidence:
                    best[like.kind] = like
        return best.values()

    def last_features(
        self, said: Unit, asked: Sequence[Question], held: Sequence[Held]
    ) -> frozenset[str]:
        """Of the last clause: what the next one of the same turn may belong to."""
        parts = clauses(said)[-1:]
        return frozenset().union(
            *(features(said, a, b, asked, self._classes, held) for a, b in parts)
        )

    def sign(self, said: Unit, asked: Sequence[Question], kind: str) -> float:
        """How like a sign (a "kind" that is no flag) what was said sounds; 0 where unknown."""
        if kind not in self._scales:
            return 0.0
        parts = [features(said, a, b, asked, self._classes) for a, b in clauses(said)]
        weights, scale = self._weights[False], self._scales[kind]
        totals = (
            share_of(part)
            * sum(weight for name in part for k, weight in weights.get(name, ()) if k == kind)
            for part in among(parts)
        )
        return scale.confidence(max(totals, default=-MOST_ODDS))

    def _judged(
        self, start: int, end: int, names: frozenset[str], *, whole: bool
    ) -> Iterator[Likeness]:
        weights = self._weights[whole]
        totals = {kind: 0.0 for kind in self._scales if (kind in self.whole) is whole}
        for name in names:
            for kind, weight in weights.get(name, ()):
                totals[kind] += weight
        share = share_of(names)
        for kind, total in totals.items():
            scale = self._scales[kind]
            chance = 1 / (1 + math.exp(-(total * share + scale.bias)))
            yield Likeness(start, end, kind, scale.confidence(total * share), chance)


def share_of(names: frozenset[str]) -> float:
    """What each of so many features counts: a long clause says no more than a short one."""
    return 1 / math.sqrt(max(len(names), 1))


TOGETHER = 3
"""Clauses that are looked at together where none alone tells."""


def among(parts: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """Each clause with the single words of itself and of its neighbours, marked as such."""
    words = [frozenset(f"u:{name}" for name in part if " " not in name) for part in parts]
    return [
        part.union(*words[max(0, number - 1) : number + 2]) for number, part in enumerate(parts)
    ]


def together(parts: Sequence[frozenset[str]]) -> list[frozenset[str]]:
    """Every run of a few clauses as one."""
    runs = range(max(1, len(parts) - TOGETHER + 1))
    return [frozenset().union(*parts[begin : begin + TOGETHER]) for begin in runs]


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
    held: Sequence[Held] = (),
) -> frozenset[str]:
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
    return frozenset(found)


AROUND = (
    "asked_advice", "asked_story", "asked_past", "opened_options", "distress", "complaint",
    "about_coach", "own_act", "graded", "fine",
)  # fmt: skip
"""What the client has just done that tells how an answer is meant."""


def around(course: Course) -> frozenset[str]:
    """What the client has just done, as features of every clause that answers it."""
    return frozenset(f"after:{name}" for name in AROUND if course.recent(name, 1))


@cache
def model(language: str) -> dict[str, Any] | None:
    """The numbers that ship for a language; None where there are none."""
    path = shipped("models") / "wording" / f"{language}.json"
    return read(path) if path.is_file() else None


def read(path: Path) -> dict[str, Any]:
    """The numbers in a file."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
