"""A tentative word is what two hearings in a row say alike, and stays said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from live.transcribe.commit import Commit
from live.types import Samples, Track, Word, samples

COACH = Track.COACH
START = samples(5)


def words(text: str, late: int = 0) -> list[Word]:
    """Words of half a second each, from the start of the utterance on."""
    return [
        Word(Samples(START + i * 8000 + late), Samples(START + (i + 1) * 8000 + late), COACH, each)
        for i, each in enumerate(text.split())
    ]


def agreed(*hearings: str) -> list[str]:
    """What is newly agreed on after each hearing of one utterance."""
    commit = Commit(COACH)
    found = [commit.hear(START, words(hearing)) for hearing in hearings]
    return [" ".join(w.text for w in each.words) if each else "" for each in found]


def test_one_hearing_agrees_with_nobody():
    assert agreed("so how are you") == [""]


def test_what_two_hearings_in_a_row_begin_with_is_agreed_on_and_given_once():
    assert agreed("so how are", "so how are you", "so how are you now") == ["", "so how are", "you"]


def test_what_comes_after_the_first_difference_is_not():
    assert agreed("so how is it now", "so how was it now") == ["", "so how"]


def test_only_neighbouring_hearings_count():
    assert agreed("so how", "no one", "so how") == ["", "", ""]


def test_case_and_punctuation_make_no_difference():
    assert agreed("So, how", "so how?") == ["", "so how?"]
    assert agreed("we'll go", "well go") == ["", ""]


def test_what_was_agreed_on_stays_even_when_later_hearings_differ():
    assert agreed("so how", "so how", "no then", "so how are", "so how are you") == [
        *("", "so how", "", ""),
        "are",
    ]


def test_another_utterance_begins_anew():
    commit = Commit(COACH)
    commit.hear(START, words("so how"))
    assert commit.hear(Samples(START + 16_000), words("so how")) is None


def test_times_are_those_of_the_newest_hearing():
    commit = Commit(COACH)
    commit.hear(START, words("so how"))
    tentative = commit.hear(START, words("so how are", late=160))
    assert tentative is not None
    assert (tentative.start, tentative.end) == (START + 160, START + 16_160)
    assert tentative.track is COACH


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=5), max_size=8))
def test_no_word_is_given_twice_and_each_was_said_twice(hearings):
    commit = Commit(COACH)
    given_so_far = 0
    before: list[str] = []
    for hearing in hearings:
        tentative = commit.hear(START, words(" ".join(hearing)))
        new = [w.text for w in tentative.words] if tentative else []
        assert hearing[given_so_far : given_so_far + len(new)] == new
        assert before[: given_so_far + len(new)] == hearing[: given_so_far + len(new)] or not new
        given_so_far += len(new)
        before = hearing
