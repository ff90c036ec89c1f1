"""Pauses filled, held and asked over: when they are decided and what is said of them."""

from __future__ import annotations

import pytest
from fakes import FALL, LEVEL, stretch
from script import said

from live.engine import EngineOptions, engine
from live.kinds import KINDS, Needs
from live.speech.word_voices import edges_of
from live.transcribe.desk import GivenWords
from live.types import Edge, Ending, Flag, Status, Track, samples, seconds

LONG = Ending(0.0, 0.0, 0.0, 2.5)
CLIENT, COACH = Track.CLIENT, Track.COACH


def flags(*stretches: list[Edge], end: float = 60.0) -> list[Flag]:
    edges = sorted((e for s in stretches for e in s), key=lambda e: (e.known, e.at))
    ears = engine(EngineOptions(), sound=False)
    events = ears.hear(edges) + ears.finish(samples(end))
    last = {e.id: e for e in events if isinstance(e, Flag) and e.status != "provisional"}
    return [f for f in last.values() if f.status is not Status.WITHDRAWN]


def with_words(*lines: str) -> list[Flag]:
    words = said(*lines)
    ears = engine(EngineOptions(), sound=False, desk=GivenWords(words))
    events = ears.hear(edges_of(words)) + ears.finish(samples(60))
    return [e for e in events if isinstance(e, Flag)]


@pytest.mark.parametrize("ending", [LEVEL, LONG])
@pytest.mark.parametrize("pause", [1.05, 1.6, 2.45])
def test_a_thought_that_is_not_over_can_be_filled(pause, ending):
    (flag,) = flags(stretch(CLIENT, 0, 4, ending), stretch(COACH, 4 + pause, 9))
    assert (flag.kind, flag.cls) == ("filled_silence", "cost")
    assert (seconds(flag.start), seconds(flag.end)) == (4.0, 4 + pause)
    # the coach has taken the floor when they have gone on for a second
    assert seconds(flag.decided) == pytest.approx(4 + pause + 1.0)
    assert flag.evidence["silence_s"] == pytest.approx(pause)


@pytest.mark.parametrize("ending", [FALL, None])
def test_a_thought_that_is_over_or_unheard_cannot(ending):
    assert flags(stretch(CLIENT, 0, 4, ending), stretch(COACH, 5.6, 9)) == []


def test_a_silence_longer_than_the_limit_was_left():
    assert flags(stretch(CLIENT, 0, 4, LEVEL), stretch(COACH, 6.6, 9)) == []


def test_a_coach_who_stops_within_a_second_has_not_taken_the_floor():
    assert flags(stretch(CLIENT, 0, 4, LEVEL), stretch(COACH, 5.6, 6.3)) == []


def test_a_client_who_goes_on_has_lost_nothing():
    talk = stretch(CLIENT, 0, 4, LEVEL), stretch(COACH, 5.6, 9), stretch(CLIENT, 6.0, 10, FALL)
    assert [f for f in flags(*talk) if f.kind == "filled_silence"] == []


def test_a_breath_of_the_coach_gives_the_floor_back_to_nobody():
    (flag,) = flags(
        stretch(CLIENT, 0, 4, LEVEL), stretch(COACH, 5.6, 6.35), stretch(COACH, 6.7, 10)
    )
    assert flag.kind == "filled_silence"


def test_the_client_s_own_pauses_set_the_limit_from_the_tenth_on():
    def talk(pauses: int) -> list[Flag]:
        speech = [stretch(CLIENT, i * 4, i * 4 + 2.4, LEVEL) for i in range(pauses + 1)]
        end = pauses * 4 + 2.4
        return flags(*speech, stretch(COACH, end + 3.0, end + 6), end=90.0)

    # pauses of 1.6 s: 1.5 x 1.6 + 1 = 3.4 s
    assert talk(9) == []
    (flag,) = talk(10)
    assert flag.kind == "filled_silence"
    assert flag.evidence["upper_s"] == pytest.approx(3.4)


@pytest.mark.parametrize(
    ("length", "held"), [(2.9, False), (3.0, True), (12.0, True), (12.1, False)]
)
def test_a_silence_of_three_to_twelve_seconds_that_the_client_ends_is_held(length, held):
    for track in Track:
        found = flags(stretch(track, 0, 4, FALL), stretch(CLIENT, 4 + length, 20))
        assert [f.kind for f in found] == (["held_silence"] if held else [])
        for flag in found:
            assert (flag.cls, flag.track) == ("credit", COACH)
            assert (flag.start, flag.end) == (samples(4), samples(4 + length))
            assert flag.decided == samples(4 + length)


def test_a_silence_that_the_coach_ends_is_not_held():
    assert flags(stretch(CLIENT, 0, 4, FALL), stretch(COACH, 9, 12)) == []


def test_nobody_holds_the_silence_before_the_first_word_or_after_the_last():
    assert flags(stretch(CLIENT, 5, 8, FALL), end=30.0) == []


def test_words_take_back_a_held_silence_when_nothing_was_asked():
    given = with_words(
        "0.0-2.0 coach you were at home with your sister",
        "6.0-8.0 client i would like to go home",
    )
    assert [f.status for f in given] == [Status.CONFIRMED, Status.WITHDRAWN]
    assert given[0].id == given[1].id
    assert given[1].reason


def test_i_do_not_know_makes_a_count_of_it():
    given = with_words(
        "0.0-3.2 client what should i do i don't know",
        "4.8-7.0 coach what was it like when you were young",
    )
    timing = [f for f in given if KINDS[f.kind].needs is not Needs.TEXT]
    assert [(f.kind, str(f.cls)) for f in timing] == [("filled_silence", "count")]


def test_asking_again_says_what_was_said_and_how_long_the_wait_was():
    given = with_words(
        "0.0-2.0 coach what would you like to do",
        "3.5-5.0 coach take all the time you need",
        "6.0-8.0 client i would like to go home",
    )
    (flag,) = (f for f in given if f.kind == "asked_again")
    assert (flag.cls, flag.status) == ("cost", Status.CONFIRMED)
    assert flag.text == "take all the time you need"
    assert (flag.start, flag.end) == (samples(3.5), samples(5.0))
    assert flag.evidence["silence_s"] == pytest.approx(1.5)


@pytest.mark.parametrize(("gap", "again"), [(0.65, 0), (0.75, 1), (2.95, 1), (3.1, 0)])
def test_asking_again_has_its_time(gap, again):
    given = with_words(
        "0.0-2.0 coach what would you like to do",
        f"{2 + gap:.2f}-{4 + gap:.2f} coach take all the time you need",
        "9.0-11.0 client i would like to go home",
    )
    assert sum(f.kind == "asked_again" for f in given) == again
