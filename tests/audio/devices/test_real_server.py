"""Two real devices of a real PulseAudio server, and every accident that can befall them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from sound_server import MICROPHONE, OUTPUT, SoundServer, wait_for

from live.audio.devices.clock import now
from live.audio.devices.device import Choice, Device, Kind
from live.audio.devices.line import Line
from live.audio.devices.microphones import LiveSource, Tap
from live.audio.devices.options import DeviceOptions
from live.audio.devices.system import System, this_system
from live.types import RATE, Audio, AudioBlock, Gap, Track

PITCH = {Track.COACH: 440, Track.CLIENT: 1000}


@dataclass
class Session:
    """A session over the server's devices that goes on in a thread of its own."""

    source: LiveSource
    sound: dict[Track, list[Audio]] = field(default_factory=lambda: {t: [] for t in Track})
    gaps: list[Gap] = field(default_factory=list)
    failed: list[BaseException] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def listen(self) -> None:
        try:
            for block in self.source:
                if isinstance(block, AudioBlock):
                    self.sound[block.track].append(block.audio)
                elif isinstance(block, Gap):
                    self.gaps.append(block)
        except BaseException as error:
            self.failed.append(error)
            raise

    @property
    def seconds(self) -> float:
        """How far it has come."""
        return sum(map(len, self.sound[Track.COACH])) / RATE

    def heard(self, track: Track) -> Audio:
        return np.concatenate(self.sound[track])


@contextmanager
def session(
    system: System, coach: str = "virtual_mic", client: str = OUTPUT, **options
) -> Iterator[Session]:
    """Listen to two devices until the context is left."""
    chosen, given = {Track.COACH: coach, Track.CLIENT: client}, DeviceOptions(**options)
    lines = {t: Line(system, Choice.read(name), t, given) for t, name in chosen.items()}
    for line in lines.values():
        line.start()
    going = threading.Event()
    taps = {track: Tap(line) for track, line in lines.items()}
    running = Session(LiveSource(taps, given, stop=going.is_set))
    thread = threading.Thread(target=running.listen)
    thread.start()
    try:
        yield running
    finally:
        going.set()
        thread.join(10)
        running.source.close()
        assert not thread.is_alive()
    assert running.failed == []


@pytest.fixture
def playing(server: SoundServer, tones: dict[str, Path]) -> Iterator[None]:
    """A tone of their own for each person."""
    server.play_raw(MICROPHONE, tones["coach"])
    server.play_raw(OUTPUT, tones["client"])
    yield
    server.hush()


@pytest.fixture
def system(server: SoundServer) -> Iterator[System]:
    before = threading.active_count()
    with this_system() as found:
        yield found
    wait_for(lambda: threading.active_count() <= before)


