"""What a transcriber is: utterances in, words with times out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from live.types import Utterance, Word


@dataclass(frozen=True, slots=True)
class Reply:
    """What was heard in an utterance."""

    words: tuple[Word, ...] = ()
    """In order, inside the utterance; empty where nothing was said or nothing can be believed."""
    refused: str = ""
    """Why what was heard is not believed, in words a coach can read; empty when it is."""
    seconds: float = 0.0
    """How long the machine worked on it."""
    frames: int = 0
    """Length of the encoded window in frames of 10 ms."""


@dataclass(frozen=True, slots=True)
class About:
    """What a loaded transcriber says of itself."""

    window: str = ""
    """What finals are computed from: short or full."""
    device: str = ""
    """Where it computes: cpu or cuda."""
    measured: tuple[float, float] | None = None
    """Seconds for the standard utterance in the short and the full window, if measured now."""


class Transcriber(Protocol):
    """Puts utterances into words, one after another. The same utterance gives the same words."""

    @property
    def about(self) -> About:
        """What it is."""

    def transcribe(self, utterance: Utterance) -> Reply:
        """The words of one utterance."""
