"""However sound and words arrive, the same session gives the same result."""

from __future__ import annotations

import json
from functools import cache

import pytest
from fakes import SlowDesk, Tape, fake_engine, heard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sample.make import AUDIO, TRUTH, read_opus
from script import length, said, voices
from strategies import conversations, divisions, hostile_words

from live.audio.pace import paced
from live.engine import EngineOptions, engine
from live.report.record import Record
from live.session import run, run_words
from live.speech.segment import VoiceOptions
from live.transcribe.desk import Desk, GivenWords
from live.types import Event, Flag, Samples, Status, Track, Word, samples


def calm(examples: int) -> settings:
    """No deadline: a busy machine is no mistake."""
    return settings(
        max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )


def result(record: Record) -> tuple[object, ...]:
    """All that is kept of a session. Words come in the order in which they become final."""
    words = sorted(record.words, key=lambda w: (w.start, w.end, w.track, w.text))
    return record.duration, record.flags, record.turns, record.silences, record.overlaps, words


@cache
def sample_cut() -> tuple[dict[Track, object], tuple[Word, ...]]:
    """20 s of the sample session around a listening sound, an attempt and a completed sentence."""
    begin, end = samples(48.0), samples(68.0)
    sound = read_opus(AUDIO)[:, begin:end].copy()
    words = tuple(
        Word(
            Samples(samples(w["start"]) - begin),
            Samples(samples(w["end"]) - begin),
            Track(w["track"]),
            w["text"],
        )
        for w in json.loads(TRUTH.read_text(encoding="utf-8"))["words"]
        if samples(w["start"]) >= begin and samples(w["end"]) <= end
    )
    return dict(zip(Track, sound, strict=True)), words


def neural(desk: Desk | None = None):
    return engine(EngineOptions(), sound=True, desk=desk)


def webrtc(desk: Desk | None = None):
    return engine(EngineOptions(voice=VoiceOptions(engine="webrtc")), sound=True, desk=desk)


@cache
def cut_reviewed(make) -> tuple[object, ...]:
    tracks, words = sample_cut()
    return result(heard(make(GivenWords(words)), tracks))


@calm(12)
@given(divisions(), divisions())
@example([512], [512])
@example([511], [20_000])
@example([16_000 * 20], [300])
def test_any_division_into_blocks_gives_the_same_session(coach, client):
    tracks, words = sample_cut()
    assert result(heard(webrtc(GivenWords(words)), tracks, coach, client)) == cut_reviewed(webrtc)


@calm(4)
@given(divisions(), divisions())
def test_any_division_into_blocks_gives_the_same_session_by_the_network(coach, client):
    tracks, words = sample_cut()
    assert result(heard(neural(GivenWords(words)), tracks, coach, client)) == cut_reviewed(neural)


@calm(25)
@given(conversations(), divisions(), divisions())
def test_any_conversation_in_any_blocks_gives_the_same_session(words, coach, client):
    tracks = voices(words, length(words))
    whole = heard(fake_engine(GivenWords(words)), tracks, [10**9], [10**9])
    assert result(heard(fake_engine(GivenWords(words)), tracks, coach, client)) == result(whole)


@calm(25)
@given(conversations(), st.lists(st.integers(0, 200), max_size=20))
@example([], [])
def test_a_slow_computer_changes_nothing(words, lags):
    tracks = voices(words, length(words))
    quick = heard(fake_engine(GivenWords(words)), tracks, [512], [512])
    slow = heard(fake_engine(SlowDesk(words, lags)), tracks, [512], [512])
    assert result(slow) == result(quick)


@calm(150)
@given(conversations(14), st.lists(st.integers(0, 9), max_size=20))
def test_delayed_words_without_sound_change_nothing(words, lags):
    def flags(desk: Desk) -> tuple[object, ...]:
        ears = engine(EngineOptions(), sound=False, desk=desk)
        return result(run_words(words, ears, lambda event: None))

    assert flags(SlowDesk(words, lags)) == flags(GivenWords(words))


HEARD = ["0.5-3.5 client after all that it felt like a", "3.6-4.1 coach trap", "9-10 client so"]
# The second of these is not over when the coach's words have been waited for.
STRADDLING = "client yes@5.5-5.8 exactly@6.5-6.8"


