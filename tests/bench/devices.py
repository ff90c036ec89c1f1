"""Two virtual devices of a real sound server: flags, latency, cost, and whether sound is lost.

    python -m bench --only devices [--minutes N]
    python -m bench --only busy [--minutes N]

`devices` plays the sample session as one stereo stream into two devices, of which a live session
hears the monitors, and compares with a review of the same tracks. `busy` listens while both cores
are kept busy by programs of lower priority. Both take as long as they last.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from sound_server import MICROPHONE, OUTPUT, SoundServer, sound_server, there

from bench.alone import THREADS
from bench.tables import percentile, table
from bench.words_sources import SAMPLE, tracks_of
from live.engine import EngineOptions, engine
from live.session import run
from live.types import RATE, Audio, AudioBlock, Samples, Track, seconds

MINUTES, BUSY_MINUTES = 6.0, 30.0
MOST_MS = 150.0
"""Of capture on top of the algorithm's own, 95 % of the time."""
MOST_CPU = 0.08
MOST_ONSET_S = 0.06
MOST_LOST_S = 0.05
LEAD_S = 3.0


def main(minutes: float | None = None) -> None:
    """Play, hear, compare; print tables."""
    if not there():
        print("  left out: PulseAudio is not installed")
        return
    length = min((minutes or MINUTES) * 60, 345.0)
    with tempfile.TemporaryDirectory(prefix="unhurried-") as folder:
        place = Path(folder)
        with sound_server(place) as server:
            server.stage()
            server.warm()
            session = _session(server, place, length + LEAD_S)
            player = _start(server, "bench.devices_player", place / "played.json", str(length))
            _wait(player)
            _wait(session)
        heard = json.loads((place / "live.json").read_text(encoding="utf-8"))
        played = np.array(json.loads((place / "played.json").read_text(encoding="utf-8")))
        coach = np.load(place / "live.npy")
    tracks = tracks_of(SAMPLE, length)
    lead = _lead(coach, tracks[Track.COACH])
    _latency(heard, played, lead)
    _flags(heard, tracks, lead)
    _cost(heard)


def busy(minutes: float | None = None) -> None:
    """Listen while every core has something else to do."""
    if not there():
        print("  left out: PulseAudio is not installed")
        return
    length = (minutes or BUSY_MINUTES) * 60
    cores = os.cpu_count() or 1
    burners = [multiprocessing.Process(target=_burn, daemon=True) for _ in range(cores)]
    with tempfile.TemporaryDirectory(prefix="unhurried-") as folder:
        place = Path(folder)
        with sound_server(place) as server:
            server.warm()
            for burner in burners:
                burner.start()
            _wait(_session(server, place, length))
        for burner in burners:
            burner.kill()
        heard = json.loads((place / "live.json").read_text(encoding="utf-8"))
    print(f"\n{length / 60:g} minutes with {cores} cores busy")
    _cost(heard)


def _latency(heard: dict[str, Any], played: np.ndarray, lead: int) -> None:
    rows: dict[str, list[float]] = {}
    seen: set[tuple[str, str]] = set()
    for kind, status, flag, decided, moment in heard["told"]:
        if status not in ("provisional", "confirmed") or (flag, status) in seen:
            continue
        seen.add((flag, status))
        at = decided * RATE - lead
        sounded = float(np.interp(at, played[:, 0], played[:, 1]))
        rows.setdefault(f"{kind}, {status}", []).append((moment - sounded) * 1000)
    print("\nfrom a sound's playback to what is told of it, beyond what the decision itself needs")
    lines = [_spread(name, values) for name, values in sorted(rows.items())]
    every = [value for values in rows.values() for value in values]
    print(table([*lines, _spread("all", every)], ("told", "n", "p50 ms", "p95 ms", "most ms")))
    late = percentile(every, 95)
    print(f"  p95 {late:.0f} ms ({_held(late <= MOST_MS)}: at most {MOST_MS:.0f})")


