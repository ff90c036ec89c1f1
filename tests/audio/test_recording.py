"""Recordings of every shape become two tracks at 16 kHz, and say what they are."""

import struct
import tracemalloc
from fractions import Fraction

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.audio.decode import ClockOptions, Hole, Piece, StreamReader
from live.audio.lane import Feed, Lane, Side, picked
from live.audio.recording import RecordingOptions, open_recording
from live.audio.telling import about_feed
from live.errors import RecordingError, UsageError
from live.types import AudioBlock, Gap, Track

RNG = np.random.default_rng(7)

# How each sample format of a wav file is written: format tag, bytes, full scale.
FORMATS = {
    "u8": (1, 1, 2**7),
    "s16": (1, 2, 2**15),
    "s24": (1, 3, 2**23),
    "s32": (1, 4, 2**31),
    "s64": (1, 8, 2**63),
    "f32": (3, 4, 1),
    "f64": (3, 8, 1),
}


def wav(sound, rate=16_000, kind="s16", mask=None):
    """The bytes of a wav file; `sound` has shape (channels, n), full scale 1."""
    tag, width, _ = FORMATS[kind]
    channels = len(sound)
    data = _stored(np.asarray(sound, np.float64).T, kind)
    head = struct.pack(
        "<HIIHH", channels, rate, rate * channels * width, channels * width, 8 * width
    )
    form = struct.pack("<H", tag) + head
    if mask is not None:
        guid = struct.pack("<H", tag) + bytes.fromhex("000000001000800000aa00389b71")
        form = struct.pack("<H", 0xFFFE) + head + struct.pack("<HHI", 22, 8 * width, mask) + guid
    body = b"WAVE" + _chunk(b"fmt ", form) + _chunk(b"data", data)
    return _chunk(b"RIFF", body)


def _chunk(name, content):
    return name + struct.pack("<I", len(content)) + content


