"""What PulseAudio or PipeWire says is there, kept up to date by a thread of its own.

The thread owns the connection to the server. Everyone else reads `state`, which is replaced as a
whole and never changed. It only ever reads: nothing here changes a volume, a default or a profile.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulsectl

from live.errors import DeviceError

TAG = "unhurried.stream"
"""The property by which a stream of ours is known to the server."""
_LOOK_S = 0.5
"""It looks again after so long even when the server has said nothing."""
_RETRY_S = 0.3
_USUAL_HZ = 48_000
_CALL_PROFILES = ("headset_head_unit", "handsfree_head_unit", "headset-head-unit", "hfp", "hsp")

NO_SERVER = (
    "The sound server does not answer.",
    "Unhurried hears through PulseAudio or PipeWire (with pipewire-pulse). Is it running?",
)


@dataclass(frozen=True, slots=True)
class Source:
    """A source of the server: a microphone, or the monitor of an output."""

    name: str
    title: str
    """As a person knows it; of a monitor, that of its output."""
    rate: int
    channels: int
    monitor: bool
    suspended: bool
    muted: bool
    call_mode: bool


@dataclass(frozen=True, slots=True)
class Server:
    """What the server has, at one moment."""

    sources: Mapping[str, Source]
    """By name."""
    default_microphone: str
    default_monitor: str
    streams: Mapping[str, str]
    """Of each stream of ours, by its tag, the name of the source that it gets."""


class _Connection(pulsectl.Pulse):  # type: ignore[misc]
    """Copies a source's rate while it is there: the library keeps a pointer to freed memory."""

    def _pulse_info_cb(self, kind: object, found: list[Any], *rest: Any) -> None:  # noqa: ANN401
        before = len(found)
        super()._pulse_info_cb(kind, found, *rest)
        if len(found) > before and kind is pulsectl.PulseSourceInfo:
            found[-1].rate = int(rest[2][0].sample_spec.rate)


class PulseWatch:
    """Follows the server until closed."""

    def __init__(self) -> None:
        self.state: Server | None = None
        """None while there is no server."""
        self._closing = threading.Event()
        self._first = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse-watch", daemon=True)

    def start(self, patience_s: float = 3.0) -> bool:
        """Begin, and wait for the first answer; whether there is a server."""
        self._thread.start()
        self._first.wait(patience_s)
        return self.state is not None

    def close(self) -> None:
        """End the thread. May be called twice."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(2.0)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                with _Connection("unhurried-watch") as pulse:
                    self._follow(pulse)
            except Exception:  # noqa: BLE001 - its errors have no base in common, and all mean this
                self.state = None
            self._first.set()
            self._closing.wait(_RETRY_S)

    def _follow(self, pulse: pulsectl.Pulse) -> None:
        pulse.event_mask_set("source", "source_output", "sink", "server")
        pulse.event_callback_set(_stop)
        while not self._closing.is_set():
            self.state = look(pulse)
            self._first.set()
            pulse.event_listen(timeout=_LOOK_S)


def look(pulse: pulsectl.Pulse) -> Server:
    """Ask the server for everything at once."""
    info = pulse.server_info()
    titles = {sink.monitor_source_name: sink.description for sink in pulse.sink_list()}
    found = pulse.source_list()
    sources = {each.name: _source(each, titles) for each in found}
    names = {each.index: each.name for each in found}
    streams = {
        each.proplist[TAG]: names.get(each.source, "")
        for each in pulse.source_output_list()
        if TAG in each.proplist
    }
    monitors = {sink.name: sink.monitor_source_name for sink in pulse.sink_list()}
    return Server(
        sources,
        info.default_source_name or "",
        monitors.get(info.default_sink_name, ""),
        streams,
    )


def check_local() -> None:
    """Raise `DeviceError` where the server named in the environment is another computer."""
    # Several may be named; one with a leading {} is meant for one computer only.
    servers = [
        re.sub(r"^\{[^}]*\}", "", each) for each in os.environ.get("PULSE_SERVER", "").split()
    ]
    if any(not server.startswith(("unix:", "/")) for server in servers):
        raise DeviceError(
            "The sound server is on another computer, and Unhurried opens no connection.",
            "Unset PULSE_SERVER, or let it name a local one.",
        )


def _source(source: Any, titles: Mapping[str, str]) -> Source:  # noqa: ANN401 - no type hints
    properties = source.proplist
    profile = " ".join(
        properties.get(key, "") for key in ("bluetooth.protocol", "api.bluez5.profile")
    ).casefold()
    return Source(
        name=source.name,
        title=titles.get(source.name) or source.description or source.name,
        rate=getattr(source, "rate", _USUAL_HZ),
        channels=int(source.channel_count),
        monitor=source.name in titles,
        suspended=source.state == "suspended",
        muted=bool(source.mute),
        call_mode=any(word in profile for word in _CALL_PROFILES),
    )


def _stop(event: object) -> None:
    raise pulsectl.PulseLoopStop
