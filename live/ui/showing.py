"""A session as the screen knows it: cues, states, marks. No Qt: events in, a look out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from live.audio.telling import clock_text
from live.cues.families import Say, family_of
from live.cues.pace import Pace
from live.cues.policy import Cues, Held, Off, View
from live.engine import Room
from live.kinds import KINDS
from live.types import Class, Event, Flag, Hush, Samples, Status, Track, seconds
from live.ui import texts
from live.ui.backstage import Heard
from live.ui.wire import Look

BEHIND_S = 10.0
"""Words so far behind are worth a sentence."""
_ICONS = {
    "interruptions": "overlap",
    "silences": "pause",
    "filled_pauses": "wave",
}


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment the coach wants to come back to."""

    at: Samples
    text: str


class Showing:
    """One session on the screen. Owned by the screen's thread."""

    def __init__(self, pace: Pace, say: Say) -> None:
        self.cues = Cues(pace, say)
        self.marks: list[Mark] = []
        self.flags: dict[str, Flag] = {}
        """Everything that was noticed, as it was last told; those taken back are not in it."""
        self.finishing = False
        self._say = say
        self._room = Room(Samples(0))
        self._heard = Heard()
        self._view = View()
        self._hidden = self._paused = False

    # What happens

    def take(self, event: Event) -> None:
        """Something was heard or noticed."""
        if isinstance(event, Hush):
            self.cues.hush()
        if not isinstance(event, Flag):
            return
        self.cues.take(event)
        if event.status in (Status.CONFIRMED, Status.REVISED):
            self.flags[event.id] = event
        elif event.status is Status.WITHDRAWN:
            self.flags.pop(event.id, None)

    def reach(self, room: Room) -> None:
        """The session is there now."""
        self._room = room

    def hears(self, heard: Heard) -> None:
        """How well it hears."""
        self._heard = heard

    # What the coach does

    @property
    def hidden(self) -> bool:
        """Whether everything is off the screen."""
        return self._hidden

    @property
    def paused(self) -> bool:
        """Whether nothing is listened to."""
        return self._paused

    @property
    def asleep(self) -> bool:
        """Whether cues are put to sleep."""
        return self.cues.off is Off.SNOOZED

    @property
    def hushed(self) -> bool:
        """Whether there are no more cues because something more important was said."""
        return self.cues.off is Off.HUSHED

    def hide(self, *, hidden: bool) -> None:
        """Everything off the screen, or back."""
        self._hidden = hidden
        self.cues.hide(hidden=hidden)

    def pause(self, *, paused: bool) -> None:
        """Nothing is listened to, or again."""
        self._paused = paused
        self.cues.pause(paused=paused)

    def on_purpose(self) -> Mark | None:
        """The last moment was meant. None when there was none."""
        flag = self.cues.on_purpose()
        if flag is None:
            return None
        what = f"{self._say(KINDS[flag.kind].cue)}: {self._say(texts.ON_PURPOSE)}"
        return self._marked(flag.start, what)

    def mark(self) -> Mark:
        """Mark this moment, to come back to it."""
        return self._marked(self._room.position, self._say(texts.MARKED))

    def _marked(self, at: Samples, what: str) -> Mark:
        made = Mark(at, f"{clock_text(seconds(at))}  {what}")
        self.marks.append(made)
        return made

    # What is to be seen

    def look(self) -> Look:
        """The overlay at this moment."""
        view = self._view = self.cues.at(self._room)
        sign, sentence = self._state(view)
        cue = view.cue
        return Look(
            sign=sign,
            ring=view.ring,
            maybe=view.maybe,
            cue=cue.text if cue is not None else "",
            icon="" if cue is None else icon_of(cue.kind, cue.cls),
            sentence=self._say(texts.OWN_SILENCE) if view.ring else sentence,
            visible=not self._hidden,
        )

    def _state(self, view: View) -> tuple[str, str]:
        say, heard = self._say, self._heard
        if self.finishing:
            return "ready", say(texts.FINISHING)
        if self._paused:
            return "paused", say(texts.PAUSED)
        if Track.COACH in heard.lost:
            return "lost", say(texts.LOST_COACH)
        if Track.CLIENT in heard.lost:
            return "lost", say(texts.LOST_CLIENT)
        if heard.echo == "speakers":
            return "echo", say(texts.ECHO)
        if view.off is Off.HUSHED:
            return "asleep", say(texts.HUSHED)
        if view.off is Off.SNOOZED:
            return "asleep", say(texts.ASLEEP)
        if heard.words == "coming":
            return "wordless", say(texts.WORDLESS)
        if heard.behind_s >= BEHIND_S:
            return "wordless", say(texts.BEHIND).format(seconds=round(heard.behind_s))
        return "listening", say(texts.BY_SOUND if heard.words == "none" else texts.LISTENING)

    # Afterwards

    def held(self) -> list[Held]:
        """What was not shown and cost trust, for the debrief."""
        return [
            held
            for held in self.cues.held
            if held.id in self.flags and self.flags[held.id].cls is Class.COST
        ]

    def tally(self) -> Mapping[str, int]:
        """How often each marker could be informed; no marker is ever met or unmet."""
        counted = Counter(
            marker for flag in self.flags.values() for marker in KINDS[flag.kind].markers
        )
        return dict(sorted(counted.items()))


def icon_of(kind: str, cls: Class) -> str:
    """The small drawing beside a cue."""
    if cls is Class.CREDIT:
        return "leaf"
    return _ICONS.get(family_of(kind) or "", "speech")
