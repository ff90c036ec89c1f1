"""A source that changes how another one arrives, and is in everything else that source."""

from __future__ import annotations

from live.audio.source import AudioSource
from live.types import Samples


class Through:
    """The names, notices and end of the source behind it; how it is iterated is the heir's."""

    def __init__(self, source: AudioSource) -> None:
        self._source = source

    @property
    def name(self) -> str:
        """As the source says."""
        return self._source.name

    @property
    def kind(self) -> str:
        """As the source says."""
        return self._source.kind

    @property
    def duration(self) -> Samples | None:
        """As the source says, in session time and not in waiting time."""
        return self._source.duration

    @property
    def notices(self) -> list[str]:
        """The source's own list."""
        return self._source.notices

    def close(self) -> None:
        """Close the source."""
        self._source.close()
