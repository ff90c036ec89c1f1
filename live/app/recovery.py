"""The recovery sheet: the words of the key on paper, and read from it again."""

from __future__ import annotations

import codecs
import os
from datetime import datetime
from pathlib import Path
from typing import Protocol

from live.app.streams import reason
from live.errors import LockedError, OutputError, UsageError
from live.resources import own
from live.store.key import WORDS, Key, words_in

_LARGEST = 64 * 1024
"""Bytes. A sheet has one and a half thousand."""

# No line but those of the words may hold a number followed by a full stop or a colon: that is how
# the words are found again.
_SHEET = """\
UNHURRIED - RECOVERY WORDS

These {count} words are the key to everything that Unhurried keeps on your
computer. Whoever holds them can read all of it: conversations, names,
notes. Print this, put it where your contracts are, delete the file.

{words}

Store {store}, written {day}

To use them when the keyring or the passphrase is lost
    unhurried key recover
and type the words; or give a text file that holds them
    unhurried key recover FILE
On another computer, put a copy of Unhurried's data in its place first.
"""


class Answers(Protocol):
    """Whoever can ask a person something that may be seen."""

    def ask(self, question: str) -> str | None:
        """What was answered; None when nobody can be asked, or nobody answered."""

    def notice(self, text: str) -> None:
        """Something they should know."""


def sheet(key: Key, store: str, day: datetime) -> str:
    """What is printed."""
    numbered = [f"{place:>3}. {word:<12}" for place, word in enumerate(key.words.split(), 1)]
    rows = ["".join(numbered[at : at + 4]).rstrip() for at in range(0, WORDS, 4)]
    return _SHEET.format(count=WORDS, words="\n".join(rows), store=store[:8], day=f"{day:%Y-%m-%d}")


def check_place(path: Path) -> None:
    """Whether a sheet may be written there, before anything is asked for it.

    Raises `UsageError` for a place of the program's own, where the key must never lie open, and
    `OutputError` when something is there already.
    """
    here = path.expanduser().resolve()
    if any(here.is_relative_to(own(name).resolve()) for name in ("data", "config", "logs")):
        raise UsageError(
            f"{path} lies among Unhurried's own files, which the words would open to everybody.",
            "Name a file elsewhere, best on a stick that you take out.",
        )
    if os.path.lexists(here):
        raise OutputError(f"{path} is there already.", "Name a new file.")


def write(path: Path, text: str) -> None:
    """Write a sheet into a new file that only its owner may read. Raises `OutputError`."""
    path = path.expanduser()
    made = False
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        made = True
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if made:
            path.unlink(missing_ok=True)
        raise OutputError(f"{path} cannot be written: {reason(error)}.", "Name another.") from error


def read(path: Path) -> str:
    """The text of a file with words in it. Raises `LockedError` when it is none."""
    try:
        with path.expanduser().open("rb") as file:
            content = file.read(_LARGEST + 1)
    except OSError as error:
        raise LockedError(f"{path} cannot be read: {reason(error)}.") from error
    # Windows' editor writes either of them when asked for Unicode.
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise LockedError(f"{path} is no text.", "Give the sheet as a text file.") from error
    if len(content) > _LARGEST:
        raise LockedError(f"{path} is too long for a sheet.", "Give the sheet as a text file.")
    return text


def asked(person: Answers) -> str:
    """The words as somebody types them, as many to a line as they like.

    Raises `LockedError` when nobody does.
    """
    person.notice(f"Type the {WORDS} recovery words, as many on a line as you like.")
    text = ""
    while (so_far := words_in(text)) < WORDS:
        line = person.ask(f"From word {so_far + 1} on:")
        if not line:
            break
        text += f"{line}\n"
    if not text:
        raise LockedError(
            "No recovery words were given.",
            "Name the file with the sheet, or run this in a terminal: unhurried key recover FILE",
        )
    return text
