"""Everyday telephone talk: what would show live there, and how much of it two raters accept.

Nobody coaches anybody in it, so what shows is a false alarm unless the words are what the kind
says: "that's a good idea" is a grade wherever it is said.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.wording_lines import SEED, plain
from bench.wording_scoring import laid_out
from live.detect.rules import WordingOptions
from live.detect.said import SaidOptions, wording_detector
from live.kinds import KINDS
from live.types import Class, Flag, Samples, Status, samples

JUDGED = Path(__file__).with_name("wording_everyday.json")
HALF_HOUR = 4_500
"""Words of one voice in half an hour of talk."""
DRAWN = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """A flag that would show live: where, what, and the line it stands on with those before it."""

    id: str
    kind: str
    text: str
    lines: tuple[tuple[str, str], ...]


def conversations(folder: Path) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Every conversation as lines, once with either speaker as the coach."""
    with gzip.open(folder / "text" / "swda_dev.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    said: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        if text := plain(row["text"]):
            said.setdefault(str(row["conversation"]), []).append((row["speaker"], text))
    for name, lines in said.items():
        for coach in sorted({speaker for speaker, _ in lines}):
            yield (
                f"{name}:{coach}",
                [("coach" if who == coach else "client", text) for who, text in lines],
            )


def shown(name: str, lines: Sequence[tuple[str, str]]) -> Iterator[Shown]:
    """What would show live in one of them."""
    talk, places = laid_out(lines)
    end = Samples(places[-1][1] + samples(30))
    detector = wording_detector(talk, "en", SaidOptions(), times_are_true=False)
    flags = {flag.id: flag for flag in detector.finish(end)}
    for flag in flags.values():
        if may_show(flag):
            number = max(i for i, (start, _) in enumerate(places) if start <= flag.start)
            yield Shown(
                f"swda:{name}:{number}:{flag.kind}",
                flag.kind,
                flag.text,
                tuple(lines[max(0, number - 2) : number + 1]),
            )


def may_show(flag: Flag) -> bool:
    """Whether it is sure enough, and of a kind, to show while a session runs."""
    return (
        flag.status in (Status.CONFIRMED, Status.REVISED)
        and KINDS[flag.kind].cls is Class.COST
        and flag.confidence >= WordingOptions().live
    )


def everything(folder: Path) -> tuple[list[Shown], int]:
    """All that would show, and the coach's words it is among."""
    found, words = [], 0
    for name, lines in conversations(folder):
        words += sum(len(text.split()) for who, text in lines if who == "coach")
        found += shown(name, lines)
    return found, words


def drawn(found: Sequence[Shown]) -> list[Shown]:
    """Those that are judged, at random."""
    chance = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    return chance.sample(list(found), min(DRAWN, len(found)))


def judged() -> dict[str, tuple[bool, bool]]:
    """Flag id to whether each of two raters finds it right."""
    if not JUDGED.is_file():
        return {}
    rows = json.loads(JUDGED.read_text(encoding="utf-8"))["flags"]
    return {name: (one == "yes", other == "yes") for name, (one, other) in rows.items()}
