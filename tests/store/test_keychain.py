"""The keyring: each way in which it does not answer is told apart, and none of them hangs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import keyrings
import pytest

from live.store.keychain import Keychain, KeychainError, KeychainOptions, Trouble

HERE = Path(__file__).resolve().parent
QUICK = KeychainOptions(quiet_ms=50, patience_ms=200, alone_ms=100)
SECRET = "5ec2e7" * 10


@pytest.fixture(autouse=True)
def in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A keyring that keeps what it is given, and is no one's."""
    monkeypatch.setenv(keyrings.FILE, str(tmp_path / "keyring.json"))
    keyrings.choose(monkeypatch, keyrings.InFile)
    yield
    keyrings.settle()


@pytest.fixture
def said() -> list[str]:
    """What the person is told."""
    return []


@pytest.fixture
def keychain(said: list[str]) -> Keychain:
    return Keychain(said.append, QUICK)


def test_what_is_put_in_is_there_until_it_is_removed(keychain, said):
    keychain.put("a", SECRET)
    keychain.put("b", "another")
    assert keychain.get("a") == SECRET
    assert keychain.get("c") is None

    keychain.remove("a")
    keychain.remove("a")
    assert keychain.get("a") is None
    assert keychain.get("b") == "another"
    assert said == []


@pytest.mark.parametrize(
    ("keyring", "trouble"),
    [
        (keyrings.NOWHERE, Trouble.ABSENT),
        ("keyring.backends.null.Keyring", Trouble.ABSENT),
        ("nobody.knows.Keyring", Trouble.ABSENT),
        ("nonsense", Trouble.ABSENT),
        (keyrings.Locked, Trouble.LOCKED),
        (keyrings.Dismissed, Trouble.LOCKED),
        (keyrings.Failing, Trouble.REFUSED),
    ],
)
def test_why_nothing_came_is_told_apart(keychain, monkeypatch, keyring, trouble):
    keyrings.choose(monkeypatch, keyring)

    for call in (keychain.get, keychain.remove, lambda store: keychain.put(store, SECRET)):
        with pytest.raises(KeychainError, match=trouble.value) as caught:
            call("a")
        assert caught.value.trouble is trouble
        assert "unhurried key passphrase" in caught.value.hint


def test_a_keyring_that_keeps_nothing_is_found_out(keychain, monkeypatch):
    keyrings.choose(monkeypatch, keyrings.Forgetful)

    with pytest.raises(KeychainError) as caught:
        keychain.put("a", SECRET)
    assert caught.value.trouble is Trouble.REFUSED


def test_an_entry_that_stays_is_not_said_to_be_gone(keychain, monkeypatch):
    keyrings.choose(monkeypatch, keyrings.Keeping)
    keychain.put("a", SECRET)

    with pytest.raises(KeychainError) as caught:
        keychain.remove("a")
    assert caught.value.trouble is Trouble.REFUSED


def test_no_message_repeats_what_the_keyring_was_given(keychain, monkeypatch):
    keyrings.choose(monkeypatch, keyrings.Failing)

    with pytest.raises(KeychainError) as caught:
        keychain.put("a", SECRET)
    assert SECRET not in f"{caught.value} {caught.value.hint} {caught.value!r}"
    # The keyring's own words are in the cause, which no message and no log shows.
    assert SECRET in "".join(traceback.format_exception(caught.value))


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """A keyring whose window nobody sees."""
    keyrings.choose(monkeypatch, keyrings.Hanging)
    return keyrings.Hanging.opened


def test_a_keyring_that_never_answers_is_given_up(keychain, said, hanging):
    with pytest.raises(KeychainError, match="did not answer") as caught:
        keychain.get("a")

    assert caught.value.trouble is Trouble.SILENT
    assert said == ["Waiting for your system's keyring. It may have opened a window of its own."]


def test_one_that_is_opened_in_time_answers(said, hanging):
    """The person sees what is waited for, and types the password."""
    keyrings.fill({"a": SECRET})

    def told(text: str) -> None:
        said.append(text)
        hanging.set()

    options = KeychainOptions(quiet_ms=20, patience_ms=60_000, alone_ms=60_000)
    assert Keychain(told, options).get("a") == SECRET
    assert len(said) == 1


