"""`unhurried live`: a session as it happens."""

from __future__ import annotations

import argparse
from pathlib import Path

from live.app.interrupt import Stop
from live.app.keeping import Keeper
from live.app.sources import sound
from live.app.speaking import Speaks
from live.app.terminal import Terminal, clock
from live.app.wiring import engine_options, settings, write
from live.app.words import Staff, Words, choose
from live.audio.source import AudioSource
from live.engine import Engine, engine
from live.guard import guard
from live.kinds import KINDS
from live.report.document import Conditions, document
from live.session import run
from live.store.consent import Setting
from live.types import Event, Samples, samples


def live(arguments: argparse.Namespace, terminal: Terminal, stop: Stop) -> int:
    """Hear a session in real time and say each flag as it is decided."""
    chosen = settings(arguments)
    heard_through = sound(arguments, chosen, terminal, stop)
    with (
        Keeper(arguments, chosen, terminal) as keeper,
        Staff(chosen, terminal, stop) as staff,
        heard_through,
    ):
        plan = keeper.live(heard_through.kind, Setting(arguments.mode))
        words = choose(arguments.model, chosen, heard_through.kind, terminal)
        if words.weights is None:
            terminal.notice("No words are heard, so what depends on words is not measured.")
        staff.give(words, patient=False)
        ears = engine(engine_options(chosen), sound=True, desk=words.desk)
        devices = heard_through.kind == "live"

        def ended() -> bool:
            # A session that is to be kept goes on when its listener has gone (`| head`).
            return stop() or (terminal.unheard is not None and not kept)

        kept = True
        source = heard_through.begin(ended)
        watch = Watch(words, chosen.backlog.said_after_s, terminal)
        aside = Aside(source, ears, terminal)

        def heard_so_far() -> Conditions:
            return words.heard(source, ears, chosen.voice.engine)

        with keeper.begin(plan, source.name, heard_so_far(), durable=True) as keeping:
            keeping.under(heard_so_far)
            kept = arguments.json is not None or keeping.goes_on

            def tell(event: Event) -> None:
                keeping.tell(event)
                terminal.cue(event)

            def progress(position: Samples) -> None:
                keeping.reached(position)
                watch(position)
                aside(position)

            with guard().closed():
                record = run(
                    source,
                    ears,
                    tell,
                    until=None if arguments.seconds is None else samples(arguments.seconds),
                    # Devices are asked to stop themselves: that is how such a session ends.
                    stop=(lambda: False) if devices else ended,
                    progress=progress,
                    hear=keeping.hear,
                )
            watch(record.duration)
            aside(record.duration)
            heard = heard_so_far()
            keeping.finish(record, heard)
    if arguments.json is not None:
        write(document(record, heard), arguments.json)
    terminal.report(record, heard)
    if arguments.json is not None and arguments.json != "-":
        terminal.line(f"\nWritten to {Path(arguments.json).resolve()}")
    keeper.tell_kept()
    if record.interrupted or (devices and stop()):
        return 130
    return 1 if words.refused else 0


class Aside:
    """Says what happens to the sound itself: a device lost, an echo, a refused connection."""

    def __init__(self, source: AudioSource, ears: Engine, terminal: Speaks) -> None:
        self._source = source
        self._ears = ears
        self._terminal = terminal
        self._told = 0
        self._echo = False
        self._refused = len(guard().refused)

    def __call__(self, position: Samples) -> None:
        """Called as the session goes on."""
        notices = self._source.notices
        while self._told < len(notices):
            self._terminal.notice(notices[self._told])
            self._told += 1
        if not self._echo and self._ears.echo == "speakers":
            self._echo = True
            doubtful = [row.cue for row in KINDS.values() if row.both_voices]
            self._terminal.problem(
                f"At {clock(position)}: one person is heard on the other's track (loudspeakers). "
                f"No longer told: {', '.join(doubtful)}.",
                "Headphones bring them back in the next session.",
            )
        if len(guard().refused) > self._refused:
            self._refused = len(guard().refused)
            self._terminal.problem(
                "Something in this program asked for the network and was refused.",
                "Nothing has left this computer. Please report it: it is a mistake in Unhurried.",
            )


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
