"""`python -m bench`: every measurement, or those named with --only.

Those that play sound at the speed of life, or hours of it, run only when they are named.
Recordings kept outside the project are read from the folder in UNHURRIED_DATA; without it only what
the project makes itself is measured. Nothing that was said is printed unless --verbose asks for
examples.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import (
    calls,
    cost,
    devices,
    echo,
    hostile,
    kept,
    prosody,
    screen,
    soak,
    timing_tables,
    truth,
    voice,
    wording,
    words_accuracy,
    words_cost,
    words_live,
)

OUTSIDE = ("clips", "dialogues", "calls", "voice", "prosody")
"""Parts that need recordings."""
LONG = ("kept", "screen", "hostile", "devices", "echo", "words-live", "soak", "busy")
"""Parts that take many minutes."""


def main() -> None:
    """Run the parts in order."""
    parts = ("sample", *OUTSIDE, "cost", "wording", "words", "words-accuracy", *LONG)
    arguments = _arguments(parts)
    folder = os.environ.get("UNHURRIED_DATA")
    data = Path(folder) if folder else None
    own = _own(arguments, data)
    wanted = arguments.only or [part for part in parts if part not in LONG]
    for part in parts:
        if part not in wanted:
            continue
        if part in own:
            _timed(part, own[part])
        elif data is None:
            print(f"\n=== {part}: left out, no recordings (make bench DATA=DIR)")
        else:
            _timed(part, _on_recordings(part, data, arguments.verbose))


def _arguments(parts: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure the program.")
    parser.add_argument(
        "--only", action="append", choices=parts, metavar="NAME", help=", ".join(parts)
    )
    parser.add_argument("--verbose", action="store_true", help="examples too, with what was said")
    parser.add_argument(
        "--all", action="store_true", help="words: the small model, and renderings made anew"
    )
    parser.add_argument(
        "--minutes", type=float, help="length of words-live (3), soak (180), busy (30)"
    )
    return parser.parse_args()


def _own(arguments: argparse.Namespace, data: Path | None) -> dict[str, Callable[[], None]]:
    everything, minutes = arguments.all, arguments.minutes
    return {
        "sample": truth.main,
        "cost": cost.main,
        "kept": kept.main,
        "wording": lambda: wording.main(data),
        "hostile": hostile.main,
        "screen": screen.main,
        "devices": lambda: devices.main(minutes),
        "busy": lambda: devices.busy(minutes),
        "echo": echo.main,
        "words": lambda: words_cost.main(everything=everything),
        "words-accuracy": lambda: words_accuracy.main(everything=everything),
        "words-live": lambda: words_live.main(
            minutes or words_live.MINUTES, everything=everything, data=data
        ),
        "soak": lambda: soak.main(minutes or soak.MINUTES),
    }


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
