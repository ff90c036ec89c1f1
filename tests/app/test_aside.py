"""What a live session says of the sound itself: loudspeakers by name, a refused connection."""

from __future__ import annotations

import os
import sys

import numpy as np
from outside import call, called, wav, whole
from sample.make import AUDIO, read_opus

from live.app.streams import quiet_libraries
from live.types import RATE

QUICK = ("--speed", "10000", "--set", "voice.engine=webrtc", "--model", "none")
AGREED = ("--with", "A.", "--consent", "said at the beginning", "--keep", "none")


def test_loudspeakers_are_said_with_what_can_no_longer_be_told(tmp_path):
    sound = read_opus(AUDIO)[:, : 40 * RATE].copy()
    lag = RATE // 25
    sound[0, lag:] += sound[1, :-lag] * 0.4
    talk = wav(tmp_path / "talk.wav", sound)

    done = call("live", "--source", talk, *AGREED, *QUICK, "--json", tmp_path / "l.json")

    (problem,) = done.problems
    assert "(loudspeakers)" in problem
    assert "came in early" in problem
    assert "Headphones bring them back" in done.err
    document = whole(tmp_path / "l.json")
    assert document["conditions"]["echo"] == "speakers"
    assert "interruption" in document["conditions"]["not_measured"]
    counted = [f for f in document["flags"] if f["status"] != "withdrawn"]
    assert "interruption" not in {flag["kind"] for flag in counted}


def test_a_connection_that_something_asks_for_is_refused_and_said(tmp_path):
    """As if a library of ours began to report its use."""
    (tmp_path / "sitecustomize.py").write_text(
        """
import sys, threading
def late():
    import socket, time
    while "live.session" not in sys.modules:
        time.sleep(0.01)
    for _ in range(500):
        try:
            socket.create_connection(("127.0.0.1", 9), 0.1)
        except PermissionError:
            return
        except OSError:
            time.sleep(0.01)
threading.Thread(target=late, daemon=True).start()
"""
    )
    sound = np.zeros((2, 4 * RATE), np.float32)
    sound[:, ::50] = 0.1
    sound[1] *= 0.5
    talk = wav(tmp_path / "talk.wav", sound)

    done = called(
        "live", "--source", talk, *AGREED, "--speed", "1", *QUICK[2:],
        env={"PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])},
    )  # fmt: skip

    assert done.code == 0, done.err
    assert done.problems == ["Something in this program asked for the network and was refused."]


def test_what_native_libraries_complain_of_reaches_nobody(capfd):
    os.write(2, b"before\n")
    with quiet_libraries():
        os.write(2, b"Expression 'r' failed\n")
        sys.stderr.write("ours\n")
    os.write(2, b"after\n")

    errors = capfd.readouterr().err
    assert "Expression" not in errors
    assert "ours" in errors
    assert errors.startswith("before\n")
    assert errors.endswith("after\n")