def strength(audio: Audio, hertz: int) -> float:
    """How much of a tone is in a sound, a tenth of a second at a time: 1 is nothing else."""
    size = RATE // 10
    pieces = audio[: len(audio) // size * size].reshape(-1, size)
    turning = np.exp(-2j * np.pi * hertz * np.arange(size) / RATE)
    power = np.mean(pieces.astype(np.float64) ** 2, axis=1) + 1e-12
    return float(np.median(abs((pieces * turning).mean(axis=1)) ** 2 / power * 2))


def ever(audio: Audio, hertz: int) -> float:
    """The most there ever is of a tone in a tenth of a second in which something sounds."""
    size = RATE // 10
    pieces = audio[: len(audio) // size * size].reshape(-1, size)
    sounding = [piece for piece in pieces if np.mean(np.abs(piece) > 0.05) > 0.5]
    return max((strength(piece, hertz) for piece in sounding), default=0.0)


def test_the_server_says_what_there_is(server, system):
    assert system.devices()[0] == Device(
        "virtual_mic", "Virtual-microphone", Kind.MICROPHONE, 48_000, 1, default=True
    )
    outputs = {device.key: device for device in system.devices() if device.kind is Kind.OUTPUT}
    assert outputs[f"{OUTPUT}.monitor"].default
    assert outputs[f"{OUTPUT}.monitor"].name == OUTPUT


def test_both_people_are_heard_at_once_each_on_their_own_track(server, system, playing):
    with session(system) as running:
        wait_for(lambda: running.seconds > 3)
        assert set(server.listeners().values()) == {"virtual_mic", f"{OUTPUT}.monitor"}

    wait_for(lambda: not server.listeners())
    for track in Track:
        heard = running.heard(track)[RATE:]
        assert strength(heard, PITCH[track]) > 0.9
        assert strength(heard, PITCH[track.other]) < 0.01
    assert running.gaps == []
    assert running.source.notices == []


def test_nothing_of_the_persons_sound_settings_is_altered(server, system, playing):
    before = server.settings()

    with session(system) as running:
        wait_for(lambda: running.seconds > 1)
        assert server.settings() == before
        server.hush(OUTPUT)
        server.unplug(OUTPUT)
        wait_for(lambda: running.source.lost)
        server.plug(OUTPUT)
        server.pactl("set-default-sink", OUTPUT)
        wait_for(lambda: not running.source.lost)
        assert sorted(server.settings().splitlines()) == sorted(before.splitlines())

    assert sorted(server.settings().splitlines()) == sorted(before.splitlines())


@pytest.mark.parametrize("rounds", [5, pytest.param(50, marks=pytest.mark.device)])
def test_again_and_again_unplugged_and_plugged_in(server, system, playing, tones, rounds):
    """The server moves the client's stream to the microphone each time; nobody may notice."""
    # Otherwise the server would play the coach's tone into the output that is the default again.
    server.plug("elsewhere")
    server.pactl("set-default-sink", "elsewhere")
    files = len(list(Path("/proc/self/fd").iterdir()))
    with session(system) as running:
        wait_for(lambda: running.seconds > 1)
        threads = threading.active_count()
        for turn in range(1, rounds + 1):
            server.hush(OUTPUT)
            gone = time.monotonic()
            server.unplug(OUTPUT)
            wait_for(lambda: line_of(running, Track.CLIENT).feed is None)
            assert time.monotonic() - gone < 0.5
            server.plug(OUTPUT)
            server.play_raw(OUTPUT, tones["client"])
            wait_for(lambda: line_of(running, Track.CLIENT).feed is not None)
            # The device begins when its player does.
            wait_for(lambda turn=turn: len(running.gaps) == turn)
            wait_for(lambda: heard_now(running, Track.CLIENT))
            wait_for(lambda: running.seconds > running.gaps[-1].end / RATE + 0.4)
        assert threading.active_count() <= threads
    server.pactl("set-default-sink", OUTPUT)
    server.unplug("elsewhere")

    assert {gap.track for gap in running.gaps} == {Track.CLIENT}
    assert ever(running.heard(Track.CLIENT), PITCH[Track.CLIENT]) > 0.8
    assert ever(running.heard(Track.CLIENT), PITCH[Track.COACH]) < 0.1
    coach = running.heard(Track.COACH)[RATE:]
    assert strength(coach, PITCH[Track.COACH]) > 0.9
    assert len(list(Path("/proc/self/fd").iterdir())) <= files + 4


def test_the_gap_of_an_unplugged_device_is_exact(server, system, playing, tones):
    with session(system) as running:
        wait_for(lambda: running.seconds > 2)
        server.hush(OUTPUT)
        server.unplug(OUTPUT)
        gone = now_in(running)
        wait_for(lambda: Track.CLIENT in running.source.lost, 2.0)
        server.plug(OUTPUT)
        server.play_raw(OUTPUT, tones["client"])
        wait_for(lambda: Track.CLIENT not in running.source.lost)
        wait_for(lambda: len(running.gaps) == 1)
        wait_for(lambda: running.seconds > running.gaps[0].end / RATE + 0.5)

    (gap,) = running.gaps
    assert gap.start / RATE == pytest.approx(gone, abs=0.15)
    client = running.heard(Track.CLIENT)
    loud = np.flatnonzero(np.abs(client) > 0.02) / RATE
    inside = loud[(loud > gap.start / RATE + 0.05) & (loud < gap.end / RATE - 0.05)]
    assert len(inside) == 0
    silent = client[gap.start : gap.end]
    assert len(silent) == gap.end - gap.start
    assert loud[-1] > gap.end / RATE
    said = running.source.notices
    assert (
        "The client is not heard: the device is gone. The coach is; the session goes on" in said[0]
    )
    assert f"The client is heard again ({OUTPUT})" in said[1]


def test_a_server_that_is_restarted_costs_a_gap_and_nothing_else(server, system, playing, tones):
    with session(system) as running:
        wait_for(lambda: running.seconds > 1.5)
        server.stop()
        gone = now_in(running)
        wait_for(lambda: len(running.source.lost) == 2, 2.0)
        server.start()
        server.play_raw(MICROPHONE, tones["coach"])
        server.play_raw(OUTPUT, tones["client"])
        wait_for(lambda: not running.source.lost)
        end = running.seconds + 1
        wait_for(lambda: running.seconds > end)

    assert {gap.track for gap in running.gaps} == set(Track)
    for gap in running.gaps:
        assert gap.start / RATE == pytest.approx(gone, abs=0.15)
    for track in Track:
        heard = running.heard(track)
        (gap,) = (each for each in running.gaps if each.track is track)
        # In its first seconds a stream is shifted to its place, which a tone shows.
        assert strength(heard[RATE : gap.start], PITCH[track]) > 0.7
        assert strength(heard[gap.end + RATE // 5 :], PITCH[track]) > 0.7


def test_a_device_that_the_system_suspends_is_taken_back_when_it_goes_on(server, system, playing):
    with session(system) as running:
        wait_for(lambda: running.seconds > 1)
        server.suspend(OUTPUT, on=True)
        gone = now_in(running)
        wait_for(lambda: Track.CLIENT in running.source.lost, 2.0)
        server.suspend(OUTPUT, on=False)
        back = now_in(running)
        wait_for(lambda: Track.CLIENT not in running.source.lost)
        wait_for(lambda: len(running.gaps) == 1)

    (gap,) = running.gaps
    assert gap.why == "the system has suspended the device"
    assert gap.start / RATE == pytest.approx(gone, abs=0.15)
    assert gap.end / RATE == pytest.approx(back, abs=0.4)


def test_one_person_is_heard_when_the_other_never_was(server, system, playing):
    server.suspend(OUTPUT, on=True)
    try:
        with session(system) as running:
            wait_for(lambda: running.seconds > 2)
    finally:
        server.suspend(OUTPUT, on=False)

    assert strength(running.heard(Track.COACH), PITCH[Track.COACH]) > 0.9
    assert not running.heard(Track.CLIENT).any()
    (gap,) = running.gaps
    assert (gap.track, gap.start) == (Track.CLIENT, 0)
    assert gap.end / RATE == pytest.approx(running.seconds, abs=0.1)
    assert "The client is not heard" in running.source.notices[0]


def test_the_default_device_is_followed(server, system, playing, tones):
    server.plug("headset")
    try:
        with session(system, client="default") as running:
            wait_for(lambda: running.seconds > 1)
            server.pactl("set-default-sink", "headset")
            wait_for(lambda: f"{line_of(running, Track.CLIENT).name}" == "headset")
            server.play_raw("headset", tones["client"])
            wait_for(lambda: heard_now(running, Track.CLIENT))
            wait_for(lambda: running.gaps != [])
    finally:
        server.pactl("set-default-sink", OUTPUT)
        server.unplug("headset")

    assert running.gaps[0].why == "the system changed to another device"


def test_two_people_on_the_channels_of_one_device(server, system, tones):
    server.pactl("load-module", "module-null-sink", "sink_name=interface", "rate=48000",
                 "channels=2", "sink_properties=device.description=Interface")  # fmt: skip
    both = np.stack([np.fromfile(tones[name], "<i2") for name in ("coach", "client")], axis=1)
    stereo = tones["coach"].with_name("stereo.raw")
    stereo.write_bytes(both.tobytes())
    server.play_raw("interface", stereo, channels=2)
    options = DeviceOptions()
    line = Line(system, Choice.read("Interface:1"), Track.COACH, options)
    line.start()
    taps = {Track.COACH: Tap(line, 0), Track.CLIENT: Tap(line, 1)}
    source = LiveSource(taps, options, until=2 * RATE)
    sound = {track: [] for track in Track}
    try:
        for block in source:
            if isinstance(block, AudioBlock):
                sound[block.track].append(block.audio)
    finally:
        source.close()
        server.hush()
        server.unplug("interface")

    for track in Track:
        heard = np.concatenate(sound[track])
        assert len(heard) == 2 * RATE
        assert strength(heard[RATE:], PITCH[track]) > 0.9


def line_of(running: Session, track: Track) -> Line:
    return running.source._taps[track].line


def heard_now(running: Session, track: Track) -> bool:
    """Whether the newest tenth of a second of a person is loud."""
    newest = running.sound[track][-5:]
    return bool(newest) and float(np.abs(np.concatenate(newest)).max()) > 0.1


def now_in(running: Session) -> float:
    """Where the session is now, in seconds."""
    return now() - running.source.begin
