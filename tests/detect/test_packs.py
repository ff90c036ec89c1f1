"""Rule packs: those that ship hold what they promise, and a coach's mistakes are told at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from detect.lines import WORDS, talk_of

from live.detect.course import Course
from live.detect.lexicon import LANGUAGES
from live.detect.packs import read_packs
from live.detect.patterns import Matcher, Phrases
from live.detect.rules import Rules
from live.detect.units import questions, unit
from live.detect.wording_words import WordingWords, wording_words
from live.errors import SettingsError
from live.kinds import KINDS
from live.resources import shipped
from live.types import Samples, Track, Word

LEXICON = shipped("models") / "lexicon"
SHIPPED = {language: wording_words(language) for language in sorted(LANGUAGES)}
PACK = """
language = "en"
source = "mine"

[[rule]]
id = "golden"
kind = "evaluation"
find = ["^ that is golden"]
why = "a grade"
matches = ["that is golden"]
leaves = ["a golden ring"]
"""


def own_packs(folder: Path, **texts: str):
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return read_packs("en", WORDS.grammar, LEXICON / "en", folder)


def kinds_of(rules: Rules, signs, text: str, grammar=WORDS.grammar) -> set[str]:
    """The kinds whose rules hold on the last line."""
    course = Course(signs, grammar)
    *before, (_, last) = talk_of(text)
    for who, line in before:
        track = Track.COACH if who == "coach" else Track.CLIENT
        course.hear(_unit(line, track, grammar))
    said = _unit(last, Track.COACH, grammar)
    return {f.kind for f in rules.finds(said, questions(said, grammar), course)}


def _unit(text: str, track: Track, grammar):
    # Six minutes into a session.
    words = [
        Word(Samples(6_000_000 + i * 5_000), Samples(6_000_000 + i * 5_000 + 4_000), track, word)
        for i, word in enumerate(text.split())
    ]
    return unit(words, grammar)


EXAMPLES = [
    pytest.param(words, rule, text, expected, id=f"{language} {rule.id}: {text[:60]}")
    for language, words in SHIPPED.items()
    for rule in words.packs.rules
    for expected, texts in ((True, rule.matches), (False, rule.leaves))
    for text in texts
]


@pytest.mark.parametrize(("words", "rule", "text", "expected"), EXAMPLES)
def test_every_example_of_every_pack_holds(words: WordingWords, rule, text, expected):
    found = kinds_of(words.rules, words.signs, text, words.grammar)
    assert (rule.kind in found) is expected


def test_every_folder_of_words_is_a_language():
    assert {path.name for path in LEXICON.iterdir() if path.is_dir()} == LANGUAGES


@pytest.mark.parametrize("language", SHIPPED)
def test_every_rule_says_where_it_comes_from_and_what_it_found(language):
    rules = SHIPPED[language].packs.rules
    assert [rule.id for rule in rules if not rule.source or not rule.why] == []


def test_every_german_rule_has_four_examples_each_way():
    rules = SHIPPED["de"].packs.rules
    assert [rule.id for rule in rules if min(len(rule.matches), len(rule.leaves)) < 4] == []


@pytest.mark.parametrize("language", SHIPPED)
def test_every_language_has_the_signs_that_others_have(language):
    """A sign that is missing never holds, and nothing would say so."""
    assert SHIPPED[language].packs.signs.keys() == WORDS.packs.signs.keys()


@pytest.mark.parametrize("language", SHIPPED)
def test_no_pattern_waits_for_a_word_that_is_left_out(language):
    words = SHIPPED[language]
    patterns = [
        pattern
        for rule in words.packs.rules
        for each in (rule.find, rule.needs, rule.unless, rule.unless_unit)
        for pattern in each
    ]
    patterns += [pattern for each in words.packs.signs.values() for pattern in each]
    waiting = [
        pattern.text
        for pattern in patterns
        for element in pattern.elements
        if isinstance(element, Phrases) and not element.optional
        if all(words.grammar.fillers & set(phrase) for phrase in element.phrases)
    ]
    assert waiting == []


@pytest.mark.parametrize("language", SHIPPED)
def test_every_kind_of_wording_that_lists_can_tell_has_a_rule(language):
    told = {rule.kind for rule in SHIPPED[language].packs.rules}
    by_course = {
        "early_options", "steering", "withdrawal_cue", "client_reopened", "stacked_questions",
        "open_question", "closed_question", "heard_without_defending", "advice_with_permission",
    }  # fmt: skip
    assert {k for k, row in KINDS.items() if row.needs == "text"} - told == by_course


def test_a_coach_adds_a_rule_in_a_file_of_their_own(tmp_path):
    packs = own_packs(tmp_path, mine=PACK)
    rules = Rules(packs, WORDS.grammar)

    assert "evaluation" in kinds_of(rules, Matcher(packs.signs), "that is golden")
    assert "evaluation" not in kinds_of(WORDS.rules, WORDS.signs, "that is golden")


def test_a_coach_switches_a_rule_off_and_makes_it_find_more_or_less(tmp_path):
    name = WORDS.packs.rules[0].id
    off = own_packs(tmp_path, mine=f'language="en"\n[[change]]\nrule="{name}"\non=false\n')
    assert name not in {rule.id for rule in off.rules}

    more = f'language="en"\n[[change]]\nrule="{name}"\nfind=["zebra crossing"]\nconfidence=0.7\n'
    changed = {rule.id: rule for rule in own_packs(tmp_path, mine=more).rules}[name]
    assert "zebra crossing" in {pattern.text for pattern in changed.find}
    assert changed.confidence == 0.7


def test_a_pack_of_another_language_is_left_out(tmp_path):
    german = PACK.replace('"en"', '"de"')
    assert len(own_packs(tmp_path, mine=german).rules) == len(WORDS.packs.rules)


def test_a_pack_of_no_known_language_is_told_rather_than_never_used(tmp_path):
    with pytest.raises(SettingsError, match=r"eng is not a known language; did you mean en\?"):
        own_packs(tmp_path, mine=PACK.replace('"en"', '"eng"'))


def test_all_mistakes_of_all_packs_are_told_at_once_with_place_and_cure(tmp_path):
    broken = PACK.replace("evaluation", "evalation").replace("^ that", "* that")
    broken += '\n[[change]]\nrule="evaluation/nowhere"\n[extra]\na=1\n'
    with pytest.raises(SettingsError) as caught:
        own_packs(tmp_path, one=broken, two="language = en", three='language="en"\n[[rule]]\n')

    told = str(caught.value)
    assert "did you mean evaluation?" in told
    assert "begins with *" in told
    assert "evaluation/nowhere is not a known rule" in told
    assert "extra is not a known part" in told
    assert "two.toml: is not TOML" in told
    assert "three.toml, rule 1: has no id" in told
    assert told.count("\n") >= 6
    assert "README.md" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "\x00", "language=" + "[" * 5_000, "[[rule]]\nid=1", 'language="en"\nrule=3',
        'language="en"\nclasses=3', 'language="en"\n[classes]\na="b"', 'language="en"\nsigns=1',
        'language="en"\n[[rule]]\nid="x"\nkind=3\nfind=3\nwhy=3\nmatches="a"\nleaves=[3]',
        'language="en"\n[[rule]]\nid="x"\nkind="advice"\nfind=["(a|b"]\nwhy="y"\n'
        'matches=["a"]\nleaves=["b"]\nconfidence="high"',
    ],
)  # fmt: skip
def test_rubbish_in_a_pack_is_a_message(tmp_path, text):
    (tmp_path / "x.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=r"x\.toml"):
        read_packs("en", WORDS.grammar, LEXICON / "en", tmp_path)
