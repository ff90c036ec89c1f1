"""Word lists from models/lexicon, and how tokens are matched against them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from live.resources import shipped
from live.types import Word

Tokens = tuple[str, ...]
"""Lower-case words without punctuation; a cut-off word keeps its final hyphen."""

_EDGES = re.compile(r"^[^\w']+|[^\w'-]+$")
_APOSTROPHES = str.maketrans("\u2019\u2018", "''")


def token(text: str) -> str:
    """One word as it is compared: lower case, no punctuation around, "mm-hmm" as "mmhmm"."""
    bare = _EDGES.sub("", text.translate(_APOSTROPHES).lower())
    if bare.endswith("-"):
        return bare.rstrip("-") + "-" if bare.strip("-") else ""
    return bare.replace("-", "")


def tokens(words: Iterable[Word]) -> Tokens:
    """The words' tokens; a text of several words gives several."""
    parts = (token(part) for word in words for part in word.text.split())
    return tuple(part for part in parts if part)


def ends_with(said: Tokens, phrases: Iterable[Tokens]) -> bool:
    """Whether one of the phrases stands at the very end."""
    return any(len(p) <= len(said) and said[len(said) - len(p) :] == p for p in phrases)


def starts_with(said: Tokens, phrases: Iterable[Tokens]) -> bool:
    """Whether one of the phrases stands at the very beginning."""
    return any(said[: len(p)] == p for p in phrases)


def find(said: Tokens, phrase: Tokens) -> int:
    """Where the phrase begins, or -1. A `*` in it stands for none to two words."""
    return next((i for i in range(len(said)) if _matches(said[i:], phrase)), -1)


def _matches(said: Tokens, phrase: Tokens) -> bool:
    if not phrase:
        return True
    if phrase[0] == "*":
        return any(_matches(said[skip:], phrase[1:]) for skip in range(3))
    return bool(said) and said[0] == phrase[0] and _matches(said[1:], phrase[1:])


@dataclass(frozen=True, slots=True)
class TimingWords:
    """The lists of models/lexicon/<language>/timing.toml, where each is explained."""

    backchannels: frozenset[str]
    backchannel_phrases: tuple[Tokens, ...]
    conjunctions: frozenset[str]
    determiners: frozenset[str]
    prepositions: frozenset[str]
    auxiliaries: frozenset[str]
    pronouns: frozenset[str]
    openers: frozenset[str]
    fillers: frozenset[str]
    complete: frozenset[str]
    complete_phrases: tuple[Tokens, ...]
    parentheses: tuple[Tokens, ...]
    subordinators: frozenset[str]
    clause_starts: frozenset[str]
    subjects: frozenset[str]
    coordinators: frozenset[str]
    afterthoughts: frozenset[str]
    stranders: frozenset[str]
    adjectives: frozenset[str]
    adjective_endings: tuple[str, ...]
    thinking: tuple[Tokens, ...]
    weak_thinking: tuple[Tokens, ...]
    ratify: frozenset[str]
    purpose: tuple[Tokens, ...]
    question_openers: frozenset[str]
    question_forms: tuple[Tokens, ...]
    invitations: tuple[Tokens, ...]
    lead_in: frozenset[str]
    tags: tuple[Tokens, ...]
    starters: frozenset[str]
    clause_openers: frozenset[str]

    @property
    def small(self) -> frozenset[str]:
        """Words that say little by themselves."""
        return (
            self.backchannels
            | self.conjunctions
            | self.determiners
            | self.prepositions
            | self.auxiliaries
            | self.pronouns
            | self.subjects
            | self.openers
            | self.fillers
        )

    def only_backchannels(self, said: Tokens) -> bool:
        """Whether nothing but listening sounds was said, cut-off words aside."""
        said = tuple(t for t in said if not t.endswith("-"))
        if not said:
            return False
        position = 0
        while position < len(said):
            rest = said[position:]
            step = max((len(p) for p in self.backchannel_phrases if rest[: len(p)] == p), default=0)
            if not step and rest[0] in self.backchannels:
                step = 1
            if not step:
                return False
            position += step
        return True

    def content(self, said: Tokens) -> int:
        """How many of the words are not listening sounds, fillers or cut off."""
        return sum(
            1
            for t in said
            if t not in self.backchannels and t not in self.fillers and not t.endswith("-")
        )


LANGUAGES = frozenset({"en", "de"})
"""Languages with word lists; in others sound alone judges."""


def timing_words(language: str = "en") -> TimingWords:
    """The lists that ship for a language."""
    path = shipped("models") / "lexicon" / language / "timing.toml"
    data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))

    def words(section: str, key: str = "words") -> frozenset[str]:
        return frozenset(token(w) for w in data[section][key])

    def phrases(section: str, key: str = "phrases") -> tuple[Tokens, ...]:
        return tuple(_phrase(p) for p in data[section][key])

    return TimingWords(
        backchannels=words("backchannel"),
        backchannel_phrases=phrases("backchannel"),
        conjunctions=words("incomplete", "conjunctions"),
        determiners=words("incomplete", "determiners"),
        prepositions=words("incomplete", "prepositions"),
        auxiliaries=words("incomplete", "auxiliaries"),
        pronouns=words("incomplete", "pronouns"),
        openers=words("incomplete", "openers"),
        fillers=words("incomplete", "fillers"),
        complete=words("complete"),
        complete_phrases=phrases("complete"),
        parentheses=phrases("incomplete", "parentheses"),
        subordinators=words("incomplete", "subordinators"),
        clause_starts=words("incomplete", "clause_starts"),
        subjects=words("incomplete", "subjects"),
        coordinators=words("incomplete", "coordinators"),
        afterthoughts=words("incomplete", "afterthoughts"),
        stranders=words("incomplete", "stranders"),
        adjectives=words("incomplete", "adjectives"),
        adjective_endings=tuple(data["incomplete"]["adjective_endings"]),
        thinking=phrases("thinking"),
        weak_thinking=phrases("thinking", "weak"),
        ratify=words("ratify"),
        purpose=phrases("purpose"),
        question_openers=words("question", "openers"),
        question_forms=phrases("question", "inverted"),
        invitations=phrases("question", "invitations"),
        lead_in=words("question", "lead_in"),
        tags=phrases("question", "tags"),
        starters=words("continues", "starters"),
        clause_openers=words("continues", "clause_openers"),
    )


def _phrase(text: str) -> Tokens:
    return tuple("*" if part == "*" else token(part) for part in text.split())


def text_of(words: Sequence[Word]) -> str:
    """The words as one line of text."""
    return " ".join(w.text for w in words)