def test_what_was_given_up_is_not_kept_later(keychain, hanging):
    """The key has been kept in another place by then."""
    with pytest.raises(KeychainError):
        keychain.put("a", SECRET)
    keyrings.fill({"a": "older"})
    keyrings.settle()

    assert keyrings.entries() == {}


def test_nobody_is_waited_for_where_nobody_is(monkeypatch, hanging):
    """Without a terminal and a desktop no password will be typed."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    if sys.platform != "linux":
        pytest.skip("there is always a desktop here")
    patient = KeychainOptions(quiet_ms=10, patience_ms=30_000, alone_ms=100)

    began = time.perf_counter()
    with pytest.raises(KeychainError, match="did not answer"):
        Keychain(lambda text: None, patient).get("a")
    assert time.perf_counter() - began < 15


def python(program: str, without: str = "", **env: str) -> str:
    """What a program of a few lines prints in a process of its own; nothing on standard error."""
    path = os.pathsep.join([str(HERE.parents[1]), str(HERE.parent)])
    environment = {name: value for name, value in os.environ.items() if name != without}
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program],
        env={**environment, "PYTHONPATH": path} | env,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stderr == ""
    return done.stdout.strip()


def test_a_keyring_of_plain_files_is_taken_only_by_name(tmp_path):
    """Found by itself it would keep the key of all sessions in the open."""
    program = (
        "import keyrings\n"
        "from live.store.keychain import Keychain, KeychainError\n"
        "try: print(Keychain(print).get('a'))\n"
        "except KeychainError as error: print(error.trouble.name)\n"
    )
    keyrings.fill({"a": "kept in the open"})
    alone = dict.fromkeys(("HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"), str(tmp_path))
    alone["DBUS_SESSION_BUS_ADDRESS"] = "unix:path=/nowhere"
    if sys.platform == "linux":
        assert python(program, without=keyrings.CHOICE, **alone) == "ABSENT"
    assert python(program, **alone) == "kept in the open"


def test_starting_the_program_does_not_look_for_keyrings():
    program = "import sys, live.app.key, live.store.unlock; print('keyring' in sys.modules)"

    assert python(program) == "False"


@pytest.mark.slow
@pytest.mark.skipif(
    not (shutil.which("dbus-run-session") and shutil.which("gnome-keyring-daemon")),
    reason="needs dbus-run-session and gnome-keyring-daemon (Debian: dbus-daemon, gnome-keyring)",
)
def test_a_real_secret_service_is_understood(tmp_path):
    """GNOME's keyring on a bus of its own: open, locked, hanging, killed, its entry deleted."""
    run = tmp_path / "r"
    run.mkdir(mode=0o700)
    folders = {"HOME": tmp_path, "XDG_RUNTIME_DIR": run, "XDG_DATA_HOME": tmp_path / "data"}
    environment = {
        **{name: value for name, value in os.environ.items() if name not in _DESKTOP},
        **{name: str(path) for name, path in folders.items()},
        "PYTHONPATH": os.pathsep.join([str(HERE.parents[1]), str(HERE.parent)]),
    }
    done = subprocess.run(  # noqa: S603 - a bus, and our own interpreter
        ["dbus-run-session", "--", sys.executable, str(HERE / "secret_service.py")],  # noqa: S607
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    found = json.loads(done.stdout)
    # The bus may start a new one, which nobody opens, or it may not.
    assert found.pop("killed") in {"LOCKED", "REFUSED"}
    assert found == {
        "empty": None,
        "put": "kept",
        "open": SECRET,
        "locked": "LOCKED",
        "locked, put": "LOCKED",
        "locked, remove": "LOCKED",
        "open again": SECRET,
        "stopped": "SILENT",
        "continued": SECRET,
        "deleted by hand": None,
        "removed": "kept",
    }


_DESKTOP = {keyrings.CHOICE, "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"}
