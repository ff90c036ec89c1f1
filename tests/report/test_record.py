"""What is kept of a session."""

from __future__ import annotations

from dataclasses import replace

from live.report.record import Record
from live.types import (
    Class,
    Flag,
    Gap,
    Incoming,
    Overlap,
    Samples,
    Silence,
    Speech,
    Status,
    Track,
    Turn,
    Word,
)

COACH = Track.COACH


def flag(key: str = "t1", decided: int = 5, **changes) -> Flag:
    made = Flag(
        start=Samples(1),
        end=Samples(2),
        track=COACH,
        kind="interruption",
        cls=Class.COST,
        id=key,
        decided=Samples(decided),
    )
    return replace(made, **changes)


def record(*events) -> Record:
    kept = Record()
    for event in events:
        kept.take(event)
    return kept


def test_every_event_is_kept_with_its_kind():
    a, b = Samples(0), Samples(1)
    kept = record(
        Speech(a, b, COACH),
        Turn(a, b, COACH),
        Silence(a, b, None, COACH),
        Overlap(a, b, COACH),
        Gap(a, b, COACH, "device lost"),
        Word(a, b, COACH, "so"),
        Incoming(a, b, COACH, 1.0, 2.0),
        flag(),
    )
    lists = (kept.speech, kept.turns, kept.silences, kept.overlaps, kept.gaps, kept.words)
    assert [len(each) for each in (*lists, kept.flags)] == [1] * 7


def test_provisional_flags_are_never_kept():
    assert record(flag(status=Status.PROVISIONAL)).flags == []
    assert record(flag(), flag(status=Status.PROVISIONAL)).flags == [flag()]


def test_a_flag_given_again_replaces_the_earlier_one():
    later = flag(kind="stated_purpose", cls=Class.COUNT, status=Status.REVISED)
    assert record(flag(), later).flags == [later]


def test_withdrawn_flags_are_kept_and_do_not_count():
    gone = flag("t2", status=Status.WITHDRAWN)
    kept = record(flag(), gone)
    assert kept.flags == [flag(), gone]
    assert kept.counted == [flag()]


def test_flags_are_ordered_by_decision_start_and_kind():
    late, early = flag("a", 9), flag("b", 3)
    same = flag("c", 3, start=Samples(0))
    other = flag("d", 3, kind="backchannel")
    assert record(late, early, same, other).flags == [same, other, early, late]
