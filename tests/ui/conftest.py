"""Qt in this process, without a screen; desktops of their own; and no warning of Qt's goes by."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desktop import MISSING, WHY, Desktop, desktop

# Decided before the first Qt object: a test must never appear on anybody's screen.
os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PyQt6.QtCore import QEvent, QtMsgType, qInstallMessageHandler
from PyQt6.QtWidgets import QApplication, QWidget

HARMLESS = (
    # Said by Qt's own stand-in for a screen whenever a window has a size.
    "This plugin does not support propagateSizeHints()",
    "This plugin does not support raise()",
)


@pytest.fixture(scope="session")
def application() -> QApplication:
    """The one that a process can have."""
    made = QApplication.instance() or QApplication(["tests"])
    made.setQuitOnLastWindowClosed(False)
    return made


@pytest.fixture
def qt(application: QApplication) -> Iterator[QApplication]:
    """Qt, without anything that an earlier test left; warnings and mistakes in slots fail."""
    said: list[str] = []
    raised: list[BaseException] = []

    def hear(kind: QtMsgType, context: object, text: str | None) -> None:
        if kind is not QtMsgType.QtDebugMsg and text not in HARMLESS:
            said.append(str(text))

    before = qInstallMessageHandler(hear)
    hook, sys.excepthook = sys.excepthook, lambda kind, error, trace: raised.append(error)
    yield application
    for window in application.topLevelWidgets():
        window.close()
        window.deleteLater()
    application.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    application.processEvents()
    sys.excepthook = hook
    qInstallMessageHandler(before)
    assert said == []
    assert raised == []


@pytest.fixture
def wait(qt: QApplication) -> Callable[..., None]:
    """Lets Qt work until something is so."""
    import time

    def until(so: Callable[[], object], timeout_s: float = 10.0) -> None:
        end = time.monotonic() + timeout_s
        while not so():
            assert time.monotonic() < end, "it did not come"
            qt.processEvents()
            time.sleep(0.005)

    return until


@pytest.fixture
def shown(qt: QApplication) -> Callable[[QWidget], QWidget]:
    """Shows a window and lets it be painted."""

    def show(window: QWidget) -> QWidget:
        window.show()
        qt.processEvents()
        return window

    return show


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    """A desktop with a window manager and a compositor, for the tests of a file."""
    if MISSING:
        pytest.skip(WHY)
    with desktop(tmp_path_factory.mktemp("desktop")) as made:
        yield made


@pytest.fixture
def desk(screen: Desktop, tmp_path: Path) -> Iterator[Desktop]:
    """The same, with nothing on it that an earlier test began."""
    before = list(screen.started)
    yield screen
    for process in reversed(screen.started[len(before) :]):
        if process.poll() is None:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()
    screen.started[:] = before
