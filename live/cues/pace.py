"""How often, how long and when cues may come: the options of each mode, and what they amount to.

The ranges let a coach be shown less than the defaults, never more: the numbers of a session with
a client are a promise to the client.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Literal

from live.cues.families import check_families
from live.options import Range
from live.types import Samples, samples

MOST_FOCUS = 2
"""Nobody can watch more than two habits of their own and listen."""
FOREVER = Samples(2**62)


class Mode(StrEnum):
    """What a session is for."""

    PRACTICE = "practice"
    SESSION = "session"
    OBSERVER = "observer"


@dataclass(frozen=True, slots=True)
class CueOptions:
    """What a coach wants to be shown."""

    families: tuple[str, ...] = ("interruptions", "silences", "filled_pauses", "evaluations")
    """What is shown in practice."""
    focus: tuple[str, ...] = ("interruptions", "silences")
    """The at most two behaviours that are shown with a client."""
    credits: bool = False
    """Whether what builds trust is shown, too."""
    every_um: bool = False
    """Whether a single um is shown and not only several together."""
    held_silence: Literal["auto", "on", "off"] = "auto"
    """Whether the dot becomes a ring in a silence that is the client's own; "auto": in practice."""
    fade_in_ms: Annotated[int, Range(600, 3000)] = 600
    """How long a cue takes to appear: slow fades disturb least at the edge of the eye."""
    hold_s: Annotated[float, Range(2.0, 10.0)] = 4.0
    """How long it stays, after that."""
    fade_out_ms: Annotated[int, Range(300, 3000)] = 900
    """How long it takes to go."""
    snooze_min: Annotated[float, Range(1.0, 60.0)] = 5.0
    """How long cues stay away when they are put to sleep."""

    def __post_init__(self) -> None:
        check_families(self.families)
        check_families(self.focus, MOST_FOCUS)


@dataclass(frozen=True, slots=True)
class PracticeOptions:
    """The pace in practice and rehearsal."""

    apart_s: Annotated[float, Range(4.0, 120.0)] = 4.0
    """From one cue to the next, at least."""
    too_old_s: Annotated[float, Range(2.0, 10.0)] = 10.0
    """What could not be shown for so long waits for the debrief."""


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """The pace with a client."""

    apart_s: Annotated[float, Range(120.0, 1800.0)] = 120.0
    """From one cue to the next, at least."""
    most_10min: Annotated[int, Range(1, 3)] = 3
    """No more within ten minutes."""
    most_hour: Annotated[int, Range(1, 10)] = 10
    """No more within an hour."""
    quiet_start_s: Annotated[float, Range(300.0, 3600.0)] = 300.0
    """None before so much of a session has passed: arriving comes first."""
    same_kind_s: Annotated[float, Range(300.0, 3600.0)] = 300.0
    """The same kind comes again after so long, at the earliest."""
    too_old_s: Annotated[float, Range(2.0, 20.0)] = 20.0
    """What could not be shown for so long waits for the debrief."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What the options amount to in a mode."""

    mode: Mode
    families: tuple[str, ...]
    credits: bool
    every_um: bool
    held_silence: bool
    visible: Samples
    """How long a cue is there before it begins to go."""
    snooze: Samples
    apart: Samples
    """From the appearing of one cue to that of the next; none is cut short by another."""
    too_old: Samples
    quiet_start: Samples = Samples(0)
    same_kind: Samples = Samples(0)
    most: tuple[tuple[Samples, int], ...] = field(default=())
    """Windows of time, and how many cues there may be in each."""
    while_client_speaks: bool = False


def pace(mode: Mode, cues: CueOptions, practice: PracticeOptions, session: SessionOptions) -> Pace:
    """The pace of a mode."""
    on = cues.held_silence == "on" or (cues.held_silence == "auto" and mode is Mode.PRACTICE)
    visible = samples(cues.fade_in_ms / 1000 + cues.hold_s)
    snooze = samples(cues.snooze_min * 60)
    if mode is Mode.SESSION:
        # What builds trust, and single ums, can wait for the debrief.
        return Pace(
            mode,
            cues.focus,
            credits=False,
            every_um=False,
            held_silence=on,
            visible=visible,
            snooze=snooze,
            apart=max(samples(session.apart_s), visible),
            too_old=samples(session.too_old_s),
            quiet_start=samples(session.quiet_start_s),
            same_kind=samples(session.same_kind_s),
            most=((samples(600), session.most_10min), (samples(3600), session.most_hour)),
            while_client_speaks=True,
        )
    observes = mode is Mode.OBSERVER
    return Pace(
        mode,
        cues.families,
        cues.credits,
        cues.every_um,
        held_silence=on,
        visible=visible,
        snooze=snooze,
        apart=Samples(0) if observes else max(samples(practice.apart_s), visible),
        too_old=FOREVER if observes else samples(practice.too_old_s),
    )
