"""What the windows remember from one time to the next: places and choices, never a name."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

from live.cues.pace import Mode
from live.ui.backstage import DEVICES, SAMPLE


@dataclass(frozen=True, slots=True)
class Memory:
    """All of it. A recording's path is not in it: files may be called after people."""

    mode: str = Mode.PRACTICE.value
    source: str = ""
    """`DEVICES` or `SAMPLE`; empty where nothing was chosen yet."""
    coach: str = ""
    client: str = ""
    screen: str = ""
    """The screen the overlay was on."""
    spots: dict[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> Memory:
        """What is there; the usual where there is nothing, or nothing that makes sense."""
        try:
            read = json.loads(path.read_text(encoding="utf-8"))
            spots = {str(k): (float(v[0]), float(v[1])) for k, v in read["spots"].items()}
            texts = {name: str(read[name]) for name in ("mode", "coach", "client", "screen")}
            source = read["source"] if read["source"] in (DEVICES, SAMPLE, "") else SAMPLE
            Mode(texts["mode"])
            return cls(**texts, source=source, spots=spots)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError):
            return cls()

    def write(self, path: Path) -> bool:
        """Whole or not at all; False when it cannot be written, which harms nobody."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, half = tempfile.mkstemp(dir=path.parent, prefix="window.", suffix=".new")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(asdict(self), file, indent=1)
            Path(half).replace(path)
        except OSError:
            return False
        return True
