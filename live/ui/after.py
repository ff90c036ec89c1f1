"""After a session: in a few lines what was shown, what was held back and why, what was marked."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QScrollArea, QWidget

from live.audio.telling import clock_text
from live.cues.families import Say
from live.kinds import KINDS
from live.types import seconds
from live.ui import texts
from live.ui.backstage import Outcome
from live.ui.parts import button, column, hairline, label, row
from live.ui.showing import Showing


class After(QWidget):
    """Nothing in here is a score: moments to listen to again."""

    done = pyqtSignal()

    def __init__(self, say: Say, showing: Showing, outcome: Outcome | None, size: float) -> None:
        super().__init__()
        self.setObjectName("window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setWindowTitle(say(texts.AFTER_TITLE))
        number = None if outcome is None else outcome.number
        kept = (
            say(texts.AFTER_NOT_KEPT)
            if number is None
            else say(texts.AFTER_KEPT).format(number=number)
        )
        parts: list[QWidget] = [label(say(texts.AFTER_TITLE), "title"), label(kept, "muted")]
        held = showing.held()
        for title, lines in (
            (texts.AFTER_SHOWN, shown_lines(say, showing)),
            (
                texts.AFTER_HELD,
                [
                    f"{clock_text(seconds(each.at))}  {say(KINDS[each.kind].cue)}: {say(each.why)}"
                    for each in held
                ],
            ),
            (texts.AFTER_MARKS, [mark.text for mark in showing.marks]),
        ):
            if lines:
                parts.append(hairline())
                parts.append(label(say(title).format(count=len(lines)), "heading"))
                parts += [label(line) for line in lines]
        if not held and not showing.cues.shown:
            parts.append(label(say(texts.AFTER_NONE)))
        page = QWidget()
        page.setObjectName("page")
        inside = column(*parts, space=8)
        inside.addStretch(1)
        inside.setContentsMargins(36, 32, 36, 20)
        page.setLayout(inside)
        area = QScrollArea()
        area.setWidget(page)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        close = button(say(texts.DONE), "primary")
        close.clicked.connect(self.done)
        foot = row(close)
        foot.insertStretch(0, 1)
        foot.setContentsMargins(36, 12, 36, 22)
        self.setLayout(column(area, hairline(), foot, space=0))
        self.resize(round(520 * size), round(560 * size))


def shown_lines(say: Say, showing: Showing) -> list[str]:
    """What was shown and not taken back since."""
    return [
        f"{clock_text(seconds(showing.flags[cue.id].start))}  {say(KINDS[cue.kind].cue)}"
        for cue in showing.cues.shown
        if cue.id in showing.flags
    ]
