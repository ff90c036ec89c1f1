"""What can go wrong in a person's words: one exception per boundary, each with what to do."""

from __future__ import annotations


class UnhurriedError(Exception):
    """Something a person can act on. The message says what happened, the hint what to do."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(UnhurriedError):
    """The command was called in a way it cannot follow (exit code 2)."""


class DeviceError(UnhurriedError):
    """A microphone, or what the system plays, cannot be heard."""


class RecordingError(UnhurriedError):
    """A recording cannot be read or is not what it should be."""


class TranscriptError(UnhurriedError):
    """Words from elsewhere cannot be read."""


class ModelMissingError(UnhurriedError):
    """A model or a network file is not where it should be."""


class SettingsError(UnhurriedError):
    """The settings contain mistakes; the message lists all of them."""


class OutputError(UnhurriedError):
    """A result cannot be written."""


class StoreError(UnhurriedError):
    """What is kept cannot be read, or nothing can be kept."""


class LockedError(StoreError):
    """The key to what is kept cannot be had: no keyring, a wrong passphrase, another key."""


class ConsentError(UnhurriedError):
    """Somebody has not agreed to what was asked for."""
