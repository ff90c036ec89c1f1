"""What lay in an installed model's folder when it was installed, written beside it.

`weights.json` makes the check before every use quick: sizes and times of change are compared, and
only what differs is read and hashed again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from live.errors import ModelMissingError

NAME = "weights.json"
_SCHEMA = "unhurried.weights/1"
_CHUNK = 1 << 20


class Origin(StrEnum):
    """Who vouches for the files of a model."""

    PINNED = "pinned"
    """Every byte is as `models/manifest.toml` says."""
    IMPORTED = "imported"
    """The person brought them; they are as they were then."""
    SAMPLE = "sample"
    """They came with the program."""
    FOLDER = "folder"
    """They are used where they lie, and nobody does."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file as it was."""

    size: int
    sha256: str
    changed_ns: int
    """Its time of change, as the file system gives it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A model as it was installed."""

    name: str
    revision: str
    origin: Origin
    languages: tuple[str, ...]
    files: Mapping[str, Entry]


def digest(path: Path, told: Callable[[int], None] = lambda read: None) -> str:
    """The sha256 of a file; `told` hears how many bytes were read since it was last told."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            found.update(piece)
            told(len(piece))
    return found.hexdigest()


def entry(path: Path, sha256: str) -> Entry:
    """A file whose hash is known."""
    stat = path.stat()
    return Entry(stat.st_size, sha256, stat.st_mtime_ns)


def read(folder: Path) -> Receipt:
    """The receipt in a folder. Raises `ModelMissingError` when there is none that can be read."""
    try:
        found = json.loads((folder / NAME).read_text(encoding="utf-8"))
        files = {
            str(name): Entry(int(one["size"]), str(one["sha256"]), int(one["changed_ns"]))
            for name, one in found["files"].items()
        }
        languages = tuple(str(code) for code in found["languages"])
        made = Receipt(
            str(found["name"]), str(found["revision"]), Origin(found["origin"]), languages, files
        )
        usable = found["schema"] == _SCHEMA and bool(files)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _unusable(folder) from error
    if not usable:
        raise _unusable(folder)
    return made


def _unusable(folder: Path) -> ModelMissingError:
    return ModelMissingError(f"The model in {folder} is damaged: {NAME} is unusable.")


def write(folder: Path, receipt: Receipt) -> None:
    """Write the receipt into a folder, whole or not at all."""
    text = {
        "schema": _SCHEMA,
        "name": receipt.name,
        "revision": receipt.revision,
        "origin": receipt.origin.value,
        "languages": list(receipt.languages),
        "files": {
            name: {"size": one.size, "sha256": one.sha256, "changed_ns": one.changed_ns}
            for name, one in receipt.files.items()
        },
    }
    handle, draft = tempfile.mkstemp(prefix=f".{NAME}.", dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(text, file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(folder / NAME)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise


def damage(folder: Path, receipt: Receipt, *, thorough: bool) -> list[str]:
    """What is wrong with the files, a clause each; empty when all is as it was.

    Quick unless `thorough`: a file of the same size and time of change is taken to be the same.
    """
    found = []
    for name, was in receipt.files.items():
        try:
            now = (folder / name).stat()
        except OSError:
            found.append(f"{name} is missing")
            continue
        if now.st_size != was.size:
            found.append(f"{name} has {now.st_size:,} of {was.size:,} bytes")
        elif (thorough or now.st_mtime_ns != was.changed_ns) and not _same(folder / name, was):
            found.append(f"{name} is not what it was")
    return found


def _same(path: Path, was: Entry) -> bool:
    try:
        return digest(path) == was.sha256
    except OSError:
        return False


def touched(folder: Path, receipt: Receipt) -> Receipt | None:
    """The receipt with today's times of change, where copying has changed them; else None."""
    files = {name: entry(folder / name, was.sha256) for name, was in receipt.files.items()}
    return None if files == dict(receipt.files) else replace(receipt, files=files)
