"""A session as it is being kept: written every half second, whatever happens to the disk.

Nothing in here raises once a session has begun: a session goes on without being kept, and what
cannot be written waits in memory and is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from live.errors import StoreError
from live.store import rows
from live.store.catalogue import Kept
from live.store.rows import Row
from live.store.sealed import BusyError, said, transaction
from live.store.session_file import Note, SessionFile
from live.store.vault import VaultWriter
from live.types import Event, Flag, Samples, Word, samples

EVERY = samples(0.5)
"""Session time between two writings. What a crash may cost is a second."""
AGAIN = samples(5.0)
"""Session time between two tries while the disk refuses."""


class Writing:
    """One running session. Owned by the thread that runs it.

    `durable`: each writing is on the disk itself before the session goes on, so that a power cut
    costs no more than a crash. `ended` is told when all is written and closed.
    """

    def __init__(
        self,
        kept: Kept,
        file: SessionFile,
        vault: VaultWriter | None,
        ended: Callable[[Kept], None],
        *,
        durable: bool,
    ) -> None:
        self.kept = kept
        self.trouble: StoreError | None = None
        """Why nothing is kept just now; None when all is well again."""
        self.audio_trouble: StoreError | None = None
        """Why the audio of this session ends here."""
        self._file = file
        self._vault = vault
        self._ended = ended
        self._waiting: list[Row] = []
        self._notes: list[Note] = []
        self._seq = 0
        self._due = EVERY
        self._conditions: Mapping[str, Any] = {}
        self._durable = durable
        with said(file.path):
            file.connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")

    @property
    def wants_audio(self) -> bool:
        """Whether sound is kept (still)."""
        return self._vault is not None

    def take(self, event: Event) -> None:
        """Keep an event, as far as was agreed."""
        if not rows.is_kept(event):
            return
        if not self.kept.keep.words:
            if isinstance(event, Word):
                return
            if isinstance(event, Flag):
                event = replace(event, text="")
        self._seq += 1
        self._waiting.append(Row(self._seq, event))

    def note(self, text: str) -> None:
        """Keep what the coach marked or wrote meanwhile."""
        self._notes.append(Note(datetime.now(UTC), text))

    def sound(self, start: Samples, data: bytes) -> None:
        """Keep a piece of the sound, packed."""
        if self._vault is None:
            return
        try:
            self._vault.append(start, data)
        except StoreError as error:
            self._give_up_audio(error)

    def reached(self, position: Samples, conditions: Callable[[], Mapping[str, Any]]) -> None:
        """The session is there now: write, if it is time."""
        if position < self._due:
            return
        tried = self._write(position, conditions())
        self._due = Samples(position + (EVERY if tried else AGAIN))

    def finish(
        self,
        duration: Samples,
        conditions: Mapping[str, Any],
        summary: Mapping[str, Any],
        *,
        interrupted: bool,
    ) -> None:
        """The session is over. What cannot be written now is mended from what was, next time."""
        written = self._write(duration, conditions, interrupted=interrupted)
        if written:
            try:
                close_up(self._file, summary)
                self.kept = replace(self.kept, summary=summary)
            except BusyError:
                pass  # somebody reads it just now: all is in it, and it is closed up next time
            except StoreError as error:
                self.trouble = error
        self.leave()

    def leave(self) -> None:
        """Write no more. A session that was not finished is closed up when the store is opened."""
        vault, self._vault = self._vault, None
        try:
            if vault is not None:
                vault.close()
        except StoreError as error:
            self.audio_trouble = error
        finally:
            self._file.connection.close()
            self._ended(self.kept)

    def _write(
        self, position: Samples, conditions: Mapping[str, Any], *, interrupted: bool = False
    ) -> bool:
        """All that waits, in one piece."""
        file = self._file
        try:
            file.check_there()
            with transaction(file.connection, file.path):
                rows.insert(file.connection, self._waiting)
                for note in self._notes:
                    file.insert_note(note)
                file.put("position", position)
                if conditions != self._conditions:
                    file.put("conditions", conditions)
                if interrupted:
                    file.put("interrupted", value=True)
        except StoreError as error:
            self.trouble = error
            return False
        try:
            if self._vault is not None and self._durable:
                self._vault.sync()
        except StoreError as error:
            self._give_up_audio(error)
        self.trouble = None
        self._waiting.clear()
        self._notes.clear()
        self._conditions = dict(conditions)
        self.kept = replace(self.kept, duration=position, interrupted=interrupted)
        return True

    def _give_up_audio(self, error: StoreError) -> None:
        """The sound up to here stays; there is no hole in what is kept of it."""
        vault, self._vault = self._vault, None
        self.audio_trouble = error
        if vault is not None:
            with suppress(StoreError):  # the same again
                vault.close()


def close_up(file: SessionFile, summary: Mapping[str, Any], *, broken: bool = False) -> None:
    """A session's file becomes a single one that says it is over. Raises `StoreError`.

    `broken`: it says, too, that nobody came to its end.
    """
    with transaction(file.connection, file.path):
        file.put("summary", summary)
        if broken:
            file.put("interrupted", value=True)
        file.put("over", value=True)
    file.at_rest()


def begun(kept: Kept, head: Mapping[str, object]) -> dict[str, object]:
    """What a session's own file says about it from its first moment."""
    return {
        "uid": kept.uid,
        "began": kept.began.isoformat(),
        "kind": kept.kind,
        "name": kept.name,
        "setting": kept.setting.value,
        "person": kept.person,
        "keep": kept.keep.value,
        "origin": kept.origin,
        "position": 0,
        **head,
    }
