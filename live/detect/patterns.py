"""Patterns over words: how a rule says what it looks for, and how that is found.

    that is <very>? a|an <good> <thought>     words, alternatives, classes, optional parts
    you could|might ~try *3 (first|again)     any form of a verb, up to three words, phrases
    ^ good for you $                          beginning and end of a clause

Matched against tokens in which contractions are written out (`Grammar.tokens`), so that "that is"
finds "that's" too. A pattern is found in time proportional to its length and the text's: nothing
in it can run away, whoever wrote it. models/lexicon/README.md explains the signs to coaches.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from live.detect.grammar import Grammar

ANY = 2
"""Words that a bare `*` stands for, at most."""
MOST_ANY = 8
LONGEST = 40
"""Elements of a pattern, at most."""

SHOWN = 60
"""Letters of a pattern that a message repeats."""

_PART = re.compile(r"\([^()]*\)\S*|\S+")
_PHRASES = re.compile(r"\(([^()]+)\)(\??)")
_GAP = re.compile(r"\*([0-9]*)")
_SIGNS = re.compile(r"[()<>^$*?|~]")


class PatternError(ValueError):
    """What a pattern says cannot be understood; the message says what to change."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """One of several phrases, or nothing if `optional`."""

    phrases: frozenset[tuple[str, ...]]
    lengths: tuple[int, ...]
    name: str = ""
    """Of the class they come from."""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Up to so many words of any kind."""

    most: int


@dataclass(frozen=True, slots=True)
class Edge:
    """The beginning or the end of a clause."""

    begin: bool


Element = Phrases | Gap | Edge


@dataclass(frozen=True, slots=True)
class Span:
    """Where something was found: tokens from `start` up to, not including, `end`."""

    start: int
    end: int
    named: tuple[tuple[str, int, int], ...] = ()
    """What each class stood for, as (name, start, end)."""


@dataclass(frozen=True)
class Pattern:
    """One pattern, compiled."""

    text: str
    elements: tuple[Element, ...]

    @cached_property
    def firsts(self) -> frozenset[str]:
        """The words it can begin with."""
        found: set[str] = set()
        for element in self.elements:
            if isinstance(element, Edge):
                continue
            if isinstance(element, Gap):
                raise PatternError(f"{_short(self.text)} begins with *: begin with a word.")
            found |= {phrase[0] for phrase in element.phrases}
            if not element.optional:
                return frozenset(found)
        raise PatternError(f"{_short(self.text)} would match nothing at all: give it a word.")

    @cached_property
    def required(self) -> tuple[frozenset[str], ...]:
        """Of each of these sets of words one has to be there, or nothing can match."""
        return tuple(
            frozenset(phrase[0] for phrase in element.phrases)
            for element in self.elements[1:]
            if isinstance(element, Phrases) and not element.optional
        )

    @cached_property
    def second(self) -> frozenset[str]:
        """Words of which one has to follow the first; empty where that cannot be told."""
        if len(self.elements) < 2 or not isinstance(self.elements[0], Phrases):
            return frozenset()
        first, then = self.elements[0], self.elements[1]
        plain = first.lengths == (1,) and not first.optional
        if not plain or not isinstance(then, Phrases) or then.optional:
            return frozenset()
        return self.required[0]

    def at(
        self,
        tokens: Sequence[str],
        start: int,
        edges: frozenset[int],
        dead: set[tuple[int, int]] | None = None,
    ) -> Span | None:
        """The longest match that begins at a token; `edges` are where clauses begin or end.

        `dead`: which parts are known not to fit from which tokens on. Kept from one beginning to
        the next in the same tokens, it keeps the time to the pattern's length times the text's.
        """
        dead = set() if dead is None else dead
        named: list[tuple[str, int, int]] = []

        def match(index: int, at: int) -> int:
            """Where the rest of the pattern ends when it begins here; -1 when it does not fit."""
            if index == len(self.elements):
                return at
            if (index, at) in dead:
                return -1
            element = self.elements[index]
            for after in _ends(element, tokens, at, edges):
                is_named = isinstance(element, Phrases) and element.name and after > at
                if is_named:
                    named.append((element.name, at, after))  # type: ignore[union-attr]
                end = match(index + 1, after)
                if end >= 0:
                    return end
                if is_named:
                    named.pop()
            dead.add((index, at))
            return -1

        end = match(0, start)
        return None if end <= start else Span(start, end, tuple(named))


def _ends(element: Element, tokens: Sequence[str], at: int, edges: frozenset[int]) -> Iterator[int]:
    """Where an element can end when it begins at a token; the longest phrase, the shortest gap."""
    match element:
        case Edge():
            if at in edges:
                yield at
        case Gap(most):
            for length in range(most + 1):
                if at + length > len(tokens):
                    return
                yield at + length
                if at + length in edges and length:
                    return  # what stands in a gap belongs to one clause
        case Phrases():
            for length in element.lengths:
                after = at + length
                if after <= len(tokens) and tuple(tokens[at:after]) in element.phrases:
                    yield after
            if element.optional:
                yield at


