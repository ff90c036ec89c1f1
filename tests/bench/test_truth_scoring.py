"""Flags against a truth, on sessions small enough to score by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.truth import (
    Negative,
    Planted,
    Truth,
    decisive_moment,
    latencies,
    match,
    read_truth,
    score,
)
from live.kinds import KINDS
from live.resources import shipped
from live.types import Class, Flag, Status, Track, samples

ALL = frozenset(KINDS)


def flag(kind, start, end=None, *, cls=None, decided=None, status=Status.CONFIRMED):
    stop = start + 1.0 if end is None else end
    return Flag(
        samples(start),
        samples(stop),
        Track.COACH,
        kind,
        cls or KINDS[kind].cls,
        id=f"{kind}{start}",
        decided=samples(stop if decided is None else decided),
        status=status,
    )


def planted(kind, start, *, end=None, also=None, needs_words=False, without_words=None):
    classes = {KINDS[kind].cls} | ({also} if also else set())
    stop = start + 1.0 if end is None else end
    return Planted(kind, Track.COACH, start, stop, frozenset(classes), needs_words, without_words)


def scored(truth, *flags, words=True, kinds=ALL):
    return score(truth, flags, kinds, words=words)


def test_a_flag_finds_what_was_planted_up_to_the_tolerance() -> None:
    truth = Truth((planted("interruption", 10.0), planted("interruption", 20.0)))
    result = scored(truth, flag("interruption", 10.3), flag("interruption", 20.31))
    assert [pair.planted.start for pair in result.found] == [10.0]
    assert [each.start for each in result.missed] == [20.0]
    assert len(result.false) == 1


def test_a_flag_of_another_kind_or_track_finds_nothing() -> None:
    truth = Truth((planted("interruption", 10.0),))
    other = replace(flag("interruption", 10.0), track=Track.CLIENT)
    result = scored(truth, flag("backchannel", 10.0), other)
    assert (len(result.found), len(result.missed), len(result.false)) == (0, 1, 2)


def test_one_flag_finds_one_moment_only() -> None:
    truth = Truth((planted("backchannel", 10.0), planted("backchannel", 10.2)))
    result = scored(truth, flag("backchannel", 10.15))
    assert [pair.planted.start for pair in result.found] == [10.2]
    assert [each.start for each in result.missed] == [10.0]


def test_one_moment_is_found_by_one_flag_and_the_second_is_false() -> None:
    truth = Truth((planted("interruption", 10.0),))
    near, far = flag("interruption", 10.05), flag("interruption", 10.2)
    result = scored(truth, far, near)
    assert [pair.flag for pair in result.found] == [near]
    assert result.false == (far,)


def test_the_nearest_pairs_are_made_first() -> None:
    moments = [planted("backchannel", 10.0), planted("backchannel", 10.25)]
    early, late = flag("backchannel", 10.24), flag("backchannel", 10.28)
    pairs = match(moments, [early, late], 0.3)
    assert [(p.planted.start, p.flag) for p in pairs] == [(10.0, late), (10.25, early)]


def test_a_wrong_class_is_found_and_told() -> None:
    truth = Truth((planted("jump_in", 10.0),))
    result = scored(truth, flag("jump_in", 10.0, cls=Class.COST))
    assert len(result.found) == 1
    assert len(result.wrong_class) == 1


def test_the_other_class_that_is_as_right_is_right() -> None:
    truth = Truth((planted("jump_in", 10.0, also=Class.COST),))
    assert not scored(truth, flag("jump_in", 10.0)).wrong_class
    assert not scored(truth, flag("jump_in", 10.0, cls=Class.COST)).wrong_class


def test_a_withdrawn_flag_neither_finds_nor_is_false() -> None:
    truth = Truth((planted("interruption", 10.0),))
    gone = flag("interruption", 10.0, status=Status.WITHDRAWN)
    result = scored(truth, gone, flag("jump_in", 50.0, status=Status.WITHDRAWN))
    assert (len(result.missed), len(result.false)) == (1, 0)


def test_a_kind_that_was_not_measured_is_not_asked_for() -> None:
    truth = Truth((planted("interruption", 10.0), planted("advice", 20.0)))
    result = scored(truth, flag("interruption", 10.0), kinds={"interruption"})
    assert (len(result.found), len(result.missed)) == (1, 0)


def test_sound_alone_is_not_asked_for_what_needs_words() -> None:
    moment = planted("filled_silence", 10.0, needs_words=True)
    assert len(scored(Truth((moment,)), words=True).missed) == 1
    assert not scored(Truth((moment,)), words=False).missed
    assert len(scored(Truth((moment,)), flag("filled_silence", 10.0), words=False).false) == 1


def test_sound_alone_may_show_something_else_and_need_not() -> None:
    moment = planted("stated_purpose", 10.0, needs_words=True, without_words="interruption")
    truth = Truth((moment,), (Negative(frozenset({"interruption"}), Track.COACH, 10.0, 11.0),))
    shown = flag("interruption", 10.1)
    silent = scored(truth, words=False)
    assert (silent.missed, silent.false, silent.allowed) == ((), (), ())
    told = scored(truth, shown, words=False)
    assert [pair.flag for pair in told.allowed] == [shown]
    assert (told.false, told.forbidden, told.costs) == ((), (), ())
    with_words = scored(truth, shown, words=True)
    assert with_words.false == (shown,)
    assert [each for _, each in with_words.forbidden] == [shown]
    assert [each for _, each in with_words.costs] == [shown]


def test_what_is_tolerated_is_neither_found_nor_false() -> None:
    truth = Truth((), (), (planted("closed_question", 10.0, end=12.0),))
    result = scored(truth, flag("closed_question", 11.5))
    assert (result.found, result.false) == ((), ())
    assert len(scored(truth, flag("closed_question", 12.4)).false) == 1


def test_a_negative_forbids_the_kinds_it_names_and_no_other() -> None:
    truth = Truth((), (Negative(frozenset({"evaluation"}), Track.COACH, 10.0, 12.0),))
    result = scored(truth, flag("evaluation", 11.0), flag("advice", 11.0))
    assert [each.kind for _, each in result.forbidden] == ["evaluation"]


@pytest.mark.parametrize("kind", ["backchannel", "terminal_overlap", "stated_purpose"])
def test_a_cost_of_timing_may_not_lie_on_a_harmless_overlap(kind) -> None:
    truth = Truth((planted(kind, 10.0),))
    assert len(scored(truth, flag(kind, 10.0), flag("interruption", 10.1)).costs) == 1
    # A silence is cut short where it ends, which is where the coach came in.
    assert len(scored(truth, flag("filled_silence", 8.0, 10.0)).costs) == 1
    assert not scored(truth, flag("jump_in", 10.1)).costs
    assert not scored(truth, flag("evaluation", 10.1)).costs


def test_latency_counts_from_the_onset_or_from_the_end_of_the_silence() -> None:
    came_in = flag("interruption", 10.0, 14.0, decided=11.5)
    filled = flag("filled_silence", 20.0, 22.0, decided=23.0)
    assert decisive_moment(filled) == samples(22.0)
    assert latencies([came_in, filled]) == {"interruption": [1.5], "filled_silence": [1.0]}


def test_the_shipped_truth_scores_full_marks_against_itself() -> None:
    truth = read_truth(shipped("models") / "sample" / "truth.json")
    perfect = [
        flag(p.kind, p.start, p.end, cls=next(iter(p.classes)))
        for p in truth.planted
        if p.track is Track.COACH
    ]
    coach = replace(truth, planted=tuple(p for p in truth.planted if p.track is Track.COACH))
    result = scored(coach, *perfect)
    assert len(result.found) == len(coach.planted)
    assert (result.missed, result.false, result.wrong_class) == ((), (), ())
    assert (result.forbidden, result.costs) == ((), ())
