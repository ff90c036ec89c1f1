"""How late a device's sound comes, seen over seconds: the only thing known of its clock.

A callback runs when its sound is over or later, never earlier, so the least late one of some
seconds says where the device's clock is, however busy the computer was.
"""

from __future__ import annotations

from collections import deque

_STEP_S = 0.25


class Lateness:
    """The least lateness of each quarter of a second, in samples; older than `span_s` is let go."""

    def __init__(self, span_s: float) -> None:
        self._span_s = span_s
        self._least: deque[tuple[float, int]] = deque()
        self._since = 0.0
        self._known: dict[float, int] = {}
        """What was found since the newest observation."""

    def begin(self, moment: float) -> None:
        """Nothing is known any more; it is `moment` now."""
        self._least.clear()
        self._known.clear()
        self._since = moment

    def observe(self, moment: float, late: int) -> None:
        """A callback came at `moment`, so many samples after its sound should have."""
        if self._least and moment - self._least[-1][0] < _STEP_S:
            begun, least = self._least[-1]
            if late >= least:
                return
            self._least[-1] = begun, late
        else:
            self._least.append((moment, late))
        self._known.clear()
        while moment - self._least[0][0] > self._span_s:
            self._least.popleft()

    def least(self, span_s: float) -> int:
        """The least of the last seconds; 0 before there was any."""
        if not self._least:
            return 0
        if span_s not in self._known:
            since = self._least[-1][0] - span_s
            self._known[span_s] = min(late for begun, late in self._least if begun >= since)
        return self._known[span_s]

    def lasts(self, moment: float) -> float:
        """Seconds since it began."""
        return moment - self._since