def _stored(sound, kind):
    full = FORMATS[kind][2]
    if kind == "u8":
        return (sound * full + 128).astype(np.uint8).tobytes()
    if kind == "s24":
        return (
            np.ascontiguousarray(sound * full, "<i4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes()
        )
    return (
        (sound * full)
        .astype({"s16": "<i2", "s32": "<i4", "s64": "<i8", "f32": "<f4", "f64": "<f8"}[kind])
        .tobytes()
    )


def noise(seconds, channels=2, rate=16_000):
    """Different noise on each channel, exact in 8 bit and in all others."""
    return RNG.integers(-100, 100, (channels, round(seconds * rate))) / 128


def container(path, streams, rate=16_000, codec="pcm_s16le"):
    """A file with mono streams, each a list of (seconds at which it begins, sound)."""
    with av.open(str(path), "w") as file:
        outs = [file.add_stream(codec, rate=rate, layout="mono") for _ in streams]
        packets = []
        for out, parts in zip(outs, streams, strict=True):
            for begin, sound in parts:
                whole = (np.asarray(sound) * 32_768).astype(np.int16)
                for at in range(0, len(whole), 1_000):
                    frame = av.AudioFrame.from_ndarray(
                        whole[None, at : at + 1_000], format="s16", layout="mono"
                    )
                    frame.sample_rate = rate
                    frame.time_base = Fraction(1, rate)
                    frame.pts = round(begin * rate) + at
                    packets += out.encode(frame)
            packets += out.encode(None)
        for packet in sorted(packets, key=lambda packet: packet.pts):
            file.mux(packet)
    return path


def read(source):
    """Both tracks whole, and the gaps; the promises of a source are checked on the way."""
    tracks = {track: [] for track in Track}
    ends = dict.fromkeys(Track, 0)
    gaps = []
    for event in source:
        if isinstance(event, Gap):
            assert event.start >= ends[event.track]
            gaps.append(event)
            continue
        assert isinstance(event, AudioBlock)
        assert event.start == ends[event.track]
        assert event.audio.dtype == np.float32
        assert event.audio.ndim == 1
        ends[event.track] = event.end
        tracks[event.track].append(event.audio)
        assert abs(ends[Track.COACH] - ends[Track.CLIENT]) <= 32_000
    assert ends[Track.COACH] == ends[Track.CLIENT]
    return *(np.concatenate(tracks[track]) for track in Track), gaps


@pytest.fixture
def file(tmp_path):
    """Write a wav file of that name and give its path."""

    def write(name, sound, rate=16_000, kind="s16", mask=None):
        path = tmp_path / name
        path.write_bytes(wav(sound, rate, kind, mask))
        return path

    return write


# -- who is on which channel ---------------------------------------------------------------------


def test_left_is_the_coach_and_it_says_so(file):
    sound = noise(3.3)
    source = open_recording(file("practice.wav", sound))
    coach, client, gaps = read(source)
    assert np.array_equal(coach, sound[0])
    assert np.array_equal(client, sound[1])
    assert gaps == []
    assert source.notices == [
        "practice.wav: the left channel is taken as the coach, the right as the client."
    ]
    assert (source.name, source.kind, source.duration) == ("practice.wav", "recording", 52_800)


@pytest.mark.parametrize("said", [{"coach": Side.RIGHT}, {"client": Side.LEFT}])
def test_a_side_for_one_person_implies_the_other_side(file, said):
    sound = noise(1)
    source = open_recording(file("practice.wav", sound), **said)
    coach, client, _ = read(source)
    assert np.array_equal(coach, sound[1])
    assert np.array_equal(client, sound[0])
    assert source.notices == []


def test_two_files_are_two_people(file):
    sound = noise(2)
    source = open_recording(coach=file("a.wav", sound[:1]), client=file("b.wav", sound[1:]))
    coach, client, _ = read(source)
    assert np.array_equal(coach, sound[0])
    assert np.array_equal(client, sound[1])
    assert source.name == "a.wav + b.wav"
    assert source.notices == []


def test_a_persons_file_with_two_channels_is_mixed(file):
    sound = noise(1, 3)
    source = open_recording(coach=file("a.wav", sound[:2]), client=file("b.wav", sound[2:]))
    assert np.allclose(read(source)[0], sound[:2].mean(axis=0), atol=1e-7)
    assert source.notices == ["a.wav has 2 channels; they are mixed into one."]


def test_two_streams_in_one_file_are_two_people(tmp_path):
    sound = noise(2)
    path = container(tmp_path / "call.mka", [[(0, sound[0])], [(0, sound[1])]])
    source = open_recording(path)
    coach, client, _ = read(source)
    assert np.array_equal(coach, sound[0])
    assert np.array_equal(client, sound[1])
    assert source.notices == [
        "call.mka: the first of its 2 sound streams is taken as the coach, "
        "the second as the client."
    ]
    assert np.array_equal(read(open_recording(path, coach=Side.RIGHT))[0], sound[1])


def test_of_six_channels_the_front_ones_are_the_people(file):
    sound = noise(1, 6)
    source = open_recording(file("room.wav", sound, mask=0x3F))
    coach, client, _ = read(source)
    assert np.array_equal(coach, sound[0])
    assert np.array_equal(client, sound[1])
    assert source.notices == [
        "room.wav has 6 channels: front left is taken as the coach, front right as the client."
    ]


def test_front_left_is_found_by_name_and_not_by_place():
    sound = np.arange(6, dtype=np.float32).reshape(3, 2)
    piece = Piece(16_000, ("FC", "FL", "FR"), sound)
    assert picked(piece, Side.LEFT).tolist() == [2, 3]
    assert picked(piece, Side.RIGHT).tolist() == [4, 5]


def test_eight_channels_in_a_compressed_file_work(tmp_path):
    tones = 0.1 * np.sin(2 * np.pi * np.outer(np.arange(2, 10) * 100, np.arange(48_000)) / 48_000)
    with av.open(str(tmp_path / "room.mka"), "w") as file:
        stream = file.add_stream("libopus", rate=48_000, layout="7.1")
        for at in range(0, 48_000, 960):
            packed = np.ascontiguousarray(tones.T[at : at + 960].reshape(1, -1), np.float32)
            frame = av.AudioFrame.from_ndarray(packed, format="flt", layout="7.1")
            frame.sample_rate = 48_000
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    coach, client, _ = read(open_recording(tmp_path / "room.mka"))
    pitches = [np.argmax(np.abs(np.fft.rfft(track[:16_000]))) for track in (coach, client)]
    assert pitches == [200, 300]


def test_a_second_channel_that_ends_on_the_way_ends_the_recording(tmp_path):
    class Changing(StreamReader):
        def pieces(self):
            yield Piece(16_000, ("FL", "FR"), np.ones((2, 8_000), np.float32))
            yield Piece(16_000, ("FC",), np.ones((1, 8_000), np.float32))

    reader = Changing(tmp_path / "odd.ogg", 0, None, ClockOptions())
    feed = Feed("odd.ogg", reader, [Lane(Track.COACH, Side.LEFT), Lane(Track.CLIENT, Side.RIGHT)])
    feed.fill(16_000)
    assert [lane.length for lane in feed.lanes] == [8_000, 8_000]
    assert list(about_feed(feed)) == [
        "odd.ogg has only one channel from 0:00 on; that part is left out."
    ]


def test_one_channel_is_not_two_people(file):
    with pytest.raises(RecordingError, match="one channel") as error:
        open_recording(file("memo.wav", noise(1, 1)))
    assert "--coach and --client" in error.value.hint


@pytest.mark.parametrize(
    "call",
    [
        lambda path: open_recording(),
        lambda path: open_recording(coach=path),
        lambda path: open_recording(coach=path, client=Side.LEFT),
        lambda path: open_recording(path, coach=path),
        lambda path: open_recording(coach=path, client=path),
        lambda path: open_recording(path, coach=Side.LEFT, client=Side.LEFT),
    ],
)
def test_what_says_too_little_or_contradicts_itself_is_wrong_usage(file, call):
    with pytest.raises(UsageError) as error:
        call(file("practice.wav", noise(0.2)))
    assert error.value.hint


# -- one microphone twice, and tracks with nothing on them ---------------------------------------


def test_one_microphone_stored_twice_is_noticed_long_before_the_end(file):
    mono = noise(40, 1)
    source = open_recording(file("twice.wav", np.concatenate([mono, mono])))
    events = []
    with pytest.raises(RecordingError, match="same sound"):
        events.extend(source)
    assert 9 * 16_000 <= events[-1].end <= 12 * 16_000


def test_one_microphone_stored_twice_is_noticed_at_the_end_of_a_short_file(file):
    mono = noise(0.3, 1)
    with pytest.raises(RecordingError, match="same sound"):
        read(open_recording(coach=file("a.wav", mono), client=file("b.wav", mono)))


def test_an_announcement_to_both_is_no_reason_to_stop(file):
    sound = noise(30)
    sound[1, : 8 * 16_000] = sound[0, : 8 * 16_000]
    assert len(read(open_recording(file("call.wav", sound)))[0]) == 30 * 16_000


def test_minutes_of_silence_on_both_are_no_reason_to_stop(file):
    sound = noise(61)
    sound[:, : 60 * 16_000] = 0
    assert len(read(open_recording(file("call.wav", sound)))[0]) == 61 * 16_000


def test_a_silent_track_works_and_is_told(file):
    sound = noise(1)
    sound[1] = 0
    source = open_recording(file("practice.wav", sound), coach=Side.LEFT)
    assert not read(source)[1].any()
    assert source.notices == ["Nothing was heard on the client's track: it is silent throughout."]


def test_the_shorter_track_is_filled_with_silence(file):
    sound = noise(3)
    source = open_recording(
        coach=file("a.wav", sound[:1, :16_000]), client=file("b.wav", sound[1:])
    )
    coach, client, _ = read(source)
    assert len(coach) == len(client) == 48_000
    assert not coach[16_000:].any()
    assert source.duration == 48_000
    assert source.notices == [
        "The coach's sound ends at 0:01, the client's at 0:03; silence stands in for the rest."
    ]


def test_a_small_difference_in_length_is_not_worth_a_word(file):
    sound = noise(1)
    source = open_recording(coach=file("a.wav", sound[:1, :9_000]), client=file("b.wav", sound[1:]))
    read(source)
    assert source.notices == []


def test_a_track_of_no_length_works_beside_one_that_has_some(file):
    sound = noise(1, 1)
    source = open_recording(coach=file("a.wav", sound), client=file("b.wav", sound[:, :0]))
    assert not read(source)[1].any()
    assert "Nothing was heard on the client's track: it is silent throughout." in source.notices


def test_a_recording_of_no_length_has_no_sound(file):
    with pytest.raises(RecordingError, match="no sound"):
        open_recording(file("practice.wav", noise(0)))


# -- every rate, every format --------------------------------------------------------------------


@pytest.mark.parametrize("kind", FORMATS)
def test_every_sample_format_gives_the_same_values(file, kind):
    sound = noise(0.7)
    coach, client, _ = read(open_recording(file("a.wav", sound, kind=kind)))
    assert np.array_equal(coach, sound[0])
    assert np.array_equal(client, sound[1])


@pytest.mark.parametrize("rate", [8_000, 11_025, 44_100, 48_000, 96_000])
def test_every_rate_gives_the_same_tones_at_the_same_times(file, rate):
    time = np.arange(2 * rate) / rate
    tones = np.stack([0.5 * np.sin(2 * np.pi * f * time) for f in (300, 1_100)])
    coach, client, _ = read(open_recording(file("a.wav", tones, rate, "f32")))
    time = np.arange(32_000) / 16_000
    inside = slice(800, -800)
    for track, pitch in ((coach, 300), (client, 1_100)):
        assert len(track) == 32_000
        wanted = 0.5 * np.sin(2 * np.pi * pitch * time)
        assert np.abs(track - wanted)[inside].max() < 1e-4


def test_a_tenth_of_a_second_is_a_recording(file):
    assert len(read(open_recording(file("a.wav", noise(0.1, rate=48_000), 48_000)))[0]) == 1_600


def test_loud_sound_beyond_full_scale_is_left_alone(file):
    sound = noise(0.5) * 3
    assert np.allclose(read(open_recording(file("a.wav", sound, kind="f32")))[0], sound[0])


@pytest.mark.parametrize("kind", ["f32", "f64"])
def test_what_is_not_a_number_becomes_silence_and_is_counted(file, kind):
    sound = noise(2)
    sound[0, 100:103] = [np.nan, np.inf, -np.inf]
    sound[1, 31_000] = 1e30
    source = open_recording(file("a.wav", sound, kind=kind), coach=Side.LEFT)
    coach, client, _ = read(source)
    assert not coach[100:103].any()
    assert client[31_000] == 0
    assert np.isfinite(coach).all()
    assert source.notices == [
        "4 samples in a.wav hold no valid number; silence stands in for them."
    ]


@pytest.fixture(scope="module")
def talk(tmp_path_factory):
    path = tmp_path_factory.mktemp("talk") / "talk.wav"
    path.write_bytes(wav(noise(5.03, rate=22_050), 22_050))
    return path


@settings(max_examples=10, deadline=None)
@given(block_ms=st.integers(100, 2_000))
def test_the_size_of_the_blocks_changes_nothing(talk, block_ms):
    one = read(open_recording(talk, options=RecordingOptions(block_ms=block_ms)))
    other = read(open_recording(talk))
    assert np.array_equal(one[0], other[0])
    assert np.array_equal(one[1], other[1])


def test_a_recording_can_be_read_twice(file):
    source = open_recording(file("a.wav", noise(1)))
    first, second = read(source), read(source)
    assert np.array_equal(first[0], second[0])
    assert len(source.notices) == 1


def test_a_rate_that_changes_on_the_way_keeps_its_place():
    lane = Lane(Track.COACH, None)
    lane.push(np.ones(8_000, np.float32), 8_000)
    lane.push(np.ones(48_000, np.float32), 48_000)
    lane.expect(Hole(8_000, 4_000))
    lane.push(np.zeros(4_000, np.float32), 8_000)
    lane.finish()
    assert lane.length == 40_000
    assert lane.gaps_before(40_000) == [Gap(32_000, 40_000, Track.COACH, "hole in the recording")]


# -- holes in the timestamps ---------------------------------------------------------------------


def with_hole(tmp_path, hole, name="meeting.mka"):
    sound = noise(4)
    parts = [[(0, side[:32_000]), (2 + hole, side[32_000:])] for side in sound]
    return open_recording(container(tmp_path / name, parts)), sound


def test_a_hole_is_filled_with_silence_and_told(tmp_path):
    source, sound = with_hole(tmp_path, 1.5)
    coach, client, gaps = read(source)
    silence = np.zeros(24_000)
    assert np.array_equal(coach, np.concatenate([sound[0, :32_000], silence, sound[0, 32_000:]]))
    assert len(client) == 88_000
    assert gaps == [Gap(32_000, 56_000, track, "hole in the recording") for track in Track]
    assert "meeting.mka has 1 hole, 1.5 s altogether; silence stands in for them." in source.notices


@pytest.mark.parametrize("jump", [0.03, -0.03])
def test_jitter_of_the_clock_is_no_hole(tmp_path, jump):
    source, sound = with_hole(tmp_path, jump)
    coach, _, gaps = read(source)
    assert np.array_equal(coach, sound[0])
    assert gaps == []


@pytest.mark.parametrize("jump", [601.0, 40_000.0])
def test_a_clock_that_jumps_too_far_is_not_believed(tmp_path, jump):
    source, sound = with_hole(tmp_path, jump)
    coach, _, gaps = read(source)
    assert len(coach) == len(sound[0])
    assert gaps == []
    assert any("clock of meeting.mka jumps in 1 place;" in notice for notice in source.notices)


def test_all_holes_together_are_bounded(tmp_path):
    bursts = [[(begin * 30, noise(0.1, 1)[0]) for begin in range(40)] for _ in Track]
    options = RecordingOptions(clock=ClockOptions(holes_total_s=100))
    source = open_recording(container(tmp_path / "odd.mka", bursts), options=options)
    coach, _, gaps = read(source)
    assert len(coach) <= 104 * 16_000
    assert len(gaps) == 2 * 3


def test_a_clock_that_runs_backwards_loses_no_sound(tmp_path):
    frames = []
    for pts in (0, 16_000, 8_000, 24_000):
        frame = av.AudioFrame.from_ndarray(np.ones((1, 16_000), np.int16), layout="mono")
        frame.sample_rate = 16_000
        frame.time_base = Fraction(1, 16_000)
        frame.pts = pts
        frames.append(frame)
    reader = StreamReader(tmp_path / "not-opened.mkv", 0, None, ClockOptions())
    pieces = list(reader._pieces(iter(frames)))
    assert [type(piece) for piece in pieces] == [Piece] * len(pieces)
    assert sum(piece.sound.shape[1] for piece in pieces) == 64_000
    assert reader.faults.disbelieved == 1


def test_a_long_hole_is_not_held_in_memory(tmp_path):
    source, _ = with_hole(tmp_path, 590)
    next(iter(source))
    tracemalloc.start()
    try:
        for _ in source:
            pass
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4_000_000  # the silence of both tracks would be 75 MB


def test_one_who_joins_late_begins_late(tmp_path):
    sound = noise(3)
    parts = [[(0, sound[0])], [(1.25, sound[1, :20_000])]]
    source = open_recording(container(tmp_path / "call.mka", parts))
    coach, client, gaps = read(source)
    assert np.array_equal(coach, sound[0])
    assert np.array_equal(client[20_000:40_000], sound[1, :20_000])
    assert gaps == [Gap(0, 20_000, Track.CLIENT, "hole in the recording")]


# -- letting go ----------------------------------------------------------------------------------


def test_closing_in_the_middle_ends_the_reading(file):
    source = open_recording(file("a.wav", noise(20)))
    events = iter(source)
    next(events)
    source.close()
    assert sum(len(event.audio) for event in events) < 5 * 16_000
    source.close()


def test_the_file_is_let_go_when_nobody_reads_on(file, monkeypatch):
    files = []
    path = file("a.wav", noise(20))
    opened = type(path).open
    monkeypatch.setattr(type(path), "open", lambda *how: files.append(opened(*how)) or files[-1])
    for _ in open_recording(path):
        break
    assert files
    assert all(each.closed for each in files)
