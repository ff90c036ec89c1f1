"""The consent step: with whom, and what they have agreed to. Nothing starts without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QDate, QLocale, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QLineEdit, QWidget

from live.cues.families import Say
from live.cues.pace import Mode
from live.store.consent import Keep, one_line
from live.ui import texts
from live.ui.backstage import Agreed, Person, Questions
from live.ui.parts import Box, Tick, column, label

Ask = Callable[[str, Mode, Keep], Questions]
TERMS = {
    "live": texts.TERM_LIVE,
    "words": texts.TERM_WORDS,
    "audio": texts.TERM_AUDIO,
    "mentor": texts.TERM_MENTOR,
    "sponsor": texts.TERM_SPONSOR,
}
_ASKED = ("words", "audio", "mentor", "sponsor")


class Agreement(QWidget):
    """Asks once for each person and kind of meeting; what was agreed before is said again."""

    changed = pyqtSignal()

    def __init__(self, say: Say, ask: Ask) -> None:
        super().__init__()
        self._say = say
        self._ask = ask
        self._mode, self._keep = Mode.PRACTICE, Keep.WORDS
        self._people: dict[str, Person] = {}
        self.heading = label("", "heading")
        self.name = Box()
        self.name.setEditable(True)
        self.name.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        line = self.name.lineEdit()
        if line is not None:
            line.setPlaceholderText(say(texts.WHO_HINT))
        self.before = label("", "muted")
        self.told = label("")
        self.basis_label = label("")
        self.basis = QLineEdit()
        self.terms = {term: Tick() for term in _ASKED}
        self.agreed = Tick()
        self._asked = QWidget()
        self._asked.setLayout(
            column(
                self.told,
                column(self.basis_label, self.basis, space=4),
                *self.terms.values(),
                self.agreed,
                space=10,
            )
        )
        self.setLayout(column(self.heading, self.name, self.before, self._asked, space=10))
        self.name.currentTextChanged.connect(lambda text: self._show())
        self.basis.textChanged.connect(lambda text: self.changed.emit())
        for tick in (*self.terms.values(), self.agreed):
            tick.toggled.connect(lambda on: self.changed.emit())
        self._show()

    # What it is told

    def know(self, people: Sequence[Person]) -> None:
        """Whoever is known, the latest first; who was met last is named already."""
        typed = self.person
        self._people = {person.name: person for person in people}
        self.name.blockSignals(True)
        self.name.clear()
        self.name.addItems(list(self._people))
        self.name.setCurrentText(typed or next(iter(self._people), ""))
        self.name.blockSignals(False)
        self._show()

    def meet(self, mode: Mode, keep: Keep) -> None:
        """In what kind of meeting, and how much of it is to be kept."""
        if (mode, keep) != (self._mode, self._keep):
            self._mode, self._keep = mode, keep
            self._show()

    # What it says

    @property
    def person(self) -> str:
        """Who it is."""
        return one_line(self.name.currentText())

    @property
    def result(self) -> Agreed | None:
        """What was agreed just now; None where an earlier agreement covers it."""
        if self._covered:
            return None
        if self._mode is not Mode.SESSION:
            return Agreed(words=self._keep.words, audio=self._keep is Keep.AUDIO)
        given = {
            term: tick.isChecked() and not tick.isHidden() for term, tick in self.terms.items()
        }
        given["audio"] = given["audio"] and given["words"]
        return Agreed(one_line(self.basis.text()), **given)

    @property
    def missing(self) -> str:
        """Why nothing can start yet; empty when everything is said."""
        if not self.person:
            return self._say(texts.NOT_YET_NAME)
        if self._covered:
            return ""
        if self._mode is Mode.SESSION and not one_line(self.basis.text()):
            return self._say(texts.NOT_YET_BASIS)
        if not self.agreed.isChecked():
            return self._say(texts.NOT_YET_AGREED).format(name=self.person)
        return ""

    @property
    def _covered(self) -> bool:
        known = self._people.get(self.person)
        return known is not None and self._mode in known.covers

    def _show(self) -> None:
        say, name = self._say, self.person
        client = self._mode is Mode.SESSION
        self.heading.setText(say(texts.WHO_SESSION if client else texts.WHO_PRACTICE))
        self.name.setAccessibleName(self.heading.text())
        covered = self._covered
        self.before.setVisible(covered)
        if covered:
            self.before.setText(said_before(say, self._people[name]))
        self._asked.setVisible(bool(name) and not covered)
        # An agreement is one person's: it is never carried over to another name.
        self.agreed.setChecked(False)
        if name and not covered:
            questions = self._ask(name, self._mode, self._keep)
            self.told.setText(questions.told)
            self.basis_label.setText(questions.basis)
            self.basis.setAccessibleName(questions.basis)
            for part in (self.basis_label, self.basis):
                part.setVisible(bool(questions.basis))
            for term, tick in self.terms.items():
                text = getattr(questions, term)
                tick.setText(text)
                tick.setVisible(bool(text))
            self.agreed.setText(questions.agreed)
        self.changed.emit()


def said_before(say: Say, person: Person) -> str:
    """What somebody has agreed to, and when."""
    held = person.held
    if held is None:
        return ""
    here = held.given.astimezone()
    date = QLocale().toString(QDate(here.year, here.month, here.day), QLocale.FormatType.LongFormat)
    terms = ", ".join(say(TERMS[term]) for term in held.terms.granted)
    return say(texts.AGREED_BEFORE).format(name=person.name, date=date, terms=terms)
