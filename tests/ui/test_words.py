"""The second language: whole, with everything that is filled in, and cues as short as ours."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from words.__main__ import LOCALES, compiled, template

from live.app.asking import Texts
from live.cues.families import DO, PRAISE, UM_TIMES
from live.kinds import KINDS
from live.resources import shipped
from live.ui.words import languages, speaks

FILES = sorted(LOCALES.glob("*/LC_MESSAGES/unhurried.po"))


def read(path: Path):
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3])


def test_there_is_a_second_language():
    assert languages() == ["de", "en"]
    assert speaks("de")("Start listening") == "Zuhören beginnen"


@pytest.mark.parametrize("path", sorted(shipped("config").glob("consent.*.toml")),
                         ids=lambda path: path.name)  # fmt: skip
def test_what_people_agree_to_has_the_same_parts_in_every_language(path):
    def parts(of: Texts) -> dict[tuple[str, str], set[str]]:
        return {
            (part, name): set(re.findall(r"{\w+}", text))
            for part, found in of.parts.items()
            for name, text in found.items()
        }

    english, other = Texts.read(), Texts.read(path.name.split(".")[1])
    assert other.parts != english.parts
    assert other.version == english.version
    assert parts(other) == parts(english)


def test_the_system_decides_unless_the_coach_does():
    assert speaks("auto", "de_AT")("Quit") == "Schließen"
    assert speaks("auto", "fr_FR")("Quit") == "Quit"
    assert speaks("en", "de_AT")("Quit") == "Quit"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parts[-3])
def test_every_text_is_translated_and_nothing_else_is_there(path):
    found = {each.id: each.string for each in read(path) if each.id}

    assert set(found) == {each.id for each in template() if each.id}, "make words"
    assert [text for text, translated in found.items() if not translated] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parts[-3])
def test_what_is_filled_in_is_filled_in_there_too(path):
    for each in read(path):
        if each.id:
            assert set(re.findall(r"{\w+}", each.id)) == set(re.findall(r"{\w+}", each.string))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parts[-3])
def test_no_cue_has_more_than_four_words_there_either(path):
    say = speaks(path.parts[-3])
    cues = [*DO.values(), *UM_TIMES, *(row.cue for row in KINDS.values())]

    assert [text for text in map(say, cues) if len(text.split()) > 4] == []
    assert say(PRAISE).format(words="a b c").count(" ") == 3


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.parts[-3])
def test_what_is_read_while_the_program_runs_is_what_was_written(path):
    assert path.with_suffix(".mo").read_bytes() == compiled(read(path)), "make words"
