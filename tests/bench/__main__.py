"""`python -m bench`: every measurement, or those named with --only.

Recordings kept outside the project are read from the folder in UNHURRIED_DATA; without it only what
the project makes itself is measured. Nothing that was said is printed unless --verbose asks for
examples.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from pathlib import Path

from bench import calls, cost, prosody, timing_tables, truth, voice


def main() -> None:
    """Run the parts in order."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the program.")
    own: dict[str, Callable[[], None]] = {"sample": truth.main, "cost": cost.main}
    outside = ("clips", "dialogues", "calls", "voice", "prosody")
    parts = ("sample", *outside, "cost")
    parser.add_argument(
        "--only", action="append", choices=parts, metavar="NAME", help=", ".join(parts)
    )
    parser.add_argument("--verbose", action="store_true", help="examples too, with what was said")
    arguments = parser.parse_args()
    folder = os.environ.get("UNHURRIED_DATA")
    data = Path(folder) if folder else None
    for part in parts:
        if arguments.only and part not in arguments.only:
            continue
        if part in own:
            _timed(part, own[part])
        elif data is None:
            print(f"\n=== {part}: left out, no recordings (make bench DATA=DIR)")
        else:
            _timed(part, _on_recordings(part, data, arguments.verbose))


def _on_recordings(part: str, data: Path, verbose: bool) -> Callable[[], None]:
    return {
        "clips": lambda: timing_tables.clips(data, verbose=verbose),
        "dialogues": lambda: timing_tables.dialogues(data, verbose=verbose),
        "calls": lambda: calls.main(data),
        "voice": lambda: voice.main(data),
        "prosody": lambda: prosody.main(data),
    }[part]


def _timed(name: str, part: Callable[[], None]) -> None:
    print(f"\n=== {name}", flush=True)
    began = time.perf_counter()
    part()
    print(f"  ({name}: {time.perf_counter() - began:.0f} s)", flush=True)


if __name__ == "__main__":
    main()
