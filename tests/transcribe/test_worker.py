"""The desk of a live session: never kept waiting, and every final question gets its answer."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest
from transcribers import (
    SOON,
    Aborts,
    CannotLoad,
    DiesLoading,
    Hears,
    LoadsOnce,
    Slow,
    Watch,
    utterance,
    word,
)

from live.transcribe.attendant import FAILED, Attendant, Lost, Make
from live.transcribe.backlog import BacklogOptions
from live.transcribe.worker import TOO_SLOW, WorkerDesk
from live.types import Samples, Tentative, Track, Unworded, Word, samples, seconds

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes as Linux has them")

COACH, CLIENT = Track.COACH, Track.CLIENT
LATE = Samples(2**62)


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    watch.close()


@contextlib.contextmanager
def desk(make: Make, options: BacklogOptions | None = None, **how) -> Iterator[WorkerDesk]:
    attendant = Attendant([make])
    try:
        yield WorkerDesk(attendant, options or BacklogOptions(), **how)
    finally:
        attendant.close()


@dataclass(slots=True)
class Got:
    """Everything a desk gave."""

    words: list[Word] = field(default_factory=list)
    unworded: list[Unworded] = field(default_factory=list)
    tentative: list[Tentative] = field(default_factory=list)

    def collect(self, desk: WorkerDesk, *tracks: Track) -> Got:
        for track in tracks or Track:
            collected = desk.collect(track, LATE)
            self.words += collected.words
            self.unworded += collected.unworded
            self.tentative += collected.tentative
        return self

    def texts(self, track: Track = COACH) -> list[str]:
        return [w.text for w in self.words if w.track is track]

    def why(self, track: Track | None = None) -> list[tuple[float, str]]:
        return [(seconds(u.start), u.why) for u in self.unworded if track in (None, u.track)]


def everything(desk: WorkerDesk) -> Got:
    """What there is once all finals are answered."""
    desk.finish()
    return Got().collect(desk)


def until(desk: WorkerDesk, got: Got, enough) -> Got:
    """Look, as a session does, until what came is enough."""
    for _ in range(round(SOON / 0.01)):
        if enough(got.collect(desk)):
            return got
        threading.Event().wait(0.01)
    raise AssertionError(got)


# No question is lost


def test_a_session_killed_ten_times_in_the_middle_has_every_word_once_and_in_order(watch):
    asked = [utterance(i, track=Track(t)) for i in range(4) for t in Track]

    def kill() -> None:
        for times in (1, 0, 3, 0, 0, 4, 2, 0):
            for _ in range(times):
                os.kill(watch.begins(), signal.SIGKILL)
            watch.begins()
            watch.goes_on()

    killer = threading.Thread(target=kill)
    killer.start()
    with desk(watch.make) as at:
        for each in asked:
            at.ask(each)
        got = everything(at)
        killer.join(SOON)
        assert not killer.is_alive()
        assert at.attendant.replaced == 10
    for track in Track:
        assert got.texts(track) == [word(u) for u in asked if u.track is track]
    assert got.unworded == []


def test_the_utterance_it_dies_of_is_speech_without_words_and_the_rest_has_them():
    asked = [utterance(1), utterance(2), utterance(3)]
    with desk(Aborts(at=frozenset({asked[1].start}))) as at:
        for each in asked:
            at.ask(each)
        got = everything(at)
        assert at.works
    assert got.texts() == [word(asked[0]), word(asked[2])]
    assert got.why() == [(2.0, FAILED)]


@pytest.mark.parametrize(
    ("make", "lost"),
    [
        (CannotLoad(), Lost("The model is damaged.", "Get it again.")),
        (DiesLoading(), Lost("The speech recognition does not start.")),
    ],
)
def test_a_session_without_a_transcriber_goes_on_and_all_its_speech_is_without_words(make, lost):
    with desk(make) as at:
        assert at.works  # nobody knows yet
        at.ask(utterance(1))
        at.ask(utterance(1, track=CLIENT))
        at.ask(utterance(2, final=False))
        got = everything(at)
        assert at.lost == lost
        assert not at.works
        at.ask(utterance(3))
        got.collect(at)
        assert at.behind_s == 0
        assert at.collect(COACH, samples(9)).settled == samples(9)
    assert got.words == []
    stopped = "the speech recognition had stopped"
    assert sorted(got.why()) == [(1.0, stopped), (1.0, stopped), (3.0, stopped)]


def test_a_transcriber_lost_in_the_middle_leaves_the_words_it_gave(tmp_path):
    asked = [utterance(1), utterance(2), utterance(3)]
    with desk(LoadsOnce(mark=str(tmp_path / "mark"))) as at:
        at.ask(asked[0])
        got = until(at, Got(), lambda got: got.words)
        os.kill(at.attendant.pid or 0, signal.SIGKILL)
        at.ask(asked[1])
        at.ask(asked[2])
        at.finish()
        got.collect(at)
        assert at.lost == Lost("The speech recognition does not start.")
        assert at.works  # there were words
    assert got.texts() == [word(asked[0])]
    assert [start for start, _ in got.why()] == [2.0, 3.0]


# Nobody is kept waiting


def test_whoever_asks_a_stopped_process_is_not_kept_waiting_and_loses_nothing():
    asked = [utterance(i, 0.5, track) for i in range(500) for track in Track]
    with desk(Hears()) as at:
        at.ask(utterance(5000))
        until(at, Got(), lambda got: got.words)
        pid = at.attendant.pid or 0
        os.kill(pid, signal.SIGSTOP)
        began = time.perf_counter()
        for each in asked:
            at.ask(each)
            at.collect(each.track, LATE)
        spent = time.perf_counter() - began
        assert at.behind_s == 500.0
        os.kill(pid, signal.SIGCONT)
        got = everything(at)
    assert spent < 2.0
    assert len(got.words) == 1000
    assert got.unworded == []


def test_previews_and_finals_of_both_come_in_the_order_of_the_backlog(watch):
    first, theirs, mine = utterance(0), utterance(1, track=CLIENT), utterance(2)
    previews = [utterance(4, 1, final=False), utterance(4, 2, final=False)]
    with desk(watch.make) as at:
        at.ask(first)
        watch.begins()
        for each in (theirs, mine, *previews):
            at.ask(each)
        assert at.behind_s == 3.0
        for _ in range(2):
            watch.goes_on()
            until(at, Got(), lambda _: watch.told.poll(0.0))
            watch.begins()
        watch.goes_on()
        got = everything(at)
        assert at.behind_s == 0
    assert watch.began == [0, mine.start, theirs.start]  # previews are dropped under load
    assert got.tentative == []


def test_what_two_previews_agree_on_is_there_before_the_final_is_asked():
    with desk(Hears()) as at:
        got = Got()
        at.ask(utterance(1, 1, final=False))
        until(at, got, lambda _: at._busy is None)
        at.ask(utterance(1, 2, final=False))
        until(at, got, lambda got: got.tentative)
        (tentative,) = got.tentative
        assert got.words == []
        assert [w.text for w in tentative.words] == [word(utterance(1))]
        at.ask(utterance(1, 3))
        assert everything(at).texts() == [word(utterance(1))]


def test_beyond_the_bound_the_clients_oldest_stays_without_words_and_the_coach_keeps_all(watch):
    theirs = [utterance(10 * i, 8, CLIENT) for i in range(12)]
    mine = [utterance(10 * i, 8) for i in range(12)]
    with desk(watch.make, BacklogOptions(client_s=60)) as at:
        at.ask(utterance(500))
        watch.begins()
        for one, other in zip(mine, theirs, strict=True):
            at.ask(one)
            at.ask(other)
        assert at.behind_s == 1 + 12 * 8 + 7 * 8
        got = Got().collect(at)
        for _ in range(1 + 12 + 7):
            watch.goes_on()
        until(at, got, lambda got: len(got.words) == 20)
    assert got.why(CLIENT) == [(10.0 * i, TOO_SLOW) for i in range(5)]
    assert got.why(COACH) == []


# The end of a session


def test_whoever_wants_to_stop_waiting_is_asked_and_the_rest_stays_without_words(watch):
    behind: list[float] = []

    def waiting(behind_s: float) -> bool:
        behind.append(behind_s)
        return len(behind) < 2

    with desk(watch.make, waiting=waiting) as at:
        at.ask(utterance(1, 2))
        at.ask(utterance(4))
        watch.begins()
        got = everything(at)
        assert at.works
        assert behind == [3.0, 3.0]
        late = WorkerDesk(at.attendant, BacklogOptions())  # the next session of the same command
        begin = samples(1)
        other = replace(utterance(1, 3), voiced=((Samples(begin + 500), Samples(begin + 900)),))
        late.ask(other)
        watch.goes_on()
        watch.goes_on()
        assert everything(late).texts() == [word(other)]
    assert got.words == []
    assert got.why() == [
        (1.0, "the session was ended before its words had come"),
        (4.0, "the session was ended before its words had come"),
    ]


def test_a_preview_at_the_end_is_not_waited_for():
    with desk(Slow(seconds=60)) as at:
        at.ask(utterance(1, final=False))
        at.finish()
        assert at.behind_s == 0


# A review


@pytest.mark.parametrize(
    "options",
    [
        BacklogOptions(review_s=10),
        BacklogOptions(review_s=600, client_s=60, coach_s=600),  # more than live may let wait
    ],
)
def test_a_review_waits_and_loses_nothing(options):
    asked = [utterance(10 * i, 8, track) for i in range(90) for track in Track]
    most = 0.0
    with desk(Slow(seconds=0.002), options, patient=True) as at:
        for each in asked:
            at.ask(each)
            most = max(most, at.behind_s)
        got = everything(at)
    assert most <= options.review_s + 16  # the one asked and the one worked on
    assert got.unworded == []
    for track in Track:
        assert got.texts(track) == [word(u) for u in asked if u.track is track]


def test_a_review_asks_for_no_previews(watch):
    """Nobody sees them; a process that works on one is late for what is kept."""
    with desk(watch.make, patient=True) as at:
        for _ in range(2):
            watch.goes_on()
        at.ask(utterance(1, 1, final=False))
        at.ask(utterance(1, 2))
        watch.begins()
        assert everything(at).texts() == [word(utterance(1))]
    assert watch.began == [samples(1)]
    assert not watch.told.poll(0.0)


def test_a_review_whose_transcriber_is_lost_ends():
    with desk(CannotLoad(), BacklogOptions(review_s=10), patient=True) as at:
        for i in range(5):
            at.ask(utterance(10 * i, 8))
        assert len(everything(at).unworded) == 5
