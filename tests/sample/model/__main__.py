"""Makes the sample model: `make model`, or `PYTHONPATH=tests python -m sample.model`.

Speaks, trains, converts and checks. Needs espeak-ng and the `train` group; under an hour on two
cores. The renderings stay in the work folder, so that a second run begins with training.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from sample.model import renderings
from sample.model.convert import convert
from sample.model.decode import MODEL
from sample.model.training import Plan, train

WORK = Path(__file__).resolve().parents[3] / ".cache" / "model"


def main() -> None:
    """All steps; the model's folder is only touched when everything has worked."""
    parser = argparse.ArgumentParser(description="Make the sample model anew.")
    parser.add_argument("--work", type=Path, default=WORK, help="where renderings are kept")
    parser.add_argument("--out", type=Path, default=MODEL, help="where the model is written")
    parser.add_argument("--steps", type=int, default=Plan.steps, help="of training")
    arguments = parser.parse_args()
    begun = time.monotonic()
    if not (arguments.work / renderings.TABLES).exists():
        renderings.save(renderings.speak_all(renderings.Recipe()), arguments.work)
    pool = renderings.load(arguments.work)
    hours = len(pool.sound) / renderings.RATE / 3600
    print(f"{len(pool.renderings)} renderings, {hours:.1f} h; {_minutes(begun)}", flush=True)
    network, tokenizer = train(pool, Plan(steps=arguments.steps), arguments.work / "network.pt")
    print(f"trained; {_minutes(begun)}", flush=True)
    arguments.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=arguments.out.parent) as folder:
        convert(network, tokenizer, Path(folder))
        for path in Path(folder).iterdir():
            path.replace(arguments.out / path.name)
    print(f"written to {arguments.out}; {_minutes(begun)}", flush=True)


def _minutes(since: float) -> str:
    return f"{(time.monotonic() - since) / 60:.1f} min"


if __name__ == "__main__":
    main()
