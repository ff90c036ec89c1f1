"""The models that can be fetched by name, read from `models/manifest.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from live.errors import ModelMissingError
from live.resources import shipped


@dataclass(frozen=True, slots=True)
class Pin:
    """What a file must be."""

    size: int
    """Bytes."""
    sha256: str
    """64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Model:
    """A published model at one revision, with all its files."""

    name: str
    repository: str
    """Owner and name, as the server that publishes it calls it."""
    revision: str
    """The commit of the repository, 40 hexadecimal digits."""
    licence: str
    multilingual: bool
    """False: it understands English only."""
    shape: str | None
    """The network of `live.transcribe.shapes` that costs as much; None for one too large."""
    files: Mapping[str, Pin]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(pin.size for pin in self.files.values())


def manifest(path: Path | None = None) -> dict[str, Model]:
    """All models by name, in the order of the file (None: the one that came with the program).

    Raises `ModelMissingError` when the file cannot be read.
    """
    path = path or shipped("models") / "manifest.toml"
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
        return {name: _model(name, entry) for name, entry in read["models"].items()}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise ModelMissingError(
            f"The list of models cannot be read: {path.name}.", "Install Unhurried again."
        ) from error


def _model(name: str, entry: dict[str, Any]) -> Model:
    return Model(
        name,
        entry["repository"],
        entry["revision"],
        entry["licence"],
        entry["languages"] == "multilingual",
        entry.get("shape"),
        {file: Pin(pin["size"], pin["sha256"]) for file, pin in entry["files"].items()},
    )
