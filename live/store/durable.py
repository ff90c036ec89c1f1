"""What is made or removed outlasts a power cut, as far as systems let us."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def settle(folder: Path) -> None:
    """Let the names in a folder be on the disk itself."""
    with suppress(OSError):  # Windows does not open folders
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove(paths: Iterable[Path]) -> None:
    """Remove files of one folder, durably; those that are not there are no mistake. Raises OSError.

    They are not written over first. What makes audio unreadable is that its key is destroyed; the
    rest is encrypted; and a disk that moves its blocks (every SSD) or a file system that copies on
    write keeps the old ones all the same.
    """
    folders = set()
    for path in paths:
        path.unlink(missing_ok=True)
        folders.add(path.parent)
    for folder in folders:
        settle(folder)
