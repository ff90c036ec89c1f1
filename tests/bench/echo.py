"""Loudspeakers simulated: the client's track in the coach's microphone; a table.

    python -m bench --only echo

The sample session, with the client's voice added to the coach's track at three levels and three
delays through a room (exponential decay, 0.4 s to -60 dB), and once without: then there is true
double talk and nothing may be called an echo.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.tables import table
from bench.words_sources import SAMPLE, tracks_of
from live.engine import Engine, EngineOptions, engine
from live.session import run
from live.types import RATE, Audio, AudioBlock, Flag, Samples, Status, Track

LEVELS_DB = (-3, -10, -20)
DELAYS_MS = (5, 40, 120)
FOUND_WITHIN_S = 20.0
BLOCK = RATE // 50


@dataclass(frozen=True, slots=True)
class Heard:
    """What a session with loudspeakers came to."""

    found_s: float | None
    """When the state became *speakers*, in seconds after the client began; None: never."""
    shown: int
    """Interruptions confirmed before that, which a coach would have seen."""
    left: int
    """Interruptions that still count in the end."""


class _Tape:
    name, kind, duration = "echo", "recording", None

    def __init__(self, tracks: dict[Track, Audio]) -> None:
        self._tracks = tracks
        self.notices: list[str] = []

    def __iter__(self):
        length = min(map(len, self._tracks.values()))
        for start in range(0, length, BLOCK):
            for track, audio in self._tracks.items():
                yield AudioBlock(track, Samples(start), audio[start : min(start + BLOCK, length)])

    def close(self) -> None:
        """Nothing to let go of."""


def room(seed: int = 3) -> Audio:
    """How a room answers to a click: the direct sound and what comes after it."""
    times = np.arange(round(0.4 * RATE)) / RATE
    tail = np.random.default_rng(seed).normal(0, 1, len(times)) * 10 ** (-3 * times / 0.4)
    tail *= 0.5 / np.sqrt((tail**2).sum())
    tail[0] = 1.0
    return (tail / np.sqrt((tail**2).sum())).astype(np.float32)


def with_loudspeakers(
    tracks: dict[Track, Audio], level_db: float, delay_ms: float
) -> dict[Track, Audio]:
    """The same with the client's voice on the coach's track."""
    client = tracks[Track.CLIENT]
    size = len(client) + len(room())
    answer = np.fft.irfft(np.fft.rfft(client, size) * np.fft.rfft(room(), size), size)
    lag = round(delay_ms * RATE / 1000)
    leak = np.concatenate([np.zeros(lag), answer])[: len(client)] * 10 ** (level_db / 20)
    return {
        Track.COACH: (tracks[Track.COACH] + leak).astype(np.float32),
        Track.CLIENT: client,
    }


def hear(tracks: dict[Track, Audio], ears: Engine | None = None) -> Heard:
    """Run an engine over it as it would run live."""
    ears = ears or engine(EngineOptions(), sound=True)
    begun: list[int] = []
    found: list[int] = []
    shown: set[str] = set()
    quiet = np.flatnonzero(np.abs(tracks[Track.CLIENT]) > 0.02)
    begun.append(int(quiet[0]) if len(quiet) else 0)

    def tell(event: object) -> None:
        told = isinstance(event, Flag) and event.status is Status.CONFIRMED
        if told and event.kind == "interruption":
            shown.add(event.id)

    def progress(position: Samples) -> None:
        if not found and ears.echo == "speakers":
            found.append(position)

    record = run(_Tape(tracks), ears, tell, progress=progress)
    left = [flag for flag in record.counted if flag.kind == "interruption"]
    when = (found[0] - begun[0]) / RATE if found else None
    return Heard(when, len(shown), len(left))


def main() -> None:
    """Print when it was found, and what was said until then."""
    tracks = tracks_of(SAMPLE)
    silent = {Track.COACH: tracks[Track.COACH] * 0, Track.CLIENT: tracks[Track.CLIENT]}
    rows: list[tuple[object, ...]] = []
    for level in LEVELS_DB:
        for delay in DELAYS_MS:
            for name, base in (("talking", tracks), ("silent", silent)):
                heard = hear(with_loudspeakers(base, level, delay))
                when = "never" if heard.found_s is None else f"{heard.found_s:.1f}"
                rows.append((name, level, delay, when, heard.shown, heard.left))
    clean = hear(tracks)
    rows.append(("talking", "none", "-", clean.found_s or "never", clean.shown, clean.left))
    columns = ("coach", "dB", "ms", "found after s", "shown before", "interruptions left")
    print(table(rows, columns))


if __name__ == "__main__":
    main()
