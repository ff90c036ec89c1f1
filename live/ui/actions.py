"""Everything that can be done while a session goes on, once; tray and window offer the same."""

from __future__ import annotations

from collections.abc import Callable

from PyQt6.QtCore import QObject
from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import QMenu

from live.cues.families import OFFERED, Say
from live.cues.pace import Mode
from live.ui import texts
from live.ui.showing import Showing
from live.ui.start import MODES


class Actions(QObject):
    """The actions, by name, each with its text for the state things are in."""

    def __init__(self, say: Say, snooze_min: float) -> None:
        super().__init__()
        self._say = say
        self._snooze = f"{snooze_min:g}"
        self.all: dict[str, QAction] = {
            name: QAction(say(text), self)
            for name, text in (
                ("start", texts.START),
                ("pause", texts.PAUSE),
                ("snooze", texts.SNOOZE),
                ("hide", texts.HIDE),
                ("on_purpose", texts.ON_PURPOSE),
                ("mark", texts.MARK),
                ("move", texts.MOVE),
                ("cues_back", texts.CUES_BACK),
                ("panel", texts.PANEL),
                ("last", texts.REVIEW_LAST),
                ("settings", texts.SETTINGS),
                ("quit", texts.QUIT),
            )
        }
        self.modes = self._group(
            [(mode.value, text) for mode, (text, _) in MODES.items()], exclusive=True
        )
        self.focus = self._group([(k, f.name) for k, f in OFFERED.items()], exclusive=False)
        self.refresh(None, running=False, moving=False)

    def _group(self, choices: list[tuple[str, str]], *, exclusive: bool) -> dict[str, QAction]:
        group = QActionGroup(self)
        group.setExclusive(exclusive)
        made = {}
        for key, text in choices:
            action = QAction(self._say(text), group)
            action.setCheckable(True)
            made[key] = action
        return made

    def on(self, name: str, do: Callable[[], object]) -> None:
        """What one of them does."""
        self.all[name].triggered.connect(lambda checked=False: do())

    def refresh(self, showing: Showing | None, *, running: bool, moving: bool) -> None:
        """Say what each does now."""
        say, every = self._say, self.all
        every["start"].setText(say(texts.STOP if running else texts.START))
        paused = showing is not None and showing.paused
        every["pause"].setText(say(texts.GO_ON if paused else texts.PAUSE))
        hidden = showing is not None and showing.hidden
        every["hide"].setText(say(texts.SHOW if hidden else texts.HIDE))
        asleep = showing is not None and showing.asleep
        every["snooze"].setText(
            say(texts.WAKE) if asleep else say(texts.SNOOZE).format(minutes=self._snooze)
        )
        every["move"].setText(say(texts.MOVE_DONE if moving else texts.MOVE))
        for name in ("pause", "snooze", "hide", "on_purpose", "mark", "move"):
            every[name].setEnabled(running)
        every["cues_back"].setVisible(showing is not None and showing.hushed)
        for action in self.modes.values():
            action.setEnabled(not running)

    def fill(self, menu: QMenu) -> None:
        """All of them, in groups."""
        every = self.all
        for part in (
            ("start", "pause"),
            ("snooze", "hide", "cues_back", "on_purpose", "mark"),
        ):
            menu.addActions([every[name] for name in part])
            menu.addSeparator()
        for title, group in ((texts.MODE, self.modes), (texts.FOCUS, self.focus)):
            sub = menu.addMenu(self._say(title))
            if sub is not None:
                sub.addActions(list(group.values()))
        menu.addSeparator()
        for name in ("move", "panel", "last", "settings", "quit"):
            menu.addAction(every[name])

    def choose(self, mode: Mode, families: tuple[str, ...]) -> None:
        """What is chosen just now."""
        self.modes[mode.value].setChecked(True)
        for name, action in self.focus.items():
            action.setChecked(name in families)
