"""The clock beside which device time is read: it never steps back, and counts sleep."""

from __future__ import annotations

import sys
import time


def now() -> float:
    """Seconds since an arbitrary moment. A computer that slept has got so much older.

    Python's monotonic clock stands still while Linux and macOS sleep; a session that went on for
    the client must not.
    """
    if sys.platform == "linux":
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    if sys.platform == "darwin":
        return time.clock_gettime(time.CLOCK_MONOTONIC)
    return time.perf_counter()
