"""`unhurried review` from outside: which file is whose, what is written, what is not measured."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from outside import call, flags, lines, wav, whole

from live.kinds import KINDS, Needs
from live.types import RATE

WEBRTC = ("--set", "voice.engine=webrtc")
TIMING = {kind for kind, row in KINDS.items() if row.needs in (Needs.SOUND, Needs.WORDS)}


def review(folder: Path, *arguments):
    """The document of one input."""
    done = call("review", *arguments, "--json", folder / "result.json")
    assert (done.code, done.problems) == (0, [])
    return whole(folder / "result.json")


def voices_of(document):
    """Seconds of turns per track."""
    return {
        track: round(sum(t["end"] - t["start"] for t in document["turns"] if t["track"] == track))
        for track in ("coach", "client")
    }


def found(document):
    return [flag["kind"] for flag in document["flags"]]


def named(path: Path, *texts: str, track="coach", start=1.0):
    """A file of words, half a second each."""
    return lines(
        path,
        [
            {"track": track, "start": start + i / 2, "end": start + i / 2 + 0.4, "text": text}
            for i, text in enumerate(texts)
        ],
    )


# Who is who


def test_the_left_of_a_stereo_recording_is_the_coach_and_it_says_so(tmp_path, talk):
    done = call("review", talk, "--json", tmp_path / "a.json")
    document = whole(tmp_path / "a.json")

    assert done.code == 0
    assert "the left channel is taken as the coach" in done.err
    assert "interruption" in found(document)
    assert document["source"] == {"kind": "recording", "name": "talk.wav"}
    assert document["conditions"]["tracks"] == 2
    assert document["duration"] == 12


def test_the_coach_can_be_on_the_right(tmp_path, voices):
    turned = wav(tmp_path / "turned.wav", voices[::-1, 20 * RATE : 32 * RATE])
    straight = wav(tmp_path / "straight.wav", voices[:, 20 * RATE : 32 * RATE])

    done = call("review", turned, "--coach", "right", "--json", tmp_path / "a.json")

    assert "taken as" not in done.err
    assert flags(whole(tmp_path / "a.json")) == flags(review(tmp_path, straight))
    assert flags(review(tmp_path, turned, "--client", "left")) == flags(whole(tmp_path / "a.json"))


def test_each_person_can_have_a_file(tmp_path, voices, talk):
    piece = voices[:, 20 * RATE : 32 * RATE]
    coach, client = wav(tmp_path / "me.wav", piece[:1]), wav(tmp_path / "them.wav", piece[1:])

    document = review(tmp_path, "--coach", coach, "--client", client)

    assert flags(document) == flags(review(tmp_path, talk))
    assert document["source"]["name"] == "me.wav + them.wav"


def test_two_files_are_called_after_the_coachs(tmp_path, voices):
    piece = voices[:, 20 * RATE : 22 * RATE]
    coach, client = wav(tmp_path / "me.wav", piece[:1]), wav(tmp_path / "them.wav", piece[1:])

    call("review", "--coach", coach, "--client", client, "--out", tmp_path / "results")

    assert [path.name for path in (tmp_path / "results").iterdir()] == ["me.session.json"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["talk.wav", "--coach", "left", "--client", "left"],
        ["talk.wav", "--coach", "other.wav"],
        ["--coach", "talk.wav"],
        ["--coach", "right"],
        ["--coach", "talk.wav", "--client", "talk.wav"],
        ["talk.wav", "talk2.wav", "--coach", "left", "--client", "left"],
        ["talk.wav", "--words", "w.jsonl", "w.jsonl"],
        ["talk.wav", "--transcript", "t.vtt"],
        ["--words", "w.jsonl", "--transcript", "t.vtt"],
        [],
    ],
)
def test_a_call_that_contradicts_itself_is_wrong_usage(tmp_path, talk, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "talk2.wav").write_bytes(talk.read_bytes())

    done = call("review", *arguments)

    assert done.code == 2
    assert len(done.problems) == 1
    assert done.out == ""


# The sample session


def test_the_sample_session_is_an_input(reviewed, truth):
    planted = [p for p in truth["planted"] if p["kind"] in TIMING and not p["needs_words"]]

    assert reviewed["source"]["kind"] == "sample"
    assert planted
    for moment in planted:
        assert any(
            flag["kind"] == moment["kind"] and abs(flag["start"] - moment["start"]) <= 0.3
            for flag in reviewed["flags"]
        ), moment


def test_a_folder_called_sample_is_nobodys_recording(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sample").mkdir()

    done = call("live", "--source", "sample", "--seconds", "1", "--speed", "1000", "--json", "s")

    assert done.code == 0
    assert whole(tmp_path / "s")["source"]["kind"] == "sample"


def test_the_same_words_alone_and_beside_the_sound(tmp_path, voices, words):
    minute = wav(tmp_path / "minute.wav", voices)

    alone = review(tmp_path, "--words", words)
    beside = review(tmp_path, minute, "--words", words)

    assert alone["source"] == {"kind": "words", "name": "words.jsonl"}
    assert alone["conditions"]["voice"] == "words"
    assert alone["conditions"]["echo"] == "not_measured"
    assert beside["source"]["kind"] == "recording"
    assert alone["conditions"]["words"] == beside["conditions"]["words"] == "given"
    assert alone["words"] == beside["words"]
    assert "completed_sentence" in found(alone)
    assert found(alone) == found(beside)


def test_words_without_times_that_fit_the_sound_are_kept_all_the_same(tmp_path, talk):
    later = named(tmp_path / "w.jsonl", "long", "after", "the", "end", start=600)

    assert len(review(tmp_path, talk, "--words", later)["words"]) == 4


# Several inputs


def test_several_recordings_have_their_words_in_order(tmp_path, voices):
    first = wav(tmp_path / "first.wav", voices[:, : 8 * RATE])
    second = wav(tmp_path / "second.wav", voices[:, 8 * RATE : 16 * RATE])
    one, two = named(tmp_path / "1.jsonl", "one"), named(tmp_path / "2.jsonl", "two", "three")

    done = call("review", first, second, "--words", one, two, "--out", tmp_path / "new" / "folder")

    texts = {
        path.name: [word["text"] for word in whole(path)["words"]]
        for path in (tmp_path / "new" / "folder").iterdir()
    }
    assert done.code == 0
    assert texts == {"first.session.json": ["one"], "second.session.json": ["two", "three"]}


def test_a_result_does_not_depend_on_what_was_reviewed_before(tmp_path, voices, talk):
    other = wav(tmp_path / "other.wav", voices[:, : 10 * RATE])

    call("review", other, talk, "--out", tmp_path)

    assert whole(tmp_path / "talk.session.json") == review(tmp_path, talk)


def test_one_json_cannot_hold_several_inputs(tmp_path, talk):
    done = call("review", talk, "sample", "--json", tmp_path / "a.json")

    assert done.code == 2
    assert "--out DIR" in done.err
    assert not (tmp_path / "a.json").exists()


def test_inputs_of_one_name_are_refused_before_one_result_takes_the_others_place(tmp_path, talk):
    (tmp_path / "monday").mkdir()
    other = tmp_path / "monday" / "talk.wav"
    other.write_bytes(talk.read_bytes())

    done = call("review", talk, other, "--out", tmp_path / "results")

    assert done.code == 2
    assert done.problems == ["2 inputs are called talk: their results would overwrite each other."]
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize("way", ["talk.wav", "new/../talk.wav", "link.wav"])
@pytest.mark.parametrize("given", ["{}", "--words {}", "--transcript {}", "--coach {} --client b"])
def test_a_result_never_takes_an_inputs_place(tmp_path, talk, given, way):
    if "--words" in given:
        talk, way = talk.rename(tmp_path / "talk.txt"), way.replace(".wav", ".txt")
    (tmp_path / f"link{talk.suffix}").symlink_to(talk)
    before = talk.read_bytes()

    done = call("review", *given.format(talk).split(), "--json", tmp_path / way)

    assert done.code == 2
    assert "would overwrite" in done.problems[0]
    assert talk.read_bytes() == before


# Transcripts


VTT = """WEBVTT

