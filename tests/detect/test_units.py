"""Words as tokens, clauses and questions."""

from __future__ import annotations

import pytest
from detect.lines import WORDS, said
from hypothesis import given
from hypothesis import strategies as st

from live.detect.units import questions


def asked(text, **more):
    unit = said(text, **more)
    return [
        (" ".join(unit.tokens[q.start : q.end]), q.is_open) for q in questions(unit, WORDS.grammar)
    ]


def test_contractions_are_written_out_and_fillers_left_out():
    assert said("Um, that's, uh, what I'd say, y- you know.").tokens == (
        "that", "is", "what", "i", "would", "say", "you", "know",
    )  # fmt: skip


def test_words_begun_twice_count_once():
    assert said("I I think the the idea").tokens == ("i", "think", "the", "idea")


def test_all_right_is_one_word():
    assert said("all right then").tokens == ("alright", "then")


def test_the_words_of_tokens_are_found_again():
    unit = said("well, that's um a really good point")
    assert [word.text for word in unit.said(1, 5)] == ["that's", "um", "a", "really"]


def test_a_pause_ends_a_clause():
    unit = said("that is good i think", pause_at=[3])
    assert unit.clause(0) == (0, 3)
    assert unit.clause(3) == (3, 5)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("so what could you do", [("what could you do", True)]),
        ("and how did that feel for you", [("how did that feel for you", True)]),
        ("how many hours a day do you work", [("how many hours a day do you work", True)]),
        ("a bad choice and what made it bad", [("what made it bad", True)]),
        ("have you told him", [("have you told him", False)]),
        ("is that right", [("is that right", False)]),
        ("you feel sad?", [("you feel sad", False)]),
        ("you could leave right", [("you could leave right", False)]),
        ("do you know what is going on", [("do you know what is going on", False)]),
        ("i wonder what you mean", []),
        ("that is what i mean", []),
        ("i think what you did is fine", []),
        ("when i was young", []),
        ("what you are saying is that you are tired", []),
        ("tell me how that felt", []),
        ("what a nice day", []),
        (
            "how do you feel and what will your son say",
            [("how do you feel and", True), ("what will your son say", True)],
        ),
    ],
)
def test_questions_are_heard_without_punctuation(text, expected):
    assert asked(text) == expected


@given(st.text(max_size=200))
def test_any_text_is_a_unit(text):
    if not text.split():
        return
    unit = said(text)
    assert len(unit.origin) == len(unit.tokens)
    assert unit.hard[0] == 0
    assert unit.hard[-1] == len(unit.tokens)
    for q in questions(unit, WORDS.grammar):
        assert 0 <= q.start < q.end <= len(unit.tokens)
