"""Whether a sentence was over: from its last words, from its last syllables, from both."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.detect.completeness import UNKNOWN, SoundOptions, Unit, by_sound, by_words, fuse
from live.detect.lexicon import timing_words, token
from live.types import Ending

LISTS = timing_words()


def judged(text: str) -> Unit:
    return by_words(tuple(token(part) for part in text.split()), LISTS)


@pytest.mark.parametrize(
    "text",
    [
        "i went home because",
        "they keep all the",
        "i was full of",
        "and then she was",
        "we talked and um",
        "it was the gar-",
        "and i asked him if we",
        "and if it works",
        "it was the political",
        "they keep all the yeah",
    ],
)
def test_an_open_end_is_unfinished_and_holds_the_floor(text):
    unit = judged(text)
    assert unit.complete is False
    assert unit.thinking
    assert unit.sign


@pytest.mark.parametrize(
    "text",
    [
        "and that was it",
        "i gave it to him",
        "we talked about everything",
        "that is what i want to do",
        "yes i do",
        "i like it i think",
        "yeah yeah",
    ],
)
def test_a_closing_is_finished(text):
    assert judged(text).complete is True


@pytest.mark.parametrize("text", ["i walked home with my brother", "it felt like a big trap"])
def test_a_noun_says_nothing_and_holds_nothing(text):
    unit = judged(text)
    assert unit.complete is None
    assert not unit.thinking


@pytest.mark.parametrize("text", ["i don't know", "what should i do i don't know", "so yeah"])
def test_what_often_hands_over_is_a_weak_sign(text):
    unit = judged(text)
    assert unit.weak
    assert unit.thinking


def test_what_follows_i_do_not_know_is_stronger_than_it():
    assert not judged("i don't know um").weak


def test_nothing_said_is_nothing_known():
    assert judged("") is UNKNOWN


@given(
    st.lists(st.sampled_from(sorted(LISTS.conjunctions | LISTS.fillers | LISTS.ratify | {"x-"})))
)
def test_every_judgement_says_its_sign(words):
    unit = by_words(tuple(words), LISTS)
    assert unit.sign
    assert unit.thinking or unit.complete is not False


def ending(slope, level, last=1.0):
    return Ending(slope, level, 0.0, last)


def test_a_voice_that_falls_low_has_finished():
    assert by_sound(ending(-20.0, -2.0), SoundOptions()).complete is True
    assert by_sound(ending(0.0, -5.0), SoundOptions()).complete is True


def test_a_voice_that_stays_level_in_its_middle_has_not():
    unit = by_sound(ending(0.0, 0.0), SoundOptions())
    assert unit.complete is False
    assert unit.thinking


def test_a_fall_that_stays_high_is_no_final_fall():
    assert by_sound(ending(-20.0, 4.0), SoundOptions()).complete is not True


def test_a_lengthened_last_syllable_is_a_sign_of_its_own():
    assert "lengthened" in by_sound(ending(0.0, 0.0, last=2.5), SoundOptions()).sign
    assert "lengthened" not in by_sound(ending(0.0, 0.0, last=1.0), SoundOptions()).sign


@pytest.mark.parametrize("unknown", [None, ending(None, 0.0), ending(0.0, None)])
def test_what_was_not_measured_is_not_judged(unknown):
    assert by_sound(unknown, SoundOptions()) is UNKNOWN


def test_words_decide_where_they_can_and_the_voice_where_they_cannot():
    fall, level = (
        by_sound(ending(-20.0, -4.0), SoundOptions()),
        by_sound(ending(0.0, 0.0), SoundOptions()),
    )
    assert fuse(judged("and that was it"), level).complete is True
    assert fuse(judged("because the"), fall).complete is False
    assert fuse(judged("i walked home with my brother"), level) is level
    assert fuse(judged("i walked home with my brother"), UNKNOWN).complete is None
    assert fuse(judged("i don't know"), level).weak
