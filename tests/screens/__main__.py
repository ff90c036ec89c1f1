"""`python -m screens [FOLDER]`: every picture in every theme and at two sizes.

Without a folder: only those of the README, into `docs/`.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from desktop import MISSING, ROOT, WHY, desktop

OF_README = {
    "overlay-cue-light-1": "cue",
    "overlay-silence-dark-1": "silence",
    "panel-light-1": "start",
    "consent-dark-1": "agreement",
}
SIZES = {"1": (1280, 800), "2": (2560, 1600)}
THEMES = ("light", "dark", "contrast")


def main() -> None:
    """Take them."""
    if MISSING:
        sys.exit(WHY)
    everything = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    with tempfile.TemporaryDirectory() as scratch:
        folder = everything or Path(scratch) / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        for size in SIZES if everything else ("1",):
            for theme in THEMES if everything else THEMES[:2]:
                take(folder, theme, size, Path(scratch), sys.argv[2:])
        if everything is None:
            target = ROOT / "docs"
            target.mkdir(exist_ok=True)
            for made, name in OF_README.items():
                shutil.copy(folder / f"{made}.png", target / f"{name}.png")


def take(folder: Path, theme: str, size: str, scratch: Path, wanted: list[str]) -> None:
    """One theme at one size."""
    home = scratch / f"{theme}-{size}"
    os.environ["UNHURRIED_HOME"] = str(home / "own")
    with desktop(home, SIZES[size]) as screen:
        # 200 %: twice as many pixels for everything, as on a screen of that density.
        done = screen.python(
            *("-m", "screens.scenes", folder, theme, size, *wanted),
            env={"QT_SCALE_FACTOR": size},
            stderr=None,
        )
        if done.wait(timeout=240):
            sys.exit(f"the scenes of {theme} at {size} broke off")


if __name__ == "__main__":
    main()
