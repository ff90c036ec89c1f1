"""All devices of this computer, whichever system it runs."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from live.audio.devices.device import Device, Hear, Kind, Origin, Stream
from live.audio.devices.portaudio import Microphones, PortAudio, VirtualDevices
from live.audio.devices.wasapi import WasapiLoopback
from live.errors import DeviceError


class System:
    """Where microphones come from and where outputs do; a context, which lets go of both."""

    def __init__(self, microphones: Origin, outputs: Origin | None) -> None:
        """`outputs` may be the same; None where what is played cannot be heard."""
        self._microphones = microphones
        self._outputs = outputs

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._microphones.close()
        if self._outputs is not None:
            self._outputs.close()

    def devices(self) -> list[Device]:
        """Microphones, then outputs. Raises `DeviceError`."""
        found = list(self._microphones.devices())
        if self._outputs is not None and self._outputs is not self._microphones:
            found += self._outputs.devices()
        return sorted(found, key=lambda device: device.kind is Kind.OUTPUT)

    def open(self, device: Device, hear: Hear, block_ms: int) -> Stream:
        """Open one. Raises `DeviceError`."""
        return self._origin(device.kind).open(device, hear, block_ms)

    def refresh(self, kind: Kind) -> None:
        """Look again for devices of a kind, where the system has to be asked to."""
        self._origin(kind).refresh()

    def _origin(self, kind: Kind) -> Origin:
        outputs = kind is Kind.OUTPUT and self._outputs is not None
        return self._outputs if outputs and self._outputs is not None else self._microphones


def this_system() -> System:
    """The devices of the computer this runs on. Raises `DeviceError` when there can be none."""
    portaudio = PortAudio()
    if sys.platform == "win32":
        return System(Microphones(portaudio), WasapiLoopback())
    if sys.platform == "darwin":
        return System(Microphones(portaudio), VirtualDevices(portaudio))
    return _linux(portaudio)


def _linux(portaudio: PortAudio) -> System:
    """With a sound server all devices are its; without one, microphones by ALSA."""
    from live.audio.devices import pulse, pulse_watch  # other systems do not have its library

    pulse_watch.check_local()
    watch = pulse_watch.PulseWatch()
    if watch.start():
        server = pulse.Pulse(portaudio, watch)
        return System(server, server)
    watch.close()
    microphones = Microphones(portaudio)
    if not microphones.devices():
        raise DeviceError(*pulse_watch.NO_SERVER)
    return System(microphones, None)
