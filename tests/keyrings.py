"""Keyrings to test with, in this process or in a child: `PYTHON_KEYRING_BACKEND=keyrings.InFile`.

None is recommended by its priority, so none is ever chosen but by its name. The environment names
the file in which those that keep something keep it.
"""

from __future__ import annotations

import json
import os
import threading
from pathlib import Path

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import SecretService
from keyring.errors import InitError, KeyringLocked, PasswordDeleteError

FILE = "UNHURRIED_TEST_KEYRING"
CHOICE = "PYTHON_KEYRING_BACKEND"
NOWHERE = "keyring.backends.fail.Keyring"
"""What a computer without a keyring has."""


def choose(monkeypatch: pytest.MonkeyPatch, keyring: type[KeyringBackend] | str) -> None:
    """Use this keyring from now on, in child processes too."""
    if not isinstance(keyring, str):
        keyring = f"{keyring.__module__}.{keyring.__qualname__}"
    monkeypatch.setenv(CHOICE, keyring)


def entries() -> dict[str, str]:
    """What is in the file, by user name."""
    path = Path(os.environ[FILE])
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def fill(found: dict[str, str]) -> None:
    """Put these entries into the file instead of what is there."""
    Path(os.environ[FILE]).write_text(json.dumps(found), encoding="utf-8")


class InFile(KeyringBackend):
    """Keeps what it is given, in a plain file."""

    priority = 0.5

    def get_password(self, service: str, username: str) -> str | None:
        return entries().get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        fill(entries() | {username: password})

    def delete_password(self, service: str, username: str) -> None:
        found = entries()
        if username not in found:
            raise PasswordDeleteError("No such password!")
        del found[username]
        fill(found)


class Keeping(InFile):
    """Gives nothing up."""

    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError("not allowed")


class Forgetful(InFile):
    """Takes everything and keeps nothing, as the library's own null keyring does."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Locked(InFile):
    """Its window was closed."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("Failed to unlock the collection!")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("Failed to unlock the collection!")

    delete_password = get_password


class Dismissed(InFile):
    """The same, as secretstorage says it."""

    def get_password(self, service: str, username: str) -> str | None:
        cause = SecretService.exceptions.PromptDismissedException("Prompt dismissed.")
        raise InitError("Failed to create the collection: Prompt dismissed..") from cause

    def set_password(self, service: str, username: str, password: str) -> None:
        self.get_password(service, username)


class Failing(InFile):
    """Breaks, and tells in its error what it was given."""

    def get_password(self, service: str, username: str) -> str | None:
        raise ConnectionResetError(f"the service went away: {entries()}")

    def set_password(self, service: str, username: str, password: str) -> None:
        fill(entries() | {username: password})
        raise ConnectionResetError(f"the service went away: {password}")


class Hanging(InFile):
    """Waits for a window that nobody sees; `opened` opens it."""

    opened = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.opened.wait()
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.opened.wait()
        super().set_password(service, username, password)


def settle() -> None:
    """Open what hangs and wait until nobody asks any more, so that the next test begins alone."""
    Hanging.opened.set()
    for thread in threading.enumerate():
        if thread.name == "keyring":
            thread.join(timeout=10)
            assert not thread.is_alive()
    Hanging.opened.clear()
