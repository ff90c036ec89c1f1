"""Words leave in the order of the session, however their answers come."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from live.transcribe.ledger import Ledger
from live.transcribe.transcriber import Reply
from live.types import Samples, Track, Utterance, Word, samples

COACH, CLIENT = Track.COACH, Track.CLIENT
LATE = samples(1000)


def utterance(start: float, end: float, track: Track = COACH, *, final: bool = True) -> Utterance:
    span = (samples(start), samples(end))
    return Utterance(span[0], track, np.zeros(span[1] - span[0], np.int16), (span,), final)


def reply(of: Utterance, *texts: str) -> Reply:
    """Words side by side from the beginning of an utterance."""
    step = len(of.sound) // max(1, len(texts))
    return Reply(
        tuple(
            Word(Samples(of.start + i * step), Samples(of.start + (i + 1) * step), of.track, text)
            for i, text in enumerate(texts)
        )
    )


def texts(ledger: Ledger, track: Track = COACH) -> list[str]:
    return [word.text for word in ledger.collect(track, LATE).words]


def test_an_answer_waits_for_the_one_before_it():
    ledger, first, second = Ledger(), utterance(1, 2), utterance(3, 4)
    ledger.ask(first)
    ledger.ask(second)
    ledger.answer(second, reply(second, "are", "you"))
    assert texts(ledger) == []
    ledger.answer(first, reply(first, "how"))
    assert texts(ledger) == ["how", "are", "you"]
    assert texts(ledger) == []


def test_one_track_does_not_wait_for_the_other():
    ledger, mine, theirs = Ledger(), utterance(1, 2), utterance(1, 2, CLIENT)
    ledger.ask(mine)
    ledger.ask(theirs)
    ledger.answer(theirs, reply(theirs, "well"))
    assert texts(ledger, CLIENT) == ["well"]
    assert ledger.collect(CLIENT, LATE).settled == LATE
    assert ledger.collect(COACH, LATE).settled == samples(1)


def test_nothing_is_settled_beyond_an_open_question_or_beyond_what_goes_on():
    ledger, one = Ledger(), utterance(3, 5)
    assert ledger.collect(COACH, samples(2)).settled == samples(2)
    ledger.ask(one)
    assert ledger.collect(COACH, samples(2)).settled == samples(2)
    assert ledger.collect(COACH, samples(6)).settled == samples(3)
    ledger.answer(one, Reply())
    assert ledger.collect(COACH, samples(6)).settled == samples(6)


def test_what_is_refused_is_speech_without_words_and_says_why():
    ledger, one, two = Ledger(), utterance(1, 2, CLIENT), utterance(3, 4, CLIENT)
    for each in (one, two):
        ledger.ask(each)
    ledger.answer(one, Reply(refused="it could not be understood"))
    ledger.answer(two, reply(two, "well"))
    collected = ledger.collect(CLIENT, LATE)
    (gone,) = collected.unworded
    assert (gone.start, gone.end, gone.track) == (samples(1), samples(2), CLIENT)
    assert gone.why == "it could not be understood"
    assert [w.text for w in collected.words] == ["well"]
    assert not ledger.collect(CLIENT, LATE).unworded


def test_what_two_previews_say_alike_is_given_at_once_and_once():
    ledger = Ledger()
    for end, said in ((2, "so how"), (3, "so how are"), (4, "so how are you")):
        preview = utterance(1, end, final=False)
        ledger.ask(preview)
        ledger.answer(preview, reply(preview, *said.split()))
    (first, second) = ledger.collect(COACH, Samples(0)).tentative
    assert [w.text for w in first.words] == ["so", "how"]
    assert [w.text for w in second.words] == ["are"]
    assert ledger.collect(COACH, Samples(0)).tentative == []
    assert ledger.unanswered == 0


def test_a_preview_settles_nothing_and_gives_no_word():
    ledger, preview = Ledger(), utterance(1, 2, final=False)
    ledger.ask(preview)
    ledger.answer(preview, reply(preview, "so"))
    collected = ledger.collect(COACH, samples(1))
    assert (list(collected.words), collected.settled) == ([], samples(1))


def test_a_preview_that_comes_after_its_final_was_asked_is_too_late():
    ledger, final = Ledger(), utterance(1, 4)
    previews = [utterance(1, end, final=False) for end in (2, 3)]
    for each in (*previews, final):
        ledger.ask(each)
    for each in previews:
        ledger.answer(each, reply(each, "so", "how"))
    assert not ledger.collect(COACH, LATE).tentative


def test_a_preview_of_the_next_utterance_is_not_too_late():
    ledger, final = Ledger(), utterance(1, 4)
    ledger.ask(final)
    for end in (5, 6):
        preview = utterance(4, end, final=False)
        ledger.answer(preview, reply(preview, "and"))
    (one,) = ledger.collect(COACH, LATE).tentative
    assert one.start == samples(4)


@given(st.data())
def test_in_whatever_order_answers_come_words_leave_in_order_and_settled_never_passes_one(data):
    lengths = st.tuples(st.integers(0, 3), st.integers(1, 3), st.sampled_from(list(Track)))
    asked, at = [], dict.fromkeys(Track, 0)
    for gap, length, track in data.draw(st.lists(lengths, min_size=1, max_size=8)):
        asked.append(utterance(at[track] + gap, at[track] + gap + length, track))
        at[track] += gap + length
    ledger, moments = Ledger(), [("ask", i) for i in range(len(asked))]
    for i in range(len(asked)):  # each answer comes at any time after its question
        after = moments.index(("ask", i)) + 1
        moments.insert(data.draw(st.integers(after, len(moments))), ("answer", i))

    given_words: dict[Track, list[Word]] = {track: [] for track in Track}
    open_ones: dict[Track, list[int]] = {track: [] for track in Track}
    for what, i in moments:
        one = asked[i]
        if what == "ask":
            ledger.ask(one)
            open_ones[one.track].append(one.start)
        else:
            ledger.answer(one, reply(one, f"w{i}"))
            open_ones[one.track].remove(one.start)
        assert ledger.unanswered == sum(map(len, open_ones.values()))
        for track in Track:
            collected = ledger.collect(track, LATE)
            given_words[track] += collected.words
            assert collected.settled == min(open_ones[track], default=LATE)
    for track in Track:
        wanted = [f"w{i}" for i, u in enumerate(asked) if u.track is track]
        assert [w.text for w in given_words[track]] == wanted