@calm(20)
@given(conversations(), conversations(), divisions(), st.lists(st.integers(0, 200), max_size=20))
@example(said(*HEARD), said(*HEARD, STRADDLING), [512], [])
def test_words_that_do_not_fit_the_sound_give_the_same_flags_however_they_come(
    spoken, words, blocks, lags
):
    tracks = voices(spoken, length(spoken))
    whole = heard(fake_engine(GivenWords(words)), tracks, [512], [512])
    slow = heard(fake_engine(SlowDesk(words, lags)), tracks, blocks, [512])
    assert slow.flags == whole.flags


@pytest.mark.parametrize("block", [320, 1777, 16_000])
def test_live_gives_what_review_gives(block):
    tracks, _ = sample_cut()
    now = [0.0]

    def sleep(span: float) -> None:
        now[0] += span

    told: list[Flag] = []

    def tell(event: Event) -> None:
        if isinstance(event, Flag) and event.status is not Status.PROVISIONAL:
            told.append(event)

    source = paced(Tape(tracks), 1.0, Samples(block), clock=lambda: now[0], sleep=sleep)
    live = run(source, webrtc(), tell)
    reviewed: list[Event] = []
    review = heard(webrtc(), tracks, tell=reviewed.append)
    assert result(live) == result(review)
    kept = [e for e in reviewed if isinstance(e, Flag) and e.status is not Status.PROVISIONAL]
    assert told == kept
    assert told
    assert now[0] == pytest.approx(20.0)


@calm(20)
@given(conversations(), st.sampled_from([64, 512, 1000]), st.booleans())
def test_no_flag_is_given_before_what_it_rests_on_was_heard(words, block, reads):
    tracks = voices(words, length(words))
    ears = fake_engine(GivenWords(words) if reads else None)
    pushed = dict.fromkeys(Track, 0)
    for piece in Tape(tracks, [block], [block]):
        events = ears.push(piece)
        pushed[piece.track] = piece.end
        for event in events:
            if isinstance(event, Flag):
                assert max(event.decided, event.revised or 0) <= min(pushed.values())


@calm(25)
@given(conversations(), st.booleans(), st.integers(0, 1000))
def test_flags_are_sound(words, reads, tail):
    tracks = voices(words, length(words, tail / 16_000))
    record = heard(fake_engine(GivenWords(words) if reads else None), tracks)
    check_flags(record)


FILLED_TWICE = [
    "0-3 client i never went back there because the",
    "5.0-7.5 coach what was he like when you were young",
    "9-12 client i never went back there because the",
    "14-16.5 coach what was he like when you were young",
]


@calm(100)
@given(conversations(14))
@example(said(*FILLED_TWICE))
def test_a_flag_given_again_is_the_same_moment(words):
    first: dict[str, Flag] = {}

    def tell(event: Event) -> None:
        if isinstance(event, Flag) and event.status is not Status.PROVISIONAL:
            before = first.setdefault(event.id, event)
            assert (event.start, event.decided) == (before.start, before.decided)

    run_words(words, engine(EngineOptions(), sound=False, desk=GivenWords(words)), tell)


@calm(150)
@given(hostile_words())
def test_no_list_of_words_is_too_strange(words):
    ears = engine(EngineOptions(), sound=False, desk=GivenWords(words))
    check_flags(run_words(words, ears, lambda event: None))


def check_flags(record: Record) -> None:
    """What holds for every flag that is kept."""
    flags = record.flags
    assert flags == sorted(flags, key=lambda f: (f.decided, f.start, f.kind))
    assert len({flag.id for flag in flags}) == len(flags)
    for flag in flags:
        assert flag.status in (Status.CONFIRMED, Status.REVISED, Status.WITHDRAWN)
        assert 0 <= flag.start <= flag.end <= record.duration, flag
        assert flag.start <= flag.decided <= record.duration, flag
        assert (flag.revised is not None) == (flag.status is not Status.CONFIRMED), flag
        assert flag.revised is None or flag.decided <= flag.revised <= record.duration, flag
        assert bool(flag.reason) == (flag.status is not Status.CONFIRMED), flag
    for each in (*record.turns, *record.silences, *record.overlaps, *record.speech):
        assert 0 <= each.start < each.end <= record.duration, each


@calm(8)
@given(conversations())
def test_the_same_session_twice_is_the_same(words):
    tracks = voices(words, length(words))
    first = heard(fake_engine(GivenWords(words)), tracks)
    assert result(heard(fake_engine(GivenWords(words)), tracks)) == result(first)
