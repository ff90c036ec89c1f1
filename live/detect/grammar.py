"""The small words of a language, from models/lexicon/LANGUAGE/grammar.toml, and words as tokens.

A token is a lower-case word without punctuation (in some languages a few keep their capital);
contractions are written out, so that "that's" and "that is" are the same to everything that looks
at tokens.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from live.resources import shipped

Phrase = tuple[str, ...]
_Forms = tuple[tuple[re.Pattern[str], frozenset[str]], ...]
"""Endings of verbs, and the subjects that follow them."""

# What looks behind keeps it from beginning again inside a run: a word may be all punctuation.
_AROUND = re.compile(r"^[^\w']+|(?<![^\w'-])[^\w'-]+$")
_INSIDE = re.compile(r"[-/.,…]+")
_APOSTROPHES = str.maketrans("\u2019\u2018", "''")
_LONGEST = 60
"""Letters of a word; what is longer is no word, and is cut so that nothing grows with it."""
_SHORTEST_STEM = 4


@dataclass(frozen=True, slots=True)
class Grammar:
    """What tokens, clauses and questions are made of; the lists are explained where they stand."""

    language: str
    capitals: frozenset[str]
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
    open: frozenset[str]
    alone: frozenset[str]
    verb_first: _Forms
    inverted: _Forms
    verbs: Mapping[str, frozenset[str]]
    inflection: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]

    def tokens(self, text: str) -> list[str]:
        """A text's tokens."""
        found: list[str] = []
        if not text.isascii():  # "ü" may come as one sign or as two
            text = unicodedata.normalize("NFC", text)
        for piece in text.translate(_APOSTROPHES).split():
            bare = _AROUND.sub("", piece)[:_LONGEST]
            found += [bare] if bare in self.capitals else self._word(bare.lower())
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

    def forms(self, word: str) -> frozenset[str]:
        """Every form of a word: those that are listed, or else by the first rule that fits."""
        if word in self.verbs:
            return self.verbs[word] | {word}
        for ending, changed in self.inflection:
            if ending.search(word):
                return frozenset(ending.sub(each, word, count=1) for each in changed) | {word}
        return frozenset({word})

    def asks_first(self, verb: str, subject: str) -> bool:
        """Whether two words that begin a clause ask: "do you", "gehst du"."""
        known = verb in self.aux and subject in self.subject
        return known or _fits(self.verb_first, verb, subject)

    def inverts(self, verb: str, subject: str) -> bool:
        """Whether two words after a question word do: "what do you", "wann kommen Sie"."""
        return self.asks_first(verb, subject) or _fits(self.inverted, verb, subject)

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
        capitals=frozenset(data["capitals"]),
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
        open=frozenset(question["open"]),
        alone=frozenset(question["alone"]),
        verb_first=_forms(question["verb_first"]),
        inverted=_forms(question["inverted"]),
        verbs={verb: frozenset(forms) for verb, forms in data["verbs"].items()},
        inflection=tuple(
            (re.compile(ending), tuple(changed)) for ending, changed in data["inflection"]
        ),
    )


def _fits(forms: _Forms, verb: str, subject: str) -> bool:
    return any(subject in subjects and form.search(verb) for form, subjects in forms)


def _forms(entries: list[tuple[str, list[str]]]) -> _Forms:
    return tuple((re.compile(form), frozenset(subjects)) for form, subjects in entries)


def _phrases(entries: list[str]) -> frozenset[Phrase]:
    """Phrases of the lists themselves are written out already."""
    return frozenset(tuple(entry.split()) for entry in entries)
