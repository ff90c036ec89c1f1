"""Level meters as one line of text."""

from __future__ import annotations

from collections.abc import Mapping

from live.types import Track

WIDTH = 16
_LOW_DB, _HIGH_DB = -60.0, 0.0


def bar(level_db: float) -> str:
    """A level from -60 to 0 dB of full scale."""
    share = (min(max(level_db, _LOW_DB), _HIGH_DB) - _LOW_DB) / (_HIGH_DB - _LOW_DB)
    full = round(share * WIDTH)
    return "#" * full + "." * (WIDTH - full)


def meters(levels: Mapping[Track, float], left_s: float) -> str:
    """Both people and the seconds left. Of one width, so that it can be written over itself."""
    each = "   ".join(f"{track} [{bar(levels[track])}] {levels[track]:4.0f} dB" for track in Track)
    return f"  {each}   {left_s:3.0f} s"
