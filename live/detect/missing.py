"""Flags that rest on sound which was not there: a device was gone and silence stood in for it."""

from __future__ import annotations

from live.kinds import KINDS, Needs
from live.types import Flag, Gap, Lacking, Samples, Track, samples

REASON = "one of the two voices was not heard then"
_BEFORE = samples(1.0)
"""What was said so long before a moment decides about it, too: whether the client had the turn."""


class Missing:
    """Where sound is missing, as far as is known, and what that makes doubtful."""

    def __init__(self) -> None:
        self._gaps: list[tuple[Samples, Samples]] = []
        self._open: dict[Track, Samples] = {}

    def note(self, event: Gap | Lacking) -> None:
        """Sound is missing from here on, or was and is there again."""
        if isinstance(event, Lacking):
            self._open.setdefault(event.track, event.start)
            return
        self._open.pop(event.track, None)
        self._gaps.append((event.start, event.end))

    def spoils(self, flag: Flag) -> bool:
        """Whether a flag may be about the silence that stood in. What was said stays said."""
        if KINDS[flag.kind].needs is Needs.TEXT:
            return False
        start, end = flag.start - _BEFORE, max(flag.end, flag.decided)
        if any(since < end for since in self._open.values()):
            return True
        return any(begin < end and over > start for begin, over in self._gaps)
