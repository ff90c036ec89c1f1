"""Measuring in a process of its own: nothing else in its memory, one thread a library."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.alone import THREADS


def apart(module: str, *arguments: str, function: str = "write") -> Any:
    """What a function of a module writes as JSON into the file that is its first argument.

    Not started with `-m`: a worker process imports again what its parent was started with, and
    that would be in its memory.
    """
    here = Path(__file__).resolve().parents[1]
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        environment = os.environ | dict.fromkeys(THREADS, "1") | {"UNHURRIED_HOME": folder}
        environment["PYTHONPATH"] = os.pathsep.join([str(here), str(here.parent)])
        code = f"from {module} import {function}; {function}()"
        command = [sys.executable, "-c", code, str(out), *arguments]
        subprocess.run(command, env=environment, check=True)  # noqa: S603 - our own program
        return json.loads(out.read_text(encoding="utf-8"))
