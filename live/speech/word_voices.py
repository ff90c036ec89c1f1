"""Word times to edges: voices when there is no sound, only words with times."""

from __future__ import annotations

from collections.abc import Iterable

from live.types import Edge, Samples, Track, Word, samples

BRIDGE = samples(0.2)
"""Gaps between words up to this are inside a stretch."""


def edges_of(words: Iterable[Word]) -> list[Edge]:
    """The edges of both voices, in the order in which they become known.

    A voice is known to begin when its first word does, and to stop when 0.2 s have passed
    without another, as it would from sound.
    """
    spans: dict[Track, list[tuple[Samples, Samples]]] = {track: [] for track in Track}
    for word in sorted(words, key=lambda w: (w.start, w.end)):
        mine = spans[word.track]
        if mine and word.start - mine[-1][1] <= BRIDGE:
            mine[-1] = (mine[-1][0], max(mine[-1][1], word.end))
        else:
            mine.append((word.start, word.end))
    over = max((end for stretches in spans.values() for _, end in stretches), default=Samples(0))
    edges = [
        edge
        for track, stretches in spans.items()
        for start, end in stretches
        if end > start
        for edge in (
            Edge(start, start, track, speaking=True),
            Edge(end, min(Samples(end + BRIDGE), over), track, speaking=False),
        )
    ]
    return sorted(edges, key=lambda e: (e.known, e.at, e.track))
