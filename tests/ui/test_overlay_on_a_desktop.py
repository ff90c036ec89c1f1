"""The overlay under a real window manager: above everything, in nobody's way."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from desktop import Desktop, until

from live.ui.wire import Done, Look, Message, Move, Placed, Quit, Ready, Spots, Style, to_line
from live.ui.wire import from_line as read

pytestmark = pytest.mark.slow

TITLE = "Unhurried"
QUICK = Style(theme="light", opacity=1.0, fade_in_ms=100, fade_out_ms=100)
LIGHT = np.array([0xFA, 0xF8, 0xF4])
"""The ground of the light theme."""
WRITER = """
import sys
from PyQt6.QtWidgets import QApplication, QLineEdit, QPushButton, QVBoxLayout, QWidget
app = QApplication(["meeting"])
window = QWidget()
window.setWindowTitle("meeting")
window.setStyleSheet("QWidget {{ background: #204060; }}")
line, button = QLineEdit(), QPushButton("there")
line.textChanged.connect(lambda text: print("typed", text, flush=True))
button.clicked.connect(lambda: print("clicked", flush=True))
button.setSizePolicy(button.sizePolicy().Policy.Expanding, button.sizePolicy().Policy.Expanding)
layout = QVBoxLayout(window)
layout.addWidget(button)
layout.addWidget(line)
window.{show}()
line.setFocus()
app.exec()
"""


class Told:
    """An overlay's process, and what it has said."""

    def __init__(self, desk: Desktop, **env: str) -> None:
        self.process = desk.python(
            "-m", "live.ui.overlay_program", "Unhurried has ended",
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=env,
        )  # fmt: skip
        os.set_blocking(self.process.stdout.fileno(), False)
        self.heard: list[Message] = []
        until(lambda: self.says(Ready))
        self.say(QUICK, Spots(), Look(sentence="Listening."))

    def say(self, *messages: Message) -> None:
        for message in messages:
            self.process.stdin.write(to_line(message))
        self.process.stdin.flush()

    def says(self, kind: type[Message]) -> Message | None:
        while line := self.process.stdout.readline():
            self.heard.append(read(line))
        return next((each for each in self.heard if isinstance(each, kind)), None)


@pytest.fixture
def overlay(desk: Desktop) -> Iterator[Told]:
    made = Told(desk)
    desk.wait_for(TITLE)
    yield made
    made.process.stdin.close()
    made.process.kill()
    assert made.process.stderr.read() == b"", "a warning of Qt's"


@pytest.fixture
def meeting(desk: Desktop) -> Callable[[str], subprocess.Popen]:
    """Another program's window, with the focus; it says what is typed and clicked in it."""

    def begin(show: str) -> subprocess.Popen:
        process = desk.python("-c", WRITER.format(show=show), stdout=subprocess.PIPE)
        os.set_blocking(process.stdout.fileno(), False)
        desk.wait_for("meeting")
        until(lambda: desk.xdotool("getactivewindow", "getwindowname") == "meeting")
        return process

    return begin


def dot_seen(desk: Desktop, x: int = 520, y: int = 36) -> bool:
    """Whether the overlay's ground is to be seen beside its dot."""
    spot = desk.grab(x + 10, y - 4, 4, 8).reshape(-1, 3).astype(int)
    return bool((np.abs(spot - LIGHT).max(axis=1) <= 2).all())


def test_it_stays_above_a_full_screen_window_that_has_the_focus(desk, overlay, meeting):
    until(lambda: dot_seen(desk))
    meeting("showFullScreen")

    until(lambda: dot_seen(desk), 5)
    time.sleep(1.5)
    assert dot_seen(desk)


def test_it_appears_above_one_that_was_there_before(desk, meeting):
    meeting("showFullScreen")
    told = Told(desk)

    until(lambda: dot_seen(desk))
    told.process.stdin.close()


def test_it_never_takes_the_focus_and_typing_goes_on(desk, overlay, meeting):
    writer = meeting("showMaximized")
    desk.xdotool("type", "before ")
    overlay.say(Look(cue="came in early", icon="overlap"))
    overlay.say(Look(ring=True))
    overlay.say(Look(visible=False))
    overlay.say(Look(cue="pause cut short", icon="pause"))
    desk.xdotool("type", "after")

    wanted, typed = b"typed before after\n", b""

    def arrived() -> bool:
        nonlocal typed
        typed += writer.stdout.read() or b""
        return wanted in typed

    until(arrived)
    assert desk.xdotool("getactivewindow", "getwindowname") == "meeting"


