"""The settings window, made from what the settings say about themselves."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QEvent, QObject, Qt, QTimer, pyqtSignal
from PyQt6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QWidget,
)

from live.cues.families import Say
from live.cues.pace import Mode
from live.errors import UnhurriedError
from live.ui import texts
from live.ui.declared import Declared, Own, Value, declared
from live.ui.parts import Box, Tick, button, column, hairline, label, row

DECIMALS = 3
LATER_MS = 400
"""A number that is being typed is written when it has not changed for so long."""


class Preferences(QWidget):
    """Every setting there is: searched, changed, taken back."""

    saved = pyqtSignal()

    def __init__(self, say: Say, own: Own, size: float) -> None:
        super().__init__()
        self._say = say
        self._own = own
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(f"{say(texts.TITLE)}: {say(texts.SETTINGS)}")
        self.search = QLineEdit()
        self.search.setPlaceholderText(say(texts.SEARCH))
        self.search.setAccessibleName(say(texts.SEARCH))
        self.search.setClearButtonEnabled(True)
        self.profile = Box()
        self.profile.setAccessibleName(say(texts.PROFILE))
        for mode, text in (
            (Mode.PRACTICE, texts.PRACTICE),
            (Mode.SESSION, texts.SESSION),
            (Mode.OBSERVER, texts.OBSERVER),
        ):
            self.profile.addItem(say(text), mode.value)
        self.undo = button(say(texts.UNDO))
        self.said = label("", "muted")
        self.nothing = label(say(texts.NOTHING_FOUND), "muted")
        self.rows = {one.name: Row(say, one, self._change) for one in declared()}
        self._headings: dict[str, QWidget] = {}
        self._lay(size)
        self.search.textChanged.connect(lambda text: self._find())
        self.profile.currentIndexChanged.connect(lambda index: self._show())
        self.undo.clicked.connect(self._take_back)
        self._find()
        self._show()

    def _lay(self, size: float) -> None:
        page = QWidget()
        page.setObjectName("page")
        inside = column(self.nothing, space=18)
        for one in self.rows.values():
            section = one.declared.section
            if section not in self._headings:
                head = QWidget()
                title = label(section.replace("_", " ").capitalize(), "heading")
                head.setLayout(column(hairline(), title, space=16))
                self._headings[section] = head
                inside.addWidget(head)
            inside.addWidget(one)
        inside.addStretch(1)
        inside.setContentsMargins(36, 20, 36, 24)
        page.setLayout(inside)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        tools = row(self.search, self.profile, self.undo, space=10)
        tools.setStretch(0, 1)
        top = column(label(self._say(texts.SETTINGS), "title"), tools, self.said, space=12)
        top.setContentsMargins(36, 30, 36, 14)
        self.setLayout(column(top, hairline(), area, space=0))
        screen = self.screen()
        room = screen.availableSize() if screen is not None else self.size()
        self.resize(
            min(round(720 * size), room.width() - 40), min(round(700 * size), room.height() - 80)
        )

    def _find(self) -> None:
        search = self.search.text()
        seen: set[str] = set()
        for one in self.rows.values():
            there = one.declared.matches(search)
            one.setVisible(there)
            if there:
                seen.add(one.declared.section)
        for section, head in self._headings.items():
            head.setVisible(section in seen)
        self.nothing.setVisible(not seen)

    def _show(self) -> None:
        profile = str(self.profile.currentData())
        for one in self.rows.values():
            one.show_value(self._own.value(one.declared), self._own.default(one.declared, profile))
        self.undo.setEnabled(self._own.can_undo)

    def _change(self, one: Declared, value: Value | None) -> None:
        try:
            self._own.change(one, value)
        except UnhurriedError as error:
            why = str(error).splitlines()[-1].strip()
            self.said.setText(self._say(texts.NOT_SAVED).format(why=why))
            return
        self.said.setText(self._say(texts.SAVED))
        self._show()
        self.saved.emit()

    def _take_back(self) -> None:
        self._own.undo()
        self._show()
        self.saved.emit()


class Number(QDoubleSpinBox):
    """A number without zeros that say nothing."""

    def textFromValue(self, value: float) -> str:  # noqa: N802 - Qt's name
        """As it is usually written."""
        return self.locale().toString(value, "g", 10)


class Row(QWidget):
    """One setting: its name, what it does, what it is."""

    def __init__(
        self, say: Say, one: Declared, change: Callable[[Declared, Value | None], None]
    ) -> None:
        super().__init__()
        self.declared = one
        self._say = say
        self._change = change
        self._showing = False
        self._default: Value = ""
        self.editor = self._made(one)
        self.editor.setAccessibleName(one.name)
        self.editor.setAccessibleDescription(one.about)
        self.editor.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.editor.installEventFilter(self)
        self.back = button(say(texts.BACK_TO_DEFAULT), "link", one.name)
        self.back.clicked.connect(lambda: change(one, None))
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LATER_MS)
        self._later.timeout.connect(self._write)
        name = label(_title(one.key))
        right = column(self.editor, self.back, space=0)
        right.setAlignment(self.back, Qt.AlignmentFlag.AlignRight)
        right.addStretch(1)
        whole = row(column(name, label(one.about, "small"), space=2), right, space=24)
        whole.setStretch(0, 3)
        whole.setStretch(1, 2)
        self.setLayout(whole)

    def show_value(self, own: Value | None, default: Value) -> None:
        """What it is, and whether that is the person's own."""
        self._showing = True
        self._default = default
        value = default if own is None else own
        editor = self.editor
        if isinstance(editor, Tick):
            editor.setChecked(bool(value))
        elif isinstance(editor, QComboBox):
            editor.setCurrentText(str(value))
        elif isinstance(editor, QSpinBox):
            editor.setValue(int(value))  # type: ignore[arg-type]
        elif isinstance(editor, QDoubleSpinBox):
            editor.setValue(float(value))  # type: ignore[arg-type]
        elif isinstance(editor, QLineEdit):
            text = ", ".join(value) if isinstance(value, list) else str(value)
            if text != editor.text():
                editor.setText(text)
                editor.setCursorPosition(0)
        self.back.setVisible(own is not None)
        self._showing = False

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:  # noqa: N802
        """Scrolling past a number does not change it."""
        if (
            event is not None
            and event.type() == QEvent.Type.Wheel
            and isinstance(watched, QWidget)
            and not watched.hasFocus()
        ):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _made(self, one: Declared) -> QWidget:
        if one.kind is bool:
            tick = Tick()
            tick.toggled.connect(lambda on: self._edited(at_once=True))
            return tick
        if one.choices:
            box = Box()
            box.addItems(one.choices)
            box.currentTextChanged.connect(lambda text: self._edited(at_once=True))
            return box
        if one.kind in (int, float) and one.low is not None and one.high is not None:
            return self._number(one, one.low, one.high)
        line = QLineEdit()
        if one.kind is tuple:
            line.setPlaceholderText(self._say(texts.LIST_HINT))
        line.editingFinished.connect(self._write)
        return line

    def _number(self, one: Declared, low: float, high: float) -> QAbstractSpinBox:
        if one.kind is int:
            whole = QSpinBox()
            whole.setRange(round(low), round(min(high, 2**31 - 1)))
            whole.setSuffix(_unit(one.key))
            whole.valueChanged.connect(lambda value: self._edited())
            return whole
        number = Number()
        number.setDecimals(DECIMALS)
        number.setSuffix(_unit(one.key))
        number.setRange(low, high)
        number.setSingleStep(0.05 if high - low <= 2 else 0.5)
        number.valueChanged.connect(lambda value: self._edited())
        return number

    def _edited(self, *, at_once: bool = False) -> None:
        if self._showing:
            return
        if at_once:
            self._write()
        else:
            self._later.start()

    def _write(self) -> None:
        value = self._value()
        if not self._showing and value != self._default:
            self._change(self.declared, value)
        elif not self._showing and not self.back.isHidden():
            self._change(self.declared, None)

    def _value(self) -> Value:
        editor, one = self.editor, self.declared
        if isinstance(editor, Tick):
            return editor.isChecked()
        if isinstance(editor, QComboBox):
            text = editor.currentText()
            return int(text) if one.kind is int else text
        if isinstance(editor, QSpinBox):
            return editor.value()
        if isinstance(editor, QDoubleSpinBox):
            return round(editor.value(), DECIMALS)
        text = editor.text() if isinstance(editor, QLineEdit) else ""
        if one.kind is tuple:
            return [part.strip() for part in text.split(",") if part.strip()]
        if one.kind in (int, float):
            try:
                return int(text) if one.kind is int else float(text)
            except ValueError:
                return text
        return text


_UNITS = {"s": " s", "ms": " ms", "min": " min", "db": " dB", "days": " days", "hz": " Hz"}


def _unit(key: str) -> str:
    """The unit that a setting's name ends in."""
    return _UNITS.get(key.rpartition("_")[2], "")


def _title(key: str) -> str:
    """A setting's name as a label, without its unit."""
    name = key.rpartition("_")[0] if _unit(key) else key
    return name.replace("_", " ").capitalize()
