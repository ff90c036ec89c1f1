"""Where words come from, as a coach meets it: models that work, and all the ways they do not."""

from __future__ import annotations

import re
import shutil

import pytest
from outside import call, flags, whole
from transcribers import CannotLoad, DiesLoading

from live.resources import shipped

MODEL = shipped("models") / "sample" / "whisper"
WEBRTC = ("--set", "voice.engine=webrtc")


@pytest.mark.slow
def test_a_review_prints_the_words_and_keeps_them(talk, tmp_path):
    done = call("review", talk, "--model", "sample", "--json", tmp_path / "a.json")
    document = whole(tmp_path / "a.json")

    assert done.code == 0
    assert re.search(r"^ +0:0\d  client: [a-z]+ [a-z]+", done.out, re.MULTILINE)
    assert document["words"]
    assert document["conditions"]["words"].startswith("whisper:sample@")
    assert document["conditions"]["language"] == "en"
    assert document["conditions"]["window"] in ("short", "full")
    assert "talk_share_words" in document["summary"]
    said = {word["text"] for word in document["words"]}
    assert said <= set(done.out.split())


def test_without_a_model_a_recording_is_heard_and_one_is_offered(talk):
    done = call("review", talk, *WEBRTC)

    assert done.code == 0
    assert "No speech recognition model is installed" in done.err
    assert "unhurried models get" in done.err
    assert "Not measured without words" in done.out


def test_many_recordings_are_told_once_how_to_get_a_model(talk, tmp_path):
    shutil.copy(talk, tmp_path / "other.wav")
    done = call("review", talk, tmp_path / "other.wav", *WEBRTC)

    assert done.code == 0
    assert done.err.count("No speech recognition model is installed") == 1


def broken(tmp_path, how):
    folder = tmp_path / "mine"
    shutil.copytree(MODEL, folder)
    if how == "truncated":
        with (folder / "model.bin").open("r+b") as file:
            file.truncate(1_000_000)
    elif how == "no tokenizer":
        (folder / "tokenizer.json").unlink()
    elif how == "not a model":
        (folder / "model.bin").write_bytes(b"nothing of the kind" * 1000)
    return folder


@pytest.mark.parametrize("how", ["truncated", "no tokenizer", "not a model"])
def test_a_damaged_model_is_a_sentence_and_the_rest_goes_on(talk, tmp_path, how):
    model = broken(tmp_path, how)
    plain = call("review", talk, "--model", "none", *WEBRTC, "--json", tmp_path / "plain.json")
    done = call("review", talk, "--model", model, *WEBRTC, "--json", tmp_path / "a.json")

    assert plain.code == 0
    assert done.code == 1
    assert len(done.problems) == 1
    assert "It goes on without words." in done.problems[0]
    assert flags(whole(tmp_path / "a.json")) == flags(whole(tmp_path / "plain.json"))


def test_a_language_the_model_does_not_know_is_a_sentence(talk):
    done = call("review", talk, "--model", "sample", "--language", "de", *WEBRTC)

    assert done.code == 1
    assert "understands English only" in done.problems[0]
    assert "Not measured without words" in done.out


@pytest.mark.parametrize("make", [CannotLoad(), DiesLoading()])
def test_a_recogniser_that_does_not_start_costs_its_words_and_nothing_else(
    talk, tmp_path, monkeypatch, make
):
    """What looks whole may still end the process that loads it."""
    monkeypatch.setattr("live.app.words.Staff._makes", lambda *_: [make])
    plain = call("review", talk, "--model", "none", *WEBRTC, "--json", tmp_path / "plain.json")
    done = call("review", talk, "--model", "sample", *WEBRTC, "--json", tmp_path / "a.json")

    assert plain.code == 0
    assert done.code == 1
    assert len(done.problems) == 1
    assert "Words are missing." in done.problems[0]
    document = whole(tmp_path / "a.json")
    assert document["conditions"]["words"] == "none"
    assert document["words"] == []
    assert flags(document) == flags(whole(tmp_path / "plain.json"))
    assert document["unworded"]


@pytest.mark.slow
def test_live_says_the_words_as_they_come(tmp_path):
    done = call(
        "live", "--source", "sample", "--seconds", "20", "--speed", "4", *WEBRTC,
        "--json", tmp_path / "l.json",
    )  # fmt: skip

    assert done.code == 0
    assert re.search(r"^ +0:00  coach: [a-z]+", done.out, re.MULTILINE)
    assert whole(tmp_path / "l.json")["words"]
