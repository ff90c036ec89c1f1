"""Models for the measurements of words: of the real sizes, watched, and made to go on decoding.

With weights that mean nothing a text neither ends nor means anything. So every candidate decodes
the same number of tokens, that of real speech, and only what it costs is looked at.
"""

from __future__ import annotations

import itertools
import math
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from live.transcribe.guards import GuardOptions
from live.transcribe.phantoms import LanguageNotes, language_notes
from live.transcribe.shapes import END_OF_TEXT, Shape, make
from live.transcribe.transcriber import About
from live.transcribe.whisper import Whisper, Window, WordsOptions, load
from live.types import RATE, Audio

# Not imported here: a worker process that finds `LoadForced` in this file would have it even
# where the product has not.
if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.transcribe import Segment

TOKENS_S = 4.0
"""Tokens decoded per second of sound. Conversational English has 2.5 to 3 words a second and 1.3
tokens a word."""
PARTS = ("encode", "generate", "align")
"""The calls into CTranslate2 that an utterance costs; features and Python are the rest."""


@contextmanager
def shaped(shape: Shape) -> Iterator[Path]:
    """The folder of a model of that size, as long as it is needed."""
    with tempfile.TemporaryDirectory() as folder:
        make(shape, Path(folder))
        yield Path(folder)


class Stopwatch:
    """Stands before a CTranslate2 model and adds up what each call takes, in seconds."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.spent: Counter[str] = Counter()
        self.windows: list[int] = []
        """Frames of each encoded window."""
        self.tokens = 0
        """Decoded so far."""

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._model, name)
        return self._timed(name, value) if name in PARTS else value

    def _timed(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            result = call(*args, **kwargs)
            self.spent[name] += time.perf_counter() - began
            if name == "encode":
                self.windows.append(args[0].shape[-1])
            if name == "generate":
                self.tokens += sum(len(each.sequences_ids[0]) for each in result)
            return result

        return timed


def watched(folder: Path, threads: int) -> tuple[WhisperModel, Stopwatch]:
    """A model loaded as the product loads it, and what watches it."""
    model = load(folder, "cpu", threads)
    model.model = Stopwatch(model.model)
    return model, model.model


def product(model: WhisperModel, window: Window, threads: int) -> Whisper:
    """The product's transcriber, without the prompt for ums, which stock has not."""
    options = WordsOptions(threads=threads, verbatim=False, device="cpu")
    return Whisper(model, options, GuardOptions(), LanguageNotes(), About(window), TOKENS_S)


@dataclass(frozen=True, slots=True)
class LoadForced:
    """What a worker process makes: the product's transcriber, with its prompt, made to go on."""

    folder: Path
    window: Window
    threads: int

    def __call__(self) -> Whisper:
        """Load the model."""
        options = WordsOptions(threads=self.threads, device="cpu")
        model = load(self.folder, "cpu", self.threads)
        notes, about = language_notes("en"), About(self.window, "cpu")
        return Whisper(model, options, GuardOptions(), notes, about, TOKENS_S)


def sample_options(window: Window) -> WordsOptions:
    """What the product sets for the sample model, which does not know the words of the prompt."""
    return WordsOptions(window=window, device="cpu", verbatim=False)


def tokens_in(samples: int) -> int:
    """How many tokens are decoded for so much speech."""
    return math.ceil(TOKENS_S * samples / RATE)


def stock(model: WhisperModel, sound: Audio, tokens: int | None) -> list[Segment]:
    """`WhisperModel.transcribe` with word times, greedy, nothing carried over.

    `tokens`: so many are decoded, of the first window alone: where the text means nothing, stock
    takes words that end early for a reason to hear the rest once more. None: as the model ends.
    """
    forced: dict[str, Any] = {}
    if tokens is not None:
        # CTranslate2 decodes half of what prompt (two tokens) and text may be together.
        forced = {"max_new_tokens": max(1, 2 * tokens - 2), "suppress_tokens": [-1, END_OF_TEXT]}
    segments, _ = model.transcribe(
        sound,
        language="en",
        beam_size=1,
        temperature=0.0,
        word_timestamps=True,
        without_timestamps=True,
        condition_on_previous_text=False,
        no_speech_threshold=None,
        log_prob_threshold=None,
        compression_ratio_threshold=None,
        **forced,
    )
    return list(segments if tokens is None else itertools.islice(segments, 1))
