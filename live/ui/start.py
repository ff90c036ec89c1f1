"""The start panel: everything that is chosen before a session, on one page; one button."""

from __future__ import annotations

from functools import partial

from PyQt6.QtCore import QEvent, Qt, pyqtSignal
from PyQt6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from live.cues.families import FAMILIES, OFFERED, Say
from live.cues.pace import MOST_FOCUS, CueOptions, Mode
from live.store.consent import Keep
from live.ui import texts
from live.ui.agreement import Agreement
from live.ui.backstage import SAMPLE, Backstage, Chosen
from live.ui.memory import Memory
from live.ui.model_pane import ModelPane
from live.ui.parts import Box, Choices, Section, button, column, hairline, label, row
from live.ui.sound import Sound
from live.ui.words import spoken

MODES = {
    Mode.PRACTICE: (texts.PRACTICE, texts.ABOUT_PRACTICE),
    Mode.SESSION: (texts.SESSION, texts.ABOUT_SESSION),
    Mode.OBSERVER: (texts.OBSERVER, texts.ABOUT_OBSERVER),
}
_KEEP = {
    Keep.NONE: texts.KEEP_NONE,
    Keep.FLAGS: texts.KEEP_FLAGS,
    Keep.WORDS: texts.KEEP_WORDS,
    Keep.AUDIO: texts.KEEP_AUDIO,
}
WIDTH = 620
MARGIN = 40


