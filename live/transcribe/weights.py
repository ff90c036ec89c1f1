"""The models on this machine: finding one and trusting it, putting one there, taking one away.

Opens no socket. `live.transcribe.fetch` gets models from a server, `live.transcribe.bring` from a
folder. A model lies in `weights/NAME/REVISION/` of the person's data folder, one revision of a name
at a time. What is not whole has a name that begins with a dot and is never found.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from live.errors import ModelMissingError, OutputError, UsageError
from live.resources import own, shipped
from live.transcribe import receipt
from live.transcribe.folder import WEIGHTS, look, unreadable
from live.transcribe.manifest import Model, manifest
from live.transcribe.receipt import Origin, Receipt

SAMPLE = "sample"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
SHORT = 12
"""Hexadecimal digits of model.bin's sha256 that stand for the revision of what has none."""
_SPARE = 50_000_000
"""Bytes that stay free: a disk that is full to the last byte keeps no session either."""

Told = Callable[[int, int], None]
"""Hears how many bytes are done, and of how many."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A model that can be loaded from its folder."""

    name: str
    revision: str
    """The commit it was published as; otherwise the first 12 hex digits of model.bin's sha256."""
    folder: Path
    languages: tuple[str, ...]
    """Codes of what it understands."""
    origin: Origin

    @property
    def multilingual(self) -> bool:
        """Whether it understands more than English."""
        return self.languages != ("en",)

    @property
    def sample(self) -> bool:
        """Whether this is the model that understands the sample session and nothing else."""
        return self.origin is Origin.SAMPLE

    @property
    def label(self) -> str:
        """What a session document says about where its words came from."""
        return f"whisper:{self.name}@{self.revision}"


def home() -> Path:
    """The folder of all installed models; not made yet."""
    return own("data") / "weights"


def names(where: Path | None = None) -> list[str]:
    """The names of all models that were installed, whole or damaged by now."""
    folders = (where or home()).glob("[!.]*/[!.]*/")
    return sorted({folder.parent.name for folder in folders})


def installed(where: Path | None = None) -> list[Weights]:
    """All installed models that pass the quick check, by name."""
    found = []
    for name in names(where):
        with contextlib.suppress(ModelMissingError):  # `find` and `verify` say what is wrong
            found.append(find(name, where))
    return found


def find(wanted: str, where: Path | None = None) -> Weights:
    """The model of that name (an installed one, or "sample"), or in that folder; checked quickly.

    A name wins over a folder of the same name: write `./base.en` for the folder. Raises
    `ModelMissingError` when it is not there, damaged, or not a Whisper model.
    """
    if wanted == SAMPLE:
        return _in_folder(shipped("models") / "sample" / "whisper", SAMPLE, Origin.SAMPLE)
    folder = _installed_folder(where or home(), wanted)
    if folder is not None:
        return _trusted(folder, wanted, thorough=False)
    if wanted in manifest():
        raise missing(wanted)
    path = Path(wanted).expanduser()
    if path.is_dir() or len(path.parts) > 1:
        return _in_folder(path, path.resolve().name, Origin.FOLDER)
    raise _unknown(wanted)


def verify(wanted: str, where: Path | None = None) -> Weights:
    """As `find`, but every byte is read and compared with what it was."""
    folder = _installed_folder(where or home(), wanted)
    if folder is None or wanted == SAMPLE:
        return find(wanted, where)
    return _trusted(folder, wanted, thorough=True)


def check_language(weights: Weights, language: str) -> None:
    """Raise `ModelMissingError` when a model does not understand a language (a code: "de")."""
    if language in weights.languages:
        return
    if not re.fullmatch("[a-z]{2,3}", language):
        raise ModelMissingError(
            f"{language!r} is no language code.", "Write en, de, fr or es, for example."
        )
    if not weights.multilingual:
        bare = weights.name.removesuffix(".en")
        other = bare if bare in manifest() else "base"
        raise ModelMissingError(
            f"The model {weights.name} understands English only, not {language!r}.",
            f"Get one that understands more: unhurried models get {other}",
        )
    raise ModelMissingError(
        f"The model {weights.name} knows no language {language!r}.",
        f"It goes by codes: en, de, fr, es and {len(weights.languages) - 4} more.",
    )


def remove(name: str, where: Path | None = None) -> int:
    """Take an installed model away, with what an interrupted fetch of it left; the bytes freed."""
    where = where or home()
    if name == SAMPLE:
        raise UsageError("The sample model is part of Unhurried and stays.")
    folder = where / name
    if not NAME.fullmatch(name) or not folder.is_dir():
        raise missing(name) if name in manifest() else _unknown(name)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    try:
        gone = folder.with_name(f".removed-{name}-{os.getpid()}")
        folder.rename(gone)
        shutil.rmtree(gone)
    except OSError as error:
        raise OutputError(
            f"The model {name} cannot be removed: {_why(error)}.", "Is it in use, or not yours?"
        ) from error
    return size


