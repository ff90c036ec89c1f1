"""What a detector is: it hears edges, feels time pass, reads words, and gives flags."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import ClassVar, Protocol

from live.types import Edge, Flag, Samples, Status, samples

SETTLE = samples(0.3)
"""By then every edge is known: 0.2 s of bridging, a frame, and the lag of detection."""
UNIT = samples(15.0)
"""How far back the words of an unfinished unit are looked for; it may span long pauses."""
SLACK = samples(0.15)
"""Word times and voice edges of the same speech differ by no more than this."""


@dataclass(frozen=True, slots=True)
class Settled:
    """All words that end up to here are final, on both tracks."""

    until: Samples


FINAL = Settled(Samples(2**62))
"""Every word there will be is final."""


class Detector(Protocol):
    """Made anew for each session. The conversation it was given is up to date when it is called.

    A detector decides from sound first; words revise. A flag it gives again with the same id
    replaces the earlier one.
    """

    kinds: ClassVar[frozenset[str]]
    """What it can notice."""

    def hear(self, edge: Edge) -> Iterable[Flag]:
        """A voice began or stopped. Edges come in the order in which they become known."""

    def clock(self, now: Samples) -> Iterable[Flag]:
        """Everything that falls due up to `now`; called before an edge that is known at `now`."""

    def read(self, settled: Settled) -> Iterable[Flag]:
        """The words of the conversation are final up to `settled.until`."""

    def finish(self, end: Samples) -> Iterable[Flag]:
        """The session is over at `end`; all words are final."""


def withdrawn(flag: Flag, when: Samples, reason: str) -> Flag:
    """The flag, kept with the reason and no longer counted."""
    return replace(flag, status=Status.WITHDRAWN, revised=when, reason=reason)


def revised(before: Flag, after: Flag, when: Samples, reason: str) -> Flag:
    """What words made of a flag: the same moment, decided when sound decided it."""
    flag = replace(after, id=before.id, decided=before.decided)
    if (before.kind, before.cls) == (flag.kind, flag.cls):
        return flag
    return replace(flag, status=Status.REVISED, revised=when, reason=reason)
