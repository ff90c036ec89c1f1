"""A real PulseAudio server for a test: virtual devices, a player, and every kind of accident."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pulsectl

from live.audio.devices.pulse_watch import TAG

PATIENCE_S = 10.0
MICROPHONE, OUTPUT = "coach_mic", "client_out"
RATE = 48_000


class SoundServer:
    """PulseAudio of its own in a folder; `coach_mic` and `client_out` are its two devices.

    What is played into `coach_mic` is what a microphone hears (`coach_mic.monitor`, and as a
    microphone proper `virtual_mic`); what is played into `client_out` is what a meeting plays.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = f"unix:{folder}/pulse.sock"
        self._process: subprocess.Popen[bytes] | None = None
        self._players: list[tuple[str, subprocess.Popen[bytes]]] = []

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to meet this server and no other."""
        return {"XDG_RUNTIME_DIR": str(self.folder), "PULSE_SERVER": self.address}

    def start(self) -> None:
        """Start it, with both devices."""
        (self.folder / "pulse.sock").unlink(missing_ok=True)
        self._process = subprocess.Popen(  # noqa: S603 - the server of this very test
            [_program("pulseaudio"), "-n", "--exit-idle-time=-1", "--disallow-exit",
             "--daemonize=no", "--use-pid-file=no", "--log-target=stderr", "--log-level=error",
             "-L", f"module-native-protocol-unix auth-anonymous=1 socket={self.folder}/pulse.sock"],
            env=os.environ | self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for(self._answers)
        self.plug(MICROPHONE)
        self.plug(OUTPUT)
        self.pactl("load-module", "module-remap-source", "source_name=virtual_mic",
                   f"master={MICROPHONE}.monitor",
                   "source_properties=device.description=Virtual-microphone")  # fmt: skip
        self.pactl("set-default-sink", OUTPUT)
        self.pactl("set-default-source", "virtual_mic")

    def stop(self) -> None:
        """End it as a crash would."""
        self.hush()
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self._process = None

    def plug(self, device: str) -> None:
        """Add an output, whose monitor can be listened to."""
        side = "front-left" if device == MICROPHONE else "front-right"
        self.pactl("load-module", "module-null-sink", f"sink_name={device}", f"rate={RATE}",
                   "channels=1", f"channel_map={side}",
                   f"sink_properties=device.description={device}")  # fmt: skip

    def stage(self) -> None:
        """Add an output for both at once.

        What is played left into it is heard by the microphone, what is played right by the
        output, at the same moment.
        """
        self.pactl("load-module", "module-combine-sink", "sink_name=stage", "remix=no",
                   f"slaves={MICROPHONE},{OUTPUT}", "adjust_time=0", "channels=2",
                   "channel_map=front-left,front-right")  # fmt: skip

    def unplug(self, device: str) -> None:
        """Take one away."""
        for line in self.pactl("list", "short", "modules").splitlines():
            if f"sink_name={device} " in line + " ":
                self.pactl("unload-module", line.split()[0])

    def suspend(self, device: str, *, on: bool) -> None:
        """Stop an output, or let it go on."""
        self.pactl("suspend-sink", device, "1" if on else "0")

    def warm(self) -> None:
        """Silence into both devices, so that they run: an idle one takes seconds to begin."""
        for device in (MICROPHONE, OUTPUT):
            self.play_raw(device, Path(os.devnull).with_name("zero"))

    def play_raw(self, device: str, path: Path, channels: int = 1, rate: int = 16_000) -> None:
        """Play 16 bit numbers from a file; returns at once."""
        player = subprocess.Popen(  # noqa: S603
            [_program("pacat"), "--playback", f"--device={device}", f"--rate={rate}", "--raw",
             f"--channels={channels}", "--latency-msec=100", str(path)],
            env=os.environ | self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._players.append((device, player))

    def hush(self, device: str | None = None) -> None:
        """End every player, or those of a device: the server would move them to another one."""
        for each in list(self._players):
            if device in (None, each[0]):
                each[1].kill()
                each[1].wait()
                self._players.remove(each)

    def pactl(self, *arguments: str) -> str:
        """Ask the server for something."""
        done = subprocess.run(  # noqa: S603
            [_program("pactl"), *arguments],
            env=os.environ | self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=20,
        )
        return done.stdout

    def settings(self) -> str:
        """Everything about devices that a program could alter: volumes, defaults, profiles, mutes.

        Not the states and the volatile numbers beside them.
        """
        with pulsectl.Pulse("watching", server=self.address) as pulse:
            info = pulse.server_info()
            lines = [f"{info.default_sink_name} {info.default_source_name}"]
            for device in (*pulse.sink_list(), *pulse.source_list()):
                volumes = [round(v, 6) for v in device.volume.values]
                lines.append(f"{device.name} {volumes} {device.mute} {device.port_active}")
            lines += [f"{card.name} {card.profile_active}" for card in pulse.card_list()]
        return "\n".join(lines)

    def listeners(self) -> dict[str, str]:
        """What Unhurried records from: the source of each of its streams."""
        with pulsectl.Pulse("watching", server=self.address) as pulse:
            names = {source.index: source.name for source in pulse.source_list()}
            return {
                str(each.index): names.get(each.source, "")
                for each in pulse.source_output_list()
                if TAG in each.proplist
            }

    def wait_for_listeners(self, count: int) -> None:
        """Until Unhurried records from so many devices."""
        wait_for(lambda: len(self.listeners()) >= count)

    def _answers(self) -> bool:
        with contextlib.suppress(subprocess.CalledProcessError):
            return bool(self.pactl("info"))
        return False


def _program(name: str) -> str:
    path = shutil.which(name)
    assert path is not None, f"{name} is not installed"
    return path


def wait_for(what, patience_s: float = PATIENCE_S) -> None:
    """Wait until something is so."""
    end, pause = time.monotonic() + patience_s, threading.Event()
    while not what():
        assert time.monotonic() < end, "it did not happen in time"
        pause.wait(0.02)


@contextlib.contextmanager
def sound_server(folder: Path) -> Iterator[SoundServer]:
    """A server for as long as the context lasts. The folder's path must be short."""
    server = SoundServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def there() -> bool:
    """Whether this computer has what a server of our own needs."""
    return all(shutil.which(name) for name in ("pulseaudio", "pactl", "pacat"))


def tone(seconds: float, hertz: float = 440.0, rate: int = RATE) -> np.ndarray:
    """A tone as 16 bit numbers."""
    times = np.arange(round(seconds * rate)) / rate
    return (np.sin(2 * np.pi * hertz * times) * 12_000).astype("<i2")
