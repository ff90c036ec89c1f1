"""A device that is kept open, on a system that a test plugs devices into."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from sound_server import wait_for

from live.audio.devices.device import Choice, Device, Kind, Trouble
from live.audio.devices.line import GONE, OTHER_DEFAULT, Line
from live.audio.devices.options import DeviceOptions
from live.audio.devices.system import System
from live.errors import DeviceError
from live.types import Track

YETI = Device("yeti", "Yeti", Kind.MICROPHONE, 16_000, 1, default=True)
HEADSET = Device("headset", "Headset", Kind.MICROPHONE, 16_000, 1)


class Opened:
    """A stream of `Plugs`."""

    rate, channels, pauses = 16_000, 1, False

    def __init__(self) -> None:
        self.now: Trouble | None = None
        self.closed = False

    def trouble(self) -> Trouble | None:
        return self.now

    def close(self) -> None:
        self.closed = True


class Plugs:
    """An origin of devices that come and go."""

    def __init__(self, *devices: Device) -> None:
        self.there = list(devices)
        self.refuses = False
        self.looked: list[float] = []
        self.opened: list[tuple[str, Opened]] = []

    def devices(self) -> list[Device]:
        return self.there

    def open(self, device: Device, hear: object, block_ms: int) -> Opened:
        if self.refuses:
            raise DeviceError("in use")
        self.opened.append((device.key, Opened()))
        return self.opened[-1][1]

    def refresh(self) -> None:
        self.looked.append(time.monotonic())

    def close(self) -> None:
        pass


@pytest.fixture
def lines() -> Iterator[list[Line]]:
    made: list[Line] = []
    yield made
    for line in made:
        line.close()


def started(lines: list[Line], plugs: Plugs, choice: Choice | None = None, **options) -> Line:
    line = Line(System(plugs, None), choice or Choice(), Track.COACH, DeviceOptions(**options))
    lines.append(line)
    line.start()
    return line


def test_a_device_that_cannot_be_opened_at_first_is_an_error(lines):
    plugs = Plugs(YETI)
    plugs.refuses = True

    with pytest.raises(DeviceError, match="in use"):
        started(lines, plugs)


def test_one_that_ends_is_closed_and_opened_again(lines):
    plugs = Plugs(YETI)
    line = started(lines, plugs)
    first = plugs.opened[0][1]
    plugs.refuses = True

    first.now = Trouble.ENDED
    wait_for(lambda: line.feed is None)
    assert first.closed
    assert line.why == GONE
    plugs.refuses = False

    wait_for(lambda: line.feed is not None)
    assert [key for key, _ in plugs.opened] == ["yeti", "yeti"]


def test_one_that_is_suspended_is_waited_for(lines):
    plugs = Plugs(YETI)
    line = started(lines, plugs, restart_s=1.0)
    plugs.opened[0][1].now = Trouble.SUSPENDED
    feed = line.feed

    with pytest.raises(AssertionError):
        wait_for(lambda: line.feed is not feed, 2.5)


def test_one_that_brings_nothing_is_opened_again(lines):
    plugs = Plugs(YETI)
    started(lines, plugs, restart_s=1.0)

    wait_for(lambda: len(plugs.opened) == 2, 4.0)
    assert plugs.opened[0][1].closed


def test_another_default_is_followed_unless_a_device_was_named(lines):
    plugs = Plugs(YETI, HEADSET)
    follows = started(lines, plugs)
    named = started(lines, plugs, Choice("Yeti"))

    plugs.there = [
        Device("yeti", "Yeti", Kind.MICROPHONE, 16_000, 1),
        Device("headset", "Headset", Kind.MICROPHONE, 16_000, 1, default=True),
    ]

    wait_for(lambda: follows.name == "Headset")
    assert follows.why == OTHER_DEFAULT
    assert named.name == "Yeti"


def test_one_that_is_not_there_is_looked_for_ever_more_seldom(lines, monkeypatch):
    monkeypatch.setattr("live.audio.devices.line._REFRESH_S", (0.2, 1.2, 60.0))
    plugs = Plugs(YETI)
    line = started(lines, plugs)
    plugs.there = []

    plugs.opened[0][1].now = Trouble.ENDED
    wait_for(lambda: len(plugs.looked) == 2)
    plugs.there = [YETI]
    wait_for(lambda: line.feed is not None)

    assert plugs.looked[1] - plugs.looked[0] > 1.0


def test_closing_lets_go_and_ends_the_thread(lines):
    plugs = Plugs(YETI)
    line = started(lines, plugs)

    line.close()
    line.close()

    assert plugs.opened[0][1].closed
    assert not line._thread.is_alive()
