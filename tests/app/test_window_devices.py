"""What windows hear of devices, on a real sound server: names, meters, a session, a loss."""

from __future__ import annotations

import argparse
import threading
from pathlib import Path

import numpy as np
import pytest
from sound_server import MICROPHONE, OUTPUT, SoundServer, wait_for

from live.app.sitting import sit
from live.app.window import Program
from live.app.window_devices import SystemDevices
from live.cues.pace import Mode
from live.engine import Room
from live.errors import ConsentError
from live.settings import load
from live.store.consent import Keep
from live.types import RATE, Event, Flag, Track
from live.ui.backstage import DEVICES, Agreed, Chosen, Heard

pytestmark = pytest.mark.slow


class Listener:
    """Writes down what a session says, and ends it when asked to."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.heard: list[Heard] = []
        self.said: list[str] = []
        self.rooms: list[Room] = []
        self.over = threading.Event()

    def tell(self, event: Event) -> None:
        self.events.append(event)

    def reach(self, room: Room) -> None:
        self.rooms.append(room)

    def hears(self, heard: Heard) -> None:
        self.heard.append(heard)

    def notice(self, text: str) -> None:
        self.said.append(text)

    def problem(self, what: str, hint: str) -> None:
        self.said.append(what)

    def secret(self, question: str) -> str | None:
        return None

    def stopped(self) -> bool:
        return self.over.is_set()

    def paused(self) -> bool:
        return False

    def notes(self) -> list[str]:
        return []


def played(server: SoundServer, folder: Path, sound: np.ndarray) -> None:
    raw = folder / "played.raw"
    raw.write_bytes((sound.T * 32_767).astype("<i2").tobytes())
    server.play_raw("stage", raw, channels=2)


def kinds(listener: Listener) -> set[str]:
    return {event.kind for event in list(listener.events) if isinstance(event, Flag)}


def chosen(**more) -> Chosen:
    given = {"coach": MICROPHONE, "client": OUTPUT, "person": "A.", "keep": Keep.NONE}
    return Chosen(DEVICES, Mode.PRACTICE, **given | more)


def test_the_usual_devices_come_first(devices):
    microphones, others = SystemDevices(load()).names()

    assert microphones[0] == "Virtual-microphone"
    assert others[0] == OUTPUT
    assert set(microphones) < set(others)


def test_without_a_sound_server_there_are_none(monkeypatch):
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere")
    assert Program(argparse.Namespace()).devices().names() == ([], [])


def test_no_device_is_opened_before_the_other_person_has_agreed(devices):
    with pytest.raises(ConsentError, match=r"A\. has not agreed"):
        sit(chosen(), Listener(), load(), "none")
    assert devices.listeners() == {}


def test_a_check_shows_levels_and_says_what_it_found_and_lets_go(devices, tmp_path, voices):
    played(devices, tmp_path, voices[:, 5 * RATE : 40 * RATE])
    settings = load(overrides={"devices.check_s": "5"})
    check = SystemDevices(settings).check(MICROPHONE, OUTPUT)
    wait_for(lambda: all(level > 0.3 for level in check.levels().values()), 20)
    wait_for(check.findings, 30)
    assert any("heard well" in line for line in check.findings())
    check.close()

    wait_for(lambda: devices.listeners() == {})


def test_a_session_in_windows_hears_them_and_says_when_one_is_lost(devices, tmp_path, voices):
    listener, ended = Listener(), []
    sound = np.pad(voices[:, 20 * RATE : 32 * RATE], ((0, 0), (2 * RATE, 0)))
    settings = load(overrides={"voice.engine": "webrtc"})
    run = threading.Thread(
        target=lambda: ended.append(
            sit(chosen(agreed=Agreed("said so")), listener, settings, "none")
        )
    )
    run.start()
    devices.wait_for_listeners(2)
    played(devices, tmp_path, sound)
    wait_for(lambda: "interruption" in kinds(listener), 40)
    devices.unplug(OUTPUT)
    try:
        wait_for(lambda: listener.heard[-1].lost == (Track.CLIENT,), 20)
    finally:
        listener.over.set()
        run.join(20)
        devices.plug(OUTPUT)

    assert len(ended) == 1
    assert listener.rooms[-1].position > 5 * RATE
