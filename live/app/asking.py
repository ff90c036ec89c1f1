"""The consent step in the terminal: who has agreed to what, asked in the words of consent.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from live.app.speaking import Speaks
from live.errors import ConsentError
from live.resources import shipped
from live.store.consent import Consent, Keep, Setting, Terms, one_line
from live.store.retention import FOR_EVER, KeepOptions

HOW = (
    'Say who it is and what the agreement rests on: --with NAME --consent "contract of 3 May". '
    "The sample session needs nobody: --source sample"
)


@dataclass(frozen=True, slots=True)
class Texts:
    """The words in which people are asked."""

    version: str
    parts: dict[str, dict[str, str]]

    @classmethod
    def read(cls, language: str = "en") -> Texts:
        """As they came with the program; in English where they are not in that language."""
        path = shipped("config") / f"consent.{language}.toml"
        if language == "en" or not path.is_file():
            path = shipped("config") / "consent.toml"
        found: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(found.pop("version"), found)

    def kept(self, keep: Keep, options: KeepOptions) -> str:
        """What would be kept, and for how long."""
        return self.parts["kept"][keep.value].format(**self._lengths(options))

    def of(self, part: str, name: str, text: str, options: KeepOptions, keep: Keep) -> str:
        """One text about somebody."""
        kept = self.kept(keep, options)
        return self.parts[part][text].format(name=name, kept=kept, **self._lengths(options))

    def _lengths(self, options: KeepOptions) -> dict[str, str]:
        parts = self.parts["kept"]
        return {
            kind.value: parts["for_ever"]
            if options.days(kind) == FOR_EVER
            else parts["for_days"].format(days=options.days(kind))
            for kind in (Keep.WORDS, Keep.AUDIO)
        }


class Asker:
    """Asks about one session. Nothing is written down in here."""

    def __init__(
        self, terminal: Speaks, texts: Texts, options: KeepOptions, today: datetime
    ) -> None:
        self._terminal = terminal
        self._texts = texts
        self._options = options
        self._today = today

    def name(self, setting: Setting, known: list[str]) -> str | None:
        """Whom it is with, as the coach calls them; None when that is not said."""
        if known:
            self._terminal.notice(f"You know: {', '.join(known)}")
        question = {
            Setting.SESSION: "Who is this session with? A name that you choose:",
            Setting.RECORDING: "Who is this recording with? A name that you choose "
            "(Enter: it is not kept):",
        }.get(setting, "With whom do you practise? A name that you choose:")
        return one_line(self._terminal.ask(question) or "") or None

    def recall(self, held: Consent) -> None:
        """Say what was agreed, and when."""
        granted = ", ".join(held.terms.granted)
        basis = f" ({held.basis})" if held.basis else ""
        self._terminal.notice(f"{held.person} agreed on {day(held.given)}{basis} to: {granted}.")

    def agreement(self, name: str, setting: Setting, keep: Keep) -> Consent | None:
        """What somebody agrees to, asked in full; None when they do not."""
        if setting is Setting.SESSION:
            return self._client(name, keep)
        part = "recording" if setting is Setting.RECORDING else "practice"
        self._terminal.notice(self._text(part, name, "told", keep))
        if not self._terminal.agrees(self._text(part, name, "agreed", keep)):
            return None
        return self._made(name, setting, "", terms_for(keep, live=setting is not Setting.RECORDING))

    def _client(self, name: str, keep: Keep) -> Consent | None:
        tell, asks = self._terminal.notice, self._terminal.agrees

        def text(what: str) -> str:
            return self._text("session", name, what, keep)

        tell(text("told"))
        basis = one_line(self._terminal.ask(text("basis")) or "")
        if not basis:
            return None
        words = keep.words and asks(text("words"))
        audio = words and keep is Keep.AUDIO and asks(text("audio"))
        mentor, sponsor = asks(text("mentor")), asks(text("sponsor"))
        if not asks(text("agreed")):
            return None
        terms = Terms(live=True, words=words, audio=audio, mentor=mentor, sponsor=sponsor)
        return self._made(name, Setting.SESSION, basis, terms)

    def said(self, name: str, setting: Setting, basis: str, keep: Keep) -> Consent:
        """An agreement given on the command line: to what that command line asks for."""
        return self._made(name, setting, basis, terms_for(keep, live=setting is not _RECORDED))

    def _text(self, part: str, name: str, what: str, keep: Keep) -> str:
        return self._texts.of(part, name, what, self._options, keep)

    def _made(self, name: str, setting: Setting, basis: str, terms: Terms) -> Consent:
        return Consent(name, self._today, setting, basis, terms, self._texts.version)


_RECORDED = Setting.RECORDING


def day(when: datetime) -> str:
    """A date as it is said, where the coach is."""
    here = when.astimezone()
    return f"{here.day} {here:%B %Y}"


def terms_for(keep: Keep, *, live: bool) -> Terms:
    """The terms that just cover what is asked for."""
    return Terms(live=live, words=keep.words, audio=keep is Keep.AUDIO)


def refused(name: str | None) -> ConsentError:
    """Nobody has agreed, so nothing starts."""
    who = name or "The other person"
    return ConsentError(f"{who} has not agreed, so nothing starts.", HOW)
