"""The wording detector of a session, put together."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from live.conversation import Conversation
from live.detect.asked import Questions
from live.detect.course import Course, CourseOptions
from live.detect.lexicon import timing_words
from live.detect.rules import WordingOptions
from live.detect.safety import Safety
from live.detect.session_shape import EarlyOptions, ShapeOptions, Steering
from live.detect.withdrawal import Heard, Withdrawal
from live.detect.wording import Wording
from live.detect.wording_words import wording_words


@dataclass(frozen=True, slots=True)
class SaidOptions:
    """What the wording detectors are set to."""

    wording: WordingOptions = field(default_factory=WordingOptions)
    course: CourseOptions = field(default_factory=CourseOptions)
    shape: ShapeOptions = field(default_factory=ShapeOptions)
    packs: Path | None = None
    """The folder with the coach's own rule packs."""


def wording_detector(
    conversation: Conversation,
    language: str,
    options: SaidOptions,
    *,
    times_are_true: bool = True,
) -> Wording:
    """A new one; `times_are_true`: word times tell when somebody answered.

    Raises `SettingsError` with every mistake of every pack.
    """
    words = wording_words(language, options.packs)
    listening = timing_words(language).backchannels
    course = Course(
        words.signs, words.grammar, options.course, listening=listening, sounds=words.sounds
    )
    observers = (
        Questions(),
        EarlyOptions(options.shape),
        Steering(options.shape, words.grammar),
        Withdrawal(options.shape, times_are_true=times_are_true),
        Heard(),
    )
    return Wording(
        conversation,
        words.rules,
        course,
        words.grammar,
        options.wording,
        observers,
        words.model,
    )


def safety(language: str, options: SaidOptions) -> Safety:
    """What listens for words that matter more than any cue."""
    words = wording_words(language, options.packs)
    return Safety(words.signs, words.grammar)
