"""The sample session from sound to words to flags, by the recogniser itself."""

from __future__ import annotations

import json
from itertools import pairwise
from statistics import median

import pytest
from sample.make import AUDIO, TRUTH

from live.audio.pace import paced
from live.audio.recording import open_recording
from live.engine import EngineOptions, engine
from live.report.record import Record
from live.resources import shipped
from live.session import run
from live.transcribe.attendant import Attendant
from live.transcribe.backlog import BacklogOptions
from live.transcribe.compare import distance
from live.transcribe.guards import GuardOptions
from live.transcribe.inline import InlineDesk
from live.transcribe.loading import LoadWhisper
from live.transcribe.whisper import WordsOptions
from live.transcribe.worker import WorkerDesk
from live.types import Event, Samples, Tentative, Track, Word, samples, seconds

MODEL = shipped("models") / "sample" / "whisper"


def through_the_worker(source, *, patient: bool, tell=lambda event: None) -> Record:
    """A session whose words come from a process of their own."""
    make = LoadWhisper(
        MODEL, WordsOptions(window="short", device="cpu", verbatim=False), GuardOptions()
    )
    attendant = Attendant([make])
    try:
        desk = WorkerDesk(attendant, BacklogOptions(), patient=patient)
        return run(source, engine(EngineOptions(), sound=True, desk=desk), tell)
    finally:
        attendant.close()


@pytest.fixture(scope="module")
def reviewed() -> Record:
    return through_the_worker(open_recording(AUDIO), patient=True)


@pytest.fixture(scope="module")
def truth() -> dict[Track, list[dict]]:
    words = json.loads(TRUTH.read_text(encoding="utf-8"))["words"]
    return {track: [w for w in words if w["track"] == track] for track in Track}


def said(record: Record, track: Track) -> list[Word]:
    return sorted((w for w in record.words if w.track is track), key=lambda w: (w.start, w.end))


@pytest.mark.slow
def test_at_most_eight_words_in_a_hundred_are_wrong(reviewed, truth):
    wrong = sum(
        distance([w.text for w in said(reviewed, track)], [w["text"] for w in truth[track]])
        for track in Track
    )
    assert wrong / sum(len(words) for words in truth.values()) <= 0.08


@pytest.mark.slow
def test_words_begin_where_they_are_spoken(reviewed, truth):
    off = []
    for track in Track:
        for true in truth[track]:
            near = [
                abs(seconds(w.start) - true["start"])
                for w in said(reviewed, track)
                if w.text == true["text"] and abs(seconds(w.start) - true["start"]) < 1.5
            ]
            off += [min(near)] if near else []
    assert len(off) > 900
    assert median(off) <= 0.15


@pytest.mark.slow
def test_words_lie_in_the_voice_and_in_order(reviewed):
    for track in Track:
        words = said(reviewed, track)
        assert all(word.end <= after.start for word, after in pairwise(words))
        for word in words:
            assert word.end > word.start
            assert word.probability is not None
            assert 0 <= word.probability <= 1
            assert any(
                s.track is track and s.start <= word.start and word.end <= s.end + 320
                for s in reviewed.speech
            )


@pytest.mark.slow
def test_live_gives_the_words_and_flags_of_a_review(reviewed):
    source = paced(open_recording(AUDIO), 60.0, Samples(320))
    live = through_the_worker(source, patient=False)
    key = lambda w: (w.start, w.track)  # noqa: E731
    assert sorted(live.words, key=key) == sorted(reviewed.words, key=key)
    assert live.flags == reviewed.flags
    assert sorted(live.unworded, key=key) == sorted(reviewed.unworded, key=key)


@pytest.mark.slow
def test_words_are_agreed_on_while_the_coach_still_speaks():
    options = WordsOptions(window="short", device="cpu", verbatim=False)
    ears = engine(
        EngineOptions(), sound=True, desk=InlineDesk(LoadWhisper(MODEL, options, GuardOptions())())
    )
    events: list[Event] = []
    record = run(open_recording(AUDIO), ears, events.append, until=samples(120))
    tentative = [event for event in events if isinstance(event, Tentative)]
    assert len(tentative) >= 10
    assert {event.track for event in tentative} == {Track.COACH}
    # Most of what two hearings agreed on is what the final words say.
    early = [word.text for event in tentative for word in event.words]
    final = {(w.text, round(seconds(w.start))) for w in record.words}
    near = [
        any((w.text, round(seconds(w.start)) + d) in final for d in (-1, 0, 1))
        for event in tentative
        for w in event.words
    ]
    assert sum(near) / len(early) >= 0.8
