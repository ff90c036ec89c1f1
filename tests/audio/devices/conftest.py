"""A real sound server for the tests that need one, and sessions over its devices."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sound_server import SoundServer, sound_server, there

from live.types import RATE


@pytest.fixture(scope="module")
def shared_server() -> Iterator[SoundServer]:
    """One server for a file of tests; what a test unplugs it plugs in again."""
    if not there():
        pytest.skip("PulseAudio is not installed (make test installs it, or says how)")
    # Not the tests' own folder: the path of a socket may not be longer than 107 letters.
    with (
        tempfile.TemporaryDirectory(prefix="unhurried-") as folder,
        sound_server(Path(folder)) as server,
    ):
        yield server


@pytest.fixture
def server(shared_server: SoundServer, monkeypatch: pytest.MonkeyPatch) -> SoundServer:
    """The same, as this process meets it."""
    monkeypatch.setenv("PULSE_SERVER", shared_server.address)
    return shared_server


@pytest.fixture(scope="module")
def tones(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two minutes of a tone for each person, far apart: 440 Hz the coach, 1000 Hz the client."""
    folder = tmp_path_factory.mktemp("tones")
    times = np.arange(120 * RATE) / RATE
    out = {}
    for name, hertz in (("coach", 440), ("client", 1000)):
        out[name] = folder / f"{name}.raw"
        out[name].write_bytes((np.sin(2 * np.pi * hertz * times) * 12_000).astype("<i2").tobytes())
    return out
