"""`unhurried self-test` from outside: a line for each part, and honest about what fails."""

from __future__ import annotations

import pytest
from outside import call

from live.errors import RecordingError


@pytest.mark.slow
def test_a_whole_installation_works_part_by_part():
    done = call("self-test")

    *parts, last = done.out.splitlines()
    assert done.code == 0
    assert [line.split()[0] for line in parts] == ["ok"] * 7
    assert last == "Everything installed works."
    assert done.err == ""


def test_a_part_that_fails_does_not_hide_the_others(tmp_path, monkeypatch):
    def missing(*_, **__):
        raise RecordingError("The sample session is missing.", "Install Unhurried again.")

    own = tmp_path / "home" / "config"
    own.mkdir(parents=True)
    (own / "settings.toml").write_text("[voice]\nonn = 1\n")
    monkeypatch.setattr("live.app.self_test.open_recording", missing)

    done = call("self-test")

    assert done.code == 1
    assert [line.split()[0] for line in done.out.splitlines() if line[:2] in ("ok", "FA")] == [
        "FAILED", "ok", "FAILED", "FAILED", "FAILED", "ok", "ok",
    ]  # fmt: skip
    assert "did you mean voice.on?" in done.out
    assert "The sample session is missing. Install Unhurried again." in done.out
    assert done.out.splitlines()[-1].startswith("Something does not work")
    assert "Traceback" not in done.err
