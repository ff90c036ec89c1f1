"""`unhurried live`: a session as it happens."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from live.app.interrupt import Stop
from live.app.terminal import Terminal
from live.app.wiring import (
    check_target,
    conditions,
    engine_options,
    no_model,
    recording,
    settings,
    write,
)
from live.audio.pace import paced
from live.engine import engine
from live.errors import UsageError
from live.report.document import document
from live.session import run
from live.types import samples


def live(arguments: argparse.Namespace, terminal: Terminal, stop: Stop) -> int:
    """Play a source through the engine in real time and say each flag as it is decided."""
    if arguments.source is None:
        raise UsageError(
            "This version cannot listen to microphones yet.",
            "Use a recording: unhurried live --source sample --terminal",
        )
    chosen = settings(arguments)
    no_model(arguments)
    if arguments.json is not None:
        check_target(arguments.json, [arguments.source, arguments.coach, arguments.client])
    source = paced(recording(arguments.source, arguments, chosen), arguments.speed)
    _tell(source.notices, terminal)
    told = len(source.notices)
    terminal.notice("No words were given, so what depends on words is not measured.")
    ears = engine(engine_options(chosen), sound=True)
    record = run(
        source,
        ears,
        terminal.cue,
        until=None if arguments.seconds is None else samples(arguments.seconds),
        # A session that is to be kept goes on when its listener has gone (`| head`).
        stop=lambda: stop() or (terminal.unheard is not None and arguments.json is None),
    )
    _tell(source.notices[told:], terminal)
    heard = conditions(source.kind, source.name, ears, voice=chosen.voice.engine, words="none")
    if arguments.json is not None:
        write(document(record, heard), arguments.json)
    terminal.report(record, heard)
    if arguments.json is not None and arguments.json != "-":
        terminal.line(f"\nWritten to {Path(arguments.json).resolve()}")
    return 130 if record.interrupted else 0


def _tell(notices: Iterable[str], terminal: Terminal) -> None:
    for notice in notices:
        terminal.notice(notice)
