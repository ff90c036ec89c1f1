"""The shipped sample model, decoded by stock faster-whisper."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sample import espeak
from sample.model import check, heldout
from sample.model.check import passage, unspoken
from sample.model.decode import MODEL, Decoder
from sample.model.renderings import KeptBack
from sample.model.score import Timed, matched, score
from sample.model.speech import OWN_SPEED, Talker
from sample.render import OWN, RATE
from sample.script import read, words_of

LARGEST_BYTES = 10_000_000
QUIET_AT_S = 72.0
"""Nobody speaks in the session around this moment."""


@pytest.fixture(scope="module")
def decoder() -> Decoder:
    return Decoder()


def test_the_whole_folder_is_small() -> None:
    files = [path for path in MODEL.iterdir() if path.is_file()]
    assert {"model.bin", "config.json", "tokenizer.json", "vocabulary.json", "README.md"} <= {
        path.name for path in files
    }
    assert sum(path.stat().st_size for path in files) < LARGEST_BYTES


def test_the_card_begins_by_saying_what_it_understands() -> None:
    first = next(
        line
        for line in (MODEL / "README.md").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    )
    assert "understands the sample session only" in first.lower()


def test_every_word_of_the_session_is_one_token(decoder: Decoder) -> None:
    words = {word for line in read() for word in words_of(line.text)}
    assert [w for w in words if len(decoder.tokenizer.encode(f" {w}")) != 1] == []


def test_it_is_taken_for_an_english_model(decoder: Decoder) -> None:
    assert not decoder.model.model.is_multilingual
    assert decoder.tokenizer.sot_sequence == [decoder.tokenizer.sot]
    assert decoder.tokenizer.timestamp_begin == decoder.tokenizer.no_timestamps + 1


def test_the_session_is_understood_and_its_words_are_in_time(decoder: Decoder) -> None:
    total, answers = passage(decoder, *check.session(), full=False)
    assert total.words == 1097
    assert total.error_rate <= 0.08
    assert total.onset_error <= 0.150
    assert [answer.words for answer in answers if answer.no_speech > 0.2] == []


def test_the_whole_window_gives_the_same(decoder: Decoder) -> None:
    part = check.beginning(*check.session(), QUIET_AT_S)
    total, answers = passage(decoder, *part, full=True)
    assert total.words == 244
    assert total.error_rate <= 0.08
    assert total.onset_error <= 0.150
    assert [answer.words for answer in answers if answer.no_speech > 0.2] == []


def test_a_prompt_does_not_throw_it(decoder: Decoder) -> None:
    part = check.beginning(*check.session(), QUIET_AT_S)
    total, _ = passage(decoder, *part, full=False, prompt=check.VERBATIM)
    assert total.error_rate <= 0.08


def test_other_renderings_in_noise_are_understood(decoder: Decoder) -> None:
    total, _ = passage(decoder, *check.shipped(), full=False)
    assert total.words > 300
    assert total.error_rate <= 0.15
    assert total.onset_error <= 0.150


def test_sound_without_speech_is_called_that(decoder: Decoder) -> None:
    low = [
        (name, answer)
        for name, sound in unspoken(count=4)
        if (answer := decoder.decode(sound).no_speech) <= 0.6
    ]
    assert low == []


@pytest.mark.skipif(not espeak.available(), reason="needs espeak-ng (Debian: libespeak-ng1)")
def test_training_may_not_say_what_the_session_or_the_check_says() -> None:
    talker = Talker()
    kept_back = KeptBack(talker)
    session = set(talker.calls)
    assert len(session) > 150
    assert [call for call in session if kept_back.allows(call)] == []
    near = {replace(call, speed=call.speed + 3, pitch=call.pitch - 2) for call in session}
    assert [call for call in near if kept_back.allows(call)] == []
    assert kept_back.allows(replace(min(session, key=str), speed=205))

    heldout.session_voices(talker, 1, 25, lines=20)
    heldout.new_voices(talker, 1, 25, lines=20)
    for call in talker.calls - session:
        own = [each.speed for each in OWN.values() if each.phonemes == call.text]
        assert call.speed > own[0] + OWN_SPEED if own else not kept_back.allows(call)


def test_faster_whispers_own_loop_gives_the_same_words(decoder: Decoder) -> None:
    """The folder needs nothing of the project's: the plain call works on it."""
    tracks, truth = check.session()
    line = truth["utterances"][2]
    first, last = round((line["start"] - 0.2) * RATE), round((line["end"] + 0.3) * RATE)
    segments, _ = decoder.model.transcribe(
        tracks[0 if line["track"] == "coach" else 1, first:last],
        beam_size=1,
        temperature=0.0,
        condition_on_previous_text=False,
        without_timestamps=True,
        word_timestamps=True,
    )
    words = [word for segment in segments for word in segment.words or ()]
    assert [word.word.strip() for word in words] == line["text"].split()
    assert words[-1].end <= (last - first) / RATE


def test_errors_are_words_changed_left_out_and_put_in() -> None:
    assert matched("abcd", "axcde") == (2, [(0, 0), (2, 2), (3, 3)])
    assert matched([], ["a"]) == (1, [])
    assert matched(["a"], []) == (1, [])


def test_onsets_are_compared_for_words_that_were_heard() -> None:
    said = [Timed(1.0, "good"), Timed(1.5, "morning"), Timed(2.5, "you")]
    heard = [Timed(1.1, "good", first=True), Timed(1.45, "morning"), Timed(9.0, "there")]
    total = score(said, heard)
    assert (total.words, total.errors) == (3, 1)
    assert total.onset_error == pytest.approx(0.075)
