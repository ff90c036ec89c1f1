"""Hours of conversation through engine and worker: whether memory or a queue grows; a table.

    python -m bench --only soak [--minutes N]

The sample session again and again, from changing places, at changing levels and with changing
silences between, as fast as the computer can, on one session clock that goes on. Words come from
the sample model in a worker process; where they are behind, the sound waits, as in a review.
Resident memory of both processes is read from /proc once a minute of the session. It runs in a
process of its own.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np

from bench.apart import apart
from bench.tables import table
from bench.words_models import sample_options
from bench.words_sources import SAMPLE, tracks_of
from live.engine import EngineOptions, engine
from live.resources import shipped
from live.session import run
from live.transcribe.attendant import Attendant
from live.transcribe.backlog import BacklogOptions
from live.transcribe.guards import GuardOptions
from live.transcribe.loading import LoadWhisper
from live.transcribe.worker import WorkerDesk
from live.types import RATE, Audio, AudioBlock, Samples, Track, samples

MINUTES = 180.0
SETTLED_MIN = 10
"""Minutes until everything that is kept once is there."""
MOST_MB = 10.0
"""Growth of either process after that, at most."""
MOST_BEHIND_S = BacklogOptions().review_s + EngineOptions().utterances.longest_s + 1
"""Speech that waits, at most: what may wait, and the utterance being worked on with its edges."""
SEED = 7


@dataclass(slots=True)
class Soaked:
    """What was read at the end of each minute of the session; memory in MB."""

    own_mb: list[float] = field(default_factory=list)
    worker_mb: list[float] = field(default_factory=list)
    behind_s: list[float] = field(default_factory=list)
    words: list[int] = field(default_factory=list)
    """Told so far."""
    unworded: int = 0
    replaced: int = 0
    wall_s: float = 0.0


class Endless:
    """A source that repeats two tracks with silences between, never twice alike."""

    name, kind, duration = "soak", "recording", None

    def __init__(self, tracks: dict[Track, Audio]) -> None:
        self._tracks = tracks
        self.notices: list[str] = []

    def __iter__(self) -> Iterator[AudioBlock]:
        random, at = np.random.default_rng(SEED), 0
        length = len(self._tracks[Track.COACH])
        while True:
            begin = int(random.integers(length // 2))
            gain, silence = random.uniform(0.4, 1.0), round(random.uniform(0.5, 20) * RATE)
            for start in range(begin, length + silence, RATE):
                for track, audio in self._tracks.items():
                    piece = audio[start : start + RATE] * np.float32(gain)
                    block = np.pad(piece, (0, RATE - len(piece)))
                    yield AudioBlock(track, Samples(at), block)
                at += RATE

    def close(self) -> None:
        """Nothing to let go of."""


def soak(minutes: float) -> Soaked:
    """Run it in this process."""
    what = Soaked()
    model = shipped("models") / "sample" / "whisper"
    attendant = Attendant([LoadWhisper(model, sample_options("short"), GuardOptions())])
    began = time.perf_counter()
    try:
        desk = WorkerDesk(attendant, BacklogOptions(), patient=True)
        ears = engine(EngineOptions(), sound=True, desk=desk)
        source = Endless(tracks_of(SAMPLE))
        said = [0]

        def tell(event: object) -> None:
            said[0] += 1

        record = run(
            source,
            ears,
            tell,
            until=samples(minutes * 60),
            progress=_reader(what, desk, attendant, said),
        )
    finally:
        attendant.close()
    what.unworded, what.replaced = len(record.unworded), attendant.replaced
    what.wall_s = time.perf_counter() - began
    return what


def _reader(
    what: Soaked, desk: WorkerDesk, attendant: Attendant, said: list[int]
) -> Callable[[Samples], None]:
    def read(position: Samples) -> None:
        if position >= (len(what.own_mb) + 1) * 60 * RATE:
            what.own_mb.append(resident_mb(os.getpid()))
            what.worker_mb.append(resident_mb(attendant.pid or os.getpid()))
            what.behind_s.append(desk.behind_s)
            what.words.append(said[0])

    return read


def resident_mb(pid: int) -> float:
    """Memory that a process holds in RAM now, in millions of bytes."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) * 1024 / 1e6


def growth(megabytes: list[float]) -> float:
    """By how much the most held after the first ten minutes is more than what was held then."""
    return max(megabytes[SETTLED_MIN:]) - megabytes[SETTLED_MIN - 1]


def measured(minutes: float) -> Soaked:
    """The same in a process of its own."""
    return Soaked(**apart("bench.soak", str(minutes)))


def write() -> None:
    """Run it here and write what was read: a file and minutes from the command line."""
    out, minutes = sys.argv[1:]
    Path(out).write_text(json.dumps(asdict(soak(float(minutes)))), encoding="utf-8")


def main(minutes: float = MINUTES) -> None:
    """Print memory and what waited, and whether they stayed."""
    what = measured(minutes)
    print(f"\n{minutes:g} minutes of conversation in {what.wall_s:.0f} s")
    marks = sorted({1, SETTLED_MIN, *range(20, len(what.own_mb) + 1, 20), len(what.own_mb)})
    rows = [
        (m, what.own_mb[m - 1], what.worker_mb[m - 1], what.behind_s[m - 1], what.words[m - 1])
        for m in marks
        if m <= len(what.own_mb)
    ]
    print(table(rows, ("minute", "session MB", "worker MB", "behind s", "events")))
    for name, megabytes in (("session", what.own_mb), ("worker", what.worker_mb)):
        if len(megabytes) > SETTLED_MIN:
            grown = growth(megabytes)
            print(f"  {name}: {grown:+.1f} MB after {SETTLED_MIN} minutes ({_held(grown)})")
    most = max(what.behind_s)
    kept = "kept" if most <= MOST_BEHIND_S else "BROKEN"
    print(f"  waiting speech: {most:.0f} s at most ({kept}: at most {MOST_BEHIND_S:.0f} s)")
    print(f"  utterances without words {what.unworded}, workers replaced {what.replaced}")


def _held(grown: float) -> str:
    return f"{'kept' if grown <= MOST_MB else 'BROKEN'}: at most {MOST_MB:g}"
