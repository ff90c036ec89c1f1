"""What the overlay and the windows look like, and by which keys they are reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from live.options import Range


@dataclass(frozen=True, slots=True)
class ScreenOptions:
    """How what is shown looks."""

    language: Literal["auto", "en", "de"] = "auto"
    """The language of windows and cues; "auto" follows the system."""
    theme: Literal["auto", "light", "dark", "contrast"] = "auto"
    """Colours; "auto" follows the system."""
    text_size: Annotated[float, Range(0.8, 2.5)] = 1.0
    """Times the usual size."""
    motion: Literal["full", "reduced"] = "full"
    """"reduced": cues are there and gone without a fade."""
    opacity: Annotated[float, Range(0.75, 1.0)] = 0.92
    """Of the overlay's surface; at less, words cannot be told from a bright screen behind them."""
    hide_from_sharing: bool = True
    """Whether the overlay is left out of a shared screen, where the system can do that."""


@dataclass(frozen=True, slots=True)
class KeyOptions:
    """Keys that work whichever window is in front, where the system allows it; empty: none."""

    snooze: str = "ctrl+alt+s"
    """Puts cues to sleep, and wakes them."""
    hide: str = "ctrl+alt+h"
    """Takes everything off the screen, and brings it back."""
    on_purpose: str = "ctrl+alt+p"
    """Says of the last moment that it was meant."""
    mark: str = "ctrl+alt+m"
    """Marks this moment, to come back to it."""
