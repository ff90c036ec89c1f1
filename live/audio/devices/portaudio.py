"""Devices through PortAudio (sounddevice): microphones, and virtual devices that carry sound.

PortAudio sees new devices only after it is started anew, which ends every stream: `refresh` does
that, and is asked for only when a device is missing.
"""

from __future__ import annotations

import contextlib
import importlib
import re
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from live.audio.devices.clock import now
from live.audio.devices.device import Device, Hear, Kind, Trouble
from live.errors import DeviceError

MOST_CHANNELS = 8
"""More are not opened; an interface with a hundred inputs would fill the ring."""

SERVER = "pulse"
"""ALSA's name for the sound server of Linux."""

VIRTUAL = re.compile(
    "blackhole|loopback|soundflower|vb-cable|cable output|ishowu|background music", re.IGNORECASE
)
"""Drivers that hand on what the system plays as if it were a microphone."""

_CALL_MODE = re.compile(r"hands-?free|ag audio", re.IGNORECASE)
_HEADSET = re.compile("airpods|headset|buds|bluetooth", re.IGNORECASE)
_TELEPHONE_HZ = 16_000

MISSING = (
    "The library PortAudio is missing, through which microphones are heard.",
    "On Debian or Ubuntu: sudo apt-get install libportaudio2 libasound2-plugins",
)


class PortAudio:
    """The library, and what is open through it. Given to the origins that share it."""

    def __init__(self, library: Any = None) -> None:  # noqa: ANN401 - the module, or a fake of it
        self._library = library
        self._lock = threading.RLock()
        self._open: set[PortAudioStream] = set()

    @property
    def library(self) -> Any:  # noqa: ANN401 - without type hints of its own
        """The module sounddevice. Raises `DeviceError` where PortAudio is not there."""
        with self._lock:
            if self._library is None:
                try:
                    self._library = importlib.import_module("sounddevice")
                except (OSError, ImportError) as error:
                    raise DeviceError(*MISSING) from error
            return self._library

    def inputs(self) -> list[tuple[int, Mapping[str, Any]]]:
        """Everything that can be recorded from, by number."""
        with self._said("The list of devices cannot be read"):
            found = enumerate(self.library.query_devices())
            return [(i, info) for i, info in found if info["max_input_channels"] > 0]

    def host(self, info: Mapping[str, Any]) -> str:
        """The name of the sound system a device belongs to."""
        return str(self.library.query_hostapis(info["hostapi"])["name"])

    def default(self) -> int:
        """The number of the default input; -1 when there is none."""
        return int(self.library.default.device[0])

    def open(
        self, number: int, rate: int, channels: int, hear: Hear, block_ms: int, name: str
    ) -> PortAudioStream:
        """Open an input. Raises `DeviceError`."""
        ended = threading.Event()

        def callback(data: Any, frames: int, time: object, status: object) -> None:  # noqa: ANN401
            hear(np.frombuffer(data, np.float32).reshape(frames, channels), now())

        with self._lock, self._said(f"{name} cannot be opened"):
            opened = self.library.RawInputStream(
                device=number,
                samplerate=rate,
                channels=channels,
                blocksize=round(rate * block_ms / 1000),
                dtype="float32",
                latency="low",
                callback=callback,
                finished_callback=ended.set,
                extra_settings=self._settings(number),
            )
            stream = PortAudioStream(self, opened, ended, rate, channels)
            self._open.add(stream)
            try:
                opened.start()
            except BaseException:
                stream.close()
                raise
        return stream

    def let_go(self, stream: PortAudioStream) -> None:
        """Close one."""
        with self._lock:
            if stream not in self._open:
                return
            self._open.discard(stream)
            with contextlib.suppress(Exception):
                # What the device is gone for cannot be closed in order.
                stream.opened.abort()
            with contextlib.suppress(Exception):
                stream.opened.close()

    def refresh(self) -> None:
        """Start the library anew. Streams that are open end, as if their device had gone."""
        with self._lock:
            for stream in list(self._open):
                self.let_go(stream)
                stream.ended.set()
            with self._said("The list of devices cannot be read"):
                # The only way there is, and what the library's own documentation names.
                self.library._terminate()  # noqa: SLF001
                self.library._initialize()  # noqa: SLF001

    @property
    def idle(self) -> bool:
        """Whether nothing is open."""
        with self._lock:
            return not self._open

    def close(self) -> None:
        """Close everything that is open."""
        with self._lock:
            for stream in list(self._open):
                self.let_go(stream)

    def _settings(self, number: int) -> object:
        """Windows: let the system change the rate where a driver cannot."""
        if sys.platform != "win32":
            return None
        if "WASAPI" not in self.host(self.library.query_devices(number)):
            return None
        return self.library.WasapiSettings(auto_convert=True)

    @contextlib.contextmanager
    def _said(self, what: str) -> Iterator[None]:
        try:
            yield
        except (self.library.PortAudioError, ValueError, OSError) as error:
            hint = "Is another program using it? Choose another: unhurried devices"
            raise DeviceError(f"{what}: {_reason(error)}.", hint) from error


