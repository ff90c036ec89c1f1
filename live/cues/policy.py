"""Which flag becomes a cue, when, for how long and in which words; what is held back, and why.

Time comes in as samples. The numbers are those of sparse feedback: a word about every twenty
seconds was preferred to continuous feedback and to none (Tanveer 2015, Rhema), and what appears at
the edge of the eye costs attention each time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from live.cues.families import FAMILIES, Say, happened, instead
from live.cues.pace import Mode, Pace
from live.engine import Room
from live.kinds import KINDS, Needs
from live.types import Class, Flag, Samples, Status, samples

MAYBE = samples(3.0)
"""A provisional detection changes the dot no longer than this, whatever becomes of it."""


class Why(StrEnum):
    """Why a moment was not shown while it could have been."""

    NOT_CHOSEN = "not among what you chose to see"
    TOO_SOON = "too soon after another cue"
    ENOUGH = "enough cues for this stretch of time"
    BEGINNING = "the first minutes are left alone"
    SAME_KIND = "this kind was shown a short while ago"
    CLIENT_SILENT = "the client was not speaking"
    SILENCE = "a silence was being held"
    NEWER = "something newer came"
    OLD = "it was known too late"
    OFF = "cues were off"
    TAKEN_BACK = "it was taken back"
    ON_PURPOSE = "you said it was on purpose"


class Off(StrEnum):
    """Why there are no cues at all just now."""

    HIDDEN = "hidden"
    SNOOZED = "snoozed"
    PAUSED = "paused"
    HUSHED = "hushed"


@dataclass(frozen=True, slots=True)
class Cue:
    """What is shown: at most four words."""

    id: str
    """Of its flag."""
    kind: str
    text: str
    cls: Class
    shown: Samples
    """When it appeared."""


@dataclass(frozen=True, slots=True)
class Held:
    """A moment that was not shown, for the debrief."""

    id: str
    kind: str
    at: Samples
    why: Why


@dataclass(frozen=True, slots=True)
class View:
    """Everything the overlay has to know."""

    cue: Cue | None = None
    ring: bool = False
    """A silence that is the client's own: nothing else is there meanwhile."""
    maybe: bool = False
    """Something may be happening: a sign on the dot, no words."""
    off: Off | None = None


