"""Installing a model that somebody brought as a folder, for machines that never go online."""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from live.errors import UsageError
from live.transcribe.folder import WEIGHTS, look, unreadable
from live.transcribe.manifest import Model, manifest
from live.transcribe.receipt import Entry, Origin, Receipt, entry
from live.transcribe.weights import (
    NAME,
    SAMPLE,
    SHORT,
    Told,
    Weights,
    cannot_keep,
    check_room,
    home,
    settle,
)

_CHUNK = 1 << 20
_RESERVED = frozenset({SAMPLE, "none", "auto"})
_COMMIT = re.compile(r"[0-9a-f]{40}")
_RENAME = "Give it a name: unhurried models import FOLDER --name NAME"


def bring(
    folder: Path, name: str | None = None, where: Path | None = None, told: Told | None = None
) -> Weights:
    """Install a copy of a model; under its own name where its files are those of a pinned one.

    Raises `ModelMissingError` for what is no whole model, `UsageError` for a name that will not do,
    `OutputError` when it cannot be kept.
    """
    where = where or home()
    if name is not None:
        _check_name(name)
    files = look(folder).files
    total = sum((folder / file).stat().st_size for file in files)
    check_room(where, total, "The model")
    with _draft(where) as draft:
        copied = _copy(folder, draft, files, lambda done: told(done, total) if told else None)
        made = _receipt(folder, draft, copied, name)
        for file in set(copied) - set(made.files):
            (draft / file).unlink()
        return settle(draft, made, where)


def _receipt(folder: Path, draft: Path, copied: Mapping[str, Entry], name: str | None) -> Receipt:
    """What was brought: one of the pinned models, or something of the person's own."""
    languages = look(draft).languages
    model = next((model for model in manifest().values() if _is(model, copied)), None)
    if model is not None and name in (None, model.name):
        kept = {file: copied[file] for file in model.files}
        return Receipt(model.name, model.revision, Origin.PINNED, languages, kept)
    name = name or _name_of(folder)
    if name in manifest():
        raise UsageError(
            f"{name} is the name of a model Unhurried knows, and these files are not it.", _RENAME
        )
    return Receipt(name, copied[WEIGHTS].sha256[:SHORT], Origin.IMPORTED, languages, copied)


def _is(model: Model, copied: Mapping[str, Entry]) -> bool:
    return all(
        file in copied and copied[file].sha256 == pin.sha256 for file, pin in model.files.items()
    )


def _check_name(name: str) -> None:
    if not NAME.fullmatch(name) or name in _RESERVED:
        raise UsageError(
            f"{name!r} cannot be the name of a model.",
            "Use letters, digits, dots and hyphens, and none of: " + ", ".join(sorted(_RESERVED)),
        )


def _name_of(folder: Path) -> str:
    """What the person calls it: the folder's name, or the model's in a download cache's folder."""
    path = folder.resolve()
    name = path.name
    if _COMMIT.fullmatch(name) and len(path.parents) > 1:
        name = path.parents[1].name.rpartition("--")[2]
    try:
        _check_name(name)
    except UsageError as error:
        raise UsageError(f"The folder's name {name!r} cannot name a model.", _RENAME) from error
    return name


@contextmanager
def _draft(where: Path) -> Iterator[Path]:
    """A folder that nobody finds; gone afterwards unless it was settled."""
    try:
        where.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".import-", dir=where))
    except OSError as error:
        raise cannot_keep(where, error) from error
    try:
        yield draft
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _copy(
    folder: Path, draft: Path, files: Sequence[str], told: Callable[[int], None]
) -> dict[str, Entry]:
    """Copy and hash in one go: what is vouched for is what was written."""
    found, done = {}, 0
    for file in files:
        sha256 = hashlib.sha256()
        try:
            target = (draft / file).open("wb")
        except OSError as error:
            raise cannot_keep(draft.parent, error) from error
        with target:
            for piece in _pieces(folder / file):
                _write(target, piece, draft.parent)
                sha256.update(piece)
                done += len(piece)
                told(done)
        found[file] = entry(draft / file, sha256.hexdigest())
    return found


def _pieces(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while piece := file.read(_CHUNK):
                yield piece
    except OSError as error:
        raise unreadable(path, error) from error


def _write(file: BinaryIO, piece: bytes, where: Path) -> None:
    try:
        file.write(piece)
        file.flush()
    except OSError as error:
        raise cannot_keep(where, error) from error
