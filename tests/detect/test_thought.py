"""A silence that is the client's own, as it is seen while it lasts."""

from __future__ import annotations

import pytest

from live.conversation import Conversation
from live.detect.completeness import SoundOptions
from live.detect.held import HeldOptions
from live.detect.lexicon import timing_words
from live.detect.thought import thinks
from live.types import Edge, Track, Word, samples

CLIENT, COACH = Track.CLIENT, Track.COACH


def talk(*turns: tuple[Track, float, float, str]) -> Conversation:
    """Who spoke from when to when, and with which words, spread evenly."""
    made = Conversation()
    for track, start, end, text in turns:
        made.voices[track].hear(Edge(samples(start), samples(start), track, speaking=True))
        made.voices[track].hear(Edge(samples(end), samples(end + 0.2), track, speaking=False))
        words = text.split()
        step = (end - start) / max(1, len(words))
        made.said[track].read(
            [
                Word(samples(start + i * step), samples(start + (i + 0.9) * step), track, word)
                for i, word in enumerate(words)
            ]
        )
    return made


def own(made: Conversation, at_s: float) -> bool:
    return thinks(
        made, timing_words("en"), SoundOptions(), samples(at_s), samples(1.0), HeldOptions()
    )


@pytest.mark.parametrize("text", ["i just wanted to um", "he looked at me and", "i am not"])
def test_inside_an_unfinished_thought_it_is_theirs_after_a_second(text):
    made = talk((CLIENT, 0, 4, text))

    assert not own(made, 4.9)
    assert own(made, 5.0)


def test_after_a_finished_thought_it_is_theirs_when_nobody_has_ended_it():
    made = talk((CLIENT, 0, 4, "my son was waiting for me"))

    assert not own(made, 5.5)
    assert own(made, 7.0)


def test_after_the_coach_it_is_not():
    made = talk((CLIENT, 0, 4, "i just wanted to um"), (COACH, 6, 7, "what then"))

    assert not own(made, 5.9 + 5)


def test_it_goes_when_somebody_speaks():
    made = talk((CLIENT, 0, 4, "i just wanted to um"))
    made.voices[COACH].hear(Edge(samples(6), samples(6), COACH, speaking=True))

    assert own(made, 5.9)
    assert not own(made, 6.2)


def test_a_silence_without_end_is_nobodys():
    made = talk((CLIENT, 0, 4, "i just wanted to um"))

    assert own(made, 16.0)
    assert not own(made, 16.1)
    assert not own(Conversation(), 5.0)
