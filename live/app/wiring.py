"""What commands share: settings from the command line, sources by name, results to disk."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from live.audio.lane import Side
from live.audio.recording import Recording, RecordingOptions, open_recording
from live.engine import Engine, EngineOptions
from live.errors import ModelMissingError, OutputError, RecordingError, UsageError
from live.report.document import Conditions
from live.resources import shipped
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
    return load(arguments.profile, None, overrides)


def engine_options(chosen: Settings) -> EngineOptions:
    """The engine's part of the settings."""
    return EngineOptions(
        voice=chosen.voice,
        bleed=chosen.bleed,
        prosody=chosen.prosody,
        conversation=chosen.conversation,
        turns=chosen.turns,
        timing=chosen.timing,
        silence=chosen.silence,
        unfinished=chosen.unfinished,
    )


def no_model(arguments: argparse.Namespace) -> None:
    """Refuse what asks for a model: this version hears without words, or takes given ones."""
    if arguments.model != "none":
        raise ModelMissingError(
            f"The model {arguments.model} cannot be used: this version has no speech recognition.",
            "Leave --model out, or give words from elsewhere with --words.",
        )


def recording(name: str | None, arguments: argparse.Namespace, chosen: Settings) -> Recording:
    """The recording a person named: a file, or the built-in sample session."""
    coach, client = _side(arguments.coach), _side(arguments.client)
    options = RecordingOptions(clock=chosen.clock)
    if name == SAMPLE and not Path(SAMPLE).exists():
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
    kind: str, name: str, engine: Engine, *, voice: str, words: str, tracks: int = 2
) -> Conditions:
    """Under which conditions an engine has heard a session."""
    return Conditions(kind, name, tracks, engine.echo, voice, words, engine.not_measured)


def write(document: dict[str, Any], target: str) -> None:
    """Write a document to a file, whole or not at all; "-" is standard output."""
    text = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
    if target == "-":
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    path = Path(target)
    try:
        handle, half = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(half).chmod(0o600)
            Path(half).replace(path)
        except BaseException:
            Path(half).unlink(missing_ok=True)
            raise
    except OSError as error:
        reason = error.strerror or "unknown reason"
        raise OutputError(
            f"{path} cannot be written: {reason.lower()}.", "Choose another place."
        ) from error
