"""Questions are told by their words: recognised speech has no reliable punctuation."""

from __future__ import annotations

import pytest
from script import said

from live.detect.lexicon import timing_words
from live.detect.questions import asks

LISTS = timing_words()


@pytest.mark.parametrize(
    "text",
    [
        "what would you like to do",
        "okay so how was that for you",
        "and do you see him often",
        "is there anything else",
        "who else was there",
        "you were alone?",
        "that was hard isn't it",
        "tell me more about that",
        "i wonder who that was",
        "you said no and what did he say",
    ],
)
def test_a_question_asks(text):
    assert asks(said(f"0-2 coach {text}"), LISTS)


@pytest.mark.parametrize(
    "text",
    [
        "you were at home with your sister",
        "when you came home it was late",
        "i see that this is hard",
        "we have ten minutes left",
        "thank you for telling me",
        "take all the time you need",
    ],
)
def test_a_statement_does_not(text):
    assert not asks(said(f"0-2 coach {text}"), LISTS)


def test_silence_asks_nothing():
    assert not asks([], LISTS)
