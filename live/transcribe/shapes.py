"""Whisper models of the real sizes with weights that mean nothing, made on the spot.

What a model costs depends on its shape and on how many tokens it decodes, not on what it has
learned. So this machine can be measured before anything is downloaded. Such a model never ends by
itself: whoever measures says how many tokens it decodes and suppresses `END_OF_TEXT`.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from live.errors import OutputError

if TYPE_CHECKING:
    from ctranslate2.specs import common_spec, transformer_spec, whisper_spec

Shape = Literal["tiny.en", "base.en", "small.en"]

END_OF_TEXT = 50_256
"""The token of the real English models that ends a text; the first after the 50,256 of text."""

_START = 50_257
_LANGUAGES = range(50_258, 50_357)
_TASKS = ("<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nocaptions|>")
_TIMESTAMPS = 1501
"""Every 20 ms from 0 to 30 s, the last of the vocabulary."""
_SYMBOLS = (1, 2, *range(7, 11), 14, *range(25, 32), *range(58, 64), *range(90, 94))
"""Of what the published models suppress, those that are a byte alone: quotes, brackets and such."""
_SPREAD = np.sqrt(127 * 128 / 3)
"""Standard deviation of whole numbers spread evenly from -127 to 127."""


@dataclass(frozen=True, slots=True)
class _Size:
    """The numbers of a published model (the table in its paper)."""

    width: int
    layers: int
    """Of the encoder, and as many of the decoder."""
    heads: int
    aligning: tuple[tuple[int, int], ...]
    """Layer and head of the attention that word times are read from, as published with it."""


_SIZES: dict[Shape, _Size] = {
    "tiny.en": _Size(
        384, 4, 6, ((1, 0), (2, 0), (2, 5), (3, 0), (3, 1), (3, 2), (3, 3), (3, 4))
    ),
    "base.en": _Size(512, 6, 8, ((3, 3), (4, 7), (5, 1), (5, 5), (5, 7))),
    "small.en": _Size(
        768,
        12,
        12,
        (
            *((6, 6), (7, 0), (7, 3), (7, 8), (8, 2), (8, 5), (8, 7), (9, 0), (9, 4), (9, 8)),
            *((9, 10), (10, 0), (10, 1), (10, 2), (10, 3), (10, 6), (10, 11), (11, 2), (11, 4)),
        ),
    ),
}  # fmt: skip


def make(shape: Shape, folder: Path, seed: int = 0) -> None:
    """Write a model of that shape into a folder, as faster-whisper and CTranslate2 load it.

    Eight-bit weights; the same seed gives the same files. The sizes on disk are 40, 76 and 247 MB.
    Raises `OutputError` when it cannot be written.
    """
    # Here, because it takes a tenth of a second, and who hears without words needs none of it.
    from ctranslate2.specs import whisper_spec

    size, tokens = _SIZES[shape], _vocabulary()
    spec = whisper_spec.WhisperSpec(size.layers, size.heads, size.layers, size.heads)
    _fill(spec, size, len(tokens), np.random.default_rng(seed))
    spec.register_vocabulary(tokens)
    spec.config.suppress_ids = [*_SYMBOLS, _START, *range(_LANGUAGES.stop, _LANGUAGES.stop + 5)]
    spec.config.suppress_ids_begin = [tokens.index("\u0120"), END_OF_TEXT]
    spec.config.lang_ids = list(_LANGUAGES)
    spec.config.alignment_heads = size.aligning
    spec.validate()
    spec.optimize()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        spec.save(str(folder))
        (folder / "tokenizer.json").write_text(json.dumps(_tokenizer(tokens)), encoding="utf-8")
    except OSError as error:
        raise OutputError(
            f"A model for measuring cannot be written: {error.strerror or error}.",
            "Make room: the largest takes 250 MB while it is there.",
        ) from error


# --- weights ----------------------------------------------------------------------------------


def _fill(
    spec: whisper_spec.WhisperSpec, size: _Size, tokens: int, random: np.random.Generator
) -> None:
    """Put weights into every place that CTranslate2 has for them."""
    width = size.width
    _weigh(spec.encoder.conv1, (width, 80, 3), random)
    _weigh(spec.encoder.conv2, (width, width, 3), random)
    spec.encoder.position_encodings.encodings = _waves(1500, width)
    learned = random.standard_normal((448, width), np.float32) * np.float32(0.01)
    spec.decoder.position_encodings.encodings = learned
    _weigh(spec.decoder.embeddings, (tokens, width), random)
    # The same array: what decodes a token is what encoded it, as in the real ones.
    spec.decoder.projection.weight = spec.decoder.embeddings.weight
    for part in (spec.encoder, spec.decoder):
        _level(part.layer_norm, width)
        for layer in part.layer:
            _fill_layer(layer, width, random)


def _fill_layer(
    layer: transformer_spec.TransformerEncoderLayerSpec
    | transformer_spec.TransformerDecoderLayerSpec,
    width: int,
    random: np.random.Generator,
) -> None:
    # Query, key and value of a voice's attention to itself are one matrix; of the decoder's
    # attention to the encoder, key and value are.
    wide = {"self_attention": (3, 1), "attention": (1, 2, 1)}
    for name, widths in wide.items():
        attention = getattr(layer, name, None)
        if attention is None:
            continue
        _level(attention.layer_norm, width)
        for linear, times in zip(attention.linear, widths, strict=True):
            _weigh(linear, (times * width, width), random)
    _level(layer.ffn.layer_norm, width)
    _weigh(layer.ffn.linear_0, (4 * width, width), random)
    _weigh(layer.ffn.linear_1, (width, 4 * width), random)


def _weigh(
    place: common_spec.LinearSpec | common_spec.Conv1DSpec | common_spec.EmbeddingsSpec,
    shape: tuple[int, ...],
    random: np.random.Generator,
) -> None:
    """Weights of shape (out, in), by which what comes out is about as large as what went in."""
    place.weight = random.integers(-127, 128, shape, np.int8)
    # A scale for each row, none like another: CTranslate2 writes equal ones once and then does not
    # find the others.
    unlike = random.uniform(0.9, 1.1, shape[0]) * np.sqrt(np.prod(shape[1:]))
    place.weight_scale = (_SPREAD * unlike).astype(np.float32)
    if hasattr(place, "bias"):
        place.bias = np.zeros(shape[0], np.float32)


def _level(norm: common_spec.LayerNormSpec, width: int) -> None:
    norm.gamma, norm.beta = np.ones(width, np.float32), np.zeros(width, np.float32)


def _waves(positions: int, width: int) -> NDArray[np.float32]:
    """Whisper's sinusoids, shape (positions, width)."""
    rates = np.exp(-np.log(10_000) / (width // 2 - 1) * np.arange(width // 2))
    angles = np.arange(positions)[:, None] * rates
    return np.concatenate([np.sin(angles), np.cos(angles)], axis=1).astype(np.float32)


# --- vocabulary -------------------------------------------------------------------------------


def _vocabulary() -> list[str]:
    """Every token by its number, those that are no text where the real models have them."""
    text = [*_bytes(), *("".join(pair) for pair in _merges())]
    special = ["<|endoftext|>", "<|startoftranscript|>", "<|en|>"]
    special += [f"<|language{number}|>" for number in range(1, len(_LANGUAGES))]
    special += [*_TASKS, "<|notimestamps|>"]
    return [*text, *special, *(f"<|{index * 0.02:.2f}|>" for index in range(_TIMESTAMPS))]


def _bytes() -> list[str]:
    """The sign that stands for each byte, in the order of GPT-2."""
    printed = [*range(33, 127), *range(161, 173), *range(174, 256)]
    return [*map(chr, printed), *map(chr, range(256, 256 + 256 - len(printed)))]


def _merges() -> Iterator[tuple[str, str]]:
    """Which two tokens make a third; two thirds begin a word, as in the real ones."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    pairs = [first + second for first, second in itertools.product(letters, letters)]
    begun = ["\u0120" + letter for letter in letters]
    short = [first + rest for first, rest in itertools.product(begun, pairs)]
    yield from itertools.product("\u0120", letters)
    yield from itertools.product(letters, letters)
    yield from itertools.product(begun, pairs)
    yield from itertools.islice(itertools.product(short, pairs), 16_000)
    made = 256 + len(begun) + len(pairs) + len(short) + 16_000
    yield from itertools.islice(itertools.product(pairs, pairs), END_OF_TEXT - made)


def _tokenizer(tokens: list[str]) -> dict[str, Any]:
    """What the `tokenizers` library reads: byte-level pairs, and tokens that are no text."""
    traits = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized"), False)
    special = range(END_OF_TEXT, len(tokens))
    levels = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True}
    return {
        "version": "1.0",
        "added_tokens": [
            {"id": token, "content": tokens[token], "special": token < 50_363} | traits
            for token in special
        ],
        "pre_tokenizer": levels | {"use_regex": True},
        "decoder": levels | {"use_regex": True},
        "model": {
            "type": "BPE",
            "vocab": {text: token for token, text in enumerate(tokens[:END_OF_TEXT])},
            "merges": [" ".join(pair) for pair in _merges()],
        },
    }
