"""A transcriber in a process of its own: it may die in any way, and no question is lost."""

from __future__ import annotations

import contextlib
import os
import resource
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from transcribers import (
    SOON,
    Aborts,
    CannotLoad,
    DiesLoading,
    Hangs,
    HangsLoading,
    Hears,
    Raises,
    Slow,
    Watch,
    utterance,
    word,
)

from live.logs import log_file
from live.transcribe import attendant as module
from live.transcribe.attendant import FAILED, OWN_DEATHS, Answer, Attendant, Lost, Make
from live.transcribe.transcriber import About
from live.types import Track, Utterance

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes as Linux has them")

ROOT = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def working(*makes: Make) -> Iterator[Attendant]:
    attendant = Attendant(makes)
    try:
        yield attendant
    finally:
        attendant.close()


def ask(attendant: Attendant, *utterances: Utterance) -> list[Answer | None]:
    """The answers to them, one after another."""
    answers = []
    for each in utterances:
        attendant.give(each)
        answers.append(attendant.answer(SOON))
    return answers


def said(answers: Sequence[Answer | None]) -> list[str]:
    """What each answer says: the word of the voice it is about, or why there is none."""
    return [a.reply.refused or a.reply.words[0].text if a else "nothing" for a in answers]


def ended(pid: int, within_s: float = SOON) -> bool:
    """Wait until a process has ended."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], within_s)[0])
    finally:
        os.close(descriptor)


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    watch.close()


# Answering


def test_it_answers_one_after_another_and_says_what_it_is():
    asked = [utterance(1), utterance(3, track=Track.CLIENT), utterance(2, 8)]
    with working(Hears(About("full", "cpu", (0.2, 0.5)))) as attendant:
        answers = ask(attendant, *asked)
        assert attendant.about == About("full", "cpu", (0.2, 0.5))
        assert attendant.lost is None
        assert attendant.replaced == 0
        assert attendant.answer() is None
    assert said(answers) == [word(u) for u in asked]
    assert all(a is not None and a.utterance is u for a, u in zip(answers, asked, strict=True))


def test_it_steps_back_behind_the_session(watch):
    with working(watch.make) as attendant:
        attendant.give(utterance(1))
        assert watch.begins() == attendant.pid
        assert watch.priority == min(19, os.nice(0) + 10)


# Dying


def test_killed_ten_times_in_the_middle_of_its_work_it_answers_everything_once(watch):
    asked = [utterance(i) for i in range(5)]
    kills = [1, 4, 0, 3, 2]
    assert sum(kills) == 10
    answers, pids = [], []
    with working(watch.make) as attendant:
        for each, times in zip(asked, kills, strict=True):
            attendant.give(each)
            for _ in range(times):
                pids.append(watch.begins())
                os.kill(pids[-1], signal.SIGKILL)
            watch.begins()
            watch.goes_on()
            answers.append(attendant.answer(SOON))
        assert attendant.answer() is None
        assert attendant.replaced == 10
        assert attendant.lost is None
    assert said(answers) == [word(u) for u in asked]
    assert len(set(pids)) == 10
    assert watch.began == [u.start for u, n in zip(asked, kills, strict=True) for _ in range(n + 1)]


def test_killed_between_two_utterances_it_answers_the_next():
    with working(Hears()) as attendant:
        first = ask(attendant, utterance(1))
        os.kill(attendant.pid or 0, signal.SIGKILL)
        assert said([*first, *ask(attendant, utterance(2))]) == [
            word(utterance(1)),
            word(utterance(2)),
        ]


def test_the_utterance_it_dies_of_stays_without_words_and_the_next_are_answered():
    asked = [utterance(1), utterance(2), utterance(3)]
    with working(Aborts(at=frozenset({asked[1].start}))) as attendant:
        answers = ask(attendant, *asked)
        assert attendant.lost is None
        assert attendant.replaced == OWN_DEATHS
    assert said(answers) == [word(asked[0]), FAILED, word(asked[2])]


def test_what_it_falls_back_on_is_tried_when_it_dies_by_itself(watch):
    asked = [utterance(1), utterance(2)]
    first = Aborts(About("short", "cuda"), at=frozenset({asked[0].start}))
    with working(first, Hears(About("short", "cpu"))) as attendant:
        assert said(ask(attendant, *asked)) == [word(u) for u in asked]
        assert attendant.about == About("short", "cpu")
        assert attendant.replaced == 1
    assert not watch.began


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_ended_from_outside_it_stays_with_what_it_was(watch, number):
    """A system short of memory says nothing about a graphics card."""
    with working(watch.make, CannotLoad()) as attendant:
        attendant.give(utterance(1))
        os.kill(watch.begins(), number)
        watch.begins()
        watch.goes_on()
        assert said([attendant.answer(SOON)]) == [word(utterance(1))]


def test_one_that_hangs_is_replaced(watch, monkeypatch):
    monkeypatch.setattr(module, "ANSWER_S", 1.0)
    monkeypatch.setattr(module, "_ENDING_S", 0.05)
    with working(watch.make) as attendant:
        attendant.give(utterance(1))
        first = watch.begins()
        assert watch.begins() != first  # the first is never told to go on
        assert ended(first)
        watch.goes_on()
        assert said([attendant.answer(SOON)]) == [word(utterance(1))]


def test_an_utterance_it_always_hangs_on_stays_without_words(monkeypatch):
    monkeypatch.setattr(module, "ANSWER_S", 0.3)
    monkeypatch.setattr(module, "_ENDING_S", 0.05)
    with working(Hangs(at=frozenset({utterance(1).start}))) as attendant:
        assert said(ask(attendant, utterance(1))) == [FAILED]
        monkeypatch.setattr(module, "ANSWER_S", SOON)  # a busy machine is no hang
        assert said(ask(attendant, utterance(2))) == [word(utterance(2))]


# Not starting


def test_one_that_dies_while_loading_is_given_up_with_a_sentence(tmp_path):
    marks = tmp_path / "marks"
    with working(DiesLoading(marks=str(marks))) as attendant:
        assert attendant.answer(SOON) is None
        assert attendant.lost == Lost("The speech recognition does not start.")
        assert attendant.about is None
        assert attendant.pid is None
    assert len(marks.read_text()) == OWN_DEATHS


def test_one_that_says_why_it_cannot_is_believed_at_once():
    with working(CannotLoad()) as attendant:
        assert attendant.answer(SOON) is None
        assert attendant.lost == Lost("The model is damaged.", "Get it again.")


def test_what_it_falls_back_on_is_loaded_when_the_first_cannot_be(tmp_path):
    for first in (DiesLoading(marks=str(tmp_path / "marks")), CannotLoad()):
        with working(first, Hears(About("short", "cpu"))) as attendant:
            assert said(ask(attendant, utterance(1))) == [word(utterance(1))]
            assert attendant.lost is None
            assert attendant.about == About("short", "cpu")


def test_one_that_hangs_while_loading_is_given_up(monkeypatch):
    monkeypatch.setattr(module, "LOAD_S", 0.3)
    monkeypatch.setattr(module, "_ENDING_S", 0.05)
    with working(HangsLoading()) as attendant:
        assert attendant.answer(SOON) is None
        assert attendant.lost == Lost("The speech recognition does not start.")


def test_a_system_that_starts_no_process_is_a_sentence_too():
    """As when too many files are open."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    spare = os.open(os.devnull, os.O_RDONLY)
    resource.setrlimit(resource.RLIMIT_NOFILE, (spare + 1, limits[1]))
    try:
        attendant = Attendant([Hears()])
        assert attendant.answer(SOON) is None
        lost = attendant.lost
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
        os.close(spare)
    attendant.close()
    assert lost == Lost("The speech recognition does not start.")


