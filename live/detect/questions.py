"""Whether something was asked: a first small list of forms, without relying on punctuation."""

from __future__ import annotations

from collections.abc import Sequence

from live.detect.lexicon import TimingWords, Tokens, ends_with, find, starts_with, tokens
from live.types import Word


def asks(words: Sequence[Word], lists: TimingWords) -> bool:
    """Whether there is a question, or an invitation that asks like one, among the words."""
    if any("?" in word.text for word in words):
        return True
    said = tokens(words)
    asked = any(_asks_at(said, i, lists) for i in range(len(said)))
    return asked or ends_with(said, lists.tags) or _invites(said, lists)


def _asks_at(said: Tokens, at: int, lists: TimingWords) -> bool:
    """A question begins here: "what would", "do you", or a question word that opens a clause."""
    opens = at == 0 or all(t in lists.lead_in for t in said[:at]) or said[at - 1] in lists.lead_in
    if said[at] in lists.question_openers:
        inverted = at + 1 < len(said) and said[at + 1] in lists.auxiliaries
        return inverted or (opens and said[at] != "when")
    return opens and starts_with(said[at:], lists.question_forms)


def _invites(said: Tokens, lists: TimingWords) -> bool:
    return any(find(said, phrase) >= 0 for phrase in lists.invitations)
