"""What the program and its overlay tell each other: a line of JSON for each message.

The overlay is a process of its own. One that dies takes nothing with it, drawing it never waits for
the engine, and where windows cannot stay on top (Wayland) it alone runs as an X client. Standard
library only, as the overlay starts with nothing else.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field


@dataclass(frozen=True, slots=True)
class Style:
    """How the overlay looks from now on."""

    theme: str = "auto"
    text_size: float = 1.0
    reduced: bool = False
    opacity: float = 0.92
    fade_in_ms: int = 600
    fade_out_ms: int = 900
    hide_from_sharing: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """All that is to be seen now; whoever starts anew needs only the last one."""

    sign: str = "listening"
    """The state of the dot: a name in `live.ui.signs`."""
    ring: bool = False
    maybe: bool = False
    cue: str = ""
    icon: str = ""
    sentence: str = ""
    """The state in words, for whoever cannot see it."""
    visible: bool = True


@dataclass(frozen=True, slots=True)
class Spots:
    """Where the dot is on each screen, as shares of its width and height."""

    last: str = ""
    """The screen it was on."""
    spots: dict[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Move:
    """Whether the overlay can be taken hold of and moved."""

    on: bool
    hint: str = ""
    """What to do, as it is written on it meanwhile."""


@dataclass(frozen=True, slots=True)
class Quit:
    """Go."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The overlay is there."""

    platform: str
    """Qt's name of the window system."""


@dataclass(frozen=True, slots=True)
class Placed:
    """The coach has put it somewhere."""

    screen: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Done:
    """The coach has finished moving it, with a key."""


Message = Style | Look | Spots | Move | Quit | Ready | Placed | Done
_KINDS = {kind.__name__: kind for kind in (Style, Look, Spots, Move, Quit, Ready, Placed, Done)}


def to_line(message: Message) -> bytes:
    """A message as one line."""
    written = {"is": type(message).__name__, **asdict(message)}
    return json.dumps(written, ensure_ascii=True).encode("ascii") + b"\n"


def from_line(line: bytes | str) -> Message | None:
    """The message of a line; None when it is none of these (another version of the program)."""
    try:
        read = json.loads(line)
        kind = _KINDS[read.pop("is")]
        if kind is Spots:
            return Spots(
                read["last"], {k: (float(v[0]), float(v[1])) for k, v in read["spots"].items()}
            )
        return kind(**read)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return None
