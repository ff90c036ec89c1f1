"""What is not believed: text a recogniser makes up where little or nothing was said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from live.options import Range
from live.transcribe.phantoms import LanguageNotes
from live.types import Samples, Utterance, Word, samples

LEAST = samples(0.02)
"""The shortest word: one step of the alignment."""


@dataclass(frozen=True, slots=True)
class GuardOptions:
    """When what a recogniser heard is not believed."""

    no_speech: Annotated[float, Range(0.1, 1.0)] = 0.6
    """The model itself says that nobody spoke (Whisper's own limit)..."""
    no_speech_log_probability: Annotated[float, Range(-3.0, 0.0)] = -0.5
    """...and is not sure of its text either (Whisper asks for -1.0; there, no voice has been found
    before)..."""
    least_words_per_s: Annotated[float, Range(0.0, 2.0)] = 0.5
    """...or has fewer words than this for each second of what was taken for a voice: conversation
    has two to five. A recogniser may be sure of the one "no" that it makes of a song."""
    log_probability: Annotated[float, Range(-3.0, -0.3)] = -1.0
    """Mean log-probability of a token below which text is a guess (Whisper's own limit)."""
    compression: Annotated[float, Range(1.5, 5.0)] = 2.4
    """Text that can be packed tighter than this repeats itself (Whisper's own limit)."""
    loops: Annotated[int, Range(3, 10)] = 4
    """So many times the same words in a row are a loop of the decoder, not speech."""
    words_per_s: Annotated[float, Range(4.0, 12.0)] = 7.0
    """More words per second of voice than this, two words allowed for, cannot be said: fast
    conversation has 5."""
    doubtful_log_probability: Annotated[float, Range(-2.0, 0.0)] = -0.5
    """A short phrase that is often made up needs at least this to be believed..."""
    doubtful_no_speech: Annotated[float, Range(0.0, 1.0)] = 0.3
    """...and no more of this."""
    cover_s: Annotated[float, Range(0.0, 0.5)] = 0.15
    """A word has voice no farther away than this: what voice detection and word times differ."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What a recogniser says of one utterance."""

    text: str
    log_probability: float
    """Mean over the tokens, natural logarithm."""
    no_speech: float
    compression: float
    """Bytes of the text per byte of it compressed."""
    voiced_s: float
    """Seconds of voice in the utterance."""


def refusal(hearing: Hearing, options: GuardOptions, notes: LanguageNotes) -> str:
    """Why a hearing is not believed, in words a coach can read; empty when it is."""
    words = _plain(hearing.text)
    if not words:
        return "no words were heard"
    unsure = hearing.log_probability < options.no_speech_log_probability
    few = len(words) < options.least_words_per_s * hearing.voiced_s
    if hearing.no_speech > options.no_speech and (unsure or few):
        return "it did not sound like speech"
    if hearing.log_probability < options.log_probability:
        return "it could not be understood"
    if hearing.compression > options.compression or _loops(words, options.loops):
        return "what was heard repeats itself without end"
    if len(words) > options.words_per_s * hearing.voiced_s + 2:
        return "more words were heard than can be said in that time"
    said = " ".join(words).replace("-", " ").replace("\u2019", "'")
    if any(f" {phrase} " in f" {said} " for phrase in notes.phantoms):
        return "it is a phrase that recognisers make up"
    doubtful = (
        hearing.log_probability < options.doubtful_log_probability
        or hearing.no_speech > options.doubtful_no_speech
    )
    if doubtful and said in notes.doubtful:
        return "it is a phrase that recognisers make up when they hear little"
    return ""


def believed(words: Sequence[Word], utterance: Utterance, options: GuardOptions) -> list[Word]:
    """The words that voice covers, moved to where it is heard.

    Alignment begins the first word with the sound and stretches words over pauses; the voice
    itself says where they begin and end. A word lies in one stretch of voice: the one it shares
    most with. Words stay in order; where a voice is too short for all that end in it, the last
    ones overlap.
    """
    kept: list[Word] = []
    for word in words:
        voice = max(utterance.voiced, key=lambda v: _shared(word, v), default=None)
        if voice is None or _shared(word, voice) < -samples(options.cover_s):
            continue
        last = max(voice[0], voice[1] - LEAST)
        floor = max(voice[0], kept[-1].end if kept else 0)
        start = min(max(word.start, floor), last)
        end = min(max(word.end, start + LEAST), voice[1])
        kept.append(replace(word, start=Samples(start), end=Samples(end)))
    return kept


def _shared(word: Word, voice: tuple[Samples, Samples]) -> int:
    """Samples that both have in common; negative is the distance between them."""
    return min(word.end, voice[1]) - max(word.start, voice[0])


def _plain(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['\u2019-][^\W_]+)*", text.lower())


def _loops(words: Sequence[str], times: int) -> bool:
    """Whether one to six words come so many times in a row; "no no no" may be meant."""
    for size in range(1, 7):
        wanted = times if size > 1 else 2 * times
        for start in range(len(words) - size * wanted + 1):
            piece = words[start : start + size]
            if all(
                words[start + size * k : start + size * (k + 1)] == piece for k in range(wanted)
            ):
                return True
    return False
