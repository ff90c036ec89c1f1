"""What a detector is: it hears edges, feels time pass, reads words, and gives flags."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from live.types import Edge, Flag, Samples


@dataclass(frozen=True, slots=True)
class Settled:
    """All words that end up to here are final, on both tracks."""

    until: Samples


class Detector(Protocol):
    """Made anew for each session. The conversation it was given is up to date when it is called.

    A detector decides from sound first; words revise. A flag it gives again with the same id
    replaces the earlier one.
    """

    def hear(self, edge: Edge) -> Iterable[Flag]:
        """A voice began or stopped. Edges come in the order in which they become known."""

    def clock(self, now: Samples) -> Iterable[Flag]:
        """Everything that falls due up to `now`; called before an edge that is known at `now`."""

    def read(self, settled: Settled) -> Iterable[Flag]:
        """The words of the conversation are final up to `settled.until`."""

    def finish(self, end: Samples) -> Iterable[Flag]:
        """The session is over at `end`; all words are final."""
