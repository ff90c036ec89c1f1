"""200 live sessions killed at random instants: how much of each is lost; prints a table."""

from __future__ import annotations

import random
import signal
import tempfile
import time
from pathlib import Path

import numpy as np
from store.children import Clock, Nursery, Silent, opened

from bench.tables import percentile, table
from live.audio.flac import unpack
from live.store.store import Store
from live.types import samples, seconds

KILLS = 200
LENGTH_S = 335.0
"""Of the sample session, nearly."""
MOST_S = 1.0
SEED = 200


def main(kills: int = KILLS) -> None:
    """Kill as many, half of them with their voices, and print what was lost."""
    print(f"\n{kills} live sessions killed (SIGKILL) at random instants")
    lost: dict[str, list[float]] = {"words": [], "audio": [], "the voices": []}
    mending: list[float] = []
    chance = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    with tempfile.TemporaryDirectory() as folder, Nursery(Path(folder)) as nursery:
        for number in range(kills):
            keep = ("words", "audio")[number % 2]
            shown = _killed(nursery, Path(folder), keep, chance)
            began = time.perf_counter()
            with opened(Silent()) as store:
                mending.append(time.perf_counter() - began)
                *_, kept = store.catalogue.sessions()
                assert kept.interrupted
                lost[keep].append(seconds(shown - kept.duration))
                if keep == "audio":
                    lost["the voices"].append(seconds(shown - _heard(store, kept.number)))
            assert kept.number == number + 1, "a session was lost"
    rows = [
        (what, len(each), *(percentile(each, p) for p in (50, 95, 100)))
        for what, each in lost.items()
    ]
    print(table(rows, ("kept", "killed", "lost s, half", "95 %", "most")))
    worst = max(max(each) for each in lost.values())
    held = "kept" if worst <= MOST_S else "BROKEN"
    print(f"  none lost; {held}: at most {MOST_S:.0f} s of session time is")
    print(f"  mending: {percentile(mending, 50) * 1e3:.0f} ms, {max(mending) * 1e3:.0f} at most")


def _killed(nursery: Nursery, folder: Path, keep: str, chance: random.Random) -> int:
    """The position that the session's clock showed last."""
    path = folder / "clock"
    path.unlink(missing_ok=True)
    clock = Clock(path)
    child = nursery.fork(
        *("live", path, "--source", "sample", "--speed", "1000", "--keep", keep),
        *("--model", "none", "--set", "voice.engine=webrtc"),
    )
    clock.until(samples(chance.uniform(0, LENGTH_S)), child)
    time.sleep(chance.uniform(0, 0.005))
    child.kill()
    if child.code != -signal.SIGKILL:
        raise SystemExit(f"A session ended before it was killed:\n{child.text}")
    return clock.position


def _heard(store: Store, number: int) -> int:
    """Samples of each voice that can be played."""
    found = store.audio(store.catalogue.session(number))
    if found is None:
        return 0
    with found as vault:
        return int(np.sum([unpack(vault.read(i)[1]).shape[1] for i in range(len(vault))]))
