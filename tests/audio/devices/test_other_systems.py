"""Windows and macOS on stand-ins for their libraries: what is listed, opened, and said."""

from __future__ import annotations

import numpy as np
import pytest
from sound_libraries import FakePyAudio, FakeSounddevice, device, output

from live.audio.devices.device import Kind, Trouble
from live.audio.devices.portaudio import Microphones, PortAudio, VirtualDevices
from live.audio.devices.system import System
from live.audio.devices.wasapi import WasapiLoopback
from live.errors import DeviceError


class Heard:
    """Collects what a stream brings."""

    def __init__(self) -> None:
        self.blocks: list[np.ndarray] = []

    def __call__(self, sound: np.ndarray, arrived: float) -> None:
        self.blocks.append(sound.copy())


def windows() -> FakeSounddevice:
    return FakeSounddevice(
        [
            device("Microphone (Yeti)", host=0, rate=44_100.0),
            device("Speakers", channels=0, host=0),
            device("Microphone (Yeti)", host=1),
            device("Headset (Hands-Free AG Audio)", channels=1, rate=16_000.0, host=1),
        ],
        ["MME", "Windows WASAPI"],
    )


def macos() -> FakeSounddevice:
    return FakeSounddevice(
        [device("MacBook Microphone", 1), device("BlackHole 2ch"), device("AirPods", 1, 24_000.0)],
        ["Core Audio"],
    )


def test_on_windows_each_microphone_is_listed_once_and_the_default_is_known():
    found = Microphones(PortAudio(windows())).devices()

    assert [(d.name, d.rate, d.default) for d in found] == [
        ("Microphone (Yeti)", 48_000, True),
        ("Headset (Hands-Free AG Audio)", 16_000, False),
    ]
    assert [d.call_mode for d in found] == [False, True]


def test_a_microphone_is_opened_at_its_own_rate_and_nothing_else_is_asked_of_it():
    library, heard = windows(), Heard()
    microphones = Microphones(PortAudio(library))

    stream = microphones.open(microphones.devices()[0], heard, 20)
    library.streams[0].bring(np.arange(8).reshape(4, 2))

    asked = library.streams[0].asked
    assert (asked["device"], asked["samplerate"], asked["blocksize"]) == (2, 48_000, 960)
    assert (asked["channels"], asked["dtype"]) == (2, "float32")
    assert set(asked) <= {"device", "samplerate", "blocksize", "channels", "dtype", "latency",
                          "callback", "finished_callback", "extra_settings"}  # fmt: skip
    assert np.array_equal(heard.blocks[0], np.arange(8).reshape(4, 2))
    assert stream.trouble() is None
    library.streams[0].end()
    assert stream.trouble() is Trouble.ENDED
    stream.close()
    stream.close()
    assert library.streams[0].state == ["started", "aborted", "closed"]


def test_a_microphone_that_cannot_be_opened_is_said_with_the_systems_words():
    library = windows()
    microphones = Microphones(PortAudio(library))
    library.refuses = "Device unavailable [PaErrorCode -9985]"

    with pytest.raises(DeviceError) as error:
        microphones.open(microphones.devices()[0], Heard(), 20)

    assert "Microphone (Yeti) cannot be opened: Device unavailable" in str(error.value)
    assert "another program" in error.value.hint


def test_looking_again_ends_what_was_open():
    library = windows()
    portaudio = PortAudio(library)
    microphones = Microphones(portaudio)
    stream = microphones.open(microphones.devices()[0], Heard(), 20)

    microphones.refresh()

    assert library.calls == ["terminate", "initialize"]
    assert stream.trouble() is Trouble.ENDED
    assert portaudio.idle


def test_on_macos_a_virtual_device_is_an_output_and_no_microphone():
    portaudio = PortAudio(macos())
    system = System(Microphones(portaudio), VirtualDevices(portaudio))

    assert [(d.name, d.kind, d.default) for d in system.devices()] == [
        ("MacBook Microphone", Kind.MICROPHONE, True),
        ("AirPods", Kind.MICROPHONE, False),
        ("BlackHole 2ch", Kind.OUTPUT, True),
    ]
    stream = system.open(system.devices()[2], Heard(), 20)
    assert (stream.channels, stream.pauses) == (2, False)


def test_on_windows_what_an_output_plays_is_heard():
    library, heard = FakePyAudio([output(4, "Headphones"), output(7, "Speakers")], 1), Heard()
    loopback = WasapiLoopback(library)

    found = loopback.devices()
    assert [(d.name, d.kind, d.default) for d in found] == [
        ("Headphones", Kind.OUTPUT, False),
        ("Speakers", Kind.OUTPUT, True),
    ]
    stream = loopback.open(found[1], heard, 20)
    went_on = library.streams[0].bring(np.ones((960, 2)))

    asked = library.streams[0].asked
    assert (asked["input_device_index"], asked["rate"], asked["frames_per_buffer"]) == (
        7,
        48_000,
        960,
    )
    assert asked["input"] is True
    assert "output" not in asked
    assert went_on == (None, library.paContinue)
    assert heard.blocks[0].shape == (960, 2)
    assert stream.pauses
    assert stream.trouble() is None
    library.streams[0].active = False
    assert stream.trouble() is Trouble.ENDED
    loopback.close()
    assert library.streams[0].closed == 1
    assert library.made == 0


def test_on_windows_an_output_that_cannot_be_heard_is_said():
    library = FakePyAudio([output(4, "Headphones")], None)
    loopback = WasapiLoopback(library)
    library.refuses = True

    with pytest.raises(DeviceError, match="What Headphones plays cannot be heard"):
        loopback.open(loopback.devices()[0], Heard(), 20)
    assert not loopback.devices()[0].default


def test_an_output_that_is_gone_is_said():
    library = FakePyAudio([output(4, "Headphones")], 0)
    loopback = WasapiLoopback(library)
    headphones = loopback.devices()[0]
    library.outputs = []
    loopback.refresh()

    with pytest.raises(DeviceError, match="Headphones is not there"):
        loopback.open(headphones, Heard(), 20)


def test_without_the_library_it_says_how_to_get_it(monkeypatch):
    def missing(name: str) -> None:
        raise OSError("PortAudio library not found")

    monkeypatch.setattr("importlib.import_module", missing)

    with pytest.raises(DeviceError) as error:
        Microphones(PortAudio()).devices()

    assert "PortAudio is missing" in str(error.value)
    assert "libportaudio2" in error.value.hint
