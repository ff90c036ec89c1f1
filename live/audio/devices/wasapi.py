"""Windows: what the system plays, by WASAPI loopback (PyAudioWPatch).

The PortAudio inside sounddevice has no loopback; PyAudioWPatch is the PortAudio that has. It hands
out nothing while nothing is played.
"""

from __future__ import annotations

import contextlib
import importlib
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from live.audio.devices.clock import now
from live.audio.devices.device import Device, Hear, Kind, Trouble
from live.audio.devices.portaudio import MOST_CHANNELS
from live.errors import DeviceError

_MARK = " [Loopback]"


class WasapiStream:
    """A `Stream` of what an output plays."""

    pauses = True

    def __init__(self, opened: Any, rate: int, channels: int) -> None:  # noqa: ANN401 - no types
        self.rate = rate
        self.channels = channels
        self._opened = opened
        self._closed = False

    def trouble(self) -> Trouble | None:
        """Its end: the output was unplugged."""
        try:
            return None if self._closed or self._opened.is_active() else Trouble.ENDED
        except OSError:
            return Trouble.ENDED

    def close(self) -> None:
        """Let go of it."""
        if not self._closed:
            self._closed = True
            with contextlib.suppress(OSError):
                self._opened.close()


class WasapiLoopback:
    """An `Origin` of outputs."""

    def __init__(self, library: Any = None) -> None:  # noqa: ANN401 - the module, or a fake of it
        self._library = library
        self._audio: Any = None
        self._open: list[WasapiStream] = []
        self._lock = threading.RLock()

    def devices(self) -> Sequence[Device]:
        """Every output; the default one is where the system plays."""
        with self._lock:
            return [_device(info, default) for info, default in self._found()]

    def open(self, device: Device, hear: Hear, block_ms: int) -> WasapiStream:
        """Open one, at its own rate."""
        with self._lock:
            for info, default in self._found():
                each = _device(info, default)
                if each.key == device.key:
                    return self._open_one(info, each, hear, block_ms)
        raise DeviceError(f"{device.name} is not there.", "Plug it in, or choose another.")

    def refresh(self) -> None:
        """Start the library anew, which ends what is open: only so it sees new outputs."""
        self.close()

    def close(self) -> None:
        """Close what is open, and the library."""
        with self._lock:
            for stream in self._open:
                stream.close()
            self._open.clear()
            if self._audio is not None:
                self._audio.terminate()
            self._audio = None

    def _open_one(
        self, info: Mapping[str, Any], device: Device, hear: Hear, block_ms: int
    ) -> WasapiStream:
        library, channels = self._module(), device.channels

        def callback(data: bytes, frames: int, time: object, status: int) -> tuple[None, int]:
            hear(np.frombuffer(data, np.float32).reshape(frames, channels), now())
            return None, int(library.paContinue)

        try:
            opened = self._audio.open(
                format=library.paFloat32,
                channels=channels,
                rate=device.rate,
                input=True,
                input_device_index=info["index"],
                frames_per_buffer=round(device.rate * block_ms / 1000),
                stream_callback=callback,
            )
        except (OSError, ValueError) as error:
            raise DeviceError(
                f"What {device.name} plays cannot be heard: {error}.",
                "Is another program using it alone (exclusive mode)? Choose another output.",
            ) from error
        stream = WasapiStream(opened, device.rate, channels)
        self._open.append(stream)
        return stream

    def _found(self) -> list[tuple[Mapping[str, Any], bool]]:
        if self._audio is None:
            self._audio = self._module().PyAudio()
        try:
            default = self._audio.get_default_wasapi_loopback()["index"]
        except (OSError, LookupError):
            default = None
        try:
            found = list(self._audio.get_loopback_device_info_generator())
        except OSError as error:
            raise DeviceError(
                "Windows does not say which outputs there are.", "Is the Windows Audio service on?"
            ) from error
        return [(info, info["index"] == default) for info in found]

    def _module(self) -> Any:  # noqa: ANN401 - without type hints of its own
        if self._library is None:
            try:
                self._library = importlib.import_module("pyaudiowpatch")
            except ImportError as error:
                raise DeviceError(
                    "The part that hears what Windows plays is missing.", "Install Unhurried again."
                ) from error
        return self._library


def _device(info: Mapping[str, Any], default: bool) -> Device:
    name = str(info["name"]).removesuffix(_MARK)
    return Device(
        key=name,
        name=name,
        kind=Kind.OUTPUT,
        rate=int(info["defaultSampleRate"]),
        channels=min(int(info["maxInputChannels"]), MOST_CHANNELS),
        default=default,
    )
