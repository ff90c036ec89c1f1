"""The program with windows: begins, runs and ends Qt."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from types import TracebackType

from PyQt6 import sip
from PyQt6.QtCore import QSocketNotifier, QTimer
from PyQt6.QtWidgets import QApplication

from live.logs import log_trace
from live.ui.application import Application
from live.ui.backstage import Backstage, Chosen


def main(
    backstage: Backstage, chosen: Chosen | None, stop: Callable[[], bool]
) -> list[tuple[str, str]]:
    """Open the start panel, or run `chosen` and end with it: what went wrong in that, what to do.

    `stop` is asked whenever a signal came: it says whether that was one to end everything.
    """
    # Without this, Qt ends the program when a slot raises, and a session with it.
    sys.excepthook = _mistake
    qt = QApplication([sys.argv[0]])
    qt.setApplicationName("Unhurried")
    qt.setDesktopFileName("unhurried")
    # A session goes on without any window.
    qt.setQuitOnLastWindowClosed(False)
    application = Application(qt, backstage)
    with _Signals(lambda: application.quit() if stop() else None):
        if chosen is None:
            application.open()
        else:
            # One session was asked for, so the program ends with it.
            application.over.connect(lambda outcome: QTimer.singleShot(0, application.quit))
            application.start(chosen)
        qt.exec()
    return application.troubles if chosen is not None else []


def _mistake(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A mistake in the windows: its trace is logged, and everything goes on."""
    log_trace("window", error.with_traceback(trace))


class _Signals:
    """Lets Python hear of a signal while Qt waits; a context. Not on Windows, where Qt is told."""

    def __init__(self, heard: Callable[[], object]) -> None:
        self._heard = heard
        self._notifier: QSocketNotifier | None = None

    def __enter__(self) -> None:
        if os.name == "nt":
            return
        self._read, self._write = os.pipe()
        for end in (self._read, self._write):
            os.set_blocking(end, False)
        self._before = signal.set_wakeup_fd(self._write)
        self._notifier = QSocketNotifier(sip.voidptr(self._read), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._came)

    def __exit__(self, *error: object) -> None:
        if self._notifier is None:
            return
        self._notifier.setEnabled(False)
        signal.set_wakeup_fd(self._before)
        for end in (self._read, self._write):
            os.close(end)

    def _came(self) -> None:
        os.read(self._read, 64)
        self._heard()