class StartPanel(QWidget):
    """The window. It says what was chosen by `started`; what happens then is not its business."""

    started = pyqtSignal(object)
    """A `Chosen`."""
    stopped = pyqtSignal()
    settings_wanted = pyqtSignal()
    others_wanted = pyqtSignal()
    shown_changed = pyqtSignal(str, tuple)
    """The families of practice ("families") or of a session ("focus") were chosen anew."""
    closed = pyqtSignal()

    def __init__(
        self,
        say: Say,
        backstage: Backstage,
        cues: CueOptions,
        memory: Memory,
        keep: Keep,
        size: float,
    ) -> None:
        super().__init__()
        self._say = say
        self._running = False
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(say(texts.TITLE))
        self.mode = Choices([(m.value, say(t)) for m, (t, _) in MODES.items()], say(texts.MODE))
        self.about = label("", "muted")
        self.agreement = Agreement(say, partial(backstage.questions, language=spoken(say)))
        self.sound = Sound(say, backstage.devices())
        self.model = ModelPane(say, backstage)
        self.families = self._choices(len(OFFERED))
        self.focus = self._choices(MOST_FOCUS)
        self.keep = Box()
        self.keep.setAccessibleName(say(texts.KEPT))
        for what, text in _KEEP.items():
            self.keep.addItem(say(text), what.value)
        self.keep.setCurrentIndex(self.keep.findData(keep.value))
        shown = QWidget()
        shown.setLayout(column(self.families, self.focus))
        self.sections = {
            name: Section(say(title), say(texts.CHANGE), say(texts.CLOSE), body)
            for name, title, body in (
                ("sound", texts.SOUND, self.sound),
                ("shown", texts.SHOWN, shown),
                ("words", texts.WORDS, self.model),
                ("kept", texts.KEPT, self.keep),
            )
        }
        self.begin = button(say(texts.BEGIN), "primary")
        self.not_yet = label("", "muted")
        self.wrong = label("", "warn")
        self.wrong.hide()
        self._lay(size)
        self._offer(cues, memory)
        self._connect(backstage)
        self._show()

    def _choices(self, most: int) -> Choices:
        families = [(name, self._say(family.name)) for name, family in OFFERED.items()]
        return Choices(families, self._say(texts.SHOWN), most)

    def _lay(self, size: float) -> None:
        say = self._say
        page = QWidget()
        page.setObjectName("page")
        inside = column(
            column(label(say(texts.TITLE), "title"), label(say(texts.SUBTITLE), "muted"), space=2),
            column(self.mode, self.about, space=10),
            self.agreement,
            space=20,
        )
        for section in self.sections.values():
            inside.addWidget(hairline())
            inside.addWidget(section)
        inside.addStretch(1)
        margin = round(MARGIN * min(size, 1.5))
        inside.setContentsMargins(margin, margin, margin, margin // 2)
        page.setLayout(inside)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.others = button(say(texts.OTHERS), "link")
        self.settings = button(say(texts.SETTINGS), "link")
        foot = row(self.others, self.settings, space=4)
        foot.addStretch(1)
        foot.addWidget(self.begin)
        low = column(self.wrong, self.not_yet, foot, space=8)
        self.not_yet.setAlignment(Qt.AlignmentFlag.AlignRight)
        low.setContentsMargins(margin - 8, 14, margin, 22)
        outside = QVBoxLayout(self)
        outside.setContentsMargins(0, 0, 0, 0)
        outside.setSpacing(0)
        outside.addWidget(area)
        outside.addWidget(hairline())
        outside.addLayout(low)
        self._fit(size)

    def _fit(self, size: float) -> None:
        screen = self.screen()
        room = screen.availableSize() if screen is not None else self.size()
        self.resize(
            min(round(WIDTH * size), room.width() - 40), min(round(760 * size), room.height() - 80)
        )

    def _offer(self, cues: CueOptions, memory: Memory) -> None:
        """What was used last."""
        self.families.choose(cues.families)
        self.focus.choose(cues.focus)
        self.mode.choose([memory.mode])
        self.sound.offer(memory.source, memory.coach, memory.client)

    def _connect(self, backstage: Backstage) -> None:
        self.mode.changed.connect(self._show)
        self.agreement.changed.connect(self._show)
        self.sound.changed.connect(self._sounds)
        self.model.changed.connect(self._show)
        self.keep.currentIndexChanged.connect(lambda index: self._show())
        for name, choices in (("families", self.families), ("focus", self.focus)):
            choices.changed.connect(
                lambda name=name, choices=choices: self._chose(name, choices.chosen)
            )
        self.begin.clicked.connect(self._start)
        self.others.clicked.connect(self.others_wanted)
        self.settings.clicked.connect(self.settings_wanted)
        self.model.look(self.sound.chosen)

    # What was chosen

    @property
    def chosen(self) -> Chosen:
        """Everything, as it stands."""
        nobody = self.sound.chosen == SAMPLE
        return Chosen(
            source=self.sound.chosen,
            mode=Mode(self.mode.chosen[0]),
            person="" if nobody else self.agreement.person,
            agreed=None if nobody else self.agreement.result,
            keep=Keep(self.keep.currentData()),
            coach=self.sound.coach.currentText(),
            client=self.sound.client.currentText(),
        )

    @property
    def missing(self) -> str:
        """Why nothing can start yet; empty when everything is there."""
        if not self.sound.ready:
            return self._say(texts.NO_DEVICES if self.sound.chosen else texts.NOT_YET_FILE)
        return "" if self.sound.chosen == SAMPLE else self.agreement.missing

    def _chose(self, name: str, families: tuple[str, ...]) -> None:
        self.shown_changed.emit(name, families)
        self._show()

    def _sounds(self) -> None:
        self.model.look(self.sound.chosen)
        self._show()

    def _start(self) -> None:
        if self._running:
            self.stopped.emit()
        elif not self.missing:
            self.trouble("", "")
            self.sound.let_go()
            self.started.emit(self.chosen)

    def _show(self) -> None:
        say = self._say
        if not self.mode.chosen:
            return
        mode, keep = Mode(self.mode.chosen[0]), Keep(self.keep.currentData())
        self.about.setText(say(MODES[mode][1]))
        self.agreement.meet(mode, keep)
        self.agreement.setVisible(self.sound.chosen != SAMPLE)
        self.families.setVisible(mode is Mode.PRACTICE)
        self.focus.setVisible(mode is Mode.SESSION)
        shown = self.sections["shown"]
        shown.heading.setText(say(texts.SHOWN_FOCUS if mode is Mode.SESSION else texts.SHOWN))
        names = (self.focus if mode is Mode.SESSION else self.families).chosen
        listed = ", ".join(say(FAMILIES[name].name) for name in names)
        listed = listed[:1].upper() + listed[1:]
        shown.say(
            say(texts.SHOWN_ALL) if mode is Mode.OBSERVER else listed or say(texts.NOTHING_SHOWN)
        )
        shown.toggle.setVisible(mode is not Mode.OBSERVER)
        self.sections["sound"].say(self.sound.summary)
        self.sections["words"].say(self.model.summary)
        self.sections["kept"].say(self.keep.currentText())
        missing = "" if self._running else self.missing
        self.not_yet.setText(missing)
        self.not_yet.setVisible(bool(missing))
        self.begin.setEnabled(not missing)
        self.begin.setAccessibleDescription(missing)

    # What it is told

    def run(self, *, running: bool) -> None:
        """While a session goes on, the button ends it."""
        self._running = running
        text = self._say(texts.STOP if running else texts.BEGIN)
        self.begin.setText(text)
        self.begin.setAccessibleName(text)
        self._show()

    def trouble(self, what: str, hint: str) -> None:
        """Something went wrong: what happened, and what to do."""
        self.wrong.setText("\n".join(part for part in (what, hint) if part))
        self.wrong.setVisible(bool(what))

    # The window

    def event(self, event: QEvent | None) -> bool:
        """Devices are listened to only while somebody sees the meters."""
        if event is not None and event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self.sound.listen(seen=event.type() == QEvent.Type.Show)
        if event is not None and event.type() == QEvent.Type.Show:
            (self.begin if self.begin.isEnabled() else self.mode.first()).setFocus()
        if event is not None and event.type() == QEvent.Type.Close:
            self.closed.emit()
        return super().event(event)
