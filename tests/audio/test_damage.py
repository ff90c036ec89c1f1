"""Files that are broken, hostile or no recordings give a result or one sentence, nothing else."""

import os
import struct
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.audio.recording import open_recording
from live.errors import RecordingError
from live.types import Gap, Track

# Name, codec, format of its frames, options of the container.
WRITTEN = {
    "talk.wav": ("pcm_s16le", "s16", {}),
    "talk.flac": ("flac", "s16", {}),
    "talk.ogg": ("libopus", "flt", {}),
    "talk.mp3": ("libmp3lame", "fltp", {}),
    "talk.mkv": ("aac", "fltp", {}),
    "talk.mp4": ("aac", "fltp", {"movflags": "faststart"}),
}


def written(path, seconds=6.0):
    """A recording of two tones in the format that the name says."""
    codec, form, options = WRITTEN[path.name]
    time = np.arange(round(seconds * 48_000)) / 48_000
    tones = 0.3 * np.sin(2 * np.pi * np.outer([300, 500], time))
    with av.open(str(path), "w", options=options) as file:
        stream = file.add_stream(codec, rate=48_000, layout="stereo")
        size = stream.codec_context.frame_size or 4_096
        for at in range(0, len(time), size):
            frame = av.AudioFrame.from_ndarray(
                _samples(tones[:, at : at + size], form), format=form, layout="stereo"
            )
            frame.sample_rate = 48_000
            frame.time_base = Fraction(1, 48_000)
            frame.pts = at
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path


def _samples(tones, form):
    tones = tones if form.endswith("p") else tones.T.reshape(1, -1)
    if form == "s16":
        tones = tones * 32_767
    return np.ascontiguousarray(tones, np.int16 if form == "s16" else np.float32)


def read(path):
    """The source after it was read to its end, and the length of its tracks in seconds."""
    source = open_recording(path)
    ends = dict.fromkeys(Track, 0)
    for event in source:
        if not isinstance(event, Gap):
            assert event.start == ends[event.track]
            assert np.isfinite(event.audio).all()
            ends[event.track] = event.end
    assert ends[Track.COACH] == ends[Track.CLIENT]
    return source, ends[Track.COACH] / 16_000


def result_or_sentence(path):
    """Read it; the only way to fail is a `RecordingError` that says what to do."""
    try:
        read(path)
    except RecordingError as error:
        said = (str(error), error.hint)
    else:
        said = ("read", "to the end.")
    assert said[0]
    assert said[1].endswith(".")


# -- truncated and damaged -----------------------------------------------------------------------


@pytest.mark.parametrize("name", WRITTEN)
def test_a_whole_file_has_nothing_to_complain_about(tmp_path, name):
    source, seconds = read(written(tmp_path / name))
    assert seconds == pytest.approx(6, abs=0.1)
    assert len(source.notices) == 1


@pytest.mark.parametrize("name", WRITTEN)
def test_of_a_truncated_file_everything_is_used_and_the_end_is_named(tmp_path, name):
    path = written(tmp_path / name)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 7 // 10])
    source, seconds = read(path)
    assert 3 < seconds < 5
    assert f"{name} breaks off at 0:0{int(seconds)}; everything up to there is used." in (
        source.notices
    )


def test_a_wav_of_a_recorder_that_never_wrote_the_length_is_read_to_its_end(tmp_path):
    path = written(tmp_path / "talk.wav")
    whole = path.read_bytes()
    at = whole.index(b"data") + 4
    for unknown in (0xFFFF_FFFF, 0x7FFF_F000):
        path.write_bytes(whole[:at] + struct.pack("<I", unknown) + whole[at + 4 :])
        source, seconds = read(path)
        assert seconds == 6
        assert len(source.notices) == 1


def test_damage_in_the_middle_keeps_the_rest_in_its_place(tmp_path):
    path = written(tmp_path / "talk.flac")
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 40] = bytes(40)
    path.write_bytes(data)
    source, seconds = read(path)
    assert seconds == pytest.approx(6, abs=0.05)
    assert any("talk.flac" in notice for notice in source.notices[1:])


def test_the_terminal_stays_clean(tmp_path, capfd):
    path = written(tmp_path / "talk.mp3")
    data = bytearray(path.read_bytes())
    data[3_000:9_000] = os.urandom(6_000)
    path.write_bytes(data)
    result_or_sentence(path)
    assert capfd.readouterr() == ("", "")


# -- no recordings at all ------------------------------------------------------------------------


