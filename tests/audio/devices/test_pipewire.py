"""The same devices by PipeWire: run with `make test ARGS="-m device"` where it is installed."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sound_server import MICROPHONE, OUTPUT, PipeWire, SoundServer, sound_server, wait_for

from live.audio.devices.device import Choice
from live.audio.devices.line import Line
from live.audio.devices.microphones import LiveSource, Tap
from live.audio.devices.options import DeviceOptions
from live.audio.devices.system import this_system
from live.types import RATE, AudioBlock, Track

PROGRAMS = ("dbus-daemon", "pipewire", "wireplumber", "pipewire-pulse", "pactl", "pacat")

pytestmark = [
    pytest.mark.device,
    pytest.mark.skipif(not all(map(shutil.which, PROGRAMS)), reason="PipeWire is not installed"),
]


@pytest.fixture
def pipewire(monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    with (
        tempfile.TemporaryDirectory(prefix="unhurried-") as folder,
        sound_server(Path(folder), PipeWire) as server,
    ):
        monkeypatch.setenv("PULSE_SERVER", server.address)
        yield server


def test_both_people_are_heard_and_a_lost_one_is_taken_back(pipewire, tones):
    # Otherwise the coach's tone would be played into the output that is the default again.
    pipewire.plug("elsewhere")
    pipewire.pactl("set-default-sink", "elsewhere")
    pipewire.play_raw(MICROPHONE, tones["coach"])
    pipewire.play_raw(OUTPUT, tones["client"])
    before, options, blocks, gaps = pipewire.settings(), DeviceOptions(), {}, []
    with this_system() as system:
        names = {Track.COACH: f"{MICROPHONE}.monitor", Track.CLIENT: OUTPUT}
        lines = {t: Line(system, Choice(name), t, options) for t, name in names.items()}
        for line in lines.values():
            line.start()
        taps = {track: Tap(line) for track, line in lines.items()}
        source = LiveSource(taps, options, until=14 * RATE)
        unplugged = plugged = False
        for event in source:
            if not isinstance(event, AudioBlock):
                gaps.append(event)
                continue
            blocks.setdefault(event.track, []).append(event.audio)
            if event.end > 4 * RATE and not unplugged:
                unplugged = True
                assert pipewire.settings() == before
                pipewire.hush(OUTPUT)
                pipewire.unplug(OUTPUT)
                wait_for(lambda: lines[Track.CLIENT].feed is None)
            if event.end > 7 * RATE and not plugged:
                plugged = True
                pipewire.plug(OUTPUT)
                pipewire.play_raw(OUTPUT, tones["client"])
        source.close()

    client = np.concatenate(blocks[Track.CLIENT])
    coach = np.concatenate(blocks[Track.COACH])
    assert np.abs(client[2 * RATE : 3 * RATE]).max() > 0.1
    assert np.abs(client[-2 * RATE :]).max() > 0.1
    assert np.abs(coach[-2 * RATE :]).max() > 0.1
    assert any(gap.track is Track.CLIENT for gap in gaps)
