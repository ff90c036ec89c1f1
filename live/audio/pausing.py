"""A source that nobody listens to for a while: what is said meanwhile is not there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from live.audio.source import AudioSource
from live.audio.through import Through
from live.types import AudioBlock, Gap, Lacking, Samples, Track


class Pausing(Through):
    """An `AudioSource` without what came while `paused` said yes.

    The session's clock stands still meanwhile, so that a pause is no silence that anybody held.
    The two tracks lose the same stretch.
    """

    def __init__(self, source: AudioSource, paused: Callable[[], bool]) -> None:
        super().__init__(source)
        self._paused = paused
        self.lacking: set[Track] = set()
        """Tracks for which silence stands in just now."""

    def __iter__(self) -> Iterator[AudioBlock | Gap | Lacking]:
        ends = dict.fromkeys(Track, 0)
        left_out = 0
        since: int | None = None
        for event in self._source:
            if isinstance(event, Lacking):
                self.lacking.add(event.track)
                yield replace(event, start=Samples(event.start - left_out))
                continue
            if isinstance(event, Gap):
                # One that reaches into a pause, or out of it, is as long as what is left of it.
                end = (event.end if since is None else min(event.end, since)) - left_out
                start = min(event.start - left_out, end)
                if start < end or event.track in self.lacking:
                    yield replace(event, start=Samples(start), end=Samples(end))
                self.lacking.discard(event.track)
                continue
            # Only where both tracks have come equally far can something be cut out of both.
            if len(set(ends.values())) == 1 and (since is not None) != self._paused():
                at = ends[event.track]
                if since is None:
                    since = at
                else:
                    left_out += at - since
                    since = None
            ends[event.track] = event.end
            if since is None:
                yield replace(event, start=Samples(event.start - left_out))
