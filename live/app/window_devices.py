"""Devices for the start panel: their names, and a set-up check as long as it is looked at."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Mapping

from live.app.streams import quiet_libraries
from live.app.voice import Voice
from live.errors import DeviceError
from live.settings import Settings
from live.types import Track

_QUIET_DB = -60.0


class SystemDevices:
    """What there is on this computer (`live.ui.backstage.Devices`)."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def names(self) -> tuple[list[str], list[str]]:
        """Microphones, and what the other side can be heard through; the usual one first.

        Both are empty where nothing can be listened to.
        """
        # Imported only now, on an errand's thread: the panel does not wait for sound libraries.
        from live.audio.devices.device import Kind
        from live.audio.devices.system import this_system

        try:
            with quiet_libraries(), this_system() as system:
                found = sorted(system.devices(), key=lambda device: not device.default)
        except DeviceError:
            return [], []
        microphones = [device.name for device in found if device.kind is Kind.MICROPHONE]
        outputs = [device.name for device in found if device.kind is Kind.OUTPUT]
        return microphones, outputs + microphones

    def check(self, coach: str, client: str) -> RunningCheck:
        """Begin to listen."""
        return RunningCheck(self._settings, coach, client)


class RunningCheck:
    """A set-up check, again and again, on a thread of its own (`live.ui.backstage.Check`)."""

    def __init__(self, settings: Settings, coach: str, client: str) -> None:
        self._settings = settings
        self._arguments = argparse.Namespace(coach=coach or None, client=client or None)
        self._over = threading.Event()
        self._levels = dict.fromkeys(Track, 0.0)
        self._findings: list[str] = []
        self._thread = threading.Thread(target=self._run, name="check", daemon=True)
        self._thread.start()

    def levels(self) -> dict[Track, float]:
        """How loud each is, 0 to 1."""
        return self._levels

    def findings(self) -> list[str]:
        """What the last whole check had to say."""
        return self._findings

    def close(self) -> None:
        """Let go of the devices, and wait until they are free."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        from live.app.listening import Listening

        silent = Voice(lambda text: None, lambda what, hint: None, lambda question: None)
        try:
            with Listening(self._arguments, self._settings, silent) as listening:
                while not self._over.is_set():
                    found = listening.found(self._over.is_set, self._show)
                    if not self._over.is_set():
                        self._findings = [
                            " ".join(part for part in (each.what, each.cure) if part)
                            for each in found
                        ]
        except DeviceError as error:
            self._findings = [f"{error} {error.hint}"]

    def _show(self, levels: Mapping[Track, float], left_s: float) -> None:
        self._levels = {
            track: min(1.0, max(0.0, 1 - level / _QUIET_DB)) for track, level in levels.items()
        }
