"""The devices of a session: chosen, opened, checked, and given to the session as its source."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from live.app.meters import meters
from live.app.remembered import recall, remember
from live.app.setup_check import Finding, SetupCheck
from live.app.speaking import Speaks
from live.app.streams import quiet_libraries
from live.audio.devices.device import DEFAULT, Choice, Device, find
from live.audio.devices.line import Line
from live.audio.devices.microphones import LiveSource, Tap
from live.audio.devices.system import System, this_system
from live.errors import DeviceError
from live.settings import Settings
from live.types import AudioBlock, Samples, Track, samples, seconds

METER_EVERY = samples(0.1)


class Listening:
    """Both people's devices, open for as long as the context lasts."""

    def __init__(
        self,
        arguments: argparse.Namespace,
        chosen: Settings,
        terminal: Speaks,
        make: Callable[[], System] = this_system,
    ) -> None:
        self._named = {
            track: Choice.read(text)
            for track in Track
            if (text := getattr(arguments, str(track), None)) is not None
        }
        self._options = chosen.devices
        self._voice = chosen.voice
        self._terminal = terminal
        self._make = make
        self._held = ExitStack()
        self._taps: dict[Track, Tap] = {}

    def __enter__(self) -> Self:
        """Open both. Raises `DeviceError` when one of them cannot be had."""
        with ExitStack() as held:
            held.enter_context(quiet_libraries())
            system = held.enter_context(self._make())
            wanted = self._choices(system)
            self._taps = self._open(system, wanted, held)
            self._held = held.pop_all()
        if self._named:
            remember(recall() | self._named)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._held.close()

    def source(
        self, until: Samples | None = None, stop: Callable[[], bool] = lambda: False
    ) -> LiveSource:
        """What the devices bring from now on."""
        return LiveSource(self._taps, self._options, until=until, stop=stop)

    def check(self, stop: Callable[[], bool]) -> list[Finding]:
        """Listen for some seconds, with meters where somebody watches, and say what was found."""
        self._terminal.notice(
            f"Listening for {self._options.check_s:.0f} s: say a sentence, and let the other "
            "person say one."
        )
        findings = self.found(stop, lambda now, left: self._terminal.meter(meters(now, left)))
        self._terminal.meter("")
        for finding in findings:
            self._terminal.notice(f"  {'ok' if finding.well else '!!'}  {finding.what}")
            if finding.cure:
                self._terminal.notice(f"      {finding.cure}")
        return findings

    def found(
        self, stop: Callable[[], bool], shown: Callable[[Mapping[Track, float], float], None]
    ) -> list[Finding]:
        """The check without a word: `shown` gets levels in dB, and the seconds that are left."""
        check = SetupCheck({track: self._device(track) for track in Track}, self._voice)
        length = samples(self._options.check_s)
        source = self.source(length, stop)
        last = Samples(0)
        for block in source:
            if not isinstance(block, AudioBlock):
                continue
            check.push(block)
            if block.end - last >= METER_EVERY:
                last = block.end
                shown(check.level, seconds(max(0, length - block.end)))
        return check.finish(source.lost)

    def _device(self, track: Track) -> Device:
        feed = self._taps[track].line.feed
        if feed is None:
            raise DeviceError(f"The {track}'s device is gone.", "Plug it in, or choose another.")
        return feed.device

    def _choices(self, system: System) -> dict[Track, Choice]:
        """The command line, then the settings, then the last time, then the system's own."""
        last, out = recall(), {}
        for track in Track:
            settled = Choice.read(getattr(self._options, str(track)))
            named = self._named.get(track)
            if named is not None or settled.name != DEFAULT:
                out[track] = named or settled
            else:
                out[track] = self._still_there(system, track, last.get(track, Choice()))
        return out

    def _still_there(self, system: System, track: Track, choice: Choice) -> Choice:
        """What was chosen the last time, unless it is not there today."""
        try:
            find(choice, system.devices(), track)
        except DeviceError:
            if choice.name == DEFAULT:
                raise
            self._terminal.notice(
                f"{choice}, which you chose for the {track}, is not there; what the system uses is."
            )
            return Choice()
        return choice

    def _open(
        self, system: System, wanted: dict[Track, Choice], held: ExitStack
    ) -> dict[Track, Tap]:
        devices = system.devices()
        found = {track: find(choice, devices, track) for track, choice in wanted.items()}
        coach, client = (wanted[track] for track in Track)
        same = found[Track.COACH].key == found[Track.CLIENT].key
        if same and (coach.channel == client.channel or None in (coach.channel, client.channel)):
            raise DeviceError(
                f"Coach and client are both heard through {found[Track.COACH].name}.",
                "Name another device, or a channel for each: --coach NAME:1 --client NAME:2",
            )
        lines: dict[str, Line] = {}
        for track, choice in wanted.items():
            key = found[track].key
            if key not in lines:
                lines[key] = Line(system, choice, track, self._options)
                held.callback(lines[key].close)
                lines[key].start()
        return {t: Tap(lines[found[t].key], choice.channel) for t, choice in wanted.items()}
