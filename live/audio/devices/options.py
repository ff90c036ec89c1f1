"""How devices are opened, and how their clocks become the session's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from live.options import Range


@dataclass(frozen=True, slots=True)
class DeviceOptions:
    """Numbers around devices; times of the session itself are elsewhere."""

    coach: str = "default"
    """The coach's microphone: a name, a part of it, or what the system uses."""
    client: str = "default"
    """Where the client is heard: an output, or a second microphone."""
    block_ms: Annotated[int, Range(5, 100)] = 20
    """Sound in one callback. PulseAudio hands out 10 ms blocks 40 ms after the sound, 20 ms
    blocks after 60 ms, 30 ms blocks after 120 ms (medians, measured); half as many callbacks
    cost half as much."""
    ring_s: Annotated[float, Range(1, 120)] = 20.0
    """Sound that may wait for the session's thread before it is refused and counted."""
    patience_ms: Annotated[int, Range(100, 3_000)] = 600
    """After so long without sound silence stands in. With both cores busy callbacks came up to
    416 ms late and nothing was lost (measured)."""
    pause_ms: Annotated[int, Range(20, 500)] = 80
    """The same for a device that gives nothing while nothing is played."""
    lost_ms: Annotated[int, Range(50, 1_000)] = 120
    """A device that stays so much further behind than before has lost sound: more than an audio
    server adds when it changes its buffers."""
    judged_s: Annotated[float, Range(0.2, 5)] = 0.5
    """For how long it has to stay behind for that."""
    drift_s: Annotated[float, Range(2, 60)] = 10.0
    """The clock of a device is read from the least late callback of so many seconds."""
    restart_s: Annotated[float, Range(1, 30)] = 2.0
    """A device that is open and silent for so long is opened again."""
    check_s: Annotated[float, Range(3, 60)] = 10.0
    """Length of the set-up check."""
