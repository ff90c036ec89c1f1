"""Models for measuring: of the real sizes, loaded like real ones, decoding as much as is asked."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import ctranslate2
import numpy as np
import pytest
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer

from live.errors import OutputError
from live.transcribe.shapes import END_OF_TEXT, make

SIZES = {"tiny.en": 39, "base.en": 74, "small.en": 244}
"""Millions of weights, as published."""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> WhisperModel:
    folder = tmp_path_factory.mktemp("tiny")
    make("tiny.en", folder)
    return WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=1)


@pytest.fixture(scope="module")
def encoded(tiny: WhisperModel) -> ctranslate2.StorageView:
    return tiny.encode(np.zeros((80, 1000), np.float32))


def decoded(model: WhisperModel, encoded: ctranslate2.StorageView, tokens: int) -> list[int]:
    """So many tokens after the prompt for text without times."""
    prompt = [END_OF_TEXT + 1, 50_362]
    # CTranslate2 decodes half of `max_length` at most, so that a prompt may take the other.
    (result,) = model.model.generate(
        encoded,
        [prompt],
        beam_size=1,
        max_length=2 * tokens,
        suppress_tokens=[-1, END_OF_TEXT],
        return_scores=True,
    )
    assert np.isfinite(result.scores[0])
    return result.sequences_ids[0]


@pytest.mark.parametrize("shape", SIZES)
def test_a_shape_has_the_published_number_of_weights_at_a_byte_each(shape, tmp_path):
    make(shape, tmp_path)
    size = (tmp_path / "model.bin").stat().st_size
    assert size == pytest.approx(SIZES[shape] * 1e6, rel=0.04)


def test_it_loads_as_an_english_model(tiny):
    assert not tiny.model.is_multilingual
    assert tiny.hf_tokenizer.get_vocab_size() == 51_864


def test_what_is_no_text_has_the_numbers_of_the_real_models(tiny):
    tokenizer = Tokenizer(tiny.hf_tokenizer, multilingual=False)
    assert (tokenizer.eot, tokenizer.sot) == (END_OF_TEXT, 50_257)
    assert (tokenizer.transcribe, tokenizer.sot_prev) == (50_358, 50_360)
    assert (tokenizer.no_speech, tokenizer.no_timestamps) == (50_361, 50_362)
    assert tiny.hf_tokenizer.token_to_id("<|30.00|>") == 51_863
    assert tiny.hf_tokenizer.token_to_id("\u0120") == 220


def test_any_text_goes_through_its_tokens_and_back(tiny):
    tokenizer = Tokenizer(tiny.hf_tokenizer, multilingual=False)
    text = " Well, \"naïve\" - it's 3 o'clock… um"
    assert tokenizer.decode(tokenizer.encode(text)) == text


@pytest.mark.parametrize("frames", [1000, 3000])
def test_it_encodes_half_as_many_positions_as_frames(tiny, frames):
    encoded = tiny.encode(np.zeros((80, frames), np.float32))
    assert encoded.shape == [1, frames // 2, 384]
    assert np.isfinite(np.asarray(encoded)).all()


@pytest.mark.parametrize("tokens", [1, 8, 32])
def test_it_decodes_exactly_as_many_tokens_as_it_is_made_to(tiny, encoded, tokens):
    ids = decoded(tiny, encoded, tokens)
    assert len(ids) == tokens
    assert max(ids) < END_OF_TEXT


def test_it_finds_a_place_for_every_token(tiny, encoded):
    ids = decoded(tiny, encoded, 8)
    (alignment,) = tiny.model.align(encoded, [END_OF_TEXT + 1], [ids], [1000])
    rows = [row for row, _ in alignment.alignments]
    assert rows == sorted(rows)
    assert set(rows) == set(range(len(ids) + 1))


def test_the_stock_recogniser_works_with_it(tiny):
    sound = np.random.default_rng(1).normal(0, 0.05, 32_000).astype(np.float32)
    segments, _ = tiny.transcribe(
        sound,
        language="en",
        beam_size=1,
        temperature=0.0,
        word_timestamps=True,
        without_timestamps=True,
        suppress_tokens=[-1, END_OF_TEXT],
        max_new_tokens=2 * 8 - 2,
        log_prob_threshold=None,
        compression_ratio_threshold=None,
    )
    segment = next(iter(segments))
    assert len(segment.tokens) == 8
    assert segment.words is not None


def test_the_same_seed_gives_the_same_model_and_another_another(tmp_path):
    folders = {"one": 1, "again": 1, "other": 2}
    for name, seed in folders.items():
        make("tiny.en", tmp_path / name, seed)
    hashes = {
        name: hashlib.sha256((tmp_path / name / "model.bin").read_bytes()).hexdigest()
        for name in folders
    }
    assert hashes["one"] == hashes["again"] != hashes["other"]


def test_word_times_are_read_from_the_attention_the_real_model_names(tmp_path):
    make("base.en", tmp_path)
    config = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    assert config["alignment_heads"] == [[3, 3], [4, 7], [5, 1], [5, 5], [5, 7]]


def test_a_place_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path):
    (tmp_path / "taken").write_text("a file where a folder should be")
    with pytest.raises(OutputError, match="cannot be written"):
        make("tiny.en", tmp_path / "taken")
