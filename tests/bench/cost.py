"""What a review costs: time on one core and memory, for 5 and for 60 minutes; prints a table.

    python -m bench --only cost

Two tracks are made of the sample session, again and again, each time from another place on and at
another level, at 16 kHz and at 48 kHz. `unhurried review --model none` hears each of them in a
process of its own, pinned to one core, libraries on one thread.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import soxr
from numpy.typing import NDArray

from bench.alone import THREADS
from bench.tables import table
from live.resources import shipped
from live.types import RATE

Pcm = NDArray[np.int16]
"""Both tracks, shape (n, 2)."""

MINUTES = (5, 60)
RATES = (16_000, 48_000)
LEAST_SPEED = 30.0
"""Times real time on one core, at least."""
MOST_MB = 300.0
FLAT = 1.15
"""Memory of the long review over that of the short one, at most."""
STEP_S = 47.3
"""Each repetition begins so much later in the session than the one before."""
GAINS = (1.0, 0.5, 0.8, 0.35)
"""Levels of the repetitions, in turn: 0 to -9 dB."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one review took."""

    seconds: float
    """Of sound."""
    rate: int
    wall_s: float
    cpu_s: float
    peak_mb: float
    flags: int

    @property
    def speed(self) -> float:
        """How many times faster than real time, by the clock."""
        return self.seconds / self.wall_s


def repeated(session: Pcm, rate: int, seconds: float) -> Iterator[Pcm]:
    """The session again and again up to a length, from changing places and at changing levels."""
    left, turn = round(seconds * rate), 0
    while left > 0:
        start = round(turn * STEP_S * rate) % len(session)
        whole = np.roll(session, -start, axis=0)[:left]
        yield (whole * GAINS[turn % len(GAINS)]).astype(np.int16)
        left -= len(whole)
        turn += 1


def write(path: Path, session: Pcm, rate: int, seconds: float) -> None:
    """A stereo wav of that length."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        for piece in repeated(session, rate, seconds):
            file.writeframesraw(piece.tobytes())


def review(path: Path, rate: int, seconds: float) -> Cost:
    """Review a recording in a process of its own."""
    out, took = path.with_suffix(".json"), path.with_suffix(".cost")
    home = str(path.parent / "home")
    environment = os.environ | dict.fromkeys(THREADS, "1") | {"UNHURRIED_HOME": home}
    here = Path(__file__).resolve().parents[1]
    environment["PYTHONPATH"] = os.pathsep.join([str(here), str(here.parent)])
    command = [sys.executable, "-m", "bench.alone", str(took), "live", "review", str(path)]
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603 - our own program
        [*command, "--model", "none", "--json", str(out)],
        env=environment,
        check=False,
        capture_output=True,
        text=True,
    )
    wall = time.perf_counter() - began
    if done.returncode:
        raise SystemExit(f"The review could not be measured:\n{done.stderr}")
    used = json.loads(took.read_text(encoding="utf-8"))
    flags = len(json.loads(out.read_text(encoding="utf-8"))["flags"])
    return Cost(seconds, rate, wall, used["cpu_s"], used["peak_mb"], flags)


def measure(rate: int, minutes: float) -> Cost:
    """Make two tracks, review them, and leave nothing behind."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{minutes:g}min.wav"
        write(path, session(rate), rate, minutes * 60)
        return review(path, rate, minutes * 60)


def session(rate: int) -> Pcm:
    """The sample session at a rate."""
    resampler = av.AudioResampler("fltp", "stereo", RATE)
    with av.open(str(shipped("models") / "sample" / "session.opus")) as source:
        heard = [part for frame in source.decode(audio=0) for part in resampler.resample(frame)]
    heard += resampler.resample(None)
    both = np.concatenate([part.to_ndarray() for part in heard], axis=1).T
    if rate != RATE:
        both = soxr.resample(both, RATE, rate)
    pcm: Pcm = (np.clip(both, -1, 1) * 32767).astype(np.int16)
    return pcm


def main() -> None:
    """Print time and memory for each length and rate, and how they grow."""
    print("\ncost of a review without words, on one core")
    rows: list[tuple[object, ...]] = []
    verdicts: list[str] = []
    for rate in RATES:
        short, long = (measure(rate, minutes) for minutes in MINUTES)
        rows += [_row(cost) for cost in (short, long)]
        grown = long.peak_mb / short.peak_mb
        verdicts.append(
            f"{rate} Hz: {long.seconds / short.seconds:.0f} times the sound took "
            f"{long.cpu_s / short.cpu_s:.1f} times the processor and {grown:.2f} times the memory"
            f" ({_held(grown <= FLAT)}: at most {FLAT})"
        )
        fast = long.seconds / long.cpu_s
        verdicts.append(
            f"{rate} Hz: {long.speed:.0f} times real time by the clock, {fast:.0f} by the processor"
            f" ({_held(fast >= LEAST_SPEED)}: at least {LEAST_SPEED:.0f}); {long.peak_mb:.0f} MB"
            f" ({_held(long.peak_mb <= MOST_MB)}: at most {MOST_MB:.0f})"
        )
    print(table(rows, ("Hz", "minutes", "wall s", "CPU s", "real time", "peak MB", "flags")))
    for verdict in verdicts:
        print(f"  {verdict}")


def _row(cost: Cost) -> tuple[object, ...]:
    minutes = f"{cost.seconds / 60:g}"
    speed = f"1/{cost.speed:.0f}"
    return (cost.rate, minutes, cost.wall_s, cost.cpu_s, speed, cost.peak_mb, cost.flags)


def _held(kept: bool) -> str:
    return "kept" if kept else "BROKEN"
