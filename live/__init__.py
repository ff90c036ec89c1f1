"""Unhurried: a second ear for coaches that never leaves the room."""

__version__ = "0.1.0"
