"""Events to numbers: worked out by hand, and absent where nothing was measured."""

from __future__ import annotations

import pytest
from fakes import kept

from live.report.summary import summary
from live.types import Class, Flag, Samples, Silence, Speech, Status, Track, Word, samples

COACH, CLIENT = Track.COACH, Track.CLIENT
KINDS = ["interruption", "backchannel", "evaluation"]


def speech(track: Track, start: float, end: float) -> Speech:
    return Speech(samples(start), samples(end), track)


def silence(start: float, end: float, ended_by: Track | None) -> Silence:
    return Silence(samples(start), samples(end), COACH, ended_by)


def flag(key: str, kind: str, start: float = 0.0, status: Status = Status.CONFIRMED) -> Flag:
    at = samples(start)
    return Flag(at, at, COACH, kind, Class.COUNT, key, at, status=status)


def numbers(*events, not_measured=()):
    return summary(kept(events), not_measured, KINDS)


def test_talk_shares_are_of_voice_and_of_words():
    word = lambda track: Word(Samples(0), Samples(1), track, "so")  # noqa: E731
    found = numbers(
        speech(COACH, 0, 1), speech(CLIENT, 1, 4), word(COACH), word(CLIENT), word(CLIENT)
    )
    assert found.talk_share_time == pytest.approx({COACH: 0.25, CLIENT: 0.75})
    assert found.talk_share_words == pytest.approx({COACH: 1 / 3, CLIENT: 2 / 3})


def test_what_was_not_there_is_absent():
    found = numbers()
    assert found.talk_share_time is None
    assert found.talk_share_words is None
    assert found.longest_monologue is None
    assert found.longest_silence_held is None
    assert found.response_latency_median is None


def test_what_was_not_measured_is_not_counted_and_what_was_is_even_when_none():
    found = numbers(flag("a", "interruption"), not_measured=["evaluation"])
    assert found.counts == {"interruption": 1, "backchannel": 0}


def test_withdrawn_flags_do_not_count():
    found = numbers(flag("a", "interruption"), flag("b", "interruption", status=Status.WITHDRAWN))
    assert found.counts["interruption"] == 1


def test_a_silence_is_held_when_the_client_ends_it():
    found = numbers(silence(0, 9, COACH), silence(10, 14, CLIENT), silence(20, 50, None))
    assert found.longest_silence_held == 4.0


def test_a_monologue_goes_on_over_short_gaps_and_listening_sounds():
    coach = [speech(COACH, 0, 5), speech(COACH, 5.9, 8), speech(COACH, 9.2, 12)]
    assert numbers(*coach).longest_monologue == pytest.approx(8.0)
    # the second gap has 0.4 s of "mm-hmm" in it: 0.8 s of own silence are left
    assert numbers(*coach, speech(CLIENT, 8.3, 8.7)).longest_monologue == pytest.approx(12.0)
    assert numbers(*coach, speech(CLIENT, 4.5, 6.0)).longest_monologue < 8.0


def test_a_client_over_the_coach_does_not_end_a_monologue():
    coach = [speech(COACH, 0, 5), speech(COACH, 5.5, 8)]
    assert numbers(*coach, speech(CLIENT, 2, 2.4)).longest_monologue == pytest.approx(8.0)


def test_response_latency_is_from_the_client_s_last_sound_to_the_coach():
    found = numbers(
        speech(CLIENT, 0, 2),
        speech(COACH, 2.5, 4),  # 0.5
        speech(COACH, 5, 6),  # the coach's own pause
        speech(CLIENT, 7, 9),
        speech(COACH, 10.5, 12),  # 1.5
        speech(CLIENT, 13, 15),
        speech(COACH, 14.5, 17),  # an overlap is no pause
        speech(CLIENT, 18, 20),
        speech(COACH, 22.5, 24),  # 2.5
    )
    assert found.response_latency_median == pytest.approx(1.5)


def test_a_listening_sound_is_no_response():
    talk = [speech(CLIENT, 0, 2), speech(COACH, 2.1, 2.4), speech(CLIENT, 2.6, 5)]
    answer = speech(COACH, 6, 8)
    heard = numbers(*talk, answer, flag("b", "backchannel", 2.1))
    assert heard.response_latency_median == pytest.approx(1.0)
