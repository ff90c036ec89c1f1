"""The overlay's process as the program has it: started, told, started again when it dies."""

from __future__ import annotations

import sys
import time
from collections import deque

from PyQt6.QtCore import QObject, QProcess, QTimer, pyqtSignal

from live.cues.look import ScreenOptions
from live.cues.pace import CueOptions
from live.ui.wire import Done, Look, Message, Move, Placed, Quit, Ready, Spots, Style, to_line
from live.ui.wire import from_line as read

AGAIN_MS = 250
MOST_DEATHS, WITHIN_S = 5, 60.0
"""One that dies so often in so long is not started again: something on this computer ends it."""
LAST_MS = 2000
"""So long it may take to go."""


class Standing(QObject):
    """Keeps an overlay on the screen. What it was told last is told to the next one, too."""

    placed = pyqtSignal(Placed)
    moved = pyqtSignal()
    """Moving is over."""
    ready = pyqtSignal(Ready)
    lost = pyqtSignal()
    """It dies again and again."""

    def __init__(self, gone: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gone = gone
        self._style = Style()
        self._spots = Spots()
        self._look = Look(visible=False)
        self._move = Move(on=False)
        self._process: QProcess | None = None
        self._deaths: deque[float] = deque(maxlen=MOST_DEATHS)
        self._leaving = False

    @property
    def pid(self) -> int:
        """The process; 0 when there is none."""
        return 0 if self._process is None else int(self._process.processId())

    def start(self) -> None:
        """Let it appear."""
        self._leaving = False
        process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        process.readyReadStandardOutput.connect(self._hear)
        process.finished.connect(self._died)
        self._process = process
        process.start(sys.executable, ["-m", "live.ui.overlay_program", self._gone])
        for message in (self._style, self._spots, self._look, self._move):
            self._say(message)

    def style(self, style: Style) -> None:
        """Look different."""
        self._style = style
        self._say(style)

    def remember(self, spots: Spots) -> None:
        """Stand where it stood."""
        self._spots = spots
        self._say(spots)

    def show(self, look: Look) -> None:
        """Show this; nothing is sent when it is shown already."""
        if look != self._look:
            self._look = look
            self._say(look)

    def let_move(self, move: Move) -> None:
        """Let it be moved, or no more."""
        self._move = move
        self._say(move)

    def leave(self) -> None:
        """Let it go."""
        self._leaving = True
        self._look = Look(visible=False)
        if self._process is None:
            return
        self._say(Quit())
        self._process.closeWriteChannel()
        if not self._process.waitForFinished(LAST_MS):
            self._process.kill()
            self._process.waitForFinished(LAST_MS)
        self._process = None

    def _say(self, message: Message) -> None:
        if self._process is not None:
            self._process.write(to_line(message))

    def _hear(self) -> None:
        process = self._process
        while process is not None and process.canReadLine():
            match read(bytes(process.readLine().data())):
                case Placed() as placed:
                    self._spots = Spots(
                        placed.screen,
                        {**self._spots.spots, placed.screen: (placed.x, placed.y)},
                    )
                    self.placed.emit(placed)
                case Done():
                    self.moved.emit()
                case Ready() as ready:
                    self.ready.emit(ready)

    def _died(self) -> None:
        if self._leaving:
            return
        self._process = None
        self._deaths.append(time.monotonic())
        if len(self._deaths) == MOST_DEATHS and self._deaths[-1] - self._deaths[0] < WITHIN_S:
            self.lost.emit()
        else:
            QTimer.singleShot(AGAIN_MS, self._again)

    def _again(self) -> None:
        if self._process is None and not self._leaving:
            self.start()


def style_of(screen: ScreenOptions, cues: CueOptions) -> Style:
    """What the overlay looks like with these settings."""
    return Style(
        screen.theme,
        screen.text_size,
        screen.motion == "reduced",
        screen.opacity,
        cues.fade_in_ms,
        cues.fade_out_ms,
        screen.hide_from_sharing,
    )
