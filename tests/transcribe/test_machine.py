"""What this computer can do is measured once and remembered, and never in the way."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from live.resources import own
from live.transcribe.machine import KEEPS_UP_S, Machine, computer
from live.transcribe.receipt import Origin
from live.transcribe.weights import Weights


def model(name: str, revision: str = "abc") -> Weights:
    return Weights(name, revision, Path("models") / name, ("en",), Origin.IMPORTED)


def machine(**short: float) -> Machine:
    """A computer on which these models were measured, in the short window."""
    known = Machine.read()
    for name, seconds in short.items():
        known.remember(model(name.replace("_", ".")), 1, (seconds, 2 * seconds))
    return known


def best(known: Machine, *names: str) -> str:
    chosen = known.best([model(name) for name in names], 1)
    return chosen.name if chosen else "none"


def test_what_was_measured_is_known_the_next_time():
    machine(base_en=0.4)
    assert Machine.read().measured(model("base.en"), 1) == (0.4, 0.8)


def test_a_measurement_is_one_of_a_model_its_revision_and_a_number_of_threads():
    known = machine(base_en=0.4)
    assert known.measured(model("base.en"), 2) is None
    assert known.measured(model("base.en", "def"), 1) is None
    assert known.measured(model("tiny.en"), 1) is None


def test_another_computer_is_measured_anew():
    known = machine(base_en=0.4)
    text = known.file.read_text().replace(computer(), "another 4 cores")
    known.file.write_text(text)
    assert Machine.read().speeds == {}


def test_what_is_not_there_is_not_known():
    known = Machine.read()
    assert known.speeds == {}
    assert known.file == own("data") / "speed.json"
    assert not known.file.exists()


SPEEDS = {"whisper:base.en@abc 1": [0.4, 0.8]}


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"speeds": {}}',
        {"speeds": []},
        {"speeds": None},
        {"speeds": {"a": 1}},
        {"speeds": {"a": [1]}},
        {"speeds": {"a": ["x", "y"]}},
    ],
)
def test_a_damaged_file_costs_no_more_than_measuring_again(damage):
    file = own("data") / "speed.json"
    file.parent.mkdir(parents=True)
    if isinstance(damage, dict):
        damage = json.dumps({"computer": computer(), **damage}).encode()
    file.write_bytes(damage)
    known = Machine.read()
    assert known.speeds == {}
    known.remember(model("base.en"), 1, (0.4, 0.8))
    assert Machine.read().measured(model("base.en"), 1) == (0.4, 0.8)


def test_a_folder_that_cannot_be_written_costs_no_more_either():
    own("data").parent.mkdir(parents=True)
    own("data").write_text("a file where the folder would be")
    known = machine(base_en=0.4)
    assert known.measured(model("base.en"), 1) == (0.4, 0.8)
    assert Machine.read().speeds == {}


def test_nothing_is_left_behind_beside_the_file():
    known = machine(base_en=0.4, tiny_en=0.1)
    assert [path.name for path in known.file.parent.iterdir()] == ["speed.json"]


# Which model is taken by itself


def test_the_best_of_those_that_keep_up_is_taken():
    known = machine(small_en=2.0, base_en=0.7, tiny_en=0.2)
    assert best(known, "tiny.en", "base.en", "small.en") == "base.en"
    assert best(machine(small_en=KEEPS_UP_S), "tiny.en", "base.en", "small.en") == "small.en"


def test_where_none_keeps_up_the_quickest_is_taken():
    known = machine(small_en=9.0, base_en=4.0, tiny_en=1.5)
    assert best(known, "small.en", "base.en", "tiny.en") == "tiny.en"


def test_while_nothing_is_measured_the_one_that_likely_keeps_up_is_taken():
    assert best(Machine.read(), "small.en", "tiny.en", "base.en") == "base.en"
    assert best(Machine.read(), "small.en", "tiny.en") == "tiny.en"
    assert best(Machine.read(), "small") == "small"


def test_one_that_is_too_slow_makes_room_for_one_that_was_not_measured():
    assert best(machine(base_en=3.0), "small.en", "base.en", "tiny.en") == "tiny.en"


def test_a_model_of_another_name_is_taken_only_where_there_is_no_other():
    assert best(Machine.read(), "large-v3", "tiny.en") == "tiny.en"
    assert best(Machine.read(), "large-v3") == "large-v3"
    assert best(Machine.read()) == "none"