def settle(draft: Path, made: Receipt, where: Path) -> Weights:
    """Put a whole model in its place with its receipt, instead of what is there of that name."""
    target = where / made.name / made.revision
    try:
        receipt.write(draft, made)
        target.parent.mkdir(parents=True, exist_ok=True)
        before = [path for path in target.parent.iterdir() if path != draft]
        if target in before:
            old = target.with_name(f".old-{made.revision}-{os.getpid()}")
            target.rename(old)
            before[before.index(target)] = old
        draft.rename(target)
    except OSError as error:
        raise cannot_keep(where, error) from error
    for path in before:
        shutil.rmtree(path, ignore_errors=True)  # in use on Windows: the next time takes it
    return _weights(target, made)


def check_room(where: Path, needed: int, what: str) -> None:
    """Raise `OutputError` when so many bytes more do not fit on the disk of this folder."""
    there = next(path for path in (where, *where.parents) if path.exists())
    free = shutil.disk_usage(there).free
    if free < needed + _SPARE:
        raise OutputError(
            f"There is not enough room in {where}: {what.lower()} needs {megabytes(needed)} more, "
            f"and {megabytes(free)} are free.",
            "Free some, or let UNHURRIED_HOME name a folder on another disk.",
        )


def cannot_keep(where: Path, error: OSError) -> OutputError:
    """The system does not let a model be written."""
    return OutputError(
        f"The model cannot be kept in {where}: {_why(error)}.",
        "Make room or make it writable, or let UNHURRIED_HOME name another folder.",
    )


def missing(name: str) -> ModelMissingError:
    """A model that could be there and is not."""
    return ModelMissingError(
        f"The model {name} is not installed.",
        f"Get it with: unhurried models get {name}\n"
        "  Or bring it as a folder: unhurried models import FOLDER",
    )


def megabytes(size: int) -> str:
    """A number of bytes for a person."""
    if size >= 1e9:
        return f"{size / 1e9:.1f} GB"
    return f"{size / 1e6:.0f} MB" if size >= 1e7 else f"{max(size, 1e5) / 1e6:.1f} MB"


def known(name: str) -> Model:
    """The model of that name in the manifest. Raises `ModelMissingError` with the nearest name."""
    model = manifest().get(name)
    if model is None:
        raise _unknown(name)
    return model


def _weights(folder: Path, made: Receipt) -> Weights:
    return Weights(made.name, made.revision, folder, made.languages, made.origin)


def _installed_folder(where: Path, name: str) -> Path | None:
    """Where the files of that name lie, whole or damaged; the pinned revision before others."""
    if not NAME.fullmatch(name):
        return None
    folders = sorted((where / name).glob("[!.]*/"))
    model = manifest().get(name)
    pinned = [folder for folder in folders if model and folder.name == model.revision]
    return next(iter(pinned or folders), None)


def _trusted(folder: Path, name: str, *, thorough: bool) -> Weights:
    """An installed model whose files are what they were."""
    cure = _cure(name)
    try:
        made = receipt.read(folder)
    except ModelMissingError as error:
        raise ModelMissingError(str(error), cure) from error
    found = receipt.damage(folder, made, thorough=thorough)
    if not found and not _as_pinned(made):
        found = [f"{receipt.NAME} says otherwise than Unhurried does"]
    if found:
        raise ModelMissingError(f"The model {name} is damaged: {', '.join(found)}.", cure)
    today = receipt.touched(folder, made)
    if today is not None:
        with contextlib.suppress(OSError):  # not ours to write: then it is hashed every time
            receipt.write(folder, today)
    return _weights(folder, made)


def _as_pinned(made: Receipt) -> bool:
    """Whether a receipt of a pinned model has the manifest's hashes, where it has any."""
    model = manifest().get(made.name)
    if made.origin is not Origin.PINNED or model is None or model.revision != made.revision:
        return True
    return {name: one.sha256 for name, one in made.files.items()} == {
        name: pin.sha256 for name, pin in model.files.items()
    }


def _cure(name: str) -> str:
    if name in manifest():
        return f"Get it again: unhurried models get {name}"
    return f"Bring it again: unhurried models import FOLDER --name {name}"


def _in_folder(folder: Path, name: str, origin: Origin) -> Weights:
    """A model that is used where it lies."""
    languages = look(folder).languages
    try:
        revision = receipt.digest(folder / WEIGHTS)[:SHORT]
    except OSError as error:
        raise unreadable(folder / WEIGHTS, error) from error
    return Weights(name, revision, folder, languages, origin)


def _unknown(name: str) -> ModelMissingError:
    near = difflib.get_close_matches(name, [*manifest(), SAMPLE], n=1)
    guess = f"Did you mean {near[0]}? " if near else ""
    return ModelMissingError(
        f"There is no model called {name}.", f"{guess}What there is: unhurried models list"
    )


def _why(error: OSError) -> str:
    return (error.strerror or "the system refused").lower()
