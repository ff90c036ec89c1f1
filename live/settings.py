"""The settings: default.toml, a profile, the person's file, the command line, in this order.

Each section is an options dataclass that lives beside the code that uses it; this file only
fills them. A later layer wins key by key, and all mistakes of all layers are told at once.
"""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from live.audio.decode import ClockOptions
from live.audio.devices.options import DeviceOptions
from live.conversation import ConversationOptions
from live.cues.look import KeyOptions, ScreenOptions
from live.cues.pace import CueOptions, PracticeOptions, SessionOptions
from live.detect.completeness import SoundOptions
from live.detect.course import CourseOptions
from live.detect.held import HeldOptions
from live.detect.incoming import TimingOptions
from live.detect.rules import WordingOptions
from live.detect.session_shape import ShapeOptions
from live.detect.silences import SilenceOptions
from live.errors import SettingsError
from live.options import Range
from live.resources import own, shipped
from live.speech.bleed import BleedOptions
from live.speech.prosody import ProsodyOptions
from live.speech.segment import VoiceOptions
from live.speech.turns import TurnOptions
from live.speech.utterances import UtteranceOptions
from live.store.retention import KeepOptions
from live.transcribe.backlog import BacklogOptions
from live.transcribe.guards import GuardOptions
from live.transcribe.whisper import WordsOptions

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Settings:
    """Every section of config/default.toml: this is the table."""

    voice: VoiceOptions
    bleed: BleedOptions
    prosody: ProsodyOptions
    conversation: ConversationOptions
    turns: TurnOptions
    timing: TimingOptions
    silence: SilenceOptions
    held: HeldOptions
    unfinished: SoundOptions
    clock: ClockOptions
    devices: DeviceOptions
    words: WordsOptions
    utterances: UtteranceOptions
    guards: GuardOptions
    backlog: BacklogOptions
    keep: KeepOptions
    wording: WordingOptions
    course: CourseOptions
    shape: ShapeOptions
    cues: CueOptions
    practice: PracticeOptions
    session: SessionOptions
    screen: ScreenOptions
    keys: KeyOptions


@dataclass(frozen=True, slots=True)
class Layer:
    """Settings from one place."""

    where: str
    """As a person would name it: the file, or "--set"."""
    sections: Mapping[str, object]
    """Section to key to value."""
    typed: bool = True
    """False where every value is text as it was typed."""


class _MistakeError(Exception):
    """One value cannot be used; says why."""


def load(
    profile: str | None = None,
    own_file: Path | None = None,
    overrides: Mapping[str, str] | None = None,
) -> Settings:
    """The settings in force; a `SettingsError` lists every mistake.

    `overrides` are values as typed under "section.key". Without `own_file`, settings.toml in
    the person's own configuration folder is read if it is there.
    """
    config = shipped("config")
    files = [config / "default.toml"]
    mistakes: list[str] = []
    if profile is not None:
        # Compared with what is there, so that a name can never be a path.
        profiles = {file.stem: file for file in sorted((config / "profiles").glob("*.toml"))}
        if profile in profiles:
            files.append(profiles[profile])
        else:
            mistakes.append(f"--profile {_nearest('profile', profile, profiles)}")
    person = own_file or own("config") / "settings.toml"
    if own_file or person.exists():
        files.append(person)
    layers = [layer for file in files if (layer := _file(file, mistakes))]
    layers.append(_command_line(overrides or {}, mistakes))
    return read(Settings, layers, mistakes)


def read(kind: type[T], layers: Sequence[Layer], mistakes: Iterable[str] = ()) -> T:
    """A dataclass of options dataclasses, filled from the layers; the last one wins.

    `mistakes` were found before; a `SettingsError` lists them and all that are found here.
    """
    found = list(mistakes)
    sections = get_type_hints(kind)
    values: dict[str, dict[str, object]] = {name: {} for name in sections}
    for layer in layers:
        for section, table in layer.sections.items():
            if section not in sections:
                found.append(f"{layer.where}: {_nearest('section', section, sections)}")
            elif not isinstance(table, Mapping):
                found.append(f"{layer.where}: {section} is a section, not a value")
            else:
                values[section] |= _section(layer, section, sections[section], table, found)
    made: dict[str, object] = {}
    for section, options in sections.items():
        try:
            made[section] = options(**values[section])
        except ValueError as error:  # what only several values together can break
            found.append(f"{section}: {error}")
    if found:
        count = "a mistake" if len(found) == 1 else f"{len(found)} mistakes"
        raise SettingsError(
            "\n  ".join([f"The settings contain {count}:", *found]),
            "config/default.toml explains every setting.",
        )
    return kind(**made)


