"""Whatever is said or written in a pack: nothing is raised, and time grows no faster than the text.

Time is counted in lines of code run and tokens copied, which no machine changes: twice the text may
take a little more than twice the steps, where a quadratic one takes four times.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
from detect.hostile import TALK, Counted, hear, hostile_lines, steps
from detect.lines import WORDS, said

from live.conversation import Conversation
from live.detect.course import Course
from live.detect.packs import MOST_MISTAKES, Packs, read_packs
from live.detect.patterns import LONGEST, Matcher, PatternError, compiled
from live.detect.rules import Rules
from live.detect.said import SaidOptions, wording_detector
from live.detect.talk import MOST_WORDS
from live.detect.units import questions
from live.errors import SettingsError
from live.resources import shipped
from live.types import Flag, Samples, Track, Word

SHIPPED = shipped("models") / "lexicon" / "en"
LINEAR = 2.4
"""Times the steps for twice the text: something is remembered in sorted order here and there."""


@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_that_is_said_raises_anything(language):
    chance = random.Random(5)  # noqa: S311
    lines = hostile_lines(5, 1_200, language)
    given = 0
    while talk := list(islice(lines, TALK)):
        given += hear(talk, language, chance)
    assert given > 100, "rules were never reached"


# Time


MANY = [
    "why", "why?", "what do you", "and because or then", ",", "so well okay and", "you should",
    "is it?", "that is a really good idea", "i could maybe", "why-did-you-and-what-is", "a.",
    "do you think that is a good idea isn't it?", "no not never", "you said i told you", "\u0301a",
    "你好", "~ * $", "!a",
]  # fmt: skip


def repeated(phrase: str, count: int) -> str:
    """So many words of a phrase that is said again and again."""
    return " ".join((f"{phrase} " * count).split()[:count])


@pytest.mark.parametrize("phrase", MANY)
def test_one_breath_twice_as_long_takes_twice_as_long(phrase):
    """Units end after 400 words; here none does."""
    once, twice = (judging(repeated(phrase, count)) for count in (400, 800))
    assert twice < LINEAR * once


def judging(text: str) -> int:
    """Steps until everything is found in a text that is one unit."""
    course = Course(WORDS.signs, WORDS.grammar)
    Counted.copied = 0

    def judge() -> None:
        unit = said(text)
        unit = replace(unit, tokens=Counted(unit.tokens))
        WORDS.rules.finds(unit, questions(unit, WORDS.grammar), course)

    return steps(judge) + Counted.copied


@pytest.mark.parametrize(
    ("phrase", "track"), [*((phrase, Track.COACH) for phrase in MANY[:10]), ("why?", Track.CLIENT)]
)
def test_a_line_twice_as_long_takes_all_detectors_twice_as_long(phrase, track):
    """Of three and of six units: a breath is cut after 400 words."""
    once, twice = (steps(lambda c=c: detect(repeated(phrase, c), track)) for c in (1_200, 2_400))
    assert twice < LINEAR * once


def detect(text: str, track: Track) -> list[Flag]:
    """What all detectors give for a text without a pause."""
    talk = Conversation()
    talk.said[track].read(
        [
            Word(Samples(i * 5_000), Samples(i * 5_000 + 4_000), track, word)
            for i, word in enumerate(text.split())
        ]
    )
    return list(wording_detector(talk, "en", SaidOptions()).finish(Samples(2**40)))


def test_fifty_thousand_words_in_one_line_are_judged():
    judged = detect(repeated("that's a great idea", 50_000), Track.COACH)
    assert len(judged) >= 50_000 // MOST_WORDS  # one a unit at least


def test_a_flag_does_not_grow_with_the_questions_it_counts():
    phrase = "what did you say to him? how will she take it now?"
    flags = detect(repeated(phrase, 2_400), Track.COACH)
    stacked = [flag for flag in flags if flag.kind == "stacked_questions"]
    assert max(flag.evidence["questions"] for flag in stacked) > 350
    assert max(len(flag.text) for flag in stacked) < 1_000


@pytest.mark.parametrize("sign", ["a", "!", "a!", "a-", "-", "a.", "'", "\u0301", "why,"])
def test_one_word_of_a_hundred_thousand_letters_is_cut(sign):
    word = sign * (100_000 // len(sign))
    assert len(WORDS.grammar.tokens(f"!{word}!")) <= 60
    assert all(len(token) <= 60 for token in WORDS.grammar.tokens(word))
    detect(f"you should {word} that is a great {word} idea", Track.COACH)


def test_punctuation_inside_a_word_is_passed_over_once():
    """Regular expressions run no lines of ours: here the processor's time is compared."""

    def taking(count: int) -> float:
        word, times = f"a{'!.' * count}a", []
        for _ in range(5):
            began = time.process_time()
            assert len(WORDS.grammar.tokens(word)) <= 60
            said(word)
            times.append(time.process_time() - began)
        return min(times)

    assert taking(20_000) < 3 * taking(10_000)


# Packs


RULE = """
[[rule]]
id = "{name}"
kind = "advice"
find = ["{find}"]
why = "because"
matches = ["a"]
leaves = ["b"]
"""


def pack(folder: Path, text: str) -> Packs:
    """What is in a coach's own pack of this text, and nothing else."""
    (folder / "mine.toml").write_text('language = "en"\n' + text, encoding="utf-8")
    return read_packs("en", WORDS.grammar, folder / "none ship", folder)


