"""The two output streams when nobody reads them any more, or never did."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import IO

from live.errors import OutputError


def show_anything() -> None:
    """Let a terminal that knows only ASCII have a code for what it cannot show, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def can_ask() -> bool:
    """Whether a person sits at the other end, to be asked something."""
    streams = (sys.stdin, sys.stderr)
    return all(stream is not None and stream.isatty() for stream in streams)


def let_go(stream: IO[str]) -> None:
    """Give the rest of a stream that cannot be written to nobody.

    Without it Python tries once more when the program ends, and complains.
    """
    with contextlib.suppress(OSError, ValueError):
        nobody = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nobody, stream.fileno())
        finally:
            os.close(nobody)


@contextlib.contextmanager
def quiet_libraries() -> Iterator[None]:
    """Let native libraries write their complaints to nobody; ours still reach the person.

    PortAudio and ALSA write to the terminal by themselves, lines that help nobody.
    """
    try:
        own = os.dup(2)
    except OSError:  # closed by whoever started us
        yield
        return
    nobody = os.open(os.devnull, os.O_WRONLY)
    errors, ours = sys.stderr, None
    with contextlib.suppress(OSError, ValueError, AttributeError):
        if errors.fileno() == 2:
            ours = os.fdopen(os.dup(own), "w", 1, encoding=errors.encoding, errors=errors.errors)
    try:
        os.dup2(nobody, 2)
        if ours is not None:
            sys.stderr = ours
        yield
    finally:
        if ours is not None:
            sys.stderr = errors
            ours.close()
        os.dup2(own, 2)
        os.close(own)
        os.close(nobody)


def write_out(text: str) -> None:
    """Write a document to standard output, in UTF-8 whatever the terminal speaks.

    Raises BrokenPipeError where the reader has gone, `OutputError` for every other reason.
    """
    stream = sys.stdout
    if stream is None:  # closed by whoever started us
        raise OutputError(
            "The result has nowhere to go: standard output is closed.",
            "Name a file: --json FILE",
        )
    try:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
        stream.write(text)
        stream.flush()
    except OSError as error:
        let_go(stream)
        if isinstance(error, BrokenPipeError):
            raise
        raise OutputError(
            f"The result cannot be written: {reason(error)}.", "Name a file: --json FILE"
        ) from error


def reason(error: Exception) -> str:
    """Why the system refused, as the end of a sentence."""
    return (getattr(error, "strerror", None) or "its name leads nowhere").lower()
