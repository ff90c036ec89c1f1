"""Whoever stands between the program and a person: the terminal, or the windows."""

from __future__ import annotations

from typing import Protocol


class Speaks(Protocol):
    """Says things to a person and asks them; `live.app.terminal.Terminal` is one."""

    @property
    def can_ask(self) -> bool:
        """Whether somebody can answer."""

    def notice(self, text: str, *, once: bool = False) -> None:
        """Something a person should know."""

    def problem(self, what: str, hint: str) -> None:
        """Something went wrong: what happened, and what to do."""

    def line(self, text: str) -> None:
        """One line of a result."""

    def flush(self) -> None:
        """Say what has come so far."""

    def meter(self, text: str) -> None:
        """One line that is written over again and again."""

    def ask(self, question: str) -> str | None:
        """What a person answers; None when nobody does."""

    def agrees(self, question: str) -> bool:
        """Whether a person says yes; anything else is a no."""

    def secret(self, question: str) -> str | None:
        """The same as `ask` for what must not be seen on the screen."""
