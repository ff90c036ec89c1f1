"""What a folder must hold to be a Whisper model in faster-whisper's form.

Looks at what can be told without loading it: a network that is cut short, or made for something
else, would end in an error of the recogniser that says nothing to a coach.
"""

from __future__ import annotations

import json
import os
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from live.errors import ModelMissingError

WEIGHTS = "model.bin"
_NEEDED = (WEIGHTS, "config.json", "tokenizer.json")
_VOCABULARIES = ("vocabulary.txt", "vocabulary.json")
_WELCOME = ("preprocessor_config.json",)
MULTILINGUAL = 51_865
"""From so many tokens on CTranslate2 takes a Whisper model to be multilingual (`whisper.cc`)."""

_NETWORK = b"WhisperSpec"
_TOKENS = ("<|startoftranscript|>", "<|endoftext|>", "<|notimestamps|>")
_LANGUAGE = re.compile(r"<\|([a-z]{2,3})\|>")
_LARGEST_TEXT = 32 * 1024 * 1024
"""Bytes. Ten times the largest tokenizer.json published with a Whisper model."""
_OLDEST = 4
"""From this version on CTranslate2's file says how many bytes each of its parts has."""
_HINT = "Give the folder that holds model.bin, config.json, tokenizer.json and vocabulary.txt."


@dataclass(frozen=True, slots=True)
class Contents:
    """A folder that looks like a whole model."""

    files: tuple[str, ...]
    """Names of the files that belong to it; whatever else lies there is not ours."""
    languages: tuple[str, ...]
    """Codes such as "en", in the order of the vocabulary."""


def look(folder: Path) -> Contents:
    """What kind of model lies in a folder.

    Raises `ModelMissingError` naming the first file that is missing, cut short or not Whisper's.
    """
    if not folder.is_dir():
        raise ModelMissingError(f"There is no folder {folder}.", _HINT)
    vocabulary = next((name for name in _VOCABULARIES if (folder / name).is_file()), None)
    for name in _NEEDED:
        if not (folder / name).is_file():
            raise ModelMissingError(f"{folder} is not a model: it has no {name}.", _HINT)
    if vocabulary is None:
        raise ModelMissingError(f"{folder} is not a model: it has no vocabulary.txt.", _HINT)
    tokens = _vocabulary(folder / vocabulary)
    _check_texts(folder, tokens, vocabulary)
    _check_network(folder)
    welcome = tuple(name for name in _WELCOME if (folder / name).is_file())
    return Contents((*_NEEDED, vocabulary, *welcome), _languages(tokens))


def _check_texts(folder: Path, tokens: Sequence[str], vocabulary: str) -> None:
    if not set(_TOKENS) <= set(tokens):
        raise _not_whisper(folder, vocabulary)
    if not isinstance(_json(folder / "config.json"), dict):
        raise _not_whisper(folder, "config.json")
    tokenizer = folder / "tokenizer.json"
    if not isinstance(_json(tokenizer), dict) or any(
        token not in _text(tokenizer) for token in _TOKENS
    ):
        raise _not_whisper(folder, "tokenizer.json")


def _not_whisper(folder: Path, name: str) -> ModelMissingError:
    return ModelMissingError(
        f"{folder} is not a Whisper model: its {name} is for something else, or damaged.",
        "Models of other kinds cannot be used; unhurried models list shows some that can.",
    )


def _vocabulary(path: Path) -> list[str]:
    """The tokens, as CTranslate2 reads them: a line each, or a list."""
    if path.suffix == ".json":
        tokens = _json(path)
        if not isinstance(tokens, list) or not all(isinstance(token, str) for token in tokens):
            raise _not_whisper(path.parent, path.name)
        return tokens
    # Not `splitlines`: it would also part tokens that hold an unusual line separator.
    return _text(path).removesuffix("\n").split("\n")


def _languages(tokens: Sequence[str]) -> tuple[str, ...]:
    # English-only models have the tokens of all languages, too, and were never taught them.
    if len(tokens) < MULTILINGUAL:
        return ("en",)
    found = (_LANGUAGE.fullmatch(token) for token in tokens)
    return tuple(match.group(1) for match in found if match)


def _json(path: Path) -> object:
    try:
        return json.loads(_text(path))
    except (ValueError, RecursionError) as error:
        raise _not_whisper(path.parent, path.name) from error


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST_TEXT:
            raise _not_whisper(path.parent, path.name)
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_whisper(path.parent, path.name) from error
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> ModelMissingError:
    """A file of a model that the system does not let us read."""
    why = (error.strerror or "it cannot be read").lower()
    return ModelMissingError(f"{path} cannot be read: {why}.", "Is it yours to read?")


def _check_network(folder: Path) -> None:
    """Walk through the parts of the network's file without reading them."""
    path = folder / WEIGHTS
    try:
        with path.open("rb") as file:
            (version,) = _numbers(file, "<I")
            if version < _OLDEST:
                return
            if _name(file) != _NETWORK:
                raise _not_whisper(folder, WEIGHTS)
            whole = _walk(file, path.stat().st_size)
    except (EOFError, struct.error):
        whole = False
    except OSError as error:
        raise unreadable(path, error) from error
    if not whole:
        raise ModelMissingError(
            f"The model in {folder} is cut short: {WEIGHTS} ends too early.",
            "Copy or fetch it again.",
        )


def _walk(file: BinaryIO, size: int) -> bool:
    _, parts = _numbers(file, "<II")  # revision of the format, number of parts
    for _ in range(parts):
        _name(file)
        (rank,) = _numbers(file, "<B")
        file.seek(4 * rank, os.SEEK_CUR)
        _, length = _numbers(file, "<BI")
        if file.seek(length, os.SEEK_CUR) > size:
            return False
    _numbers(file, "<I")  # number of second names, which comes last
    return True


def _name(file: BinaryIO) -> bytes:
    (length,) = _numbers(file, "<H")
    return file.read(length).rstrip(b"\0")


def _numbers(file: BinaryIO, form: str) -> tuple[int, ...]:
    data = file.read(struct.calcsize(form))
    if len(data) < struct.calcsize(form):
        raise EOFError
    return struct.unpack(form, data)
