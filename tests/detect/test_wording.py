"""What was said, as it is said: cues of words that are not final, repairs, permission, doubt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from bench.wording_scoring import laid_out
from detect.lines import judged, last_flags, talk_of

from live.conversation import Conversation
from live.detect.detector import Settled
from live.detect.rules import WordingOptions
from live.detect.said import SaidOptions, safety, wording_detector
from live.types import Flag, Samples, Status, Tentative, Track, Word, samples

ADVICE = "you should talk to your manager about it"


def spoken(text: str, begin_s: float = 400.0) -> list[Word]:
    """A line of the coach's as words, a third of a second each."""
    return [
        Word(samples(begin_s + i * 0.33), samples(begin_s + i * 0.33 + 0.3), Track.COACH, word)
        for i, word in enumerate(text.split())
    ]


def tentative(words: Sequence[Word]) -> Tentative:
    return Tentative(words[0].start, words[-1].end, Track.COACH, tuple(words))


def stands(flag: Flag) -> bool:
    return flag.status in (Status.CONFIRMED, Status.REVISED)


def kinds(text: str) -> set[str]:
    return {flag.kind for flag in last_flags(talk_of(text))}


def test_words_two_hearings_agree_on_light_a_cue_that_the_final_ones_confirm():
    talk, words = Conversation(), spoken(ADVICE)
    detector = wording_detector(talk, "en", SaidOptions())

    early = [*detector.guess(tentative(words[:3])), *detector.guess(tentative(words[3:]))]
    talk.said[Track.COACH].read(words)
    late = [*detector.read(Settled(samples(500.0)))]

    assert [(flag.kind, flag.status) for flag in early] == [("advice", Status.PROVISIONAL)]
    assert [(flag.id, flag.status) for flag in late] == [(early[0].id, Status.CONFIRMED)]


def test_a_cue_of_words_that_turn_out_otherwise_is_taken_back():
    talk = Conversation()
    detector = wording_detector(talk, "en", SaidOptions())

    early = list(detector.guess(tentative(spoken(ADVICE))))
    talk.said[Track.COACH].read(spoken("you said you talk to your manager about it"))
    late = list(detector.read(Settled(samples(500.0))))

    assert [flag.status for flag in early] == [Status.PROVISIONAL]
    assert [(flag.id, flag.reason) for flag in late if flag.id == early[0].id] == [
        (early[0].id, "what followed changed it")
    ]


def test_what_lights_early_is_never_counted_by_itself():
    talk = Conversation()
    detector = wording_detector(talk, "en", SaidOptions())
    early = list(detector.guess(tentative(spoken(ADVICE))))

    given = {flag.id: flag for flag in [*early, *detector.finish(samples(500.0))]}

    assert not any(stands(flag) for flag in given.values())


def test_advice_that_was_allowed_is_another_kind():
    asked = "coach: can I share a thought / client: yes please / "
    assert "advice_with_permission" in kinds(asked + ADVICE)
    assert "advice" not in kinds(asked + ADVICE)
    assert "advice" in kinds("client: it was a long week / " + ADVICE)
    refused = "coach: can I share a thought / client: no not now thanks / "
    assert "advice" in kinds(refused + ADVICE)


def test_advice_the_client_asked_for_is_another_kind():
    assert "advice_with_permission" in kinds("client: what should I do / " + ADVICE)


def test_an_invitation_to_correct_repairs_an_interpretation_in_time():
    claim = "you are clearly afraid of him"
    lines = [("coach", claim)]
    assert "interpretation" in kinds(claim)
    assert "interpretation" not in kinds(f"{claim} is that right")

    talk, _ = laid_out(lines)
    end = talk.said[Track.COACH].words[-1].end
    for wait_s, left in ((2.0, False), (9.0, True)):
        both = Conversation()
        both.said[Track.COACH].read(talk.said[Track.COACH].words)
        both.said[Track.COACH].read(spoken("am i reading that right", end / 16_000 + wait_s))
        flags = {flag.id: flag for flag in judged(both, Samples(end + samples(60)))}
        found = [stands(flag) for flag in flags.values() if flag.kind == "interpretation"]
        assert found == [left]


def test_a_mistake_owned_after_explaining_it_takes_the_explaining_back():
    before = "client: you are not listening to me / i was only trying to help you"
    assert "defending" in kinds(before)
    assert "defending" not in kinds(f"{before} and i got ahead of you that was me")


