"""`unhurried live` from outside: flags as they are decided, the same ones as in a review."""

from __future__ import annotations

import re

import pytest
from outside import call, flags, start, wav, whole

from live.types import RATE

QUIET = ("--model", "none")
FAST = ("--speed", "10000", "--set", "voice.engine=webrtc", *QUIET)
AGREED = ("--with", "A.", "--consent", "said at the beginning")
CUE = re.compile(r" *(\d+):(\d\d)  [!+.] .+  \[([a-z_]+), \d+:\d\d\]")


def cues(text):
    """Seconds and kind of every flag that was said."""
    found = [CUE.match(line) for line in text.splitlines()]
    return [(int(m[1]) * 60 + int(m[2]), m[3]) for m in found if m]


@pytest.mark.slow
def test_the_same_flags_in_the_same_order_as_a_review(tmp_path, reviewed):
    done = call(
        "live",
        "--source",
        "sample",
        "--terminal",
        "--speed",
        "10000",
        *QUIET,
        "--json",
        tmp_path / "l",
    )
    heard = whole(tmp_path / "l")

    assert done.code == 0
    assert len(flags(heard)) > 20
    assert flags(heard) == flags(reviewed)
    assert heard["turns"] == reviewed["turns"]
    assert heard["silences"] == reviewed["silences"]
    assert heard["summary"] == reviewed["summary"]


def test_each_flag_is_said_in_the_order_of_its_decision(tmp_path):
    done = call("live", "--source", "sample", "--seconds", "60", *FAST, "--json", tmp_path / "l")

    document = whole(tmp_path / "l")
    assert cues(done.out) == [(int(f["decided"]), f["kind"]) for f in document["flags"]]
    assert len(cues(done.out)) >= 5


def test_a_flag_is_said_while_the_session_goes_on():
    with start(
        "live", "--source", "sample", "--speed", "20", "--set", "voice.engine=webrtc", *QUIET
    ) as process:
        assert process.stdout is not None
        assert cues(process.stdout.readline().decode())[0][0] < 20
        assert process.poll() is None
        process.kill()


def test_it_ends_with_the_place_of_the_result(tmp_path):
    done = call("live", "--source", "sample", "--seconds", "2", *FAST, "--json", tmp_path / "l")

    assert done.out.splitlines()[-1] == f"Written to {tmp_path / 'l'}"


def test_it_ends_after_the_seconds_that_were_asked_for(tmp_path):
    call("live", "--source", "sample", "--seconds", "12.5", *FAST, "--json", tmp_path / "l")
    document = whole(tmp_path / "l")

    assert document["duration"] == pytest.approx(12.5, abs=0.02)
    assert document["source"]["kind"] == "sample"
    assert "interrupted" not in document["conditions"]


def test_without_a_source_devices_are_heard_and_nobodys_before_they_agreed():
    done = call("live")

    assert done.code == 1
    assert done.problems == ["The other person has not agreed, so nothing starts."]


def test_a_source_that_is_not_there_is_a_problem():
    done = call("live", "--source", "nowhere.wav")

    assert done.code == 1
    assert done.problems == ["There is no file nowhere.wav."]


@pytest.mark.parametrize("mode", ["practice", "session", "observer"])
def test_every_mode_is_accepted(mode):
    assert call("live", "--source", "sample", "--mode", mode, "--seconds", "1", *FAST).code == 0


def test_a_recording_is_a_source_too(tmp_path, talk):
    done = call("live", "--source", talk, *AGREED, *FAST, "--json", tmp_path / "l")

    assert done.code == 0
    assert "the left channel is taken as the coach" in done.err
    assert whole(tmp_path / "l")["source"] == {"kind": "recording", "name": "talk.wav"}


def test_what_was_wrong_with_a_recording_is_said_when_it_is_over(tmp_path, talk):
    cut = tmp_path / "cut.wav"
    cut.write_bytes(talk.read_bytes()[:100_000])

    done = call("live", "--source", cut, *AGREED, *FAST)

    assert done.code == 0
    assert "cut.wav breaks off" in done.err


def test_the_coach_can_be_on_the_right(tmp_path, voices):
    turned = wav(tmp_path / "turned.wav", voices[::-1, 20 * RATE : 32 * RATE])

    call("live", "--source", turned, *AGREED, "--coach", "right", *FAST, "--json", tmp_path / "l")

    assert {f["kind"] for f in whole(tmp_path / "l")["flags"]} == {"interruption"}


def test_without_words_it_says_what_that_means():
    done = call("live", "--source", "sample", "--seconds", "30", *FAST)

    assert "No words are heard" in done.err
    assert "Not measured" in done.out


def test_a_document_on_standard_output_stands_alone_and_cues_go_beside_it():
    done = call("live", "--source", "sample", "--seconds", "30", *FAST, "--json", "-")

    assert [f["kind"] for f in whole(done.out)["flags"]] == [kind for _, kind in cues(done.err)]


def test_a_place_that_cannot_keep_the_session_is_found_before_it_begins(tmp_path):
    # At the speed of life: the answer may not take the five minutes of the session.
    done = call("live", "--source", "sample", "--json", tmp_path / "no" / "folder" / "l.json")

    assert done.code == 1
    assert done.problems == [f"There is no folder {tmp_path / 'no' / 'folder'}."]
    assert done.out == ""
