"""Leaving a window out of what is shared of a screen: where that exists, and saying where not."""

from __future__ import annotations

import ctypes
import sys
from typing import Literal

from PyQt6.QtWidgets import QWidget

EXCLUDE, SHOW = 0x11, 0x00
"""WDA_EXCLUDEFROMCAPTURE (Windows 10 2004 and later) and WDA_NONE."""

Sharing = Literal["hidden", "unsure", "visible"]


def possible() -> Sharing:
    """What this system can promise. macOS's own capture ignores the request on recent versions."""
    if sys.platform == "win32":
        return "hidden"
    return "unsure" if sys.platform == "darwin" else "visible"


def hide_from_sharing(window: QWidget, *, hidden: bool) -> bool:
    """Ask for it; whether the system said yes."""
    if sys.platform != "win32":
        return False
    affinity = EXCLUDE if hidden else SHOW
    user = ctypes.windll.user32
    return bool(user.SetWindowDisplayAffinity(int(window.winId()), affinity))
