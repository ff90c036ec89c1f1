"""What would others see? A look at the screen as any program that shares it would get it."""

from __future__ import annotations

from PyQt6 import sip
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QGuiApplication, QPixmap
from PyQt6.QtWidgets import QDialog, QLabel, QWidget

from live.cues.families import Say
from live.ui import texts
from live.ui.parts import button, column, label, row
from live.ui.sharing import possible

_SAYS = {
    "hidden": texts.OTHERS_HIDDEN,
    "unsure": texts.OTHERS_UNSURE,
    "visible": texts.OTHERS_VISIBLE,
}
SHARE = 0.6
"""Of the screen's width that the picture takes."""


def screen_as_shared() -> QPixmap | None:
    """The screen; None where the system shows it to nobody (Wayland)."""
    screen = QGuiApplication.primaryScreen()
    shot = None if screen is None else screen.grabWindow(sip.voidptr(0))
    return None if shot is None or shot.isNull() else shot


class Others(QDialog):
    """The picture, and what this system can promise."""

    def __init__(self, say: Say, shot: QPixmap | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("window")
        self.setWindowTitle(say(texts.OTHERS))
        promise = label(say(_SAYS[possible()]))
        rows: list[QWidget] = [label(say(texts.OTHERS), "title"), promise]
        if shot is None:
            rows.append(label(say(texts.OTHERS_NONE), "muted"))
        else:
            width = round(shot.deviceIndependentSize().width() * SHARE)
            picture = QLabel()
            small = shot.scaledToWidth(
                round(width * shot.devicePixelRatio()), Qt.TransformationMode.SmoothTransformation
            )
            small.setDevicePixelRatio(shot.devicePixelRatio())
            picture.setPixmap(small)
            picture.setAccessibleName(say(texts.OTHERS_SHOT))
            rows += [picture, label(say(texts.OTHERS_SHOT), "small")]
        close = button(say(texts.CLOSE), "primary")
        close.clicked.connect(self.accept)
        foot = row(close)
        foot.insertStretch(0, 1)
        whole = column(*rows, foot, space=14)
        whole.setContentsMargins(32, 28, 32, 24)
        self.setLayout(whole)
