"""What somebody said in one go, as rules look at it: tokens, clauses, questions.

Punctuation helps where there is some, and nothing rests on it: recognisers leave it out or guess.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from live.detect.grammar import Grammar
from live.types import Samples, Track, Word, samples

PAUSE = samples(0.5)
"""Own silence after which a new clause begins, whatever the words say."""
_ENDS = re.compile(r"(?<![.?!;:])[.?!;:]+[\"')\]]*$|…$")


@dataclass(frozen=True, slots=True)
class Question:
    """A question, from its first token to where it ends."""

    start: int
    end: int
    is_open: bool
    checks: bool = False
    """It asks only whether something is so, or will do: "is that right"."""
    by_mark: bool = False
    """Only its question mark or its tag tells."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Words of one voice without a long pause, as tokens."""

    track: Track
    words: tuple[Word, ...]
    tokens: tuple[str, ...]
    origin: tuple[int, ...]
    """For each token, which word it comes from."""
    edges: frozenset[int]
    """Where clauses begin or end: before the token of that number."""
    hard: tuple[int, ...]
    """Those of them that pauses and punctuation make, in order; 0 and the end among them."""
    asked: frozenset[int]
    """Tokens that a question mark ends."""

    @property
    def start(self) -> Samples:
        """Where its first word begins."""
        return self.words[0].start

    @property
    def end(self) -> Samples:
        """Where its last word ends."""
        return max(word.end for word in self.words)

    def said(self, start: int, end: int) -> tuple[Word, ...]:
        """The words of tokens [start, end)."""
        return self.words[self.origin[start] : self.origin[end - 1] + 1]

    def clause(self, token: int) -> tuple[int, int]:
        """The stretch between pauses and full stops that a token stands in."""
        index = bisect_right(self.hard, token)
        return self.hard[index - 1], self.hard[min(index, len(self.hard) - 1)]


def unit(words: Sequence[Word], grammar: Grammar) -> Unit:
    """The words of one voice as a unit; fillers and words begun twice are left out."""
    tokens: list[str] = []
    origin: list[int] = []
    hard = {0}
    asked: set[int] = set()
    for index, word in enumerate(words):
        if index and word.start - words[index - 1].end >= PAUSE:
            hard.add(len(tokens))
        for token in grammar.tokens(word.text):
            if token in grammar.fillers or token.endswith("-"):
                continue
            if _stutters(tokens, token, hard, grammar):
                continue
            if tokens and (whole := grammar.compounds.get((tokens[-1], token))):
                tokens[-1] = whole
                continue
            tokens.append(token)
            origin.append(index)
        if _ENDS.search(word.text):
            hard.add(len(tokens))
            if "?" in word.text and tokens:
                asked.add(len(tokens) - 1)
    hard.add(len(tokens))
    soft = _soft_edges(tokens, hard, grammar)
    ordered = tuple(sorted(hard))
    return Unit(
        words[0].track,
        tuple(words),
        tuple(tokens),
        tuple(origin),
        frozenset(hard | soft),
        ordered,
        frozenset(asked),
    )


def _stutters(tokens: Sequence[str], token: str, hard: set[int], grammar: Grammar) -> bool:
    begun = bool(tokens) and tokens[-1] == token and token in grammar.stutters
    return begun and len(tokens) not in hard


def _soft_edges(tokens: Sequence[str], hard: set[int], grammar: Grammar) -> set[int]:
    """After what leads in to a clause, and before what joins one."""
    found = {index for index, token in enumerate(tokens) if token in grammar.joins}
    led: set[int] = set()
    for begin in sorted(hard | found):
        at = begin
        while at not in led and (step := _lead(tokens, at, grammar)):
            led.add(at)
            at += step
            found.add(at)
    return found


def _lead(tokens: Sequence[str], at: int, grammar: Grammar) -> int:
    for length in (3, 2, 1):
        if tuple(tokens[at : at + length]) in grammar.lead_in and at + length <= len(tokens):
            return length
    return 0


