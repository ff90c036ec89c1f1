"""Who has agreed to a session: on the command line, in the catalogue, or asked in the terminal."""

from __future__ import annotations

import argparse

from live.app.asking import Asker, Texts, refused
from live.app.speaking import Speaks
from live.errors import StoreError, UsageError
from live.store.consent import Consent, Keep, Setting, one_line
from live.store.retention import KeepOptions
from live.store.store import Store, now

NOT_KEPT = (
    "{name} is not kept: it was not said with whom it is.\n"
    '  Keep it with: --with NAME --consent "what the agreement rests on"\n'
    "  Or leave out this line with: --keep none"
)


class Agreeing:
    """Finds out about each session of a command."""

    def __init__(
        self, arguments: argparse.Namespace, options: KeepOptions, terminal: Speaks
    ) -> None:
        self._name = _said(arguments.person, "--with", "a name that you choose")
        self._basis = _said(arguments.consent, "--consent", '"contract of 3 May"')
        self._texts = Texts.read()
        self._terminal = terminal
        self._asker = Asker(terminal, self._texts, options, now())

    def check_possible(self) -> None:
        """Raise `ConsentError` where nobody can be asked and nothing was said."""
        if self._name is None and not self._terminal.can_ask:
            raise refused(None)

    def live(self, store: Store | None, setting: Setting, keep: Keep) -> Consent:
        """For a live session. Raises `ConsentError` when nobody agreed."""
        name = self._name or self._asker.name(setting, self._known(store))
        if not name:
            raise refused(None)
        if self._basis is not None:
            return self._more(store, self._asker.said(name, setting, self._basis, keep))
        held = None if store is None else store.catalogue.in_force(name)
        if held is not None and held.covers(setting, self._texts.version):
            self._asker.recall(held)
            # Named on the command line, nobody is asked a question to which that is the answer.
            if self._name is not None or self._terminal.agrees("Does that still hold?"):
                return held
            raise refused(held.person)
        made = self._asker.agreement(name, setting, keep)
        if made is None:
            raise refused(name)
        return self._write(store, made)

    def made(self, store: Store | None, consent: Consent) -> Consent:
        """One that was made elsewhere, in the same words, written down."""
        return self._more(store, consent)

    def recording(self, store: Store, origin: str, what: str, keep: Keep) -> Consent | None:
        """For a recording; None when it is not said with whom it is, or they did not agree."""
        before = store.catalogue.of_origin(origin) if origin else None
        name = self._name or (before.person if before is not None else None)
        if name is not None and self._basis is not None:
            return self._more(store, self._asker.said(name, Setting.RECORDING, self._basis, keep))
        if name is None:
            name = self._asker.name(Setting.RECORDING, self._known(store))
        if not name:
            self._terminal.notice(NOT_KEPT.format(name=what))
            return None
        held = store.catalogue.in_force(name)
        if held is not None and held.covers(Setting.RECORDING, self._texts.version):
            return held
        made = self._asker.agreement(name, Setting.RECORDING, keep)
        if made is None:
            self._terminal.notice(
                f"{what} is not kept: {name} has not agreed. If they have: --consent BASIS"
            )
            return None
        return self._write(store, made)

    def _known(self, store: Store | None) -> list[str]:
        return [] if store is None else store.catalogue.people()

    def _more(self, store: Store | None, consent: Consent) -> Consent:
        """An agreement adds to the one in force; to take back there is `consent withdraw`."""
        held = None if store is None else store.catalogue.in_force(consent.person)
        if held is not None and held.wording == consent.wording:
            consent = consent.beside(held)
        return self._write(store, consent)

    def _write(self, store: Store | None, consent: Consent) -> Consent:
        if store is None:
            self._terminal.notice("What was agreed cannot be written down (see above).")
            return consent
        try:
            return store.catalogue.agree(consent)
        except StoreError as error:
            self._terminal.problem(f"What was agreed cannot be written down: {error}", error.hint)
            return consent


def _said(given: str | None, option: str, such_as: str) -> str | None:
    """What an option says, in one line. Raises `UsageError` when that is nothing."""
    if given is None:
        return None
    found = one_line(given)
    if not found:
        raise UsageError(f"{option} says nothing.", f"Write: {option} {such_as}")
    return found
