"""The overlay's own process: messages come in by standard input, and go out by standard output.

It outlives the program that started it by a few seconds, to say that nobody listens any more.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import BinaryIO, NoReturn

from PyQt6.QtCore import QObject, QTimer, pyqtSignal
from PyQt6.QtWidgets import QApplication

from live.ui.overlay import Overlay
from live.ui.sharing import hide_from_sharing
from live.ui.wire import Done, Look, Message, Move, Quit, Ready, Spots, Style, from_line, to_line

LAST_MS = 8000
"""So long it says that the program has ended."""


class Inbox(QObject):
    """Reads messages on a thread of its own and gives them to the screen's thread."""

    came = pyqtSignal(object)
    ended = pyqtSignal()

    def read(self, stream: BinaryIO) -> None:
        """Until there is nobody who writes."""
        for line in stream:
            message = from_line(line)
            if message is not None:
                self.came.emit(message)
        self.ended.emit()


class Program:
    """Does what the messages say."""

    def __init__(self, app: QApplication, overlay: Overlay, gone: str) -> None:
        self._app = app
        self._overlay = overlay
        self._gone = gone
        overlay.moved.connect(tell)
        overlay.finished.connect(lambda: tell(Done()))
        # A screen that has gone leaves the overlay wherever the system pushed it.
        for changed in (app.screenAdded, app.screenRemoved, app.primaryScreenChanged):
            changed.connect(lambda screen: QTimer.singleShot(0, overlay.settle))

    def take(self, message: Message) -> None:
        """One message."""
        match message:
            case Style():
                self._overlay.restyle(message)
                hide_from_sharing(self._overlay, hidden=message.hide_from_sharing)
            case Look():
                self._overlay.show_look(message)
            case Spots():
                self._overlay.remember(message)
            case Move():
                self._overlay.let_move(message)
            case Quit():
                self._app.quit()

    def orphaned(self) -> None:
        """The program has ended without a word."""
        self._overlay.let_move(Move(on=False))
        self._overlay.show_look(Look(sign="ended", cue=self._gone, sentence=self._gone))
        QTimer.singleShot(LAST_MS, self._app.quit)


def tell(message: Message) -> None:
    """To the program, if it is still there."""
    try:
        sys.stdout.buffer.write(to_line(message))
        sys.stdout.buffer.flush()
    except OSError:
        pass  # the other end of the pipe has gone, which `Inbox.ended` says


def main(arguments: list[str]) -> NoReturn:
    """Run until told to go. The one argument is what to say when the program has ended."""
    # Ctrl-C in a terminal reaches all its processes; this one is ended by the program.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if os.environ.get("WAYLAND_DISPLAY") and os.environ.get("DISPLAY"):
        # On Wayland no window can keep itself on top or choose its place; as an X client it can.
        os.environ.setdefault("QT_QPA_PLATFORM", "xcb")
    app = QApplication([sys.argv[0]])
    app.setApplicationName("Unhurried")
    app.setQuitOnLastWindowClosed(False)
    program = Program(app, Overlay(), arguments[0] if arguments else "")
    inbox = Inbox()
    inbox.came.connect(program.take)
    inbox.ended.connect(program.orphaned)
    threading.Thread(target=inbox.read, args=(sys.stdin.buffer,), daemon=True).start()
    tell(Ready(app.platformName()))
    code = app.exec()
    sys.stdout.flush()
    # The reading thread may still wait for a line, and the usual way out would wait for it.
    os._exit(code)


if __name__ == "__main__":
    main(sys.argv[1:])
