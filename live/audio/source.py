"""What every origin of sound promises: two tracks at 16 kHz that advance together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from live.types import AudioBlock, Gap, Lacking, Samples


class AudioSource(Protocol):
    """Two tracks of sound from anywhere; microphones and files look the same from here.

    Iterating gives the blocks of both tracks, each track consecutive from 0 without a hole,
    the two never more than 2 s apart and equally long at the end. A `Gap` tells that silence
    stands in for something: it comes before the first block that contains this silence, and
    the silence itself is in the blocks like any sound. Of devices nobody knows before how long
    it will be: there a `Lacking` comes first, and the `Gap` when it is over. What goes wrong on
    the way is a `RecordingError` or a `DeviceError`.
    """

    @property
    def name(self) -> str:
        """What the person calls it: a file's name without its folders."""

    @property
    def kind(self) -> str:
        """Where it comes from: "recording", "sample", "live"."""

    @property
    def duration(self) -> Samples | None:
        """The best estimate before reading, for a progress bar; None when nothing is known."""

    @property
    def notices(self) -> list[str]:
        """Sentences for the person about this sound; the list grows while it is read."""

    def __iter__(self) -> Iterator[AudioBlock | Gap | Lacking]: ...

    def close(self) -> None:
        """Let go of files and devices, also in the middle of reading. May be called twice."""
