"""Where a live session's sound comes from: a recording at the speed of life, or devices."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from types import TracebackType
from typing import Protocol, Self

from live.app.interrupt import Stop
from live.app.listening import Listening
from live.app.speaking import Speaks
from live.app.wiring import check_target, recording
from live.audio.pace import paced
from live.audio.source import AudioSource
from live.errors import RecordingError
from live.settings import Settings
from live.types import samples


class Sound(Protocol):
    """A source that is about to begin; a context, which lets go of it."""

    kind: str
    """As the source's own: "live", "recording", "sample"."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def begin(self, stop: Callable[[], bool]) -> AudioSource:
        """The source; called once, when everything else is ready."""


def sound(arguments: argparse.Namespace, chosen: Settings, terminal: Speaks, stop: Stop) -> Sound:
    """What the command line names. Raises what a recording that cannot be used raises."""
    if arguments.source is None:
        if arguments.one_microphone:
            raise RecordingError(
                "A session with one microphone cannot be heard yet.",
                "Give the client a microphone of their own: --coach NAME:1 --client NAME:2",
            )
        return Devices(arguments, chosen, terminal, stop)
    if arguments.json is not None:
        check_target(arguments.json, [arguments.source, arguments.coach, arguments.client])
    return Recorded(arguments, chosen)


class Recorded:
    """A recording, or the sample session, in real time."""

    def __init__(self, arguments: argparse.Namespace, chosen: Settings) -> None:
        self._source = paced(recording(arguments.source, arguments, chosen), arguments.speed)
        self.kind = self._source.kind

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._source.close()

    def begin(self, stop: Callable[[], bool]) -> AudioSource:
        """The recording; whoever reads it stops."""
        return self._source


class Devices:
    """A microphone and what the system plays."""

    kind = "live"

    def __init__(
        self, arguments: argparse.Namespace, chosen: Settings, terminal: Speaks, stop: Stop
    ) -> None:
        if arguments.json is not None:
            check_target(arguments.json, [])
        self._listening = Listening(arguments, chosen, terminal)
        self._checks = not arguments.no_check
        self._until = None if arguments.seconds is None else samples(arguments.seconds)
        self._stop = stop
        self._terminal = terminal

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._listening.__exit__(kind, error, trace)

    def begin(self, stop: Callable[[], bool]) -> AudioSource:
        """Open the devices, check them, and begin. It ends by itself when asked to stop."""
        # Not before: nobody's microphone is opened before they have agreed.
        self._listening.__enter__()
        if self._checks:
            self._listening.check(self._stop)
        self._terminal.notice("It has begun. End it with Ctrl-C.")
        return self._listening.source(self._until, stop)
