"""The set-up check: what ten seconds of both devices say, in sentences with their cure.

Nothing in here reads a device or a clock; it is given sound and asked what there is to say.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from live.audio.devices.device import Device, Kind
from live.speech.bleed import BleedOptions, Echo
from live.speech.listener import Listener, listener
from live.speech.prosody import ProsodyOptions
from live.speech.segment import VoiceOptions
from live.types import RATE, AudioBlock, Samples, Track, seconds

HEARD_S = 0.6
"""So much voice is somebody who spoke; a click or a cough is shorter."""
QUIET_DB, LOUD_DB = -42.0, -3.0
"""Between these the level of a voice is in range. At -42 dB the noise of a usual microphone is
as near as 15 dB, and the network begins to miss soft words."""
_CLIPPED = 0.999
_CLIPPED_SHARE = 1e-3
_FLOOR_DB = -90.0

PERMISSION = {
    "darwin": "macOS gives silence where the microphone is not allowed. System Settings > Privacy "
    "& Security > Microphone: switch on your terminal (or Unhurried), then start again.",
    "win32": "Windows gives silence where the microphone is not allowed. Settings > Privacy & "
    'security > Microphone: switch on "Let desktop apps access your microphone".',
    "linux": "In your system's sound settings, look whether the input is muted or turned down "
    "to nothing.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is as it should be, or what to do about it."""

    well: bool
    what: str
    cure: str = ""


class _Heard:
    """What was heard of one person."""

    def __init__(self) -> None:
        self.samples = self.clipped = 0
        self.peak = 0.0
        self.voiced_s = 0.0
        self.since: Samples | None = None
        self.frames: list[tuple[int, float]] = []
        """Beginning and mean square of each block."""
        self.voice: list[tuple[int, int]] = []

    def push(self, block: AudioBlock) -> None:
        loud = np.abs(block.audio)
        self.samples += len(loud)
        self.clipped += int(np.count_nonzero(loud >= _CLIPPED))
        self.peak = max(self.peak, float(loud.max(initial=0.0)))
        self.frames.append((block.start, float(np.mean(block.audio**2)) if len(loud) else 0.0))

    def level_db(self) -> float:
        """Of the blocks in which there was voice."""
        powers = [
            power
            for start, power in self.frames
            if any(begin <= start < end for begin, end in self.voice)
        ]
        return decibels(math.sqrt(sum(powers) / len(powers))) if powers else _FLOOR_DB


class SetupCheck:
    """Takes in some seconds of sound of both people and says what it shows."""

    def __init__(self, devices: dict[Track, Device], voice: VoiceOptions) -> None:
        self._devices = devices
        # So short a time allows shorter windows, and asks for clearer ones.
        bleed = replace(
            BleedOptions(), window_s=5.0, every_frames=8, least_s=1.5, least_hot=3, least_r=0.75
        )
        self._ears: Listener = listener(voice, bleed, ProsodyOptions())
        self._heard = {track: _Heard() for track in Track}
        self.level = dict.fromkeys(Track, _FLOOR_DB)
        """What the meters show: the newest block's loudest sample, in dB of full scale."""

    @property
    def echo(self) -> Echo:
        """Whether one voice is heard on the other's track."""
        return self._ears.echo

    def push(self, block: AudioBlock) -> None:
        """Take in sound."""
        heard = self._heard[block.track]
        heard.push(block)
        self.level[block.track] = decibels(float(np.abs(block.audio).max(initial=0.0)))
        for each in self._ears.push(block):
            self._edges(each.edges)

    def finish(self, lost: dict[Track, str]) -> list[Finding]:
        """Everything there is to say; `lost` is who brings no sound at all, and why."""
        for each in self._ears.finish():
            self._edges(each.edges)
        found: list[Finding] = []
        for track in Track:
            found += self._about(track, lost.get(track))
        return found + list(self._about_echo())

    def _edges(self, edges: tuple[object, ...]) -> None:
        for edge in edges:
            heard = self._heard[edge.track]  # type: ignore[attr-defined]
            if edge.speaking:  # type: ignore[attr-defined]
                heard.since = edge.at  # type: ignore[attr-defined]
            elif heard.since is not None:
                heard.voice.append((heard.since, edge.at))  # type: ignore[attr-defined]
                heard.voiced_s += seconds(edge.at - heard.since)  # type: ignore[attr-defined]
                heard.since = None

    def _about(self, track: Track, lost: str | None) -> Iterator[Finding]:
        device, heard = self._devices[track], self._heard[track]
        who = f"{str(track).capitalize()} ({device.name})"
        choose = f"Choose another: unhurried devices, then --{track} NAME"
        if device.call_mode:
            yield Finding(
                False,
                f"{device.name} is a Bluetooth headset in call mode: telephone quality, both ways.",
                "Choose another microphone; then the headset sounds well again, too.",
            )
        if lost is not None:
            yield Finding(False, f"{who}: nothing comes from it, {lost}.", choose)
        elif heard.peak == 0.0 and (device.kind is Kind.MICROPHONE or device.muted):
            yield Finding(
                False,
                f"{who}: only silence, not even noise"
                + (", because it is muted." if device.muted else "."),
                PERMISSION.get(sys.platform, PERMISSION["linux"]),
            )
        elif heard.voiced_s < HEARD_S:
            yield _nobody(track, who, choose)
        else:
            yield _level(track, who, heard)

    def _about_echo(self) -> Iterator[Finding]:
        if all(self._heard[track].voiced_s >= HEARD_S for track in Track) or self.echo != (
            "not_measured"
        ):
            yield _ECHO[self.echo]


_ECHO = {
    "none": Finding(True, "Headphones: neither microphone hears the other person."),
    "speakers": Finding(
        False,
        "One person is heard in the other's microphone: loudspeakers.",
        "Use headphones. Until then interruptions and listening sounds cannot be told.",
    ),
    "not_measured": Finding(
        True, "Headphones or loudspeakers: not told yet, nobody spoke for long enough."
    ),
}


def _nobody(track: Track, who: str, choose: str) -> Finding:
    if track is Track.COACH:
        return Finding(
            False, f"{who}: nobody spoke into it.", f"If you did, it is the wrong one. {choose}"
        )
    return Finding(
        False,
        f"{who}: nobody was heard.",
        f"If the other person did speak, the meeting plays somewhere else. {choose}",
    )


def _level(track: Track, who: str, heard: _Heard) -> Finding:
    level = heard.level_db()
    if heard.clipped > _CLIPPED_SHARE * heard.samples or level > LOUD_DB:
        return Finding(False, f"{who}: too loud ({level:.0f} dB).", "Turn its level down.")
    if level < QUIET_DB:
        cure = "Go nearer to it, or turn its level up in your system's sound settings."
        if track is Track.CLIENT:
            cure = "Turn the meeting's own volume up."
        return Finding(False, f"{who}: heard, but very quietly ({level:.0f} dB).", cure)
    return Finding(True, f"{who}: heard well ({level:.0f} dB).")


def decibels(amplitude: float) -> float:
    """An amplitude (full scale 1) in dB of full scale, not below -90."""
    return max(_FLOOR_DB, 20 * math.log10(amplitude)) if amplitude > 0 else _FLOOR_DB


def check_length(check_s: float) -> Samples:
    """How much sound a check wants."""
    return Samples(round(check_s * RATE))
