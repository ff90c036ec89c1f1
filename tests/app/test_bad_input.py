"""Whatever is given: a result, or one clear sentence and exit code 1; never a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outside import Done, Sound, call, lines, wav, whole

from live.types import RATE

WEBRTC = ("--set", "voice.engine=webrtc")
FINE = {"track": "coach", "start": 1.0, "end": 1.5, "text": "hello"}


def clear(done: Done, inputs: int = 1) -> None:
    """The promise of this file."""
    assert done.code in (0, 1)
    assert "Traceback" not in done.err
    assert "should not have" not in done.err  # a mistake of ours, caught at the last place
    assert len(done.problems) <= inputs
    assert bool(done.problems) == (done.code == 1)


def review(folder: Path, *arguments) -> tuple[Done, dict | None]:
    """What came of it, and the document if there is one."""
    result = folder / "result.json"
    result.unlink(missing_ok=True)
    done = call("review", *arguments, *WEBRTC, "--json", result)
    clear(done)
    assert result.exists() == (done.code == 0)
    if done.code:
        return done, None
    document = whole(result)
    assert all(time <= document["duration"] for time in times(document))
    return done, document


def times(document: dict) -> list[float]:
    """Every moment of which the document says something."""
    found = [one for name in ("turns", "silences", "flags") for one in document[name]]
    return [one[at] for one in found for at in ("start", "end", "decided") if at in one]


@pytest.fixture(scope="session")
def piece(voices) -> Sound:
    """Six seconds in which both speak."""
    return voices[:, 22 * RATE : 28 * RATE]


# Recordings


def test_unusual_but_honest_recordings_give_a_result(tmp_path, piece):
    six = np.vstack([piece, np.zeros((4, piece.shape[1]), np.float32)])
    given = {
        "8 kHz": wav(tmp_path / "8k.wav", piece[:, ::2], 8_000),
        "96 kHz": wav(tmp_path / "96k.wav", np.repeat(piece, 6, axis=1), 96_000),
        "8 bit": wav(tmp_path / "8bit.wav", piece, width=1),
        "six channels": wav(tmp_path / "six.wav", six),
    }
    for what, path in given.items():
        _, document = review(tmp_path, path)

        assert document is not None, what
        assert document["duration"] == pytest.approx(6, abs=0.01), what
        assert {turn["track"] for turn in document["turns"]} == {"coach", "client"}, what


@pytest.mark.parametrize("length", [1, 100, 511, 512, 513, 1_600])
def test_a_tenth_of_a_second_and_less_give_a_result(tmp_path, piece, length):
    _, document = review(tmp_path, wav(tmp_path / "tiny.wav", piece[:, 30_000 : 30_000 + length]))

    assert document is not None
    assert document["duration"] == pytest.approx(length / RATE, abs=0.001)


@pytest.mark.parametrize(("silent", "name"), [(0, "coach"), (1, "client")])
def test_a_silent_track_gives_a_result_and_is_told(tmp_path, piece, silent, name):
    quiet = piece.copy()
    quiet[silent] = 0

    done, document = review(tmp_path, wav(tmp_path / "half.wav", quiet))

    assert f"Nothing was heard on the {name}'s track" in done.err
    assert {turn["track"] for turn in document["turns"]} == {"coach", "client"} - {name}


def test_tracks_of_different_length_give_a_result_and_are_told(tmp_path, piece):
    coach = wav(tmp_path / "me.wav", piece[:1])
    client = wav(tmp_path / "them.wav", piece[1:, : 3 * RATE])

    done, document = review(tmp_path, "--coach", coach, "--client", client)

    assert document["duration"] == 6
    assert "The client's sound ends at 0:03, the coach's at 0:06" in done.err


def test_samples_that_are_no_numbers_give_a_result_and_are_told(tmp_path, piece):
    sound = np.ascontiguousarray(piece.T, "<f4")
    sound[5_000:6_000] = [np.nan, np.inf]
    head = b"RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x03\x00\x02\x00"
    head += (RATE).to_bytes(4, "little") + (RATE * 8).to_bytes(4, "little") + b"\x08\x00\x20\x00"
    path = tmp_path / "nan.wav"
    path.write_bytes(head + b"data" + sound.nbytes.to_bytes(4, "little") + sound.tobytes())

    done, document = review(tmp_path, path)

    assert document["duration"] == 6
    assert "no valid number" in done.err


def test_a_recording_that_breaks_off_gives_what_there_is(tmp_path, talk):
    cut = tmp_path / "cut.wav"
    cut.write_bytes(talk.read_bytes()[:200_001])

    done, document = review(tmp_path, cut)

    assert 3 < document["duration"] < 6.3
    assert "breaks off" in done.err


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path, piece: path.write_bytes(b""), "is empty"),
        (lambda path, piece: path.write_text("Dear diary\n" * 99), "not a recording"),
        (lambda path, piece: path.write_bytes(b"\0" * 9_999), "not a recording"),
        (lambda path, piece: path.write_bytes(b"RIFF"), "not a recording"),
        (lambda path, piece: path.mkdir(), "is a folder"),
        (lambda path, piece: None, "There is no file"),
        (lambda path, piece: path.symlink_to(path), "There is no file"),
        (lambda path, piece: wav(path, piece[:1]), "one channel"),
        (lambda path, piece: wav(path, piece[[0, 0]]), "one microphone, stored twice"),
        (lambda path, piece: wav(path, piece[:, :0]), "no sound"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_one_sentence_with_advice(tmp_path, piece, make, says):
    path = tmp_path / "talk.wav"
    make(path, piece)

    done, document = review(tmp_path, path)

    assert document is None
    assert says in done.problems[0]
    assert "talk.wav" in done.problems[0]
    assert done.err.splitlines()[1].startswith("  ")
    assert done.out == ""


@pytest.mark.parametrize("source", ["talk.wav", "text.wav", ""])
def test_a_live_source_that_cannot_be_used_is_one_sentence(tmp_path, piece, monkeypatch, source):
    monkeypatch.chdir(tmp_path)
    wav(Path("talk.wav"), piece[:1])
    Path("text.wav").write_text("Dear diary\n")

    done = call("live", "--source", source, "--speed", "1000")

    clear(done)
    assert done.code == 1


def test_one_bad_input_does_not_cost_the_others_their_results(tmp_path, talk, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("empty.wav").touch()
    Path("also good.wav").write_bytes(talk.read_bytes())

    done = call(
        "review", "empty.wav", "talk.wav", "missing.wav", "also good.wav", "--out", "r", *WEBRTC
    )

    assert done.code == 1
    assert done.problems == ["empty.wav is empty.", "There is no file missing.wav."]
    assert {path.name for path in Path("r").iterdir()} == {
        "talk.session.json", "also good.session.json",
    }  # fmt: skip
    for path in Path("r").iterdir():
        assert whole(path)["duration"] == 12


# Words and transcripts


def object_line(**change) -> str:
    return json.dumps(FINE | change)


HOSTILE = {
    "a million characters": object_line(text="x" * 1_000_000),
    "a thousand words": object_line(text="x " * 1_000, start=0, end=1),
    "negative times": object_line(start=-5, end=-1),
    "reversed times": object_line(start=9, end=2),
    "endless times": '{"track": "coach", "start": 1e308, "end": 1e309, "text": "a"}',
    "no numbers": '{"track": "coach", "start": NaN, "end": Infinity, "text": "a"}',
    "5000 digits": '{"track": "coach", "start": ' + "9" * 5_000 + ', "end": 1, "text": "a"}',
    "an unknown speaker": object_line(track="observer"),
    "deep nesting": "[" * 100_000,
    "deep objects": '{"a":' * 100_000,
    "NUL": "\0" * 100,
    "half a character": '{"track": "coach", "start": 1, "end": 2, "text": "\\ud800"}',
    "a list": "[1, 2, 3]",
    "a key twice": '{"track": "coach", "track": "client", "start": 1, "end": 2, "text": "a"}',
    "an escape": object_line(text="\x1b[2J\x07"),
}


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize("option", ["--words", "--transcript"])
def test_a_hostile_line_alone_and_among_good_ones(tmp_path, what, option):
    path = tmp_path / "w.jsonl"
    path.write_text(HOSTILE[what] + "\n")
    alone, _ = review(tmp_path, option, path)
    path.write_text(f"{object_line()}\n{HOSTILE[what]}\n{object_line(track='client', start=2)}\n")
    done, document = review(tmp_path, option, path)

    assert "\x1b" not in alone.out + alone.err + done.out + done.err
    assert max(map(len, done.err.splitlines()), default=0) < 400
    assert max(map(len, alone.err.splitlines()), default=0) < 400
    # The good lines count, or the file as a whole is told to be unusable.
    assert document is None or "hello" in [word["text"] for word in document["words"]]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252", "utf-32"])
def test_other_encodings_are_read(tmp_path, encoding):
    path = tmp_path / "w.jsonl"
    path.write_text(json.dumps(FINE | {"text": "Größe"}, ensure_ascii=False), encoding=encoding)

    _, document = review(tmp_path, "--words", path)

    assert document["words"][0]["text"] == "Größe"


SUBTITLES = {
    "no cue": "WEBVTT\n\nNOTE nothing\n",
    "reversed": "WEBVTT\n\n00:05.000 --> 00:01.000\n<v Ann>a\n",
    "negative": "WEBVTT\n\n-00:05.000 --> 00:01.000\n<v Ann>a\n",
    "impossible": "WEBVTT\n\n99:99:99.999 --> 999999:00:00.000\n<v Ann>a\n",
    "endless": "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>" + "x" * 1_000_000 + "\n",
    "tags": "WEBVTT\n\n00:01.000 --> 00:02.000\n" + "<v Ann>" * 100_000 + "\n",
    "brackets": "1\n00:00:01,000 --> 00:00:02,000\n" + "[" * 100_000 + "\n",
    "no speaker": "1\n00:00:01,000 --> 00:00:02,000\nhello\n",
    "arrows": "--> " * 50_000,
    "binary": "\0\1\2\3" * 1_000,
    "a recording": "RIFF....WAVEfmt ",
}


@pytest.mark.parametrize("what", SUBTITLES)
@pytest.mark.parametrize("suffix", [".vtt", ".srt", ".txt"])
def test_a_hostile_transcript_is_one_sentence(tmp_path, what, suffix):
    path = (tmp_path / "t").with_suffix(suffix)
    path.write_text(SUBTITLES[what])

    done, document = review(tmp_path, "--transcript", path, "--coach-name", "Ann")

    assert document is None
    assert done.err.splitlines()[1].startswith("  ")
    assert max(map(len, done.err.splitlines())) < 400


@pytest.mark.parametrize("option", ["--words", "--transcript"])
@pytest.mark.parametrize("what", ["missing", "empty", "folder", "recording"])
def test_what_is_no_text_is_one_sentence(tmp_path, piece, option, what):
    path = tmp_path / "w.jsonl"
    match what:
        case "empty":
            path.touch()
        case "folder":
            path.mkdir()
        case "recording":
            wav(path, piece)

    _, document = review(tmp_path, option, path)

    assert document is None


def test_bad_words_beside_good_sound_are_one_sentence(tmp_path, talk):
    (tmp_path / "w.jsonl").write_text("nonsense\n")

    _, document = review(tmp_path, talk, "--words", tmp_path / "w.jsonl")

    assert document is None


def test_words_at_one_moment_and_without_length_give_a_result(tmp_path):
    instant = [FINE | {"track": t, "start": 3, "end": 3} for t in ("coach", "client")] * 50

    _, document = review(tmp_path, "--words", lines(tmp_path / "w.jsonl", instant))

    assert len(document["words"]) == 100


# Anything at all


@pytest.fixture(scope="session")
def anywhere(tmp_path_factory) -> Path:
    """A folder for one file after the other."""
    return tmp_path_factory.mktemp("anything")


@settings(max_examples=30, deadline=None)
@given(data=st.binary(max_size=400))
def test_any_bytes_under_any_name(anywhere, data):
    for option, name in (([], "any.wav"), (["--words"], "any.txt"), (["--transcript"], "any.txt")):
        path = anywhere / name
        path.write_bytes(data)
        review(anywhere, *option, path)


edits = st.lists(
    st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8)), max_size=6
)


def edited(content: bytes, changes, cut: float) -> bytes:
    """The content with a few places overwritten, less its end."""
    out = bytearray(content)
    for place, new in changes:
        at = int(place * len(out))
        out[at : at + len(new)] = new
    return bytes(out[: int(cut * len(out))])


cuts = st.sampled_from([1.0, 1.0, 0.99, 0.5, 0.02])


@settings(max_examples=25, deadline=None)
@given(changes=edits, near_head=st.booleans(), cut=cuts)
def test_a_recording_with_damage_anywhere(anywhere, piece, changes, near_head, cut):
    good = wav(anywhere / "good.wav", piece[:, : RATE // 2]).read_bytes()
    if near_head:  # most of a file is sound, in which damage is only noise
        changes = [(place * 60 / len(good), new) for place, new in changes]
    path = anywhere / "damaged.wav"
    path.write_bytes(edited(good, changes, cut))

    review(anywhere, path)


MANY = "".join(
    object_line(track=track, start=at / 4, end=at / 4 + 0.2, text=text) + "\n"
    for at, (track, text) in enumerate([("coach", "so"), ("client", "well"), ("client", "I")] * 8)
).encode()
CUES = (
    b"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>What is it?\n\n00:03.000 --> 00:04.000\n<v Bob>No\n"
)


@settings(max_examples=25, deadline=None)
@given(changes=edits, cut=cuts)
def test_words_and_transcripts_with_damage_anywhere(anywhere, changes, cut):
    for option, name, content in (
        (["--words"], "d.jsonl", MANY),
        (["--coach-name", "Ann", "--transcript"], "d.jsonl", MANY),
        (["--coach-name", "Ann", "--transcript"], "d.vtt", CUES),
    ):
        path = anywhere / name
        path.write_bytes(edited(content, changes, cut))
        review(anywhere, *option, path)


moments = st.one_of(
    st.floats(0, 30), st.integers(-1, 90_000), st.floats(), st.sampled_from([0, 1e-9, 86_400])
)
entries = st.lists(
    st.fixed_dictionaries(
        {
            "track": st.sampled_from(["coach", "client"]),
            "start": moments,
            "end": moments,
            "text": st.text(max_size=12) | st.sampled_from(["um", "mhm", "can I pause you", "and"]),
        },
        optional={"probability": st.floats(0, 1) | st.none()},
    ),
    max_size=20,
)


@settings(max_examples=30, deadline=None)
@given(entries=entries)
def test_any_words_at_any_time(anywhere, entries):
    review(anywhere, "--words", lines(anywhere / "e.jsonl", entries))


values = st.text("0123456789.-+eE\"'[]{}truefalsincxy, _\n", max_size=12)


@settings(max_examples=25, deadline=None)
@given(
    pairs=st.lists(
        st.tuples(
            st.sampled_from(
                ["voice.on", "voice.engine", "bleed.recent", "clock.hole_min_ms", "x", ""]
            ),
            values,
        ),
        max_size=4,
    ),
    own=st.text(max_size=40),
)
def test_any_settings(anywhere, pairs, own):
    home = Path(anywhere / "home" / "config")
    home.mkdir(parents=True, exist_ok=True)
    (home / "settings.toml").write_text(own, encoding="utf-8", errors="replace")
    path = anywhere / "one.jsonl"
    path.write_text(object_line())
    options = [f"--set={key}={value}" for key, value in pairs]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNHURRIED_HOME", str(anywhere / "home"))
        done = call("review", "--words", path, *options)

    clear(done)
