"""Plays two tracks into an output as one stream, and writes down when each sample was heard.

    python -m bench.devices_player OUT.json SECONDS

In a process of its own. PULSE_SINK names the output. The times are those of the sound server,
which counts what waits in it; a second listener with a buffer of 5 ms heard clicks 5 to 30 ms after
them.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path

import numpy as np
import sounddevice

from bench.words_sources import SAMPLE, tracks_of
from live.audio.devices.clock import now
from live.types import RATE, Track

BLOCK = RATE // 50


def main() -> None:
    """Play, then write pairs of a position and the moment at which it was heard."""
    out, seconds = Path(sys.argv[1]), float(sys.argv[2])
    tracks = tracks_of(SAMPLE, seconds)
    both = np.stack([tracks[track] for track in Track], axis=1)
    pcm = (np.clip(both, -1, 1) * 32_767).astype("<i2")
    heard: list[tuple[int, float]] = []
    at, over = [0], threading.Event()

    def callback(data, frames: int, time, status: object) -> None:  # type: ignore[no-untyped-def]
        begin = at[0]
        heard.append((begin, now() + time.outputBufferDacTime - time.currentTime))
        piece = pcm[begin : begin + frames].tobytes()
        data[:] = piece + b"\0" * (len(data) - len(piece))
        at[0] += frames
        if begin > len(pcm):
            over.set()

    with sounddevice.RawOutputStream(
        device="pulse",
        samplerate=RATE,
        blocksize=BLOCK,
        channels=2,
        dtype="int16",
        latency=0.1,
        callback=callback,
    ):
        over.wait()
    out.write_text(json.dumps(heard), encoding="utf-8")


if __name__ == "__main__":
    main()
