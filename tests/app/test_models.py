"""`unhurried models`: what it says, what it keeps, and what it asks of this computer."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from hub import small_model
from outside import call

from live.app.arguments import parser
from live.app.interrupt import Stop
from live.app.models import models
from live.app.terminal import Terminal
from live.transcribe.manifest import manifest
from live.transcribe.recommend import SHAPES, Measured
from live.transcribe.trial import trial
from live.transcribe.weights import home, names

QUICK, SHORT, SLOW = Measured(0.05, 0.2), Measured(0.7, 2.0), Measured(3.0, 9.0)
LAPTOP = dict(zip(SHAPES, (QUICK, SHORT, SLOW), strict=True))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_model(tmp_path / "mine")


def on_a_laptop(capsys: pytest.CaptureFixture[str], line: str) -> tuple[int, str, list[str]]:
    """The command where measuring is told its results: code, what it said, what was measured."""
    asked: list[str] = []

    def measure(shape: str) -> Measured:
        asked.append(shape)
        return LAPTOP[shape]

    code = models(parser().parse_args(["models", *line.split()]), Terminal(), Stop(), measure)
    return code, capsys.readouterr().out, asked


def rows(out: str) -> dict[str, list[str]]:
    """The table of the list, by model."""
    table = out.partition("\n\n")[0]
    return {words[0]: words[1:] for words in map(str.split, table.splitlines())}


def test_the_list_says_what_there_is_and_what_keeps_up_here(capsys):
    code, out, asked = on_a_laptop(capsys, "list")

    table = rows(out)
    assert code == 0
    assert asked == list(SHAPES)
    assert set(manifest()) <= set(table)
    assert table["base.en"] == ["English", "148", "MB", "no", "keeps", "up"]
    assert table["base"] == ["many", "148", "MB", "no", "keeps", "up"]
    assert table["small.en"][-2:] == ["too", "slow"]
    assert table["medium.en"][-2:] == ["too", "slow"]
    assert (
        "base.en keeps up here, shown only what was said (the short window); "
        "tiny.en leaves more room." in out
    )
    assert "unhurried models get base.en" in out
    assert "sample: comes with Unhurried" in out


def test_this_computer_is_measured_once_unless_asked_again(capsys):
    assert on_a_laptop(capsys, "list")[2] == list(SHAPES)
    assert on_a_laptop(capsys, "list")[2] == []
    assert on_a_laptop(capsys, "")[2] == []
    assert on_a_laptop(capsys, "get")[2] == []
    assert on_a_laptop(capsys, "list --measure")[2] == list(SHAPES)


def test_larger_ones_are_not_measured_where_a_smaller_one_is_too_slow(capsys, monkeypatch):
    monkeypatch.setitem(LAPTOP, "tiny.en", SLOW)
    code, out, asked = on_a_laptop(capsys, "list")

    assert code == 0
    assert asked == ["tiny.en"]
    assert rows(out)["base.en"][-2:] == ["too", "slow"]
    assert "No model keeps up with a live conversation here." in out


def test_get_without_a_name_says_which(capsys):
    code, out, _ = on_a_laptop(capsys, "get")

    assert code == 0
    assert "base.en keeps up here" in out
    assert "unhurried models get base.en" in out


def test_measuring_can_be_stopped_and_leaves_nothing(capsys):
    stop = Stop()

    def measure(shape: str) -> Measured:
        stop._asked = True
        return QUICK

    code = models(parser().parse_args(["models", "list"]), Terminal(), stop, measure)

    assert code == 130
    assert "keeps up" not in capsys.readouterr().out
    assert on_a_laptop(capsys, "list")[2] == list(SHAPES)


@pytest.mark.slow
def test_a_model_is_really_measured_here():
    took = trial("tiny.en")

    assert 0.001 < took.short_s < took.full_s < 60


def test_a_model_is_brought_listed_checked_and_removed(capsys, folder):
    brought = call("models", "import", folder)
    assert (brought.code, brought.err) == (0, "")
    assert brought.out.startswith("mine is installed. It understands English; every byte as when")
    assert "unhurried review RECORDING --model mine" in brought.out
    assert rows(on_a_laptop(capsys, "list")[1])["mine"][-1] == "(yours)"

    checked = call("models", "verify")
    assert checked.code == 0
    assert "ok       mine: every byte as when it was brought in\n" in checked.out
    assert "ok       sample: whole, as it came with Unhurried\n" in checked.out

    removed = call("models", "remove", "mine")
    assert (removed.code, removed.out) == (0, "mine is removed: 0.3 MB are free again.\n")
    assert list(home().iterdir()) == []


def test_a_damaged_model_is_seen_in_the_list_and_named_by_verify(capsys, folder):
    call("models", "import", folder, "--name", "other")
    (next((home() / "other").iterdir()) / "config.json").unlink()

    assert rows(on_a_laptop(capsys, "list")[1])["other"] == ["damaged"]
    done = call("models", "verify")
    assert done.code == 1
    assert done.problems == ["The model other is damaged: config.json is missing."]
    assert "ok       sample" in done.out
    assert call("models", "verify", "sample").code == 0


def test_a_folder_can_be_verified_where_it_lies(folder):
    done = call("models", "verify", folder)

    assert done.code == 0
    assert "nobody vouches for its bytes" in done.out
    assert names() == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("get nobody", "There is no model called nobody."),
        ("get bse.en", "There is no model called bse.en."),
        ("verify base.en", "The model base.en is not installed."),
        ("remove base.en", "The model base.en is not installed."),
        ("remove nobody", "There is no model called nobody."),
        ("import nowhere", "There is no folder nowhere."),
    ],
)
def test_what_cannot_be_done_is_a_sentence_with_advice(line, said):
    done = call("models", *line.split())

    assert (done.code, done.out, done.problems) == (1, "", [said])
    assert done.err.count("\n") >= 2


def test_names_that_will_not_do_are_wrong_usage(folder):
    for name in ("none", "base.en", "a/b"):
        assert call("models", "import", folder, "--name", name).code == 2
    assert call("models", "remove", "sample").code == 2
    assert call("models", "dance").code == 2


def test_the_sample_model_need_not_be_fetched():
    done = call("models", "get", "sample")

    assert done.code == 0
    assert "comes with Unhurried" in done.out


@pytest.mark.parametrize("action", ["", "list", "get", "import", "verify", "check", "remove"])
def test_help_shows_examples_that_can_be_typed(action):
    done = call("models", *action.split(), "--help")

    lines = [line.strip() for line in done.out.splitlines() if line.startswith("  unhurried ")]
    assert done.code == 0
    assert lines
    for line in lines:
        chosen = parser().parse_args(shlex.split(line.partition("     ")[0])[1:])
        assert chosen.command == "models"
        assert not action or chosen.action == action