def _spread(name: str, values: list[float]) -> tuple[object, ...]:
    return (name, len(values), percentile(values, 50), percentile(values, 95), max(values))


def _flags(heard: dict[str, Any], tracks: dict[Track, Audio], lead: int) -> None:
    record = run(_Tape(tracks), engine(EngineOptions(), sound=True), lambda event: None)
    expected = [(flag.kind, seconds(flag.start)) for flag in record.counted]
    found = [(kind, start - lead / RATE) for kind, start, _ in heard["flags"]]
    left = list(found)
    shifts = []
    for kind, start in expected:
        near = [each for each in left if each[0] == kind and abs(each[1] - start) < 0.5]
        if near:
            left.remove(near[0])
            shifts.append(near[0][1] - start)
    most = float(np.abs(np.array(shifts)).max()) if shifts else float("nan")
    same = len(shifts) == len(expected) and not left
    print(
        f"\nflags of a review {len(expected)}, the same ones live {len(shifts)}, others {left}\n"
        f"  onsets differ by {most * 1000:.0f} ms at most "
        f"({_held(same and most <= MOST_ONSET_S)}: the same, within {MOST_ONSET_S * 1000:.0f} ms)"
    )


def _cost(heard: dict[str, Any]) -> None:
    print(
        f"\nprocessor {heard['cpu']:.1%} of a core, without words "
        f"({_held(heard['cpu'] <= MOST_CPU)}: at most {MOST_CPU:.0%})"
    )
    for track, captured in heard["captured"].items():
        lost = heard["wall"] - captured
        print(
            f"  {track}: {captured:.3f} s of sound came in {heard['wall']:.3f} s "
            f"({_held(abs(lost) <= MOST_LOST_S)}), {heard['slipped'][track]} samples slipped"
        )
    print(f"  gaps: {heard['gaps'] or 'none'}")


class _Tape:
    name, kind, duration = "tape", "recording", None

    def __init__(self, tracks: dict[Track, Audio]) -> None:
        self._tracks = tracks
        self.notices: list[str] = []

    def __iter__(self):
        for track, audio in self._tracks.items():
            yield AudioBlock(track, Samples(0), audio)

    def close(self) -> None:
        """Nothing to let go of."""


def _lead(heard: Audio, played: Audio) -> int:
    """Where in what was heard the beginning of what was played lies, in samples."""
    size = 1 << (len(heard) + RATE * 20).bit_length()
    one, other = np.fft.rfft(heard, size), np.fft.rfft(played[: RATE * 20], size)
    return int(np.fft.irfft(one * other.conj(), size)[: len(heard)].argmax())


def _session(server: SoundServer, place: Path, length: float) -> subprocess.Popen[bytes]:
    names = (f"{device}.monitor" for device in (MICROPHONE, OUTPUT))
    return _start(server, "bench.devices_session", place / "live.json", length, *names)


def _start(server: SoundServer, module: str, *arguments: object) -> subprocess.Popen[bytes]:
    here = Path(__file__).resolve().parents[1]
    environment = os.environ | server.environment | dict.fromkeys(THREADS, "1")
    environment |= {"PULSE_SINK": "stage", "UNHURRIED_HOME": str(server.folder / "home")}
    environment["PYTHONPATH"] = os.pathsep.join([str(here), str(here.parent)])
    command = [sys.executable, "-m", module, *map(str, arguments)]
    return subprocess.Popen(  # noqa: S603 - our own program
        command, env=environment, stderr=subprocess.DEVNULL
    )


def _wait(process: subprocess.Popen[bytes]) -> None:
    if process.wait():
        raise SystemExit("It could not be measured: a process ended by itself.")


def _burn() -> None:
    os.nice(5)
    while True:
        sum(range(10_000))


def _held(kept: bool) -> str:
    return "kept" if kept else "BROKEN"
