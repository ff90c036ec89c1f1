"""Which kinds belong together for a coach who chooses what to be shown, and what each cue says."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from live.detect import NOTICED
from live.kinds import KINDS
from live.types import Flag

Say = Callable[[str], str]
"""Gives a text of the program in the language of the coach."""


@dataclass(frozen=True, slots=True)
class Family:
    """Kinds that are switched on and off in one step."""

    name: str
    """As a coach reads it."""
    kinds: frozenset[str]


FAMILIES: Mapping[str, Family] = MappingProxyType(
    {
        "interruptions": Family(
            "interruptions", frozenset({"interruption", "jump_in", "completed_sentence"})
        ),
        "silences": Family("pauses cut short", frozenset({"filled_silence", "asked_again"})),
        "filled_pauses": Family("several ums", frozenset({"filled_pause"})),
        "evaluations": Family("praise and grades", frozenset({"evaluation"})),
        "labels": Family("labels and guesses", frozenset({"labelling", "interpretation"})),
        "advice": Family("advice and options", frozenset({"advice", "early_options"})),
        "questions": Family(
            "leading and stacked questions", frozenset({"leading_question", "stacked_questions"})
        ),
        "stories": Family("own stories", frozenset({"self_disclosure"})),
        "past": Family("earlier sessions", frozenset({"past_session"})),
        "defending": Family("defending, belittling", frozenset({"defending", "dismissive"})),
    }
)

OFFERED: Mapping[str, Family] = MappingProxyType(
    {name: family for name, family in FAMILIES.items() if family.kinds & NOTICED}
)
"""Those of which this version can notice something; the others would be promises."""

DO: Mapping[str, str] = MappingProxyType(
    {
        "interruption": "let them finish",
        "jump_in": "let them finish",
        "completed_sentence": "let them finish",
        "filled_silence": "stay in silence",
        "asked_again": "wait for the answer",
        "filled_pause": "breathe, then speak",
        "evaluation": "name what they did",
        "labelling": "use their words",
        "interpretation": "ask, don't guess",
        "advice": "ask permission",
        "early_options": "stay with what is",
        "leading_question": "ask it open",
        "stacked_questions": "one question, then wait",
        "self_disclosure": "back to their story",
        "past_session": "stay with today",
        "defending": "listen, don't explain",
        "dismissive": "take it seriously",
    }
)
"""What a cue says with a client: what to do, in at most four words."""

MOST_WORDS = 4
PRAISE = "praise: {words}"
UM_TIMES = ("um", "um, twice", "um, three times", "um, four times", "um, many times")
UM = frozenset({"count", "times", "together"})
"""The evidence that says of how many ums a cluster is."""


def family_of(kind: str) -> str | None:
    """The family a kind belongs to; None for kinds that never cost anything."""
    return next((name for name, family in FAMILIES.items() if kind in family.kinds), None)


def happened(flag: Flag, say: Say = str) -> str:
    """What happened, in at most four words that neither judge nor guess."""
    if flag.kind == "filled_pause":
        times = next((n for key in UM if isinstance(n := flag.evidence.get(key), int)), 1)
        return say(UM_TIMES[max(1, min(times, len(UM_TIMES))) - 1])
    if flag.kind == "evaluation" and flag.text:
        # The grade stands at the end: "that's a really good insight".
        words = " ".join(flag.text.split()[1 - MOST_WORDS :]).strip(".,!?")
        return say(PRAISE).format(words=words)
    return say(KINDS[flag.kind].cue)


def instead(flag: Flag, say: Say = str) -> str:
    """What to do instead, in at most four words."""
    return say(DO.get(flag.kind, KINDS[flag.kind].cue))


def check_families(names: Iterable[str], most: int | None = None) -> None:
    """Raises ValueError for a family there is not, or too many."""
    chosen = list(names)
    for name in chosen:
        if name not in FAMILIES:
            close = difflib.get_close_matches(name, FAMILIES, n=1)
            meant = f"did you mean {close[0]}?" if close else f"there are: {', '.join(FAMILIES)}"
            raise ValueError(f"{name!r} is no family of cues; {meant}")
    if most is not None and len(set(chosen)) > most:
        raise ValueError(f"at most {most} can be in focus, not {len(set(chosen))}")
