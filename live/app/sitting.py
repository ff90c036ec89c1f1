"""A session for the windows: what `unhurried live` does, told to a listener and no terminal."""

from __future__ import annotations

import argparse
from functools import partial

from live.app.asking import Texts, refused
from live.app.interrupt import Stop
from live.app.keeping import Keeper, Keeping
from live.app.live import Aside, Watch
from live.app.sources import sound
from live.app.voice import Voice
from live.app.wiring import engine_options
from live.app.words import Staff, Words, choose
from live.audio.pausing import Pausing
from live.engine import Engine, engine
from live.guard import guard
from live.session import run
from live.settings import Settings
from live.store.consent import Consent, Setting, Terms
from live.store.store import now
from live.types import Event, Samples, Track, samples
from live.ui.backstage import DEVICES, Chosen, Heard, Listener, Outcome


def sit(chosen: Chosen, listener: Listener, settings: Settings, model: str | None) -> Outcome:
    """A whole session, on the thread that calls it. Raises `UnhurriedError`."""
    voice = Voice(listener.notice, listener.problem, listener.secret)
    stop = Stop(listener.stopped)
    arguments = as_arguments(chosen)
    with (
        Keeper(arguments, settings, voice) as keeper,
        Staff(settings, voice, stop) as staff,
        sound(arguments, settings, voice, stop) as heard_through,
    ):
        plan = keeper.live(heard_through.kind, Setting(chosen.mode.value), made(chosen))
        words = choose(model, settings, heard_through.kind, voice)
        staff.give(words, patient=False)
        ears = engine(engine_options(settings), sound=True, desk=words.desk)
        source = Pausing(heard_through.begin(stop), listener.paused)
        heard = partial(words.heard, source, ears, settings.voice.engine)
        watch = Watch(words, settings.backlog.said_after_s, voice)
        aside = Aside(source, ears, voice)
        with keeper.begin(plan, source.name, heard(), durable=True) as keeping:
            keeping.under(heard)
            course = Course(source, ears, words, keeping, listener)

            def progress(position: Samples) -> None:
                course.reached(position)
                watch(position)
                aside(position)

            with guard().closed():
                record = run(
                    source,
                    ears,
                    course.tell,
                    until=None if chosen.seconds is None else samples(chosen.seconds),
                    # Devices are asked to stop themselves: that is how such a session ends.
                    stop=(lambda: False) if source.kind == "live" else stop,
                    progress=progress,
                    hear=keeping.hear,
                )
            course.note()
            keeping.finish(record, heard())
    return Outcome(keeper.number, record.duration)


def as_arguments(chosen: Chosen) -> argparse.Namespace:
    """What a command line would have said of it."""
    devices = chosen.source == DEVICES
    return argparse.Namespace(
        source=None if devices else chosen.source,
        coach=(chosen.coach or None) if devices else None,
        client=(chosen.client or None) if devices else None,
        one_microphone=False,
        no_check=True,
        json=None,
        seconds=chosen.seconds,
        speed=chosen.speed,
        keep=chosen.keep.value,
        person=chosen.person or None,
        consent=None,
    )


class Course:
    """What happens while a session goes on: it is kept, and the windows are told."""

    def __init__(
        self, source: Pausing, ears: Engine, words: Words, keeping: Keeping, listener: Listener
    ) -> None:
        self._source = source
        self._ears = ears
        self._words = words
        self._keeping = keeping
        self._listener = listener
        self._last: Heard | None = None

    def tell(self, event: Event) -> None:
        """One event."""
        self._keeping.tell(event)
        self._listener.tell(event)

    def reached(self, position: Samples) -> None:
        """The session is there now."""
        self.note()
        self._keeping.reached(position)
        heard = self._heard()
        if heard != self._last:
            self._last = heard
            self._listener.hears(heard)
        self._listener.reach(self._ears.room)

    def note(self) -> None:
        """Keep what the coach has marked or written since."""
        for text in self._listener.notes():
            self._keeping.note(text)

    def _heard(self) -> Heard:
        lost = tuple(track for track in Track if track in self._source.lacking)
        desk = self._words.desk
        if desk is None or desk.lost is not None:
            return Heard(self._ears.echo, lost)
        there = desk.attendant.about is not None
        return Heard(
            self._ears.echo, lost, "there" if there else "coming", float(round(desk.behind_s))
        )


def made(chosen: Chosen) -> Consent | None:
    """What was agreed to on the start panel, in today's words; None where nothing was asked."""
    given = chosen.agreed
    if given is None:
        return None
    if not chosen.person:
        raise refused(None)
    terms = Terms(True, given.words, given.audio, given.mentor, given.sponsor)
    version = Texts.read().version
    return Consent(chosen.person, now(), Setting(chosen.mode.value), given.basis, terms, version)
