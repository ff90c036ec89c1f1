"""Everything can be reached from the tray, and from a plain window where there is none."""

from __future__ import annotations

import argparse

import pytest
from PyQt6.QtTest import QTest

from live.app.window import Program
from live.cues.pace import CueOptions, Mode, PracticeOptions, SessionOptions, pace
from live.types import Hush, Samples
from live.ui import texts
from live.ui.actions import Actions
from live.ui.application import Application
from live.ui.showing import Showing
from live.ui.theme import LIGHT
from live.ui.tray import Plain, Tray

WANTED = {"start", "pause", "hide", "snooze", "on_purpose", "mark", "last", "settings", "quit"}


@pytest.fixture
def actions(qt) -> Actions:
    return Actions(str, 5.0)


@pytest.fixture
def showing() -> Showing:
    return Showing(pace(Mode.PRACTICE, CueOptions(), PracticeOptions(), SessionOptions()), str)


def test_everything_is_in_the_trays_menu(actions):
    tray = Tray(str, actions, LIGHT)
    listed = set(tray.menu.actions())

    assert set(actions.all) >= WANTED
    assert set(actions.all.values()) <= listed
    subs = [action.menu() for action in tray.menu.actions() if action.menu()]
    assert [len(menu.actions()) for menu in subs] == [len(Mode), len(actions.focus)]


def test_the_tray_says_the_state_in_a_sentence(actions):
    tray = Tray(str, actions, LIGHT)
    tray.say("echo", texts.ECHO)

    assert tray.icon.toolTip() == f"Unhurried: {texts.ECHO}"


def test_the_plain_window_has_the_same_and_only_hides_when_closed(actions, shown):
    plain = shown(Plain(str, actions, LIGHT))
    done = []
    actions.on("settings", lambda: done.append("settings"))
    button = next(b for a, b in plain._buttons if a is actions.all["settings"])
    QTest.keyClick(button, " ")
    plain.say("listening", texts.LISTENING)
    plain.close()

    assert len(plain._buttons) == len(actions.all)
    assert done == ["settings"]
    assert plain.state.text() == texts.LISTENING
    assert plain.isHidden()


def test_what_an_action_does_next_is_what_it_says(actions, showing):
    every = actions.all
    assert not every["pause"].isEnabled()
    showing.pause(paused=True)
    showing.cues.snooze()
    actions.refresh(showing, running=True, moving=True)
    assert every["start"].text() == texts.STOP
    assert every["pause"].text() == texts.GO_ON
    assert every["move"].text() == texts.MOVE_DONE
    showing.pause(paused=False)
    actions.refresh(showing, running=True, moving=False)
    assert every["snooze"].text() == texts.WAKE
    assert not every["cues_back"].isVisible()
    showing.take(Hush(Samples(0)))
    actions.refresh(showing, running=True, moving=False)
    assert every["cues_back"].isVisible()


def test_what_is_shown_can_be_chosen_in_the_tray_and_is_written_down(qt):
    application = Application(qt, Program(argparse.Namespace()))
    application.actions.focus["labels"].trigger()

    assert "labels" in application.settings.cues.families
    assert "labels" in application.panel.families.chosen
    application.actions.modes["session"].trigger()
    assert application.panel.mode.chosen == ("session",)
    application.actions.focus["advice"].trigger()
    assert len(application.settings.cues.focus) == 2
    assert "advice" in application.settings.cues.focus
    application.quit()
