"""German: the second language, told apart from English by its folder alone."""

from __future__ import annotations

import unicodedata

import pytest
from bench.wording_scoring import laid_out
from detect.lines import said, talk_of

from live.detect.said import SaidOptions, safety, wording_detector
from live.detect.units import questions
from live.detect.wording_words import wording_words
from live.types import Samples, Status, samples

GERMAN = wording_words("de")


def flags(text: str) -> set[str]:
    """The kinds that stand on the last line when all is over, counted ones among them."""
    talk, places = laid_out(talk_of(text))
    start, end = places[-1]
    detector = wording_detector(talk, "de", SaidOptions())
    given = {flag.id: flag for flag in detector.finish(Samples(end + samples(60)))}
    return {
        flag.kind
        for flag in given.values()
        if flag.status is not Status.WITHDRAWN and start <= flag.start < end
    }


@pytest.mark.parametrize(
    ("word", "some"),
    [
        ("machen", {"mach", "mache", "machst", "macht", "machte", "gemacht"}),
        ("arbeiten", {"arbeite", "arbeitest", "arbeitet", "gearbeitet"}),
        ("ändern", {"änderst", "ändert", "geändert"}),
        ("versuchen", {"versuchst", "versucht", "versuchte"}),
        ("ausprobieren", {"ausprobiert", "auszuprobieren", "ausprobierst"}),
        ("nachdenken", {"nachdenkst", "nachzudenken"}),
        ("gehen", {"gehst", "ging", "gegangen"}),
        ("gut", {"gute", "guter", "gutes", "guten", "gutem"}),
    ],
)
def test_a_word_stands_for_its_german_forms(word, some):
    assert some | {word} <= GERMAN.grammar.forms(word)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("gehst du heute noch hin", [("gehst du heute noch hin", False)]),
        ("und hilft dir das", [("hilft dir das", False)]),
        ("was würdest du dir wünschen", [("was würdest du dir wünschen", True)]),
        ("und wann kommen Sie", [("wann kommen Sie", True)]),
        ("das war schwer oder", [("das war schwer oder", False)]),
        ("ich weiß nicht was du meinst", []),
        ("was du sagst ist klug", []),
        ("dann gehst du nach hause", []),
        ("gehen Sie nach hause", []),
        ("selbst du kannst das", []),
        ("tut mir leid", []),
    ],
)
def test_a_question_is_told_by_its_verb(text, expected):
    unit = said(text, grammar=GERMAN.grammar)
    asked = questions(unit, GERMAN.grammar)
    assert [(" ".join(unit.tokens[q.start : q.end]), q.is_open) for q in asked] == expected


def test_who_is_spoken_to_has_a_capital_and_others_have_none():
    assert "advice" in flags("Sie sollten kündigen")
    assert "advice" not in flags("ich glaube, sie sollten kündigen")


def test_a_letter_that_comes_as_two_signs_is_the_same_letter():
    text = unicodedata.normalize("NFD", "Das klingt nach Bindungsangst, für dich schön")
    assert "für" in GERMAN.grammar.tokens(text)
    assert "schön" in GERMAN.grammar.tokens(text)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("client: was soll ich tun? / Du solltest kündigen.", "advice_with_permission"),
        (
            "coach: darf ich dir etwas vorschlagen? / client: ja gerne / Du solltest kündigen.",
            "advice_with_permission",
        ),
        ("client: das hilft mir nicht / So habe ich das nicht gemeint.", "defending"),
        ("client: du hörst mir nicht zu / Danke, dass du das sagst.", "heard_without_defending"),
        ("Was möchtest du? Und wer kann dir dabei helfen?", "stacked_questions"),
        ("was siehst du", "open_question"),
        ("siehst du das", "closed_question"),
    ],
)
def test_what_was_said_before_counts_in_german_too(text, kind):
    assert kind in flags(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ich will nicht mehr leben", True),
        ("er schlägt mich", True),
        ("ruf bitte einen Krankenwagen", True),
        ("die Arbeit bringt mich noch um", False),
        ("ich will nicht mehr dort arbeiten", False),
    ],
)
def test_words_that_matter_more_than_any_cue_are_heard(text, expected):
    words = said(text, grammar=GERMAN.grammar).words
    assert safety("de", SaidOptions()).hears(words) is expected
