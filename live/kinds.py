"""The one table of what can be noticed: class, markers, needs, cue words, meaning.

Detectors, the schema, documents, cues and reports read it from here. The definitions are in
ARCHITECTURE.md; markers are ids of the ICF PCC markers a kind can inform (never met or unmet).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from live.types import Class, Track


class Needs(StrEnum):
    """What must be there before a kind can be measured at all."""

    SOUND = "sound"
    """Voice activity with true times; words, where known, may revise it."""
    WORDS = "words"
    """Word texts with true times, beside the voice activity."""
    TEXT = "text"
    """Word texts; interpolated times will do."""
    AUDIO = "audio"
    """The sound itself, beyond who spoke when."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One row of the table."""

    cls: Class
    """The class it usually has; a detector may give a single flag another one (`jump_in`)."""
    needs: Needs
    track: Track
    cue: str
    """What the overlay says in practice mode: at most four words, what happened, no judgement."""
    meaning: str
    """One sentence for the report and the documents."""
    markers: tuple[str, ...] = ()
    both_voices: bool = False
    """Whether it rests on both voices at once: not to be trusted while one is heard on the
    other's track."""


_COST, _CREDIT, _COUNT = Class.COST, Class.CREDIT, Class.COUNT
_SOUND, _WORDS, _TEXT, _AUDIO = Needs.SOUND, Needs.WORDS, Needs.TEXT, Needs.AUDIO
_COACH, _CLIENT = Track.COACH, Track.CLIENT

