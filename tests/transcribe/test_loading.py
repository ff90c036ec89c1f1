"""How a worker makes its transcriber: which device, which window, and what it measures."""

from __future__ import annotations

import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hub import small_model

from live.errors import ModelMissingError
from live.transcribe.guards import GuardOptions
from live.transcribe.loading import FULL_WITHIN_S, TOKENS_S, LoadWhisper
from live.transcribe.phantoms import LanguageNotes
from live.transcribe.shapes import make
from live.transcribe.transcriber import About
from live.transcribe.whisper import Whisper, WordsOptions, load
from live.types import RATE, Samples, Track, Utterance


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of the smallest published size; what it would say means nothing."""
    folder = tmp_path_factory.mktemp("tiny")
    make("tiny.en", folder)
    return folder


def loads(folder: Path, **options) -> LoadWhisper:
    return LoadWhisper(folder, WordsOptions(threads=1, **options), GuardOptions())


def utterance(length_s: float) -> Utterance:
    n = round(length_s * RATE)
    sound = np.random.default_rng(1).integers(-3000, 3000, n).astype(np.int16)
    return Utterance(Samples(0), Track.COACH, sound, ((Samples(0), Samples(n)),))


def test_it_is_small_enough_to_be_sent_to_a_process(tiny):
    one = loads(tiny)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - our own
    assert len(pickle.dumps(one)) < 5000


@pytest.mark.parametrize("window", ["short", "full"])
def test_a_window_that_was_chosen_is_not_measured(tiny, window):
    assert loads(tiny, window=window)().about == About(window, "cpu")


@pytest.mark.parametrize(
    ("full_s", "window"), [(FULL_WITHIN_S, "full"), (FULL_WITHIN_S + 0.01, "short")]
)
def test_what_was_measured_earlier_decides_on_the_window(tiny, full_s, window):
    made = replace(loads(tiny), measured=(0.1, full_s))()
    assert made.about == About(window, "cpu", (0.1, full_s))


def test_what_was_never_measured_is_measured_and_decides(tiny):
    about = loads(tiny)().about
    assert about.measured is not None
    short, full = about.measured
    assert 0 < short < full  # three times as much is encoded
    assert about.window == ("full" if full <= FULL_WITHIN_S else "short")


def test_without_a_graphics_card_the_processor_is_used_and_asking_for_one_is_a_mistake(tiny):
    import ctranslate2

    if ctranslate2.get_cuda_device_count():
        pytest.skip("there is a graphics card here")
    assert loads(tiny, window="short", device="auto")().about.device == "cpu"
    with pytest.raises(ModelMissingError, match="graphics card") as caught:
        loads(tiny, window="short", device="cuda")()
    assert caught.value.hint
    assert replace(loads(tiny, window="short", device="cuda"), device="cpu")().about.device == "cpu"


DAMAGES = ["nothing", "truncated", "no weights of it", "no tokenizer", "damaged tokenizer"]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_model_that_cannot_be_loaded_is_a_sentence(tiny, tmp_path, damage):
    if damage == "no weights of it":
        small_model(tmp_path)
    elif damage != "nothing":
        for path in tiny.iterdir():
            (tmp_path / path.name).symlink_to(path)
    if damage == "truncated":
        (tmp_path / "model.bin").unlink()
        (tmp_path / "model.bin").write_bytes((tiny / "model.bin").read_bytes()[:1_000_000])
    if "tokenizer" in damage:
        (tmp_path / "tokenizer.json").unlink()
    if damage == "damaged tokenizer":
        (tmp_path / "tokenizer.json").write_text("{")
    with pytest.raises(ModelMissingError) as caught:
        loads(tmp_path, window="short")()
    assert str(tmp_path) in str(caught.value)
    assert "unhurried models verify" in caught.value.hint


def test_a_measurement_decodes_as_many_tokens_as_conversation_has(tiny):
    """Half of them would make this computer look quicker than it is."""
    whisper = Whisper(
        load(tiny, "cpu", 1),
        WordsOptions(threads=1),
        GuardOptions(),
        LanguageNotes(),
        About("short"),
        TOKENS_S,
    )
    decoded = []
    decode = whisper._decode

    def counted(*arguments):
        result = decode(*arguments)
        decoded.append(len(result[0]))
        return result

    whisper._decode = counted
    for length_s in (1.0, 5.0, 8.0):
        whisper.transcribe(utterance(length_s))
    assert decoded == [4, 20, 32]


def test_the_same_utterance_gives_the_same_words_whatever_came_before(tiny):
    whisper = loads(tiny, window="short")()
    one, other = utterance(2.0), utterance(3.0)
    first = whisper.transcribe(one)
    whisper.transcribe(other)
    again = whisper.transcribe(one)
    assert (again.words, again.refused, again.frames) == (first.words, first.refused, first.frames)
