"""A whole review opens no socket, and the guard that says so sees one when there is one."""

from __future__ import annotations

import importlib.util
import json
import signal
import sys
import wave
from pathlib import Path

import nosockets
import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]

LOOP = "127.0.0.1"
PLANTED = {
    "a connection": f"import socket; socket.create_connection(('{LOOP}', 9))",
    "a server": f"import socket; socket.create_server(('{LOOP}', 0))",
    "a name looked up": "import socket; socket.getaddrinfo('localhost', 80)",
    "an error that was swallowed": f"""
import contextlib, urllib.request
with contextlib.suppress(Exception):
    urllib.request.urlopen('http://{LOOP}:9')
""",
    "a thread": f"""
import socket, threading
threading.Thread(target=socket.create_connection, args=(('{LOOP}', 9),)).start()
""",
    "another process": f"""
import subprocess, sys
subprocess.run([sys.executable, '-c', 'import socket; socket.create_connection(("{LOOP}", 9))'])
""",
}


def two_voices(path: Path) -> None:
    """Twelve seconds of buzzing that two tracks take in turns, with a pause between them."""
    rate = 16_000
    times = np.arange(12 * rate) / rate
    tracks = []
    for pitch, beginning in ((110, 0), (200, 3)):
        buzz = sum(np.sin(2 * np.pi * pitch * k * times) / k for k in range(1, 20))
        speaking = ((times - beginning) % 6 < 2.5) & (np.sin(2 * np.pi * 4 * times) > -0.8)
        tracks.append(0.2 * buzz * speaking)
    sound = (np.stack(tracks, axis=1) * 20_000).clip(-32_000, 32_000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(sound.tobytes())


def test_a_whole_review_opens_no_socket(tmp_path: Path) -> None:
    two_voices(tmp_path / "talk.wav")
    result = tmp_path / "talk.session.json"
    command = ["review", str(tmp_path / "talk.wav"), "--json", str(result), "--model", "none"]

    done, attempts = nosockets.run(["-m", "live", *command], tmp_path, ROOT)

    assert done.returncode == 0, done.stderr
    assert attempts == []
    assert json.loads(result.read_text())["schema"] == "unhurried.session/1"


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED.keys())
def test_the_guard_sees(planted: str, tmp_path: Path) -> None:
    _, attempts = nosockets.run(["-c", planted], tmp_path, tmp_path)

    assert attempts


@pytest.mark.skipif(sys.platform != "linux", reason="seccomp is Linux's")
def test_native_code_that_asks_the_kernel_itself_is_ended(tmp_path: Path) -> None:
    asking = "import ctypes, socket; ctypes.CDLL(None).socket(int(socket.AF_INET), 1, 0)"
    probe = "import nosockets, sys; sys.exit(not nosockets.forbid_in_kernel())"
    (tmp_path / "probe").mkdir()
    possible, _ = nosockets.run(["-c", probe], tmp_path / "probe", tmp_path)
    if possible.returncode:
        pytest.skip("this machine does not allow seccomp filters")

    done, _ = nosockets.run(["-c", asking], tmp_path, tmp_path)

    assert done.returncode == -signal.SIGSYS


def test_processes_of_this_machine_may_talk_to_each_other(tmp_path: Path) -> None:
    pipe = "import multiprocessing as m; a, b = m.Pipe(); a.send(1); assert b.recv() == 1"

    done, attempts = nosockets.run(["-c", pipe], tmp_path, tmp_path)

    assert (done.returncode, attempts) == (0, []), done.stderr


@pytest.mark.slow
def test_half_a_minute_of_live_opens_no_socket_and_leaves_nothing_at_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library's own reports come late, from native threads, and keep quiet where CI is set."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    for name in ("CI", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    command = ["live", "--source", "sample", "--speed", "10", "--seconds", "280", "--terminal"]
    result = tmp_path / "live.session.json"

    done, attempts = nosockets.run(["-m", "live", *command, "--json", str(result)], tmp_path, ROOT)

    assert done.returncode == 0, done.stderr
    assert attempts == []
    # The words came from the recogniser in its process, guarded like the program itself.
    session = json.loads(result.read_text())
    assert session["conditions"]["words"].startswith("whisper:sample@")
    assert session["words"]
    assert [str(path.relative_to(home)) for path in home.rglob("*") if path.is_file()] in (
        [],
        ["data/speed.json"],
    )


def test_no_native_library_of_ours_names_a_place_for_reports() -> None:
    """From 1.29 on onnxruntime does: the version in the lock must stay below."""
    package = importlib.util.find_spec("onnxruntime")
    assert package is not None
    assert package.submodule_search_locations is not None
    libraries = [
        path
        for path in Path(package.submodule_search_locations[0], "capi").iterdir()
        if {".so", ".dll", ".dylib", ".pyd"} & set(path.suffixes)
    ]

    assert libraries
    assert [path.name for path in libraries if b"events.data." in path.read_bytes()] == []
