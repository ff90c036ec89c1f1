"""No socket in a session: from its start on, every one that leaves this computer is refused.

An audit hook hears of every socket that Python code asks for, in all threads, and cannot be taken
off again; so there is one for the process, and it is open or closed. Native libraries ask the
kernel without it; that they do not is what tests watch.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from functools import cache

_UNIX = 1
"""AF_UNIX, on every system that has it: how processes of one computer talk."""
_ADDRESSED = ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg")
_LOOKUPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")


class RefusedError(PermissionError):
    """A connection was asked for in a session; to whoever asked, the network is not there."""


class Guard:
    """What is refused while it is closed, and what was."""

    def __init__(self) -> None:
        self.refused: list[str] = []
        """What was asked for, without addresses."""
        self._closed = 0
        sys.addaudithook(self._hear)

    def close(self) -> None:
        """Refuse from now on, for as long as the process lasts."""
        self._closed += 1

    @contextlib.contextmanager
    def closed(self) -> Iterator[Guard]:
        """Refuse everything but this computer's own sound server and the worker's pipe."""
        self._closed += 1
        try:
            yield self
        finally:
            self._closed -= 1

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if self._closed and event.startswith("socket.") and _leaves(event, arguments):
            self.refused.append(event)
            raise RefusedError(f"{event}: no connection is opened in a session")


def _leaves(event: str, arguments: tuple[object, ...]) -> bool:
    if event == "socket.__new__":
        # The worker's pipe is a pair of these, which have no address.
        return arguments[1] != _UNIX
    if event in _ADDRESSED:
        return not _is_sound_server(arguments[1])
    return event in _LOOKUPS


def _is_sound_server(address: object) -> bool:
    """Whether an address is the path of the sound server's socket."""
    if not isinstance(address, str | bytes):
        return False
    path = os.fsdecode(address)
    named = os.environ.get("PULSE_SERVER", "").removeprefix("unix:")
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    usual = (f"{folder}/pulse/native", f"{folder}/pipewire-0") if folder else ()
    return bool(path) and path in (named, *usual)


@cache
def guard() -> Guard:
    """The process's own: a hook cannot be taken off, so a second one would only cost time."""
    return Guard()
