"""The sample session end to end: what was planted is found, and nothing else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from sample.make import AUDIO, TRUTH

from live.audio.pace import paced
from live.audio.recording import open_recording
from live.engine import EngineOptions, engine
from live.report.record import Record
from live.session import run, run_words
from live.transcribe.desk import GivenWords
from live.types import Flag, Samples, Status, Track, Word, samples, seconds

NEAR_S = 0.3
_TIMING = """backchannel terminal_overlap simultaneous_start completed_sentence interruption
    interruption_attempt jump_in stated_purpose asked_again filled_silence held_silence"""
TIMING = frozenset(_TIMING.split())
NEED_WORDS = {"completed_sentence", "stated_purpose", "asked_again"}


@dataclass(frozen=True, slots=True)
class Heard:
    """A session and what its engine could not notice."""

    record: Record
    not_measured: list[str]


@pytest.fixture(scope="module")
def truth() -> Mapping[str, Any]:
    return json.loads(TRUTH.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def words(truth) -> list[Word]:
    return [
        Word(samples(w["start"]), samples(w["end"]), Track(w["track"]), w["text"])
        for w in truth["words"]
    ]


@pytest.fixture(scope="module")
def by_sound() -> Heard:
    ears = engine(EngineOptions(), sound=True)
    return Heard(run(open_recording(AUDIO), ears, lambda event: None), ears.not_measured)


@pytest.fixture(scope="module")
def by_both(words) -> Heard:
    ears = engine(EngineOptions(), sound=True, desk=GivenWords(words))
    return Heard(run(open_recording(AUDIO), ears, lambda event: None), ears.not_measured)


@pytest.fixture(scope="module")
def by_words(words) -> Heard:
    ears = engine(EngineOptions(), sound=False, desk=GivenWords(words))
    return Heard(run_words(words, ears, lambda event: None), ears.not_measured)


def told(flag: Flag) -> str:
    return f"{flag.kind} {flag.cls} at {seconds(flag.start):.2f} s {dict(flag.evidence)}"


def planted(truth) -> list[tuple[str, str, float]]:
    return [(p["kind"], p["class"], p["start"]) for p in truth["planted"] if p["kind"] in TIMING]


def audible(truth) -> list[tuple[str, str | None, float]]:
    """What sound alone can tell; the class only where it is the planted kind."""
    return [
        (p["without_words"], p["class"] if p["without_words"] == p["kind"] else None, p["start"])
        for p in truth["planted"]
        if p["kind"] in TIMING and p["without_words"]
    ]


def compare(record: Record, expected) -> None:
    """Each expected flag is found once, with its class; no flag is left over."""
    left = [flag for flag in record.counted if flag.kind in TIMING]
    missed = []
    for kind, cls, start in expected:
        found = [
            f
            for f in left
            if f.kind == kind and cls in (None, f.cls) and abs(seconds(f.start) - start) <= NEAR_S
        ]
        if found:
            left.remove(found[0])
        else:
            missed.append(f"{kind} {cls} at {start:.2f} s")
    assert missed == []
    assert [told(flag) for flag in left] == []


def test_sound_beside_words_finds_what_was_planted_and_no_more(by_both, truth):
    compare(by_both.record, planted(truth))


def test_words_alone_find_what_was_planted_and_no_more(by_words, truth):
    compare(by_words.record, planted(truth))


def test_sound_alone_finds_the_same_less_what_needs_words(by_sound, truth):
    compare(by_sound.record, audible(truth))
    assert set(by_sound.not_measured) >= NEED_WORDS


@pytest.mark.parametrize("way", ["by_both", "by_words"])
def test_nothing_costs_where_the_coach_only_listened_or_said_why(way, truth, request):
    harmless = [
        p
        for p in truth["planted"]
        if p["kind"] in ("backchannel", "terminal_overlap", "stated_purpose")
    ]
    assert len(harmless) > 10
    costs = [f for f in request.getfixturevalue(way).record.counted if f.cls == "cost"]
    for each in harmless:
        near = [f for f in costs if abs(seconds(f.start) - each["start"]) <= NEAR_S]
        assert [told(flag) for flag in near] == []


def test_what_words_can_tell_is_measured_with_words(by_both, by_words):
    assert not TIMING & set(by_both.not_measured)
    assert not TIMING & set(by_words.not_measured)


def test_live_and_review_give_the_same_flags_in_the_same_order(by_sound):
    now = [0.0]

    def sleep(span: float) -> None:
        now[0] += span

    given: list[str] = []

    def tell(event) -> None:
        if isinstance(event, Flag) and event.status is not Status.PROVISIONAL:
            given.append(event.id)

    source = paced(open_recording(AUDIO), 1.0, Samples(320), clock=lambda: now[0], sleep=sleep)
    record = run(source, engine(EngineOptions(), sound=True), tell)
    assert record.flags == by_sound.record.flags
    assert record.turns == by_sound.record.turns
    assert set(given) == {flag.id for flag in record.flags}
    assert now[0] == pytest.approx(seconds(record.duration), abs=0.001)


def test_a_live_cue_comes_within_two_seconds_of_the_interruption(by_sound):
    late = [
        seconds(f.decided - f.start) for f in by_sound.record.counted if f.kind == "interruption"
    ]
    assert late
    assert max(late) <= 2.1  # 2.0 s and the time in which an edge becomes known
