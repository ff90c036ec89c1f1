"""From a flag, and from sound, to pixels; what the windows cost; a table.

    python -m bench --only screen

On a desktop without a screen (Xvfb, openbox, picom). Pixels are those that any other program gets
from the X server, looked at every few milliseconds, so a number may be that much too large.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from desktop import MISSING, WHY, Desktop, desktop, until

from bench.tables import table
from live.resources import shipped
from live.ui.wire import Look, Quit, Spots, Style, to_line

TIMES = 40
OVERLAY = (500, 16, 240, 40)
"""Where its pill is unless it was moved."""
EMPTY = """
from PyQt6.QtWidgets import QApplication, QWidget
app = QApplication(["empty"])
window = QWidget()
window.setWindowTitle("empty")
window.resize(400, 300)
window.show()
app.exec()
"""
CHAIN = """
import sys, time
from live.app import main
from live.audio import pace
begun = pace.Paced.__iter__
def iterate(self):
    print("began", time.monotonic(), flush=True)
    return begun(self)
pace.Paced.__iter__ = iterate
sys.exit(main(sys.argv[1:]))
"""
"""The program itself, which also says when the first sound of its source was due."""


def main(whole_s: float = 190.0) -> None:
    """Measure on a desktop; left out where there is none."""
    if MISSING:
        print(f"  left out: {WHY}")
        return
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["UNHURRIED_HOME"] = str(Path(scratch) / "own")
        with desktop(Path(scratch)) as desk:
            start(desk)
            flags(desk)
            chain(desk, whole_s)


def start(desk: Desktop) -> None:
    """From nothing to a start panel that can be seen, against a window with nothing in it."""
    ours = [_appears(desk, "Unhurried", "-m", "live") for _ in range(5)]
    empty = [_appears(desk, "empty", "-c", EMPTY) for _ in range(5)]
    panel, bare = statistics.median(ours), statistics.median(empty)
    print(f"  start to visible start panel: {panel:.2f} s (best {min(ours):.2f}; aim: 1.5)")
    print(f"  empty PyQt6 window: {bare:.2f} s; ratio {panel / bare:.1f}")


def flags(desk: Desktop) -> None:
    """From what the program decides to the first pixel that has changed."""
    process = desk.python(
        *("-m", "live.ui.overlay_program", ""), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )

    def say(message: Look | Style | Spots | Quit) -> None:
        process.stdin.write(to_line(message))
        process.stdin.flush()

    process.stdout.readline()
    say(Style(theme="light", fade_out_ms=300))
    say(Spots())
    say(Look())
    until(lambda: desk.grab(*OVERLAY).std() > 3)
    took = {"words": [], "dot": []}
    for _ in range(TIMES):
        for name, look in (("words", Look(cue="came in early")), ("dot", Look(maybe=True))):
            time.sleep(0.6)
            before = desk.grab(*OVERLAY).astype(int)
            began = time.monotonic()
            say(look)
            until(lambda before=before: _changed(desk, before), every_s=0.001)
            took[name].append(1000 * (time.monotonic() - began))
            say(Look())
    say(Quit())
    rows = [(name, f"{np.percentile(ms, 50):.0f}", f"{np.percentile(ms, 95):.0f}")
            for name, ms in took.items()]  # fmt: skip
    print(table(rows, ("decided to pixels, ms", "p50", "p95 (aim: 100)")))


def chain(desk: Desktop, seconds: float) -> None:
    """From the moment in the sound to pixels, with the sample session in real time."""
    truth = json.loads((shipped("models") / "sample" / "truth.json").read_text(encoding="utf-8"))
    process = desk.python(
        *("-c", CHAIN, "live", "--source", "sample", "--seconds", str(seconds), "--keep", "none"),
        stdout=subprocess.PIPE,
        text=True,
    )
    began = float(process.stdout.readline().split()[1])
    changes = _watch(desk, lambda: process.poll() is None, began)
    moments = {
        "interruption: the coach's onset": ("interruption", "start", "words", 2.2),
        "the same, provisional": ("interruption", "start", "dot", 0.8),
        "filled silence: the coach's onset": ("filled_silence", "end", "words", None),
        "evaluation: its last word": ("evaluation", "end", "words", None),
    }
    rows = []
    for name, (kind, edge, what, aim) in moments.items():
        costs = (each for each in truth["planted"] if each["class"] == "cost")
        planted = [each[edge] for each in costs if each["kind"] == kind]
        late = [_first(changes[what], at) for at in planted if at < seconds - 10]
        found = sorted(each - at for each, at in zip(late, planted, strict=False) if each)
        if found:
            rows.append((name, str(len(found)), f"{statistics.median(found):.2f}",
                         f"{max(found):.2f}", "" if aim is None else f"{aim:.1f}"))  # fmt: skip
    print(table(rows, ("sound to pixels, s", "seen", "p50", "worst", "aim")))


def _watch(desk: Desktop, goes_on: Callable[[], bool], began: float) -> dict[str, list[float]]:
    """When words appeared, and when the dot changed, in seconds of the session."""
    x, y, _, _ = OVERLAY
    seen: dict[str, list[float]] = {"words": [], "dot": []}
    words = dot = False
    while goes_on():
        picture = desk.grab(x, y, 240, 40).astype(int)
        now = time.monotonic() - began
        there = bool(np.ptp(picture[8:32, 60:140].mean(axis=2)) > 12)
        round_it = bool(np.ptp(picture[18:22, 4:8].mean(axis=2)) > 12)
        if there and not words:
            seen["words"].append(now)
        if round_it and not dot:
            seen["dot"].append(now)
        words, dot = there, round_it
        time.sleep(0.01)
    return seen


def _first(changes: list[float], after: float, within: float = 5.0) -> float | None:
    return next((each for each in changes if 0 <= each - after <= within), None)


def _changed(desk: Desktop, before: np.ndarray) -> bool:
    return bool(np.abs(desk.grab(*OVERLAY).astype(int) - before).max() > 3)


def _appears(desk: Desktop, title: str, *arguments: str) -> float:
    began = time.monotonic()
    process = desk.python(*arguments)
    window = desk.wait_for(title)
    place = window.get_geometry()
    # Mapped is not yet painted.
    until(lambda: desk.grab(place.width // 2, 100, 200, 200).std() > 1 or title == "empty", 10,
          every_s=0.005)  # fmt: skip
    took = time.monotonic() - began
    process.terminate()
    process.wait()
    until(lambda: not desk.windows(title))
    return took


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 190.0)
