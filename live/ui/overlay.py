"""The overlay: a dot, sometimes four words beside it. Nothing moves; words fade in and out.

On X11 it goes past the window manager: only so it stays above a full-screen window that has the
focus, and nothing can give it the focus.
"""

from __future__ import annotations

from PyQt6.QtCore import (
    QEasingCurve,
    QEvent,
    QPoint,
    QPointF,
    QRectF,
    Qt,
    QTimer,
    QVariantAnimation,
    pyqtSignal,
)
from PyQt6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QScreen,
)
from PyQt6.QtWidgets import QWidget

from live.ui import signs
from live.ui.places import Screen, choose, place, share
from live.ui.theme import FONTS, Theme, chosen
from live.ui.wire import Look, Move, Placed, Spots, Style

HEIGHT = 40.0
"""Of the pill, at text size 1, in device-independent pixels."""
LONGEST = 380.0
"""Width of the longest pill."""
SHADOW = 8.0
DOT = 12.0
RAISE_MS = 1000
"""How often it is put on top again: other windows may have been opened since."""


class Overlay(QWidget):
    """The window. Everything it shows is in its style and its look."""

    moved = pyqtSignal(Placed)
    finished = pyqtSignal()
    """Moving is over: the coach pressed a key."""

    def __init__(self) -> None:
        super().__init__(None)
        self.paints = 0
        """How often it was painted: nothing is to be painted when nothing changes."""
        self._style = Style()
        self._look = Look()
        self._cue = Look()
        """The look whose words are there, or are going."""
        self._spots = Spots()
        self._moving = Move(on=False)
        self._held: QPoint | None = None
        self._leftwards = False
        self._longest = LONGEST
        self._fade = QVariantAnimation(self)
        self._fade.setEasingCurve(QEasingCurve.Type.InOutSine)
        self._fade.setStartValue(0.0)
        self._fade.setEndValue(1.0)
        self._fade.valueChanged.connect(lambda value: self.update())
        self._fade.finished.connect(self._faded)
        self.setWindowTitle("Unhurried")
        self.setObjectName("overlay")
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self._flags()
        self._on_top = QTimer(self)
        self._on_top.setTimerType(Qt.TimerType.VeryCoarseTimer)
        self._on_top.timeout.connect(self.raise_)
        hints = QGuiApplication.styleHints()
        if hints is not None:
            hints.colorSchemeChanged.connect(lambda scheme: self.update())

    # What it is told

    def restyle(self, style: Style) -> None:
        """Look different from now on."""
        self._style = style
        self.settle()
        self.update()

    def show_look(self, look: Look) -> None:
        """Show something else."""
        before, self._look = self._look, look
        self.setAccessibleName(": ".join(part for part in (look.sentence, look.cue) if part))
        self.setToolTip(look.sentence)
        if look.visible != self.isVisible():
            self.setVisible(look.visible)
            self.settle()
        if (look.cue, look.icon) != (before.cue, before.icon):
            self._change()
        if (look.sign, look.ring, look.maybe) != (before.sign, before.ring, before.maybe):
            self.update()

    def remember(self, spots: Spots) -> None:
        """Where it was put on each screen."""
        self._spots = spots
        self.settle()

    def let_move(self, moving: Move) -> None:
        """Let it be taken hold of, or let clicks pass again."""
        if moving.on == self._moving.on:
            return
        self._moving = moving
        self._flags()
        self.setVisible(self._look.visible or moving.on)
        self.settle()
        if moving.on:
            self.activateWindow()
            self.setFocus()

    # Where it is

    def settle(self) -> None:
        """Go to where it belongs; called again when screens come or go."""
        screens = [_screen(each) for each in QGuiApplication.screens()]
        if not screens:
            return
        on = choose(self._spots.last, screens)
        room = round((HEIGHT / 2 + SHADOW) * self._scale)
        reach = round((LONGEST + 2 * SHADOW) * self._scale) - room
        spot = place(on, self._spots.spots, reach, room)
        self._leftwards = spot.leftwards
        self._longest = (spot.length + room) / self._scale - 2 * SHADOW
        x = spot.x - (spot.length if spot.leftwards else room)
        self.setFixedSize(spot.length + room, 2 * room)
        self.move(x, spot.y - room)

    @property
    def dot(self) -> QPoint:
        """Where the dot is, on the desktop."""
        return self.mapToGlobal(self._dot().toPoint())

    # How it is seen

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """The dot on its own ground; the words on a longer one, as far as they are there."""
        self.paints += 1
        p = QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, there = self.theme, self._there
        text, icon = self._cue.cue, self._cue.icon
        if self._moving.on:
            text, icon, there = self._moving.hint, "", 1.0
        length = self._length(text, icon)
        self._grounds(p, theme, length, there)
        if there > 0.0:
            self._words(p, theme, text, icon, length, there)
        centre = self._dot()
        if self._look.ring:
            signs.ring(p, theme, centre, DOT * self._scale)
        else:
            signs.dot(p, theme, self._look.sign, centre, DOT * self._scale)
            if self._look.maybe:
                signs.maybe(p, theme, centre, DOT * self._scale)

    def _grounds(self, p: QPainter, theme: Theme, length: float, there: float) -> None:
        """The dot's own ground stays as it is; that of the words comes and goes around it."""
        k, solid, opacity = self._scale, theme.name == "contrast", self._style.opacity
        dot, words = QPainterPath(), QPainterPath()
        for path, reach in ((dot, HEIGHT), (words, length)):
            box = self._box(reach)
            path.addRoundedRect(box, box.height() / 2, box.height() / 2)
        self._shadow(p, self._box(HEIGHT), 1.0 - there)
        self._shadow(p, self._box(length), there)
        # What the ground of the words lacks there, the dot's gives: together as opaque as ever.
        below = opacity * there
        p.fillPath(words, _with(theme.ground, below))
        p.fillPath(dot, _with(theme.ground, (opacity - below) / max(1e-6, 1.0 - below)))
        for path, strength in ((dot, 1.0 - there), (words, there)):
            colour = _with(theme.line, strength * (1.0 if solid else 0.6))
            style = Qt.PenStyle.DashLine if self._moving.on else Qt.PenStyle.SolidLine
            p.strokePath(path, QPen(colour, 2 * k if solid else k, style))

    def _shadow(self, p: QPainter, box: QRectF, strength: float) -> None:
        if strength <= 0.0:
            return
        k = self._scale
        p.setPen(Qt.PenStyle.NoPen)
        for step in range(1, 5):
            grown = box.adjusted(-step * k, -step * k * 0.5, step * k, step * k * 1.5)
            p.setBrush(QColor(0, 0, 0, round(10 * strength * (1 - step / 5))))
            p.drawRoundedRect(grown, grown.height() / 2, grown.height() / 2)

    def _words(
        self, p: QPainter, theme: Theme, text: str, icon: str, length: float, strength: float
    ) -> None:
        k, box = self._scale, self._box(length)
        p.setFont(self.cue_font)
        ink = _with(theme.ink, strength)
        near = HEIGHT * k * 0.88
        inner = box.adjusted(near, 0, -18 * k, 0)
        if self._leftwards:
            inner = box.adjusted(18 * k, 0, -near, 0)
        if icon:
            side = 17 * k
            at = QRectF(inner.left(), box.center().y() - side / 2, side, side)
            signs.icon(p, _with(theme.muted, strength), icon, at)
            inner.adjust(side + 9 * k, 0, 0, 0)
        p.setPen(ink)
        shown = QFontMetricsF(self.cue_font).elidedText(
            text, Qt.TextElideMode.ElideRight, inner.width() + 1
        )
        p.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)

    @property
    def theme(self) -> Theme:
        """The colours just now."""
        hints = QGuiApplication.styleHints()
        dark = hints is not None and hints.colorScheme() == Qt.ColorScheme.Dark
        return chosen(self._style.theme, system_is_dark=dark)

    @property
    def cue_font(self) -> QFont:
        """The font of the words."""
        font = QFont()
        font.setFamilies([*FONTS, font.family()])
        font.setPixelSize(round(15 * self._scale))
        font.setWeight(QFont.Weight.Medium)
        return font

    @property
    def _scale(self) -> float:
        return self._style.text_size

    @property
    def _there(self) -> float:
        """How much of the words is there, 0 to 1."""
        return float(self._fade.currentValue() or 0.0)

    def _length(self, text: str, icon: str) -> float:
        """Of the pill around these words, at text size 1."""
        if not text:
            return HEIGHT
        words = QFontMetricsF(self.cue_font).horizontalAdvance(text) / self._scale
        return min(self._longest, HEIGHT * 0.88 + (26 if icon else 0) + words + 20)

    def _box(self, length: float) -> QRectF:
        k = self._scale
        left = SHADOW * k
        if self._leftwards:
            left = self.width() - (SHADOW + length) * k
        return QRectF(left, SHADOW * k, length * k, HEIGHT * k)

    def _dot(self) -> QPointF:
        room = (HEIGHT / 2 + SHADOW) * self._scale
        return QPointF(self.width() - room if self._leftwards else room, room)

    # Fading

    def _change(self) -> None:
        """Towards the words that are to be there: what is there goes first."""
        wanted = self._look
        if self._style.reduced:
            self._cue = wanted
            self._fade.stop()
            self._fade.setDuration(0)
            self._set(1.0 if wanted.cue else 0.0)
            self.update()
            return
        if self._there > 0.0 and (wanted.cue, wanted.icon) != (self._cue.cue, self._cue.icon):
            self._run(forward=False, took_ms=self._style.fade_out_ms)
        else:
            self._cue = wanted
            self._run(forward=True, took_ms=self._style.fade_in_ms)

    def _faded(self) -> None:
        """What was there has gone: now the next, if there is one."""
        if self._there == 0.0 and self._cue is not self._look:
            self._cue = self._look
            if self._look.cue:
                self._run(forward=True, took_ms=self._style.fade_in_ms)

    def _run(self, *, forward: bool, took_ms: int) -> None:
        at = self._there
        self._fade.stop()
        self._fade.setDirection(
            QVariantAnimation.Direction.Forward if forward else QVariantAnimation.Direction.Backward
        )
        self._fade.setDuration(took_ms)
        self._fade.setCurrentTime(round(at * took_ms))
        self._fade.start(QVariantAnimation.DeletionPolicy.KeepWhenStopped)

    def _set(self, value: float) -> None:
        """Be there at once, or be gone."""
        self._fade.setDuration(1)
        self._fade.setCurrentTime(round(value))

    # The window

    def _flags(self) -> None:
        flags = (
            Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.Tool
            | Qt.WindowType.NoDropShadowWindowHint
        )
        if not self._moving.on:
            flags |= Qt.WindowType.WindowTransparentForInput
            flags |= Qt.WindowType.WindowDoesNotAcceptFocus
            if _on_x11():
                flags |= Qt.WindowType.X11BypassWindowManagerHint
        self.setWindowFlags(flags)
        self.setFocusPolicy(
            Qt.FocusPolicy.StrongFocus if self._moving.on else Qt.FocusPolicy.NoFocus
        )

    def event(self, event: QEvent | None) -> bool:
        """Stay on top for as long as it is to be seen."""
        if event is not None and _on_x11():
            if event.type() == QEvent.Type.Show:
                self._on_top.start(RAISE_MS)
            elif event.type() == QEvent.Type.Hide:
                self._on_top.stop()
        return super().event(event)

    # Moving it

    def mousePressEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        """Take hold."""
        if event is not None and self._moving.on:
            self._held = event.globalPosition().toPoint() - self.pos()

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        """Carry."""
        if event is not None and self._held is not None:
            self.move(event.globalPosition().toPoint() - self._held)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:  # noqa: N802
        """Put down."""
        if self._held is not None:
            self._held = None
            self._put(self.dot)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:  # noqa: N802
        """Arrows move it, too; Enter and Escape end that."""
        steps = {
            Qt.Key.Key_Left: (-1, 0),
            Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1),
            Qt.Key.Key_Down: (0, 1),
        }
        if event is None or not self._moving.on:
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            self.finished.emit()
        elif event.key() in steps:
            dx, dy = steps[Qt.Key(event.key())]
            far = 1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 24
            self._put(self.dot + QPoint(dx * far, dy * far))

    def _put(self, dot: QPoint) -> None:
        """Here it belongs from now on."""
        on = QGuiApplication.screenAt(dot) or self.screen()
        if on is None:
            return
        screen = _screen(on)
        spot = share(screen, dot.x(), dot.y())
        self._spots = Spots(screen.name, {**self._spots.spots, screen.name: spot})
        self.settle()
        self.moved.emit(Placed(screen.name, *spot))


def _screen(screen: QScreen) -> Screen:
    usable = screen.availableGeometry()
    return Screen(screen.name(), usable.x(), usable.y(), usable.width(), usable.height())


def _on_x11() -> bool:
    return QGuiApplication.platformName() == "xcb"


def _with(colour: str, opacity: float) -> QColor:
    made = QColor(colour)
    made.setAlphaF(min(1.0, max(0.0, opacity)))
    return made