00:00:01.000 --> 00:00:03.000
<v Ann Lee>What would you like from today?

00:00:03.500 --> 00:00:20.000
<v Bob>I do not know where to begin. There is so much.

00:00:20.500 --> 00:00:21.000
<v Recorder>This meeting is recorded.
"""


def test_a_transcript_says_who_coaches_by_name(tmp_path):
    (tmp_path / "t.vtt").write_text(VTT)

    done = call("review", "--transcript", tmp_path / "t.vtt", "--coach-name", "ann", "--json", "-")
    document = whole(done.out)

    assert done.code == 0
    assert "Recorder" in done.err  # left out, and named
    assert document["words"][0]["track"] == "coach"
    assert {word["track"] for word in document["words"]} == {"coach", "client"}
    assert "recorded." not in [word["text"] for word in document["words"]]


def test_a_transcript_without_a_coach_lists_the_names(tmp_path):
    (tmp_path / "t.vtt").write_text(VTT)

    done = call("review", "--transcript", tmp_path / "t.vtt")

    assert done.code == 1
    assert len(done.problems) == 1
    assert all(name in done.err for name in ("Ann Lee", "Bob", "Recorder", "--coach-name"))


def test_several_transcripts_are_called_by_name_where_one_cannot_be_used(tmp_path):
    (tmp_path / "good.vtt").write_text(VTT)
    (tmp_path / "other.vtt").write_text(VTT.replace("Ann", "Zoe"))

    done = call(
        "review", "--transcript", tmp_path / "good.vtt", tmp_path / "other.vtt",
        "--coach-name", "Ann", "--out", tmp_path,
    )  # fmt: skip

    assert done.code == 1
    assert len(done.problems) == 1
    assert done.problems[0].startswith("other.vtt: ")
    assert whole(tmp_path / "good.session.json")["source"]["kind"] == "transcript"
    assert not (tmp_path / "other.session.json").exists()


def test_a_transcript_measures_no_timing(tmp_path):
    (tmp_path / "t.vtt").write_text(VTT)

    document = review(tmp_path, "--transcript", tmp_path / "t.vtt", "--coach-name", "Ann Lee")

    assert set(document["conditions"]["not_measured"]) >= TIMING | {"filled_pause"}
    assert {KINDS[flag["kind"]].needs for flag in document["flags"]} <= {Needs.TEXT}
    assert set(document["summary"]) == {"talk_share_words", "counts"}
    assert not TIMING & set(document["summary"]["counts"])


# What is not measured


FINNISH = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v Ann>Se on todella hyvä ajatus.

00:00:05.000 --> 00:00:09.000
<v Bob>En ole siitä vielä ihan varma.
"""
GERMAN = """WEBVTT

00:00:01.000 --> 00:00:04.000
<v Bob>Ich habe lange darüber nachgedacht.

00:00:05.000 --> 00:00:09.000
<v Ann>Das ist eine wirklich gute Idee.
"""


