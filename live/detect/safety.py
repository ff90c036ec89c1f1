"""Words of self-harm, harm, abuse or a medical emergency, from either voice.

They silence every cue: then nobody may be distracted by how they listen. Nothing is kept of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from live.detect.grammar import Grammar
from live.detect.patterns import Matcher
from live.detect.units import unit
from live.types import Word

HARM, HARMLESS = "harm", "harmless"
_REACH = 40
"""Words of one voice that are looked at together."""


class Safety:
    """Listens to both voices. Once is enough."""

    def __init__(self, signs: Matcher, grammar: Grammar) -> None:
        self._signs = signs
        self._grammar = grammar

    def hears(self, words: Sequence[Word]) -> bool:
        """Whether the newest words of a voice say something of that kind."""
        if not words:
            return False
        said = unit(words[-_REACH:], self._grammar)
        spans: dict[str, list[tuple[int, int]]] = {HARM: [], HARMLESS: []}
        for name, span in self._signs.find(said.tokens, said.edges):
            if name in spans:
                spans[name].append((span.start, span.end))
        return any(
            not any(start < end and other < over for start, over in spans[HARMLESS])
            for other, end in spans[HARM]
        )
