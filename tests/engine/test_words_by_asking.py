"""Words that are asked for: early, late, in any order or never, they change no result and no time.

The desk here hears what was written, in the utterances the engine really asks about.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from fakes import LevelActivity, Tape, heard
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from script import length, said, voices
from strategies import conversations, divisions

from live.engine import Engine, EngineOptions
from live.kinds import KINDS, Needs
from live.report.record import Record
from live.speech.bleed import BleedOptions
from live.speech.listener import Listener
from live.speech.prosody import ProsodyOptions
from live.speech.segment import VoiceOptions
from live.speech.utterances import UtteranceOptions
from live.transcribe.desk import Collected, Desk
from live.transcribe.ledger import Ledger
from live.transcribe.transcriber import Reply
from live.types import Flag, Samples, Status, Tentative, Track, Utterance, Word, samples

COACH, CLIENT = Track.COACH, Track.CLIENT
WORD_KINDS = {"completed_sentence", "stated_purpose", "asked_again"}
NEVER = 10**9


class AskingDesk:
    """Answers each question from what was written, so many looks after it was asked."""

    def __init__(
        self,
        words: Sequence[Word],
        lags: Sequence[int] = (0,),
        *,
        refuses: Sequence[tuple[Track, float]] = (),
        works: bool = True,
    ) -> None:
        """`refuses`: whose utterance, around which second, is given no words."""
        self._words = words
        self._lags = lags
        self._refuses = [(track, samples(at)) for track, at in refuses]
        self._ledger = Ledger()
        self._open: list[tuple[int, Utterance]] = []
        self._looks = 0
        self.asked: list[Utterance] = []
        self.works = works

    def ask(self, utterance: Utterance) -> None:
        self._ledger.ask(utterance)
        self.asked.append(utterance)
        lag = self._lags[len(self.asked) % len(self._lags)]
        self._open.append((self._looks + lag, utterance))

    def finish(self) -> None:
        """Whatever is due is answered now, the latest question first; the rest is given up."""
        for due, utterance in reversed(self._open):
            reply = self._reply(utterance) if due < NEVER else Reply(refused="there was no time")
            self._ledger.answer(utterance, reply)
        self._open = []

    def collect(self, track: Track, quiet_until: Samples) -> Collected:
        self._looks += 1
        for due, utterance in [each for each in self._open if each[0] < self._looks]:
            self._ledger.answer(utterance, self._reply(utterance))
            self._open.remove((due, utterance))
        return self._ledger.collect(track, quiet_until)

    def _reply(self, asked: Utterance) -> Reply:
        for track, at in self._refuses:
            if asked.track is track and asked.start <= at < asked.end:
                return Reply(refused="it could not be understood")
        mine = [w for w in self._words if w.track is asked.track]
        inside = [w for w in mine if asked.start <= (w.start + w.end) // 2 < asked.end]
        return Reply(tuple(inside), "" if inside else "no words were heard")


def ears(desk: Desk | None = None, options: EngineOptions | None = None) -> Engine:
    """The real engine, asking; over a voice detector for tones."""
    voice = VoiceOptions(onset_lag_ms=0, offset_lag_ms=0)
    activities = {track: LevelActivity() for track in Track}
    cut = None if desk is None else UtteranceOptions()
    listener = Listener(activities, voice, BleedOptions(), ProsodyOptions(), cut)
    return Engine(listener, options or EngineOptions(), desk)


def calm(examples: int) -> settings:
    """No deadline: a busy machine is no mistake."""
    return settings(
        max_examples=examples, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )


def result(record: Record) -> tuple[object, ...]:
    """All that is kept. Words come in the order in which they become final."""
    by_start = {
        name: sorted(getattr(record, name), key=lambda e: (e.start, e.end, e.track))
        for name in ("words", "unworded")
    }
    return record.duration, record.flags, record.turns, record.silences, by_start


def session(words: Sequence[Word], desk: Desk | None, *, block: int = 512, **how) -> Record:
    return heard(ears(desk, **how), voices(words, length(words)), [block], [block])


def flags(record: Record) -> list[tuple[str, str, float]]:
    """Those of timing."""
    return [
        (f.kind, f.cls, round(f.start / 16_000, 1))
        for f in record.counted
        if KINDS[f.kind].needs is not Needs.TEXT
    ]


# Whenever the answers come

LAGS = st.lists(st.one_of(st.integers(0, 3), st.integers(0, 400)), min_size=1, max_size=8)


@calm(8)
@given(conversations(10), LAGS, divisions(), divisions())
@example(
    said("0.5-9.9 coach so and the because i of the", "10.5-12 client yeah"), [300], [512], [1]
)
def test_answers_that_come_late_and_in_any_order_change_nothing(words, lags, coach, client):
    tracks = voices(words, length(words))
    quick = heard(ears(AskingDesk(words)), tracks, [512], [512])
    slow = heard(ears(AskingDesk(words, lags)), tracks, coach, client)
    assert result(slow) == result(quick)


@calm(6)
@given(conversations(10))
def test_answers_that_all_come_at_the_end_change_nothing(words):
    quick = session(words, AskingDesk(words))
    assert result(session(words, AskingDesk(words, [NEVER // 2]))) == result(quick)


@calm(8)
@given(conversations(10), LAGS, st.lists(st.tuples(st.sampled_from(list(Track)), st.floats(0, 15))))
def test_nor_do_they_where_some_speech_stays_without_words(words, lags, refuses):
    quick = session(words, AskingDesk(words, refuses=refuses))
    slow = session(words, AskingDesk(words, lags, refuses=refuses))
    assert result(slow) == result(quick)


@calm(6)
@given(conversations(10))
def test_every_word_comes_once_and_the_rest_is_said_to_have_none(words):
    desk = AskingDesk(words)
    record = session(words, desk)
    finals = [u for u in desk.asked if u.final]
    key = lambda w: (w.track, w.start, w.end)  # noqa: E731
    assert sorted(record.words, key=key) == sorted(words, key=key)
    assert len(record.unworded) == sum(bool(desk._reply(u).refused) for u in finals)


def test_what_is_found_is_what_words_beside_the_sound_find():
    words = said(
        "0.5-3.0 client i told him about it because the",
        "2.4-4.4 coach and what did he say to that",
        "6.0-8.0 client he said that it was fine.",
        "8.7-9.5 coach can i pause you there",
        "10.5-12.0 coach what would you like to do",
        "13.2-14.7 coach take all the time you need",
        "16.0-18.0 client i would like to go home.",
    )
    found = flags(session(words, AskingDesk(words)))
    assert ("interruption", "cost", 2.4) in found
    assert ("asked_again", "cost", 13.2) in found


# Never later than without


def by_block(engine: Engine, words: Sequence[Word]) -> list[tuple[int, Flag]]:
    """Each flag with how much sound had been taken in when it was given, to the last block."""
    return [
        (block.end, event)
        for block in Tape(voices(words, length(words)), [512], [512])
        for event in engine.push(block)
        if isinstance(event, Flag)
    ]


@calm(8)
@given(conversations(12))
def test_no_flag_of_timing_is_later_than_without_words_when_they_never_come(words):
    assert by_block(ears(AskingDesk(words, [NEVER])), words) == by_block(ears(), words)


@calm(8)
@given(conversations(12), LAGS)
def test_what_sound_decides_is_given_at_the_same_moment_however_words_come(words, lags):
    alone = {
        (flag.id, flag.kind): at
        for at, flag in reversed(by_block(ears(), words))
        if flag.status is not Status.WITHDRAWN
    }
    asking = {
        (flag.id, flag.kind): at
        for at, flag in reversed(by_block(ears(AskingDesk(words, lags)), words))
        if flag.status is not Status.WITHDRAWN
    }
    assert all(asking[moment] <= at for moment, at in alone.items() if moment in asking)
    assert {moment for moment in alone if moment not in asking} == set()


@calm(8)
@given(conversations(12))
def test_words_that_are_all_given_up_leave_what_sound_said(words):
    record = session(words, AskingDesk(words, [NEVER]))
    assert record.flags == session(words, None).flags
    assert record.words == []


# Speech without words

TOLD = "0.5-3.5 client i told him about it because the"


def test_a_judgement_by_sound_stands_where_the_clients_words_are_missing():
    """Older words of the client say that a sentence was open; it is not the one the coach met."""
    words = said(
        TOLD,
        "4.3-7.0 client and that was the end of it.",
        "6.8-9.0 coach what did you do after that",
    )
    by_sound = flags(session(words, None))
    whole = flags(session(words, AskingDesk(words)))
    lacking = session(words, AskingDesk(words, refuses=[(CLIENT, 5.0)]))
    assert by_sound == whole == [("terminal_overlap", "count", 6.8)]
    assert flags(lacking) == by_sound
    assert len(lacking.unworded) == 1


def test_a_pause_is_judged_by_sound_where_the_clients_words_are_missing():
    words = said(
        TOLD,
        "4.3-7.0 client and that was the end of it.",
        "8.8-11.0 coach what did you do after that",
    )
    by_sound = flags(session(words, None))
    lacking = flags(session(words, AskingDesk(words, refuses=[(CLIENT, 5.0)])))
    assert lacking == by_sound == []


def test_a_credit_stands_where_the_coachs_question_has_no_words():
    words = said(
        "0.5-2.0 coach thank you for that.",
        "2.6-5.0 coach what would you like to do now",
        "9.0-12.0 client i would like to go home.",
    )
    lacking = session(words, AskingDesk(words, refuses=[(COACH, 4.0)]))
    assert flags(lacking) == flags(session(words, None)) == [("held_silence", "credit", 5.0)]


def test_a_short_sound_without_words_stops_no_judgement_by_words():
    """A cough, a listening sound: sound can tell those by itself."""
    words = said(
        "0.5-1.0 client yeah",
        "1.8-4.5 client i told him about it because the",
        "4.1-6.5 coach and what did he say to that",
    )
    lacking = session(words, AskingDesk(words, refuses=[(CLIENT, 0.7)]))
    assert len(lacking.unworded) == 1
    assert flags(lacking) == flags(session(words, AskingDesk(words)))
    timing = [f for f in lacking.counted if KINDS[f.kind].needs is not Needs.TEXT]
    assert [f.evidence["unit"] for f in timing] == ["ends in a determiner"]


# What is said of it


def test_kinds_that_need_words_are_not_measured_when_the_desk_never_worked():
    words = said(TOLD, "3.0-5.0 coach and what did he say")
    working, broken = AskingDesk(words), AskingDesk(words, [NEVER], works=False)
    for desk, missing in ((working, set()), (broken, WORD_KINDS)):
        engine = ears(desk)
        heard(engine, voices(words, length(words)))
        assert set(engine.not_measured) & WORD_KINDS == missing
    assert all(KINDS[kind].needs is Needs.WORDS for kind in WORD_KINDS)


def test_in_a_language_without_lists_sound_judges_alone_and_says_so():
    words = said(TOLD, "3.0-5.0 coach and what did he say")
    desk = AskingDesk(words)
    engine = ears(desk, EngineOptions(language="fi"))
    record = heard(engine, voices(words, length(words)))
    assert record.flags == session(words, None).flags
    assert record.words  # they are still there to be read
    assert set(engine.not_measured) >= WORD_KINDS
    assert "interruption" not in engine.not_measured


def test_in_german_words_are_judged_by_german_rules_as_they_come():
    words = said(TOLD, "3.0-5.0 coach das ist eine wirklich gute Idee")
    engine = ears(AskingDesk(words), EngineOptions(language="de"))
    record = heard(engine, voices(words, length(words)))
    assert "evaluation" in [flag.kind for flag in record.flags]
    assert not set(engine.not_measured) & WORD_KINDS


@pytest.mark.parametrize("lag", [0, 3])
def test_tentative_words_are_told_and_never_kept(lag):
    words = said("0.5-5.5 coach so what would you like to do about it today")
    told: list[object] = []
    engine = ears(AskingDesk(words, [lag]))
    record = heard(engine, voices(words, length(words)), [512], [512], told.append)
    tentative = [each for each in told if isinstance(each, Tentative)]
    texts = [w.text for each in tentative for w in each.words]
    assert len(texts) >= 5
    assert texts == [w.text for w in words][: len(texts)]
    kept = [getattr(record, name) for name in Record.__slots__]
    everything = [each for part in kept if isinstance(part, list) for each in part]
    assert record.words == words
    assert not [each for each in everything if isinstance(each, Tentative)]


def test_without_a_desk_nothing_is_cut():
    words = said(TOLD)
    engine = ears(None)
    tracks = voices(words, length(words))
    assert heard(engine, tracks).unworded == []
