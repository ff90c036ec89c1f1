"""Which devices a person chose the last time."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping

from live.audio.devices.device import Choice
from live.resources import own
from live.types import Track

_FILE = "devices.json"


def recall() -> dict[Track, Choice]:
    """What was chosen, for each person; nothing where that cannot be read."""
    with contextlib.suppress(OSError, ValueError, TypeError, AttributeError):
        kept = json.loads((own("data") / _FILE).read_text(encoding="utf-8"))
        return {track: Choice.read(str(kept[track])) for track in Track if track in kept}
    return {}


def remember(chosen: Mapping[Track, Choice]) -> None:
    """Write a choice down; a disk that refuses costs no more than choosing again."""
    text = json.dumps({track: str(choice) for track, choice in chosen.items()}, indent=1)
    file = own("data") / _FILE
    with contextlib.suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        half = file.with_suffix(f".{os.getpid()}")
        half.write_text(text + "\n", encoding="utf-8")
        half.replace(file)
