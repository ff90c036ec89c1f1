"""The command line from outside: help with examples, versions, and mistakes said plainly."""

from __future__ import annotations

import shlex

import pytest
from outside import call, called

import live
from live.app.arguments import parser


@pytest.mark.parametrize("command", ["", "live", "review", "self-test"])
def test_help_shows_examples_that_can_be_typed(command):
    done = call(*command.split(), "--help")

    examples = [
        line.strip().partition("     ")[0]
        for line in done.out.splitlines()
        if line.startswith("  unhurried ")
    ]
    assert done.code == 0
    assert examples
    for example in examples:
        chosen = parser().parse_args(shlex.split(example)[1:])
        assert not command or chosen.command == command


def test_the_version_is_said():
    assert call("--version").out == f"unhurried {live.__version__}\n"


def test_the_module_is_the_same_program():
    done = called("--version")

    assert (done.code, done.out) == (0, f"unhurried {live.__version__}\n")


def test_without_a_command_it_says_what_there_is():
    done = call()

    assert done.code == 1
    assert done.out == ""
    assert len(done.problems) == 1
    assert "no screen" in done.problems[0]
    assert "unhurried live --source sample --terminal" in done.err


@pytest.mark.parametrize(
    "line",
    [
        "listen",
        "--jsn",
        "review --jsn",
        "review talk.wav --json",
        "review --words",
        "review --transcript",
        "live --sour sample",  # no guessing at what a shortened name means
        "live --mode teaching",
        "live --speed fast",
        "live --speed 0",
        "live --speed -1",
        "live --speed nan",
        "live --seconds nan",
        "live --seconds inf",
        "live --seconds -3",
        "live --seconds five",
        "self-test now",
        "review talk.wav --set voice.on",
    ],
)
def test_wrong_usage_is_one_sentence_and_where_to_look(line):
    done = call(*line.split())

    assert done.code == 2
    assert done.out == ""
    assert len(done.problems) == 1
    assert len(done.err.splitlines()) == 2
    assert done.err.splitlines()[1].startswith("  ")
    assert "_speed" not in done.err  # a name of ours
    assert "_seconds" not in done.err


def test_the_help_of_the_right_command_is_named():
    assert "unhurried live --help" in call("live", "--mode", "teaching").err
    assert "unhurried --help" in call("listen").err


def test_names_that_begin_with_a_dash_come_after_two(tmp_path, talk, monkeypatch):
    monkeypatch.chdir(tmp_path)
    talk.rename("-talk.wav")

    done = call("review", "--out", "results", "--", "-talk.wav")

    assert done.code == 0
    assert (tmp_path / "results" / "-talk.session.json").is_file()
