"""How a worker process makes its transcriber: which device, which window."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from live.errors import ModelMissingError
from live.transcribe.guards import GuardOptions
from live.transcribe.phantoms import LanguageNotes, language_notes
from live.transcribe.transcriber import About
from live.transcribe.whisper import Whisper, WordsOptions, has_card, load
from live.types import RATE, Samples, Track, Utterance

FULL_WITHIN_S = 0.6
"""The full window keeps up when the standard utterance takes no longer than this: with the pause
that ends an utterance, and a request in progress, the words are there after 1.5 s."""
STANDARD_S = 5.0
"""Length of the standard utterance, which is what a coach says at a time, more or less."""
TOKENS_S = 4.0
"""Tokens in a second of conversation."""


@dataclass(frozen=True, slots=True)
class LoadWhisper:
    """Loads a model when called; small enough to be sent to another process."""

    folder: Path
    options: WordsOptions
    guards: GuardOptions
    device: Literal["auto", "cpu"] = "auto"
    """`auto` tries a graphics card first, if there is one; `cpu` never touches it."""
    measured: tuple[float, float] | None = None
    """What an earlier session measured here, in the short and the full window."""

    def __call__(self) -> Whisper:
        """Load the model; measure it when the window depends on that.

        Raises ModelMissingError when it cannot be loaded.
        """
        device = self._device()
        model = load(self.folder, device, self.options.cores)
        notes = language_notes(self.options.language)

        def whisper(window: str, measured: tuple[float, float] | None) -> Whisper:
            about = About(window, device, measured)
            return Whisper(model, self.options, self.guards, notes, about)

        if self.options.window != "auto":
            return whisper(self.options.window, None)
        measured = self.measured or self._measure(model)
        return whisper("full" if measured[1] <= FULL_WITHIN_S else "short", measured)

    def _measure(self, model: object) -> tuple[float, float]:
        return (
            measure(model, self.options, self.guards, "short"),
            measure(model, self.options, self.guards, "full"),
        )

    def _device(self) -> Literal["cpu", "cuda"]:
        if self.device == "cpu" or self.options.device == "cpu":
            return "cpu"
        if not _cuda_works(self.folder, self.options):
            if self.options.device == "cuda":
                raise ModelMissingError(
                    "The graphics card cannot be used for words here.",
                    "Leave words.device at auto, or check its CUDA and cuDNN libraries.",
                )
            return "cpu"
        return "cuda"


def _cuda_works(folder: Path, options: WordsOptions) -> bool:
    """Whether a graphics card is there and really computes: libraries may be missing."""
    if not has_card():
        return False
    try:
        measure(load(folder, "cuda", 1), options, GuardOptions(), "short", rounds=1)
    except (ModelMissingError, RuntimeError, ValueError, OSError):
        return False
    return True


def measure(
    model: object,
    options: WordsOptions,
    guards: GuardOptions,
    window: Literal["short", "full"],
    rounds: int = 2,
) -> float:
    """Seconds this machine needs for the standard utterance; the best of the rounds."""
    whisper = Whisper(model, options, guards, LanguageNotes(), About(window), TOKENS_S)
    return min(_timed(whisper) for _ in range(rounds))


def _timed(whisper: Whisper) -> float:
    length = round(STANDARD_S * RATE)
    sound = np.random.default_rng(1).integers(-3000, 3000, length).astype(np.int16)
    utterance = Utterance(
        Samples(0), Track.CLIENT, sound, ((Samples(0), Samples(length)),), final=True
    )
    started = time.perf_counter()
    whisper.transcribe(utterance)
    return time.perf_counter() - started