SLOW = {
    "nested optional parts": "x " + "y? x? " * 18 + "z",
    "gaps after gaps": "x " + "*8 " * 9 + "z",
    "gaps and optional parts": "x " + "*8 x? " * 8 + "z",
    "phrases that begin alike": "x " + "(x|x x|x x x|x x x x) " * 16 + "z",
    "optional phrases that begin alike": "x " + "(x|x x|x x x)? " * 20 + "z",
    "many alternatives": "x " + "|".join(f"x{i}" for i in range(5_000)) + "|x z",
    "a long phrase": "(" + "x " * 2_000 + "|x x) *8 z",
    "edges": "x " + "^ $ " * 19 + "z",
}


@pytest.mark.parametrize("name", SLOW)
def test_no_pattern_takes_more_time_than_its_length_times_the_texts(tmp_path, name):
    rules = Rules(pack(tmp_path, RULE.format(name="x", find=SLOW[name])), WORDS.grammar)
    course = Course(WORDS.signs, WORDS.grammar)

    def finding(count: int) -> int:
        # The last word is there, so that nothing is left out for it; the one before keeps it away.
        unit = said("x " * count + "w w w w w w w w w z")
        unit = replace(unit, tokens=Counted(unit.tokens))
        Counted.copied = 0
        return steps(lambda: rules.finds(unit, [], course)) + Counted.copied

    once, twice = finding(100), finding(200)  # farther than the patterns reach
    assert 100 < once < 100 * 100 * LONGEST
    assert twice < LINEAR * once


def test_reading_twice_as_many_rules_takes_twice_as_long(tmp_path):
    def reading(count: int) -> int:
        text = "".join(RULE.format(name=f"r{i}", find=f"a{i} *2 b|c?") for i in range(count))
        return steps(lambda: pack(tmp_path, text))

    assert reading(600) < LINEAR * reading(300)


def test_ten_thousand_rules_of_ones_own_are_rules_like_others(tmp_path):
    for part in range(5):
        text = "".join(RULE.format(name=i, find=f"you should w{part}x{i}") for i in range(2_000))
        (tmp_path / f"p{part}.toml").write_text('language = "en"\n' + text, encoding="utf-8")
    packs = read_packs("en", WORDS.grammar, SHIPPED, tmp_path)
    rules = Rules(packs, WORDS.grammar)

    assert len(packs.rules) == len(WORDS.packs.rules) + 10_000
    found = rules.finds(said("you should w4x1999"), [], Course(WORDS.signs, WORDS.grammar))
    assert [find.rule.id for find in found] == ["p4/1999"]


def bad_packs() -> Iterator[tuple[str, str]]:
    """What each is, and a text that is no pack."""
    change = RULE.format(name="x", find="a") + '[[change]]\nrule = "mine/x"\n'
    yield "deep lists", "x = " + "[" * 100_000
    yield "deep tables", "x = " + "{a=" * 100_000
    yield "deep keys", "a." * 200_000 + "b = 1"
    yield "deep headers", "[" + '"a" . ' * 100_000 + "b]"
    yield "a long number", "x = " + "9" * 100_000
    yield "a gap of many digits", RULE.format(name="x", find="a *" + "9" * 100_000)
    yield "a gap of other digits", RULE.format(name="x", find="a *٣ b")
    yield "a long pattern", RULE.format(name="x", find="a " * 100_000)
    yield "open brackets", RULE.format(name="x", find="a " + "(" * 100_000)
    yield "brackets", RULE.format(name="x", find="a " + "(a)" * 100_000)
    yield "bars", RULE.format(name="x", find="a " + "|" * 100_000)
    yield "signs", RULE.format(name="x", find="a " + "!" * 100_000 + " a" + "!" * 100_000 + "?!")
    yield "tildes", RULE.format(name="x", find="a " + "~" * 100_000)
    yield "an unknown class", RULE.format(name="x", find="<" + "a" * 100_000 + ">")
    yield "a kind that is a list", RULE.replace('"advice"', '["advice"]').format(name="x", find="a")
    yield "a kind that is a table", RULE.format(name="x", find="a").replace('"advice"', "{a=1}")
    yield "a sure change", change + 'confidence = "high"'
    yield "a listed change", change + "live = [1]"
    yield "unknown changes", '[[change]]\nrule = "advice/nothing"\n' * 20_000
    yield (
        "unknown keys",
        RULE.format(name="x", find="a") + "".join(f"k{i}=1\n" for i in range(9_999)),
    )
    yield "no language", 'language = ["en"]'
    yield "other things", "\x00\x01\x02"


BAD = dict(bad_packs())


@pytest.mark.parametrize("name", BAD)
def test_a_pack_that_cannot_be_one_is_a_message_of_bounded_length(tmp_path, name):
    with pytest.raises(SettingsError) as caught:
        pack(tmp_path, BAD[name])
    told = str(caught.value)
    assert "mine.toml" in told
    assert len(told) < 100_000
    assert told.count("\n") <= MOST_MISTAKES + 1


@pytest.mark.parametrize("seed", range(20))
def test_random_patterns_are_read_or_refused_and_find_what_is_there(seed):
    chance = random.Random(seed)  # noqa: S311
    lines = list(hostile_lines(seed, 60, "en"))
    signs = ["*", "*3", "?", "|", "(", ")", "<good>", "<very>?", "~go", "^", "$", "a", "(a b|c)?"]
    read = 0
    for _ in range(200):
        parts = chance.choices([*signs * 3, *lines], k=chance.randint(1, 6))
        text = "a " + chance.choice((" ", "")).join(parts)
        try:
            matcher = Matcher({"it": [compiled(text, WORDS.packs.classes, WORDS.grammar)]})
        except PatternError:
            continue
        read += 1
        unit = said(f"{text} a b c {chance.choice(lines)} a")
        for _, span in matcher.find(unit.tokens, unit.edges):
            assert 0 <= span.start < span.end <= len(unit.tokens)
    assert read > 10
