"""What is written and said, from outside: whole files, pure streams, any terminal, no secrets."""

from __future__ import annotations

import contextlib
import os
import pty
import stat
import threading
from pathlib import Path

import pytest
from outside import call, called, lines, start, whole

WEBRTC = ("--set", "voice.engine=webrtc")
QUIET = ("--model", "none")
SECRET = "rhododendron"  # noqa: S105 - what is spoken here, and nothing else says

posix = pytest.mark.skipif(os.name != "posix", reason="pipes and terminals of Unix")


def review(*arguments):
    return call("review", *arguments, "--keep", "none", *WEBRTC, *QUIET)


@pytest.fixture
def spoken(tmp_path):
    """Words that are nobody's business."""
    said = [
        {"track": track, "start": at, "end": at + 1, "text": SECRET}
        for at in range(0, 20, 2)
        for track in ("coach", "client")
    ]
    return lines(tmp_path / "said.jsonl", said)


# Files


@pytest.mark.skipif(os.name != "posix", reason="rights of Unix")
def test_results_are_for_their_owner_only(tmp_path, spoken):
    before = os.umask(0)
    try:
        call("review", "--words", spoken, "--out", tmp_path)
    finally:
        os.umask(before)

    assert stat.S_IMODE((tmp_path / "said.session.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("place", ["os.fdopen", "pathlib.Path.chmod", "pathlib.Path.replace"])
def test_a_write_that_fails_leaves_the_old_result_and_nothing_else(
    tmp_path, spoken, monkeypatch, place
):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    results = tmp_path / "results"
    results.mkdir()
    old = results / "said.session.json"
    old.write_text("old")
    with monkeypatch.context() as broken:
        broken.setattr(place, full)
        done = call("review", "--words", spoken, "--json", old)

    assert done.code == 1
    assert done.problems == [f"{old} cannot be written: no space left on device."]
    assert "Written to" not in done.out
    assert old.read_text() == "old"
    assert list(results.iterdir()) == [old]


def test_a_result_takes_the_place_of_an_older_one(tmp_path, spoken):
    (tmp_path / "a.json").write_text("old")

    call("review", "--words", spoken, "--json", tmp_path / "a.json")

    assert whole(tmp_path / "a.json")["source"]["kind"] == "words"


def test_a_link_stays_a_link(tmp_path, spoken):
    (tmp_path / "elsewhere.json").write_text("old")
    (tmp_path / "link.json").symlink_to(tmp_path / "elsewhere.json")

    call("review", "--words", spoken, "--json", tmp_path / "link.json")

    assert (tmp_path / "link.json").is_symlink()
    assert whole(tmp_path / "elsewhere.json")["source"]["kind"] == "words"


@posix
def test_a_pipe_is_written_into_and_not_replaced(tmp_path, spoken):
    os.mkfifo(tmp_path / "pipe")
    read: list[str] = []
    reader = threading.Thread(
        target=lambda: read.append((tmp_path / "pipe").read_text()), daemon=True
    )
    reader.start()

    done = call("review", "--words", spoken, "--json", tmp_path / "pipe")
    reader.join(timeout=10)

    assert done.code == 0
    assert whole(read[0])["source"]["kind"] == "words"
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize("target", ["", "folder", "no/such/a.json", "said.jsonl/a.json", "circle"])
def test_a_place_that_cannot_be_written_is_one_sentence(tmp_path, spoken, monkeypatch, target):
    monkeypatch.chdir(tmp_path)
    Path("folder").mkdir()
    Path("circle").symlink_to("circle")

    done = call("review", "--words", spoken, "--json", target)

    assert done.code == 1
    assert len(done.problems) == 1
    assert done.out == ""


@pytest.mark.parametrize("target", ["said.jsonl", "said.jsonl/results"])
def test_an_out_that_is_no_folder_is_one_sentence(tmp_path, spoken, monkeypatch, target):
    monkeypatch.chdir(tmp_path)

    done = call("review", "--words", spoken, "--out", target)

    assert done.code == 1
    assert len(done.problems) == 1
    assert done.out == ""


@pytest.mark.skipif(os.name != "posix" or os.getuid() == 0, reason="everything may be written")
def test_a_folder_in_which_nothing_may_be_written_is_one_sentence(tmp_path, spoken):
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)

    done = call("review", "--words", spoken, "--out", locked)

    assert done.code == 1
    assert len(done.problems) == 1


def test_a_name_as_long_as_a_system_allows_can_be_written(tmp_path, spoken):
    long = tmp_path / ("x" * 250 + ".json")

    assert call("review", "--words", spoken, "--json", long).code == 0
    assert call("review", "--words", spoken, "--json", f"{long}.and.more").code == 1


# Streams


def test_json_on_standard_output_stands_alone_without_bar_and_colour(talk):
    done = called("review", talk, "--json", "-", "--keep", "none", *WEBRTC, *QUIET)

    assert done.code == 0
    assert whole(done.out)["source"]["name"] == "talk.wav"
    assert (
        done.err == "talk.wav: the left channel is taken as the coach, the right as the client.\n"
    )


def test_a_problem_goes_to_standard_error_only():
    done = call("review", "nowhere.wav")

    assert done.code == 1
    assert done.out == ""
    assert (
        done.err == "unhurried: There is no file nowhere.wav.\n  Check the name and the folder.\n"
    )


@posix
def test_the_result_is_kept_when_the_reader_has_gone(tmp_path, talk):
    ends = os.pipe()
    os.close(ends[0])
    done = called("review", talk, "--json", tmp_path / "a.json", *WEBRTC, stdout=ends[1])
    os.close(ends[1])

    assert done.code == 0
    assert "Exception" not in done.err
    assert whole(tmp_path / "a.json")["duration"] == 12


@posix
def test_a_reader_of_the_document_may_go_too(talk):
    ends = os.pipe()
    os.close(ends[0])
    done = called("review", talk, "--json", "-", *WEBRTC, stdout=ends[1])
    os.close(ends[1])

    assert done.code == 0
    assert done.problems == []
    assert "Exception" not in done.err


@posix
def test_a_live_session_that_is_kept_goes_on_without_its_listener(tmp_path):
    arguments = ["--source", "sample", "--seconds", "40", "--speed", "40", *WEBRTC, *QUIET]
    with start("live", *arguments, "--json", tmp_path / "kept.json") as kept:
        assert kept.stdout is not None
        assert b"listening sound" in kept.stdout.readline()
        kept.stdout.close()
        assert kept.wait(30) == 0

    assert whole(tmp_path / "kept.json")["duration"] == 40


@posix
def test_a_live_session_that_nobody_keeps_ends_with_its_listener():
    with start("live", "--source", "sample", "--speed", "40", *WEBRTC, *QUIET) as live:
        assert live.stdout is not None
        assert live.stdout.readline()
        live.stdout.close()
        assert live.wait(20) == 130  # 0, if it went on


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk here")
def test_a_full_disk_is_told(tmp_path, talk):
    with Path("/dev/full").open("wb") as full:
        said = called("review", talk, "--json", tmp_path / "a.json", *WEBRTC, stdout=full)
        written = called("review", talk, "--json", "-", *WEBRTC, stdout=full)

    for done in (said, written):
        assert done.code == 1
        assert len(done.problems) == 1
        assert "no space left" in done.problems[0]
        assert "Exception" not in done.err
    assert whole(tmp_path / "a.json")["duration"] == 12


@posix
def test_closed_streams_are_no_reason_to_fail(tmp_path, talk):
    def closed():
        for number in (0, 1, 2):
            os.close(number)

    done = called(
        "review", talk, "--json", tmp_path / "a.json", *WEBRTC,
        preexec_fn=closed, stdin=None, stdout=None, stderr=None,
    )  # fmt: skip

    assert done.code == 0
    assert whole(tmp_path / "a.json")["duration"] == 12


@posix
def test_a_document_for_a_closed_stream_is_a_problem(talk):
    done = called(
        "review", talk, "--json", "-", *WEBRTC, preexec_fn=lambda: os.close(1), stdout=None
    )

    assert done.code == 1
    assert done.problems == ["The result has nowhere to go: standard output is closed."]


# Names and terminals


@pytest.mark.parametrize(
    "name",
    [
        "two words.wav",
        "[bold]x[bold].wav",
        ":smile: [red].wav",
        "Größe 会話 🙂.wav",
        "[link=x].wav",
        "a\\[b].wav",
        "%s {0} $HOME.wav",
        "Talk.wav",
        "'\".wav",
    ],
)
@posix
def test_any_name_is_said_as_it_is(tmp_path, talk, name):
    talk.rename(tmp_path / name)

    done = review(tmp_path / name, "--json", tmp_path / "a.json")
    missing = review(tmp_path / f"no{name}")

    assert done.code == 0
    assert done.err.startswith(f"{name}: the left channel")
    assert done.out.splitlines()[1] == f"{name}   0:12"
    assert whole(tmp_path / "a.json")["source"]["name"] == name
    assert missing.problems == [f"There is no file {tmp_path / f'no{name}'}."]


@posix
def test_a_name_cannot_drive_the_terminal(tmp_path, talk):
    talk.rename(tmp_path / "a\x1b[31m\x07.wav")

    done = review(tmp_path / "a\x1b[31m\x07.wav")

    assert done.code == 0
    assert "\x1b" not in done.out + done.err
    assert "\x07" not in done.out + done.err


@posix
def test_a_name_that_is_no_text_is_no_problem(tmp_path, talk):
    odd = os.fsdecode(os.fsencode(tmp_path) + b"/b\xff.wav")
    try:
        talk.rename(odd)
    except OSError:
        pytest.skip("names are text here")

    done = review(odd, "--out", tmp_path)
    piped = review(odd, "--json", "-")

    assert done.code == piped.code == 0
    assert whole(piped.out)["duration"] == 12
    assert len(list(tmp_path.glob("*.session.json"))) == 1


@pytest.mark.parametrize("to", ["file", "-"])
def test_a_terminal_that_knows_only_ascii_gets_what_it_can_show(tmp_path, talk, to):
    talk = talk.rename(tmp_path / "Größe.wav")
    target = "-" if to == "-" else tmp_path / "a.json"

    done = called("review", talk, "--json", target, *WEBRTC, env={"PYTHONIOENCODING": "ascii"})

    assert done.code == 0
    assert whole(done.out if to == "-" else target)["source"]["name"] == "Größe.wav"
    assert "Gr\\xf6\\xdfe.wav" in (done.err if to == "-" else done.out)


@posix
@pytest.mark.parametrize(("name", "columns"), [("xterm-256color", 12), ("dumb", 80)])
def test_any_terminal_will_do(talk, name, columns):
    keeper, terminal = pty.openpty()
    environment = {"TERM": name, "COLUMNS": str(columns), "LC_ALL": "C"}
    with start(
        "review", talk, *WEBRTC, stdout=terminal, stderr=terminal, env=environment
    ) as process:
        os.close(terminal)
        said = everything(keeper)
    os.close(keeper)

    assert process.returncode == 0
    assert b"Traceback" not in said
    assert b"came in and the client broke off" in said
    assert (b"\x1b[" in said) == (name != "dumb")


def everything(end: int) -> bytes:
    """What a terminal shows until the program has gone."""
    said = b""
    with contextlib.suppress(OSError):  # Linux says so when the other end is closed
        while part := os.read(end, 4096):
            said += part
    return said


# Privacy


@pytest.mark.parametrize("bad", ["", '{"track": "coach", "start": 1, "end": 0, "text": "%s"}\n'])
def test_nothing_that_was_said_is_on_standard_error(tmp_path, spoken, bad):
    with spoken.open("a") as file:
        file.write((bad.replace("%s", SECRET) if bad else SECRET) + "\n")
    (tmp_path / "t.vtt").write_text(
        f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann>{SECRET}\n\n00:03.000 --> x\n<v B>{SECRET}\n"
    )

    words = call("review", "--words", spoken)
    transcript = call("review", "--transcript", tmp_path / "t.vtt")
    named = call("review", "--transcript", tmp_path / "t.vtt", "--coach-name", "Ann")

    for done in (words, transcript, named):
        assert SECRET not in done.err
        assert done.err  # a line was left out, and that is said
    assert not (tmp_path / "home").exists()


def test_a_mistake_of_ours_is_one_sentence_and_a_log_without_what_was_said(
    tmp_path, spoken, monkeypatch
):
    def broken(*_, **__):
        raise ZeroDivisionError(f"in the middle of {SECRET}")

    monkeypatch.setattr("live.app.review.run_words", broken)

    done = call("review", "--words", spoken)
    call("review", "--words", spoken)

    log = tmp_path / "home" / "logs" / "unhurried.log"
    written = log.read_text()
    assert done.code == 1
    assert len(done.problems) == 1
    assert str(log) in done.err
    assert "Traceback" not in done.err
    assert written.count("ZeroDivisionError") == 2
    assert "review.py" in written
    assert SECRET not in written + done.err + done.out


def test_a_log_that_cannot_be_written_is_no_second_problem(tmp_path, spoken, monkeypatch):
    def broken(*_, **__):
        raise ZeroDivisionError

    monkeypatch.setattr("live.app.review.run_words", broken)
    (tmp_path / "home").write_text("a file where a folder should be")

    done = call("review", "--words", spoken)

    assert done.code == 1
    assert len(done.problems) == 1
    assert "could not be written" in done.err
