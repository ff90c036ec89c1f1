"""Everything the wording detectors read from models/lexicon, put together once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from live.detect.grammar import Grammar, grammar
from live.detect.likeness import LIKELY, Model, model
from live.detect.packs import Packs, read_packs
from live.detect.patterns import Matcher
from live.detect.rules import Rules
from live.detect.units import Unit, questions
from live.resources import shipped

COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class WordingWords:
    """A language's grammar, rules and signs, compiled. Nothing in it belongs to a session."""

    grammar: Grammar
    packs: Packs
    rules: Rules
    signs: Matcher
    model: Model | None
    """None for a language without one: rules alone judge."""

    def sounds(self, said: Unit) -> frozenset[str]:
        """Signs of the client's that no list tells: so far, a complaint."""
        if self.model is None:
            return frozenset()
        asked = questions(said, self.grammar)
        likely = self.model.sign(said, asked, COMPLAINT) >= LIKELY
        return frozenset({COMPLAINT}) if likely else frozenset()


@cache
def wording_words(language: str = "en", own: Path | None = None) -> WordingWords:
    """What is in force for a language; `own`: the folder of the coach's packs.

    Raises `SettingsError` with every mistake of every pack.
    """
    words = grammar(language)
    packs = read_packs(language, words, shipped("models") / "lexicon" / language, own)
    numbers = model(language)
    made = None if numbers is None else Model(numbers, packs.classes)
    return WordingWords(words, packs, Rules(packs, words), Matcher(packs.signs), made)
