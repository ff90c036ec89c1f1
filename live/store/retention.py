"""How long what is kept is kept, by kind, and what is due to go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from live.options import Range
from live.store.catalogue import Kept, State
from live.store.consent import Keep
from live.store.erase import erase_audio, erase_sessions, erase_words
from live.store.store import Store

FOR_EVER = 0
"""As a number of days: until the coach deletes it."""


@dataclass(frozen=True, slots=True)
class KeepOptions:
    """What is kept of a session, and for how long."""

    what: Literal["none", "flags", "words", "audio"] = "words"
    """What is kept, as far as was agreed."""
    audio_days: Annotated[int, Range(0, 3_650)] = 30
    words_days: Annotated[int, Range(0, 3_650)] = 90
    flags_days: Annotated[int, Range(0, 3_650)] = FOR_EVER

    def days(self, kind: Keep) -> int:
        """How many days a kind is kept; 0 for ever."""
        return {Keep.AUDIO: self.audio_days, Keep.WORDS: self.words_days}.get(kind, self.flags_days)


@dataclass(frozen=True, slots=True)
class Due:
    """A session, and the kind of it whose time is over: audio, words, or all (flags)."""

    kept: Kept
    what: Keep


def due(sessions: Iterable[Kept], options: KeepOptions, today: datetime) -> list[Due]:
    """What has to go. Changes nothing: this is the dry run, too."""
    found = []
    for kept in sessions:
        if kept.state is not State.OVER:
            continue
        held = [Keep.FLAGS] + ([Keep.WORDS] if kept.keep.words else [])
        held += [Keep.AUDIO] if kept.keep is Keep.AUDIO else []
        over = [kind for kind in held if _is_over(kept, options.days(kind), today)]
        if over:
            found.append(Due(kept, over[0]))  # the one that takes the others with it
    return found


def _is_over(kept: Kept, days: int, today: datetime) -> bool:
    return days != FOR_EVER and today - kept.began >= timedelta(days=days)


def apply(store: Store, found: Iterable[Due]) -> list[Due]:
    """Let it go; what went. Raises `StoreError`: the rest is tried again next time."""
    by_kind: dict[Keep, list[Kept]] = {kind: [] for kind in (Keep.FLAGS, Keep.WORDS, Keep.AUDIO)}
    for each in found:
        by_kind[each.what].append(each.kept)
    gone: list[Due] = []
    for kind, erase in (
        (Keep.FLAGS, erase_sessions),
        (Keep.WORDS, erase_words),
        (Keep.AUDIO, erase_audio),
    ):
        if by_kind[kind]:
            gone += (Due(kept, kind) for kept in erase(store, by_kind[kind]))
    return gone
