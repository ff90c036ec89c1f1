"""The small words of a language, from models/lexicon/LANGUAGE/grammar.toml, and words as tokens.

A token is a lower-case word without punctuation; contractions are written out, so that "that's" and
"that is" are the same to everything that looks at tokens.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from live.resources import shipped

Phrase = tuple[str, ...]

_AROUND = re.compile(r"^[^\w']+|[^\w'-]+$")
_INSIDE = re.compile(r"[-/.,…]+")
_APOSTROPHES = str.maketrans("\u2019\u2018", "''")
_LONGEST = 60
"""Letters of a word; what is longer is no word, and is cut so that nothing grows with it."""
_SHORTEST_STEM = 4


@dataclass(frozen=True, slots=True)
class Grammar:
    """What tokens, clauses and questions are made of; the lists are explained where they stand."""

    language: str
    fillers: frozenset[str]
    lead_in: frozenset[Phrase]
    joins: frozenset[str]
    stutters: frozenset[str]
    negations: frozenset[str]
    says: frozenset[str]
    sayers: frozenset[str]
    endings: tuple[str, ...]
    common: frozenset[str]
    compounds: Mapping[tuple[str, str], str]
    whole: Mapping[str, Phrase]
    tails: Mapping[str, str]
    is_after: frozenset[str]
    would_after: frozenset[str]
    wh: frozenset[str]
    aux: frozenset[str]
    subject: frozenset[str]
    embedding: frozenset[str]
    noun_parts: frozenset[str]
    tags: frozenset[Phrase]
    checks: frozenset[Phrase]
    do: frozenset[str]
    be: frozenset[str]
    open: frozenset[str]
    verbs: Mapping[str, frozenset[str]]

    def tokens(self, text: str) -> list[str]:
        """A text's tokens."""
        found: list[str] = []
        for piece in text.translate(_APOSTROPHES).lower().split():
            if piece.isalpha() and len(piece) <= _LONGEST and piece not in self.whole:
                found.append(piece)  # most words; what follows an apostrophe is not in them
                continue
            found += self._word(_AROUND.sub("", piece)[:_LONGEST])
        return self.joined(found)

    def joined(self, tokens: list[str]) -> list[str]:
        """Two tokens that are one word: "all right"."""
        found: list[str] = []
        for token in tokens:
            if found and (whole := self.compounds.get((found[-1], token))):
                found[-1] = whole
            else:
                found.append(token)
        return found

    def _word(self, bare: str) -> list[str]:
        if not re.search(r"\w", bare):
            return []
        if bare in self.whole:
            return list(self.whole[bare])
        for tail, full in self.tails.items():
            if bare.endswith(tail) and len(bare) > len(tail):
                return [bare[: -len(tail)], full]
        if bare.endswith("'s") and bare[:-2] in self.is_after:
            return [bare[:-2], "is"]
        if bare.endswith("'d") and bare[:-2] in self.would_after:
            return [bare[:-2], "would"]
        parts = [part for part in _INSIDE.split(bare) if part]
        if len(parts) > 1:
            return parts
        return [bare.rstrip("-") + "-" if bare.endswith("-") else bare]

    def stem(self, token: str) -> str:
        """A word without its commonest endings, so that "perfectionist" meets "perfectionism"."""
        for ending in self.endings:
            if token.endswith(ending) and len(token) - len(ending) >= _SHORTEST_STEM:
                return token[: -len(ending)]
        return token


def grammar(language: str = "en", folder: Path | None = None) -> Grammar:
    """The lists that ship for a language."""
    path = (folder or shipped("models") / "lexicon") / language / "grammar.toml"
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    question, short = data["question"], data["contractions"]
    return Grammar(
        language=language,
        fillers=frozenset(data["fillers"]),
        lead_in=_phrases(data["lead_in"]),
        joins=frozenset(data["joins"]),
        stutters=frozenset(data["stutters"]),
        negations=frozenset(data["negations"]),
        says=frozenset(data["says"]),
        sayers=frozenset(data["sayers"]),
        endings=tuple(data["endings"]),
        common=frozenset(data["common"].split()),
        compounds={(one, two): whole for one, two, whole in data["compounds"]},
        whole={word: tuple(full.split()) for word, full in short["whole"].items()},
        tails=short["tails"],
        is_after=frozenset(short["is"]),
        would_after=frozenset(short["would"]),
        wh=frozenset(question["wh"]),
        aux=frozenset(question["aux"]),
        subject=frozenset(question["subject"]),
        embedding=frozenset(question["embedding"]),
        noun_parts=frozenset(question["noun_parts"]),
        tags=_phrases(question["tags"]),
        checks=_phrases(question["checks"]),
        do=frozenset(question["do"]),
        be=frozenset(question["be"]),
        open=frozenset(question["open"]),
        verbs={verb: frozenset(forms) for verb, forms in data["verbs"].items()},
    )


def _phrases(entries: list[str]) -> frozenset[Phrase]:
    """Phrases of the lists themselves are written out already."""
    return frozenset(tuple(entry.split()) for entry in entries)
