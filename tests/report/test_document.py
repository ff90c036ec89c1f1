"""Every session becomes a document that its schema describes."""

from __future__ import annotations

import json

import pytest
from fakes import fake_engine, heard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from script import length, said, voices
from strategies import conversations, hostile_words

from live.engine import Engine, EngineOptions, engine
from live.kinds import KINDS
from live.report.document import SCHEMA, Conditions, document
from live.report.record import Record
from live.resources import shipped
from live.session import run_words
from live.transcribe.desk import GivenWords
from live.types import Gap, Samples, Track

VALIDATOR = Draft202012Validator(
    json.loads((shipped("config") / "session.schema.json").read_text(encoding="utf-8"))
)
TALK = said(
    "0.0-3.0 client they come to us and they keep all the",
    "2.4-6.0 coach can i pause you there i want to check what you need",
    "7.0-9.0 coach what would you like to do",
    "13.0-15.0 client i don't know",
)


def of_words(words) -> tuple[Record, Conditions]:
    ears = engine(EngineOptions(), sound=False, desk=GivenWords(words))
    return run_words(words, ears, lambda event: None), conditions(ears, "words", "given")


def conditions(ears: Engine, voice: str, words: str) -> Conditions:
    return Conditions("recording", "talk.wav", 2, ears.echo, voice, words, ears.not_measured)


def check(written) -> None:
    VALIDATOR.validate(json.loads(json.dumps(written, allow_nan=False)))


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(VALIDATOR.schema)


def test_a_session_is_written_as_its_schema_says():
    written = document(*of_words(TALK))
    check(written)
    assert written["schema"] == SCHEMA
    assert written["source"] == {"kind": "recording", "name": "talk.wav"}
    assert written["duration"] == 15.0
    (purpose,) = (f for f in written["flags"] if f["kind"] == "stated_purpose")
    assert (purpose["class"], purpose["status"], purpose["start"]) == ("count", "revised", 2.4)
    assert purpose["markers"] == ["6.6"]
    assert purpose["reason"]
    assert purpose["revised"] >= purpose["decided"]


@settings(max_examples=60, deadline=None)
@given(hostile_words() | conversations())
def test_any_words_give_a_valid_document(words):
    check(document(*of_words(words)))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(conversations(), st.booleans())
def test_any_sound_gives_a_valid_document(words, reads):
    ears = fake_engine(GivenWords(words) if reads else None)
    record = heard(ears, voices(words, length(words)))
    check(document(record, conditions(ears, "silero", "given" if reads else "none")))


def test_what_was_not_measured_is_named_and_nowhere_zero():
    ears = fake_engine()
    record = heard(ears, voices(TALK, length(TALK)))
    written = document(record, conditions(ears, "silero", "none"))
    missing = written["conditions"]["not_measured"]
    assert {"asked_again", "stated_purpose", "completed_sentence", "evaluation"} <= set(missing)
    assert set(written["summary"]["counts"]) == set(KINDS) - set(missing)
    assert "talk_share_words" not in written["summary"]


def test_an_empty_session_is_one_too():
    written = document(*of_words([]))
    check(written)
    assert written["duration"] == 0
    assert (written["turns"], written["flags"], written["words"]) == ([], [], [])


def test_an_interrupted_session_says_so_and_a_whole_one_does_not():
    record, heard_as = of_words(TALK)
    assert "interrupted" not in document(record, heard_as)["conditions"]
    record.interrupted = True
    assert document(record, heard_as)["conditions"]["interrupted"] is True


def test_gaps_are_told():
    record, heard_as = of_words(TALK)
    record.take(Gap(Samples(16_000), Samples(24_000), Track.COACH, "device lost"))
    written = document(record, heard_as)
    check(written)
    assert written["gaps"] == [{"track": "coach", "start": 1.0, "end": 1.5, "why": "device lost"}]


def test_times_are_rounded_here_and_not_before():
    record, heard_as = of_words(said("coach so@1.00006-1.5"))
    assert document(record, heard_as)["words"][0]["start"] == 1.0
    assert record.words[0].start == 16_001


@pytest.mark.parametrize("mistake", [{"duration": -1}, {"flags": [{"id": "x"}]}, {"turns": None}])
def test_a_wrong_document_is_noticed(mistake):
    assert list(VALIDATOR.iter_errors(document(*of_words(TALK)) | mistake))
