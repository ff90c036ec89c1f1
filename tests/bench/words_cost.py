"""What an utterance costs: a window as long as itself against 30 s, and against stock; a table.

    python -m bench --only words

Models of the real sizes with weights that mean nothing, eight bits, made to decode as many tokens
as real speech has. Three candidates take turns on the same sound: the product with its short
window, the product with the full one, and `WhisperModel.transcribe`. The table has medians of
several rounds; judged is each one's least disturbed round, by processor time.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel

from bench.apart import apart
from bench.cost import session
from bench.tables import table
from bench.words_models import PARTS, Stopwatch, product, shaped, stock, tokens_in, watched
from live.transcribe.shapes import Shape
from live.types import RATE, Pcm, Samples, Track, Utterance

SHAPES: tuple[Shape, ...] = ("tiny.en", "base.en")
LARGEST: Shape = "small.en"
"""Takes as long as the others together: measured when all is asked for."""
LENGTHS_S = (2, 5, 8)
"""Of utterances; 8 s is the longest that the product asks about at once."""
ROUNDS = 3
WANTED = 3.0
"""Times as much processor time for stock as with a short window, at least, up to 5 s of speech."""
SHORT_S = 5
FROM_S = 20.0
"""Where in the sample session the utterances begin: its first sentences are over."""


@dataclass(frozen=True, slots=True)
class Took:
    """One utterance, one candidate; seconds."""

    wall: float
    cpu: float
    parts: dict[str, float]
    """By name of the call into CTranslate2, by the clock."""


Candidate = Callable[[Pcm], object]


def candidates(model: WhisperModel, threads: int) -> dict[str, Candidate]:
    """By name, what puts an utterance into words with this model."""
    short, full = product(model, "short", threads), product(model, "full", threads)
    return {
        "short": lambda sound: short.transcribe(_utterance(sound)),
        "full": lambda sound: full.transcribe(_utterance(sound)),
        "stock": lambda sound: stock(
            model, sound.astype(np.float32) / 32_768, tokens_in(len(sound))
        ),
    }


def measure(candidate: Candidate, watch: Stopwatch, sound: Pcm) -> Took:
    """Time one utterance. Ends the bench when a candidate did other work than the others."""
    watch.spent.clear()
    watch.windows.clear()
    watch.tokens = 0
    wall, cpu = time.perf_counter(), time.process_time()
    candidate(sound)
    took = Took(time.perf_counter() - wall, time.process_time() - cpu, dict(watch.spent))
    if watch.tokens != tokens_in(len(sound)) or len(watch.windows) != 1:
        raise SystemExit(
            f"Not the same work: {watch.tokens} tokens in {len(watch.windows)} windows instead of "
            f"{tokens_in(len(sound))} in one."
        )
    return took


Taken = dict[tuple[int, str], list[Took]]
"""By length and candidate."""


def rounds(shape: Shape, threads: int) -> Taken:
    """All lengths and candidates in turns, so that all meet the same disturbances."""
    both = session(RATE)
    took: Taken = {}
    with shaped(shape) as folder:
        model, watch = watched(folder, threads)
        tried = candidates(model, threads)
        for number in range(ROUNDS + 1):
            for length in LENGTHS_S:
                begin = round(FROM_S * RATE)
                sound = np.ascontiguousarray(both[begin : begin + length * RATE, 1])
                for name, candidate in tried.items():
                    result = measure(candidate, watch, sound)
                    if number:  # the first warms up
                        took.setdefault((length, name), []).append(result)
    return took


def write() -> None:
    """Run the rounds here: a file, a shape and threads from the command line."""
    out, shape, threads = sys.argv[1:]
    took = rounds(shape, int(threads))  # type: ignore[arg-type]
    found = [(*key, [asdict(each) for each in many]) for key, many in took.items()]
    Path(out).write_text(json.dumps(found), encoding="utf-8")


def measured(shape: Shape, threads: int) -> Taken:
    """The rounds in a process of its own, where numpy keeps to one thread as in the product."""
    found = apart("bench.words_cost", shape, str(threads))
    return {(length, name): [Took(**each) for each in many] for length, name, many in found}


def main(*, everything: bool = False) -> None:
    """Print what each shape, thread count and length takes, and whether it is as wanted."""
    cores = os.cpu_count() or 1
    for threads in sorted({1, max(1, cores - 1)}):
        print(f"\nan utterance, {threads} of {cores} cores, median of {ROUNDS}, ms")
        rows: list[tuple[object, ...]] = []
        verdicts: list[str] = []
        for shape in (*SHAPES, LARGEST) if everything else SHAPES:
            took = measured(shape, threads)
            rows += [_row(shape, length, name, many) for (length, name), many in took.items()]
            verdicts += [_verdict(shape, length, took) for length in LENGTHS_S]
        print(table(rows, ("model", "s", "window", *PARTS, "rest", "wall", "CPU")))
        print("\n".join(verdicts))


def _utterance(sound: Pcm) -> Utterance:
    return Utterance(Samples(0), Track.CLIENT, sound, ((Samples(0), Samples(len(sound))),))


def _row(shape: Shape, length: int, name: str, many: Sequence[Took]) -> tuple[object, ...]:
    parts = [_ms([took.parts[part] for took in many]) for part in PARTS]
    rest = _ms([took.wall - sum(took.parts.values()) for took in many])
    wall, cpu = _ms([took.wall for took in many]), _ms([took.cpu for took in many])
    return (shape, length, name, *parts, rest, wall, cpu)


def _verdict(shape: Shape, length: int, took: Taken) -> str:
    short, full, usual = (
        min(each.cpu for each in took[length, name]) for name in ("short", "full", "stock")
    )
    said = f"  {shape} {length} s: short window {usual / short:.1f} times cheaper than stock, "
    said += f"{full / short:.1f} times cheaper than the full one"
    if length > SHORT_S:
        return said
    return said + f" ({'kept' if usual / short >= WANTED else 'BROKEN'}: at least {WANTED:g})"


def _ms(values: Sequence[float]) -> int:
    return round(1000 * statistics.median(values))
