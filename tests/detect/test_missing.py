"""What rests on sound that was not there is taken back; what was said stays."""

from __future__ import annotations

import pytest
from fakes import fake_engine, heard
from script import length, said, voices

from live.detect.missing import REASON, Missing
from live.engine import Engine
from live.session import run
from live.transcribe.desk import GivenWords
from live.types import (
    AudioBlock,
    Class,
    Flag,
    Gap,
    Lacking,
    Samples,
    Status,
    Track,
    samples,
)

TALK = said("0-4 client i went back there because the", "3.2-6 coach what was it like for you then")


def flag(kind: str, start: float, end: float, decided: float) -> Flag:
    return Flag(samples(start), samples(end), Track.COACH, kind, Class.COST, "f1", samples(decided))


def gap(start: float, end: float) -> Gap:
    return Gap(samples(start), samples(end), Track.CLIENT, "gone")


@pytest.mark.parametrize(
    ("start", "end", "spoilt"),
    [(12, 14, True), (8.5, 9.5, True), (10.5, 10.6, True), (1, 3, False), (20, 30, False)],
)
def test_a_flag_is_spoilt_by_a_gap_in_what_it_rests_on(start, end, spoilt):
    missing = Missing()
    missing.note(gap(start, end))

    assert missing.spoils(flag("interruption", 10, 12, 12.5)) is spoilt


def test_a_gap_that_is_not_over_spoils_everything_from_its_beginning_on():
    missing = Missing()
    missing.note(Lacking(samples(11), Track.CLIENT))

    assert missing.spoils(flag("held_silence", 10, 30, 30))
    assert not missing.spoils(flag("interruption", 5, 6, 7))
    missing.note(gap(11, 12))
    assert not missing.spoils(flag("interruption", 40, 41, 42))


def test_what_was_said_stays_said():
    missing = Missing()
    missing.note(gap(0, 100))

    assert not missing.spoils(flag("evaluation", 10, 12, 12.5))


class WithGaps:
    """A tape on which a part of the client is known to be missing, as files and devices say it."""

    name, kind, duration = "tape", "recording", None

    def __init__(self, tracks, hole: Gap, *, live: bool) -> None:
        self._tracks = tracks
        self._hole = hole
        self._live = live
        self.notices: list[str] = []

    def __iter__(self):
        if not self._live:
            yield self._hole
        size = len(self._tracks[Track.COACH])
        for at in range(0, size, 512):
            if self._live and at - 512 < self._hole.start <= at:
                yield Lacking(self._hole.start, self._hole.track)
            if self._live and at - 512 < self._hole.end <= at:
                yield self._hole
            for track, audio in self._tracks.items():
                yield AudioBlock(track, Samples(at), audio[at : min(at + 512, size)])

    def close(self) -> None:
        pass


@pytest.mark.parametrize("live", [True, False])
def test_an_interruption_that_was_a_lost_device_is_not_told(live):
    tracks = voices(TALK, length(TALK))
    without = heard(fake_engine(GivenWords(TALK)), tracks)
    assert {f.kind for f in without.counted} == {"interruption", "open_question"}
    hole = gap(4.0, 5.5)

    ears: Engine = fake_engine(GivenWords(TALK))
    record = run(WithGaps(tracks, hole, live=live), ears, lambda event: None)

    assert {f.kind for f in record.counted} == {"open_question"}
    assert all(f.reason == REASON for f in record.flags if f.status is Status.WITHDRAWN)
    assert record.gaps == [hole]
