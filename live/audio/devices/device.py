"""What a device is, how a person names one, and how one of several is found."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from live.audio.devices.ring import Frames
from live.errors import DeviceError
from live.types import Track

DEFAULT = "default"
"""As a choice: whatever the system uses, also when that changes."""
SEE = "To see what there is: unhurried devices"


class Kind(StrEnum):
    """What a device gives."""

    MICROPHONE = "microphone"
    OUTPUT = "output"
    """What the system plays there."""


@dataclass(frozen=True, slots=True)
class Device:
    """A device that can be listened to."""

    key: str
    """What the system calls it; stable while it is there."""
    name: str
    """What a person calls it."""
    kind: Kind
    rate: int
    """Its own rate in Hz."""
    channels: int
    default: bool = False
    call_mode: bool = False
    """A Bluetooth headset whose microphone makes everything sound like a telephone."""
    muted: bool = False
    """Switched off in the system's own settings, as far as the system says."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A device as a person asked for it: a name, a part of it, or its number; and a channel."""

    name: str = DEFAULT
    channel: int | None = None
    """Counted from 0; None mixes all channels."""

    @classmethod
    def read(cls, text: str) -> Choice:
        """From "Scarlett", "Scarlett:2" (its second channel), "3", "default"."""
        found = re.fullmatch(r"(.+):([1-9]\d?)", text.strip())
        if found is None:
            return cls(text.strip() or DEFAULT)
        return cls(found[1].strip(), int(found[2]) - 1)

    def __str__(self) -> str:
        return self.name if self.channel is None else f"{self.name}:{self.channel + 1}"


class Trouble(StrEnum):
    """What is wrong with a stream that was open."""

    ENDED = "ended"
    """The system has ended it: the device or the sound server is gone."""
    MOVED = "moved"
    """The system silently gives it the sound of another device."""
    SUSPENDED = "suspended"
    """The system has stopped the device; it goes on when that is over."""


class Hear(Protocol):
    """Takes in what a callback brings; called from the audio system's thread."""

    def __call__(self, sound: Frames, arrived: float) -> object: ...


class Stream(Protocol):
    """An open device."""

    @property
    def rate(self) -> int:
        """Frames per second."""

    @property
    def channels(self) -> int:
        """Channels in a frame."""

    @property
    def pauses(self) -> bool:
        """Whether it gives nothing while nothing is played, which is then no trouble."""

    def trouble(self) -> Trouble | None:
        """What is wrong with it right now. Quick, may be asked from any thread."""

    def close(self) -> None:
        """Let go of the device. May be called twice."""


class Origin(Protocol):
    """Where devices of one kind come from on this system; the same for all systems."""

    def devices(self) -> Sequence[Device]:
        """Those that are there now. Raises `DeviceError` when the system cannot be asked."""

    def open(self, device: Device, hear: Hear, block_ms: int) -> Stream:
        """Open one, at its own rate. Raises `DeviceError`."""

    def refresh(self) -> None:
        """Look again what is there, where the system does not say so by itself."""

    def close(self) -> None:
        """Let go of everything."""


def find(choice: Choice, devices: Sequence[Device], track: Track) -> Device:
    """The device that is meant. Raises `DeviceError` when there is none, or more than one."""
    if choice.name == DEFAULT:
        return _default(devices, track)
    if choice.name.isdecimal():
        if 1 <= int(choice.name) <= len(devices):
            return _with_channel(devices[int(choice.name) - 1], choice)
        raise DeviceError(f"There is no device number {choice.name}.", SEE)
    wanted = choice.name.casefold()
    exact = [d for d in devices if wanted in (d.key.casefold(), d.name.casefold())]
    near = exact or [d for d in devices if wanted in f"{d.name}\n{d.key}".casefold()]
    if not near:
        raise DeviceError(f"There is no device {choice.name!r}.", SEE)
    # The same name may be a microphone and an output: each person's usual kind comes first.
    usual = [d for d in near if d.kind is usual_kind(track)]
    near = usual or near
    if len(near) > 1:
        names = ", ".join(d.name for d in near)
        raise DeviceError(f"{choice.name!r} may be {names}.", "Write more of the name.")
    return _with_channel(near[0], choice)


def usual_kind(track: Track) -> Kind:
    """What a person is usually heard through."""
    return Kind.MICROPHONE if track is Track.COACH else Kind.OUTPUT


def _default(devices: Sequence[Device], track: Track) -> Device:
    kind = usual_kind(track)
    for device in devices:
        if device.kind is kind and device.default:
            return device
    if track is Track.COACH:
        raise DeviceError("There is no microphone.", f"Plug one in, or name one. {SEE}")
    raise DeviceError(
        "What the system plays cannot be heard here.", f"Name a device with --client. {SEE}"
    )


def _with_channel(device: Device, choice: Choice) -> Device:
    if choice.channel is not None and choice.channel >= device.channels:
        many = "1 channel" if device.channels == 1 else f"{device.channels} channels"
        raise DeviceError(f"{device.name} has {many}, not {choice.channel + 1}.", SEE)
    return device