def questions(said: Unit, grammar: Grammar) -> list[Question]:
    """The questions in a unit, in order."""
    starts: list[tuple[int, bool]] = []
    tokens = said.tokens
    for at in range(len(tokens)):
        if _asks_wh(said, at, grammar):
            starts.append((at, tokens[at] in grammar.open))
        elif _checks(said, at, grammar) or (
            _asks_yes_no(said, at, grammar) and not _inside(starts, at)
        ):
            starts.append((at, False))
    found: list[Question] = []
    for number, (start, is_open) in enumerate(starts):
        end = said.clause(start)[1]
        if number + 1 < len(starts):
            end = min(end, starts[number + 1][0])
        if end > start:
            found.append(Question(start, end, is_open, _checks(said, start, grammar)))
    return _with_marks(said, found, grammar)


def _inside(starts: Sequence[tuple[int, bool]], at: int) -> bool:
    """Whether a yes-no question is a part of the one before it: "what would you"."""
    return bool(starts) and at - starts[-1][0] <= _WH_REACH


_SUBJECT_REACH = 20
"""Tokens in which a clause with a question word turns out to be a subject."""
_LONGEST_CHECK = 8
"""Words of the longest question that only checks."""
_WH_REACH = 5
"""Tokens between a question word and its verb: "how many hours a day do"."""


def _asks_wh(said: Unit, at: int, grammar: Grammar) -> bool:
    tokens = said.tokens
    if tokens[at] not in grammar.wh:
        return False
    rest = tokens[at + 1 : min(said.clause(at)[1], at + _WH_REACH + 3)]
    begins = at in said.edges
    inverted = rest[:1] and rest[0] in grammar.do and rest[1:2] and rest[1] in grammar.subject
    if not begins and tokens[at - 1] in grammar.embedding:
        return bool(inverted)  # "I wonder what you did" is none, "that was me what did I miss" is
    if rest[:1] in (("about",), ("if",), ("else",), ("for",), ("come",)) and tokens[at] in (
        "what", "how", "who", "where",
    ):  # fmt: skip
        return begins
    for reach, token in enumerate(rest[:_WH_REACH]):
        follows = rest[reach + 1 : reach + 2]
        if token in grammar.aux or (follows and grammar.inverts(token, follows[0])):
            if tokens[at] == "when" and reach:
                return False
            turned = bool(follows) and (follows[0] in grammar.subject or follows[0] == "not")
            if turned and reach == 0 and tokens[at] == "what" and not begins:
                return _is_about_you(rest)
            # "what is important here", "who is there": the question word is the subject.
            return turned or (begins and reach == 0 and tokens[at] != "when")
        if begins and reach == 0 and tokens[at] == "what" and token not in grammar.subject:
            # "what made it bad", "what happened"; but "what helps me is a walk" tells
            end = said.clause(at)[1]
            later = tokens[at + 3 : min(end, at + _SUBJECT_REACH)]
            return grammar.be.isdisjoint(later) or end - 1 in said.asked
        if token in grammar.subject and token not in grammar.noun_parts:
            return False
    return begins and len(rest) <= 1  # "why", "what else"


def _is_about_you(rest: Sequence[str]) -> bool:
    """In the middle of a clause "what is it" may be anything, "what do you" is a question."""
    return rest[1:2] == ("you",)


def _asks_yes_no(said: Unit, at: int, grammar: Grammar) -> bool:
    tokens = said.tokens
    if at not in said.edges:
        return False
    after = tokens[at + 1 : at + 3]
    if after[:1] == ("not",):
        after = after[1:]
    return bool(after) and grammar.asks_first(tokens[at], after[0])


def _checks(said: Unit, at: int, grammar: Grammar) -> bool:
    """The last words of a clause that ask by themselves: "is it so", "same time next week"."""
    end = said.clause(at)[1]
    return end - at <= _LONGEST_CHECK and said.tokens[at:end] in grammar.checks


def _with_marks(said: Unit, found: list[Question], grammar: Grammar) -> list[Question]:
    """A question mark, or a tag at the end, makes a question of a clause that shows none."""
    marked = {said.clause(token) for token in said.asked}
    for number, end in enumerate(said.hard[1:], 1):
        clause = (said.hard[number - 1], end)
        tagged = any(tuple(said.tokens[end - len(tag) : end]) == tag for tag in grammar.tags)
        if tagged and end - clause[0] > 2:
            marked.add(clause)
    begun = {said.clause(q.start) for q in found}
    for start, end in marked - begun:
        if end > start:
            is_open = said.tokens[start] in grammar.open
            found.append(Question(start, end, is_open, by_mark=True))
    return sorted(found, key=lambda q: q.start)
