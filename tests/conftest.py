"""What holds for every test: own files in a scratch folder, no network, no unexpected warning."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import nosockets
import pytest

# A machine that judges a change tries the same examples every time; everyone else finds new ones.
hypothesis.settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")

ATTEMPTS = nosockets.forbid()
"""Everything that asked for the network in this process so far."""


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The person's settings, sessions, keyring and logs stay out of it."""
    monkeypatch.setenv("UNHURRIED_HOME", str(tmp_path / "home"))
    # No keyring, as on a computer without a desktop; child processes see the same.
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    monkeypatch.delenv("UNHURRIED_PASSPHRASE", raising=False)
    # No window of a test appears on anybody's screen; tests of windows bring their own.
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def no_network() -> Iterator[None]:
    """A test fails when anything asked for the network, even if the refusal was swallowed."""
    before = len(ATTEMPTS)
    yield
    assert ATTEMPTS[before:] == []


@pytest.fixture(autouse=True)
def no_warnings(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning in the program's log fails the test; who expects one ends by `caplog.clear()`."""
    yield
    unexpected = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.name.partition(".")[0] == "live" and record.levelno >= logging.WARNING
    ]
    assert unexpected == []


def pytest_runtest_setup(item: pytest.Item) -> None:
    """What needs the development recordings is skipped where there are none."""
    wanted = item.get_closest_marker("data") or "development_data" in getattr(
        item, "fixturenames", ()
    )
    if wanted and not os.environ.get("UNHURRIED_DATA"):
        pytest.skip("UNHURRIED_DATA names no folder of development recordings")
    if item.get_closest_marker("device") and "device" not in item.config.option.markexpr:
        pytest.skip("takes minutes, or a sound server of another kind: run it with -m device")


@pytest.fixture
def development_data() -> Path:
    """The folder of the development recordings, which are not part of the project."""
    return Path(os.environ["UNHURRIED_DATA"])