def test_explaining_oneself_without_a_complaint_is_no_defence():
    assert "defending" not in kinds("client: it was a long week / i was only trying to help you")


def test_a_word_that_was_hardly_heard_raises_nothing():
    words = spoken(ADVICE)
    for doubted, found in ((0.4, False), (0.9, True)):
        talk = Conversation()
        talk.said[Track.COACH].read([replace(word, probability=doubted) for word in words])
        flags = list(wording_detector(talk, "en", SaidOptions()).finish(samples(500.0)))
        assert any(flag.kind == "advice" for flag in flags) is found


def in_turn(*parts: Sequence[Word]) -> list[str]:
    """The kinds of a turn of the coach's in which so many units follow one another."""
    talk = Conversation()
    for words in parts:
        talk.said[Track.COACH].read(words)
    flags = {flag.id: flag for flag in judged(talk, samples(900.0))}
    return [flag.kind for flag in flags.values() if stands(flag)]


def test_the_two_halves_of_a_rupture_named_may_lie_a_breath_apart():
    first = spoken(
        "It may be my imagination, but there's been less of you in the room"
        " since I mentioned the deadline."
    )
    second = spoken("Have I got that right?", first[-1].end / 16_000 + 1.2)

    assert in_turn(first, second).count("rupture_naming") == 1
    assert "rupture_naming" not in in_turn(first)
    assert "rupture_naming" not in in_turn(second)


def test_what_a_rule_finds_in_a_clause_that_is_nothing_like_it_is_not_believed():
    """A transition and a plan hold the words of a grade and of advice."""
    trusting = SaidOptions(wording=WordingOptions(unlike=0.0))
    for text, kind in (
        ("great so three for health and what about the next one money", "evaluation"),
        ("Well, in some jobs I think you have to, pilots and so on", "advice"),
    ):
        talk = Conversation()
        talk.said[Track.COACH].read(spoken(text))
        flags = list(wording_detector(talk, "en", trusting).finish(samples(900.0)))
        assert kind in {flag.kind for flag in flags}
        assert kind not in in_turn(spoken(text))


def test_two_words_after_a_complaint_are_no_defence_whatever_they_sound_like():
    before = "client: no that is not what i need i want you to hear the story first / "
    assert "defending" not in kinds(before + "a trap")


@pytest.mark.parametrize(
    "text",
    [
        "first you tell him then your team is it so",
        "i will write on friday great same time next week",
    ],
)
def test_a_check_at_the_end_is_a_question_and_stacks_on_nothing(text):
    found = kinds(f"what do you want to tell him {text}")
    assert "closed_question" in found
    assert "stacked_questions" not in found


def test_the_same_words_give_the_same_flags_however_they_come_in():
    lines = talk_of(
        "client: it was a long week / that is a really good insight you should rest /"
        " client: you are not listening to me / i was only trying to help"
    )
    talk, places = laid_out(lines)
    end = Samples(places[-1][1] + samples(30))
    whole = counted(judged(talk, end))

    piecewise = Conversation()
    detector = wording_detector(piecewise, "en", SaidOptions())
    flags: list[Flag] = []
    words = sorted((w for track in Track for w in talk.said[track].words), key=lambda w: w.end)
    for number, word in enumerate(words):
        piecewise.said[word.track].read([word])
        until = words[number + 1].start if number + 1 < len(words) else end
        flags += detector.read(Settled(Samples(min(word.end, until))))
    flags += detector.finish(end)

    assert counted(flags) == whole
    assert len(whole) > 2


def counted(flags: Sequence[Flag]) -> list[tuple[str, int, int]]:
    last = {flag.id: flag for flag in flags}
    return sorted((flag.kind, flag.start, flag.end) for flag in last.values() if stands(flag))


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("some nights I think about killing myself", True),
        ("he hits me when he has been drinking", True),
        ("this deadline is killing me", False),
        ("my shoes are killing me and I could kill for a coffee", False),
    ],
)
def test_words_of_danger_are_heard_from_either_voice(text, heard):
    for track in Track:
        words = [replace(word, track=track) for word in spoken(text)]
        assert safety("en", SaidOptions()).hears(words) is heard
