"""Every interruption on real two-channel calls, with its evidence; prints a table.

    python -m bench --only calls

Nobody labelled these calls, so there is nothing to count: each flag is to be listened to. Each
side is the coach once, from sound alone and from sound beside the word lists that came with the
calls. Times and evidence are shown, never words.

The word lists hold interpolated times: words are spread over what was said between pauses, and all
of it lies 0.33 s before the sound (see `voice.py`), which is added here. A word may still be off by
more than the overlap it decides.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.tables import table
from bench.truth import Way
from live.audio.lane import Side
from live.audio.recording import open_recording
from live.engine import EngineOptions, engine
from live.report.record import Record
from live.session import run
from live.transcribe.desk import GivenWords
from live.types import Flag, Status, Track, Word, samples, seconds

LISTED = frozenset({"interruption", "interruption_attempt", "jump_in"})
WORDS_EARLY_S = 0.33
"""By how much the word lists precede the sound: the median against the levels."""
SIDES = {Side.LEFT: "A", Side.RIGHT: "B"}
"""Which channel is which speaker of the word list."""


@dataclass(frozen=True, slots=True)
class Raised:
    """A flag on a call."""

    call: str
    coach: str
    """The speaker, A or B, who was taken for the coach."""
    way: Way
    flag: Flag


def raised(data: Path) -> Iterator[tuple[Raised, ...]]:
    """All flags of each hearing, withdrawn ones too: per call, side and way."""
    for path in sorted((data / "audio" / "spokenwoz").glob("*.wav")):
        for side, name in SIDES.items():
            words = read_words(path.with_suffix(".json"), name)
            for way in (Way.SOUND, Way.BOTH):
                record = hear(path, side, words if way is Way.BOTH else None)
                yield tuple(Raised(path.stem, name, way, flag) for flag in record.flags)


def hear(path: Path, coach: Side, words: Sequence[Word] | None) -> Record:
    """One call through the engine."""
    ears = engine(EngineOptions(), sound=True, desk=None if words is None else GivenWords(words))
    return run(open_recording(path, coach=coach), ears, lambda event: None)


def read_words(path: Path, coach: str) -> list[Word]:
    """A call's word list, moved to where the sound is."""
    return [
        Word(
            samples(entry["start"] + WORDS_EARLY_S),
            samples(entry["end"] + WORDS_EARLY_S),
            Track.COACH if entry["speaker"] == coach else Track.CLIENT,
            entry["word"],
        )
        for entry in json.loads(path.read_text(encoding="utf-8"))
    ]


def main(data: Path) -> None:
    """Print every flag that speaks of coming in, and the counts of all kinds."""
    every = [flag for hearing in raised(data) for flag in hearing]
    counted = [each for each in every if each.flag.status is not Status.WITHDRAWN]
    print("\ncalls: flags by kind, each side the coach once")
    counts = {way: Counter(e.flag.kind for e in counted if e.way is way) for way in Way}
    kinds = sorted(counts[Way.SOUND] | counts[Way.BOTH])
    print(
        table(
            [(kind, counts[Way.SOUND][kind], counts[Way.BOTH][kind]) for kind in kinds],
            ("kind", Way.SOUND, Way.BOTH),
        )
    )
    for way in (Way.SOUND, Way.BOTH):
        print(f"\n  {way}: interruptions, attempts and jump-ins, the withdrawn ones too")
        rows = [_row(each) for each in every if each.way is way and each.flag.kind in LISTED]
        print(table(rows, _HEAD, 4))


_HEAD = (
    "call", "coach", "kind", "class", "status", "start", "end", "decided", "overlap ms",
    "yielded", "level dB", "pitch st", "unit", "reason",
)  # fmt: skip


def _row(each: Raised) -> tuple[object, ...]:
    flag, evidence = each.flag, each.flag.evidence
    return (
        each.call,
        each.coach,
        flag.kind,
        flag.cls,
        flag.status,
        seconds(flag.start),
        seconds(flag.end),
        seconds(flag.decided),
        evidence.get("overlap_ms"),
        evidence.get("yielded"),
        evidence.get("level_db"),
        evidence.get("pitch_st"),
        evidence.get("unit"),
        flag.reason or "-",
    )
