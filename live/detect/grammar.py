"""The small words of a language, from models/lexicon/LANGUAGE/grammar.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any

from live.detect.patterns import normal
from live.resources import shipped

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grammar:
    """What a clause and a question are made of; the lists are explained where they stand."""

    fillers: frozenset[str]
    lead_in: frozenset[Phrase]
    joins: frozenset[str]
    wh: frozenset[str]
    aux: frozenset[str]
    subject: frozenset[str]
    embedding: frozenset[str]
    tags: frozenset[Phrase]
    open: frozenset[str]
    verbs: dict[str, frozenset[str]]


def grammar(language: str = "en") -> Grammar:
    """The lists that ship for a language."""
    path = shipped("models") / "lexicon" / language / "grammar.toml"
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    question = data["question"]

    def phrases(entries: list[str]) -> frozenset[Phrase]:
        return frozenset(tuple(normal(entry)) for entry in entries)

    return Grammar(
        fillers=frozenset(data["fillers"]),
        lead_in=phrases(data["lead_in"]),
        joins=frozenset(data["joins"]),
        wh=frozenset(question["wh"]),
        aux=frozenset(question["aux"]),
        subject=frozenset(question["subject"]),
        embedding=frozenset(question["embedding"]),
        tags=phrases(question["tags"]),
        open=frozenset(question["open"]),
        verbs={verb: frozenset(forms) for verb, forms in data["verbs"].items()},
    )
