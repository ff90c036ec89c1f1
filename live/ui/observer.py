"""The mentor's window: all that is noticed, with its evidence; what is said; tallies; notes."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QPlainTextEdit, QWidget

from live.audio.telling import clock_text
from live.cues.families import Say
from live.kinds import KINDS
from live.types import Class, Event, Flag, Status, Track, Word, samples, seconds
from live.ui import texts
from live.ui.parts import column, label, row
from live.ui.showing import Showing

PAUSE = samples(1.0)
"""Words farther apart are on lines of their own."""
_SIGN = {Class.COST: "!", Class.CREDIT: "+", Class.COUNT: "·"}


class Observer(QWidget):
    """Read along while a session goes on."""

    noted = pyqtSignal(str)
    closed = pyqtSignal()

    def __init__(self, say: Say, showing: Showing, size: float) -> None:
        super().__init__()
        self._say = say
        self._showing = showing
        self._items: dict[str, QListWidgetItem] = {}
        self._last: Word | None = None
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(f"{say(texts.TITLE)}: {say(texts.OBSERVER)}")
        self.moments = QListWidget()
        self.moments.setWordWrap(True)
        self.moments.setAccessibleName(say(texts.MOMENTS))
        self.transcript = QPlainTextEdit()
        self.transcript.setReadOnly(True)
        self.transcript.setAccessibleName(say(texts.TRANSCRIPT))
        # What is said stays in this window: no undo history beside it.
        self.transcript.setUndoRedoEnabled(False)
        self.tally = label("", "muted")
        self.note = QLineEdit()
        self.note.setPlaceholderText(say(texts.NOTE_HINT))
        self.note.setAccessibleName(say(texts.NOTES))
        self.note.returnPressed.connect(self._write)
        left = column(label(say(texts.MOMENTS), "heading"), self.moments)
        right = column(label(say(texts.TRANSCRIPT), "heading"), self.transcript)
        below = column(label(say(texts.TALLY), "heading"), self.tally, self.note, space=10)
        whole = column(row(left, right, space=20), below, space=18)
        whole.setStretch(0, 1)
        whole.setContentsMargins(28, 24, 28, 24)
        self.setLayout(whole)
        self.resize(round(940 * size), round(640 * size))

    def take(self, event: Event) -> None:
        """One more event."""
        if isinstance(event, Word):
            self._word(event)
        elif isinstance(event, Flag) and event.status is not Status.PROVISIONAL:
            self._flag(event)

    def _word(self, word: Word) -> None:
        last, self._last = self._last, word
        bar = self.transcript.verticalScrollBar()
        follows = bar is None or bar.value() >= bar.maximum() - 4
        cursor = self.transcript.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        if last is None or last.track is not word.track or word.start - last.end > PAUSE:
            who = self._say(texts.COACH if word.track is Track.COACH else texts.CLIENT)
            start = "" if last is None else "\n\n"
            cursor.insertText(f"{start}{clock_text(seconds(word.start))}  {who}: ")
        cursor.insertText(f"{word.text} ")
        if follows and bar is not None:
            bar.setValue(bar.maximum())

    def _flag(self, flag: Flag) -> None:
        item = self._items.get(flag.id)
        if item is None:
            item = self._items[flag.id] = QListWidgetItem()
            self.moments.addItem(item)
            self.moments.scrollToItem(item)
        item.setText(self._line(flag))
        item.setHidden(flag.status is Status.WITHDRAWN)
        tallied = (f"{marker}: {n}" for marker, n in self._showing.tally().items())
        self.tally.setText("    ".join(tallied))

    def _line(self, flag: Flag) -> str:
        row = KINDS[flag.kind]
        evidence = ", ".join(f"{k.replace('_', ' ')} {v}" for k, v in flag.evidence.items())
        said = f"\n“{flag.text}”" if flag.text else ""
        at = clock_text(seconds(flag.start))
        why = f"\n{evidence}" if evidence else ""
        return f"{_SIGN[flag.cls]}  {at}  {self._say(row.cue)}{said}{why}"

    def _write(self) -> None:
        text = self.note.text().strip()
        if text:
            self.noted.emit(text)
            self.note.clear()