def _folder(path):
    path.mkdir()


def _missing(path):
    pass


def _pipe(path):
    os.mkfifo(path)


def _empty(path):
    path.touch()


def _text(path):
    path.write_text("Session notes: the client spoke about their week.\n" * 100)


def _picture(path):
    with av.open(str(path), "w", format="image2pipe") as file:
        stream = file.add_stream("png", rate=1)
        stream.width = stream.height = 16
        stream.pix_fmt = "rgb24"
        file.mux(stream.encode(av.VideoFrame(16, 16, "rgb24")))
        file.mux(stream.encode(None))


def _header_only(path):
    whole = written(path.with_name("talk.mp4")).read_bytes()
    path.write_bytes(whole[: whole.index(b"mdat")])


def _slow_motion(path):
    form = struct.pack("<HHIIHH", 1, 2, 1, 4, 4, 16)
    path.write_bytes(
        b"RIFF\x00\x01\x00\x00WAVEfmt \x10\x00\x00\x00"
        + form
        + b"data\x90\x00\x00\x00"
        + bytes(144)
    )


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (_folder, "is a folder"),
        (_missing, "There is no file"),
        pytest.param(
            _pipe, "is not a file", marks=pytest.mark.skipif(os.name == "nt", reason="no pipes")
        ),
        (_empty, "is empty"),
        (_text, "is not a recording"),
        (_picture, "has no sound in it"),
        (_header_only, "Nothing in it.wav can be played"),
        (_slow_motion, "Nothing in it.wav can be played"),
    ],
)
def test_what_is_no_recording_is_said_so(tmp_path, make, says):
    path = tmp_path / "it.wav"
    make(path)
    with pytest.raises(RecordingError, match=says) as error:
        open_recording(path)
    assert error.value.hint


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_file_that_may_not_be_read_is_said_so(tmp_path):
    path = written(tmp_path / "talk.wav")
    path.chmod(0)
    with pytest.raises(RecordingError, match="may not be read"):
        open_recording(path)


def test_a_file_that_may_not_be_opened_is_said_so(tmp_path, monkeypatch):
    path = written(tmp_path / "talk.wav")

    def refuse(*how):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(type(path), "open", refuse)
    with pytest.raises(RecordingError, match="may not be read"):
        open_recording(path)


@pytest.mark.parametrize("name", ["a" * 5_000 + ".wav", "nul\0l.wav"])
def test_an_impossible_name_is_said_so(tmp_path, name):
    with pytest.raises(RecordingError):
        open_recording(tmp_path / name)


@pytest.mark.parametrize("name", ["list.m3u8", "list.ffconcat", "list.wav"])
def test_a_playlist_opens_no_other_file(tmp_path, name):
    other = written(tmp_path / "talk.mp3")
    path = tmp_path / name
    if name.endswith("ffconcat"):
        path.write_text(f"ffconcat version 1.0\nfile {other.name}\n")
    else:
        path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:6,\n{other.as_uri()}\n")
    with pytest.raises(RecordingError):
        open_recording(path)


# -- anything ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("anything")


@pytest.fixture(scope="module")
def originals(folder):
    names = ("talk.wav", "talk.flac", "talk.ogg")
    return {name: written(folder / name, seconds=0.5).read_bytes() for name in names}


@settings(max_examples=150, deadline=None)
@given(
    data=st.binary(max_size=2_000),
    begin=st.sampled_from(
        [b"", b"RIFF\xff\xff\x00\x00WAVE", b"OggS", b"ID3", b"fLaC", b"\xff\xfb"]
    ),
    suffix=st.sampled_from([".wav", ".ogg", ".mp3", ".mp4"]),
)
def test_any_bytes_give_a_result_or_a_sentence(folder, data, begin, suffix):
    path = folder / f"any{suffix}"
    path.write_bytes(begin + data)
    result_or_sentence(path)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_damage_gives_a_result_or_a_sentence(folder, originals, data):
    name = data.draw(st.sampled_from(sorted(originals)))
    damaged = bytearray(originals[name])
    # Most of what can go wrong stands in the header.
    places = st.one_of(st.integers(0, 120), st.integers(0, len(damaged) - 1))
    for place, value in data.draw(
        st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=12)
    ):
        damaged[min(place, len(damaged) - 1)] = value
    path = Path(folder / f"damaged-{name}")
    path.write_bytes(damaged[: data.draw(st.integers(1, len(damaged)))])
    result_or_sentence(path)
