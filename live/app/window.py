"""What the windows ask of the program: settings, people, models, and a session.

What the start panel does not need is imported where it is used: sound, words and the store take as
long to import as the panel takes to appear.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

from live.app.asking import Texts
from live.app.interrupt import Stop
from live.app.speaking import Speaks
from live.cues.pace import Mode
from live.errors import UnhurriedError, UsageError
from live.resources import own
from live.settings import Settings, load
from live.store.consent import Consent, Keep, Setting
from live.ui.backstage import (
    DEVICES,
    SAMPLE,
    Agreed,
    Chosen,
    Devices,
    Listener,
    Model,
    Outcome,
    Person,
    Questions,
)


def display_there() -> bool:
    """Whether a window can be opened at all."""
    names = ("DISPLAY", "WAYLAND_DISPLAY")
    return sys.platform != "linux" or any(os.environ.get(name) for name in names)


class Program:
    """What the windows ask for (`live.ui.backstage.Backstage`)."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self._arguments = arguments

    # Settings and memory

    def settings(self) -> Settings:
        """Those in force."""
        pairs = (pair.partition("=") for pair in getattr(self._arguments, "set", None) or [])
        overrides = {name.strip(): value.strip() for name, _, value in pairs}
        language = getattr(self._arguments, "language", None)
        if language is not None:
            overrides["words.language"] = language
        return load(getattr(self._arguments, "profile", None), None, overrides)

    def own_settings(self) -> Path:
        """The coach's own file."""
        return own("config") / "settings.toml"

    def memory(self) -> Path:
        """Where the windows remember what they looked like."""
        return own("data") / "window.json"

    def devices(self) -> Devices | None:
        """Those of this computer."""
        from live.app.window_devices import SystemDevices

        return SystemDevices(self.settings())

    # People

    def people(
        self, secret: Callable[[str], str | None], notice: Callable[[str], None]
    ) -> list[Person]:
        """Whoever is known, those last met first."""
        from live.app.opening import open_store
        from live.app.voice import Voice

        voice = Voice(notice, lambda what, hint: notice(what), secret)
        store = open_store(voice, make_new=False)
        if store is None:
            return []
        version = Texts.read().version
        with store:
            met = [kept.person for kept in store.catalogue.sessions() if kept.person]
            names = dict.fromkeys([*reversed(met), *store.catalogue.people()])
            return [
                Person(name, held, _covers(held, version))
                for name in names
                for held in [store.catalogue.in_force(name)]
            ]

    def questions(self, person: str, mode: Mode, keep: Keep, language: str) -> Questions:
        """What somebody has to be asked, in the words of consent.toml."""
        options, given = self.settings().keep, Texts.read(language)
        part = "session" if mode is Mode.SESSION else "practice"

        def text(what: str) -> str:
            return given.of(part, person, what, options, keep)

        if mode is not Mode.SESSION:
            return Questions(text("told"), text("agreed"))
        return Questions(
            told=text("told"),
            agreed=text("agreed"),
            basis=text("basis"),
            words=text("words") if keep.words else "",
            audio=text("audio") if keep is Keep.AUDIO else "",
            mentor=text("mentor"),
            sponsor=text("sponsor"),
        )

    # Models

    def model(self, source: str) -> Model:
        """What a session from that source would be put into words by."""
        from live.app.words import automatic
        from live.transcribe import weights
        from live.transcribe.manifest import manifest

        settings = self.settings()
        wanted = settings.words.model
        if wanted == "none":
            return Model()
        try:
            found = automatic(source, settings) if wanted == "auto" else weights.find(wanted)
        except UnhurriedError:
            found = None
        if found is not None:
            return Model(found.name)
        offered = "base.en" if settings.words.language == "en" else "base"
        return Model("", offered, manifest()[offered].size)

    def get_model(
        self, name: str, told: Callable[[int, int], None], stop: Callable[[], bool]
    ) -> bool:
        """Fetch one: the only thing in here that opens a connection."""
        from live.app.models import fetched

        return fetched(name, told, stop) is not None

    def import_model(self, folder: Path) -> str:
        """Take one from a folder."""
        from live.transcribe.bring import bring

        return bring(folder).name

    # A session

    def sit(self, chosen: Chosen, listener: Listener) -> Outcome:
        """A whole session."""
        from live.app.sitting import sit

        return sit(chosen, listener, self.settings(), getattr(self._arguments, "model", None))


def open_windows(arguments: argparse.Namespace, terminal: Speaks, stop: Stop) -> int:
    """The start panel; or, for `unhurried live --source`, the session itself. The exit code."""
    # Imported only now: whoever works in a terminal does not wait for it.
    from live.ui.main import main

    troubles = main(Program(arguments), asked_for(arguments), stop)
    for what, hint in troubles:
        terminal.problem(what, hint)
    return 1 if troubles else 0


def asked_for(arguments: argparse.Namespace) -> Chosen | None:
    """The session that a command line asks for; None where the start panel is to ask."""
    source = getattr(arguments, "source", None)
    if source is None and getattr(arguments, "person", None) is not None:
        source = DEVICES
    if source is None:
        return None
    if source != SAMPLE and arguments.person is None:
        raise UsageError(
            "A session in windows has to know with whom it is.",
            "Say it with --with, or begin on the start panel: unhurried",
        )
    keep = Keep(arguments.keep or load().keep.what)
    agreed = None
    if arguments.consent is not None and source != SAMPLE:
        agreed = Agreed(arguments.consent, words=keep.words, audio=keep is Keep.AUDIO)
    return Chosen(
        source=source,
        mode=Mode(arguments.mode),
        person=arguments.person or "",
        agreed=agreed,
        keep=keep,
        coach=(arguments.coach or "") if source == DEVICES else "",
        client=(arguments.client or "") if source == DEVICES else "",
        speed=arguments.speed,
        seconds=arguments.seconds,
    )


def _covers(held: Consent | None, version: str) -> frozenset[Mode]:
    if held is None:
        return frozenset()
    return frozenset(mode for mode in Mode if held.covers(Setting(mode.value), version))
