"""`unhurried live`: a session as it happens."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from live.app.interrupt import Stop
from live.app.keeping import Keeper
from live.app.speaking import Speaks
from live.app.terminal import Terminal, clock
from live.app.wiring import (
    check_target,
    engine_options,
    recording,
    settings,
    write,
)
from live.app.words import Staff, Words, choose
from live.audio.pace import paced
from live.engine import engine
from live.errors import UsageError
from live.report.document import Conditions, document
from live.session import run
from live.store.consent import Setting
from live.types import Event, Samples, samples


def live(arguments: argparse.Namespace, terminal: Terminal, stop: Stop) -> int:
    """Play a source through the engine in real time and say each flag as it is decided."""
    if arguments.source is None:
        raise UsageError(
            "This version cannot listen to microphones yet.",
            "Use a recording: unhurried live --source sample --terminal",
        )
    chosen = settings(arguments)
    if arguments.json is not None:
        check_target(arguments.json, [arguments.source, arguments.coach, arguments.client])
    source = paced(recording(arguments.source, arguments, chosen), arguments.speed)
    _tell(source.notices, terminal)
    told = len(source.notices)
    with (
        Keeper(arguments, chosen, terminal) as keeper,
        Staff(chosen, terminal, stop) as staff,
    ):
        plan = keeper.live(source.kind, Setting(arguments.mode))
        words = choose(arguments.model, chosen, source.kind, terminal)
        if words.weights is None:
            terminal.notice("No words are heard, so what depends on words is not measured.")
        staff.give(words, patient=False)
        watch = Watch(words, chosen.backlog.said_after_s, terminal)
        ears = engine(engine_options(chosen), sound=True, desk=words.desk)

        def heard_so_far() -> Conditions:
            return words.heard(source, ears, chosen.voice.engine)

        with keeper.begin(plan, source.name, heard_so_far(), durable=True) as keeping:
            keeping.under(heard_so_far)

            def tell(event: Event) -> None:
                keeping.tell(event)
                terminal.cue(event)

            def progress(position: Samples) -> None:
                keeping.reached(position)
                watch(position)

            # A session that is to be kept goes on when its listener has gone (`| head`).
            kept = arguments.json is not None or keeping.goes_on
            record = run(
                source,
                ears,
                tell,
                until=None if arguments.seconds is None else samples(arguments.seconds),
                stop=lambda: stop() or (terminal.unheard is not None and not kept),
                progress=progress,
                hear=keeping.hear,
            )
            watch(record.duration)
            _tell(source.notices[told:], terminal)
            heard = heard_so_far()
            keeping.finish(record, heard)
    if arguments.json is not None:
        write(document(record, heard), arguments.json)
    terminal.report(record, heard)
    if arguments.json is not None and arguments.json != "-":
        terminal.line(f"\nWritten to {Path(arguments.json).resolve()}")
    keeper.tell_kept()
    if record.interrupted:
        return 130
    return 1 if words.refused else 0


class Watch:
    """Says how the words are getting on, whenever that changes, and lets lines be finished."""

    def __init__(self, words: Words, behind_from_s: float, terminal: Speaks) -> None:
        self._desk = words.desk
        self._from_s = behind_from_s
        self._terminal = terminal
        self._behind = self._lost = False
        self._replaced = 0

    def __call__(self, position: Samples) -> None:
        """Called as the session goes on."""
        self._terminal.flush()
        desk = self._desk
        if desk is None or self._lost:
            return
        if desk.lost is not None:
            self._lost = True
            self._terminal.problem(
                f"{desk.lost.what} There are no words from {clock(position)} on; "
                "interruptions and silences go on by sound alone.",
                desk.lost.hint,
            )
            return
        if desk.attendant.replaced > self._replaced:
            self._replaced = desk.attendant.replaced
            self._terminal.notice("The speech recognition ended by itself and was started again.")
        behind = desk.behind_s
        if not self._behind and behind >= self._from_s:
            self._behind = True
            self._terminal.notice(f"The words are {behind:.0f} s behind: this computer is slow.")
        elif self._behind and behind < self._from_s / 2:
            self._behind = False
            self._terminal.notice("The words have caught up.")


def _tell(notices: Iterable[str], terminal: Terminal) -> None:
    for notice in notices:
        terminal.notice(notice)
