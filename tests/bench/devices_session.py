"""A live session over two devices that writes down when it told what; in a process of its own."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

from live.audio.devices.clock import now
from live.audio.devices.device import Choice
from live.audio.devices.line import Line
from live.audio.devices.microphones import LiveSource, Tap
from live.audio.devices.options import DeviceOptions
from live.audio.devices.system import this_system
from live.engine import EngineOptions, engine
from live.session import run
from live.types import RATE, Audio, AudioBlock, Event, Flag, Samples, Track, samples, seconds

FIRST_S = 30.0
"""So much of the coach's sound is written beside it, to find what was played in it."""


def write() -> None:
    """A session: out.json, seconds, the coach's device, the client's."""
    out, length, coach, client = Path(sys.argv[1]), float(sys.argv[2]), *sys.argv[3:5]
    options = DeviceOptions()
    told: list[tuple[str, str, str, float, float]] = []
    first: list[Audio] = []
    with this_system() as system:
        names = {Track.COACH: coach, Track.CLIENT: client}
        lines = {t: Line(system, Choice.read(n), t, options) for t, n in names.items()}
        for line in lines.values():
            line.start()
        source = LiveSource({t: Tap(line) for t, line in lines.items()}, options,
                            until=samples(length))  # fmt: skip
        ears = engine(EngineOptions(), sound=True)

        def tell(event: Event) -> None:
            if isinstance(event, Flag):
                told.append((event.kind, event.status, event.id, seconds(event.decided), now()))

        def hear(block: AudioBlock) -> None:
            if block.track is Track.COACH and block.end < FIRST_S * RATE:
                first.append(block.audio)

        begun: list[tuple[float, float]] = []

        def progress(position: Samples) -> None:
            if not begun:
                begun.append((time.process_time(), now()))

        record = run(source, ears, tell, hear=hear, progress=progress)
        cpu, wall = time.process_time() - begun[0][0], now() - begun[0][1]
    np.save(out.with_suffix(".npy"), np.concatenate(first))
    flags = [(f.kind, seconds(f.start), seconds(f.decided)) for f in record.counted]
    out.write_text(
        json.dumps(
            {
                "begin": source.begin,
                "told": told,
                "flags": flags,
                "cpu": cpu / wall,
                "wall": seconds(record.duration),
                "captured": {str(t): s for t, s in source.captured.items()},
                "slipped": {str(t): n for t, n in source.slipped.items()},
                "gaps": [(g.track, seconds(g.start), seconds(g.end), g.why) for g in record.gaps],
            }
        ),
        encoding="utf-8",
    )


if __name__ == "__main__":
    write()
