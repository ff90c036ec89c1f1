"""One session with words in a process of its own, as the product runs it; writes what happened.

Started by the measurements of words, so that nothing else is in the memory that is measured. What
the worker takes is read from /proc, so this is for Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.alone import peak_mb
from bench.words_models import LoadForced, sample_options
from bench.words_sources import SAMPLE, source_named
from live.audio.pace import paced
from live.audio.source import AudioSource
from live.engine import EngineOptions, engine
from live.session import run
from live.transcribe.attendant import Attendant, Make
from live.transcribe.backlog import BacklogOptions
from live.transcribe.guards import GuardOptions
from live.transcribe.ledger import Ledger
from live.transcribe.loading import LoadWhisper
from live.transcribe.transcriber import Reply
from live.transcribe.worker import WorkerDesk
from live.types import RATE, Event, Samples, Tentative, Track, Utterance, Word, samples, seconds

TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(slots=True)
class Asked:
    """An utterance on its way; seconds on the session clock, which began with the sound."""

    track: str
    final: bool
    start: float
    end: float
    voice_end: float
    """Where the last voice in it ends."""
    asked: float
    paused: bool
    """A final that ends in a pause; otherwise it was cut while the voice went on."""
    answered: float | None = None
    work_s: float = 0.0


@dataclass(slots=True)
class Happened:
    """What a session did."""

    session_s: float = 0.0
    """Length of the sound."""
    wall_s: float = 0.0
    own_cpu_s: float = 0.0
    worker_cpu_s: float = 0.0
    own_peak_mb: float = 0.0
    worker_peak_mb: float = 0.0
    asked: list[Asked] = field(default_factory=list)
    behind_s: list[float] = field(default_factory=list)
    """Seconds of speech that waited, looked at once a second of the session."""
    words: list[tuple[str, float, float, str, float, bool]] = field(default_factory=list)
    """Track, start, end, text, when it was told, and whether it was final."""


class Clock:
    """Seconds since the sound began to play."""

    def __init__(self) -> None:
        self.began: float | None = None

    def __call__(self) -> float:
        """For `paced`, which asks first when it begins."""
        now = time.perf_counter()
        if self.began is None:
            self.began = now
        return now

    @property
    def now(self) -> float:
        """0 before the sound."""
        return 0.0 if self.began is None else time.perf_counter() - self.began


class Notes:
    """When what was asked and answered."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[tuple[Track, Samples, Samples, bool], Asked] = {}
        self._tail = samples(EngineOptions().utterances.tail_s)
        self.asked: list[Asked] = []

    def ask(self, utterance: Utterance) -> None:
        """It was asked now."""
        if utterance.early:
            return  # its answer counts when it is the final's
        voice = utterance.voiced[-1][1] if utterance.voiced else utterance.end
        asked = Asked(
            utterance.track,
            utterance.final,
            seconds(utterance.start),
            seconds(utterance.end),
            seconds(voice),
            self._clock.now,
            utterance.final and utterance.end - voice == self._tail,
        )
        self.asked.append(asked)
        self._open[_key(utterance)] = asked

    def answer(self, utterance: Utterance, reply: Reply) -> None:
        """It was answered now, unless it was given up."""
        asked = self._open.pop(_key(utterance))
        if reply.seconds:
            asked.answered, asked.work_s = self._clock.now, reply.seconds


class NotedLedger(Ledger):
    """The product's ledger; takes notes, in the session's thread."""

    def __init__(self, notes: Notes) -> None:
        super().__init__()
        self._notes = notes

    def ask(self, utterance: Utterance) -> None:
        """As the product does."""
        self._notes.ask(utterance)
        super().ask(utterance)

    def answer(self, utterance: Utterance, reply: Reply) -> None:
        """As the product does."""
        self._notes.answer(utterance, reply)
        super().answer(utterance, reply)


class NotedDesk(WorkerDesk):
    """The product's desk with a ledger that takes notes."""

    def __init__(self, attendant: Attendant, notes: Notes, *, patient: bool) -> None:
        super().__init__(attendant, BacklogOptions(), patient=patient)
        self._ledger = NotedLedger(notes)


def _key(utterance: Utterance) -> tuple[Track, Samples, Samples, bool]:
    return utterance.track, utterance.start, utterance.end, utterance.final


def happened(make: Make, source: AudioSource, until: Samples, speed: float | None) -> Happened:
    """Run a session: at that speed as it happens, or as a review where there is none."""
    clock, what = Clock(), Happened()
    notes, attendant = Notes(clock), Attendant([make])
    try:
        while attendant.about is None and attendant.lost is None:
            time.sleep(0.05)
        if attendant.lost is not None or attendant.pid is None:
            raise SystemExit(f"The model could not be loaded: {attendant.lost}")
        desk = NotedDesk(attendant, notes, patient=speed is None)
        ears, worker = engine(EngineOptions(), sound=True, desk=desk), attendant.pid
        before = time.process_time(), _cpu_s(worker)
        played = paced(source, speed, clock=clock)
        record = run(played, ears, _teller(what, clock), until=until, progress=_looks(what, desk))
        what.wall_s, what.session_s = clock.now, seconds(record.duration)
        what.own_cpu_s = time.process_time() - before[0]
        what.worker_cpu_s = _cpu_s(worker) - before[1]
        what.own_peak_mb, what.worker_peak_mb = peak_mb(), _peak_mb(worker)
    finally:
        attendant.close()
    what.asked = notes.asked
    return what


def _teller(what: Happened, clock: Clock) -> Callable[[Event], None]:
    def tell(event: Event) -> None:
        said: Sequence[Word] = ()
        match event:
            case Word():
                said = [event]
            case Tentative(words=words):
                said = words
        what.words += (
            (w.track, seconds(w.start), seconds(w.end), w.text, clock.now, isinstance(event, Word))
            for w in said
        )

    return tell


def _looks(what: Happened, desk: WorkerDesk) -> Callable[[Samples], None]:
    def look(position: Samples) -> None:
        if position >= len(what.behind_s) * RATE:
            what.behind_s.append(desk.behind_s)

    return look


def _cpu_s(pid: int) -> float:
    """Processor time a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _peak_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6


def write() -> None:
    """Run one session and write what happened as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("--forced", action="store_true", help="not the sample model: no meaning")
    parser.add_argument("--window", choices=["short", "full"], default="short")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--source", default=SAMPLE)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--speed", type=float, help="without it: a review")
    chosen = parser.parse_args()
    make: Make = LoadForced(chosen.model, chosen.window, chosen.threads)
    if not chosen.forced:
        make = LoadWhisper(chosen.model, sample_options(chosen.window), GuardOptions())
    what = happened(make, source_named(chosen.source), samples(chosen.seconds), chosen.speed)
    chosen.out.write_text(json.dumps(asdict(what)), encoding="utf-8")
