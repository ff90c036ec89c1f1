"""What commands share: settings from the command line, sources by name, results to disk."""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from live.app.streams import reason, write_out
from live.audio.lane import Side
from live.audio.recording import Recording, RecordingOptions, open_recording
from live.detect.said import SaidOptions
from live.engine import Engine, EngineOptions
from live.errors import OutputError, RecordingError, UsageError
from live.report.document import Conditions
from live.resources import own, shipped
from live.settings import Settings, load

SAMPLE = "sample"
"""The name by which the built-in sample session is asked for."""


def settings(arguments: argparse.Namespace) -> Settings:
    """The settings in force for this command."""
    overrides: dict[str, str] = {}
    for pair in arguments.set:
        key, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"--set {pair} has no value.", "Write it as --set section.key=value.")
        overrides[key.strip()] = value.strip()
    if getattr(arguments, "language", None) is not None:
        overrides["words.language"] = arguments.language
    return load(arguments.profile or getattr(arguments, "mode", None), None, overrides)


def engine_options(chosen: Settings) -> EngineOptions:
    """The engine's part of the settings."""
    return EngineOptions(
        language=chosen.words.language,
        utterances=chosen.utterances,
        voice=chosen.voice,
        bleed=chosen.bleed,
        prosody=chosen.prosody,
        conversation=chosen.conversation,
        turns=chosen.turns,
        timing=chosen.timing,
        silence=chosen.silence,
        held=chosen.held,
        unfinished=chosen.unfinished,
        said=SaidOptions(chosen.wording, chosen.course, chosen.shape, own("config") / "packs"),
    )


def recording(name: str | None, arguments: argparse.Namespace, chosen: Settings) -> Recording:
    """The recording a person named: a file, or the built-in sample session."""
    if arguments.one_microphone:
        raise RecordingError(
            "A recording from one microphone cannot be used yet.",
            "Record each person on a track of their own, or give two files with --coach and "
            "--client.",
        )
    coach, client = _side(arguments.coach), _side(arguments.client)
    options = RecordingOptions(clock=chosen.clock)
    if name == SAMPLE and not Path(SAMPLE).is_file():
        path = shipped("models") / "sample" / "session.opus"
        if not path.is_file():
            raise RecordingError("The sample session is missing.", "Install Unhurried again.")
        source = open_recording(path, kind="sample", options=options)
        source.notices.clear()
        return source
    whole = None if name is None else Path(name)
    return open_recording(whole, coach=coach, client=client, options=options)


def _side(text: str | None) -> Side | Path | None:
    if text is None:
        return None
    return Side(text) if text in {side.value for side in Side} else Path(text)


def conditions(
    kind: str,
    name: str,
    engine: Engine,
    *,
    voice: str,
    words: str,
    language: str = "",
    window: str = "",
) -> Conditions:
    """Under which conditions an engine has heard a session."""
    missing = engine.not_measured
    return Conditions(kind, name, 2, engine.echo, voice, words, missing, language, window)


def write(document: dict[str, Any], target: str) -> None:
    """Write a document to a file, whole or not at all; "-" is standard output."""
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    if target == "-":
        write_out(text)
        return
    path = Path(target)
    try:
        if path.exists() and not path.is_file():  # a pipe or a device is written into
            path.write_text(text, encoding="utf-8", errors="replace")
        else:
            _replace(path.resolve(), text)
    except (OSError, RuntimeError) as error:
        raise _unwritable(path, error) from error


def _replace(path: Path, text: str) -> None:
    """The old file stays whole until the new one is."""
    handle, half = tempfile.mkstemp(dir=path.parent, prefix=".unhurried-")
    try:
        # "replace": half a surrogate pair from a file's name cannot be written.
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            file.write(text)
        Path(half).chmod(0o600)
        Path(half).replace(path)
    except BaseException:
        Path(half).unlink(missing_ok=True)
        raise


def check_target(target: str, inputs: Iterable[str | Path | None]) -> None:
    """Find out before a session what would otherwise be found after it: it cannot be kept.

    Raises `UsageError` where the result would take an input's place, `OutputError` where it
    cannot be written.
    """
    if target == "-":
        return
    path = Path(target)
    try:
        # Resolved, as it will be written: new/../talk.wav is talk.wav without a folder new.
        place = path.resolve()
        for given in (Path(name) for name in inputs if name):
            if given.exists() and place.exists() and given.samefile(place):
                raise UsageError(f"The result would overwrite {given}.", "Give it another name.")
        if place.is_dir():
            raise OutputError(f"{path} is a folder.", "Name a file in it, such as session.json.")
        folder = place.parent
        if not folder.is_dir():
            raise OutputError(f"There is no folder {folder}.", "Make it, or choose another place.")
        if not os.access(folder, os.W_OK | os.X_OK):
            raise OutputError(f"Nothing may be written in {folder}.", "Choose another place.")
    except (OSError, RuntimeError) as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError | RuntimeError) -> OutputError:
    """RuntimeError is what Python says of links that lead in a circle."""
    return OutputError(f"{path} cannot be written: {reason(error)}.", "Choose another place.")
