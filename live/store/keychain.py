"""The system's keyring: the only file that imports `keyring`.

Imported late, as the library looks through everything installed, and asked in a thread of its own,
as a keyring may wait for ever for a window that nobody sees.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Generic, TypeVar

from live.errors import LockedError
from live.options import Range

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "unhurried"
"""The name under which the entry stands in the keyring."""

_Answer = TypeVar("_Answer")
_CLOSED = {"KeyringLocked", "PromptDismissedException", "LockedException"}
"""Exceptions of keyring and of secretstorage (which is installed on Linux only) that say: it is
there, and was not opened."""


class Trouble(Enum):
    """Why the keyring did not do what it was asked; each the end of "Your system's keyring ..."."""

    ABSENT = "is not there"
    LOCKED = "is locked, and was not opened"
    SILENT = "did not answer"
    REFUSED = "did not do what it was asked"


class KeychainError(LockedError):
    """The keyring did not do what it was asked."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(
            f"Your system's keyring {trouble.value}.",
            "The key can be kept with a passphrase instead: unhurried key passphrase",
        )
        self.trouble = trouble


@dataclass(frozen=True, slots=True)
class KeychainOptions:
    """How patient we are with a keyring. Nobody has published numbers; these are ours."""

    quiet_ms: Annotated[int, Range(0, 60_000)] = 2000
    """After so long it is said what is waited for. An open keyring answers within 0.2 s."""
    patience_ms: Annotated[int, Range(100, 600_000)] = 60_000
    """Time to find the keyring's window and type a password into it."""
    alone_ms: Annotated[int, Range(100, 600_000)] = 10_000
    """The same where there is neither a terminal nor a desktop: nobody will type anything."""


@dataclass(frozen=True, slots=True)
class Keychain:
    """The keyring, asked for the entries of this program; every call may raise `KeychainError`."""

    tell: Callable[[str], None]
    """Hears what is waited for, in this thread."""
    options: KeychainOptions = field(default_factory=KeychainOptions)

    def get(self, store: str) -> str | None:
        """What is kept for a store; None when the keyring has no entry for it."""
        return self._ask(lambda keyring, given_up: keyring.get_password(SERVICE, store))

    def put(self, store: str, secret: str) -> None:
        """Keep something for a store, and read it back: some keyrings take all and keep nothing."""

        def call(keyring: KeyringBackend, given_up: threading.Event) -> bool:
            keyring.set_password(SERVICE, store, secret)
            kept = keyring.get_password(SERVICE, store) == secret
            if given_up.is_set():
                # Somebody opened it after all, when the key was already kept in another place.
                _remove(keyring, store)
            return kept

        if not self._ask(call):
            raise KeychainError(Trouble.REFUSED)

    def remove(self, store: str) -> None:
        """Take the entry of a store away; nothing when there is none."""
        if not self._ask(lambda keyring, given_up: _remove(keyring, store)):
            raise KeychainError(Trouble.REFUSED)

    def _ask(self, call: Callable[[KeyringBackend, threading.Event], _Answer]) -> _Answer:
        question = _Question(call)
        # Daemonic: a keyring that never answers must not keep the program from ending.
        threading.Thread(target=question.ask, name="keyring", daemon=True).start()
        patience = self.options.patience_ms if _attended() else self.options.alone_ms
        quiet = min(self.options.quiet_ms, patience)
        if not question.done.wait(quiet / 1000):
            self.tell("Waiting for your system's keyring. It may have opened a window of its own.")
            if not question.done.wait((patience - quiet) / 1000):
                question.given_up.set()
                raise KeychainError(Trouble.SILENT)
        if question.error is not None:
            raise KeychainError(_trouble(question.error)) from question.error
        return question.answers[0]


@dataclass(slots=True)
class _Question(Generic[_Answer]):
    """One question to the keyring, and what came of it. `ask` runs in the thread of its own."""

    call: Callable[[KeyringBackend, threading.Event], _Answer]
    done: threading.Event = field(default_factory=threading.Event)
    given_up: threading.Event = field(default_factory=threading.Event)
    answers: list[_Answer] = field(default_factory=list)
    error: Exception | None = None

    def ask(self) -> None:
        try:
            self.answers.append(self.call(_keyring(), self.given_up))
        except Exception as error:  # noqa: BLE001 - keyrings raise whatever their libraries raise
            self.error = error
        finally:
            self.done.set()


def _keyring() -> KeyringBackend:
    """The keyring that was configured, or else the best one that is there and recommended.

    `recommended` leaves out what keeps secrets in plain files; who configures such a one by name
    (`PYTHON_KEYRING_BACKEND`, `keyringrc.cfg`) is taken at their word.
    """
    # Without a handler, Python prints its complaints about other people's keyrings to the terminal.
    log = logging.getLogger("keyring")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    try:
        import keyring
        from keyring.backends import fail, null
        from keyring.core import init_backend, recommended

        init_backend(recommended)
        found = keyring.get_keyring()
    except Exception as error:  # a configured one that is not installed, or not here
        raise KeychainError(Trouble.ABSENT) from error
    if isinstance(found, fail.Keyring | null.Keyring):
        raise KeychainError(Trouble.ABSENT)
    return found


def _remove(keyring: KeyringBackend, store: str) -> bool:
    """Whether no entry is left. A chain of keyrings, or one with doubles, gives up one a time."""
    for _ in range(3):
        if keyring.get_password(SERVICE, store) is None:
            return True
        keyring.delete_password(SERVICE, store)
    return keyring.get_password(SERVICE, store) is None


def _trouble(error: BaseException | None) -> Trouble:
    """Why, from what was raised and what caused it."""
    while error is not None:
        if isinstance(error, KeychainError):
            return error.trouble
        if type(error).__name__ in _CLOSED:
            return Trouble.LOCKED
        if type(error).__name__ == "NoKeyringError":
            return Trouble.ABSENT
        error = error.__cause__
    return Trouble.REFUSED


def _attended() -> bool:
    """Whether somebody may be there to open a keyring: a desktop or a terminal."""
    desktop = sys.platform != "linux" or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )
    return desktop or (sys.stdin is not None and sys.stdin.isatty())
