"""The guard of a session refuses every connection that leaves this computer, and only then."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# In a process of its own: a hook cannot be taken off again.
BEGIN = "from live.guard import guard, RefusedError; import socket, threading, multiprocessing\n"
REFUSED = {
    "an Internet socket": "socket.socket(socket.AF_INET)",
    "one of version 6": "socket.socket(socket.AF_INET6)",
    "a name looked up": "socket.getaddrinfo('localhost', 80)",
    "another program's socket": "socket.socket(socket.AF_UNIX).connect('/nobody/at/home')",
    "a server": "socket.socket(socket.AF_UNIX).bind('/nobody/at/home')",
}


def python(code: str) -> str:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", BEGIN + code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("asking", REFUSED.values(), ids=REFUSED.keys())
def test_it_refuses_while_it_is_closed_and_remembers(asking):
    code = f"""
with guard().closed():
    try:
        {asking}
    except RefusedError:
        print(len(guard().refused))
"""
    assert python(code) == "1"


def test_an_attempt_in_another_thread_that_is_swallowed_is_remembered():
    code = """
def quietly():
    try:
        socket.create_connection(("127.0.0.1", 9))
    except OSError:
        pass
with guard().closed():
    thread = threading.Thread(target=quietly)
    thread.start()
    thread.join()
print(guard().refused != [])
"""
    assert python(code) == "True"


def test_the_workers_pipe_and_the_sound_server_are_allowed():
    code = """
import os
os.environ["PULSE_SERVER"] = "unix:/nobody/at/home"
with guard().closed():
    one, other = multiprocessing.Pipe()
    one.send("heard")
    print(other.recv())
    try:
        socket.socket(socket.AF_UNIX).connect("/nobody/at/home")
    except FileNotFoundError:
        print(guard().refused)
"""
    assert python(code).split() == ["heard", "[]"]


def test_before_and_after_a_session_nothing_is_refused():
    code = """
guard()
socket.socket(socket.AF_INET).close()
with guard().closed():
    pass
socket.socket(socket.AF_INET).close()
print(guard().refused)
"""
    assert python(code) == "[]"
