"""Keys that work whichever window is in front: on X11 and Windows, where they can be asked for.

A program asks for its own combinations and hears of no other key. Libraries that offer the same for
every system read all keys instead, which has no place beside a confidential conversation.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

from PyQt6.QtCore import QObject, QSocketNotifier, pyqtSignal

from live.cues.families import Say
from live.ui import texts

_MODIFIERS = {"shift": 1, "ctrl": 4, "alt": 8, "super": 64}
"""Masks of the X protocol."""
_LOCKS = (0, 2, 16, 18)
"""With and without caps lock and num lock: a combination has to work with either."""


class Hotkeys(QObject):
    """Combinations such as "ctrl+alt+h" by the name of what they do."""

    pressed = pyqtSignal(str)

    def __init__(self, say: Say, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.why_not = ""
        """Why none, or one of them, works here; empty when all do."""
        self._say = say
        self._display: Any = None
        self._names: dict[tuple[int, int], str] = {}
        self._notifier: QSocketNotifier | None = None

    def ask_for(self, keys: Mapping[str, str]) -> None:
        """Ask the system for them: what each does, to its combination; empty ones are left out."""
        self.let_go()
        wanted = {name: combination for name, combination in keys.items() if combination}
        if not wanted:
            return
        if os.environ.get("WAYLAND_DISPLAY"):
            self._not(texts.WAYLAND)
        elif sys.platform == "linux":
            self._on_x11(wanted)
        else:
            self._not(sys.platform)

    def let_go(self) -> None:
        """Give them back."""
        if self._notifier is not None:
            self._notifier.setEnabled(False)
            self._notifier = None
        if self._display is not None:
            self._display.close()
            self._display = None
        self._names.clear()
        self.why_not = ""

    def _not(self, why: str) -> None:
        self.why_not = self._say(texts.NO_HOTKEYS).format(why=self._say(why))

    def _on_x11(self, wanted: Mapping[str, str]) -> None:
        # Imported here: elsewhere it is neither installed nor of use.
        from Xlib import X, error
        from Xlib.display import Display

        try:
            self._display = display = Display()
        except error.DisplayError:
            self._not(texts.NO_DISPLAY)
            return
        root = display.screen().root
        for name, combination in wanted.items():
            mask, code = self._parsed(display, combination)
            taken = error.CatchError(error.BadAccess)
            for locks in _LOCKS if code else ():
                root.grab_key(code, mask | locks, True, X.GrabModeAsync, X.GrabModeAsync, taken)
            display.sync()
            if not code or taken.get_error():
                self.why_not = self._say(texts.KEY_TAKEN).format(key=combination)
            else:
                self._names[mask, code] = name
        self._notifier = QSocketNotifier(display.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._read)

    def _parsed(self, display: Any, combination: str) -> tuple[int, int]:  # noqa: ANN401
        """Modifiers and key of a combination; the key is 0 when there is no such."""
        from Xlib import XK

        *held, last = (part.strip() for part in combination.lower().split("+"))
        if not held or any(part not in _MODIFIERS for part in held):
            return 0, 0
        known = XK.string_to_keysym(last) or XK.string_to_keysym(last.capitalize())
        code = display.keysym_to_keycode(known) if known else 0
        return sum(_MODIFIERS[part] for part in set(held)), int(code)

    def _read(self) -> None:
        from Xlib import X

        while self._display is not None and self._display.pending_events():
            event = self._display.next_event()
            if event.type == X.KeyPress:
                mask = event.state & sum(_MODIFIERS.values())
                if name := self._names.get((mask, event.detail)):
                    self.pressed.emit(name)
