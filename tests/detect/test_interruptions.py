"""When an onset of the coach is judged from sound, what is said of it, and what words change."""

from __future__ import annotations

from itertools import pairwise

import pytest
from fakes import FALL, LEVEL, stretch
from script import said

from live.engine import EngineOptions, engine
from live.speech.word_voices import edges_of
from live.transcribe.desk import GivenWords
from live.types import Edge, Event, Flag, Status, Track, samples, seconds

CLIENT, COACH = Track.CLIENT, Track.COACH


def events(*stretches: list[Edge], end: float = 60.0) -> list[Event]:
    edges = sorted((e for s in stretches for e in s), key=lambda e: (e.known, e.at))
    ears = engine(EngineOptions(), sound=False)
    return ears.hear(edges) + ears.finish(samples(end))


def flags(*stretches: list[Edge], end: float = 60.0) -> list[Flag]:
    """The flags that are left at the end."""
    last = {
        e.id: e
        for e in events(*stretches, end=end)
        if isinstance(e, Flag) and e.status is not Status.PROVISIONAL
    }
    return list(last.values())


def kinds(*stretches: list[Edge]) -> list[str]:
    return [f.kind for f in flags(*stretches) if f.status is not Status.WITHDRAWN]


def with_words(*lines: str) -> list[Flag]:
    words = said(*lines)
    ears = engine(EngineOptions(), sound=False, desk=GivenWords(words))
    given = ears.hear(edges_of(words)) + ears.finish(samples(60))
    return [e for e in given if isinstance(e, Flag)]


def test_an_interruption_is_known_once_the_stop_is_known_and_the_coach_has_gone_on():
    (flag,) = flags(stretch(CLIENT, 0, 5, LEVEL), stretch(COACH, 4.2, 8))
    assert flag.kind == "interruption"
    assert flag.cls == "cost"
    # the stop is at 5.0, 0.5 s of silence make it one; the coach has gone on for 1.3 s
    assert seconds(flag.decided) == pytest.approx(5.5)
    assert flag.start == samples(4.2)
    assert flag.end == samples(8)
    assert flag.evidence["overlap_ms"] == 800
    assert flag.evidence["yielded"] == "client"


def test_it_is_never_known_later_than_two_seconds_after_the_onset():
    for overlap in (0.1, 0.5, 1.0, 1.49):
        (flag,) = flags(stretch(CLIENT, 0, 4 + overlap, LEVEL), stretch(COACH, 4, 8))
        assert flag.kind == "interruption", overlap
        assert seconds(flag.decided - flag.start) <= 2.0


def test_half_a_second_of_overlap_may_change_the_state_dot_and_is_not_kept():
    given = events(stretch(CLIENT, 0, 9, FALL), stretch(COACH, 4, 7))
    provisional = [e for e in given if isinstance(e, Flag) and e.status is Status.PROVISIONAL]
    assert [f.kind for f in provisional] == ["interruption"]
    assert seconds(provisional[0].decided) == pytest.approx(4.5)


def test_a_listening_sound_changes_no_state_dot():
    given = events(stretch(CLIENT, 0, 9, FALL), stretch(COACH, 4, 4.25))
    assert [e.status for e in given if isinstance(e, Flag)] == [Status.CONFIRMED]


def test_a_client_who_comes_back_within_the_next_second_takes_the_flag_back():
    given = [
        e
        for e in events(
            stretch(CLIENT, 0, 4.6, LEVEL), stretch(CLIENT, 5.3, 9, FALL), stretch(COACH, 4, 8)
        )
        if isinstance(e, Flag) and e.status is not Status.PROVISIONAL
    ]
    first, second = (f for f in given if f.kind == "interruption")
    assert (first.status, second.status) == (Status.CONFIRMED, Status.WITHDRAWN)
    assert second.id == first.id
    assert second.decided == first.decided
    assert second.revised is not None
    assert second.revised <= samples(5.3 + 1.0) + 1
    assert second.reason
    assert given[-1].kind == "interruption_attempt"
    assert given[-1].id != first.id


def test_a_listening_sound_of_the_client_takes_nothing_back():
    assert kinds(
        stretch(CLIENT, 0, 4.6, LEVEL), stretch(CLIENT, 5.3, 5.7), stretch(COACH, 4, 8)
    ) == ["interruption"]


