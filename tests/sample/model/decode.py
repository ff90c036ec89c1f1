"""Decoding as the product does it: one request, one window, greedy, word times by attention."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from sample.render import RATE, Sound

MODEL = Path(__file__).resolve().parents[3] / "models" / "sample" / "whisper"
FRAMES = 100
"""Frames of features in a second."""
FULL_S, SHORT_S, ROOM_S = 30, 10, 2
"""The full window, the least short one, and what is left free after the sound."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A word; seconds from the beginning of the request."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """What came back."""

    words: tuple[Heard, ...]
    log_probability: float
    """Mean of the tokens, end of text among them."""
    no_speech: float


class Decoder:
    """Stock faster-whisper around one model folder."""

    def __init__(self, folder: Path = MODEL) -> None:
        self.model = WhisperModel(
            str(folder), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True
        )
        self.tokenizer = Tokenizer(self.model.hf_tokenizer, self.model.model.is_multilingual)

    def decode(self, sound: Sound, full: bool = False, prompt: str = "") -> Decoded:
        """Words of a request of up to 10 s at 16 kHz; `prompt` is what was said before."""
        tokenizer = self.tokenizer
        features = self.model.feature_extractor(sound)[:, : len(sound) // 160]
        frames = features.shape[1]
        window = FULL_S if full else max(SHORT_S, -(-frames // FRAMES) + ROOM_S)
        padded = np.zeros((len(features), window * FRAMES), np.float32)
        padded[:, :frames] = features
        encoded = self.model.encode(padded)
        before = [tokenizer.sot_prev, *tokenizer.encode(f" {prompt}")] if prompt else []
        (result,) = self.model.model.generate(
            encoded,
            [[*before, *tokenizer.sot_sequence, tokenizer.no_timestamps]],
            beam_size=1,
            max_length=200,
            return_scores=True,
            return_no_speech_prob=True,
        )
        tokens = result.sequences_ids[0]
        score = result.scores[0] * len(tokens) / (len(tokens) + 1)
        (timed,) = self.model.find_alignment(tokenizer, [tokens], encoded, frames) or [[]]
        words = [Heard(float(w["start"]), float(w["end"]), w["word"].strip()) for w in timed]
        return Decoded(tuple(word for word in words if word.text), score, result.no_speech_prob)


def decibels(ratio_db: float) -> float:
    """A ratio of amplitudes."""
    return float(10 ** (ratio_db / 20))


def with_noise(sound: Sound, snr_db: float, random: np.random.Generator) -> Sound:
    """White noise under the sound."""
    level = np.sqrt(np.mean(sound**2)) * decibels(-snr_db)
    return (sound + level * random.standard_normal(len(sound))).astype(np.float32)


def seconds(samples: int) -> float:
    """Samples at 16 kHz."""
    return samples / RATE