@pytest.mark.parametrize("given", ["transcript", "words", "both"])
def test_a_language_without_word_lists_is_said_on_the_screen_and_in_the_file(tmp_path, talk, given):
    (tmp_path / "t.vtt").write_text(FINNISH, encoding="utf-8")
    words = named(tmp_path / "w.jsonl", "Hyvä", "ajatus.")
    arguments = {
        "transcript": ["--transcript", tmp_path / "t.vtt", "--coach-name", "Ann"],
        "words": ["--words", words],
        "both": [talk, "--words", words],
    }[given]

    done = call("review", *arguments, "--language", "fi", *WEBRTC, "--json", tmp_path / "a.json")

    document = whole(tmp_path / "a.json")
    texts = {kind for kind, row in KINDS.items() if row.needs is Needs.TEXT}
    assert done.code == 0
    assert "There are no word lists for the language 'fi' yet, only for de, en" in done.out
    assert "what was said (praise, advice, labels and the like)" in done.out
    assert document["conditions"]["language"] == "fi"
    assert texts <= set(document["conditions"]["not_measured"])
    assert not texts & set(document["summary"]["counts"])


def test_a_german_transcript_is_judged_by_the_german_rules(tmp_path):
    (tmp_path / "t.vtt").write_text(GERMAN, encoding="utf-8")
    transcript = ["--transcript", tmp_path / "t.vtt", "--coach-name", "Ann"]

    german = review(tmp_path, *transcript, "--language", "de")
    english = review(tmp_path, *transcript)

    assert [flag["evidence"]["rule"] for flag in german["flags"]] == ["evaluation/great-idea"]
    assert german["conditions"]["language"] == "de"
    assert english["flags"] == []


def test_german_words_are_judged_alike_alone_and_beside_the_sound(tmp_path, talk):
    words = named(tmp_path / "w.jsonl", *["das", "ist", "eine", "wirklich", "gute", "Idee"])
    for given in (["--words", words], [talk, "--words", words, *WEBRTC]):
        document = review(tmp_path, *given, "--language", "de")
        rules = [flag["evidence"].get("rule") for flag in document["flags"]]
        assert "evaluation/great-idea" in rules
        assert "evaluation" not in document["conditions"]["not_measured"]


@pytest.mark.parametrize("given", ["sound", "words", "both"])
def test_every_kind_is_either_counted_or_named_as_not_measured(tmp_path, talk, words, given):
    arguments = {"sound": [talk], "words": ["--words", words], "both": [talk, "--words", words]}

    document = review(tmp_path, *arguments[given])

    counted, missing = document["summary"]["counts"], document["conditions"]["not_measured"]
    assert set(counted) | set(missing) == set(KINDS)
    assert not set(counted) & set(missing)
    assert {flag["kind"] for flag in document["flags"]} <= set(counted)
    needs_words = {"asked_again", "completed_sentence", "stated_purpose"}
    assert needs_words <= set(missing if given == "sound" else counted)
    assert ("talk_share_words" in document["summary"]) == (given != "sound")


