"""Keeping sessions: the store for the length of a command, and each session while it runs.

A session never fails because it cannot be kept: what went wrong is said, and it goes on.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

from live.app.agreeing import Agreeing
from live.app.opening import let_go, open_store, recognised
from live.app.promises import open_promises, promise_lines
from live.app.speaking import Speaks
from live.app.stored import plain, summary_of
from live.app.telling import gone
from live.app.terminal import clock
from live.audio.flac import pack
from live.audio.pieces import Both, Pieces
from live.errors import StoreError
from live.report.document import Conditions
from live.report.record import Record
from live.settings import Settings
from live.store.catalogue import Kept
from live.store.consent import Consent, Keep, Setting, one_line
from live.store.store import Store
from live.store.writing import Writing
from live.types import AudioBlock, Event, Samples

DAILY = timedelta(days=1)
NOT_WRITTEN = "What is agreed cannot be written down"
WAY_ON = "To go on without keeping anything, and without this line: --keep none"


@dataclass(frozen=True, slots=True)
class Plan:
    """Whether and how a session is to be kept, decided before it begins."""

    keep: Keep
    setting: Setting
    consent: Consent | None = None
    origin: str = ""


class Keeper:
    """The store for the length of a command; opened when it is first needed. A context."""

    def __init__(self, arguments: argparse.Namespace, chosen: Settings, terminal: Speaks) -> None:
        self.terminal = terminal
        self._options = chosen.keep
        self._wanted = Keep(arguments.keep or chosen.keep.what)
        self._agreeing = Agreeing(arguments, chosen.keep, terminal)
        self._store: Store | None = None
        self._tried: set[bool] = set()
        """In which ways: for the sample session, and for a session with somebody."""
        self._tidied: datetime | None = None
        self._kept: int | None = None
        self._sample = False
        """Nobody's session: it is not worth a question about passphrases."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._store is not None:
            self._store.close()

    @property
    def store(self) -> Store | None:
        """The store; None when it cannot be had, which has been said then."""
        if self._store is None and self._sample not in self._tried:
            self._tried.add(self._sample)
            try:
                self._store = open_store(self.terminal, may_ask=not self._sample)
                self.tidy()
            except StoreError as error:
                what = "Nothing is kept" if self._wanted is not Keep.NONE else NOT_WRITTEN
                way_on = f"\n  {WAY_ON}" if self._wanted is not Keep.NONE else ""
                self.terminal.notice(f"{what}: {error}\n  {error.hint}{way_on}")
        return self._store

    def live(self, kind: str, setting: Setting, made: Consent | None = None) -> Plan:
        """For a session about to begin. Raises `ConsentError` when nobody agreed to it.

        `made` is what was agreed to a moment ago, in a window.
        """
        self._sample = kind == "sample"
        if self._sample:
            return self._plan(setting)
        if made is not None:
            return self._plan(setting, self._agreeing.made(self.store, made))
        self._agreeing.check_possible()
        consent = self._agreeing.live(self.store, setting, self._wanted)
        return self._plan(setting, consent)

    def recording(self, kind: str, paths: Iterable[Path], name: str) -> Plan:
        """For a recording, or words, about to be gone through."""
        self._sample = kind == "sample"
        if self._sample:
            return self._plan(Setting.RECORDING)
        if self._wanted is Keep.NONE or self.store is None:
            return Plan(Keep.NONE, Setting.RECORDING)
        origin = recognised(paths)
        consent = self._agreeing.recording(self.store, origin, name, self._wanted)
        if consent is None:
            return Plan(Keep.NONE, Setting.RECORDING)
        return self._plan(Setting.RECORDING, consent, origin)

    def begin(self, plan: Plan, name: str, conditions: Conditions, *, durable: bool) -> Keeping:
        """Begin to keep a session, if it is to be kept."""
        store = None if plan.keep is Keep.NONE else self.store
        if store is None:
            return Keeping(None, self)
        person = None if plan.consent is None else plan.consent.person
        kept = Kept(
            "",
            store.clock(),
            conditions.kind,
            one_line(name),
            plan.setting,
            person,
            plan.keep,
            plan.origin,
        )
        try:
            writing = store.begin(kept, plan.consent, plain(conditions), durable=durable)
        except StoreError as error:
            self.terminal.problem(f"This session is not kept: {error}", error.hint)
            return Keeping(None, self)
        return Keeping(writing, self)

    def kept(self, number: int | None) -> None:
        """A session was kept under that number."""
        self._kept = number

    @property
    def number(self) -> int | None:
        """By what number the last session can be asked for; None when it is not kept."""
        return self._kept

    def tell_kept(self) -> None:
        """Say by what number the last session can be asked for, if it was kept."""
        number, self._kept = self._kept, None
        if number is not None:
            self.terminal.notice(f"Kept as session {number}: unhurried sessions show {number}")

    def tidy(self) -> None:
        """Let go what was kept long enough; once a day."""
        store = self._store
        if store is None or (self._tidied and store.clock() - self._tidied < DAILY):
            return
        self._tidied = store.clock()
        let_go(store, self._options, self.terminal)

    def _remind(self, store: Store, person: str) -> None:
        """What was promised to somebody is at hand when the next session with them begins."""
        lines = list(promise_lines(open_promises(store, person)))
        if lines:
            self.terminal.notice("\n".join([f"You promised {person}:", *lines]))

    def _plan(self, setting: Setting, consent: Consent | None = None, origin: str = "") -> Plan:
        keep = self._wanted
        if consent is not None and consent.allows(keep) is not keep:
            self.terminal.notice(gone(consent, keep, consent.allows(keep)))
            keep = consent.allows(keep)
        if consent is not None and self.store is not None:
            self._remind(self.store, consent.person)
        return Plan(keep, setting, consent, origin)