def test_clicks_pass_through_it(desk, overlay, meeting):
    writer = meeting("showMaximized")
    until(lambda: dot_seen(desk))
    desk.xdotool("mousemove", 530, 36, "click", 1)

    until(lambda: b"clicked" in (writer.stdout.read() or b""))


def test_in_move_mode_it_is_dragged_and_remembers_where(desk, overlay):
    until(lambda: dot_seen(desk))
    overlay.say(Move(on=True, hint="Drag me"))
    time.sleep(0.3)
    desk.xdotool("mousemove", 530, 36, "mousedown", 1)
    for step in range(1, 11):
        desk.xdotool("mousemove", 530 - 30 * step, 36 + 40 * step)
    desk.xdotool("mouseup", 1)

    placed = until(lambda: overlay.says(Placed))
    assert placed.x == pytest.approx(220 / 1280, abs=0.02)
    assert placed.y == pytest.approx(436 / 800, abs=0.02)
    overlay.say(Move(on=False))
    until(lambda: dot_seen(desk, round(placed.x * 1280), round(placed.y * 800)))

    overlay.say(Quit())
    overlay.process.wait(5)
    again = Told(desk)
    again.say(Spots(placed.screen, {placed.screen: (placed.x, placed.y)}))
    until(lambda: dot_seen(desk, round(placed.x * 1280), round(placed.y * 800)))
    again.process.stdin.close()


def test_the_keyboard_moves_it_too(desk, overlay):
    overlay.say(Move(on=True, hint="Drag me"))
    window = desk.wait_for(TITLE)
    until(lambda: desk.xdotool("getactivewindow") == str(window.id))
    desk.xdotool("key", "Down")
    until(lambda: overlay.says(Placed))
    desk.xdotool("key", "Return")
    until(lambda: overlay.says(Done))


@pytest.mark.parametrize(("scale", "x", "y"), [("1.25", 487, 36), ("1.5", 457, 42), ("2", 410, 56)])
def test_at_every_scale_it_stands_at_the_same_place(desk, scale, x, y):
    told = Told(desk, QT_SCALE_FACTOR=scale)

    until(lambda: dot_seen(desk, x, y))
    told.process.stdin.close()


def test_on_two_screens_of_different_scales_it_is_where_it_was_put(desk):
    run = {"env": desk.environment, "check": True, "capture_output": True}
    for name, place in (("near", "640/300x800/400+0+0"), ("far", "640/300x800/400+640+0")):
        output = "screen" if name == "near" else "none"
        subprocess.run(["xrandr", "--setmonitor", name, place, output], **run)  # noqa: S603, S607
    try:
        told = Told(desk, QT_SCREEN_SCALE_FACTORS="near=1;far=2")
        told.say(Spots("far", {"far": (0.5, 0.5), "near": (0.25, 0.25)}))
        until(lambda: dot_seen(desk, 974, 400))
        told.say(Spots("near", {"far": (0.5, 0.5), "near": (0.25, 0.25)}))
        until(lambda: dot_seen(desk, 160, 200) and not dot_seen(desk, 974, 400))
        told.process.stdin.close()
    finally:
        for name in ("near", "far"):
            subprocess.run(["xrandr", "--delmonitor", name], **run)  # noqa: S603, S607


def test_it_follows_when_its_screen_disappears(desk, overlay):
    run = {"env": desk.environment, "check": True, "capture_output": True}
    for name, place in (("near", "640/300x800/400+0+0"), ("far", "640/300x800/400+640+0")):
        output = "screen" if name == "near" else "none"
        subprocess.run(["xrandr", "--setmonitor", name, place, output], **run)  # noqa: S603, S607
    try:
        overlay.say(Spots("far", {"far": (0.5, 0.5)}))
        until(lambda: dot_seen(desk, 960, 400))
        subprocess.run(["xrandr", "--delmonitor", "far"], **run)  # noqa: S607
        until(lambda: not dot_seen(desk, 960, 400) and dot_seen(desk, 198, 36))
    finally:
        subprocess.run(["xrandr", "--delmonitor", "near"], **run)  # noqa: S607


def test_when_the_program_has_died_it_says_so(desk, overlay):
    until(lambda: dot_seen(desk))
    before = desk.grab(480, 10, 300, 60)
    overlay.process.stdin.close()

    until(lambda: np.abs(desk.grab(480, 10, 300, 60).astype(int) - before).max() > 100)
    assert overlay.process.poll() is None


def test_idle_it_costs_next_to_nothing(desk, overlay):
    until(lambda: dot_seen(desk))
    time.sleep(0.5)
    before = used(overlay.process.pid)
    time.sleep(4)

    assert used(overlay.process.pid) - before < 0.04, "1 % of one core"


def used(pid: int) -> float:
    """Processor time of a process, in seconds."""
    parts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
