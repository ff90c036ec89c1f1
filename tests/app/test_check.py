"""`unhurried models check`: both windows on a recording, side by side."""

from __future__ import annotations

import re

import numpy as np
import pytest
from outside import call, wav


@pytest.mark.slow
def test_it_says_what_differs_and_what_it_costs():
    done = call("models", "check", "sample", "--seconds", "30")

    assert done.code == 0
    assert re.search(r"words in the full window +\d\d", done.out)
    assert re.search(r"differ in the short one +\d+ \(\d+\.\d%\)", done.out)
    assert re.search(r"full window +\d+\.\d\d \(\d+\.\d times\)", done.out)
    assert "words.window" in done.out


def test_without_a_model_it_says_how_to_get_one(talk):
    done = call("models", "check", talk)

    assert done.code == 1
    assert done.problems == ["No speech recognition model is installed."]
    assert "unhurried models get" in done.err


def test_a_recording_in_which_nobody_speaks_is_said(tmp_path):
    quiet = wav(tmp_path / "quiet.wav", np.zeros((2, 32_000), np.float32))
    done = call("models", "check", quiet, "--model", "sample")

    assert done.code == 1
    assert done.problems == ["Nobody was heard in it."]


def test_a_language_the_model_does_not_know_is_said():
    done = call("models", "check", "sample", "--model", "sample", "--language", "de")

    assert done.code == 1
    assert "understands English only" in done.problems[0]
