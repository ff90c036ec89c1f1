"""Linux: microphones and what the system plays, by PulseAudio or PipeWire.

PortAudio knows the server as one device, `pulse`; which source it opens is said by an environment
variable in the moment of opening. When a source goes, the server silently gives the stream another
one: the client would suddenly be the coach. The watch sees that within milliseconds.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import threading
from collections.abc import Iterator, Sequence

from live.audio.devices.device import Device, Hear, Kind, Trouble
from live.audio.devices.portaudio import MOST_CHANNELS, SERVER, PortAudio, PortAudioStream
from live.audio.devices.pulse_watch import NO_SERVER, TAG, PulseWatch, Server, Source
from live.errors import DeviceError


class PulseStream:
    """A `Stream` whose source is watched."""

    pauses = False

    def __init__(self, inner: PortAudioStream, watch: PulseWatch, tag: str, source: str) -> None:
        self.rate = inner.rate
        self.channels = inner.channels
        self._inner = inner
        self._watch = watch
        self._tag = tag
        self._source = source
        self._seen = False

    def trouble(self) -> Trouble | None:
        """Its end, another source behind it, or a source that stands still."""
        if (ended := self._inner.trouble()) is not None:
            return ended
        state = self._watch.state
        if state is None:
            return Trouble.ENDED  # the server is gone, which PortAudio does not always say
        if self._tag not in state.streams:
            return Trouble.ENDED if self._seen else None
        self._seen = True
        if state.streams[self._tag] != self._source:
            return Trouble.MOVED
        return Trouble.SUSPENDED if state.sources[self._source].suspended else None

    def close(self) -> None:
        """Let go of it."""
        self._inner.close()


class Pulse:
    """An `Origin` of both kinds of device."""

    def __init__(self, portaudio: PortAudio, watch: PulseWatch) -> None:
        self._portaudio = portaudio
        self._watch = watch
        self._numbers = itertools.count(1)
        self._opening = threading.Lock()

    def devices(self) -> Sequence[Device]:
        """Microphones first, then outputs; each in the server's order."""
        state = self._state()
        both = [_device(source, state) for source in state.sources.values()]
        return sorted(both, key=lambda device: device.kind is Kind.OUTPUT)

    def open(self, device: Device, hear: Hear, block_ms: int) -> PulseStream:
        """Open one, at its own rate."""
        source = self._state().sources.get(device.key)
        if source is None:
            raise DeviceError(f"{device.name} is not there.", "Plug it in, or choose another.")
        tag = f"{os.getpid()}-{next(self._numbers)}"
        with self._opening, _asking_for(source.name, tag):
            inner = self._portaudio.open(
                self._number(),
                source.rate,
                min(source.channels, MOST_CHANNELS),
                hear,
                block_ms,
                device.name,
            )
        return PulseStream(inner, self._watch, tag, source.name)

    def refresh(self) -> None:
        """Nothing to do: the watch knows."""

    def close(self) -> None:
        """Close what is open, and stop watching."""
        self._portaudio.close()
        self._watch.close()

    def _number(self) -> int:
        """The server's number among PortAudio's devices."""
        for attempt in range(2):
            for number, info in self._portaudio.inputs():
                if info["name"] == SERVER:
                    return number
            # Started before the server was there, it does not know it.
            if attempt == 0 and self._portaudio.idle:
                self._portaudio.refresh()
        raise DeviceError(
            "PortAudio does not know the sound server.",
            "On Debian or Ubuntu: sudo apt-get install libasound2-plugins",
        )

    def _state(self) -> Server:
        state = self._watch.state
        if state is None:
            raise DeviceError(*NO_SERVER)
        return state


def _device(source: Source, state: Server) -> Device:
    default = state.default_monitor if source.monitor else state.default_microphone
    return Device(
        key=source.name,
        name=source.title,
        kind=Kind.OUTPUT if source.monitor else Kind.MICROPHONE,
        rate=source.rate,
        channels=min(source.channels, MOST_CHANNELS),
        default=source.name == default,
        call_mode=source.call_mode and not source.monitor,
        muted=source.muted,
    )


@contextlib.contextmanager
def _asking_for(source: str, tag: str) -> Iterator[None]:
    """For the moment of opening, libpulse reads from the environment which source is meant."""
    wanted = {
        "PULSE_SOURCE": source,
        "PULSE_PROP": f"{TAG}={tag}",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
