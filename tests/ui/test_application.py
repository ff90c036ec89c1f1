"""The whole program on a desktop: from its start to a kept session, by mouse or by keyboard."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keyrings
import numpy as np
import pytest
from desktop import Desktop, until
from outside import ROOT, Done, called, wav
from Xlib.xobject.drawable import Window

from live.types import RATE

pytestmark = pytest.mark.slow

TITLE = "Unhurried"
OVERLAY = (460, 10, 400, 56)
"""Where it stands unless it was moved."""


def own() -> dict[str, str]:
    """Where this test keeps its sessions, and the key to them."""
    names = ("UNHURRIED_HOME", keyrings.FILE, keyrings.CHOICE)
    return {name: os.environ[name] for name in names}


@pytest.fixture(autouse=True)
def keyring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A keyring of this test's own."""
    monkeypatch.setenv(keyrings.FILE, str(tmp_path / "keyring.json"))
    keyrings.choose(monkeypatch, keyrings.InFile)


class Opened:
    """The program, started as a person would start it."""

    def __init__(self, desk: Desktop, *arguments: str | Path) -> None:
        self.desk = desk
        self.process: subprocess.Popen[Any] = desk.python(
            "-m", "live", *arguments, stderr=subprocess.PIPE, env=own()
        )

    def window(self, title: str = TITLE) -> Window:
        """A window that a window manager knows, so not the overlay."""
        return until(lambda: next((w for w in self.desk.windows(title) if self._large(w)), None))

    def overlay(self) -> Window | None:
        return next((w for w in self.desk.windows(TITLE) if not self._large(w)), None)

    def _large(self, window: Window) -> bool:
        return window.get_geometry().height > 150

    @property
    def overlay_pid(self) -> int:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        of = {int(pid): Path(f"/proc/{pid}/cmdline").read_text() for pid in children.split()}
        return next((pid for pid, line in of.items() if "overlay_program" in line), 0)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.desk.xdotool("key", key)
            time.sleep(0.05)

    def ended(self) -> str:
        """Wait until it has ended by itself; what it said to standard error."""
        said = self.process.communicate(timeout=60)[1].decode()
        assert self.process.returncode == 0, said
        return said


@pytest.fixture
def opened(desk: Desktop) -> Callable[..., Opened]:
    return lambda *arguments: Opened(desk, *arguments)


def looks(desk: Desktop) -> np.ndarray:
    return desk.grab(*OVERLAY).astype(int)


def words_seen(desk: Desktop) -> bool:
    """Whether there are words in the overlay: its pill reaches far to the right of the dot."""
    x, y, _, _ = OVERLAY
    return bool(desk.grab(x + 120, y + 10, 60, 30).std() > 12)


def written() -> bool:
    """Whether a session is being kept by now, with more than its beginning."""
    sessions = Path(os.environ["UNHURRIED_HOME"]) / "data" / "store" / "sessions"
    return any(path.stat().st_size > 30_000 for path in sessions.glob("*.db-wal"))


def asked(*arguments: str) -> Done:
    """The program in a terminal, afterwards."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return called(*arguments, env={**os.environ, "PYTHONPATH": path})


def kept(*arguments: str) -> str:
    done = asked("sessions", *arguments)
    assert done.code == 0, done.err
    return done.out


def test_one_key_starts_the_sample_session(desk, opened):
    program = opened()
    panel = program.window()
    until(lambda: desk.xdotool("getactivewindow") == str(panel.id))
    program.press("space")  # the button to start has the focus
    until(program.overlay)
    until(written)
    program.process.send_signal(signal.SIGTERM)

    assert program.ended() == ""
    assert "sample session" in kept()


def test_the_sample_session_runs_with_cues_on_the_screen_and_is_kept(desk, opened):
    program = opened("live", "--source", "sample", "--speed", "8", "--seconds", "50")
    until(program.overlay)
    until(lambda: words_seen(desk))

    assert program.ended() == ""
    assert "interruption" in kept("show", "1") or "came in" in kept("show", "1")


def test_when_the_overlay_dies_another_comes_and_the_session_goes_on(desk, opened):
    program = opened("live", "--source", "sample")
    until(program.overlay)
    first = until(lambda: program.overlay_pid)
    os.kill(first, signal.SIGKILL)

    until(lambda: program.overlay_pid not in (0, first))
    until(program.overlay)
    until(written)
    program.process.send_signal(signal.SIGINT)
    assert program.ended() == ""
    assert "sample session" in kept()


def test_when_the_program_dies_the_overlay_says_so_and_goes(desk, opened):
    program = opened("live", "--source", "sample")
    until(program.overlay)
    overlay = until(lambda: program.overlay_pid)
    until(written)
    before = looks(desk)
    program.process.kill()
    program.process.communicate()

    until(lambda: np.abs(looks(desk) - before).max() > 100)
    until(lambda: not Path(f"/proc/{overlay}").exists(), 15)
    assert "was not closed" in asked("sessions").err


def test_closing_the_windows_asks_nothing_and_loses_nothing(desk, opened):
    program = opened()
    panel = program.window()
    until(lambda: desk.xdotool("getactivewindow") == str(panel.id))
    program.press("space")
    until(program.overlay)
    until(written)
    desk.xdotool("search", "--name", "^Unhurried$", "windowclose")
    program.process.send_signal(signal.SIGINT)

    program.ended()
    (line,) = [line for line in kept().splitlines() if "sample session" in line]
    assert "0:0" in line


def test_nothing_starts_before_the_other_person_has_agreed(desk, opened, tmp_path):
    noise = np.random.default_rng(1).normal(0, 0.05, (2, 4 * RATE)).clip(-1, 1).astype(np.float32)
    talk = wav(tmp_path / "talk.wav", noise)
    program = opened("live", "--source", talk, "--with", "A.", "--speed", "8")

    said = program.process.communicate(timeout=60)[1].decode()
    assert program.process.returncode == 1
    assert "A. has not agreed, so nothing starts." in said

    agreed = opened(
        "live", "--source", talk, "--with", "A.", "--speed", "8", "--consent", "said so"
    )
    agreed.ended()
    assert "A." in kept()


def test_keys_reach_it_whichever_window_is_in_front(desk, opened):
    program = opened("live", "--source", "sample")
    until(program.overlay)
    until(written)
    program.press("ctrl+alt+m")
    program.press("ctrl+alt+h")
    until(lambda: program.overlay() is None)
    program.press("ctrl+alt+h")
    until(program.overlay)
    before = looks(desk)
    program.press("ctrl+alt+s")
    until(lambda: np.abs(looks(desk) - before)[:, :60].max() > 60)
    program.process.send_signal(signal.SIGINT)

    assert program.ended() == ""
    assert "marked by you" in kept("show", "1")


def test_without_a_screen_it_says_what_there_is_instead():
    done = called()

    assert done.code == 1
    assert "no screen" in done.err
    assert "unhurried live --source sample --terminal" in done.err
