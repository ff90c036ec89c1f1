"""The passphrase: where it comes from, how it is asked for, and what is too short."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Protocol

from live.errors import LockedError
from live.options import Range

VARIABLE = "UNHURRIED_PASSPHRASE"
"""The environment variable that is used instead of asking, for scripts and computers without a
screen."""


class Asks(Protocol):
    """Whoever can ask a person."""

    def secret(self, question: str) -> str | None:
        """What was typed unseen; None where nobody can be asked, or nobody answered."""

    def notice(self, text: str) -> None:
        """Something they should know."""


class NoPassphraseError(LockedError):
    """Nobody can be asked here, or nobody answered."""

    def __init__(self) -> None:
        super().__init__(
            "No passphrase was given.",
            f"Set {VARIABLE}, or run unhurried key passphrase in a terminal.",
        )


@dataclass(frozen=True, slots=True)
class PassphraseOptions:
    """What is asked of a passphrase."""

    shortest: Annotated[int, Range(8, 128)] = 12
    """Characters. Four short words have as many, which at one guess a 0.2 s outlast a thief."""
    tries: Annotated[int, Range(1, 100)] = 3
    """So often it may be typed wrong. It keeps nobody out; it ends a script that goes on asking."""


def from_environment() -> str | None:
    """The passphrase that was set beforehand, if any."""
    return _same_everywhere(os.environ.get(VARIABLE, "")) or None


def ask(asks: Asks, question: str) -> str | None:
    """A passphrase that exists, as it was typed."""
    typed = asks.secret(question)
    return None if typed is None else _same_everywhere(typed)


def chosen(asks: Asks, options: PassphraseOptions, *, preset: bool = True, why: str = "") -> str:
    """A new passphrase: out of the environment where `preset` allows it, or asked for twice.

    `why` stands before the question: what the passphrase stands in for.

    Raises `NoPassphraseError`, and `LockedError` when no good one comes in all tries.
    """
    given = from_environment() if preset else None
    if given is not None:
        if problem := _weakness(given, options):
            raise LockedError(f"{VARIABLE} cannot be used: {problem}", "Choose a longer one.")
        return given
    for left in reversed(range(options.tries)):
        typed, problem = _typed_twice(asks, options, why)
        if not problem:
            return typed
        if left:
            asks.notice(f"{problem} Once more, please.")
    raise LockedError(f"No passphrase was set. {problem}", "Take four or five words you remember.")


def _typed_twice(asks: Asks, options: PassphraseOptions, why: str) -> tuple[str, str]:
    """What was typed, and what is wrong with it."""
    first = ask(asks, f"{why}A new passphrase, four words or more (it is not shown):")
    if first is None:
        raise NoPassphraseError
    if problem := _weakness(first, options):
        return first, problem
    second = ask(asks, "The same again:")
    if second is None:
        raise NoPassphraseError
    return first, "" if first == second else "The two were not the same."


def _weakness(passphrase: str, options: PassphraseOptions) -> str:
    """What is wrong with a passphrase, as a sentence; empty when nothing is."""
    if len(passphrase.strip()) < options.shortest:
        return f"A passphrase has at least {options.shortest} characters, as four short words have."
    return ""


def _same_everywhere(passphrase: str) -> str:
    """The same bytes from every keyboard: an accented letter may come as one sign or as two."""
    return unicodedata.normalize("NFC", passphrase)
