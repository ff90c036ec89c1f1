"""Every written conversation gives the flags a person expects, however its words arrive."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from fakes import SlowDesk, fake_engine, heard
from script import TALKS, Expectations, Talk, length, read_talks, voices

from live.engine import EngineOptions, engine
from live.kinds import KINDS, Needs
from live.report.record import Record
from live.session import run_words
from live.transcribe.desk import GivenWords
from live.types import Flag, Status, seconds

FILES = sorted(TALKS.glob("*.txt"))
EVERY = [talk for path in FILES for talk in read_talks(path)]
SOUNDING = [talk for talk in EVERY if talk.by_sound.written]

WORD_EXACT_S = 0.002
SOUND_EXACT_S = 0.05
"""A frame is 32 ms."""


def of_words(talk: Talk) -> Record:
    ears = engine(EngineOptions(), sound=False, desk=GivenWords(talk.words))
    return run_words(talk.words, ears, lambda event: None)


def check(flags: Sequence[Flag], expected: Expectations, near: float) -> None:
    """These talks are about timing; what wording alone says of them is left out."""
    flags = [flag for flag in flags if KINDS[flag.kind].needs is not Needs.TEXT]
    counted = [f for f in flags if f.status is not Status.WITHDRAWN]
    withdrawn = [f for f in flags if f.status is Status.WITHDRAWN]
    for one in expected.flags:
        among = withdrawn if one.cls == "withdrawn" else counted
        found = [
            f
            for f in among
            if f.kind == one.kind and abs(seconds(f.start) - one.start) <= near
            if one.cls in ("withdrawn", f.cls)
        ]
        assert len(found) == 1, f"{one} expected among {told(flags)}"
    if expected.complete:
        wanted = [one for one in expected.flags if one.cls != "withdrawn"]
        assert len(counted) == len(wanted), told(flags)
    for never in expected.never:
        assert not [f for f in counted if never in (f.kind, f.cls)], told(flags)


def told(flags: Sequence[Flag]) -> list[str]:
    return [f"{f.kind} {f.cls} {f.status} {seconds(f.start):.2f} {dict(f.evidence)}" for f in flags]


@pytest.mark.parametrize("talk", EVERY, ids=str)
def test_a_talk_gives_the_flags_a_person_expects_from_its_words(talk):
    assert talk.with_words.written, "a talk without expectations"
    check(of_words(talk).flags, talk.with_words, WORD_EXACT_S)


@pytest.mark.parametrize("talk", EVERY, ids=str)
def test_words_that_come_at_the_very_end_give_the_same_flags(talk):
    late = engine(EngineOptions(), sound=False, desk=SlowDesk(talk.words))
    assert run_words(talk.words, late, lambda event: None).flags == of_words(talk).flags


@pytest.mark.parametrize("talk", SOUNDING, ids=str)
def test_a_talk_gives_the_flags_a_person_expects_from_its_sound(talk):
    tracks = voices(talk.words, length(talk.words))
    check(heard(fake_engine(), tracks).flags, talk.by_sound, SOUND_EXACT_S)


@pytest.mark.parametrize("talk", SOUNDING, ids=str)
def test_sound_beside_words_gives_what_the_words_say(talk):
    tracks = voices(talk.words, length(talk.words))
    flags = heard(fake_engine(GivenWords(talk.words)), tracks).flags
    check(flags, talk.with_words, SOUND_EXACT_S)


def test_each_kind_of_the_timing_tables_has_two_talks():
    timing = {kind for kind in KINDS if (TALKS / f"{kind}.txt").is_file()}
    assert len(timing) == 11
    for kind in timing:
        talks = [t for t in EVERY if any(e.kind == kind for e in t.with_words.flags)]
        assert len(talks) >= 2, kind
