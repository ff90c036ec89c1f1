"""A session for the windows: what `unhurried live` does, told to a listener and no terminal."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial

from live.app.asking import Texts, refused
from live.app.interrupt import Stop
from live.app.keeping import Keeper, Keeping
from live.app.live import Watch
from live.app.wiring import engine_options, recording
from live.app.words import Staff, Words, choose
from live.audio.pace import paced
from live.audio.pausing import Pausing
from live.engine import Engine, engine
from live.session import run
from live.settings import Settings
from live.store.consent import Consent, Setting, Terms
from live.store.store import now
from live.types import Event, Gap, Samples, Track, samples
from live.ui.backstage import Chosen, Heard, Listener, Outcome


class Voice:
    """The program's words on their way to the windows (`live.app.speaking.Speaks`)."""

    can_ask = False
    """Whoever has to agree is asked on the start panel, before."""

    def __init__(
        self,
        notice: Callable[[str], None],
        problem: Callable[[str, str], None],
        secret: Callable[[str], str | None],
    ) -> None:
        self._notice = notice
        self.problem = problem
        self.secret = secret
        self._told: set[str] = set()

    def notice(self, text: str, *, once: bool = False) -> None:
        """A sentence for the coach."""
        if not (once and text in self._told):
            self._told.add(text)
            self._notice(text)

    def line(self, text: str) -> None:
        """The same as a notice."""
        self._notice(text)

    def flush(self) -> None:
        """Nothing waits here."""

    def ask(self, question: str) -> str | None:
        """Nothing is asked while a session begins."""
        return None

    def agrees(self, question: str) -> bool:
        """The same."""
        return False


def sit(chosen: Chosen, listener: Listener, settings: Settings, model: str | None) -> Outcome:
    """A whole session, on the thread that calls it. Raises `UnhurriedError`."""
    voice = Voice(listener.notice, listener.problem, listener.secret)
    stop = Stop(listener.stopped)
    arguments = argparse.Namespace(
        coach=None,
        client=None,
        one_microphone=False,
        keep=chosen.keep.value,
        person=chosen.person or None,
        consent=None,
    )
    source = Pausing(
        paced(recording(chosen.source, arguments, settings), chosen.speed), listener.paused
    )
    with Keeper(arguments, settings, voice) as keeper, Staff(settings, voice, stop) as staff:
        plan = keeper.live(source.kind, Setting(chosen.mode.value), made(chosen))
        words = choose(model, settings, source.kind, voice)
        staff.give(words, patient=False)
        ears = engine(engine_options(settings), sound=True, desk=words.desk)
        heard = partial(words.heard, source, ears, settings.voice.engine)
        watch = Watch(words, settings.backlog.said_after_s, voice)
        with keeper.begin(plan, source.name, heard(), durable=True) as keeping:
            keeping.under(heard)
            course = Course(ears, words, keeping, listener)

            def progress(position: Samples) -> None:
                course.reached(position)
                watch(position)

            record = run(
                source,
                ears,
                course.tell,
                until=None if chosen.seconds is None else samples(chosen.seconds),
                stop=listener.stopped,
                progress=progress,
                hear=keeping.hear,
            )
            course.note()
            keeping.finish(record, heard())
    return Outcome(keeper.number, record.duration)


class Course:
    """What happens while a session goes on: it is kept, and the windows are told."""

    def __init__(self, ears: Engine, words: Words, keeping: Keeping, listener: Listener) -> None:
        self._ears = ears
        self._words = words
        self._keeping = keeping
        self._listener = listener
        self._lost: dict[Track, Samples] = {}
        self._last: Heard | None = None

    def tell(self, event: Event) -> None:
        """One event."""
        if isinstance(event, Gap):
            self._lost[event.track] = event.end
        self._keeping.tell(event)
        self._listener.tell(event)

    def reached(self, position: Samples) -> None:
        """The session is there now."""
        self.note()
        self._keeping.reached(position)
        heard = self._heard(position)
        if heard != self._last:
            self._last = heard
            self._listener.hears(heard)
        self._listener.reach(self._ears.room)

    def note(self) -> None:
        """Keep what the coach has marked or written since."""
        for text in self._listener.notes():
            self._keeping.note(text)

    def _heard(self, position: Samples) -> Heard:
        lost = tuple(track for track, end in self._lost.items() if end > position)
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
