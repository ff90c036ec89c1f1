"""What has to be known of a language to hear it: a prompt for its ums, phrases never said."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from live.resources import shipped


@dataclass(frozen=True, slots=True)
class LanguageNotes:
    """Notes on hearing one language."""

    verbatim: str = ""
    """Text said to come before an utterance, so that hesitations are written down."""
    phantoms: frozenset[str] = frozenset()
    """Phrases out of subtitles that nobody says in a conversation; plain lower-case words."""
    doubtful: frozenset[str] = frozenset()
    """Whole utterances that are said and are also made up."""


def language_notes(language: str) -> LanguageNotes:
    """The notes on a language; empty ones where there are none."""
    path = shipped("models") / "lexicon" / language / "hearing.toml"
    if not path.is_file():
        return LanguageNotes()
    notes = tomllib.loads(path.read_text(encoding="utf-8"))
    return LanguageNotes(
        verbatim=notes["verbatim"]["prompt"],
        phantoms=frozenset(notes["phantoms"]["always"]),
        doubtful=frozenset(notes["phantoms"]["doubtful"]),
    )