class Keeping:
    """One session, as far as it is kept. A context: one that breaks off is closed up later."""

    def __init__(self, writing: Writing | None, keeper: Keeper) -> None:
        self._writing = writing
        self._keeper = keeper
        self._pieces = Pieces()
        self._troubled = self._mute = False
        self._conditions: Callable[[], Conditions] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._writing is not None:
            self._writing.leave()

    @property
    def goes_on(self) -> bool:
        """Whether the session is being kept."""
        return self._writing is not None

    def under(self, conditions: Callable[[], Conditions]) -> None:
        """How to ask, at any moment, under which conditions the session is heard."""
        self._conditions = conditions

    def tell(self, event: Event) -> None:
        """Keep an event."""
        if self._writing is not None:
            self._writing.take(event)

    def note(self, text: str) -> None:
        """Keep what the coach marked or wrote meanwhile."""
        if self._writing is not None:
            self._writing.note(text)

    def hear(self, block: AudioBlock) -> None:
        """Keep sound, if it is kept."""
        if self._writing is not None and self._writing.wants_audio:
            self._sound(self._pieces.push(block))

    def reached(self, position: Samples) -> None:
        """The session is there now."""
        if self._writing is None:
            return
        self._writing.reached(position, self._heard)
        self._watch(position)
        self._keeper.tidy()

    def finish(self, record: Record, heard: Conditions) -> None:
        """The session is over."""
        writing = self._writing
        if writing is None:
            return
        if writing.wants_audio:
            self._sound(self._pieces.finish())
        writing.finish(
            record.duration,
            plain(heard),
            summary_of(record, heard),
            interrupted=record.interrupted,
        )
        self._tell_mute(record.duration)
        self._writing = None
        trouble, until = writing.trouble, writing.kept.duration
        if trouble is not None and until < record.duration:
            self._keeper.terminal.problem(
                f"This session is kept up to {clock(until)} only: {trouble}", trouble.hint
            )
        elif trouble is not None:
            self._keeper.terminal.problem(
                f"This session is kept, and will be closed the next time: {trouble}", trouble.hint
            )
        self._keeper.kept(writing.kept.number)

    def _sound(self, pieces: Iterable[tuple[Samples, Both]]) -> None:
        for start, both in pieces:
            if self._writing is not None:
                self._writing.sound(start, pack(both))

    def _heard(self) -> dict[str, object]:
        return {} if self._conditions is None else plain(self._conditions())

    def _watch(self, position: Samples) -> None:
        """Say when the session stops being kept, and when it is kept again."""
        writing, terminal = self._writing, self._keeper.terminal
        if writing is None:
            return
        if writing.trouble is not None and not self._troubled:
            self._troubled = True
            terminal.problem(
                f"From {clock(writing.kept.duration)} on this session is not kept for now: "
                f"{writing.trouble} It goes on.",
                writing.trouble.hint,
            )
        elif writing.trouble is None and self._troubled:
            self._troubled = False
            terminal.notice(f"At {clock(position)} the session is kept again; nothing is missing.")
        self._tell_mute(position)

    def _tell_mute(self, position: Samples) -> None:
        """Say once from when on the voices are not kept."""
        trouble = None if self._writing is None else self._writing.audio_trouble
        if trouble is not None and not self._mute:
            self._mute = True
            self._keeper.terminal.problem(
                f"From {clock(position)} on the voices are not kept: {trouble}", trouble.hint
            )