class Matcher:
    """Many patterns looked for at once, by the words they can begin with."""

    def __init__(self, patterns: Mapping[str, Sequence[Pattern]]) -> None:
        self._by_first: dict[str, list[tuple[str, Pattern]]] = {}
        for name, each in patterns.items():
            for pair in ((name, pattern) for pattern in each):
                for first in pair[1].firsts:
                    self._by_first.setdefault(first, []).append(pair)

    def find(self, tokens: Sequence[str], edges: frozenset[int]) -> Iterator[tuple[str, Span]]:
        """Every match of every name, in order of beginning."""
        there = set(tokens)
        able = {
            word: [
                (name, pattern)
                for name, pattern in self._by_first.get(word, ())
                if not any(there.isdisjoint(words) for words in pattern.required)
            ]
            for word in there
        }
        dead: dict[int, set[tuple[int, int]]] = {}
        for start, word in enumerate(tokens):
            follows = tokens[start + 1] if start + 1 < len(tokens) else ""
            for name, pattern in able[word]:
                if pattern.second and follows not in pattern.second:
                    continue
                span = pattern.at(tokens, start, edges, dead.setdefault(id(pattern), set()))
                if span is not None:
                    yield name, span


def compiled(text: str, classes: Mapping[str, Phrases], grammar: Grammar) -> Pattern:
    """A pattern from its text; `classes` are the lists it may name.

    Raises `PatternError` with what to change.
    """
    parts = _PART.findall(text)
    if len(parts) > LONGEST:
        raise PatternError(f"{_short(text)} is too long: at most {LONGEST} parts.")
    made = Pattern(text, tuple(_element(part, text, classes, grammar) for part in parts))
    _ = made.firsts  # says now what is wrong with the beginning
    return made


def _element(part: str, text: str, classes: Mapping[str, Phrases], grammar: Grammar) -> Element:
    if part in ("^", "$"):
        return Edge(begin=part == "^")
    if gap := _GAP.fullmatch(part):
        digits = gap[1] or str(ANY)
        if len(digits) > len(str(MOST_ANY)) or int(digits) > MOST_ANY:
            raise PatternError(f"*{digits[:8]} is too far in {_short(text)}: at most *{MOST_ANY}.")
        return Gap(int(digits))
    if found := _PHRASES.fullmatch(part):
        return _bracketed(found[1], text, grammar, optional=bool(found[2]))
    if part.startswith("("):
        raise PatternError(
            f"{_short(part)} in {_short(text)} cannot be read: give each ( its ), put every choice "
            "inside, and leave a space after."
        )
    return _word(part.removesuffix("?"), text, classes, grammar, optional=part.endswith("?"))


def _bracketed(inside: str, text: str, grammar: Grammar, *, optional: bool) -> Phrases:
    """Plain phrases: a sign in there would be read as if it were not."""
    if sign := _SIGNS.search(inside.replace("|", "")):
        raise PatternError(
            f"{sign[0]} in the brackets of {_short(text)} cannot be read: only words and | may "
            "stand there. Take it out of them, or write two patterns."
        )
    return _phrases([tuple(grammar.tokens(one)) for one in inside.split("|")], text, optional)


def _word(
    word: str, text: str, classes: Mapping[str, Phrases], grammar: Grammar, *, optional: bool
) -> Phrases:
    choices: list[tuple[str, ...]] = []
    name = ""
    for choice in word.split("|"):
        if choice.startswith("<") and choice.endswith(">"):
            name = choice.strip("<>")
            if name not in classes:
                raise PatternError(
                    f"{_short(choice)} in {_short(text)} is no class; {_there(classes)}"
                )
            choices += classes[name].phrases
        elif not choice.strip("~") or _SIGNS.search(choice.removeprefix("~")):
            raise PatternError(
                f"{_short(word)} in {_short(text)} cannot be read: signs stand by themselves."
            )
        else:
            choices += _forms(choice, grammar)
    return _phrases(choices, text, optional, name)


def _short(text: str) -> str:
    return repr(text if len(text) <= SHOWN else text[:SHOWN] + "…")


def _there(classes: Mapping[str, Phrases]) -> str:
    return f"there are: {', '.join(sorted(classes))}."


def _forms(entry: str, grammar: Grammar) -> list[tuple[str, ...]]:
    if entry.startswith("~"):
        return [(form,) for form in grammar.forms(entry[1:].lower())]
    return [tuple(grammar.tokens(entry))]


def _phrases(
    choices: Sequence[tuple[str, ...]], text: str, optional: bool, name: str = ""
) -> Phrases:
    if not choices or not all(choices):
        raise PatternError(f"a choice in {_short(text)} is empty: give it a word.")
    lengths = tuple(sorted({len(choice) for choice in choices}, reverse=True))
    return Phrases(frozenset(choices), lengths, name, optional)


def word_class(name: str, entries: Sequence[str], grammar: Grammar) -> Phrases:
    """A named list of words and phrases; `~try` in it stands for every form of it."""
    choices = [choice for entry in entries for choice in _forms(entry, grammar)]
    return _phrases(choices, name, optional=False, name=name)
