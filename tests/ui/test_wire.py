"""What the program and its overlay tell each other arrives, and nothing else does harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.ui.wire import Done, Look, Move, Placed, Quit, Ready, Spots, Style, from_line, to_line


@pytest.mark.parametrize(
    "message",
    [
        Style("dark", 1.5, reduced=True), Look("echo", cue="praise: größer\n", sentence="é"),
        Spots("left", {"left": (0.5, 0.25)}), Move(on=True, hint="x"), Quit(), Ready("xcb"),
        Placed("left", 0.1, 0.2), Done(),
    ],
)  # fmt: skip
def test_a_message_is_one_line_and_arrives_whole(message):
    line = to_line(message)

    assert line.count(b"\n") == 1
    assert from_line(line) == message


@given(st.binary() | st.text())
def test_what_is_no_message_is_nothing(line):
    assert from_line(line) is None


@pytest.mark.parametrize("line", ['{"is": "Look", "new": 1}', '{"is": "Spots", "last": ""}', "[]",
                                  '{"is": "Spots", "last": "", "spots": {"a": [1]}}'])  # fmt: skip
def test_a_message_of_another_version_is_nothing(line):
    assert from_line(line) is None
