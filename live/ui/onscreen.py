"""A session on the screen: its events become cues and states; what the coach does reaches it."""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSignal

from live.cues.families import Say
from live.cues.pace import Pace, pace
from live.settings import Settings
from live.types import Event
from live.ui.backstage import Backstage, Chosen, Heard, Outcome
from live.ui.bridge import Bridge
from live.ui.showing import Showing
from live.ui.wire import Look


class OnScreen(QObject):
    """One session, from its beginning to its end. Lives in the screen's thread."""

    looks = pyqtSignal(Look)
    """Something else is to be seen."""
    changed = pyqtSignal()
    """What can be done now is something else."""
    told = pyqtSignal(object)
    """An event, for whoever shows all of them."""
    noticed = pyqtSignal(str)
    troubled = pyqtSignal(str, str)
    asked = pyqtSignal(object)
    over = pyqtSignal(object)
    """An `Outcome`, or None."""

    def __init__(self, chosen: Chosen, settings: Settings, say: Say, parent: QObject) -> None:
        super().__init__(parent)
        self.chosen = chosen
        self.showing = Showing(self._pace(settings), say)
        self._bridge = bridge = Bridge()
        self._shown: Look | None = None
        self._could = (False, False)
        bridge.told.connect(self._tell)
        bridge.reached.connect(self.showing.reach)
        bridge.reached.connect(self._look)
        bridge.heard.connect(self._hear)
        bridge.noticed.connect(self.noticed)
        bridge.troubled.connect(self.troubled)
        bridge.asked.connect(self.asked)
        bridge.over.connect(self._end)

    def begin(self, backstage: Backstage) -> None:
        """Let it run."""
        self._bridge.start(backstage, self.chosen)
        self._change()

    def follow(self, settings: Settings) -> None:
        """The coach wants to be shown something else from now on."""
        self.showing.cues.pace = self._pace(settings)

    def _pace(self, settings: Settings) -> Pace:
        return pace(self.chosen.mode, settings.cues, settings.practice, settings.session)

    # What the coach does

    def stop(self) -> None:
        """End it; what was said last is still put into words."""
        self.showing.finishing = True
        self._bridge.stop()
        self._change()

    def pause(self) -> None:
        """Listen no more, or again."""
        paused = not self.showing.paused
        self.showing.pause(paused=paused)
        self._bridge.pause(paused=paused)
        self._change()

    def snooze(self) -> None:
        """Cues to sleep, or awake."""
        self.showing.cues.snooze()
        self._change()

    def hide(self) -> None:
        """Everything off the screen, or back."""
        self.showing.hide(hidden=not self.showing.hidden)
        self._change()

    def cues_back(self) -> None:
        """The coach wants cues again after something that silenced them."""
        self.showing.cues.hush(hushed=False)
        self._change()

    def on_purpose(self) -> None:
        """The last moment was meant."""
        mark = self.showing.on_purpose()
        if mark is not None:
            self._bridge.note(mark.text)
        self._change()

    def mark(self) -> None:
        """Mark this moment, to come back to it."""
        self._bridge.note(self.showing.mark().text)

    def note(self, text: str) -> None:
        """Write something, kept with the session."""
        self._bridge.note(text)

    # What the session says

    def _tell(self, event: Event) -> None:
        self.showing.take(event)
        self.told.emit(event)
        self._look()

    def _hear(self, heard: Heard) -> None:
        self.showing.hears(heard)
        self._look()

    def _end(self, outcome: Outcome | None) -> None:
        self._bridge.wait()
        self.over.emit(outcome)

    def _look(self) -> None:
        look = self.showing.look()
        if look != self._shown:
            self._shown = look
            self.looks.emit(look)
        could = (self.showing.asleep, self.showing.hushed)
        if could != self._could:
            self._could = could
            self.changed.emit()

    def _change(self) -> None:
        self._look()
        self.changed.emit()
