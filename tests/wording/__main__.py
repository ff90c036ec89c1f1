"""Train the model of wording anew: `make wording`. Writes models/wording/en.json."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from live.detect.wording_words import wording_words
from wording.train import LEARNED, Line, Options, crossed, fit, kind_of, lines

TARGET = Path(__file__).resolve().parents[2] / "models" / "wording" / "en.json"


def report(examples: list[Line], code: str, options: Options) -> str:
    """Precision, recall and F1 on lines the model had not seen."""
    found = [share >= 0.5 for share in crossed(examples, code, options)]
    true = [code in line.codes for line in examples]
    hits = sum(a and b for a, b in zip(found, true, strict=True))
    precision, recall = hits / sum(found), hits / sum(true)
    f1 = 2 * precision * recall / (precision + recall)
    return f"{kind_of(code)}: {sum(true)} lines, P {precision:.2f} R {recall:.2f} F1 {f1:.2f}"


def main() -> None:
    """Train every kind on all lines; with --check, say first how well it does on unseen ones."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true")
    checked = arguments.parse_args().check
    words = wording_words()
    examples = lines(words)
    print(f"{len(examples)} lines")
    kinds = {}
    for code in LEARNED:
        if checked:
            print(report(examples, code, Options()))
        weights, bias = fit(examples, code, Options())
        kinds[kind_of(code)] = {"bias": bias, "weights": dict(sorted(weights.items()))}
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(json.dumps({"language": "en", "kinds": kinds}, indent=0) + "\n", "utf-8")
    print(f"{TARGET.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
