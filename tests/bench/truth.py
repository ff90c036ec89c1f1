"""Flags against a truth file: what was found, missed, false, and how long each took to know.

    python -m bench --only sample

The built-in sample session is heard three ways: from sound alone, from its words alone, and from
sound beside its words. A planted moment is *found* by a flag of its kind and track that counts
(not withdrawn) and begins within the tolerance; each flag finds one moment at most, and nearest
pairs are made first. A flag that finds nothing is *false* unless the truth tolerates it.

Without words, a kind that needs them is not asked for; what sound alone may show instead
(`without_words`) is allowed there and counted, neither wanted nor false.

*Latency* is `decided` minus the decisive moment: the flag's own beginning for what begins with an
onset (the coach came in), and the end of the silence for a silence that was filled or held. It is
session time, so it is the same on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from bench.tables import percentile, table
from live.audio.recording import open_recording
from live.engine import EngineOptions, engine
from live.kinds import KINDS, Needs
from live.report.record import Record
from live.resources import shipped
from live.session import run, run_words
from live.transcribe.desk import GivenWords
from live.types import Class, Flag, Samples, Status, Track, Word, samples, seconds

TOLERANCE_S = 0.3
SILENCES = frozenset({"filled_silence", "held_silence"})
"""Kinds whose flag is a silence: what decides them is how it ended."""
PROTECTED = frozenset({"backchannel", "terminal_overlap", "stated_purpose"})
"""Kinds on which no cost of timing may lie."""


class Way(StrEnum):
    """How a session with a truth is heard."""

    SOUND = "sound alone"
    WORDS = "words alone"
    BOTH = "sound beside words"


@dataclass(frozen=True, slots=True)
class Planted:
    """One moment that must be found; times in seconds."""

    kind: str
    track: Track
    start: float
    end: float
    classes: frozenset[Class]
    """The class, and the other one that is as right."""
    needs_words: bool = False
    without_words: str | None = None
    """What sound alone may show there."""


@dataclass(frozen=True, slots=True)
class Negative:
    """What must not be flagged somewhere; times in seconds."""

    must_not: frozenset[str]
    track: Track
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Truth:
    """What is in a session (`unhurried.truth/1`)."""

    planted: tuple[Planted, ...]
    negatives: tuple[Negative, ...] = ()
    tolerated: tuple[Planted, ...] = ()
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A planted moment and the flag that found it."""

    planted: Planted
    flag: Flag

    @property
    def off(self) -> float:
        """Seconds by which the flag begins late."""
        return seconds(self.flag.start) - self.planted.start

    @property
    def right_class(self) -> bool:
        """Whether the flag has one of the classes the truth allows."""
        return self.flag.cls in self.planted.classes


@dataclass(frozen=True, slots=True)
class Score:
    """A session's flags against its truth."""

    found: tuple[Found, ...]
    missed: tuple[Planted, ...]
    false: tuple[Flag, ...]
    allowed: tuple[Found, ...]
    """What sound alone showed where words would have said something else."""
    forbidden: tuple[tuple[Negative, Flag], ...]
    """Flags of a kind that a negative names."""
    costs: tuple[tuple[Planted, Flag], ...]
    """Costs of timing on listening sounds, ends and stated purposes."""

    @property
    def wrong_class(self) -> tuple[Found, ...]:
        """Found, but with another class."""
        return tuple(pair for pair in self.found if not pair.right_class)