def test_a_mistake_of_the_program_leaves_nobody_waiting(capfd):
    with working(lambda: Hears()) as attendant:  # cannot be sent to a process
        assert attendant.answer(SOON) is None
        assert attendant.lost == Lost("The speech recognition does not start.")
    assert capfd.readouterr() == ("", "")
    assert "attendant" in log_file().read_text()


# What is seen and written of it


def test_a_mistake_in_it_prints_nothing_and_the_log_has_no_words(capfd):
    with working(Raises(words="my sister left")) as attendant:
        assert said(ask(attendant, utterance(1))) == [FAILED]
    assert capfd.readouterr() == ("", "")
    log = log_file().read_text()
    assert log.count("ValueError") == OWN_DEATHS
    assert "transcribe" in log
    assert "sister" not in log


def test_one_that_aborts_or_cannot_load_prints_nothing(capfd, tmp_path):
    for make in (DiesLoading(marks=str(tmp_path / "marks")), CannotLoad()):
        with working(make) as attendant:
            attendant.answer(SOON)
    assert capfd.readouterr() == ("", "")


# Ending


def children() -> dict[int, str]:
    """Our child processes and the state of each (Z: a zombie)."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent = path.read_text().rsplit(")", 1)[1].split()[:2]
            if int(parent) == os.getpid():
                found[int(path.parent.name)] = state
    return found


def test_closing_ends_it_at_once_while_it_works(watch):
    attendant = Attendant([watch.make])
    attendant.give(utterance(1))
    pid = watch.begins()
    attendant.close()
    assert ended(pid, 0)
    assert attendant.pid is None
    assert not attendant._thread.is_alive()
    assert pid not in children()


def test_closing_ends_it_at_once_while_it_loads_or_dies_or_waits(tmp_path):
    for make in (HangsLoading(), DiesLoading(marks=str(tmp_path / "marks")), Slow(seconds=60)):
        attendant = Attendant([make])
        attendant.give(utterance(1))
        attendant.close()
        assert attendant.pid is None
        assert not attendant._thread.is_alive()
        attendant.close()


class Gate:
    """Holds up the moment in which a process is being started: it is pickled then."""

    def __init__(self) -> None:
        self.entered, self.leave = threading.Event(), threading.Event()

    def __reduce__(self):
        self.entered.set()
        assert self.leave.wait(SOON)
        return HangsLoading, ()


def test_closing_in_the_moment_of_its_start_ends_it_too():
    gate = Gate()
    attendant = Attendant([gate])
    assert gate.entered.wait(SOON)
    threading.Timer(0.1, gate.leave.set).start()
    attendant.close()
    assert not attendant._thread.is_alive()
    assert attendant.pid is None


def test_twenty_rounds_leave_no_process_and_no_open_file():
    def round_of(answers: bool) -> None:
        with working(Hears()) as attendant:
            if answers:
                assert said(ask(attendant, utterance(1))) == [word(utterance(1))]

    round_of(True)  # the first starts the helper that multiprocessing keeps
    before = (children(), len(os.listdir("/proc/self/fd")), threading.active_count())  # noqa: PTH208
    for i in range(20):
        round_of(i % 4 == 0)
    after = (children(), len(os.listdir("/proc/self/fd")), threading.active_count())  # noqa: PTH208
    assert after == before


SCRIPT = """
import os, signal, sys, threading
from transcribers import Slow, utterance
from live.transcribe.attendant import Attendant