@pytest.mark.parametrize(
    ("overlap", "ending", "kind"),
    [
        (0.35, FALL, ["terminal_overlap"]),
        (0.35, None, ["terminal_overlap"]),
        (0.35, LEVEL, ["interruption"]),
        (0.45, LEVEL, ["interruption"]),
        (0.45, None, ["interruption"]),
        (0.45, FALL, []),
        (1.45, LEVEL, ["interruption"]),
        (1.55, LEVEL, ["interruption_attempt"]),
    ],
)
def test_the_length_of_the_overlap_and_the_end_of_the_unit_decide(overlap, ending, kind):
    assert kinds(stretch(CLIENT, 0, 4 + overlap, ending), stretch(COACH, 4, 8)) == kind


@pytest.mark.parametrize(
    ("pause", "ending", "kind"),
    [
        (0.1, LEVEL, ["jump_in"]),
        (0.9, LEVEL, ["jump_in"]),
        (0.9, FALL, []),
        (0.9, None, []),
    ],
)
def test_a_pause_inside_a_sentence_can_be_jumped_into(pause, ending, kind):
    found = kinds(stretch(CLIENT, 0, 4, ending), stretch(COACH, 4 + pause, 8))
    assert [k for k in found if k != "filled_silence"] == kind


def test_an_onset_within_half_a_second_of_own_speech_is_no_new_one():
    assert kinds(
        stretch(COACH, 1, 3.6), stretch(COACH, 4, 7), stretch(CLIENT, 2.5, 4.5, LEVEL)
    ) == kinds(stretch(COACH, 1, 7), stretch(CLIENT, 2.5, 4.5, LEVEL))


def test_somebody_who_has_just_begun_does_not_have_the_turn():
    assert kinds(stretch(CLIENT, 1, 2.2, LEVEL), stretch(COACH, 1.9, 5)) == []
    assert kinds(stretch(CLIENT, 0.5, 2.2, LEVEL), stretch(COACH, 1.9, 5)) == ["interruption"]


def test_a_turn_goes_on_over_a_short_pause_and_a_listening_sound():
    two = (stretch(CLIENT, 0, 2.0), stretch(CLIENT, 2.6, 3.4, LEVEL))
    assert kinds(*two, stretch(COACH, 3.1, 6)) == ["interruption"]
    listened = kinds(*two, stretch(COACH, 2.1, 2.4), stretch(COACH, 3.1, 6))
    assert "interruption" in listened


@pytest.mark.parametrize("gap", [0.0, 0.1, 0.29])
def test_two_who_start_together_start_together(gap):
    for coach, client in ((4.0, 4.0 + gap), (4.0 + gap, 4.0)):
        found = kinds(
            stretch(CLIENT, 0, 2, FALL), stretch(COACH, coach, 7), stretch(CLIENT, client, 4.9)
        )
        assert found == ["simultaneous_start"]


def test_every_flag_of_the_first_table_keeps_the_evidence():
    for flag in flags(stretch(CLIENT, 0, 5, LEVEL), stretch(COACH, 2, 2.4), stretch(COACH, 4.5, 8)):
        assert {"overlap_ms", "yielded", "complete"} <= set(flag.evidence)


def test_an_onset_at_the_very_end_is_judged_by_what_was_heard():
    (flag,) = flags(stretch(CLIENT, 0, 8, LEVEL), stretch(COACH, 7, 8.6), end=8.6)
    assert flag.kind == "interruption"
    assert flag.end == samples(8.6)


def test_words_that_change_a_kind_say_so_and_keep_the_time_of_decision():
    given = with_words(
        "0.0-3.0 client they come to us and they keep all the",
        "2.4-6.0 coach can i pause you there i want to check what you need",
    )
    sound, revised = given[-2:]
    assert sound.kind == "interruption"
    assert (revised.kind, revised.cls, revised.status) == (
        "stated_purpose",
        "count",
        Status.REVISED,
    )
    assert (revised.id, revised.decided) == (sound.id, sound.decided)
    assert revised.reason
    assert revised.text == "can i pause you there i want to check what you need"


def test_the_third_jump_in_costs_and_the_first_two_stay():
    rounds = [
        part
        for at in (0, 30, 60, 90)
        for part in (stretch(CLIENT, at, at + 3, LEVEL), stretch(COACH, at + 3.5, at + 6))
    ]
    found = flags(*rounds, end=120.0)
    assert [(f.kind, str(f.cls)) for f in found] == [
        ("jump_in", "count"),
        ("jump_in", "count"),
        ("jump_in", "cost"),
        ("jump_in", "cost"),
    ]
    assert all(a.decided < b.decided for a, b in pairwise(found))
