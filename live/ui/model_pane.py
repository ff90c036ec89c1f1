"""What puts speech into words: what there is, getting it, bringing it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from threading import Event

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QFileDialog, QProgressBar, QWidget

from live.cues.families import Say
from live.errors import UnhurriedError
from live.ui import texts
from live.ui.backstage import SAMPLE, Backstage, Model
from live.ui.bridge import Errand
from live.ui.parts import button, column, label, row


class ModelPane(QWidget):
    """Fetching is the only thing here that opens a connection, and only when it is asked for."""

    changed = pyqtSignal()

    def __init__(self, say: Say, backstage: Backstage) -> None:
        super().__init__()
        self._say = say
        self._backstage = backstage
        self._source = SAMPLE
        self._model: Model | None = None
        self._errand: Errand | None = None
        self._stop = Event()
        self.summary = say(texts.WORDS_LOOKING)
        self.get = button("", "", say(texts.WORDS))
        self.bring = button(say(texts.IMPORT_MODEL), "link", say(texts.WORDS))
        self.cancel = button(say(texts.CANCEL), "link", say(texts.WORDS))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(say(texts.WORDS))
        self.about = label(say(texts.GET_ABOUT), "small")
        self.trouble = label("", "warn")
        buttons = row(self.get, self.bring, self.cancel)
        buttons.addStretch(1)
        self.setLayout(column(buttons, self.bar, self.about, self.trouble))
        self.get.clicked.connect(self._get)
        self.bring.clicked.connect(self._bring)
        self.cancel.clicked.connect(self._stop.set)
        self._show()

    def look(self, source: str) -> None:
        """See what there is for that source."""
        self._source = source
        self._run(lambda errand: self._backstage.model(source), self._found)

    def _run(self, work, done) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        errand = Errand()
        errand.done.connect(done)
        errand.failed.connect(self._failed)
        errand.told.connect(self._told)
        self._errand = errand
        errand.run(work)

    def _found(self, model: Model) -> None:
        self._model, self._errand = model, None
        self._show()
        self.changed.emit()

    def _get(self) -> None:
        if self._model is None or not self._model.offered:
            return
        name = self._model.offered
        self._stop.clear()
        self.trouble.setText("")
        self._run(
            lambda errand: self._backstage.get_model(name, errand.told.emit, self._stop.is_set),
            lambda whole: self.look(self._source),
        )
        self._show(busy=True)

    def _bring(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self._say(texts.IMPORT_TITLE))
        if folder:
            self.trouble.setText("")
            work = partial(self._backstage.import_model, Path(folder))
            self._run(lambda errand: work(), lambda name: self.look(self._source))

    def _told(self, done: int, size: int) -> None:
        # Bytes of large models do not fit into the 31 bits of a bar.
        self.bar.setRange(0, max(1, size >> 10))
        self.bar.setValue(done >> 10)

    def _failed(self, error: UnhurriedError) -> None:
        self._errand = None
        self.trouble.setText(" ".join(part for part in (str(error), error.hint) if part))
        self._show()

    def _show(self, *, busy: bool = False) -> None:
        say, model = self._say, self._model
        if model is None:
            self.summary = say(texts.WORDS_LOOKING)
        elif model.name == SAMPLE:
            self.summary = say(texts.WORDS_SAMPLE)
        elif model.name:
            self.summary = say(texts.WORDS_MODEL).format(name=model.name)
        else:
            self.summary = say(texts.WORDS_NONE)
        offered = model is not None and bool(model.offered)
        if model is not None and offered:
            size = f"{model.size / 1e6:.0f} MB"
            self.get.setText(say(texts.GET_MODEL).format(name=model.offered, size=size))
            self.get.setAccessibleName(self.get.text())
        self.get.setVisible(offered and not busy)
        self.about.setVisible(offered)
        self.bring.setVisible(not busy)
        self.cancel.setVisible(busy)
        self.bar.setVisible(busy)
        self.trouble.setVisible(bool(self.trouble.text()))
