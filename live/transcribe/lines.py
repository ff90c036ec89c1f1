"""Text files from elsewhere, and what makes one of their lines unusable.

These files come from other programs and are not trusted: nothing in them may raise anything but
`TranscriptError`. Nothing here repeats their text in a message; line numbers and counts do.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from live.errors import TranscriptError
from live.types import Samples, samples

_LIMIT_BYTES = 100 * 1024 * 1024
"""Twenty times the words of a 24 h session; a film by mistake, or /dev/zero, ends here."""

_LIMIT_S = 24 * 3600
_LIMIT_TOKEN = 1000
"""Characters. A whole cue is one token where a language writes no spaces."""

# UTF-32 first: its mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Control characters could drive a terminal; half a surrogate pair cannot be written to a file.
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]+")
_SURROGATE = re.compile("[\ud800-\udfff]")


class BadLineError(Exception):
    """One line cannot be used; says why in words that repeat nothing of it."""


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was left out."""

    number: int
    """From 1, as editors count."""
    reason: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something said, as a transcript gives it: before it is known who coaches."""

    start: Samples
    end: Samples
    speaker: str | None
    """None continues the speaker before."""
    text: str


def read_lines(path: Path) -> tuple[list[str], list[str]]:
    """The lines of a text file without their ends, and notices. UTF-8 unless it says otherwise.

    Lines end at CR and LF only: `str.splitlines` would also cut inside the strings of JSON.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_LIMIT_BYTES + 1)
    except FileNotFoundError as error:
        raise TranscriptError(
            f"There is no file {path}.", "Check the name and the folder."
        ) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not one a file can have"
        raise TranscriptError(f"{path.name} cannot be read: {reason}.", "") from error
    if len(data) > _LIMIT_BYTES:
        raise TranscriptError(
            f"{path.name} is larger than {_LIMIT_BYTES // 1024**2} MB.",
            "A transcript is text; check that this is not a recording.",
        )
    text, notices = _decoded(data)
    if not text.strip():
        raise TranscriptError(f"{path.name} is empty.", "Export it again from where it came from.")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), notices


def _decoded(data: bytes) -> tuple[str, list[str]]:
    """Text, and a notice where the encoding had to be guessed."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace"), []
    try:
        return data.decode("utf-8"), []
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        return text, ["The file is not UTF-8; it was read as Windows-1252 (Latin-1)."]


def span(start: float, end: float) -> tuple[Samples, Samples]:
    """Both times (seconds) in samples, or why they cannot be."""
    # Compared before anything is computed: a whole number may be too long for a float. Written
    # so that "not a number", which compares as false, is refused.
    if not (-_LIMIT_S <= start <= _LIMIT_S and -_LIMIT_S <= end <= _LIMIT_S):
        raise BadLineError("a time is not a number of seconds within 24 hours")
    if start < 0 or end < 0:
        raise BadLineError("a time is negative")
    if end < start:
        raise BadLineError("the end is before the start")
    return samples(start), samples(end)


def tidy(text: str) -> str:
    """The text as it is, less what no text should hold; one space between its words."""
    return " ".join(_SURROGATE.sub("\ufffd", _CONTROL.sub(" ", text)).split())


def usable(text: str) -> str:
    """The tidy text, or why it cannot be used."""
    found = tidy(text)
    if not found:
        raise BadLineError("there is no text")
    if max(map(len, found.split())) > _LIMIT_TOKEN:
        raise BadLineError(f"a word is longer than {_LIMIT_TOKEN} characters")
    return found


def left_out(path: Path, good: int, bad: Sequence[BadLine], expected: str) -> list[str]:
    """A notice that counts the bad lines; an error if there is nothing else in the file."""
    if not bad and good:
        return []
    first = min(bad, key=lambda line: line.number, default=BadLine(1, "nothing like that follows"))
    if not good:
        raise TranscriptError(
            f"No line of {path.name} can be used. Line {first.number}: {first.reason}.", expected
        )
    if len(bad) == 1:
        return [f"Line {first.number} was left out: {first.reason}."]
    return [f"{len(bad)} lines were left out; the first is line {first.number}: {first.reason}."]
