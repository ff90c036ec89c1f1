"""One device that is kept open: opened, watched, and taken back whenever it was lost.

A thread of its own does all of that, because opening a device may take seconds, and the other
person is still heard meanwhile. It hands over whole objects; the session's thread only reads them.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from live.audio.devices.clock import now
from live.audio.devices.device import DEFAULT, Choice, Device, Stream, Trouble, find
from live.audio.devices.options import DeviceOptions
from live.audio.devices.ring import Ring
from live.audio.devices.system import System
from live.errors import DeviceError
from live.types import Track

GONE = "the device is gone"
OTHER_DEFAULT = "the system changed to another device"
SAID = {
    Trouble.ENDED: GONE,
    Trouble.MOVED: GONE,
    Trouble.SUSPENDED: "the system has suspended the device",
}
_LOOK_S = 0.1
_DEFAULT_EVERY = 5
"""Looks between two questions whether the default is still the same."""
_RETRY_S = 0.3
_REFRESH_S = (2.0, 4.0, 8.0, 15.0)
"""Waits before the system is made to look for devices again; the last one is repeated. Where that
interrupts the other person for a moment, it must not be often."""


@dataclass(frozen=True, slots=True, eq=False)
class Feed:
    """An open device and what it has brought."""

    device: Device
    stream: Stream
    ring: Ring
    opened: float


class Line:
    """A device by a person's choice, for as long as a session lasts."""

    def __init__(
        self, system: System, choice: Choice, track: Track, options: DeviceOptions
    ) -> None:
        self.choice = choice
        self.feed: Feed | None = None
        """What is open now; replaced as a whole by the line's thread."""
        self.why = GONE
        """Why there is no feed, where there is none."""
        self._system = system
        self._track = track
        self._options = options
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"{track}-line", daemon=True)
        self._kind = find(choice, system.devices(), track).kind

    @property
    def name(self) -> str:
        """The device's name, or what was asked for while there is none."""
        feed = self.feed
        return str(self.choice) if feed is None else feed.device.name

    def start(self) -> None:
        """Open it for the first time, here and now, then keep it. Raises `DeviceError`."""
        self.feed = self._open()
        self._thread.start()

    def close(self) -> None:
        """Let go of it. May be called twice."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join()
        feed, self.feed = self.feed, None
        if feed is not None:
            feed.stream.close()

    def _run(self) -> None:
        looks, refreshed, lost_at = 0, 0, 0.0
        while not self._closing.wait(_LOOK_S):
            looks += 1
            if self.feed is not None:
                self._watch(self.feed, ask_default=looks % _DEFAULT_EVERY == 0)
                refreshed, lost_at = 0, now()
                continue
            try:
                self.feed = self._open()
            except DeviceError:
                wait = _REFRESH_S[min(refreshed, len(_REFRESH_S) - 1)]
                if now() - lost_at >= wait:
                    refreshed, lost_at = refreshed + 1, now()
                    self._refresh()
                self._closing.wait(_RETRY_S)

    def _refresh(self) -> None:
        try:
            self._system.refresh(self._kind)
        except DeviceError:
            return  # asked again later

    def _watch(self, feed: Feed, *, ask_default: bool) -> None:
        """Drop a feed that is no longer what was asked for."""
        trouble = feed.stream.trouble()
        if trouble is Trouble.SUSPENDED:
            return
        if trouble is not None:
            self._drop(feed, SAID[trouble])
        elif ask_default and self.choice.name == DEFAULT and self._elsewhere(feed):
            self._drop(feed, OTHER_DEFAULT)
        elif not feed.stream.pauses and self._stands_still(feed):
            self._drop(feed, "nothing came from the device")

    def _elsewhere(self, feed: Feed) -> bool:
        try:
            return find(self.choice, self._system.devices(), self._track).key != feed.device.key
        except DeviceError:
            return False  # its own end will tell

    def _stands_still(self, feed: Feed) -> bool:
        last, patience = feed.ring.last, self._options.restart_s
        if last is None:
            # An idle output of PulseAudio takes up to 1.9 s to begin (measured).
            return now() - feed.opened > 2 * patience
        return now() - last > patience

    def _drop(self, feed: Feed, why: str) -> None:
        self.why = why
        self.feed = None
        feed.stream.close()

    def _open(self) -> Feed:
        device = find(self.choice, self._system.devices(), self._track)
        ring = Ring(round(device.rate * self._options.ring_s), device.channels)
        stream = self._system.open(device, ring.write, self._options.block_ms)
        return Feed(device, stream, ring, now())
