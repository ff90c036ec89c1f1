"""Utterances to words through faster-whisper: the only file that imports it.

What is encoded is what was said: CTranslate2 takes windows shorter than the 30 s that
faster-whisper pads everything to, and the encoder's work grows faster than their length.
Temperature is 0 and nothing is carried from one utterance to the next, so the same sound gives
the same words whenever it is asked about.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import numpy as np

from live.errors import ModelMissingError
from live.options import Range
from live.transcribe.guards import GuardOptions, Hearing, believed, refusal
from live.transcribe.phantoms import LanguageNotes
from live.transcribe.transcriber import About, Reply
from live.types import RATE, Pcm, Samples, Track, Utterance, Word, samples

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

Window = Literal["short", "full"]

FULL = 3000
"""Frames of 10 ms that published models were trained on."""
SHORTEST = 1000
"""Frames of the shortest window that is used."""
ROOM = 200
"""Frames a window has beyond the utterance: silence in which the text can end."""
FRAME = RATE // 100
"""Samples in a frame of 10 ms."""
PUNCTUATION = (
    "\"'\u201c\u00bf([{-",
    "\"'.\u3002,\uff0c!\uff01?\uff1f:\uff1a\u201d)]}\u3001",
)
"""What belongs to the word after it, and to the word before it (Whisper's own lists)."""
MOST_TOKENS_S = 12.0
"""Tokens per second beyond which nobody speaks; a loop is cut off there."""


@dataclass(frozen=True, slots=True)
class WordsOptions:
    """How speech is put into words."""

    model: str = "auto"
    """A model's name or folder; `auto` takes the best installed one that keeps up here."""
    language: str = "en"
    """Two letters; English-only models know `en` alone."""
    window: Literal["auto", "short", "full"] = "auto"
    """What finals are computed from; `auto` asks how fast this machine is."""
    verbatim: bool = True
    """Ask for the coach's ums by a short prompt."""
    quiet_dbfs: Annotated[float, Range(-70, -20)] = -45.0
    """Below this level, and under 1 s, there is no prompt: what is hardly heard would be guessed
    after it."""
    beam: Annotated[int, Range(1, 10)] = 1
    """Hypotheses kept side by side. 5 costs half as much again for each token."""
    threads: Annotated[int, Range(0, 64)] = 0
    """Processor threads; 0 leaves two cores free (one at least is used)."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """`auto` uses a graphics card when it works, and leaves it alone when it does not."""

    @property
    def cores(self) -> int:
        """The number of threads in force."""
        return self.threads or max(1, (os.cpu_count() or 1) - 2)


def frames_of(length: int, window: Window) -> int:
    """Frames encoded for an utterance of that many samples: whole seconds, 30 s at most."""
    if window == "full":
        return FULL
    spoken = math.ceil(length / FRAME)
    return min(FULL, max(SHORTEST, math.ceil((spoken + ROOM) / 100) * 100))


class Whisper:
    """A transcriber over one loaded model. Owned by one thread."""

    def __init__(
        self,
        model: WhisperModel,
        options: WordsOptions,
        guards: GuardOptions,
        notes: LanguageNotes,
        about: About,
        forced_tokens_s: float | None = None,
    ) -> None:
        """For measuring, `forced_tokens_s` has so many tokens decoded per second of sound."""
        from faster_whisper.tokenizer import Tokenizer
        from faster_whisper.transcribe import get_suppressed_tokens

        self._model = model
        self._options = options
        self._guards = guards
        self._notes = notes
        self.about = about
        self._forced = forced_tokens_s
        many = model.model.is_multilingual
        self._tokenizer = Tokenizer(
            model.hf_tokenizer,
            many,
            task="transcribe" if many else None,
            language=options.language if many else None,
        )
        self._suppressed = list(get_suppressed_tokens(self._tokenizer, [-1]) or [])
        if forced_tokens_s is not None:
            self._suppressed.append(self._tokenizer.eot)

    def transcribe(self, utterance: Utterance) -> Reply:
        """The words of one utterance, or why there are none.

        Previews use the short window, finals the one that was chosen.
        """
        started = time.perf_counter()
        kept = utterance.final or utterance.early
        full = kept and self.about.window == "full"
        frames = frames_of(len(utterance.sound), "full" if full else "short")
        words, refused = self._words(utterance, frames)
        return Reply(tuple(words), refused, time.perf_counter() - started, frames)

    def _words(self, utterance: Utterance, frames: int) -> tuple[list[Word], str]:
        from faster_whisper.audio import pad_or_trim
        from faster_whisper.transcribe import get_compression_ratio

        content = min(len(utterance.sound) // FRAME, frames)
        if content < 2:  # alignment counts in steps of two frames
            return [], "it was too short"
        sound = utterance.sound.astype(np.float32) / 32_768
        features = self._model.feature_extractor(sound)[:, :content]
        encoded = self._model.encode(pad_or_trim(features, frames))
        tokens, log_probability, no_speech = self._decode(encoded, utterance)
        text = self._tokenizer.decode(tokens).strip()
        if self._forced is None:
            hearing = Hearing(
                text,
                log_probability,
                no_speech,
                get_compression_ratio(text),
                sum(b - a for a, b in utterance.voiced) / RATE,
            )
            refused = refusal(hearing, self._guards, self._notes)
            if refused:
                return [], refused
        heard = self._aligned(encoded, tokens, content, utterance)
        words = believed(heard, utterance, self._guards)
        return words, "" if words else "there was no voice where the words would be"

    def _decode(self, encoded: Any, utterance: Utterance) -> tuple[list[int], float, float]:  # noqa: ANN401
        """Text tokens, their mean log-probability, and how probable it is that nobody spoke."""
        before = self._prompt(utterance)
        prompt = self._model.get_prompt(self._tokenizer, before, without_timestamps=True)
        spoken = len(utterance.sound) / RATE
        wanted = MOST_TOKENS_S * spoken + 8 if self._forced is None else self._forced * spoken
        most = math.ceil(wanted)
        result = self._model.model.generate(
            encoded,
            [prompt],
            beam_size=self._options.beam,
            # The prompt counts, and CTranslate2 leaves it half of this in any case.
            max_length=min(self._model.max_length, max(2 * most, len(prompt) + most)),
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=True,
            suppress_tokens=self._suppressed,
        )[0]
        given = result.sequences_ids[0]
        # The score is a mean without the end of the text, which counts too (as in faster-whisper).
        log_probability = result.scores[0] * len(given) / (len(given) + 1)
        text = [token for token in given if token < self._tokenizer.eot]
        return text, log_probability, result.no_speech_prob

    def _aligned(
        self,
        encoded: Any,  # noqa: ANN401
        tokens: list[int],
        content: int,
        utterance: Utterance,
    ) -> list[Word]:
        """The words of tokens with their times, as cross-attention has them."""
        from faster_whisper.transcribe import merge_punctuations

        found = self._model.find_alignment(self._tokenizer, [tokens], encoded, content)
        aligned = found[0] if found else []
        merge_punctuations(aligned, *PUNCTUATION)
        return [
            Word(
                Samples(utterance.start + samples(float(each["start"]))),
                Samples(utterance.start + samples(float(each["end"]))),
                utterance.track,
                each["word"].strip(),
                float(each["probability"]),
            )
            for each in aligned
            if each["word"].strip()
        ]

    def _prompt(self, utterance: Utterance) -> Sequence[int]:
        """Tokens of text said to come before: ums, so that ums are written down."""
        wanted = self._options.verbatim and utterance.track is Track.COACH
        long = len(utterance.sound) >= RATE
        if not (wanted and long and self._notes.verbatim) or self._quiet(utterance.sound):
            return []
        return list(self._tokenizer.encode(" " + self._notes.verbatim))

    def _quiet(self, sound: Pcm) -> bool:
        power = float(np.mean(np.square(sound.astype(np.float64)))) / 32_768**2
        return 10 * math.log10(power + 1e-12) < self._options.quiet_dbfs


def load(folder: Path, device: Literal["cpu", "cuda"], threads: int) -> WhisperModel:
    """The model in a folder, from the disk alone.

    Raises ModelMissingError when it cannot be loaded; a damaged one may end the process instead.
    """
    # Before the import: nothing of what comes along with it may open a socket.
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    from faster_whisper import WhisperModel

    try:
        return WhisperModel(
            str(folder),
            device=device,
            compute_type="int8" if device == "cpu" else "auto",
            cpu_threads=threads,
            local_files_only=True,
        )
    except Exception as error:  # tokenizers raise nothing narrower
        raise ModelMissingError(
            f"The model in {folder} cannot be loaded.",
            "unhurried models verify says whether it is damaged; unhurried models get mends it.",
        ) from error


def has_card() -> bool:
    """Whether there is a graphics card that CTranslate2 knows; not whether it works."""
    from ctranslate2 import get_cuda_device_count

    return bool(get_cuda_device_count())
