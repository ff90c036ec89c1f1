"""What a recogniser makes up is refused, and what people say is not."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from live.transcribe.guards import GuardOptions, Hearing, believed, refusal
from live.transcribe.phantoms import LanguageNotes, language_notes
from live.types import Samples, Track, Utterance, Word, samples, seconds

ENGLISH = language_notes("en")


def why(text: str, *, sure=-0.2, no_speech=0.05, compression=1.2, voiced_s=3.0, **how) -> str:
    """Why a hearing is refused; as it is, it is clear speech of 3 s."""
    hearing = Hearing(text, sure, no_speech, compression, voiced_s)
    return refusal(hearing, GuardOptions(), how.get("notes", ENGLISH))


# Refused, and beside it what must not be


@pytest.mark.parametrize("text", ["", "  ", "...", "?!", "\u266a", "_"])
def test_signs_without_a_word_are_no_words(text):
    assert why(text) == "no words were heard"


@pytest.mark.parametrize("text", ["so", "\u00fcber", "42", "don't", "don\u2019t", "a-ha"])
def test_one_word_is_a_word(text):
    assert why(text) == ""


def test_one_word_in_seconds_of_what_the_model_calls_no_speech_is_not_believed():
    """It may be sure of the one "no" that it makes of a song."""
    assert why("no", no_speech=0.99, voiced_s=4.3) == "it did not sound like speech"
    assert why("no", no_speech=0.99, voiced_s=0.6) == ""
    assert why("no", no_speech=0.1, voiced_s=4.3) == ""
    assert why("no i do not", no_speech=0.99, voiced_s=4.3) == ""


def test_what_the_model_calls_no_speech_and_is_unsure_of_is_not_believed():
    assert why("so how are you", no_speech=0.7, sure=-0.6) == "it did not sound like speech"


@pytest.mark.parametrize(("no_speech", "sure"), [(0.7, -0.4), (0.5, -0.6), (0.6, -0.9)])
def test_either_alone_is_believed(no_speech, sure):
    assert why("so how are you", no_speech=no_speech, sure=sure) == ""


def test_a_guess_is_not_believed():
    assert why("so how are you", sure=-1.1) == "it could not be understood"
    assert why("so how are you", sure=-0.95) == ""


LOOPS = "what was heard repeats itself without end"


@pytest.mark.parametrize(
    "text",
    [
        "i don't know " * 4,
        "no " * 8,
        "and then we said " + "thank you, " * 4,
        "we went to the sea and " * 4 + "so",
        "No. no NO, no no! no no no",
    ],
)
def test_a_loop_of_the_decoder_is_not_believed(text):
    assert why(text, voiced_s=10) == LOOPS


@pytest.mark.parametrize(
    "text",
    [
        "no no no no",
        "no, no, no, no, no, no, no",
        "yeah yeah yeah",
        "i don't know, i don't know, i don't know",
        "really really really really good",
        "it was like it was like it was like that",
        "that that that",
    ],
)
def test_people_repeat_themselves_too(text):
    assert why(text) == ""


def test_text_that_packs_too_well_is_not_believed():
    assert why("so how are you", compression=2.5) == LOOPS
    assert why("so how are you", compression=2.3) == ""


def test_more_than_can_be_said_is_not_believed():
    many = " ".join(f"word{i}" for i in range(24))
    assert why(many) == "more words were heard than can be said in that time"
    assert why(many, voiced_s=0.0) == "more words were heard than can be said in that time"


@pytest.mark.parametrize("length_s", [0.5, 1.0, 3.0, 8.0])
def test_fast_speech_is_believed(length_s):
    six_a_second = " ".join(f"word{i}" for i in range(round(6 * length_s)))
    assert why(six_a_second, voiced_s=length_s) == ""


def test_two_words_fit_into_any_voice():
    assert why("i see", voiced_s=0.1) == ""


MADE_UP = "it is a phrase that recognisers make up"


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for watching!",
        "Okay. Please subscribe.",
        "Don't forget to subscribe to my channel",
        "Don\u2019t forget to subscribe",
        "Subtitles by the Amara.org community",
        "www.example.com",
    ],
)
def test_phrases_out_of_subtitles_are_not_believed_however_sure_the_model_is(text):
    assert why(text, sure=-0.05, no_speech=0.0) == MADE_UP


@pytest.mark.parametrize(
    "text",
    [
        "thanks for coming",
        "i was watching him",
        "awwww that is kind of you",
        "the rev comes on sundays",
        "they subscribed to a newspaper",
    ],
)
def test_words_of_such_a_phrase_are_said(text):
    assert why(text) == ""


DOUBTFUL = "it is a phrase that recognisers make up when they hear little"


@pytest.mark.parametrize("text", ["Thank you.", "you", "Bye-bye.", "Bye bye", "I'm sorry"])
@pytest.mark.parametrize("doubt", [{"sure": -0.6}, {"no_speech": 0.4}])
def test_a_polite_phrase_alone_is_believed_only_when_the_model_is_sure(text, doubt):
    assert why(text, **doubt) == DOUBTFUL
    assert why(text) == ""


@pytest.mark.parametrize("text", ["thank you for telling me", "okay", "you and i"])
def test_with_more_words_beside_it_a_polite_phrase_is_believed(text):
    assert why(text, sure=-0.6) == ""


def test_another_language_has_its_own_phrases():
    assert language_notes("xx") == LanguageNotes()
    assert why("thanks for watching", notes=LanguageNotes()) == ""
    german = LanguageNotes(phantoms=frozenset({"untertitel der amara org community"}))
    assert why("Untertitel der Amara.org-Community", notes=german) == MADE_UP


def test_every_phrase_on_the_list_is_found_as_it_is_written_there():
    for phrase in ENGLISH.phantoms:
        assert why(phrase) == MADE_UP, phrase
    for phrase in ENGLISH.doubtful:
        assert why(phrase, sure=-0.6) == DOUBTFUL, phrase
    assert "um" in ENGLISH.verbatim.lower()


# Words where the voice is


def utterance(*voiced: tuple[float, float], end: float = 20.0) -> Utterance:
    spans = tuple((samples(a), samples(b)) for a, b in voiced)
    return Utterance(Samples(0), Track.COACH, np.zeros(samples(end), np.int16), spans)


def heard(*words: tuple[float, float]) -> list[Word]:
    return [Word(samples(a), samples(b), Track.COACH, f"w{i}") for i, (a, b) in enumerate(words)]


def placed(words: list[Word], *voiced: tuple[float, float]) -> list[tuple[str, float, float]]:
    kept = believed(words, utterance(*voiced), GuardOptions())
    return [(w.text, seconds(w.start), seconds(w.end)) for w in kept]


def test_words_inside_the_voice_stay_where_they_are():
    words = heard((1.0, 1.4), (1.4, 1.9), (3.2, 3.5))
    assert placed(words, (0.9, 2.0), (3.0, 4.0)) == [
        ("w0", 1.0, 1.4),
        ("w1", 1.4, 1.9),
        ("w2", 3.2, 3.5),
    ]


def test_the_first_word_begins_with_the_voice_and_the_last_ends_with_it():
    words = heard((0.0, 1.4), (1.4, 2.6))
    assert placed(words, (0.9, 2.0)) == [("w0", 0.9, 1.4), ("w1", 1.4, 2.0)]


def test_a_word_stretched_over_a_pause_goes_to_the_voice_it_shares_most_with():
    voice = ((1.0, 2.0), (3.0, 4.0))
    assert placed(heard((1.5, 3.1)), *voice) == [("w0", 1.5, 2.0)]
    assert placed(heard((1.9, 3.5)), *voice) == [("w0", 3.0, 3.5)]


def test_words_in_silence_are_dropped_and_those_beside_a_voice_are_not():
    words = heard((0.2, 0.7), (0.8, 0.9), (2.1, 2.3), (2.3, 2.6))
    assert [text for text, *_ in placed(words, (1.0, 2.0))] == ["w1", "w2"]


def test_without_a_voice_there_are_no_words():
    assert believed(heard((1.0, 2.0)), utterance(), GuardOptions()) == []


def test_many_words_at_one_moment_keep_their_order_and_stay_in_the_voice():
    """Alignment gives the words of a hurried end no time at all."""
    words = heard((1.5, 2.0), *[(2.0, 2.0)] * 6)
    kept = placed(words, (1.0, 2.0), (2.6, 3.0))
    assert [text for text, *_ in kept] == [f"w{i}" for i in range(7)]
    assert all(1.0 <= start < end <= 2.0 for _, start, end in kept)


SPANS = st.lists(st.integers(1, 12_000), max_size=16)


def spans(lengths: list[int]) -> list[tuple[int, int]]:
    """Gap, span, gap, span, ..."""
    edges = np.cumsum(lengths).tolist()
    return list(zip(edges[::2], edges[1::2], strict=False))


@given(SPANS, st.lists(st.integers(0, 12_000), max_size=30))
@example([1000, 100, 40, 100], [900, 200, 0, 0, 0, 10, 0, 0])
def test_words_that_are_kept_lie_in_a_voice_in_their_order(voice_lengths, word_lengths):
    voiced = tuple((Samples(a), Samples(b)) for a, b in spans(voice_lengths))
    words = [
        Word(Samples(a), Samples(b), Track.COACH, f"w{i}")
        for i, (a, b) in enumerate(spans(word_lengths))
    ]
    sound = np.zeros(sum(voice_lengths) + 1, np.int16)
    options = GuardOptions()
    kept = believed(words, Utterance(Samples(0), Track.COACH, sound, voiced), options)

    assert [w.text for w in words if w.text in {k.text for k in kept}] == [k.text for k in kept]
    for one in kept:
        assert one.start < one.end
        assert any(a <= one.start and one.end <= b for a, b in voiced)
    for a, b in pairwise(kept):
        assert a.start <= b.start
        assert a.end <= b.end
    for word in words:
        near = any(
            min(word.end, b) - max(word.start, a) >= -samples(options.cover_s) for a, b in voiced
        )
        assert near == (word.text in {k.text for k in kept})
