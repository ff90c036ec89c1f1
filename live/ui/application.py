"""The windows together: start panel, tray, overlay, a session, its end, and closing down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial

from PyQt6.QtCore import QLocale, QObject, QTimer, pyqtSignal
from PyQt6.QtWidgets import QApplication, QInputDialog, QLineEdit, QWidget

from live.cues.families import Say
from live.cues.pace import MOST_FOCUS, Mode
from live.errors import UnhurriedError
from live.store.consent import Keep
from live.ui import texts
from live.ui.actions import Actions
from live.ui.after import After
from live.ui.backstage import SAMPLE, Backstage, Chosen, Outcome
from live.ui.bridge import Errand, Question
from live.ui.declared import Own, declared
from live.ui.hotkeys import Hotkeys
from live.ui.memory import Memory
from live.ui.observer import Observer
from live.ui.onscreen import OnScreen
from live.ui.others import Others, screen_as_shared
from live.ui.preferences import Preferences
from live.ui.standing import Standing, style_of
from live.ui.start import StartPanel
from live.ui.style import dress
from live.ui.tray import Plain, Tray
from live.ui.wire import Look, Move, Placed, Ready, Spots
from live.ui.words import speaks

LOOK_MS = 1200
"""An example cue stands so long before the screen is looked at: its fade is over then."""


class Application(QObject):
    """Everything on the screen. Lives in the screen's thread, as long as the program."""

    over = pyqtSignal(object)
    """A session has ended, with an `Outcome` or None."""

    def __init__(self, qt: QApplication, backstage: Backstage) -> None:
        super().__init__()
        self._qt = qt
        self._backstage = backstage
        self.settings = settings = backstage.settings()
        self.say: Say = speaks(settings.screen.language)
        if settings.screen.language != "auto":
            QLocale.setDefault(QLocale(settings.screen.language))
        self.memory = Memory.read(backstage.memory())
        self.theme = dress(qt, settings.screen)
        self.session: OnScreen | None = None
        self.troubles: list[tuple[str, str]] = []
        """What went wrong in the last session, and what to do."""
        self._moving = self._quitting = False
        self._windows: dict[str, QWidget] = {}
        self._errands: set[Errand] = set()
        self.standing = Standing(self.say(texts.ENDED), self)
        self.standing.placed.connect(self._placed)
        self.standing.moved.connect(lambda: self.move_overlay(moving=False))
        self.standing.ready.connect(self._overlay_is_there)
        self.standing.lost.connect(lambda: self._notify(self.say(texts.OVERLAY_LOST)))
        self.actions = Actions(self.say, settings.cues.snooze_min)
        self.panel = StartPanel(
            self.say,
            backstage,
            settings.cues,
            self.memory,
            Keep(settings.keep.what),
            settings.screen.text_size,
        )
        self.tray: Tray | Plain = (Tray if Tray.possible() else Plain)(
            self.say, self.actions, self.theme
        )
        self.hotkeys = Hotkeys(self.say, self)
        self._connect()

    # Beginning

    def open(self) -> None:
        """The start panel; whoever is known comes a moment later."""
        self.panel.show()
        self.panel.raise_()
        if isinstance(self.tray, Tray):
            self.tray.show()
        devices = self._backstage.devices()
        if devices is not None:
            self.errand(lambda errand: devices.names(), self.panel.sound.know)
        self.errand(
            lambda errand: self._backstage.people(errand.secret, errand.noticed.emit),
            self.panel.agreement.know,
        )

    def start(self, chosen: Chosen) -> None:
        """A session begins."""
        if self.session is not None:
            return
        self.troubles.clear()
        self.session = session = OnScreen(chosen, self.settings, self.say, self)
        session.looks.connect(self._look)
        session.changed.connect(self._refresh)
        session.noticed.connect(self._notice)
        session.troubled.connect(self._trouble)
        session.asked.connect(self._ask)
        session.over.connect(self._over)
        self._remember(chosen)
        self._overlay_appears()
        self.panel.hide()
        if isinstance(self.tray, Plain):
            self.tray.show()
            self.tray.showMinimized()
        if chosen.mode is Mode.OBSERVER:
            observer = Observer(self.say, session.showing, self.settings.screen.text_size)
            observer.noted.connect(session.note)
            session.told.connect(observer.take)
            self._open("observer", observer)
        self.hotkeys.ask_for(asdict(self.settings.keys))
        if self.hotkeys.why_not:
            self._notice(self.hotkeys.why_not)
        session.begin(self._backstage)

    # While it goes on

    def stop(self) -> None:
        """End the session."""
        if self.session is not None:
            self.session.stop()

    def hide(self) -> None:
        """Everything off the screen, or back."""
        if self.session is None:
            return
        self.session.hide()
        hidden = self.session.showing.hidden
        for name, window in self._windows.items():
            window.setVisible(not hidden and name == "observer")
        if hidden:
            self.panel.hide()
            if isinstance(self.tray, Plain):
                self.tray.showMinimized()

    def move_overlay(self, *, moving: bool) -> None:
        """Let the overlay be taken hold of."""
        self._moving = moving
        self.standing.let_move(Move(moving, self.say(texts.MOVE_HINT)))
        self._refresh()

    def _look(self, look: Look) -> None:
        self.standing.show(look)
        self.tray.say(look.sign, look.sentence)

    def _refresh(self) -> None:
        session = self.session
        showing = None if session is None else session.showing
        self.actions.refresh(showing, running=session is not None, moving=self._moving)
        self.panel.run(running=session is not None)

    def _overlay_appears(self) -> None:
        self.standing.style(style_of(self.settings.screen, self.settings.cues))
        self.standing.remember(Spots(self.memory.screen, dict(self.memory.spots)))
        self.standing.start()

    # Its end

    def _over(self, outcome: Outcome | None) -> None:
        session = self.session
        if session is None:
            return
        self.session = None
        self._moving = False
        self.hotkeys.let_go()
        self.standing.leave()
        self._close("observer")
        self.tray.say("ready", self.say(texts.READY))
        self._refresh()
        self.over.emit(outcome)
        if self._quitting:
            self._qt.quit()
        elif outcome is None:
            self.panel.show()
        else:
            size = self.settings.screen.text_size
            after = After(self.say, session.showing, outcome, size)
            after.done.connect(self._after)
            self._open("after", after)
        session.deleteLater()

    def _after(self) -> None:
        self._windows["after"].hide()
        self.panel.show()

    def quit(self) -> None:
        """Close everything. Asks nothing; a session that goes on is finished and kept first."""
        self._quitting = True
        for window in (self.panel, *self._windows.values()):
            window.hide()
        if isinstance(self.tray, Plain):
            self.tray.hide()
        if self.session is not None:
            self.stop()
        else:
            self.standing.leave()
            self._qt.quit()

    # Other windows

    def open_settings(self) -> None:
        """The settings window."""
        try:
            own = Own(self._backstage.own_settings())
        except UnhurriedError as error:
            self._trouble(str(error), error.hint)
            return
        window = Preferences(self.say, own, self.settings.screen.text_size)
        window.saved.connect(self._settings_changed)
        self._open("settings", window)

    def look_as_others(self) -> None:
        """What would others see? An example cue is shown for it."""
        running = self.session is not None
        if not running:
            self._overlay_appears()
            self.standing.show(
                Look(cue=self.say("came in early"), icon="overlap", sentence=self.say(texts.READY))
            )

        def shoot() -> None:
            window = Others(self.say, screen_as_shared(), self.panel)
            if not running:
                self.standing.leave()
            self._open("others", window)

        QTimer.singleShot(self.settings.cues.fade_in_ms + LOOK_MS, shoot)

    def _settings_changed(self) -> None:
        try:
            self.settings = self._backstage.settings()
        except UnhurriedError:
            return
        self.theme = dress(self._qt, self.settings.screen)
        self.standing.style(style_of(self.settings.screen, self.settings.cues))
        if self.session is not None:
            self.session.follow(self.settings)

    def _chose_families(self, name: str, families: tuple[str, ...]) -> None:
        """From the start panel or the tray: into the person's own settings."""
        if families == getattr(self.settings.cues, name):
            return
        one = next(each for each in declared() if each.name == f"cues.{name}")
        try:
            Own(self._backstage.own_settings()).change(one, list(families))
        except UnhurriedError as error:
            self._trouble(str(error), error.hint)
            return
        self._settings_changed()

    def _tick_family(self, name: str) -> None:
        session = self.panel.chosen.mode is Mode.SESSION
        choices = self.panel.focus if session else self.panel.families
        ticked = [key for key, action in self.actions.focus.items() if action.isChecked()]
        if session and len(ticked) > MOST_FOCUS:
            ticked = [key for key in ticked if key != choices.chosen[0]]
        choices.choose(ticked)
        self._choices_of_actions()

    def _choices_of_actions(self) -> None:
        mode = self.panel.chosen.mode
        choices = self.panel.focus if mode is Mode.SESSION else self.panel.families
        self.actions.choose(mode, choices.chosen)

    # What is shared

    def errand(self, work: Callable[[Errand], object], done: Callable[..., object]) -> None:
        """Something slow, on a thread of its own."""
        errand = Errand()
        self._errands.add(errand)
        errand.done.connect(done)
        errand.done.connect(lambda result: self._errands.discard(errand))
        errand.failed.connect(lambda error: self._trouble(str(error), error.hint))
        errand.failed.connect(lambda error: self._errands.discard(errand))
        errand.asked.connect(self._ask)
        errand.noticed.connect(self._notice)
        errand.run(work)

    def _connect(self) -> None:
        for name, do in (
            ("start", lambda: self.stop() if self.session else self.panel.begin.click()),
            ("hide", self.hide),
            ("move", lambda: self.move_overlay(moving=not self._moving)),
            ("panel", self.panel.show),
            ("last", self._last),
            ("settings", self.open_settings),
            ("quit", self.quit),
        ):
            self.actions.on(name, do)
        for name in ("pause", "snooze", "on_purpose", "mark", "cues_back"):
            self.actions.on(name, partial(self._let_session, name))
        for mode, action in self.actions.modes.items():
            action.triggered.connect(lambda on, mode=mode: self.panel.mode.choose([mode]))
        for name, action in self.actions.focus.items():
            action.triggered.connect(lambda on, name=name: self._tick_family(name))
        self.hotkeys.pressed.connect(lambda name: self.actions.all[name].trigger())
        self.panel.started.connect(self.start)
        self.panel.stopped.connect(self.stop)
        self.panel.settings_wanted.connect(self.open_settings)
        self.panel.others_wanted.connect(self.look_as_others)
        self.panel.shown_changed.connect(self._chose_families)
        self.panel.mode.changed.connect(self._choices_of_actions)
        self.panel.closed.connect(self._panel_closed)
        hints = self._qt.styleHints()
        if hints is not None:
            hints.colorSchemeChanged.connect(lambda scheme: dress(self._qt, self.settings.screen))
        self._choices_of_actions()

    def _let_session(self, name: str) -> None:
        if self.session is not None:
            getattr(self.session, name)()

    def _panel_closed(self) -> None:
        """Without a session there is nothing left to wait for, unless the tray is there."""
        if self.session is None and not isinstance(self.tray, Tray):
            self.quit()

    def _last(self) -> None:
        after = self._windows.get("after")
        (after or self.panel).show()

    def _overlay_is_there(self, ready: Ready) -> None:
        if ready.platform.startswith("wayland"):
            self._notice(self.say(texts.BEST_EFFORT))

    def _placed(self, placed: Placed) -> None:
        spots = {**self.memory.spots, placed.screen: (placed.x, placed.y)}
        self.memory = replace(self.memory, screen=placed.screen, spots=spots)
        self.memory.write(self._backstage.memory())

    def _remember(self, chosen: Chosen) -> None:
        self.memory = replace(
            self.memory,
            mode=chosen.mode.value,
            source=chosen.source if chosen.source == "devices" else SAMPLE,
            coach=chosen.coach,
            client=chosen.client,
        )
        self.memory.write(self._backstage.memory())

    def _open(self, name: str, window: QWidget) -> None:
        self._close(name)
        self._windows[name] = window
        window.show()
        window.raise_()

    def _close(self, name: str) -> None:
        window = self._windows.pop(name, None)
        if window is not None:
            window.close()
            window.deleteLater()

    def _notice(self, text: str) -> None:
        if isinstance(self.tray, Plain):
            self.tray.notify(text)

    def _notify(self, text: str) -> None:
        self.tray.notify(text)

    def _trouble(self, what: str, hint: str) -> None:
        self.troubles.append((what, hint))
        self.panel.trouble(what, hint)
        self._notify(f"{what}\n{hint}" if hint else what)

    def _ask(self, question: Question) -> None:
        """A passphrase: the only dialog there is, and never while a session goes on."""
        text, given = QInputDialog.getText(
            self.panel,
            self.say(texts.ASKED_KEY),
            question.text,
            QLineEdit.EchoMode.Password,
        )
        question.answer.put(text if given else None)
