"""The settings as they are declared: for each its type, range, default and explanation. No Qt.

Types and ranges come from the options dataclasses, the sentences from `config/default.toml`, so
that a setting is described in one place and the window needs no list of its own.
"""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import tomlkit
from tomlkit.exceptions import TOMLKitError

from live.errors import OutputError, SettingsError
from live.options import Range
from live.resources import shipped
from live.settings import Layer, Settings, read

Value = bool | int | float | str | list[str]


@dataclass(frozen=True, slots=True)
class Declared:
    """One setting."""

    section: str
    key: str
    about: str
    """What `default.toml` says of it."""
    kind: type
    """bool, int, float, str or tuple."""
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def name(self) -> str:
        """As it is written on a command line."""
        return f"{self.section}.{self.key}"

    def matches(self, search: str) -> bool:
        """Whether every word of a search is in its name or its explanation."""
        where = f"{self.name.replace('_', ' ')} {self.name} {self.about}".lower()
        return all(word in where for word in search.lower().split())


def declared() -> Iterator[Declared]:
    """Every setting, in the order of `default.toml`."""
    lines = (shipped("config") / "default.toml").read_text(encoding="utf-8").splitlines()
    sections = get_type_hints(Settings)
    section = ""
    said: list[str] = []
    hints: Mapping[str, Any] = {}
    for line in lines:
        if head := re.fullmatch(r"\[(\w+)\]", line.strip()):
            section, said = head[1], []
            hints = get_type_hints(sections[section], include_extras=True)
        elif line.startswith("#"):
            said.append(line.lstrip("# "))
        elif key := re.match(r"(\w+)\s*=", line):
            yield _declared(section, key[1], " ".join(said), hints[key[1]])
            said = []


def _declared(section: str, key: str, about: str, hint: Any) -> Declared:  # noqa: ANN401
    low = high = None
    if get_origin(hint) is Annotated:
        limits = next((each for each in get_args(hint)[1:] if isinstance(each, Range)), None)
        hint = get_args(hint)[0]
        if limits is not None:
            low, high = limits.low, limits.high
    choices: tuple[str, ...] = ()
    if get_origin(hint) is Literal:
        # A few choices are numbers; they are then written as such.
        choices, hint = tuple(map(str, get_args(hint))), type(get_args(hint)[0])
    kind = get_origin(hint) or hint
    return Declared(section, key, about, kind, choices, low, high)


class Own:
    """The person's own settings file: read, changed and written; their comments stay."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._undo: list[str] = []
        try:
            self._text = path.read_text("utf-8-sig") if path.exists() else ""
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{path} cannot be read.", "Mend or move the file.") from error
        self._document()

    @cached_property
    def _defaults(self) -> dict[str, Any]:
        return tomllib.loads((shipped("config") / "default.toml").read_text(encoding="utf-8"))

    def default(self, one: Declared, profile: str) -> Value:
        """Its value where the person has said nothing."""
        text = (shipped("config") / "profiles" / f"{profile}.toml").read_text(encoding="utf-8")
        of_profile = tomllib.loads(text).get(one.section, {})
        value: Value = of_profile.get(one.key, self._defaults[one.section][one.key])
        return value

    def value(self, one: Declared) -> Value | None:
        """What the person has said; None for nothing."""
        section = self._document().get(one.section, {})
        value = section.get(one.key)
        return None if value is None else value.unwrap() if hasattr(value, "unwrap") else value

    def change(self, one: Declared, value: Value | None) -> None:
        """Write it; None takes it out. Raises `SettingsError` for a mistake and changes nothing."""
        document = self._document()
        if value is None:
            if one.section in document:
                document[one.section].pop(one.key, None)
                if not document[one.section]:
                    document.pop(one.section)
        else:
            if one.section not in document:
                document[one.section] = tomlkit.table()
            document[one.section][one.key] = value
        text = tomlkit.dumps(document)
        read(Settings, [Layer(str(self.path), tomllib.loads(text))])
        self._write(text)
        self._undo.append(self._text)
        self._text = text

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self._undo)

    def undo(self) -> None:
        """The file as it was before the last change."""
        if self._undo:
            text = self._undo.pop()
            self._write(text)
            self._text = text

    def _document(self) -> tomlkit.TOMLDocument:
        try:
            return tomlkit.parse(self._text)
        except TOMLKitError as error:
            raise SettingsError(
                f"{self.path} is not TOML: {error}", "Mend or move the file."
            ) from error

    def _write(self, text: str) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle, half = tempfile.mkstemp(dir=self.path.parent, prefix="settings.", suffix=".new")
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(half).replace(self.path)
        except OSError as error:
            raise OutputError(
                f"{self.path} cannot be written: {error.strerror}.", "Choose another place."
            ) from error
