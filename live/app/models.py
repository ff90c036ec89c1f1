"""`unhurried models`: what there is, getting it, bringing it, checking it, taking it away.

`get` is the only command of the program that opens a connection.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from live.app.interrupt import Stop
from live.app.terminal import Terminal
from live.errors import ModelMissingError
from live.transcribe import weights
from live.transcribe.bring import bring
from live.transcribe.fetch import fetch, host
from live.transcribe.machine import Machine
from live.transcribe.manifest import Model, manifest
from live.transcribe.receipt import Origin
from live.transcribe.recommend import SHAPES, Advice, Measured, advise, in_words, window
from live.transcribe.shapes import Shape
from live.transcribe.trial import trial
from live.transcribe.weights import SAMPLE, Told, Weights, megabytes
from live.transcribe.whisper import WordsOptions

Measure = Callable[[Shape], Measured]
"""Measures one of `SHAPES` on this computer; takes seconds."""

_VOUCHED = {
    Origin.PINNED: "every byte as pinned by Unhurried",
    Origin.IMPORTED: "every byte as when it was brought in",
    Origin.SAMPLE: "whole, as it came with Unhurried",
    Origin.FOLDER: "whole, as far as can be told; nobody vouches for its bytes",
}
_KEEPS_UP = {"full": "keeps up", "short": "keeps up", None: "too slow"}
_SAMPLE_USE = "comes with Unhurried; understands the built-in sample session and nothing else"


def models(
    arguments: argparse.Namespace, terminal: Terminal, stop: Stop, measure: Measure = trial
) -> int:
    """Do what was asked; the exit code."""
    match arguments.action:
        case "get":
            return _get(arguments.name, terminal, stop, measure)
        case "import":
            return _import(arguments, terminal)
        case "verify":
            return _verify(arguments.name, terminal, stop)
        case "check":
            from live.app.check import check

            return check(arguments, terminal, stop)
        case "remove":
            freed = weights.remove(arguments.name)
            terminal.line(f"{arguments.name} is removed: {megabytes(freed)} are free again.")
            return 0
    return _list(terminal, stop, measure, again=arguments.measure)


def _list(terminal: Terminal, stop: Stop, measure: Measure, *, again: bool) -> int:
    measured = _measured(terminal, stop, measure, again=again)
    rows: list[tuple[str, ...]] = [
        ("model", "languages", "size", "installed", "live, here" if measured else "")
    ]
    known = manifest()
    rows += [_row(model, measured) for model in known.values()]
    rows += [_own_row(name) for name in weights.names() if name not in known]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        terminal.line("  ".join(cells).rstrip())
    if any(row[-1] == _KEEPS_UP[None] for row in rows):
        terminal.line("\nA model that is too slow live still puts recordings into words.")
    terminal.line(f"\n{SAMPLE}: {_SAMPLE_USE}.")
    _advise(terminal, measured)
    return 130 if stop() else 0


def _row(model: Model, measured: Mapping[str, Measured]) -> tuple[str, ...]:
    languages = "many" if model.multilingual else "English"
    state = "no"
    if model.name in weights.names():
        found = _found(model.name)
        state = found.revision[:8] if found else "damaged"
    here = _here(model.shape, measured) if measured else ""
    return model.name, languages, megabytes(model.size), state, here


def _own_row(name: str) -> tuple[str, ...]:
    found = _found(name)
    if found is None:
        return name, "", "", "damaged", ""
    languages = "many" if found.multilingual else "English"
    return name, languages, megabytes(_size(found)), f"{found.revision[:8]} (yours)", ""


def _found(name: str) -> Weights | None:
    try:
        return weights.find(name)
    except ModelMissingError:
        return None


def _size(found: Weights) -> int:
    return sum(path.stat().st_size for path in found.folder.iterdir() if path.is_file())


def _here(shape: str | None, measured: Mapping[str, Measured]) -> str:
    """Whether a model keeps up; one that was not measured is larger than one that does not."""
    if shape is None or shape not in measured:
        return _KEEPS_UP[None]
    return _KEEPS_UP[window(measured[shape])]


def _measured(
    terminal: Terminal, stop: Stop, measure: Measure, *, again: bool = False
) -> Mapping[str, Measured]:
    """How quick this computer is: what is known, or measured now; empty when neither can be."""
    machine, threads = Machine.read(), WordsOptions().cores
    kept = ((shape, machine.measured(_stand_in(shape), threads)) for shape in SHAPES)
    known: dict[str, Measured] = {shape: Measured(*times) for shape, times in kept if times}
    if known and not again:
        return known
    terminal.notice("Measuring how quick this computer is, once. It takes up to a minute.")
    found: dict[str, Measured] = {}
    for shape in SHAPES:
        if stop():
            return {}
        found[shape] = measure(shape)
        if window(found[shape]) is None:
            break  # a larger one does not keep up either
    for name, took in found.items():
        machine.remember(_stand_in(name), threads, took)
    return found


def _stand_in(shape: str) -> Weights:
    """What a measurement is remembered for that was made before there was a model."""
    return Weights(shape, "shape", Path(), ("en",), Origin.FOLDER)


def _advise(terminal: Terminal, measured: Mapping[str, Measured]) -> Advice | None:
    if not measured:
        return None
    advice = advise(measured)
    terminal.line(in_words(advice))
    best = advice.best
    if best is not None and best not in weights.names():
        other = best.removesuffix(".en")
        terminal.line(f"  Get it with:             unhurried models get {best}")
        terminal.line(f"  For other languages too: unhurried models get {other}")
    return advice


def _get(name: str | None, terminal: Terminal, stop: Stop, measure: Measure) -> int:
    if name is None:
        if _advise(terminal, _measured(terminal, stop, measure)) is None:
            terminal.line("Say which: unhurried models get base.en, for example.")
        return 130 if stop() else 0
    if name == SAMPLE:
        terminal.line(f"The sample model {_SAMPLE_USE}.")
        return 0
    model = weights.known(name)
    if _whole(model):
        terminal.line(f"{name} is installed already: {_VOUCHED[Origin.PINNED]}.")
        return 0
    terminal.notice(f"Fetching {name} ({megabytes(model.size)}) from {host()}.")
    with _bar(name) as told:
        got = fetch(model, told, stop)
    if got is None:
        terminal.notice("Stopped. What came is kept: the same command goes on from there.")
        return 130
    terminal.line(f"{name} is installed: {_VOUCHED[got.origin]}. No connection is needed any more.")
    terminal.line(f"  Use it with: unhurried review RECORDING --model {name}")
    return 0


def fetched(name: str, told: Told, stop: Callable[[], bool]) -> Weights | None:
    """Fetch one for the windows; None when that was stopped."""
    return fetch(weights.known(name), told, stop)


def _whole(model: Model) -> bool:
    try:
        return weights.verify(model.name).revision == model.revision
    except ModelMissingError:
        return False


def _import(arguments: argparse.Namespace, terminal: Terminal) -> int:
    with _bar(arguments.folder.name) as told:
        got = bring(arguments.folder, arguments.name, told=told)
    languages = "many languages" if got.multilingual else "English"
    terminal.line(f"{got.name} is installed. It understands {languages}; {_VOUCHED[got.origin]}.")
    terminal.line(f"  Use it with: unhurried review RECORDING --model {got.name}")
    return 0


def _verify(name: str | None, terminal: Terminal, stop: Stop) -> int:
    damaged = 0
    for one in [name] if name else [*weights.names(), SAMPLE]:
        if stop():
            return 130
        try:
            found = weights.verify(one)
            terminal.line(f"ok       {found.name}: {_VOUCHED[found.origin]}")
        except ModelMissingError as error:
            damaged += 1
            terminal.problem(str(error), error.hint)
    return 1 if damaged else 0


@contextmanager
def _bar(what: str) -> Iterator[Told]:
    """A bar with bytes on standard error; nothing when nobody watches."""
    console = Console(stderr=True, highlight=False, markup=False)
    columns = [
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    ]
    # A narrow window shows the numbers rather than the bar.
    if shutil.get_terminal_size().columns < 80:
        del columns[1]
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
