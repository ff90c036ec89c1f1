"""Small transcribers for worker processes, each with a way of its own to behave or to fail.

An object of these is also what makes the transcriber: it is sent to the process and called there.
Little is imported here, as every process imports it again.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import NoReturn, Self

import numpy as np

from live.errors import ModelMissingError
from live.transcribe.transcriber import About, Reply
from live.types import Samples, Track, Utterance, Word, samples

CPU = About("short", "cpu")
SOON = 20.0
"""Seconds within which everything here happens many times over."""


def utterance(
    start: float, length: float = 1.0, track: Track = Track.COACH, *, final: bool = True
) -> Utterance:
    """Seconds of silence, and a voice that is said to be in them."""
    begin, end = samples(start), samples(start + length)
    voiced = ((Samples(begin + 100), Samples(end - 100)),)
    return Utterance(begin, track, np.zeros(end - begin, np.int16), voiced, final)


def word(of: Utterance) -> str:
    """What all of these hear in an utterance of `utterance`."""
    return f"w{of.voiced[0][0]}"


@dataclass(frozen=True)
class Hears:
    """One word for each stretch of voice, called after where it begins."""

    about: About = CPU

    def __call__(self) -> Self:
        return self

    def transcribe(self, utterance: Utterance) -> Reply:
        return Reply(tuple(Word(a, b, utterance.track, f"w{a}") for a, b in utterance.voiced))


@dataclass(frozen=True)
class Aborts(Hears):
    """Ends as native code does, without an exception, on utterances that begin at these."""

    at: frozenset[int] = frozenset()

    def transcribe(self, utterance: Utterance) -> Reply:
        if utterance.start in self.at:
            abort()
        return super().transcribe(utterance)


@dataclass(frozen=True)
class DiesLoading(Hears):
    """Ends natively before it is ready, and leaves a mark in a file each time."""

    marks: str = os.devnull

    def __call__(self) -> NoReturn:
        with open(self.marks, "a") as file:  # noqa: PTH123 - pathlib would be one more import
            file.write("x")
        abort()


@dataclass(frozen=True)
class LoadsOnce(Hears):
    """Is ready the first time; later, when its mark is there, it ends natively while loading."""

    mark: str = os.devnull

    def __call__(self) -> Self:
        if os.path.exists(self.mark):  # noqa: PTH110 - as above
            abort()
        open(self.mark, "w").close()  # noqa: PTH123
        return self


@dataclass(frozen=True)
class HangsLoading(Hears):
    """Is never ready."""

    def __call__(self) -> NoReturn:
        hang()


@dataclass(frozen=True)
class CannotLoad(Hears):
    """Says why there is no transcriber."""

    def __call__(self) -> NoReturn:
        raise ModelMissingError("The model is damaged.", "Get it again.")


@dataclass(frozen=True)
class Hangs(Hears):
    """Works for ever on utterances that begin at these."""

    at: frozenset[int] = frozenset()

    def transcribe(self, utterance: Utterance) -> Reply:
        if utterance.start in self.at:
            hang()
        return super().transcribe(utterance)


@dataclass(frozen=True)
class Raises(Hears):
    """Makes an ordinary mistake, with what was said in its text."""

    words: str = "what the client said"

    def transcribe(self, utterance: Utterance) -> Reply:
        raise ValueError(self.words)


@dataclass(frozen=True)
class Slow(Hears):
    """Takes so long for each."""

    seconds: float = 0.2

    def transcribe(self, utterance: Utterance) -> Reply:
        time.sleep(self.seconds)
        return super().transcribe(utterance)


@dataclass(frozen=True)
class Watched(Hears):
    """Says that it begins with an utterance, in which process, and goes on when it is told to.

    Whoever watches has it at a known point in the middle of its work.
    """

    tell: Connection | None = None
    hear: Connection | None = None

    def transcribe(self, utterance: Utterance) -> Reply:
        assert self.tell is not None
        assert self.hear is not None
        self.tell.send((os.getpid(), utterance.start, os.nice(0)))
        self.hear.recv()
        return super().transcribe(utterance)


class Watch:
    """The other side of `Watched`: sees each beginning, and kills or lets it go on."""

    def __init__(self) -> None:
        self.told, tell = multiprocessing.Pipe(duplex=False)
        hear, self.go = multiprocessing.Pipe(duplex=False)
        self.make = Watched(tell=tell, hear=hear)
        self.began: list[int] = []
        """Where the utterances begin that were begun with."""
        self.priority = 0

    def begins(self) -> int:
        """Wait until an utterance is begun with; the process that does."""
        assert self.told.poll(SOON)
        pid, start, self.priority = self.told.recv()
        self.began.append(start)
        return int(pid)

    def goes_on(self) -> None:
        """Let it finish the one it has begun with."""
        self.go.send(None)

    def close(self) -> None:
        """Let go of the pipes."""
        for each in (self.told, self.go, self.make.tell, self.make.hear):
            assert each is not None
            each.close()


def abort() -> NoReturn:
    """End as a failed assertion in native code does, but write no core file."""
    if hasattr(signal, "SIGHUP"):  # there is no such limit on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.abort()


def hang() -> NoReturn:
    """Wait for what never comes."""
    while True:
        threading.Event().wait()
