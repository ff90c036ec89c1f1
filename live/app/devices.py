"""`unhurried devices`: what can be listened to, which of it is used, and whether it is heard."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence

from live.app.interrupt import Stop
from live.app.listening import Listening
from live.app.remembered import recall
from live.app.streams import quiet_libraries
from live.app.terminal import Terminal
from live.app.wiring import settings
from live.audio.devices.device import DEFAULT, Choice, Device, Kind, find
from live.audio.devices.system import this_system
from live.errors import DeviceError
from live.types import Track

_HEADINGS = {
    Kind.MICROPHONE: "Microphones",
    Kind.OUTPUT: "Outputs: what the system plays there can be heard",
}


def devices(arguments: argparse.Namespace, terminal: Terminal, stop: Stop) -> int:
    """List them, or check them; the exit code."""
    chosen = settings(arguments)
    if arguments.check:
        with Listening(arguments, chosen, terminal) as listening:
            findings = listening.check(stop)
        if stop():
            return 130
        return 0 if all(finding.well for finding in findings) else 1
    with quiet_libraries(), this_system() as system:
        found = system.devices()
    last = recall()
    used = {
        track: _used(track, Choice.read(getattr(chosen.devices, str(track))), last, found)
        for track in Track
    }
    for line in _lines(found, used):
        terminal.line(line)
    return 0


def _used(
    track: Track, settled: Choice, last: dict[Track, Choice], found: Sequence[Device]
) -> str | None:
    """The key of the device that a session would use now."""
    choice = settled if settled.name != DEFAULT else last.get(track, Choice())
    for each in (choice, Choice()):
        try:
            return find(each, found, track).key
        except DeviceError:
            continue
    return None


def _lines(found: Sequence[Device], used: dict[Track, str | None]) -> Iterator[str]:
    for kind, heading in _HEADINGS.items():
        yield heading if kind is Kind.MICROPHONE else f"\n{heading}"
        those = [(number, d) for number, d in enumerate(found, 1) if d.kind is kind]
        if not those:
            yield "  none"
        for number, device in those:
            notes = [f"used for the {track}" for track, key in used.items() if key == device.key]
            notes += ["the system's default"] * device.default + ["muted"] * device.muted
            notes += ["in call mode"] * device.call_mode
            channels = "1 channel" if device.channels == 1 else f"{device.channels} channels"
            about = ", ".join([f"{device.rate / 1000:g} kHz", channels, *notes])
            yield f"  {number:>2}  {device.name}   ({about})"
    yield "\nChoose: unhurried live --coach NUMBER-OR-NAME --client NUMBER-OR-NAME"
    yield "Check:  unhurried devices --check"
