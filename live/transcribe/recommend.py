"""Which models keep up with a conversation on this computer, from how long they took here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from live.transcribe.loading import FULL_WITHIN_S
from live.transcribe.machine import KEEPS_UP_S
from live.transcribe.shapes import Shape

SHAPES: tuple[Shape, ...] = ("tiny.en", "base.en", "small.en")
"""What is measured, from quick to good; a multilingual model costs what the English one does."""
_ROOMY = 0.5
"""Share of the time allowed that leaves room for a video call on the same computer."""


class Measured(NamedTuple):
    """How long one model took for the standard utterance, in seconds."""

    short_s: float
    """Encoding only what was said."""
    full_s: float
    """Encoding 30 s, as the models were trained."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What to use here."""

    best: str | None
    """The largest shape that keeps up; None when none does."""
    window: Literal["full", "short"] | None
    """The window in which it does; None when none does."""
    roomier: str | None = None
    """A smaller one that leaves more room, where the best leaves little."""


def window(measured: Measured) -> Literal["full", "short"] | None:
    """The larger window in which a model keeps up; None when it does in neither."""
    if measured.full_s <= FULL_WITHIN_S:
        return "full"
    return "short" if measured.short_s <= KEEPS_UP_S else None


def advise(measured: Mapping[str, Measured]) -> Advice:
    """The largest of the measured shapes that keeps up, and what is easier on the computer."""
    able = [shape for shape in SHAPES if shape in measured and window(measured[shape])]
    if not able:
        return Advice(None, None)
    took = measured[able[-1]]
    chosen = window(took)
    roomy = took.full_s <= _ROOMY * FULL_WITHIN_S or (
        chosen == "short" and took.short_s <= _ROOMY * KEEPS_UP_S
    )
    return Advice(able[-1], chosen, None if roomy or len(able) == 1 else able[-2])


def in_words(advice: Advice) -> str:
    """The advice as a sentence or two for a coach."""
    if advice.best is None:
        return (
            "No model keeps up with a live conversation here. Recordings can still be reviewed "
            "with words; tiny.en takes the least time."
        )
    # As the README says it; `auto` takes that window by itself.
    short = ", shown only what was said (the short window)" if advice.window == "short" else ""
    room = f"; {advice.roomier} leaves more room" if advice.roomier else ""
    return f"{advice.best} keeps up here{short}{room}."
