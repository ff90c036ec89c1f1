"""`unhurried live` on devices: the same flags as in a review, and no connection anywhere."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from outside import ROOT, call, start, wav, whole
from sound_server import MICROPHONE, OUTPUT

from live.types import RATE

AGREED = ("--with", "A.", "--consent", "said at the beginning", "--keep", "none")
DEVICES = ("--coach", MICROPHONE, "--client", OUTPUT)
BEFORE_S = 2.0
"""Silence before what is played, in which the session begins."""


@pytest.fixture
def played(tmp_path: Path, voices: np.ndarray) -> tuple[Path, Path]:
    """A piece of the sample session with an interruption, to be played and to be reviewed."""
    sound = voices[:, 20 * RATE : 32 * RATE]
    sound = np.pad(sound, ((0, 0), (round(BEFORE_S * RATE), 0)))
    raw = tmp_path / "played.raw"
    raw.write_bytes((sound.T * 32_767).astype("<i2").tobytes())
    return raw, wav(tmp_path / "played.wav", sound)


@pytest.mark.slow
def test_the_flags_are_those_of_a_review_of_the_same_sound(devices, played, tmp_path):
    raw, recording = played
    call("review", recording, *AGREED, "--model", "none", "--json", tmp_path / "review.json")
    expected = whole(tmp_path / "review.json")["flags"]
    assert {flag["kind"] for flag in expected} >= {"interruption"}

    devices.play_raw("stage", raw, channels=2)
    done = call("live", *DEVICES, *AGREED, "--no-check", "--model", "none", "--seconds", "14.5",
                "--json", tmp_path / "live.json")  # fmt: skip

    assert done.code == 0, done.err
    document = whole(tmp_path / "live.json")
    assert document["source"] == {"kind": "live", "name": f"{MICROPHONE} + {OUTPUT}"}
    assert document["gaps"] == []
    heard = document["flags"]
    assert [flag["kind"] for flag in heard] == [flag["kind"] for flag in expected]
    # The session began some time into the silence: one shift explains all onsets.
    shifts = np.array([a["start"] - b["start"] for a, b in zip(heard, expected, strict=True)])
    assert np.abs(shifts - np.median(shifts)).max() <= 0.06


def test_nobodys_microphone_is_opened_before_they_agreed(devices):
    done = call("live", *DEVICES, "--mode", "session", "--no-check", "--seconds", "1")

    assert done.code == 1
    assert "agreed" in done.err
    assert devices.listeners() == {}


@pytest.mark.device
def test_the_check_says_in_sentences_who_is_heard(devices, voices, tmp_path):
    both_speak = tmp_path / "both.raw"
    both_speak.write_bytes((voices[:, : 12 * RATE].T * 32_767).astype("<i2").tobytes())
    devices.play_raw("stage", both_speak, channels=2)

    done = call("devices", "--check", *DEVICES, "--set", "devices.check_s=7")

    assert done.code == 0, done.err
    assert f"Coach ({MICROPHONE}): heard well" in done.err
    assert f"Client ({OUTPUT}): heard well" in done.err


def test_what_is_silent_is_said_with_its_cure(devices):
    done = call("devices", "--check", *DEVICES, "--set", "devices.check_s=3")

    assert done.code == 1
    assert f"Client ({OUTPUT}): nobody was heard." in done.err
    assert "Choose another: unhurried devices, then --client NAME" in done.err


def test_devices_are_listed_by_name_with_what_is_used(devices):
    done = call("devices")

    assert done.code == 0
    assert "Virtual-microphone   (48 kHz, 1 channel, used for the coach" in done.out
    assert f"{OUTPUT}   (48 kHz, 1 channel, used for the client, the system's default)" in done.out


def test_a_choice_is_remembered_and_one_that_is_gone_is_said(devices, tmp_path):
    devices.plug("headset")
    call(
        "live",
        "--coach",
        MICROPHONE,
        "--client",
        "headset",
        *AGREED,
        "--no-check",
        "--seconds",
        "1",
    )
    assert "headset   (48 kHz, 1 channel, used for the client)" in call("devices").out
    devices.unplug("headset")

    done = call("live", *AGREED, "--no-check", "--seconds", "1", "--json", tmp_path / "l.json")

    assert "headset, which you chose for the client, is not there" in done.err
    assert whole(tmp_path / "l.json")["source"]["name"] == f"{MICROPHONE} + {OUTPUT}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--client", "nowhere"), "There is no device 'nowhere'."),
        (("--client", "99"), "There is no device number 99."),
        (("--client", f"{OUTPUT}:4"), f"{OUTPUT} has 1 channel, not 4."),
        (("--coach", OUTPUT, "--client", OUTPUT), f"both heard through {OUTPUT}"),
    ],
)
def test_a_device_that_cannot_be_meant_is_said_with_what_to_do(devices, arguments, said):
    done = call("live", *arguments, *AGREED, "--no-check", "--seconds", "1")

    assert done.code == 1
    assert said in done.problems[0]
    assert done.err.rstrip().splitlines()[-1].startswith("  ")


def test_without_a_sound_server_it_says_what_is_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")

    done = call("live", *AGREED, "--no-check", "--seconds", "1")

    assert done.code == 1
    assert len(done.problems) == 1
    assert done.problems == ["The sound server does not answer."]
    assert "Is it running?" in done.err


def test_a_sound_server_on_another_computer_is_refused(monkeypatch):
    monkeypatch.setenv("PULSE_SERVER", "tcp:192.0.2.1")

    done = call("live", *AGREED, "--no-check", "--seconds", "1")

    assert done.code == 1
    assert done.problems == [
        "The sound server is on another computer, and Unhurried opens no connection."
    ]


def test_ctrl_c_ends_a_session_and_keeps_it(devices, tmp_path):
    command = ("live", *DEVICES, *AGREED, "--no-check", "--model", "none", "--json", tmp_path / "l")
    with start(*command) as process:
        assert process.stderr is not None
        while b"It has begun" not in process.stderr.readline():
            assert process.poll() is None
        devices.wait_for_listeners(2)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)

    assert process.returncode == 130
    assert b"Stopped early" not in out
    assert whole(tmp_path / "l")["duration"] >= 0


@pytest.mark.skipif(
    not shutil.which("strace") or not shutil.which("unshare") or os.getuid() != 0,
    reason="needs strace, and to be root to take the network away",
)
@pytest.mark.slow
def test_a_session_without_any_network_opens_no_connection(devices, played, tmp_path):
    """With words, so that the worker process is watched, too."""
    devices.play_raw("stage", played[0], channels=2)
    log = tmp_path / "calls.txt"
    command = [sys.executable, "-m", "live", "live", *DEVICES, *AGREED, "--no-check",
               "--model", "sample", "--seconds", "6",
               "--json", str(tmp_path / "l.json")]  # fmt: skip
    watched = ["unshare", "-n", "strace", "-f", "-qq", "-e", "trace=socket,connect", "-o", str(log)]

    done = subprocess.run(  # noqa: S603 - ourselves, watched
        [*watched, *command],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert done.returncode == 0, done.stderr
    assert whole(tmp_path / "l.json")["conditions"]["words"].startswith("whisper:sample@")
    calls = log.read_text().splitlines()
    assert [line for line in calls if "AF_INET" in line] == []
    # It has seen the sound server's, so it would have seen others.
    assert any("AF_UNIX" in line for line in calls)
