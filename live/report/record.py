"""Everything a session gave, collected as it happens."""

from __future__ import annotations

from dataclasses import dataclass, field

from live.types import (
    Event,
    Flag,
    Gap,
    Hush,
    Incoming,
    Overlap,
    Samples,
    Silence,
    Speech,
    Status,
    Tentative,
    Turn,
    Unworded,
    Word,
)


@dataclass(slots=True)
class Record:
    """A session's events by kind; a flag given again replaces the earlier one of its id."""

    duration: Samples = Samples(0)
    interrupted: bool = False
    """Stopped from the keyboard: what came after is not in it."""
    speech: list[Speech] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    silences: list[Silence] = field(default_factory=list)
    overlaps: list[Overlap] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    unworded: list[Unworded] = field(default_factory=list)
    _flags: dict[str, Flag] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Keep an event. Provisional flags and tentative words never are."""
        match event:
            case Flag(status=Status.PROVISIONAL) | Incoming() | Tentative() | Hush():
                pass
            case Flag():
                self._flags[event.id] = event
            case Speech():
                self.speech.append(event)
            case Turn():
                self.turns.append(event)
            case Silence():
                self.silences.append(event)
            case Overlap():
                self.overlaps.append(event)
            case Gap():
                self.gaps.append(event)
            case Word():
                self.words.append(event)
            case Unworded():
                self.unworded.append(event)

    @property
    def flags(self) -> list[Flag]:
        """All flags that are kept, withdrawn ones too, ordered by (decided, start, kind)."""
        return sorted(self._flags.values(), key=lambda f: (f.decided, f.start, f.kind))

    @property
    def counted(self) -> list[Flag]:
        """The flags that count: all but the withdrawn."""
        return [flag for flag in self.flags if flag.status is not Status.WITHDRAWN]
