"""Words from elsewhere are given when what they belong to is over, and each once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from script import said
from strategies import conversations

from live.transcribe.desk import GivenWords
from live.types import Samples, Track, samples

COACH, CLIENT = Track.COACH, Track.CLIENT


def test_words_are_given_up_to_where_nothing_is_going_on():
    desk = GivenWords(said("coach so@1.0-1.5 what@1.5-2.0 now@3.0-3.5"))
    first = desk.collect(COACH, samples(2.0))
    assert [w.text for w in first.words] == ["so", "what"]
    assert first.settled == samples(2.0)
    assert [w.text for w in desk.collect(COACH, samples(9.0)).words] == ["now"]
    assert desk.collect(COACH, samples(9.0)).words == []


def test_a_word_that_is_not_over_waits():
    desk = GivenWords(said("coach so@1.0-2.0"))
    assert desk.collect(COACH, Samples(samples(2.0) - 1)).words == []
    assert len(desk.collect(COACH, samples(2.0)).words) == 1


def test_each_track_has_its_own():
    desk = GivenWords(said("1-2 coach so", "1-2 client well"))
    assert [w.text for w in desk.collect(CLIENT, samples(5)).words] == ["well"]
    assert [w.text for w in desk.collect(COACH, samples(5)).words] == ["so"]


def test_words_in_any_order_come_in_order():
    desk = GivenWords(said("coach now@3.0-3.5 so@1.0-1.5 what@1.5-2.0"))
    assert [w.text for w in desk.collect(COACH, samples(9)).words] == ["so", "what", "now"]


def test_the_list_it_was_given_stays_as_it_is():
    words = said("coach now@3.0-3.5 so@1.0-1.5")
    before = list(words)
    GivenWords(words).collect(COACH, samples(9))
    assert words == before


@given(conversations(), st.lists(st.integers(0, 400_000), max_size=20))
def test_nothing_is_lost_given_twice_or_given_early(words, moments):
    desk = GivenWords(words)
    given_words = []
    for moment in [*sorted(moments), 2**62]:
        for track in Track:
            collected = desk.collect(track, Samples(moment))
            assert all(w.end <= moment and w.track is track for w in collected.words)
            assert collected.settled <= moment
            given_words += collected.words
    key = lambda w: (w.track, w.start, w.end)  # noqa: E731
    assert sorted(given_words, key=key) == sorted(words, key=key)
