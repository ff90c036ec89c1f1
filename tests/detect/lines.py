"""Written lines as words, and what the wording detectors make of them."""

from __future__ import annotations

from collections.abc import Sequence

from bench.wording_scoring import laid_out

from live.conversation import Conversation
from live.detect.grammar import Grammar
from live.detect.said import SaidOptions, wording_detector
from live.detect.units import Unit, unit
from live.detect.wording_words import WordingWords, wording_words
from live.types import Flag, Samples, Status, Track, Word, samples

WORDS: WordingWords = wording_words()


def said(
    text: str,
    track: Track = Track.COACH,
    pause_at: Sequence[int] = (),
    grammar: Grammar = WORDS.grammar,
) -> Unit:
    """A text as a unit; a pause of half a second before the words of these numbers."""
    words, at = [], 0.0
    for number, word in enumerate(text.split()):
        at += 0.6 if number in pause_at else 0.0
        words.append(Word(samples(at), samples(at + 0.25), track, word))
        at += 0.3
    return unit(words, grammar)


def talk_of(text: str) -> list[tuple[str, str]]:
    """Lines from "client: one / coach: two"; without a name a line is the coach's."""
    lines = []
    for part in text.split(" / "):
        who, colon, rest = part.partition(": ")
        known = colon and who in ("coach", "client")
        lines.append((who, rest) if known else ("coach", part))
    return lines


def last_flags(lines: Sequence[tuple[str, str]]) -> list[Flag]:
    """The flags that stand on the last line when all is over."""
    talk, places = laid_out(lines)
    start, end = places[-1]
    given = {flag.id: flag for flag in judged(talk, Samples(end + samples(60)))}
    return [
        flag
        for flag in given.values()
        if flag.status is not Status.WITHDRAWN and start <= flag.start < end
    ]


def judged(talk: Conversation, end: Samples) -> list[Flag]:
    """Everything the detectors give for a conversation whose words are final."""
    return list(wording_detector(talk, "en", SaidOptions()).finish(end))
