"""Runs a module on one core and writes what it took: `python -m bench.alone OUT MODULE ARGS...`.

The same as `python -m MODULE ARGS...`, one thread a library. OUT gets a JSON object: seconds of
processor time and the most memory held, in MB, both of this process alone. (What a parent learns
about a child afterwards is no use: until it replaces itself, a child is as large as its parent.)
"""

from __future__ import annotations

import json
import os
import runpy
import sys
import time
from pathlib import Path

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS")
"""Set to 1 before numbers are loaded; a library that ignores them still has one core only."""


def pin() -> bool:
    """Keep this process, and all it starts, on one core; False where the system cannot."""
    if not hasattr(os, "sched_setaffinity"):
        return False
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    return True


def peak_mb() -> float:
    """The most memory this process has held in RAM so far, in millions of bytes."""
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    import resource  # here, because Windows has none

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return (peak if sys.platform == "darwin" else peak * 1024) / 1e6


def main() -> None:
    """Run the module, and write even when it ends with an exit code."""
    out, module, *rest = sys.argv[1:]
    pin()
    sys.argv = [module, *rest]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        took = {"cpu_s": time.process_time(), "peak_mb": peak_mb()}
        Path(out).write_text(json.dumps(took), encoding="utf-8")


if __name__ == "__main__":
    main()
