"""The overlay alone: what it shows, how it fades, and that it does nothing when nothing happens."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QColor, QImage

from live.ui.overlay import Overlay
from live.ui.theme import LIGHT
from live.ui.wire import Look, Move, Spots, Style

QUICK = Style(theme="light", fade_in_ms=60, fade_out_ms=60)


@pytest.fixture
def overlay(qt, shown):
    made = Overlay()
    made.restyle(QUICK)
    return shown(made)


def ink(overlay: Overlay) -> int:
    """How many pixels are as dark as words are, beside the dot."""
    picture = QImage(overlay.size(), QImage.Format.Format_RGB32)
    picture.fill(QColor(LIGHT.ground))
    overlay.render(picture)
    found = np.frombuffer(picture.bits().asstring(picture.sizeInBytes()), np.uint8)
    grey = found.reshape(picture.height(), picture.width(), 4)[:, 50:, :3].mean(axis=2)
    return int((grey < 90).sum())


def test_words_come_and_go(overlay, wait):
    assert ink(overlay) == 0
    overlay.show_look(Look(cue="came in early", icon="overlap"))
    wait(lambda: ink(overlay) > 100)
    overlay.show_look(Look())
    wait(lambda: ink(overlay) == 0)


def test_they_come_slowly(overlay, wait):
    overlay.restyle(Style(theme="light", fade_in_ms=600))
    began = time.monotonic()
    overlay.show_look(Look(cue="came in early"))
    wait(lambda: overlay._there == 1.0)

    assert time.monotonic() - began >= 0.55


def test_with_reduced_motion_they_are_there_at_once(overlay, qt):
    overlay.restyle(Style(theme="light", reduced=True))
    overlay.show_look(Look(cue="came in early"))
    assert overlay._there == 1.0
    overlay.show_look(Look(cue="pause cut short"))
    assert overlay._cue.cue == "pause cut short"
    overlay.show_look(Look())
    assert overlay._there == 0.0


def test_new_words_wait_until_the_old_ones_have_gone(overlay, wait):
    overlay.show_look(Look(cue="came in early"))
    wait(lambda: overlay._there == 1.0)
    overlay.show_look(Look(cue="pause cut short"))
    assert overlay._cue.cue == "came in early"
    wait(lambda: overlay._cue.cue == "pause cut short" and overlay._there == 1.0)


def test_words_that_come_back_while_they_go_stay(overlay, wait):
    overlay.show_look(Look(cue="came in early"))
    wait(lambda: overlay._there == 1.0)
    overlay.show_look(Look())
    wait(lambda: overlay._there < 1.0)
    overlay.show_look(Look(cue="came in early"))
    wait(lambda: overlay._cue.cue == "came in early" and overlay._there == 1.0)


def test_nothing_is_painted_when_nothing_changes(overlay, qt, wait):
    overlay.show_look(Look(cue="came in early"))
    wait(lambda: overlay._there == 1.0)
    qt.processEvents()
    before, end = overlay.paints, time.monotonic() + 1.0
    while time.monotonic() < end:
        overlay.show_look(Look(cue="came in early"))
        qt.processEvents()
        time.sleep(0.01)

    assert overlay.paints == before


def test_who_cannot_see_it_can_hear_it(overlay):
    overlay.show_look(Look(cue="came in early", sentence="Listening to both voices."))

    assert overlay.accessibleName() == "Listening to both voices.: came in early"
    assert overlay.toolTip() == "Listening to both voices."


def test_it_takes_no_input_until_it_is_to_be_moved(overlay):
    through = Qt.WindowType.WindowTransparentForInput
    assert overlay.windowFlags() & through
    assert overlay.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    overlay.let_move(Move(on=True, hint="Drag me"))
    assert not overlay.windowFlags() & through
    assert overlay.isVisible()
    overlay.let_move(Move(on=False))
    assert overlay.windowFlags() & through


def test_arrows_move_it_and_enter_ends_that(overlay, qt):
    from PyQt6.QtTest import QTest

    placed, finished = [], []
    overlay.moved.connect(placed.append)
    overlay.finished.connect(lambda: finished.append(1))
    overlay.remember(Spots("", {}))
    QTest.keyClick(overlay, Qt.Key.Key_Right)
    assert placed == []
    overlay.let_move(Move(on=True))
    before = overlay.dot
    QTest.keyClick(overlay, Qt.Key.Key_Right)
    QTest.keyClick(overlay, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert (overlay.dot - before).x() == pytest.approx(24, abs=1)
    assert (overlay.dot - before).y() == pytest.approx(1, abs=1)
    QTest.keyClick(overlay, Qt.Key.Key_Return)
    assert len(placed) == 2
    assert finished == [1]


@pytest.mark.parametrize("sign", ["listening", "lost", "echo", "paused", "wordless", "asleep",
                                  "ended", "ready"])  # fmt: skip
def test_every_state_of_the_dot_looks_different_without_its_colour(overlay, sign, qt):
    def drawn(name: str) -> np.ndarray:
        overlay.show_look(Look(sign=name))
        picture = overlay.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        raw = np.frombuffer(picture.bits().asstring(picture.sizeInBytes()), np.uint8)
        grey = raw.reshape(picture.height(), picture.bytesPerLine())
        return grey[16:40, 16:40] < 150

    others = {"listening", "lost", "echo", "paused", "asleep", "ended", "wordless", "ready"} - {
        sign, "wordless" if sign == "ready" else "ready"}  # fmt: skip
    assert all((drawn(sign) != drawn(other)).sum() > 15 for other in others)
