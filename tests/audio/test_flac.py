"""Kept sound comes back to the last bit, or not at all."""

import gc
import itertools
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
import av.logging
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from live.audio.flac import LONGEST, pack, unpack
from live.audio.recording import open_recording
from live.errors import RecordingError
from live.resources import shipped
from live.types import AudioBlock, Track

STATM = Path("/proc/self/statm")


def noise(length, seed=1, loudness=300.0):
    """Two different voices, or nearly so."""
    random = np.random.default_rng(seed)
    return np.clip(random.normal(0, loudness, (2, length)), -32_768, 32_767).astype(np.int16)


def other_flac(rate=16_000, layout="stereo", form="s16", length=1_600):
    """FLAC that is not a piece of a session."""
    file = BytesIO()
    with av.open(file, "w", format="flac") as container:
        stream = container.add_stream("flac", rate=rate, layout=layout)
        stream.codec_context.format = form
        channels = 1 if layout == "mono" else 2
        kind = np.int16 if form == "s16" else np.int32
        frame = av.AudioFrame.from_ndarray(
            np.zeros((1, channels * length), kind), format=form, layout=layout
        )
        frame.sample_rate = rate
        frame.time_base = Fraction(1, rate)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


@given(
    length=st.one_of(st.integers(1, 40), st.integers(1, 12_000), st.sampled_from([1_152, 8_000])),
    seed=st.integers(0, 1_000),
    loudness=st.sampled_from([0.0, 1.0, 300.0, 1e6]),
)
@settings(max_examples=150, deadline=None)
def test_every_piece_comes_back_to_the_last_bit(length, seed, loudness):
    sound = noise(length, seed, loudness)

    again = unpack(pack(sound))

    assert again.dtype == np.int16
    assert np.array_equal(again, sound)


def test_the_longest_piece_comes_back_and_a_longer_one_is_refused():
    sound = noise(LONGEST)

    assert np.array_equal(unpack(pack(sound)), sound)
    with pytest.raises(ValueError, match="samples"):
        pack(noise(LONGEST + 1))


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros((2, 0), np.int16),
        np.zeros((1, 100), np.int16),
        np.zeros(100, np.int16),
        np.zeros((2, 100), np.float32),
    ],
)
def test_what_is_no_piece_is_not_packed(sound):
    with pytest.raises(ValueError, match="a piece"):
        pack(sound)


def test_a_view_into_longer_sound_is_packed_as_it_is():
    sound = noise(5_000)

    assert np.array_equal(unpack(pack(sound[:, 1_000:3_000:2])), sound[:, 1_000:3_000:2])


def test_speech_takes_about_half_of_its_plain_size():
    tracks = {track: [] for track in Track}
    for event in itertools.islice(open_recording(shipped("models") / "sample/session.opus"), 60):
        if isinstance(event, AudioBlock):
            tracks[event.track].append(event.audio)
    shortest = min(sum(map(len, blocks)) for blocks in tracks.values())
    both = np.stack([np.concatenate(blocks)[:shortest] for blocks in tracks.values()])
    speech = (both * 32_767).astype(np.int16)

    pieces = [pack(speech[:, at : at + 8_000]) for at in range(0, shortest, 8_000)]

    assert shortest > 80_000
    assert 0.2 < sum(map(len, pieces)) / speech.nbytes < 0.6


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_damaged_bytes_give_the_same_sound_or_an_error_never_another_sound(data):
    sound = noise(1_600)
    whole = pack(sound)
    begin = data.draw(st.integers(0, len(whole) - 1))
    put = data.draw(st.binary(min_size=1, max_size=40))
    damaged = (whole[:begin] + put + whole[begin + len(put) :])[: len(whole)]

    try:
        again = unpack(damaged)
    except RecordingError as error:
        assert error.hint  # noqa: PT017 - one of two outcomes
    else:
        assert np.array_equal(again, sound)


def test_a_single_changed_sample_in_it_is_an_error():
    """FFmpeg itself plays on over most of these."""
    whole = bytearray(pack(noise(1_600)))
    whole[len(whole) // 2] ^= 1

    with pytest.raises(RecordingError, match="damaged"):
        unpack(bytes(whole))


def test_a_piece_that_was_cut_off_anywhere_is_an_error():
    whole = pack(noise(200))

    for end in range(len(whole)):
        with pytest.raises(RecordingError):
            unpack(whole[:end])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"fLaC",
        bytes(1_000),
        b"OggS" + bytes(1_000),
        other_flac(rate=48_000),
        other_flac(layout="mono"),
        other_flac(form="s32"),
    ],
    ids=["nothing", "mark", "zeros", "ogg", "48 kHz", "mono", "24 bit"],
)
def test_what_is_no_piece_of_a_session_is_an_error(data):
    with pytest.raises(RecordingError, match=r"A piece of kept sound .*\.") as caught:
        unpack(data)

    assert caught.value.hint.endswith(".")


def test_a_piece_that_claims_hours_is_refused_before_it_is_decoded():
    whole = bytearray(pack(noise(100)))
    whole[21:26] = (0xF << 36 | (1 << 36) - 1).to_bytes(5, "big")

    with pytest.raises(RecordingError, match="impossible length"):
        unpack(bytes(whole))


def test_no_more_is_decoded_than_a_piece_claims(monkeypatch):
    """Thousands of frames of silence take no room."""
    whole = bytearray(pack(np.zeros((2, LONGEST), np.int16)))
    whole[21:26] = (0xF << 36 | 1).to_bytes(5, "big")
    joined = []
    concatenate = np.concatenate
    monkeypatch.setattr(
        np, "concatenate", lambda parts: joined.append(len(parts)) or concatenate(parts)
    )

    with pytest.raises(RecordingError, match="damaged"):
        unpack(bytes(whole))

    assert joined == [1]


def test_ffmpeg_says_nothing_of_damage_whatever_it_was_told_before(capfd, caplog):
    """Neither on the terminal nor in a log."""
    av.logging.set_level(av.logging.ERROR)
    whole = pack(noise(1_600))

    for at in range(42, len(whole), 40):
        with pytest.raises(RecordingError):
            unpack(whole[:at] + b"\xff\xf8\xff" + whole[at + 3 :])

    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


@pytest.mark.skipif(not STATM.exists(), reason="memory is read from Linux's /proc")
def test_memory_does_not_grow_with_the_pieces():
    def pages():
        gc.collect()
        return int(STATM.read_text().split()[1])

    sound = noise(8_000)
    for _ in range(50):
        unpack(pack(sound))
    before = pages()

    for _ in range(300):
        unpack(pack(sound))

    assert (pages() - before) * 4_096 < 2_000_000
