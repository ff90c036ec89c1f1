"""Stopping from outside: 130, everything up to then kept, and nothing ugly to read."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from outside import call, flags, start, whole

from live.app.interrupt import Stop
from live.session import run_words

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals of Unix")

QUIET = ("--model", "none")
SLOW = ("--source", "sample", "--speed", "20", "--set", "voice.engine=webrtc", *QUIET)


def heard(process):
    """Wait until the first flag is said."""
    assert b"[backchannel, 0:11]" in process.stdout.readline()


@pytest.mark.parametrize("name", ["SIGINT", "SIGHUP"])
def test_a_live_session_that_is_stopped_is_kept(tmp_path, name):
    with start("live", *SLOW, "--json", tmp_path / "s.json") as process:
        heard(process)
        process.send_signal(getattr(signal, name))
        out, err = process.communicate(timeout=20)
    document = whole(tmp_path / "s.json")

    assert process.returncode == 130
    assert document["conditions"]["interrupted"] is True
    assert 11 < document["duration"] < 300
    assert "backchannel" in [flag["kind"] for flag in document["flags"]]
    assert b"Stopped early" in out
    assert out.rstrip().endswith(b"s.json")
    assert b"Traceback" not in err


def test_what_is_kept_is_what_a_whole_session_says_up_to_then(tmp_path, reviewed):
    slow = ("--source", "sample", "--speed", "20", *QUIET)
    with start("live", *slow, "--json", tmp_path / "s.json") as process:
        heard(process)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    document = whole(tmp_path / "s.json")

    # What is decided in the last moment knows that nothing follows.
    certain = document["duration"] - 3
    assert [f for f in flags(document) if f[-1] < certain] == [
        f for f in flags(reviewed) if f[-1] < certain
    ]


def test_the_document_on_standard_output_is_whole_after_an_interruption():
    with start("live", *SLOW, "--keep", "none", "--json", "-") as process:
        assert b"No words" in process.stderr.readline()
        assert b"[backchannel, 0:11]" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)

    assert process.returncode == 130
    assert whole(out.decode())["conditions"]["interrupted"] is True


def test_results_of_earlier_inputs_are_kept_and_later_ones_not_begun(tmp_path, talk):
    copies = [tmp_path / f"{name}.wav" for name in "abc"]
    for copy in copies:
        copy.write_bytes(talk.read_bytes())
    out = tmp_path / "results"
    with start("review", copies[0], "sample", *copies[1:], *QUIET, "--out", out) as process:
        for line in process.stdout:
            if line.startswith(b"Written to"):
                break
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)

    kept = {path.name for path in out.iterdir()}
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert "interrupted" not in whole(out / "a.session.json")["conditions"]
    assert kept <= {"a.session.json", "sample.session.json"}
    for name in kept - {"a.session.json"}:
        assert whole(out / name)["conditions"]["interrupted"] is True


def test_no_further_input_is_begun_after_words_that_take_no_time(tmp_path, words, monkeypatch):
    def stopped_meanwhile(*arguments):
        signal.raise_signal(signal.SIGTERM)
        return run_words(*arguments)

    other = tmp_path / "other.jsonl"
    other.write_bytes(words.read_bytes())
    monkeypatch.setattr("live.app.review.run_words", stopped_meanwhile)

    done = call("review", "--words", words, other, "--out", tmp_path / "results")

    assert done.code == 130
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["words.session.json"]


def test_twice_means_at_once(tmp_path):
    with start("live", *SLOW, "--speed", "0.5", "--json", tmp_path / "s.json") as process:
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)

    assert process.returncode == 130
    assert b"Traceback" not in err


def test_a_stop_while_the_program_starts_is_heard(tmp_path):
    with start("live", *SLOW, "--json", tmp_path / "s.json") as process:
        _wait_for_the_handler(process.pid)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)

    assert process.returncode == 130
    assert b"Traceback" not in err


def _wait_for_the_handler(pid: int) -> None:
    """Until the process catches SIGTERM, which Python by itself does not."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        pytest.skip("cannot see which signals a process catches here")
    while True:
        told = dict(line.split(":") for line in status.read_text().splitlines())
        if int(told["SigCgt"], 16) >> (signal.SIGTERM - 1) & 1:
            return
        time.sleep(0.005)


def test_handlers_are_put_back():
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with Stop() as stop:
        signal.raise_signal(signal.SIGTERM)
        assert stop()

    assert [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)] == before


def test_being_told_to_end_again_and_again_loses_nothing():
    with Stop() as stop:
        assert not stop()
        try:
            for _ in range(3):
                signal.raise_signal(signal.SIGTERM)
        except KeyboardInterrupt:  # which would end the tests
            pytest.fail("ended at once")
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)


def test_the_last_words_of_one_recording_do_not_cost_the_next_its_words():
    with Stop() as stop:
        assert not stop()
        assert not stop.insists()  # the end of the first waits for its words
        assert not stop()  # the second has begun
        signal.raise_signal(signal.SIGINT)
        assert stop()
        assert not stop.insists()
        signal.raise_signal(signal.SIGINT)
        assert stop.insists()


def test_twice_in_the_middle_of_a_later_recording_still_means_at_once():
    with Stop() as stop:
        stop.insists()
        stop()
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
