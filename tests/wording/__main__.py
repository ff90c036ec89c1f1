"""Train the model of wording anew: `make wording`. Writes models/wording/en.json."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from live.detect.wording_words import wording_words
from wording.train import (
    LEARNED,
    WHOLE,
    Line,
    Options,
    crossed,
    f1,
    fit,
    lines,
    parted,
    precision,
    thresholds,
)

TARGET = Path(__file__).resolve().parents[2] / "models" / "wording" / "en.json"


def told(judged: Sequence[tuple[Line, float]], kind: str, likely: float, sure: float) -> str:
    """How well a kind is known on lines that its model had not seen, study lines then talks."""
    parts = [
        f"{sum(kind in line.kinds for line, _ in part)} of {len(part)}:"
        f" P {precision(part, kind, likely):.2f} F1 {f1(part, kind, likely):.2f}"
        f" (sure: P {precision(part, kind, sure):.2f} F1 {f1(part, kind, sure):.2f})"
        for part in parted(judged)
    ]
    return f"{kind:18s} {' | '.join(parts)}"


def main() -> None:
    """Train every kind on all lines; say how well it does on unseen ones."""
    examples = lines(wording_words())
    print(f"{len(examples)} lines", flush=True)
    kinds = {}
    for kind in LEARNED:
        judged = crossed(examples, kind, Options())
        likely, sure = thresholds(judged, kind)
        print(told(judged, kind, likely, sure), flush=True)
        weights, bias = fit(examples, kind, Options())
        kinds[kind] = {
            "whole": kind in WHOLE,
            "bias": bias,
            "likely": likely,
            "sure": sure,
            "weights": dict(sorted(weights.items())),
        }
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps({"language": "en", "kinds": kinds}, indent=0) + "\n", "utf-8")
    print(f"{TARGET.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
