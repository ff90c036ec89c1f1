"""The shipped sample session: sound, truth and script say the same."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from copy import deepcopy
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from sample import espeak
from sample.check import TIMING, Reading, Word, differences, runs
from sample.make import AUDIO, TRUTH, read_opus
from sample.render import RATE
from sample.script import read, words_of
from sample.truth import words_jsonl

_WORDING = """filled_pause evaluation acknowledgement labelling interpretation observation
    self_disclosure advice advice_with_permission permission autonomy early_options
    leading_question stacked_questions why_question open_question closed_question past_session
    steering reassurance_seeking defending dismissive rupture_naming heard_without_defending
    ownership recommitment withdrawal_cue client_reopened commitment"""
KINDS = TIMING | set(_WORDING.split())
TRACKS = ("coach", "client")


@pytest.fixture(scope="module")
def document():
    return json.loads(TRUTH.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def tracks():
    return read_opus(AUDIO)


def stretches(document, track, gap=0.2):
    words = [
        Word(each["start"], each["end"], each["text"])
        for each in document["words"]
        if each["track"] == track
    ]
    return runs(words, gap)


def level(sound):
    """Mean level in dBFS."""
    return 10 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-12)


def cut(sound, start, end):
    return sound[round(start * RATE) : round(end * RATE)]


def test_it_lasts_five_to_six_minutes_and_is_small(document, tracks):
    assert 300 <= document["duration"] <= 360
    assert abs(tracks.shape[1] / RATE - document["duration"]) < 0.01
    assert tracks.shape[0] == 2
    assert AUDIO.stat().st_size < 2.5e6


def test_a_very_small_model_can_learn_its_words(document):
    vocabulary = {each["text"] for each in document["words"]}
    assert len(vocabulary) <= 260
    assert all(re.fullmatch(r"[a-z']+", word) for word in vocabulary)


def test_every_kind_is_planted(document):
    assert {each["kind"] for each in document["planted"]} == KINDS


def test_the_truth_is_the_script_word_by_word(document):
    lines = read()
    assert [each["text"].split() for each in document["utterances"]] == [
        words_of(line.text) for line in lines
    ]
    assert [each["track"] for each in document["utterances"]] == [line.track for line in lines]
    signs = Counter(note.sign for line in lines for note in line.notes)
    assert len(document["planted"]) == signs["+"]
    assert len(document["negatives"]) == signs["-"]


def test_what_is_quoted_is_heard_there(document):
    for entry in document["planted"] + document["negatives"] + document["tolerated"]:
        assert entry["start"] < entry["end"] <= document["duration"]
        heard = [
            each["text"]
            for each in document["words"]
            if each["track"] == entry["track"]
            and entry["start"] <= each["start"]
            and each["end"] <= entry["end"]
        ]
        assert not entry["text"] or entry["text"].split() == heard


def test_nothing_happens_that_nobody_planted(document):
    assert differences(document) == []


def test_a_line_that_comes_too_early_is_noticed(document):
    moved = deepcopy(document)
    answers = [each for each in moved["utterances"] if each["text"].startswith("what could you do")]
    (answer,) = answers
    for word in moved["words"]:
        if word["track"] == "coach" and answer["start"] <= word["start"] < answer["end"]:
            word["start"] -= 1.5
            word["end"] -= 1.5
    assert any("not planted" in line for line in differences(moved))


def test_every_timing_event_is_far_from_its_limits(document):
    reading = Reading(document)
    onsets = [turn.start for turn in reading.turns]
    ends = [turn.end for turn in reading.turns]
    assert all(start - end >= 1.0 for end, start in zip(ends, onsets[1:], strict=False))
    for each in document["planted"]:
        length = each["end"] - each["start"]
        if each["kind"] in ("interruption", "jump_in", "stated_purpose"):
            assert length >= 2.0
            assert len(each["text"].split()) >= 6
        elif each["kind"] == "filled_silence":
            assert 1.4 <= length <= 1.8
        elif each["kind"] == "held_silence":
            assert 3.5 <= length <= 6
        elif each["kind"] == "backchannel":
            assert length <= 0.7


def test_a_filled_pause_costs_where_it_completes_a_cluster(document):
    pauses = [each for each in document["planted"] if each["kind"] == "filled_pause"]
    turns = stretches(document, "coach", 0.7)
    for at, each in enumerate(pauses):
        near = [other for other in pauses[: at + 1] if each["start"] - other["start"] <= 20]
        turn = next(turn for turn in turns if turn.start <= each["start"] < turn.end)
        opening = [o for o in near if turn.start <= o["start"] <= turn.start + 2]
        crowded = len(near) >= 3 or (each in opening and len(opening) >= 2)
        assert each["class"] == ("cost" if crowded else "count"), each


def test_sound_is_where_the_words_are_and_nowhere_else(document, tracks):
    for sound, track in zip(tracks, TRACKS, strict=True):
        for each in document["words"]:
            if each["track"] == track:
                assert level(cut(sound, each["start"], each["end"])) > -45, each
        speech = stretches(document, track)
        for before, after in pairwise(speech):
            assert level(cut(sound, before.end + 0.03, after.start - 0.03)) < -55


def test_sound_begins_and_ends_with_the_words(document, tracks):
    for sound, track in zip(tracks, TRACKS, strict=True):
        for each in stretches(document, track):
            early, late = each.start - 0.1, each.end + 0.1
            envelope = np.abs(cut(sound, early, late))
            loud = np.flatnonzero(envelope > 0.006)
            assert abs(early + loud[0] / RATE - each.start) < 0.03
            assert abs(early + loud[-1] / RATE - each.end) < 0.05


def test_neither_voice_is_heard_on_the_other_track(document, tracks):
    for at, track in enumerate(TRACKS):
        own, other = tracks[at], tracks[1 - at]
        quiet = np.ones(len(own), bool)
        for each in stretches(document, track):
            quiet[round((each.start - 0.05) * RATE) : round((each.end + 0.05) * RATE)] = False
        leak = np.dot(own[quiet], other[quiet]) / np.dot(other[quiet], other[quiet])
        assert 20 * np.log10(abs(leak) + 1e-12) < -60


def test_the_voices_are_as_loud_as_a_conversation(tracks):
    coach, client = 20 * np.log10(np.abs(tracks).max(axis=1))
    assert -7.5 < coach < -4.5
    assert -9.5 < client < -6.5


def test_the_words_can_be_handed_to_a_review(document):
    words = [json.loads(line) for line in words_jsonl(document).splitlines()]
    assert len(words) == len(document["words"])
    assert all(set(each) == {"track", "start", "end", "text"} for each in words)
    assert all(each["start"] < each["end"] for each in words)


@pytest.mark.slow
@pytest.mark.skipif(not espeak.available(), reason="espeak-ng is not installed")
def made_anew(folder):
    """Rendered in a process of its own: a synthesiser in C remembers what else a process did."""
    script = f"""
import numpy
from pathlib import Path
from sample import espeak
from sample.render import render
from sample.script import read
from sample.truth import text_of, truth
speaker = espeak.Espeak()
made, said = render(speaker, read())
text = text_of(truth(said, made.shape[1], speaker.version))
Path({str(folder / "truth.json")!r}).write_text(text, encoding="utf-8")
numpy.save({str(folder / "made.npy")!r}, made)
"""
    tests = Path(__file__).resolve().parents[1]
    paths = os.pathsep.join([str(tests), str(tests.parent)])
    subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": paths}, check=True
    )
    return np.load(folder / "made.npy")


def test_made_anew_it_is_the_same(document, tracks, tmp_path):
    speaker = espeak.Espeak()
    if speaker.version != document["synthesiser"]:
        pytest.skip(f"made with {document['synthesiser']}, here is {speaker.version}")
    made = made_anew(tmp_path)
    assert json.loads((tmp_path / "truth.json").read_text(encoding="utf-8")) == document
    # What was compressed is what was made: aligned to 2 ms over the whole length.
    size = 1 << 23
    for original, heard in zip(made, tracks, strict=True):
        alike = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(original, size)))
        lag = int(np.argmax(alike))
        assert min(lag, size - lag) <= 0.002 * RATE
