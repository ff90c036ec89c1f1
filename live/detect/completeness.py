"""Whether the client's unit was finished when it stopped: from words, and from sound alone.

A unit is incomplete when it ends in a conjunction, determiner, preposition, auxiliary, filler or
cut-off word; from sound alone, when its end is level or rising, lengthened, or lacks the final
fall. Every judgement says its sign, so that a flag can be argued with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from live.detect.lexicon import TimingWords, Tokens, ends_with
from live.options import Range
from live.types import Ending


@dataclass(frozen=True, slots=True)
class Unit:
    """A judgement of the end of a unit."""

    complete: bool | None
    """None: neither can be said."""
    sign: str
    """What it rests on, in plain words that go on from "the client's sentence"."""
    thinking: bool = False
    """Whether the end holds the floor: unfinished, a filler, a lengthened syllable."""
    weak: bool = False
    """Whether the thinking cue is of the kind that often hands over ("I don't know")."""
    heard: bool = False
    """Whether it rests on the sound of the voice rather than on words."""

    @property
    def confidence(self) -> float:
        """How far a flag may lean on it, 0 to 1; the voice alone is a weak sign."""
        if self.complete is None:
            return 0.7
        return 0.6 if self.heard else 0.9


PROMISE_WORDS = 7
"""A subordinate clause longer than this has usually been followed by its main clause."""

UNKNOWN = Unit(None, "was not measured")
UNCLEAR = Unit(None, "ends in no clear way")


def by_words(said: Tokens, lists: TimingWords) -> Unit:
    """Judge the end of what was said by its last words."""
    if not said:
        return UNKNOWN
    if ends_with(said, lists.weak_thinking):
        return Unit(None, "often hands over", thinking=True, weak=True)
    if (bare := _without_afterthought(said, lists)) != said:
        rest = by_words(bare, lists)
        if rest.complete is False:
            return rest
        if said[-1] not in lists.afterthoughts:
            return Unit(None, "ends in a parenthesis", thinking=True)
    last = said[-1]
    if last.endswith("-"):
        return Unit(False, "ends in a cut-off word", thinking=True)
    if last in lists.fillers:
        return Unit(False, "ends in a filler", thinking=True)
    if ends_with(said, lists.thinking):
        return Unit(False, "looks for words", thinking=True)
    if ends_with(said, lists.complete_phrases) or lists.only_backchannels(said):
        return Unit(True, "ends in a closing")
    if last in lists.auxiliaries and _whole_clause(said, lists):
        return Unit(True, "ends in a whole clause")
    if last in lists.prepositions and not lists.stranders.isdisjoint(said[-9:-1]):
        return Unit(None, "may end in the preposition of a question")
    for words, name in (
        (lists.conjunctions, "a conjunction"),
        (lists.determiners, "a determiner"),
        (lists.prepositions, "a preposition"),
        (lists.auxiliaries, "an auxiliary"),
        (lists.pronouns, "a pronoun"),
        (lists.openers, "a word that asks for more"),
    ):
        if last in words:
            return Unit(False, f"ends in {name}", thinking=True)
    if len(said) > 1 and last in lists.subjects and said[-2] in lists.conjunctions:
        return Unit(False, "ends in a subject without a verb", thinking=True)
    if _lacks_noun(said, lists):
        return Unit(False, "ends in an adjective without its noun", thinking=True)
    if _promises_more(said, lists):
        return Unit(False, "ends in a clause that promises another", thinking=True)
    if last in lists.complete:
        return Unit(True, "ends in a closing word")
    return Unit(None, "does not say whether it was over")


def _without_afterthought(said: Tokens, lists: TimingWords) -> Tokens:
    """What is left when "you know", or a listening sound to the other, is taken from the end."""
    for phrase in (*lists.parentheses, *((word,) for word in said[-1:])):
        known = phrase in lists.parentheses or phrase[0] in lists.afterthoughts
        if known and len(said) > len(phrase) and ends_with(said, (phrase,)):
            return said[: -len(phrase)]
    return said


def _promises_more(said: Tokens, lists: TimingWords) -> bool:
    """Whether the last clause is a subordinate one before its main clause ("and if it works")."""
    for back in range(2, min(len(said), PROMISE_WORDS) + 1):
        position = len(said) - back
        if said[position] in lists.subordinators:
            return position == 0 or said[position - 1] in lists.clause_starts
        if said[position] in lists.coordinators:
            return False
    return False


def _whole_clause(said: Tokens, lists: TimingWords) -> bool:
    """Whether subject and auxiliary close a clause: "how she is", "yes i do"."""
    if len(said) < 3 or said[-2] not in lists.pronouns | lists.subjects:
        return False
    before = said[-6:-2]
    return before[-1] in lists.ratify or any(t in lists.question_openers for t in before)


def _lacks_noun(said: Tokens, lists: TimingWords) -> bool:
    """Whether it ends in an adjective that still waits for its noun ("the political")."""
    if len(said) < 2 or said[-2] not in lists.determiners | lists.prepositions:
        return False
    last = said[-1]
    return last in lists.adjectives or (len(last) > 5 and last.endswith(lists.adjective_endings))


@dataclass(frozen=True, slots=True)
class SoundOptions:
    """What finished and unfinished units sound like.

    Weak signs, measured on 83 stops of telephone calls (CHANGELOG.md): speakers end in a fall or
    a rise and hold the floor on a level pitch in the middle of their range, but often enough they
    do neither. So sound judges only where it is clear, and words overrule it.
    """

    moving_st_s: Annotated[float, Range(4, 30)] = 8.0
    """Semitones per second: a last contour that moves faster than this has come to its end..."""
    fallen_st: Annotated[float, Range(-12, 6)] = -1.0
    """...if a fall ends below this, in semitones against the speaker's median."""
    low_st: Annotated[float, Range(-12, 0)] = -3.0
    """A voice that ends this low has come to its end however it got there."""
    level_st_s: Annotated[float, Range(1, 8)] = 5.0
    """A contour that moves no faster than this is level..."""
    middle_st: Annotated[float, Range(0.2, 6)] = 1.0
    """...and a level one so near to the speaker's median holds the floor."""
    lengthened: Annotated[float, Range(1.0, 5.0)] = 1.8
    """Last voiced run against the speaker's median run: a level one so long holds the floor."""


def by_sound(ending: Ending | None, options: SoundOptions) -> Unit:
    """Judge the end of a unit by its last syllables alone."""
    if ending is None or ending.pitch_slope is None or ending.pitch_level is None:
        return UNKNOWN
    slope, height = ending.pitch_slope, ending.pitch_level
    if height <= options.low_st or (slope <= -options.moving_st_s and height <= options.fallen_st):
        return Unit(True, "ends in a fall", heard=True)
    if slope >= options.moving_st_s:
        return Unit(True, "ends in a rise", heard=True)
    if abs(slope) > options.level_st_s:
        return UNCLEAR
    if ending.last_syllable is not None and ending.last_syllable >= options.lengthened:
        return Unit(False, "stays level on a lengthened syllable", thinking=True, heard=True)
    if abs(height) <= options.middle_st:
        return Unit(False, "stays level in the middle of the voice", thinking=True, heard=True)
    return UNCLEAR


def fuse(words: Unit, sound: Unit) -> Unit:
    """Words decide where they can; where the last words do not say, the voice does."""
    silent = words.complete is None and not words.weak
    return sound if silent and sound.complete is not None else words
