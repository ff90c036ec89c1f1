"""The log: where something went wrong, never what was said."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

from live.resources import own


def log_file() -> Path:
    """Where the log is; it may not be there yet."""
    return own("logs") / "unhurried.log"


def log_trace(where: str = "", error: BaseException | None = None) -> bool:
    """Write type and places of an exception, usually the current one; False when that fails.

    Its text is left out: it may hold words.
    """
    error = error or sys.exc_info()[1]
    name = type(error).__name__ if error else "unknown"
    trace = error.__traceback__ if error else None
    lines = [f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {where} {name}".replace("  ", " ")]
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append(f"  {code.co_filename}:{trace.tb_lineno} {code.co_qualname}")
        trace = trace.tb_next
    path = log_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", errors="backslashreplace") as file:
            file.write("\n".join(lines) + "\n")
    except OSError:
        return False
    return True