if __name__ == "__main__":
    signal.signal(signal.SIGINT, lambda number, frame: None)
    signal.signal(signal.SIGHUP, lambda number, frame: None)
    {body}
"""


def script(tmp_path: Path, body: str) -> subprocess.Popen[str]:
    """A program with an attendant, leader of a process group of its own."""
    lines = SCRIPT.format(body=body.strip().replace("\n", "\n    "))
    (tmp_path / "program.py").write_text(lines)
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, str(tmp_path / "program.py")],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def test_an_interruption_from_the_keyboard_is_for_the_session_alone(tmp_path):
    """Ctrl-C reaches every process of the terminal, also one that has only just begun."""
    body = """
attendant = Attendant([Slow(seconds=0.3)])
while (pid := attendant.pid) is None:
    threading.Event().wait(0.002)
for number in (signal.SIGINT, signal.SIGHUP):
    os.killpg(0, number)
attendant.give(utterance(1))
while attendant.about is None:
    threading.Event().wait(0.01)
os.killpg(0, signal.SIGINT)
answer = attendant.answer(20)
print(len(answer.reply.words), attendant.pid == pid, attendant.replaced)
attendant.close()
"""
    with script(tmp_path, body) as process:
        out, err = process.communicate(timeout=SOON)
    assert (out, err) == ("1 True 0\n", "")
    assert process.returncode == 0


@pytest.mark.parametrize("work", ["", "attendant.give(utterance(1))"])
def test_it_ends_when_the_program_is_killed(tmp_path, work):
    body = f"""
attendant = Attendant([Slow(seconds=0.5)])
while attendant.about is None:
    threading.Event().wait(0.01)
{work}
print(attendant.pid, flush=True)
threading.Event().wait()
"""
    with script(tmp_path, body) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        process.kill()
        assert ended(pid)
        assert process.stderr is not None
        assert process.stderr.read() == ""
