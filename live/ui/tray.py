"""The tray, and a plain window with the same where there is no tray."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtGui import QAction, QCloseEvent, QIcon, QPainter, QPixmap
from PyQt6.QtWidgets import QMenu, QPushButton, QSystemTrayIcon, QWidget

from live.cues.families import Say
from live.ui import signs, texts
from live.ui.actions import Actions
from live.ui.parts import button, column, hairline, label
from live.ui.theme import Theme

ICON_PX = 64


def icon(theme: Theme, sign: str) -> QIcon:
    """The state of things as an icon."""
    picture = QPixmap(ICON_PX, ICON_PX)
    picture.fill(Qt.GlobalColor.transparent)
    p = QPainter(picture)
    p.setRenderHint(QPainter.RenderHint.Antialiasing)
    signs.dot(p, theme, sign, QPointF(ICON_PX / 2, ICON_PX / 2), ICON_PX * 0.62)
    p.end()
    return QIcon(picture)


class Tray:
    """An icon with a menu."""

    def __init__(self, say: Say, actions: Actions, theme: Theme) -> None:
        self._say = say
        self._theme = theme
        self._shown = ("", "")
        self.menu = QMenu()
        actions.fill(self.menu)
        self.icon = QSystemTrayIcon(icon(theme, "ready"))
        self.icon.setContextMenu(self.menu)
        self.say("ready", say(texts.READY))

    @staticmethod
    def possible() -> bool:
        """Whether this desktop has one."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def show(self) -> None:
        """Appear."""
        self.icon.show()

    def say(self, sign: str, sentence: str) -> None:
        """The state, as icon and tooltip."""
        if (sign, sentence) != self._shown:
            self._shown = (sign, sentence)
            self.icon.setIcon(icon(self._theme, sign))
            self.icon.setToolTip(f"{self._say(texts.TITLE)}: {sentence}")

    def notify(self, what: str) -> None:
        """Something that should be known, without a window of its own."""
        self.icon.showMessage(self._say(texts.TITLE), what)

    def hide(self) -> None:
        """Go."""
        self.icon.hide()


class Plain(QWidget):
    """The same as a small window. Closing it hides it; it comes back with the start panel."""

    def __init__(self, say: Say, actions: Actions, theme: Theme) -> None:
        super().__init__()
        self._say = say
        self._actions = actions
        self._buttons: list[tuple[QAction, QPushButton]] = []
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(say(texts.TITLE))
        self.setWindowIcon(icon(theme, "listening"))
        self.state = label(say(texts.READY), "heading")
        self.notice = label("", "muted")
        rows: list[QWidget] = [self.state, self.notice, hairline()]
        for name, action in actions.all.items():
            made = button(action.text(), "primary" if name == "start" else "")
            made.clicked.connect(action.trigger)
            action.changed.connect(self._follow)
            self._buttons.append((action, made))
            rows.append(made)
        rows += [hairline(), label(say(texts.NO_TRAY), "small")]
        self.setLayout(column(*rows, space=8))
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(24, 22, 24, 20)
        self.setMinimumWidth(320)
        self._follow()

    def say(self, sign: str, sentence: str) -> None:
        """The state, as a sentence."""
        self.state.setText(sentence)

    def notify(self, what: str) -> None:
        """Something that should be known."""
        self.notice.setText(what)

    def closeEvent(self, event: QCloseEvent | None) -> None:  # noqa: N802 - Qt's name
        """Only hide: a session goes on."""
        if event is not None:
            event.ignore()
        self.hide()

    def _follow(self) -> None:
        for action, made in self._buttons:
            made.setText(action.text().replace("&", "&&"))
            made.setAccessibleName(action.text())
            made.setEnabled(action.isEnabled())
            made.setVisible(action.isVisible())
