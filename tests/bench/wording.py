"""What was said: how well it is noticed, and what that costs."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from wording.examined import kinds, score_of

from bench.tables import percentile, share, table
from bench.wording_lines import Line
from bench.wording_lines import drawn as lines_of
from bench.wording_scoring import (
    CODES,
    Score,
    agreed,
    agreement,
    interval,
    kinds_on,
    labels,
    laid_out,
    score,
)
from bench.wording_talk import HALF_HOUR, drawn, everything, judged
from live.conversation import Conversation
from live.detect.rules import WordingOptions
from live.detect.said import SaidOptions, wording_detector
from live.kinds import KINDS
from live.types import Class, Flag, Samples

STUDY = Path(__file__).resolve().parents[1] / "wording"
_STARTS = """
import sys, time
import numpy, live.kinds, live.conversation
began = time.perf_counter()
from live.detect.wording_words import wording_words
imported = time.perf_counter()
wording_words()
print(imported - began, time.perf_counter() - imported)
"""


def main(data: Path | None) -> None:
    """All of it; without recordings, what the project's own examples tell."""
    if data is not None:
        lines = lines_of(data)
        for held in (False, True):
            _lines([line for line in lines if line.held_out is held], held=held)
        _everyday(data)
    _exam()
    _cost()


def _judge(talk: Conversation, end: Samples) -> list[Flag]:
    return list(wording_detector(talk, "en", SaidOptions(), times_are_true=False).finish(end))


def _lines(lines: Sequence[Line], *, held: bool) -> None:
    print(f"  real helping talk, {'held out' if held else 'development'}: {len(lines)} lines")
    found = {line.id: kinds_on(line, _judge) for line in lines}
    live = {line.id: kinds_on(line, _judge, at_least=WordingOptions().live) for line in lines}
    rows = []
    for code, names in CODES.items():
        given, raters = score(lines, found, code), agreement(lines, code)
        sure = score(lines, live, code)
        if given.hits + given.missed + given.false == 0:
            continue
        low, high = f1_interval(lines, found, code)
        rows.append(
            (
                names[0],
                given.hits + given.missed,
                given.precision,
                given.recall,
                given.f1,
                f"{low:.2f}-{high:.2f}",
                raters.f1,
                _with_interval(sure) if KINDS[names[0]].cls is Class.COST else "",
            )
        )
    header = ("kind", "there", "P", "R", "F1", "95 %", "raters", "P live")
    print(table(rows, header))


def _with_interval(sure: Score) -> str:
    said = sure.hits + sure.false
    low, high = interval(sure.precision, said)
    return f"{sure.precision:.2f} ({low:.2f}-{high:.2f}) of {said}" if said else "-"


def f1_interval(
    lines: Sequence[Line], found: dict[str, set[str]], code: str
) -> tuple[float, float]:
    """95 % of F1 by drawing dialogues again, 500 times."""
    gold = labels()
    groups: dict[str, list[int]] = {}
    for line in lines:
        true = agreed(gold[line.id], code)
        if true is None:
            continue
        said = bool(found[line.id] & set(CODES[code]))
        counts = groups.setdefault(line.dialogue, [0, 0, 0])
        for index, holds in enumerate((true and said, said and not true, true and not said)):
            counts[index] += holds
    counts_of = np.array(list(groups.values()))
    chance = np.random.default_rng(1)
    sums = [
        counts_of[chance.integers(0, len(counts_of), len(counts_of))].sum(0) for _ in range(500)
    ]
    scores = [2 * h / (2 * h + f + m) for h, f, m in sums if h + f + m]
    if not scores:
        return (math.nan, math.nan)
    return (percentile(scores, 2.5), percentile(scores, 97.5))


def _everyday(data: Path) -> None:
    found, words = everything(data)
    print(
        f"  everyday telephone talk: {len(found)} would show in {words} words of one voice,"
        f" {len(found) / words * HALF_HOUR:.1f} per {HALF_HOUR}"
    )
    sample, known = drawn(found), judged()
    seen = [known[each.id] for each in sample if each.id in known]
    if len(seen) < len(sample):
        print(f"  {len(sample) - len(seen)} of {len(sample)} drawn were not judged yet")
    if seen:
        neither = sum(not one and not other for one, other in seen)
        rate = len(found) / words * HALF_HOUR * neither / len(seen)
        low, high = interval(neither / len(seen), len(seen))
        print(f"  neither rater accepts {share(neither, len(seen))}: {rate:.2f} per {HALF_HOUR}")
        print(f"    95 %: {low:.2f}-{high:.2f} of them")
    rows = {}
    for each in found:
        rows[each.kind] = rows.get(each.kind, 0) + 1
    print(table(sorted(rows.items(), key=lambda row: -row[1]), ("kind", "shown")))


def _exam() -> None:
    print("  examples by people who had not seen the rules")
    rows = []
    for kind in kinds():
        given = score_of(kind)
        rows.append((kind, given.hits, given.false, given.missed, given.precision, given.recall,
                     given.f1))  # fmt: skip
    print(table(rows, ("kind", "right", "false", "missed", "P", "R", "F1")))


def _cost() -> None:
    spent = []
    for path in sorted(STUDY.glob("lines_*.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            talk, places = laid_out([("coach", row["text"])])
            detector = wording_detector(talk, "en", SaidOptions(), times_are_true=False)
            began = time.process_time()
            list(detector.finish(Samples(places[-1][1])))
            spent.append((time.process_time() - began) * 1e3)
    print(
        f"  one sentence, all packs: p50 {percentile(spent, 50):.2f} ms,"
        f" p99 {percentile(spent, 99):.2f} ms, most {max(spent):.1f} ms of {len(spent)}"
    )
    starts = []
    for _ in range(5):
        done = subprocess.run(  # noqa: S603 - this very Python
            [sys.executable, "-c", _STARTS], capture_output=True, text=True, check=True
        )
        starts.append([float(each) for each in done.stdout.split()])
    imported, loaded = (min(each[i] for each in starts) for i in (0, 1))
    print(f"  start: {imported:.2f} s of imports, {loaded:.2f} s to read and compile the packs")
