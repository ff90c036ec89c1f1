"""One picture after another, in a process on that desktop; started by `screens.__main__`.

    python -m screens.scenes FOLDER THEME SIZE [SCENE ...]

The windows are the program's own. What is heard comes from the sample session or is written here.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PyQt6 import sip
from PyQt6.QtCore import QPointF, QRectF, Qt, QTimer
from PyQt6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QPixmap
from PyQt6.QtWidgets import QApplication, QWidget

from live.app.window import Program
from live.cues.pace import Mode
from live.engine import Room
from live.kinds import KINDS
from live.store.consent import Consent, Setting, Terms
from live.types import Flag, Samples, Status, Track, Word, samples
from live.ui.after import After
from live.ui.application import Application
from live.ui.backstage import Heard, Outcome, Person
from live.ui.observer import Observer
from live.ui.onscreen import OnScreen
from live.ui.showing import Showing
from live.ui.tray import Plain
from live.ui.wire import Look

SAID = (
    (Track.CLIENT, 71.0, "I keep starting the conversation with him and then"),
    (Track.COACH, 75.5, "What happens just before you stop?"),
    (Track.CLIENT, 80.0, "I hear my own voice getting smaller."),
    (Track.COACH, 84.0, "That's a really good insight."),
)


class Call(QWidget):
    """A stand-in for a video call: two people, as shapes."""

    def paintEvent(self, event: QPaintEvent | None) -> None:  # noqa: N802 - Qt's name
        p = QPainter(self)
        p.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = QLinearGradient(QPointF(0, 0), QPointF(0, self.height()))
        ground.setColorAt(0, QColor("#20272b"))
        ground.setColorAt(1, QColor("#151a1d"))
        p.fillRect(self.rect(), ground)
        gap, width = 26, (self.width() - 78) / 2
        for i, (back, body) in enumerate((("#6d8078", "#2f4a44"), ("#a58f76", "#5a4331"))):
            tile = QRectF(gap + i * (width + gap), 92, width, self.height() - 184)
            light = QLinearGradient(tile.topLeft(), tile.bottomRight())
            light.setColorAt(0, QColor(back).lighter(112))
            light.setColorAt(1, QColor(back).darker(128))
            p.setPen(Qt.PenStyle.NoPen)
            p.setBrush(light)
            p.drawRoundedRect(tile, 18, 18)
            p.save()
            p.setClipRect(tile)
            p.setBrush(QColor(body))
            middle = tile.center()
            p.drawEllipse(QPointF(middle.x(), tile.bottom() + 40), 190, 210)
            p.setBrush(QColor(body).lighter(135))
            p.drawEllipse(QPointF(middle.x(), middle.y() - 10), 78, 96)
            p.restore()


class Scenes:
    """Takes the pictures in order."""

    def __init__(self, folder: Path, theme: str, size: str, wanted: list[str]) -> None:
        self.folder = folder
        self.name = f"{theme}-{size}"
        self.wanted = wanted
        options = argparse.Namespace(set=[f"screen.theme={theme}"])
        self.qt = QApplication([sys.argv[0]])
        self.app = Application(self.qt, Program(options))
        self.size = 1.0
        self.call = Call()
        self.steps: list[tuple[int, Callable[[], object]]] = []

    def then(self, do: Callable[[], object], wait_ms: int = 450) -> None:
        self.steps.append((wait_ms, do))

    def shoot(self, what: str, window: QWidget | None = None) -> None:
        def take() -> None:
            screen = self.qt.primaryScreen()
            shot = screen.grabWindow(sip.voidptr(0))
            if window is not None:
                shot = self._around(shot, window)
            shot.save(str(self.folder / f"{what}-{self.name}.png"))

        self.then(take, 900)

    def run(self) -> None:
        makers = {
            "overlay": self.overlay,
            "panel": self.panel,
            "consent": self.consent,
            "settings": self.settings,
            "observer": self.observer,
            "after": self.after,
            "plain": self.plain,
        }
        for name in self.wanted or makers:
            makers[name]()
        self.then(self.app.quit, 200)
        self._next()
        self.qt.exec()

    def _next(self) -> None:
        if self.steps:
            wait, do = self.steps.pop(0)
            QTimer.singleShot(wait, lambda: (do(), self._next()))

    # The scenes

    def overlay(self) -> None:
        def begin() -> None:
            self.call.setWindowFlag(Qt.WindowType.FramelessWindowHint)
            self.call.showFullScreen()
            self.app._overlay_appears()

        self.then(begin)
        for name, look in (
            ("listening", Look(sentence="Listening to both voices.")),
            ("cue", Look(cue="came in early", icon="overlap")),
            ("silence", Look(ring=True)),
            ("praise", Look(cue="praise: really good insight", icon="speech")),
            ("asleep", Look(sign="asleep")),
        ):
            self.then(lambda look=look: self.app.standing.show(look))
            self.then(lambda: None, 1600)
            self.shoot(f"overlay-{name}")
        self.then(self.app.standing.leave)
        self.then(self.call.hide)

    def panel(self) -> None:
        panel = self.app.panel
        self.then(self.app.open)
        self.shoot("panel", panel)
        self.then(lambda: panel.sections["shown"].open(opened=True))
        self.then(lambda: panel.sections["sound"].open(opened=True))
        self.shoot("panel-open", panel)
        self.then(lambda: [part.open(opened=False) for part in panel.sections.values()])

    def consent(self) -> None:
        panel = self.app.panel
        held = Consent(
            "Mo", datetime(2026, 5, 3, tzinfo=UTC), Setting.PRACTICE, "", Terms(True, True), ""
        )
        known = [Person("Mo", held, frozenset({Mode.PRACTICE}))]

        def ask() -> None:
            panel.show()
            panel.sound.use_file(Path("tuesday.wav"))
            panel.agreement.know(known)

        self.then(ask)
        self.shoot("consent-known", panel)
        self.then(lambda: panel.mode.choose(["session"]))
        self.then(lambda: panel.agreement.name.setCurrentText("A."))
        self.shoot("consent", panel)
        self.then(panel.hide)

    def settings(self) -> None:
        self.then(self.app.open_settings)
        window = lambda: self.app._windows["settings"]  # noqa: E731
        self.then(lambda: window().search.setText("cue"))
        self.then(lambda: self._grab("settings", window()), 900)
        self.then(lambda: window().hide())

    def observer(self) -> None:
        showing = self._heard()
        made = Observer(self.app.say, showing, self.size)
        for flag in showing.flags.values():
            made.take(flag)
        for track, start, text in SAID:
            for i, word in enumerate(text.split()):
                at = samples(start + i * 0.3)
                made.take(Word(at, Samples(at + samples(0.2)), track, word))
        self.then(made.show)
        self.shoot("observer", made)
        self.then(made.hide)

    def after(self) -> None:
        showing = self._heard()
        made = After(self.app.say, showing, Outcome(12, samples(1834)), self.size)
        self.then(made.show)
        self.shoot("after", made)
        self.then(made.hide)

    def plain(self) -> None:
        made = Plain(self.app.say, self.app.actions, self.app.theme)
        made.say("listening", "Listening to both voices.")
        self.then(made.show)
        self.shoot("plain", made)
        self.then(made.hide)

    def _grab(self, what: str, window: QWidget) -> None:
        shot = self._around(self.qt.primaryScreen().grabWindow(sip.voidptr(0)), window)
        shot.save(str(self.folder / f"{what}-{self.name}.png"))

    def _around(self, shot: QPixmap, window: QWidget) -> QPixmap:
        frame, k = window.geometry(), shot.devicePixelRatio()
        return shot.copy(
            *(round(each * k) for each in (frame.x(), frame.y(), frame.width(), frame.height()))
        )

    def _heard(self) -> Showing:
        """A session in which a few things happened."""
        chosen = self.app.panel.chosen
        made = OnScreen(chosen, self.app.settings, self.app.say, self.app).showing
        made.hears(Heard("none", (), "there"))
        given = (
            ("interruption", 75.5, "", {"overlap_ms": 640, "who_yielded": "client"}),
            ("filled_silence", 77.0, "", {"silence_s": 1.6, "unit": "ends in a conjunction"}),
            ("evaluation", 84.0, "that's a really good insight", {"rule": "evaluation/good-noun"}),
            ("held_silence", 92.0, "", {"silence_s": 4.2}),
            ("advice", 120.0, "have you tried writing to him", {"rule": "advice/have-you-tried"}),
        )
        for kind, at, text, evidence in given:
            start = samples(at)
            made.take(
                Flag(start, start, Track.COACH, kind, KINDS[kind].cls, f"{kind}{at}", start,
                     Status.CONFIRMED, 0.9, text, evidence)
            )  # fmt: skip
            made.reach(Room(Samples(start + samples(0.1)), client_speaks=True))
            made.look()
        made.mark()
        return made


if __name__ == "__main__":
    Scenes(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]).run()