_ROWS: dict[str, Kind] = {
    "backchannel": Kind(
        _COUNT, _SOUND, _COACH, "listening sound",
        "A small listening sound that takes no floor.", ("4.3",), both_voices=True),
    "terminal_overlap": Kind(
        _COUNT, _SOUND, _COACH, "overlap at the end",
        "The coach came in over the last moment of a finished sentence.", both_voices=True),
    "simultaneous_start": Kind(
        _COUNT, _SOUND, _COACH, "started together",
        "Both began to speak at the same moment after a silence.", both_voices=True),
    "completed_sentence": Kind(
        _COUNT, _WORDS, _COACH, "finished their sentence",
        "The coach finished the client's sentence.", ("6.6",), both_voices=True),
    "interruption": Kind(
        _COST, _SOUND, _COACH, "came in early",
        "The coach came in and the client broke off unfinished.", ("6.6",), both_voices=True),
    "interruption_attempt": Kind(
        _COUNT, _SOUND, _COACH, "spoke over them",
        "The coach spoke over the client, who kept the floor.", both_voices=True),
    "jump_in": Kind(
        _COUNT, _SOUND, _COACH, "came in quickly",
        "The coach took the floor in a short pause inside the client's sentence.", ("6.6",)),
    "stated_purpose": Kind(
        _COUNT, _WORDS, _COACH, "said why",
        "The coach came in and said why.", ("6.6",), both_voices=True),
    "asked_again": Kind(
        _COST, _WORDS, _COACH, "asked again",
        "The coach spoke again before the client had answered.", ("5.5", "7.6")),
    "filled_silence": Kind(
        _COST, _SOUND, _COACH, "pause cut short",
        "The client stopped inside a thought and the coach filled the pause.", ("5.5",)),
    "held_silence": Kind(
        _CREDIT, _SOUND, _COACH, "held the silence",
        "A silence was left to the client, and the client ended it.", ("5.5",)),
    "filled_pause": Kind(
        _COUNT, _AUDIO, _COACH, "um",
        "A voiced hesitation: um, uh.", ("7.7",)),
    "evaluation": Kind(
        _COST, _TEXT, _COACH, "praise or grade",
        "The coach graded what the client said or did."),
    "acknowledgement": Kind(
        _CREDIT, _TEXT, _COACH, "named what they did",
        "The coach named the concrete thing the client did.", ("4.1", "8.8")),
    "labelling": Kind(
        _COST, _TEXT, _COACH, "a label",
        "The coach put the client's experience into a category of the coach's.", ("7.5",)),
    "interpretation": Kind(
        _COST, _TEXT, _COACH, "said as fact",
        "The coach said a guess about the client's inner state as a fact.", ("7.5",)),
    "observation": Kind(
        _CREDIT, _TEXT, _COACH, "named what was seen",
        "The coach named something observable, without inference.", ("7.5",)),
    "self_disclosure": Kind(
        _COST, _TEXT, _COACH, "own story",
        "The coach told of their own life without being asked."),
    "advice": Kind(
        _COST, _TEXT, _COACH, "advice unasked",
        "The coach suggested what to do without being asked.", ("5.3", "4.4")),
    "advice_with_permission": Kind(
        _COUNT, _TEXT, _COACH, "advice, asked first",
        "The coach suggested something after asking permission.", ("5.3", "4.4")),
    "permission": Kind(
        _CREDIT, _TEXT, _COACH, "asked permission",
        "The coach asked before offering, sharing or moving on.", ("5.3", "4.4")),
    "autonomy": Kind(
        _CREDIT, _TEXT, _COACH, "left the choice",
        "The coach left the choice with the client.", ("5.3", "4.4")),
    "early_options": Kind(
        _COST, _TEXT, _COACH, "options early",
        "The coach went to options before the present situation was told."),
    "leading_question": Kind(
        _COST, _TEXT, _COACH, "leading question",
        "The question carried its answer.", ("7.6",)),
    "stacked_questions": Kind(
        _COST, _TEXT, _COACH, "several questions",
        "Two or more different questions without room to answer.", ("7.6",)),
    "why_question": Kind(
        _COUNT, _TEXT, _COACH, "a why question",
        "A why that can sound like a challenge."),
    "open_question": Kind(
        _COUNT, _TEXT, _COACH, "open question", "An open question.", ("7.6",)),
    "closed_question": Kind(
        _COUNT, _TEXT, _COACH, "closed question", "A closed question.", ("7.6",)),
    "past_session": Kind(
        _COST, _TEXT, _COACH, "earlier session",
        "The coach brought up an earlier session the client had not touched today."),
    "steering": Kind(
        _COUNT, _TEXT, _COACH, "new topic",
        "The coach moved to a topic the client had not raised.", ("5.2", "5.3")),
    "reassurance_seeking": Kind(
        _COUNT, _TEXT, _COACH, "asked for reassurance",
        "The coach asked the client for reassurance about the relationship."),
    "defending": Kind(
        _COST, _TEXT, _COACH, "explained oneself",
        "The coach explained themselves when the client named something.", ("4.4",)),
    "dismissive": Kind(
        _COST, _TEXT, _COACH, "sounded dismissive",
        "Words that can belittle."),
    "rupture_naming": Kind(
        _CREDIT, _TEXT, _COACH, "named a shift",
        "The coach named a shift as their own tentative observation and invited correction."),
    "heard_without_defending": Kind(
        _CREDIT, _TEXT, _COACH, "heard it",
        "A complaint was taken in without defending.", ("4.4",)),
    "ownership": Kind(
        _CREDIT, _TEXT, _COACH, "owned it", "The coach owned a mistake of their own."),
    "recommitment": Kind(
        _CREDIT, _TEXT, _COACH, "recommitted",
        "How the two work together was restated, with an invitation to say when it is not so."),
    "withdrawal_cue": Kind(
        _COUNT, _TEXT, _CLIENT, "shorter answers",
        "The client's answers became shorter or more distant: a question to the coach."),
    "client_reopened": Kind(
        _CREDIT, _TEXT, _CLIENT, "fuller again",
        "After a withdrawal the client came back to fuller telling."),
    "commitment": Kind(
        _COUNT, _TEXT, _COACH, "a promise",
        "The coach promised an action of their own.", ("8.7",)),
}  # fmt: skip

KINDS: Mapping[str, Kind] = MappingProxyType(_ROWS)
"""Every kind by name, in the order documents list them."""
