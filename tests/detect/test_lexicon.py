"""Words are compared without case, punctuation and hyphens; lists are what they say."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from script import said

from live.detect.lexicon import (
    LANGUAGES,
    ends_with,
    find,
    starts_with,
    text_of,
    timing_words,
    token,
    tokens,
)
from live.resources import shipped
from live.types import Samples, Track, Word


@pytest.fixture(scope="module")
def lists():
    return timing_words()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Okay,", "okay"),
        ("mm-hmm", "mmhmm"),
        ("don\u2019t", "don't"),
        ("\u201cwhat?\u201d", "what"),
        ("becau-", "becau-"),
        ("becau--", "becau-"),
        ("...", ""),
        ("-", ""),
        ("'cause", "'cause"),
    ],
)
def test_a_word_is_compared_by_its_bare_form(text, expected):
    assert token(text) == expected


@given(st.text(max_size=20))
def test_any_text_has_a_bare_form_which_is_its_own(text):
    assert token(token(text)) == token(text)


def test_a_text_of_several_words_gives_several_tokens():
    word = Word(Samples(0), Samples(1), Track.COACH, "I don't know.")
    assert tokens([word]) == ("i", "don't", "know")
    assert tokens([Word(Samples(0), Samples(1), Track.COACH, "...")]) == ()


def test_phrases_are_found_where_they_stand():
    words = ("so", "can", "i", "just", "quickly", "pause", "you")
    assert find(words, ("can", "i")) == 1
    assert find(words, ("can", "i", "*", "pause")) == 1
    assert find(words, ("can", "*", "pause")) == -1, "a star stands for two words at most"
    assert find(words, ("pause", "*", "you")) == 5
    assert find((), ("so",)) == -1
    assert starts_with(words, [("so", "can")])
    assert not starts_with(words, [("can",)])
    assert ends_with(words, [("pause", "you")])
    assert not ends_with(("you",), [("pause", "you")])


@pytest.mark.parametrize(
    "text", ["mm-hmm", "Yeah, yeah.", "I see", "that's right yeah", "of course", "okay ye- yeah"]
)
def test_listening_sounds_are_made_of_nothing_else(lists, text):
    assert lists.only_backchannels(tuple(token(part) for part in text.split()))


@pytest.mark.parametrize("text", ["yeah but", "i", "see", "right now", "of", "", "ye-"])
def test_more_than_listening_is_not_listening(lists, text):
    assert not lists.only_backchannels(tuple(token(part) for part in text.split()))


def test_content_leaves_out_listening_fillers_and_cut_off_words(lists):
    assert lists.content(("yeah", "um", "so", "wha-", "what", "happened")) == 3


def test_the_words_of_a_line_are_a_text():
    assert text_of(said("0-1 coach so what happened?")) == "so what happened?"


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_every_word_of_the_lists_can_be_matched(language):
    """An entry that is not in its own bare form could never be found."""
    path = shipped("models") / "lexicon" / language / "timing.toml"
    for name, section in tomllib.loads(path.read_text(encoding="utf-8")).items():
        if isinstance(section, str):
            continue
        assert section["source"], name
        for key, entries in section.items():
            if key == "source":
                continue
            for entry in entries:
                parts = entry.split()
                assert parts, (name, key)
                assert [p for p in parts if p != "*" and token(p) != p] == [], (name, entry)
