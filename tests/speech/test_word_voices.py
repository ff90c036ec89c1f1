"""Without sound, voices are where the words are."""

from __future__ import annotations

import itertools

from hypothesis import given
from script import said
from strategies import conversations, hostile_words

from live.speech.word_voices import BRIDGE, edges_of
from live.types import Track, samples


def spans(words, track):
    mine = [e.at for e in edges_of(words) if e.track is track]
    return list(zip(mine[::2], mine[1::2], strict=True))


def test_gaps_up_to_a_fifth_of_a_second_are_inside_a_stretch():
    words = said("coach so@1.0-1.2 what@1.4-1.6 now@1.81-2.0")
    assert spans(words, Track.COACH) == [
        (samples(1.0), samples(1.6)),
        (samples(1.81), samples(2.0)),
    ]


def test_a_stop_is_known_a_fifth_of_a_second_later_and_an_onset_at_once():
    onset, stop, *_ = edges_of(said("1-2 coach so what now", "5-6 coach well"))
    assert (onset.speaking, onset.known) == (True, onset.at)
    assert (stop.speaking, stop.known) == (False, stop.at + BRIDGE)
    assert stop.ending is None


def test_at_the_end_of_all_words_there_is_nothing_to_wait_for():
    *_, stop = edges_of(said("1-2 coach so what now"))
    assert (stop.at, stop.known) == (samples(2), samples(2))


def test_words_may_come_in_any_order_and_overlap():
    words = said("coach now@1.5-2.0 so@1.0-1.4 what@1.2-1.7")
    assert spans(words, Track.COACH) == [(samples(1.0), samples(2.0))]


def test_words_without_length_are_no_voice():
    words = said("0-1 coach so")
    empty = [type(words[0])(w.end, w.end, Track.CLIENT, w.text) for w in words]
    assert spans(words + empty, Track.CLIENT) == []


def test_no_words_give_no_edges():
    assert edges_of([]) == []


@given(hostile_words() | conversations())
def test_edges_alternate_and_come_in_the_order_in_which_they_are_known(words):
    edges = edges_of(words)
    assert [e.known for e in edges] == sorted(e.known for e in edges)
    for track in Track:
        mine = [e for e in edges if e.track is track]
        assert [e.speaking for e in mine] == [i % 2 == 0 for i in range(len(mine))]
        assert all(a.at < b.at for a, b in itertools.pairwise(mine))
        for word in words:
            if word.track is track and word.end > word.start:
                assert any(a <= word.start and word.end <= b for a, b in spans(words, track))