class Cues:
    """The cues of one session. Owned by one thread; asked again whenever something may change."""

    def __init__(self, pace: Pace, say: Say = str) -> None:
        self.pace = pace
        self.shown: list[Cue] = []
        self._held: dict[str, Held] = {}
        self._say = say
        self._now = Samples(0)
        self._waiting: Flag | None = None
        self._why = Why.OLD
        """What kept the waiting one waiting when it was last looked at."""
        self._showing: Cue | None = None
        self._last: Flag | None = None
        self._maybe: dict[str, Samples] = {}
        self._hushed = self._hidden = self._paused = False
        self._snoozed_until = Samples(0)

    @property
    def held(self) -> list[Held]:
        """What was not shown, each moment once, with the last reason."""
        return list(self._held.values())

    # What the coach can always do

    def hide(self, *, hidden: bool) -> None:
        """Everything away, or back."""
        self._hidden = hidden

    def pause(self, *, paused: bool) -> None:
        """Nothing is listened to, or again."""
        self._paused = paused

    def snooze(self) -> None:
        """No cues for a while; again: they are back."""
        snoozed = self._now < self._snoozed_until
        self._snoozed_until = self._now if snoozed else Samples(self._now + self.pace.snooze)

    def hush(self, *, hushed: bool = True) -> None:
        """Something more important was said: no cue until the coach wants them back."""
        self._hushed = hushed

    def on_purpose(self) -> Flag | None:
        """The last moment was meant: it goes away at once. None when there was none."""
        flag, self._last = self._last, None
        if flag is None:
            return None
        if self._showing is not None and self._showing.id == flag.id:
            self._showing = None
        if self._waiting is not None and self._waiting.id == flag.id:
            self._drop(Why.ON_PURPOSE)
        return flag

    # What happens

    def take(self, flag: Flag) -> None:
        """A flag came, or came again, changed."""
        if flag.status is Status.PROVISIONAL and KINDS[flag.kind].needs in _HEARD:
            if flag.reason:
                self._maybe.pop(flag.id, None)
            else:
                self._maybe[flag.id] = Samples(flag.decided + MAYBE)
            return
        self._maybe.pop(flag.id, None)
        gone = flag.status is Status.WITHDRAWN or (
            flag.status is Status.PROVISIONAL and bool(flag.reason)
        )
        if gone or not self._wanted(flag):
            self._not_wanted(flag, Why.TAKEN_BACK if gone else Why.NOT_CHOSEN)
        elif self._showing is None or self._showing.id != flag.id:
            self._offer(flag)

    def at(self, room: Room) -> View:
        """What is to be seen at a moment; moments come in order."""
        self._now = max(self._now, room.position)
        self._maybe = {id: until for id, until in self._maybe.items() if until > self._now}
        off = self.off
        ring = room.thinking and self.pace.held_silence and off in (None, Off.HUSHED, Off.SNOOZED)
        if self._showing is not None and (
            off is not None or ring or self._now >= self._showing.shown + self.pace.visible
        ):
            self._showing = None
        self._consider(room, off, ring=ring)
        maybe = bool(self._maybe) and off is None and not ring
        return View(self._showing, ring, maybe, off)

    @property
    def off(self) -> Off | None:
        """Why there are no cues just now; None when there may be."""
        if self._hidden:
            return Off.HIDDEN
        if self._paused:
            return Off.PAUSED
        if self._hushed:
            return Off.HUSHED
        return Off.SNOOZED if self._now < self._snoozed_until else None

    # Choosing

    def _wanted(self, flag: Flag) -> bool:
        pace = self.pace
        if pace.mode is Mode.OBSERVER:
            return True
        if flag.cls is Class.COST:
            return any(flag.kind in FAMILIES[name].kinds for name in pace.families)
        if flag.cls is Class.CREDIT:
            return pace.credits
        return flag.kind == "filled_pause" and pace.every_um

    def _not_wanted(self, flag: Flag, why: Why) -> None:
        if self._showing is not None and self._showing.id == flag.id:
            self._showing = None
        if self._waiting is not None and self._waiting.id == flag.id:
            self._drop(why)
        elif why is Why.NOT_CHOSEN and flag.cls is Class.COST:
            self._hold(flag, why)
        if self._last is not None and self._last.id == flag.id:
            self._last = None

    def _offer(self, flag: Flag) -> None:
        """It may be shown; one waits at a time, the newest."""
        if any(cue.id == flag.id for cue in self.shown[-20:]):
            return
        self._last = flag
        if self._waiting is not None and self._waiting.id != flag.id:
            if flag.decided < self._waiting.decided:
                self._hold(flag, Why.NEWER)
                return
            self._drop(Why.NEWER)
        self._waiting = flag

    def _consider(self, room: Room, off: Off | None, *, ring: bool) -> None:
        flag = self._waiting
        if flag is None:
            return
        if off is not None:
            self._drop(Why.OFF)
            return
        why = Why.SILENCE if ring else self._blocked(flag, room)
        if why is None and self._now - flag.decided <= self.pace.too_old:
            self._show(flag)
        elif self._now - flag.decided > self.pace.too_old:
            self._drop(self._why)
        elif why is not None:
            self._why = why

    def _blocked(self, flag: Flag, room: Room) -> Why | None:
        pace, now = self.pace, self._now
        if now < pace.quiet_start:
            return Why.BEGINNING
        if self.shown and now < self.shown[-1].shown + pace.apart:
            return Why.TOO_SOON
        for window, most in pace.most:
            if sum(cue.shown > now - window for cue in self.shown) >= most:
                return Why.ENOUGH
        if any(c.kind == flag.kind and now < c.shown + pace.same_kind for c in self.shown):
            return Why.SAME_KIND
        if pace.while_client_speaks and not room.client_speaks:
            return Why.CLIENT_SILENT
        return None

    def _show(self, flag: Flag) -> None:
        words: Callable[[Flag, Say], str] = (
            instead if self.pace.mode is Mode.SESSION and flag.cls is Class.COST else happened
        )
        cue = Cue(flag.id, flag.kind, words(flag, self._say), flag.cls, self._now)
        self._showing, self._waiting, self._why = cue, None, Why.OLD
        self.shown.append(cue)

    def _drop(self, why: Why) -> None:
        if self._waiting is not None:
            self._hold(self._waiting, why)
        self._waiting, self._why = None, Why.OLD

    def _hold(self, flag: Flag, why: Why) -> None:
        self._held[flag.id] = Held(flag.id, flag.kind, flag.start, why)


_HEARD = (Needs.SOUND, Needs.AUDIO)
"""What timing is judged by: shown in words only once it is confirmed."""
