"""Small stand-ins for the sound libraries of systems that are not here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np


class FakeSounddevice:
    """sounddevice, as far as it is used: devices in a list, streams that a test drives."""

    class PortAudioError(Exception):
        """As the library's."""

    def __init__(self, devices: list[dict[str, Any]], hosts: list[str], default: int = 0) -> None:
        self.devices = devices
        self.hosts = hosts
        self.default = type("Default", (), {"device": (default, -1)})()
        self.streams: list[FakeStream] = []
        self.calls: list[str] = []
        self.refuses: str | None = None

    def query_devices(self, number: int | None = None) -> Any:
        return self.devices if number is None else self.devices[number]

    def query_hostapis(self, number: int) -> dict[str, str]:
        return {"name": self.hosts[number]}

    def RawInputStream(self, **asked: Any) -> FakeStream:  # noqa: N802 - the library's name
        if self.refuses:
            raise self.PortAudioError(self.refuses)
        stream = FakeStream(asked)
        self.streams.append(stream)
        return stream

    def WasapiSettings(self, **settings: Any) -> dict[str, Any]:  # noqa: N802
        return settings

    def _terminate(self) -> None:
        self.calls.append("terminate")

    def _initialize(self) -> None:
        self.calls.append("initialize")


class FakeStream:
    """A stream that brings what a test gives it."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self.asked = asked
        self.state: list[str] = []

    def start(self) -> None:
        self.state.append("started")

    def abort(self) -> None:
        self.state.append("aborted")

    def close(self) -> None:
        self.state.append("closed")

    def bring(self, sound: np.ndarray) -> None:
        self.asked["callback"](sound.astype(np.float32).tobytes(), len(sound), None, None)

    def end(self) -> None:
        self.asked["finished_callback"]()


def device(name: str, channels: int = 2, rate: float = 48_000.0, host: int = 0) -> dict[str, Any]:
    """A device as sounddevice describes one."""
    return {
        "name": name,
        "max_input_channels": channels,
        "default_samplerate": rate,
        "hostapi": host,
    }


class FakePyAudio:
    """PyAudioWPatch, as far as it is used: the module and its object in one."""

    paFloat32, paContinue = 1, 0  # noqa: N815 - the library's names

    def __init__(self, outputs: list[dict[str, Any]], default: int | None) -> None:
        self.outputs = outputs
        self.standard = default
        self.made = 0
        self.streams: list[FakeOutput] = []
        self.refuses = False

    def PyAudio(self) -> FakePyAudio:  # noqa: N802
        self.made += 1
        return self

    def terminate(self) -> None:
        self.made -= 1

    def get_default_wasapi_loopback(self) -> dict[str, Any]:
        if self.standard is None:
            raise LookupError
        return self.outputs[self.standard]

    def get_loopback_device_info_generator(self) -> Iterator[dict[str, Any]]:
        yield from self.outputs

    def open(self, *, stream_callback: Callable[..., Any], **asked: Any) -> FakeOutput:
        if self.refuses:
            raise OSError("Invalid device")
        stream = FakeOutput(asked, stream_callback)
        self.streams.append(stream)
        return stream


class FakeOutput:
    """A loopback stream."""

    def __init__(self, asked: dict[str, Any], callback: Callable[..., Any]) -> None:
        self.asked = asked
        self.active = True
        self.closed = 0
        self._callback = callback

    def is_active(self) -> bool:
        return self.active

    def close(self) -> None:
        self.closed += 1

    def bring(self, sound: np.ndarray) -> Any:
        return self._callback(sound.astype(np.float32).tobytes(), len(sound), {}, 0)


def output(index: int, name: str, rate: float = 48_000.0) -> dict[str, Any]:
    """An output as PyAudioWPatch describes its loopback."""
    return {
        "index": index,
        "name": f"{name} [Loopback]",
        "defaultSampleRate": rate,
        "maxInputChannels": 2,
        "isLoopbackDevice": True,
    }