class PortAudioStream:
    """A `Stream` of PortAudio."""

    pauses = False

    def __init__(
        self,
        owner: PortAudio,
        opened: Any,  # noqa: ANN401 - sounddevice has no type hints
        ended: threading.Event,
        rate: int,
        channels: int,
    ) -> None:
        self.opened = opened
        self.ended = ended
        self.rate = rate
        self.channels = channels
        self._owner = owner

    def trouble(self) -> Trouble | None:
        """Only its end shows."""
        return Trouble.ENDED if self.ended.is_set() else None

    def close(self) -> None:
        """Let go of the device."""
        self._owner.let_go(self)


class Microphones:
    """An `Origin`: microphones of Windows and macOS, and of Linux without a sound server."""

    def __init__(self, portaudio: PortAudio) -> None:
        self._portaudio = portaudio

    def devices(self) -> Sequence[Device]:
        """Those of the best sound system that is there; others repeat the same ones."""
        return [device for _, device in self._found()]

    def open(self, device: Device, hear: Hear, block_ms: int) -> PortAudioStream:
        """Open one."""
        return _open(self._portaudio, self._found(), device, hear, block_ms)

    def refresh(self) -> None:
        """Look again."""
        self._portaudio.refresh()

    def close(self) -> None:
        """Close what is open."""
        self._portaudio.close()

    def _found(self) -> list[tuple[int, Device]]:
        inputs = self._portaudio.inputs()
        if SERVER in {info["name"] for _, info in inputs}:
            # ALSA's names for a sound server, which is not there: it would have been asked.
            inputs = [each for each in inputs if each[1]["name"] not in (SERVER, "default")]
        hosts = {self._portaudio.host(info) for _, info in inputs}
        best = next((host for host in ("Windows WASAPI", "Core Audio") if host in hosts), None)
        first = self._portaudio.default()
        chosen = [
            (number, info)
            for number, info in inputs
            if (best is None or self._portaudio.host(info) == best)
            and not VIRTUAL.search(str(info["name"]))
        ]
        # The default may belong to another sound system; then its name tells which is meant.
        named = next((str(info["name"]) for number, info in inputs if number == first), "")
        usual = [number for number, _ in chosen if number == first] or [
            number for number, info in chosen if named and str(info["name"]).startswith(named)
        ]
        return [
            (number, _device(info, Kind.MICROPHONE, default=number in usual[:1]))
            for number, info in chosen
        ]


class VirtualDevices:
    """An `Origin`: what the system plays, through a virtual device such as BlackHole (macOS)."""

    def __init__(self, portaudio: PortAudio) -> None:
        self._portaudio = portaudio

    def devices(self) -> Sequence[Device]:
        """The virtual devices that are installed; the first is the default."""
        return [device for _, device in self._found()]

    def open(self, device: Device, hear: Hear, block_ms: int) -> PortAudioStream:
        """Open one."""
        return _open(self._portaudio, self._found(), device, hear, block_ms)

    def refresh(self) -> None:
        """Look again."""
        self._portaudio.refresh()

    def close(self) -> None:
        """Close what is open."""
        self._portaudio.close()

    def _found(self) -> list[tuple[int, Device]]:
        virtual = [
            (n, info) for n, info in self._portaudio.inputs() if VIRTUAL.search(str(info["name"]))
        ]
        return [
            (number, _device(info, Kind.OUTPUT, default=place == 0))
            for place, (number, info) in enumerate(virtual)
        ]


def _open(
    portaudio: PortAudio,
    found: Sequence[tuple[int, Device]],
    device: Device,
    hear: Hear,
    block_ms: int,
) -> PortAudioStream:
    for number, each in found:
        if each.key == device.key:
            return portaudio.open(number, each.rate, each.channels, hear, block_ms, each.name)
    raise DeviceError(f"{device.name} is not there.", "Plug it in, or choose another.")


def _device(info: Mapping[str, Any], kind: Kind, *, default: bool) -> Device:
    name, rate = str(info["name"]), int(info["default_samplerate"])
    telephone = rate <= _TELEPHONE_HZ and _HEADSET.search(name) is not None
    return Device(
        key=name,
        name=name,
        kind=kind,
        rate=rate,
        channels=min(int(info["max_input_channels"]), MOST_CHANNELS),
        default=default,
        call_mode=kind is Kind.MICROPHONE and bool(telephone or _CALL_MODE.search(name)),
    )


def _reason(error: Exception) -> str:
    return str(error).splitlines()[0].removesuffix(".") if str(error) else type(error).__name__
