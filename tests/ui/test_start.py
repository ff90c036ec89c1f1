"""The start panel: few clicks, and nothing before the other person has agreed."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from live.app.window import Program
from live.cues.pace import CueOptions, Mode
from live.store.consent import Consent, Keep, Setting, Terms
from live.types import Track
from live.ui.backstage import DEVICES, SAMPLE, Agreed, Chosen, Model, Person
from live.ui.memory import Memory
from live.ui.start import StartPanel


class Devices:
    """Two microphones and a loudspeaker that are not there."""

    def __init__(self) -> None:
        self.open = 0
        self.level = {Track.COACH: 0.4, Track.CLIENT: 0.0}
        self.said = ["The other side is silent."]

    def names(self) -> tuple[list[str], list[str]]:
        return ["headset", "built in"], ["speakers"]

    def check(self, coach: str, client: str) -> Devices:
        self.open += 1
        return self

    def levels(self) -> dict[Track, float]:
        return self.level

    def findings(self) -> list[str]:
        return self.said

    def close(self) -> None:
        self.open -= 1


class Stage(Program):
    """The program, with devices."""

    def __init__(self, devices: Devices | None = None) -> None:
        super().__init__(argparse.Namespace())
        self._devices = devices

    def devices(self) -> Devices | None:
        return self._devices


@pytest.fixture
def panel(qt, shown):
    def make(stage: Stage | None = None, memory: Memory | None = None) -> StartPanel:
        made = StartPanel(str, stage or Stage(), CueOptions(), memory or Memory(), Keep.WORDS, 1.0)
        made.results = []
        made.started.connect(made.results.append)
        return shown(made)

    return make


def click(widget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)


def agreed(name: str, setting: Setting = Setting.PRACTICE) -> Person:
    held = Consent(name, datetime(2026, 5, 3, tzinfo=UTC), setting, "", Terms(True, True), "")
    modes = {Mode.PRACTICE, Mode.OBSERVER} | ({Mode.SESSION} if setting == "session" else set())
    return Person(name, held, frozenset(modes))


def test_one_click_starts_the_sample_session(panel):
    made = panel()
    click(made.begin)

    assert made.results == [Chosen(source=SAMPLE, mode=Mode.PRACTICE, keep=Keep.WORDS)]


def test_with_a_partner_it_takes_a_name_a_tick_and_a_click(panel):
    made = panel()
    made.sound.use_file(Path("talk.wav"))
    click(made.begin)
    assert made.results == []
    assert made.missing == "Say with whom it is."
    QTest.keyClicks(made.agreement.name.lineEdit(), "A.")
    assert made.missing == "Nothing starts before A. has agreed."
    made.agreement.agreed.click()
    click(made.begin)

    (chosen,) = made.results
    assert (chosen.source, chosen.person) == ("talk.wav", "A.")
    assert chosen.agreed == Agreed(words=True)


def test_from_the_second_time_on_one_click_is_enough(panel):
    made = panel()
    made.sound.use_file(Path("talk.wav"))
    made.agreement.know([agreed("A."), agreed("B.")])
    click(made.begin)

    (chosen,) = made.results
    assert (chosen.person, chosen.agreed) == ("A.", None)


def test_a_practice_partners_agreement_does_not_hold_with_a_client(panel):
    made = panel()
    made.sound.use_file(Path("talk.wav"))
    made.agreement.know([agreed("A.")])
    made.mode.choose(["session"])

    assert made.missing == "Say what the agreement rests on."
    made.agreement.basis.setText("contract of 3 May")
    assert made.missing == "Nothing starts before A. has agreed."
    made.agreement.terms["words"].click()
    made.agreement.agreed.click()
    assert made.chosen.agreed == Agreed("contract of 3 May", words=True)


def test_a_tick_is_one_persons_and_never_goes_over_to_another_name(panel):
    made = panel()
    made.sound.use_file(Path("talk.wav"))
    made.agreement.name.setCurrentText("A.")
    made.agreement.agreed.click()
    assert made.missing == ""
    made.agreement.name.setCurrentText("A. B.")
    assert made.missing == "Nothing starts before A. B. has agreed."


def test_voices_are_kept_only_when_that_is_asked_for_and_agreed(panel):
    made = panel()
    assert made.chosen.keep is Keep.WORDS
    made.sound.use_file(Path("talk.wav"))
    made.mode.choose(["session"])
    made.agreement.name.setCurrentText("A.")
    assert made.agreement.terms["audio"].isHidden()
    made.keep.setCurrentIndex(made.keep.findData("audio"))
    assert not made.agreement.terms["audio"].isHidden()
    made.agreement.terms["audio"].click()
    assert not made.agreement.result.audio, "the voices say what is said"
    made.agreement.terms["words"].click()
    assert made.agreement.result.audio


def test_with_a_client_at_most_two_things_are_in_focus(panel):
    made = panel()
    made.mode.choose(["session"])
    made.focus.choose(["interruptions", "silences"])
    changed = []
    made.shown_changed.connect(lambda name, families: changed.append((name, families)))
    made.sections["shown"].open(opened=True)
    made.focus._buttons["labels"].click()

    assert made.focus.chosen == ("silences", "labels")
    assert changed[-1] == ("focus", ("silences", "labels"))
    assert made.sections["shown"].summary.text() == "Pauses cut short, labels and guesses"


def test_devices_are_listened_to_while_somebody_looks_and_let_go_for_the_session(panel, wait):
    devices = Devices()
    made = panel(Stage(devices), Memory(source=DEVICES, coach="built in"))
    made.sound.know(devices.names())
    made.sections["sound"].open(opened=True)
    made.sound.listen(seen=True)
    assert devices.open == 1
    assert made.sound.coach.currentText() == "built in"
    wait(lambda: made.sound.meters[Track.COACH].value() == 40)
    assert made.sound.findings.text() == "The other side is silent."
    made.hide()
    assert devices.open == 0
    made.show()
    made.agreement.know([agreed("A.")])
    click(made.begin)
    assert devices.open == 0
    assert made.results[0].source == DEVICES


def test_what_is_not_there_can_be_fetched_and_what_goes_wrong_is_said(panel, wait):
    from live.errors import ModelMissingError

    class Bare(Stage):
        there = False

        def model(self, source: str) -> Model:
            return Model("base.en") if self.there else Model("", "base.en", 145_000_000)

        def get_model(self, name, told, stop) -> bool:
            told(1, 2)
            if stop():
                raise ModelMissingError("No connection.", "Try again.")
            self.there = True
            return True

    stage = Bare()
    made = panel(stage)
    wait(lambda: made.model.summary.startswith("None"))
    made.sections["words"].open(opened=True)
    assert made.model.get.text() == "Get base.en (145 MB)"
    click(made.model.get)
    wait(lambda: made.model.summary == "base.en, on this computer.")
    assert made.model.get.isHidden()


def test_without_microphones_it_says_so(panel):
    made = panel(Stage(Devices()), Memory(source=DEVICES))
    made.sound.know(([], []))

    assert made.missing == "No microphone was found that can be listened to."
    assert not made.begin.isEnabled()


def test_the_first_time_microphones_are_offered_where_there_are_any(panel):
    made = panel(Stage(Devices()))
    assert made.sound.chosen == SAMPLE
    made.sound.know((["headset"], ["speakers"]))
    assert made.sound.chosen == DEVICES
    assert made.sections["sound"].summary.text() == "headset · speakers"


def test_recordings_that_cannot_be_read_are_said_on_the_panel(panel):
    made = panel()
    made.trouble("talk.wav is not a recording.", "Choose another.")
    assert made.wrong.isVisible()
    assert "Choose another." in made.wrong.text()
