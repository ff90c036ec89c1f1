"""What the windows remember: whole or not at all, and never a name."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.ui.backstage import DEVICES, SAMPLE
from live.ui.memory import Memory


def test_what_was_written_is_remembered(tmp_path):
    memory = Memory("session", DEVICES, "a", "b", "left", {"left": (0.5, 0.25)})
    assert memory.write(tmp_path / "new" / "window.json")

    assert Memory.read(tmp_path / "new" / "window.json") == memory
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["window.json"]


def test_without_one_everything_is_as_usual(tmp_path):
    assert Memory.read(tmp_path / "none.json") == Memory()


def test_a_recordings_path_is_not_remembered(tmp_path):
    Memory(source="anna.wav").write(tmp_path / "w.json")
    assert Memory.read(tmp_path / "w.json").source == SAMPLE


@given(st.recursive(st.none() | st.integers() | st.text(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))  # fmt: skip
def test_what_makes_no_sense_is_as_usual(tmp_path_factory, found):
    path = tmp_path_factory.mktemp("m") / "window.json"
    path.write_text(json.dumps(found))
    assert Memory.read(path) == Memory()


@pytest.mark.parametrize("change", [{"mode": "teaching"}, {"spots": {"a": [1]}}, {"spots": 3}])
def test_nor_does_a_part_of_it(tmp_path, change):
    path = tmp_path / "window.json"
    Memory().write(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    assert Memory.read(path) == Memory()


def test_where_nothing_can_be_written_nobody_is_harmed(tmp_path):
    (tmp_path / "file").write_text("")
    assert not Memory().write(tmp_path / "file" / "window.json")
