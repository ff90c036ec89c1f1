"""The program's words on their way to the windows."""

from __future__ import annotations

from collections.abc import Callable


class Voice:
    """The program's words on their way to the windows (`live.app.speaking.Speaks`)."""

    can_ask = False
    """Whoever has to agree is asked on the start panel, before."""

    def __init__(
        self,
        notice: Callable[[str], None],
        problem: Callable[[str, str], None],
        secret: Callable[[str], str | None],
    ) -> None:
        self._notice = notice
        self.problem = problem
        self.secret = secret
        self._told: set[str] = set()

    def notice(self, text: str, *, once: bool = False) -> None:
        """A sentence for the coach."""
        if not (once and text in self._told):
            self._told.add(text)
            self._notice(text)

    def line(self, text: str) -> None:
        """The same as a notice."""
        self._notice(text)

    def flush(self) -> None:
        """Nothing waits here."""

    def meter(self, text: str) -> None:
        """Windows have meters of their own."""

    def ask(self, question: str) -> str | None:
        """Nothing is asked while a session begins."""
        return None

    def agrees(self, question: str) -> bool:
        """The same."""
        return False
