"""`unhurried models check`: what the short window costs in words, on a recording of one's own."""

from __future__ import annotations

import argparse

from live.app.interrupt import Stop
from live.app.terminal import Terminal, clock
from live.app.wiring import engine_options, recording, settings
from live.app.words import AUTO, NONE, automatic, suited
from live.engine import engine
from live.errors import ModelMissingError, RecordingError
from live.session import run
from live.settings import Settings
from live.transcribe.compare import Comparison, Pair
from live.transcribe.loading import FULL_WITHIN_S
from live.transcribe.phantoms import language_notes
from live.transcribe.transcriber import About
from live.transcribe.weights import Weights, check_language, find
from live.transcribe.whisper import Whisper, load
from live.types import Samples, samples

SHOWN = 10
"""So many differences are shown in full."""


def check(arguments: argparse.Namespace, terminal: Terminal, stop: Stop) -> int:
    """Put a recording into words in both windows, and say what differs and what it costs.

    Raises ModelMissingError when there is no model to compare with.
    """
    chosen = settings(arguments)
    source = recording(arguments.input, arguments, chosen)
    weights = _model(arguments.model, source.kind, chosen)
    check_language(weights, chosen.words.language)
    model = load(weights.folder, "cpu", chosen.words.cores)
    notes = language_notes(chosen.words.language)
    options = suited(chosen.words, weights)
    short, full = (
        Whisper(model, options, chosen.guards, notes, About(window, "cpu"))
        for window in ("short", "full")
    )
    comparison = Comparison(short, full)
    ears = engine(engine_options(chosen), sound=True, desk=comparison)
    until = None if arguments.seconds is None else samples(arguments.seconds)
    with terminal.progress(source.name, until or source.duration) as progress:
        record = run(source, ears, lambda event: None, until=until, stop=stop, progress=progress)
    if not comparison.pairs:
        raise RecordingError("Nobody was heard in it.", "Choose a recording with some talk in it.")
    _tell(comparison, weights, chosen, terminal, record.duration)
    return 130 if record.interrupted else 0


def _model(asked: str | None, kind: str, chosen: Settings) -> Weights:
    wanted = asked or chosen.words.model
    if wanted not in (AUTO, NONE):
        return find(wanted)
    best = automatic(kind, chosen)
    if best is None:
        raise ModelMissingError(
            "No speech recognition model is installed.",
            "Get one: unhurried models get base.en. Or see it on the sample session:\n"
            "  unhurried models check sample",
        )
    return best


def _tell(
    comparison: Comparison,
    weights: Weights,
    chosen: Settings,
    terminal: Terminal,
    duration: Samples,
) -> None:
    short_s, full_s = comparison.seconds_each()
    share = comparison.differing / max(1, comparison.words)
    different = [pair for pair in comparison.pairs if pair.differing]
    terminal.line(f"{weights.name}, {clock(duration)}, {len(comparison.pairs)} utterances")
    terminal.line(f"  words in the full window    {comparison.words}")
    terminal.line(f"  of which differ in the short one   {comparison.differing} ({share:.1%})")
    terminal.line(f"  seconds an utterance, short window {short_s:.2f}")
    terminal.line(
        f"  seconds an utterance, full window  {full_s:.2f} ({full_s / short_s:.1f} times)"
    )
    for pair in different[:SHOWN]:
        _show(pair, terminal)
    if len(different) > SHOWN:
        terminal.line(f"  ... and {len(different) - SHOWN} more utterances that differ")
    limit = "keeps up" if full_s <= FULL_WITHIN_S else "does not keep up with a live session"
    terminal.line(
        f"The full window {limit} here. To choose one: --set words.window=full (or short)."
    )


def _show(pair: Pair, terminal: Terminal) -> None:
    terminal.line(f"\n  {clock(pair.utterance.start)} {pair.utterance.track}")
    for name, reply in (("short", pair.short), ("full", pair.full)):
        text = " ".join(word.text for word in reply.words) or f"(none: {reply.refused})"
        terminal.line(f"    {name:5}  {text}")
