"""Pieces that several windows are made of, each with its name for who cannot see it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from PyQt6.QtCore import QPoint, QPointF, QRect, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QPainter, QPaintEvent, QPen
from PyQt6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QVBoxLayout,
    QWidget,
)

L = TypeVar("L", bound=QBoxLayout)


def label(text: str, look: str = "", *, wrap: bool = True) -> QLabel:
    """A text; `look` is one of the style sheet's names."""
    made = QLabel(text)
    made.setObjectName(look)
    made.setWordWrap(wrap)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    return made


def button(text: str, look: str = "", about: str = "") -> QPushButton:
    """A button; `about` says more to who cannot see what it stands beside."""
    made = QPushButton(text.replace("&", "&&"))
    made.setObjectName(look)
    made.setAccessibleName(f"{text}: {about}" if about else text)
    made.setAutoDefault(look == "primary")
    if look == "link":
        made.setCursor(Qt.CursorShape.PointingHandCursor)
    return made


def column(*widgets: QWidget | QLayout, space: int = 8) -> QVBoxLayout:
    """Things under each other."""
    made = QVBoxLayout()
    return fill(made, widgets, space)


def row(*widgets: QWidget | QLayout, space: int = 8) -> QHBoxLayout:
    """Things beside each other."""
    made = QHBoxLayout()
    return fill(made, widgets, space)


def fill(made: L, widgets: Iterable[QWidget | QLayout], space: int) -> L:
    """Put things into a layout without margins."""
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(space)
    for each in widgets:
        if isinstance(each, QWidget):
            made.addWidget(each)
        else:
            made.addLayout(each)
    return made


def hairline() -> QFrame:
    """A thin line between two sections."""
    made = QFrame()
    made.setObjectName("line")
    made.setFixedHeight(1)
    return made


class Tick(QCheckBox):
    """A check box whose tick is drawn in the theme's colours at every size."""

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        """The style sheet's box, and a tick in it."""
        super().paintEvent(event)
        style = self.style()
        if not self.isChecked() or style is None:
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = style.subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        p = QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = box.width()
        p.setPen(
            QPen(
                self.palette().highlightedText().color(),
                side * 0.13,
                cap=Qt.PenCapStyle.RoundCap,
                join=Qt.PenJoinStyle.RoundJoin,
            )
        )
        points = ((0.26, 0.52), (0.44, 0.69), (0.75, 0.33))
        p.drawPolyline(*(QPointF(box.topLeft()) + QPointF(x * side, y * side) for x, y in points))


class Box(QComboBox):
    """A choice from a list, with an arrow in the theme's colours at every size."""

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802
        """The style sheet's box, and the arrow."""
        super().paintEvent(event)
        p = QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self.fontMetrics().height() * 0.28
        p.setPen(
            QPen(
                self.palette().placeholderText().color(),
                side * 0.35,
                cap=Qt.PenCapStyle.RoundCap,
                join=Qt.PenJoinStyle.RoundJoin,
            )
        )
        middle = QPointF(self.width() - side * 4.2, self.height() / 2)
        ends = ((-side, -side / 2), (0.0, side / 2), (side, -side / 2))
        p.drawPolyline(*(middle + QPointF(x, y) for x, y in ends))


class Choices(QWidget):
    """Buttons of which one is chosen, or up to `most`."""

    changed = pyqtSignal()

    def __init__(self, choices: Iterable[tuple[str, str]], about: str, most: int = 1) -> None:
        super().__init__()
        self._most = most
        self._order: list[str] = []
        self._buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(most == 1)
        flow = Flow(self)
        for key, text in choices:
            made = button(text, "choice", about)
            made.setCheckable(True)
            made.toggled.connect(lambda on, key=key: self._toggled(key, on=on))
            self._buttons[key] = made
            self._group.addButton(made)
            flow.addWidget(made)
        self.setAccessibleName(about)

    @property
    def chosen(self) -> tuple[str, ...]:
        """What is chosen, in the order of the buttons."""
        return tuple(key for key, each in self._buttons.items() if each.isChecked())

    def choose(self, keys: Iterable[str]) -> None:
        """Choose exactly these."""
        wanted = set(keys)
        for key, each in self._buttons.items():
            each.setChecked(key in wanted)

    def first(self) -> QWidget:
        """The first of the buttons."""
        return next(iter(self._buttons.values()))

    def _toggled(self, key: str, *, on: bool) -> None:
        self._order = [other for other in self._order if other != key] + [key] * on
        if self._most > 1 and len(self._order) > self._most:
            # The one chosen longest ago makes room.
            self._buttons[self._order[0]].setChecked(False)
            return
        self.changed.emit()


class Section(QWidget):
    """A heading, what it says just now, and what can be changed about it when it is opened."""

    def __init__(self, title: str, change: str, close: str, body: QWidget) -> None:
        super().__init__()
        self.body = body
        self._texts = (change, close)
        self._title = title
        self.heading = label(title, "heading")
        self.summary = label("", "muted")
        self.toggle = button(change, "link", title)
        self.toggle.clicked.connect(lambda: self.open(opened=not self.is_open))
        head = row(column(self.heading, self.summary, space=2), self.toggle)
        head.setStretch(0, 1)
        head.setAlignment(self.toggle, Qt.AlignmentFlag.AlignTop)
        self.setLayout(column(head, body, space=10))
        body.hide()

    @property
    def is_open(self) -> bool:
        """Whether it can be changed just now."""
        return not self.body.isHidden()

    def open(self, *, opened: bool) -> None:
        """Let it be changed, or be one line."""
        self.body.setVisible(opened)
        text = self._texts[opened]
        self.toggle.setText(text)
        self.toggle.setAccessibleName(f"{text}: {self._title}")

    def say(self, summary: str) -> None:
        """What it says while it is one line."""
        self.summary.setText(summary)


class Flow(QLayout):
    """Things beside each other, in as many lines as they need."""

    def __init__(self, parent: QWidget, space: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._space = space
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem | None) -> None:  # noqa: N802 - Qt's names
        """One more."""
        if item is not None:
            self._items.append(item)

    def count(self) -> int:
        """How many."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """One of them."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:  # noqa: N802
        """One of them, no longer laid out."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        """Narrower is higher."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        """How high at that width."""
        return self._lay(QRect(0, 0, width, 0), move=False)

    def setGeometry(self, rect: QRect) -> None:  # noqa: N802
        """Lay them out there."""
        super().setGeometry(rect)
        self._lay(rect, move=True)

    def sizeHint(self) -> QSize:  # noqa: N802
        """All in one line."""
        sizes = [item.sizeHint() for item in self._items]
        width = sum(size.width() + self._space for size in sizes)
        return QSize(width, max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:  # noqa: N802
        """The widest of them."""
        sizes = [item.minimumSize() for item in self._items]
        return QSize(
            max((size.width() for size in sizes), default=0),
            max((size.height() for size in sizes), default=0),
        )

    def _lay(self, rect: QRect, *, move: bool) -> int:
        x, y, high = rect.x(), rect.y(), 0
        for item in self._items:
            size = item.sizeHint()
            if x > rect.x() and x + size.width() > rect.right() + 1:
                x, y, high = rect.x(), y + high + self._space, 0
            if move:
                item.setGeometry(QRect(QPoint(x, y), size))
            x += size.width() + self._space
            high = max(high, size.height())
        return y + high - rect.y()