def test_silence_has_no_numbers_but_no_zeros_either(tmp_path):
    silent = wav(tmp_path / "silent.wav", np.zeros((2, 5 * RATE)))

    document = review(tmp_path, silent)

    assert set(document["summary"]) == {"counts"}
    assert document["silences"] == [{"start": 0, "end": 5.0, "after": None, "ended_by": None}]


def test_what_is_not_measured_is_said(talk):
    done = call("review", talk, "--set", "voice.engine=webrtc")

    assert "Not measured" in done.out
    assert "asked again" in done.out


# Settings


def test_settings_from_the_command_line_are_used(tmp_path, talk):
    document = review(tmp_path, talk, "--set", "voice.engine=webrtc", "--profile", "session")

    assert document["conditions"]["voice"] == "webrtc"


def test_all_mistakes_in_the_settings_are_told_at_once(tmp_path, talk):
    own = tmp_path / "home" / "config"
    own.mkdir(parents=True)
    (own / "settings.toml").write_text("[voise]\non = 1\n[voice]\noff = true\n")

    done = call(
        "review", talk, "--profile", "practise", "--set", "voice.onn=1", "--set", "turns=2",
        "--set", "voice.on=3", "--json", tmp_path / "a.json",
    )  # fmt: skip

    assert done.code == 1
    assert done.problems == ["The settings contain 6 mistakes:"]
    for told in ("practice", "voise", "voice.off", "voice.onn", "turns", "voice.on is 3"):
        assert told in done.err
    assert not (tmp_path / "a.json").exists()


def test_a_model_that_is_not_there_is_said_and_the_rest_goes_on(talk, tmp_path):
    done = call("review", talk, "--model", "base.en", "--json", tmp_path / "a.json")

    assert done.code == 1
    assert done.problems == ["The model base.en is not installed. It goes on without words."]
    assert "unhurried models get base.en" in done.err
    assert whole(tmp_path / "a.json")["conditions"]["words"] == "none"
    assert whole(tmp_path / "a.json")["flags"]


def test_the_document_keeps_no_folder(tmp_path, talk):
    call("review", talk, "--json", tmp_path / "a.json")

    assert str(tmp_path) not in json.dumps(whole(tmp_path / "a.json"))


# In the wrong place


@pytest.mark.parametrize(
    ("given", "cure"),
    [("meeting.vtt", "--transcript"), ("--words talk.wav", "review"), ("words.jsonl", "--words")],
)
def test_what_stands_in_the_wrong_place_is_told_where_it_belongs(given, cure):
    done = call("review", *given.split())

    assert done.code == 2
    assert "holds words" in done.err or "is a recording" in done.err
    assert cure in done.err


def test_one_microphone_is_answered(tmp_path, talk):
    done = call("review", talk, "--one-microphone")

    assert done.code == 1
    assert done.problems == ["talk.wav: A recording from one microphone cannot be used yet."]


def test_a_session_says_what_it_could_not_measure_and_why(talk):
    said = call("review", talk, "--set", "voice.engine=webrtc").out

    told = "completed sentence, stated purpose, asked again, what was said (praise, advice"
    assert f"Not measured without words: {told}" in said
    assert "does not look for filled pauses" in said


def test_with_one_voice_alone_nothing_between_two_people_is_measured(tmp_path):
    """A track on which nobody was heard is said so, and gives no share and no credit."""
    rate = 16_000
    times = np.arange(20 * rate) / rate
    buzz = sum(np.sin(2 * np.pi * 120 * k * times) / k for k in range(1, 20))
    speaking = (times < 4) | (times > 9)
    client = 0.2 * buzz * speaking * (np.sin(2 * np.pi * 4 * times) > -0.8)
    alone = wav(tmp_path / "alone.wav", np.stack([np.zeros_like(client), client]))

    done = call("review", alone, "--set", "voice.engine=webrtc", "--json", tmp_path / "a.json")

    document = whole(tmp_path / "a.json")
    assert "Only the client was heard" in done.out
    assert {flag["status"] for flag in document["flags"]} <= {"withdrawn"}
    assert set(document["summary"]) == {"counts"}
    assert document["summary"]["counts"] == {}


def test_words_that_end_early_are_said_to(tmp_path, words):
    few = tmp_path / "few.jsonl"
    few.write_text("".join(words.read_text().splitlines(keepends=True)[:20]))

    done = call("review", "sample", "--words", few, "--set", "voice.engine=webrtc")

    assert "what needs words is only measured up to there" in done.err