def _section(
    layer: Layer, section: str, options: type, table: Mapping[str, object], found: list[str]
) -> dict[str, object]:
    """The usable values of one section of one layer."""
    kinds = get_type_hints(options, include_extras=True)
    values: dict[str, object] = {}
    for key, value in table.items():
        if key not in kinds:
            found.append(f"{layer.where}: {_nearest('setting', key, kinds, f'{section}.')}")
            continue
        try:
            given = value if layer.typed else _typed(str(value), kinds[key])
            values[key] = _checked(given, kinds[key])
        except _MistakeError as mistake:
            found.append(f"{layer.where}: {section}.{key} {mistake}")
    return values


def _checked(value: object, kind: Any) -> object:  # noqa: ANN401 - a type form is no `type`
    """The value as its field wants it."""
    limits = [extra for extra in get_args(kind)[1:] if isinstance(extra, Range)]
    kind = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if get_origin(kind) is Literal:
        choices = get_args(kind)
        if not any(type(value) is type(choice) and value == choice for choice in choices):
            raise _MistakeError(f"is {_shown(value)}, not one of {', '.join(map(str, choices))}")
        return value
    if get_origin(kind) is tuple:
        if not isinstance(value, list) or not all(type(item) is str for item in value):
            raise _MistakeError(f'is {_shown(value)}, not a list of texts such as ["a", "b"]')
        return tuple(value)
    wanted = (int, float) if kind is float else (kind,)
    # By exact type: to Python `true` is a whole number.
    if type(value) not in wanted or (isinstance(value, float) and not math.isfinite(value)):
        raise _MistakeError(f"is {_shown(value)}, not {_NAMES[kind]}")
    if isinstance(value, int | float) and not all(at.low <= value <= at.high for at in limits):
        raise _MistakeError(f"is {_shown(value)}, not from {limits[0].low:g} to {limits[0].high:g}")
    try:
        return float(value) if kind is float and isinstance(value, int) else value
    except OverflowError as error:
        raise _MistakeError(f"is {_shown(value)}, too large a number") from error


_NAMES = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "a text in quotes",
}


def _typed(text: str, kind: Any) -> object:  # noqa: ANN401
    """A value from the command line, where texts need no quotes and lists no brackets."""
    kind = get_args(kind)[0] if get_origin(kind) is Annotated else kind
    if kind is str or (get_origin(kind) is Literal and isinstance(get_args(kind)[0], str)):
        return text
    if get_origin(kind) is tuple and not text.lstrip().startswith("["):
        return [item.strip() for item in text.split(",") if item.strip()]
    try:
        parsed = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        return text
    return parsed["value"] if len(parsed) == 1 else text


def _command_line(overrides: Mapping[str, str], mistakes: list[str]) -> Layer:
    sections: dict[str, dict[str, str]] = {}
    for name, value in overrides.items():
        section, dot, key = name.partition(".")
        if dot:
            sections.setdefault(section, {})[key] = value
        else:
            mistakes.append(f"--set {_shown(name)}: is not of the form section.key=value")
    return Layer("--set", sections, typed=False)


def _file(path: Path, mistakes: list[str]) -> Layer | None:
    """The settings in a file; None, and a mistake, where it cannot be read."""
    try:
        # -sig: some editors on Windows begin a file with a mark that TOML does not know.
        return Layer(str(path), tomllib.loads(path.read_text("utf-8-sig")))
    except OSError as error:
        mistakes.append(f"{path}: cannot be read: {error.strerror}")
    except UnicodeDecodeError:
        mistakes.append(f"{path}: is not UTF-8 text")
    except tomllib.TOMLDecodeError as error:
        mistakes.append(f"{path}: is not TOML: {error}")
    except (ValueError, RecursionError):  # a number of 5,000 digits, 1,000 brackets
        mistakes.append(f"{path}: holds a value that is too long")
    return None


def _nearest(what: str, name: str, known: Iterable[str], under: str = "") -> str:
    """`name` is not known, and what was probably meant."""
    names = list(known)
    close = difflib.get_close_matches(name[:80], names, n=1)
    meant = f"did you mean {under}{close[0]}?" if close else f"there are: {', '.join(names)}"
    return f"{under}{name[:80]} is not a known {what}; {meant}"


def _shown(value: object) -> str:
    try:
        text = repr(value)
    except ValueError:  # a whole number of more than 4,300 digits
        return "an endless number"
    return text if len(text) <= 40 else f"{text[:40]}…"
