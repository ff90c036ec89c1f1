"""What the tests of the command line share: pieces of the sample session as files."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from outside import Sound, call, lines, wav, whole
from sample.make import AUDIO, TRUTH, read_opus
from sound_server import SoundServer, sound_server, there

from live.types import RATE


@pytest.fixture(scope="session")
def voices() -> Sound:
    """The first minute of the sample session: the coach above, the client below."""
    return read_opus(AUDIO)[:, : 60 * RATE]


@pytest.fixture
def talk(tmp_path: Path, voices: Sound) -> Path:
    """Twelve seconds of a session: the client tells, the coach comes in, the client breaks off."""
    return wav(tmp_path / "talk.wav", voices[:, 20 * RATE : 32 * RATE])


@pytest.fixture(scope="session")
def truth() -> dict[str, Any]:
    """What is in the sample session."""
    return json.loads(TRUTH.read_text(encoding="utf-8"))


@pytest.fixture
def words(tmp_path: Path, truth: dict[str, Any]) -> Path:
    """The words of the sample session's first minute."""
    return lines(tmp_path / "words.jsonl", [w for w in truth["words"] if w["end"] < 60])


@pytest.fixture(scope="session")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The whole sample session, reviewed from sound alone as the program comes."""
    folder = tmp_path_factory.mktemp("sample")
    assert call("review", "sample", "--model", "none", "--json", folder / "s.json").code == 0
    return whole(folder / "s.json")


@pytest.fixture(scope="module")
def server() -> Iterator[SoundServer]:
    """A real sound server with a stage to play on, one for a file of tests."""
    if not there():
        pytest.skip("PulseAudio is not installed (make test installs it, or says how)")
    with (
        tempfile.TemporaryDirectory(prefix="unhurried-") as folder,
        sound_server(Path(folder)) as server,
    ):
        server.stage()
        yield server


@pytest.fixture
def devices(server: SoundServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    """The server, and nothing else of this computer's sound."""
    monkeypatch.setenv("PULSE_SERVER", server.address)
    server.warm()
    yield server
    server.hush()