def read_truth(path: Path) -> Truth:
    """A truth file."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Truth(
        tuple(_planted(entry) for entry in document["planted"]),
        tuple(
            Negative(frozenset(n["must_not"]), Track(n["track"]), n["start"], n["end"])
            for n in document["negatives"]
        ),
        tuple(_planted(entry) for entry in document["tolerated"]),
        tuple(
            Word(samples(w["start"]), samples(w["end"]), Track(w["track"]), w["text"])
            for w in document["words"]
        ),
    )


def score(
    truth: Truth,
    flags: Iterable[Flag],
    kinds: Collection[str],
    *,
    words: bool,
    tolerance: float = TOLERANCE_S,
) -> Score:
    """Score the flags of the `kinds` that were measured; `words`: words were known."""
    counted = [f for f in flags if f.status is not Status.WITHDRAWN and f.kind in kinds]
    measured = [p for p in truth.planted if p.kind in kinds]
    wanted = [p for p in measured if words or not p.needs_words]
    found = match(wanted, counted, tolerance)
    used = {id(pair.flag) for pair in found}
    rest = [flag for flag in counted if id(flag) not in used]
    instead = [] if words else [_instead(p) for p in truth.planted if _shows_other(p, kinds)]
    allowed = match(instead, rest, tolerance)
    used |= {id(pair.flag) for pair in allowed}
    excused = {id(pair.flag) for pair in allowed}
    return Score(
        found=tuple(found),
        missed=tuple(p for p in wanted if all(pair.planted is not p for pair in found)),
        false=tuple(
            flag
            for flag in counted
            if id(flag) not in used
            and not any(_tolerates(t, flag, tolerance) for t in truth.tolerated)
        ),
        allowed=tuple(allowed),
        forbidden=tuple(
            (negative, flag)
            for negative in truth.negatives
            for flag in counted
            if id(flag) not in excused and _forbids(negative, flag, tolerance)
        ),
        costs=tuple(_costs(truth, counted, excused, tolerance)),
    )


def match(wanted: Sequence[Planted], flags: Sequence[Flag], tolerance: float) -> list[Found]:
    """Pairs of the same kind and track that begin near each other, the nearest first."""
    pairs = [
        Found(planted, flag)
        for planted in wanted
        for flag in flags
        if planted.kind == flag.kind and planted.track == flag.track
    ]
    near = [pair for pair in pairs if abs(pair.off) <= tolerance + 1e-9]
    found: list[Found] = []
    taken: set[int] = set()
    for pair in sorted(near, key=lambda pair: abs(pair.off)):
        if not taken & {id(pair.planted), id(pair.flag)}:
            taken |= {id(pair.planted), id(pair.flag)}
            found.append(pair)
    return sorted(found, key=lambda pair: pair.planted.start)


def decisive_moment(flag: Flag) -> Samples:
    """When what the flag is about had happened: the onset, or the end of a silence."""
    return flag.end if flag.kind in SILENCES else flag.start


def latencies(flags: Iterable[Flag]) -> dict[str, list[float]]:
    """By kind: seconds from the decisive moment to `decided`."""
    out: dict[str, list[float]] = {}
    for flag in flags:
        out.setdefault(flag.kind, []).append(seconds(flag.decided - decisive_moment(flag)))
    return out


def hear(way: Way, audio: Path, words: Sequence[Word]) -> tuple[Record, frozenset[str]]:
    """A session through the engine, and the kinds that could be noticed."""
    desk = None if way is Way.SOUND else GivenWords(words)
    ears = engine(EngineOptions(), sound=way is not Way.WORDS, desk=desk)
    if way is Way.WORDS:
        record = run_words(words, ears, lambda event: None)
    else:
        record = run(open_recording(audio), ears, lambda event: None)
    return record, frozenset(KINDS) - frozenset(ears.not_measured)


def main() -> None:
    """Print how the sample session is heard, three ways."""
    folder = shipped("models") / "sample"
    truth = read_truth(folder / "truth.json")
    for way in Way:
        record, kinds = hear(way, folder / "session.opus", truth.words)
        result = score(truth, record.flags, kinds, words=way is not Way.SOUND)
        print(f"\nsample session, {way}")
        _print(result, kinds, truth)


def _print(result: Score, kinds: Collection[str], truth: Truth) -> None:
    wanted = [*(pair.planted for pair in result.found), *result.missed]
    speed = latencies(pair.flag for pair in result.found)
    rows = []
    for kind in (k for k in KINDS if k in kinds and any(p.kind == k for p in truth.planted)):
        mine = [pair for pair in result.found if pair.planted.kind == kind]
        delays = speed.get(kind, [])
        rows.append(
            (
                kind,
                sum(p.kind == kind for p in wanted),
                len(mine),
                sum(pair.right_class for pair in mine),
                max((abs(pair.off) for pair in mine), default=None),
                sum(flag.kind == kind for flag in result.false),
                percentile(delays, 50) if delays else None,
                percentile(delays, 95) if delays else None,
            )
        )
    head = ("kind", "planted", "found", "class", "worst onset s", "false", "decided p50", "p95 s")
    print(table(rows, head))
    every = [delay for delays in speed.values() for delay in delays]
    off = max((abs(pair.off) for pair in result.found), default=0.0)
    print(
        f"  found {len(result.found)} of {len(wanted)}, wrong class {len(result.wrong_class)}, "
        f"worst onset {off:.2f} s, false {len(result.false)}, allowed {len(result.allowed)}, "
        f"on negatives {len(result.forbidden)}, costs where none may be {len(result.costs)}; "
        f"decided p50 {percentile(every, 50):.2f} s, p95 {percentile(every, 95):.2f} s"
    )
    for line in _complaints(result):
        print(f"    {line}")


def _complaints(result: Score) -> Iterator[str]:
    for planted in result.missed:
        yield f"missed     {planted.kind} at {planted.start:.2f}"
    for pair in result.wrong_class:
        yield f"class      {pair.planted.kind} at {pair.planted.start:.2f} is {pair.flag.cls}"
    for flag in result.false:
        yield f"false      {_told(flag)}"
    for negative, flag in result.forbidden:
        yield f"negative   at {negative.start:.2f} has {_told(flag)}"
    for planted, flag in result.costs:
        yield f"cost       on {planted.kind} at {planted.start:.2f}: {_told(flag)}"


def _told(flag: Flag) -> str:
    unit = flag.evidence.get("unit")
    return f"{flag.kind} ({flag.cls}) at {seconds(flag.start):.2f}" + (f", {unit}" if unit else "")


def _planted(entry: dict[str, Any]) -> Planted:
    classes = (entry.get("class"), entry.get("also_class"))
    return Planted(
        entry["kind"],
        Track(entry["track"]),
        entry["start"],
        entry["end"],
        frozenset(Class(name) for name in classes if name),
        entry.get("needs_words", False),
        entry.get("without_words"),
    )


def _shows_other(planted: Planted, kinds: Collection[str]) -> bool:
    return planted.needs_words and planted.without_words in kinds


def _instead(planted: Planted) -> Planted:
    """The same moment as sound alone may show it."""
    kind = planted.without_words or planted.kind
    return Planted(kind, planted.track, planted.start, planted.end, frozenset({KINDS[kind].cls}))


def _tolerates(planted: Planted, flag: Flag, tolerance: float) -> bool:
    same = planted.kind == flag.kind and planted.track == flag.track
    return same and _touches(planted.start, planted.end, flag, tolerance)


def _forbids(negative: Negative, flag: Flag, tolerance: float) -> bool:
    named = flag.kind in negative.must_not and flag.track == negative.track
    return named and _touches(negative.start, negative.end, flag, tolerance)


def _touches(start: float, end: float, flag: Flag, tolerance: float) -> bool:
    return start - tolerance <= seconds(flag.start) <= end + tolerance


def _costs(
    truth: Truth, flags: Sequence[Flag], excused: Collection[int], tolerance: float
) -> Iterator[tuple[Planted, Flag]]:
    for planted in truth.planted:
        for flag in flags if planted.kind in PROTECTED else ():
            timing = KINDS[flag.kind].needs in (Needs.SOUND, Needs.WORDS)
            near = abs(seconds(decisive_moment(flag)) - planted.start) <= tolerance
            if timing and near and flag.cls is Class.COST and id(flag) not in excused:
                yield planted, flag
