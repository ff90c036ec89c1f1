"""Settings as they are declared: all of them, changed one by one, and taken back."""

from __future__ import annotations

import tomllib
from typing import get_type_hints

import pytest

from live.errors import OutputError, SettingsError
from live.settings import Settings, load
from live.ui.declared import Declared, Own, declared


def one(name: str) -> Declared:
    return next(each for each in declared() if each.name == name)


@pytest.fixture
def own(tmp_path) -> Own:
    return Own(tmp_path / "config" / "settings.toml")


def test_every_setting_is_there_with_its_sentence():
    found = [each.name for each in declared()]
    every = {
        f"{section}.{field}"
        for section, kind in get_type_hints(Settings).items()
        for field in kind.__dataclass_fields__
    }
    assert set(found) == every
    assert len(found) == len(set(found))
    assert all(each.about.endswith((".", "!")) for each in declared())


def test_ranges_and_choices_are_those_of_the_code():
    assert (one("cues.fade_in_ms").low, one("cues.fade_in_ms").high) == (600, 3000)
    assert one("screen.theme").choices == ("auto", "light", "dark", "contrast")
    assert one("cues.families").kind is tuple
    assert one("cues.credits").kind is bool


def test_a_search_finds_words_of_name_and_sentence():
    assert one("cues.snooze_min").matches("sleep cues")
    assert one("cues.snooze_min").matches("snooze min")
    assert not one("cues.snooze_min").matches("sleep bleed")


def test_what_is_changed_holds_and_nothing_else_is_written(own):
    own.change(one("cues.hold_s"), 5.0)
    own.change(one("cues.families"), ["labels"])

    assert tomllib.loads(own.path.read_text()) == {"cues": {"hold_s": 5.0, "families": ["labels"]}}
    assert load(own_file=own.path).cues.families == ("labels",)
    assert [path.name for path in own.path.parent.iterdir()] == ["settings.toml"]


def test_a_mistake_changes_nothing(own):
    own.change(one("cues.hold_s"), 5.0)
    for name, value in (("cues.hold_s", 50.0), ("cues.families", ["nonsense"]),
                        ("cues.focus", ["labels", "advice", "past"])):  # fmt: skip
        with pytest.raises(SettingsError):
            own.change(one(name), value)
    assert tomllib.loads(own.path.read_text()) == {"cues": {"hold_s": 5.0}}


def test_the_default_is_no_line_at_all(own):
    own.change(one("cues.hold_s"), 5.0)
    own.change(one("cues.hold_s"), None)

    assert own.value(one("cues.hold_s")) is None
    assert own.path.read_text().strip() == ""


def test_every_change_can_be_taken_back(own):
    own.change(one("cues.hold_s"), 5.0)
    own.change(one("cues.hold_s"), 6.0)
    own.undo()
    assert own.value(one("cues.hold_s")) == 5.0
    own.undo()
    assert own.value(one("cues.hold_s")) is None
    assert not own.can_undo


def test_what_the_coach_wrote_stays_as_it_was(own):
    own.path.parent.mkdir()
    own.path.write_text("# mine\n[held]\nfrom_s = 4.0  # longer\n")
    again = Own(own.path)
    again.change(one("cues.hold_s"), 5.0)

    assert own.path.read_text().startswith("# mine\n[held]\nfrom_s = 4.0  # longer\n")


def test_a_file_that_cannot_be_used_is_said(own, tmp_path):
    own.path.parent.mkdir()
    own.path.write_text("= =")
    with pytest.raises(SettingsError, match="is not TOML"):
        Own(own.path)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        Own(tmp_path / "file" / "settings.toml").change(one("cues.hold_s"), 5.0)


def test_a_profile_says_its_own_defaults(own):
    assert own.default(one("cues.hold_s"), "session") == 4.0
