"""`--only hostile`: a hundred thousand random and hostile lines; nothing may be raised."""

from __future__ import annotations

import random
import time
from itertools import islice

from detect.hostile import TALK, hear, hostile_lines

LINES = 100_000
SEED = 20_261_122


def main() -> None:
    """Half of them against the English rules, half against the German ones."""
    for language in ("en", "de"):
        chance = random.Random(SEED)  # noqa: S311
        lines = hostile_lines(SEED, LINES // 2, language)
        heard = flags = words = 0
        slowest = 0.0
        began = time.process_time()
        while talk := list(islice(lines, TALK)):
            before = time.process_time()
            flags += hear(talk, language, chance)
            slowest = max(slowest, time.process_time() - before)
            heard += len(talk)
            words += sum(len(line.split()) for line in talk)
        taken = time.process_time() - began
        print(
            f"  {language}: {heard:,} lines, {words:,} words, {flags:,} flags, nothing raised; "
            f"{taken:.0f} s of processor time, {1000 * taken / heard:.1f} ms a line, "
            f"slowest {TALK} lines {slowest:.1f} s"
        )
