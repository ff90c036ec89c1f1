"""Two hearings of the same utterances: what differs is counted as a person would."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.transcribe.compare import Comparison, distance, plain
from live.transcribe.transcriber import About, Reply
from live.types import Samples, Track, Utterance, Word

WORDS = st.lists(st.sampled_from(["so", "what", "now", "um"]), max_size=8)


@pytest.mark.parametrize(
    ("one", "other", "far"),
    [
        ("so what now", "so what now", 0),
        ("so what now", "so now", 1),
        ("so what now", "so um what now", 1),
        ("so what now", "so that now", 1),
        ("", "so what", 2),
        ("what so", "so what", 2),
    ],
)
def test_changes_losses_and_additions_are_counted(one, other, far):
    assert distance(one.split(), other.split()) == far


@given(WORDS, WORDS, WORDS)
def test_it_is_a_distance(one, other, third):
    assert distance(one, one) == 0
    assert distance(one, other) == distance(other, one)
    assert abs(len(one) - len(other)) <= distance(one, other) <= max(len(one), len(other))
    assert distance(one, third) <= distance(one, other) + distance(other, third)


class Saying:
    """A transcriber that always says the same."""

    def __init__(self, text: str, seconds: float) -> None:
        self.about = About()
        self._text = text
        self._seconds = seconds

    def transcribe(self, utterance: Utterance) -> Reply:
        words = (
            Word(Samples(n), Samples(n + 1), utterance.track, text)
            for n, text in enumerate(self._text.split())
        )
        return Reply(tuple(words), seconds=self._seconds)


def utterance(*, final: bool = True) -> Utterance:
    sound = np.zeros(32_000, np.int16)
    return Utterance(Samples(0), Track.COACH, sound, ((Samples(0), Samples(32_000)),), final)


def test_writing_does_not_count():
    reply = Saying("Well, that's IT!", 0).transcribe(utterance())
    assert plain(reply) == ["well", "that's", "it"]


def test_both_are_asked_for_each_final_and_none_for_a_preview():
    desk = Comparison(Saying("so what now", 0.1), Saying("so what, um, now", 0.4))
    for final in (True, False, True):
        desk.ask(utterance(final=final))
    assert (desk.words, desk.differing) == (8, 2)
    assert desk.seconds_each() == (0.1, 0.4)
    assert desk.spoken_s == 4.0
    assert desk.collect(Track.COACH, Samples(9)).words == ()
