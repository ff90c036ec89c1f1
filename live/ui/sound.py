"""Where the two voices come from: devices with meters, a recording, the sample session."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QTimer, pyqtSignal
from PyQt6.QtWidgets import QFileDialog, QProgressBar, QWidget

from live.cues.families import Say
from live.types import Track
from live.ui import texts
from live.ui.backstage import DEVICES, SAMPLE, Check, Devices
from live.ui.parts import Box, column, label

METER_MS = 80
"""How often meters are read: a bar that jumps is not looked at."""


class Sound(QWidget):
    """The source of a session."""

    changed = pyqtSignal()

    def __init__(self, say: Say, devices: Devices | None) -> None:
        super().__init__()
        self._say = say
        self._devices = devices
        self._check: Check | None = None
        self._last = ("", "", "")
        self._there = False
        self.source = Box()
        self.source.setAccessibleName(say(texts.SOUND))
        if devices is not None:
            self.source.addItem(say(texts.MICROPHONES), DEVICES)
        self.source.addItem(say(texts.SAMPLE), SAMPLE)
        self.source.addItem(f"{say(texts.RECORDING)} …", None)
        self.coach, self.client = Box(), Box()
        self.meters = {track: QProgressBar() for track in Track}
        self.findings = label("", "muted")
        self._live = QWidget()
        parts = []
        for track, box, text in (
            (Track.COACH, self.coach, texts.YOUR_VOICE),
            (Track.CLIENT, self.client, texts.THEIR_VOICE),
        ):
            box.setAccessibleName(say(text))
            meter = self.meters[track]
            meter.setRange(0, 100)
            meter.setTextVisible(False)
            meter.setAccessibleName(f"{say(text)}: {say(texts.SOUND)}")
            parts.append(column(label(say(text), "muted"), box, meter, space=4))
        self._live.setLayout(column(*parts, self.findings, space=12))
        self.none = label(say(texts.NO_DEVICES), "small")
        self.setLayout(column(self.source, self._live, self.none, space=12))
        self.source.activated.connect(self._picked)
        for box in (self.coach, self.client):
            box.currentTextChanged.connect(lambda text: self._listen())
        self._timer = QTimer(self)
        self._timer.setInterval(METER_MS)
        self._timer.timeout.connect(self._read)
        self._show()

    # What it is told

    def offer(self, source: str, coach: str, client: str) -> None:
        """What was used last; it is chosen as soon as it is known to be there."""
        self._last = (source, coach, client)
        self.source.setCurrentIndex(max(0, self.source.findData(source or SAMPLE)))
        self._show()

    def know(self, names: tuple[list[str], list[str]]) -> None:
        """Which devices there are."""
        source, *last = self._last
        for box, there, before in zip((self.coach, self.client), names, last, strict=True):
            box.blockSignals(True)
            box.clear()
            box.addItems(there)
            box.setCurrentText(before if before in there else next(iter(there), ""))
            box.blockSignals(False)
        self._there = all(names)
        if not source and self._there:  # the first time, what most people have come for
            self.source.setCurrentIndex(self.source.findData(DEVICES))
        self._show()

    def use_file(self, path: Path) -> None:
        """A recording."""
        last = self.source.count() - 1
        self.source.setItemData(last, str(path))
        self.source.setItemText(last, f"{self._say(texts.RECORDING)}: {path.name}")
        self.source.setCurrentIndex(last)
        self._show()

    def let_go(self) -> None:
        """Of the devices, which a session is about to use, or nobody looks at."""
        self._timer.stop()
        if self._check is not None:
            self._check.close()
            self._check = None

    # What it says

    @property
    def chosen(self) -> str:
        """The source; empty when no file was chosen."""
        return str(self.source.currentData() or "")

    @property
    def ready(self) -> bool:
        """Whether it can be listened to."""
        return bool(self.chosen) and (self._there or self.chosen != DEVICES)

    @property
    def summary(self) -> str:
        """What it is, in a line."""
        if self.chosen == DEVICES and self._there:
            return " · ".join(t for t in (self.coach.currentText(), self.client.currentText()) if t)
        return self.source.currentText()

    def _picked(self, index: int) -> None:
        if self.source.itemData(index) in (SAMPLE, DEVICES):
            self._show()
            return
        path, _ = QFileDialog.getOpenFileName(self, self._say(texts.CHOOSE_FILE))
        if path:
            self.use_file(Path(path))
        elif not self.chosen:
            self.source.setCurrentIndex(0)
        self._show()

    def _show(self) -> None:
        devices = self.chosen == DEVICES
        self._live.setVisible(devices and self._there)
        self.none.setVisible(devices and not self._there)
        self._listen()
        self.changed.emit()

    # Listening, for the meters only

    def listen(self, *, seen: bool) -> None:
        """Listen as long as somebody looks at the meters."""
        if seen:
            self._listen()
        else:
            self.let_go()

    def _listen(self) -> None:
        self.let_go()
        if self._devices and self._there and self.chosen == DEVICES and self.isVisible():
            self._check = self._devices.check(self.coach.currentText(), self.client.currentText())
            self._timer.start()

    def _read(self) -> None:
        if self._check is None:
            return
        for track, level in self._check.levels().items():
            self.meters[track].setValue(round(100 * min(1.0, max(0.0, level))))
        said = self._check.findings()
        self.findings.setText("\n".join(said) or self._say(texts.CHECKING))
