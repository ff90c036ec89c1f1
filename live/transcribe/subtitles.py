"""WebVTT and SRT cues as meeting programs write them, with the speakers' names in the text.

Own code after trying three libraries. None says which lines it had to leave out, and that is
the promise here: webvtt-py drops them unseen and knows one voice per cue, pysubs2 takes reversed
and impossible times and joins the text of a bad cue to the one before, srt logs what was said.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from live.transcribe.lines import BadLine, BadLineError, Spoken, span, tidy, usable
from live.transcribe.speakers import LETTERS, ROLES
from live.types import Samples

_TIME = r"(-?)(?:([0-9]{1,6}):)?([0-9]{1,3}):([0-9]{1,2})(?:[.,]([0-9]{1,9}))?"
_TIMES = re.compile(rf"\s*{_TIME}\s*-->\s*{_TIME}(?=\s|$)")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,100})?[ \t]+([^<>]{1,200})>")
# Every run is bounded, so that a hostile line takes linear time.
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>|<[0-9:.]{1,20}>|\{\\[^{}]{0,200}\}")
# Bounded digits: `html.unescape` fails on a number of 5,000.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_DASH = r"\s*(?:[-\u2013\u2014]|>>+)?\s*"
_FIRST = r"(?:[^\W_]|\+)"  # a telephone's name is its number
_NAMED = re.compile(
    rf"{_DASH}(?:\[({_FIRST}[^\[\]:<>]{{0,39}})\](?:\s*:|(?=\s+\S))"
    rf"|({_FIRST}[^\[\]:<>?!;]{{0,39}}?)\s*(?:\uff1a|:(?=\s|$)))\s*"
)
_NAME_WORDS = 5
_SOUNDS = frozenset(
    ["music", "applause", "laughter", "laughs", "inaudible", "crosstalk", "silence", "noise"]
)
"""What stands in square brackets and is nobody's name."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue, its text still with tags."""

    start: Samples
    end: Samples
    lines: tuple[str, ...]


def read_cues(lines: Sequence[str]) -> tuple[list[Cue], list[BadLine]]:
    """The cues of a WebVTT or SRT file in its order, and the lines that could not be used.

    An empty line ends a cue only in WebVTT; SRT files have them inside the text.
    """
    strict = lines[0].lstrip("\ufeff").startswith("WEBVTT")
    cues: list[Cue] = []
    bad: list[BadLine] = []
    for number, block in _blocks(lines, strict=strict):
        try:
            cues.append(_cue(block))
        except BadLineError as reason:
            bad.append(BadLine(number, str(reason)))
    return cues, bad


def _blocks(lines: Sequence[str], *, strict: bool) -> Iterator[tuple[int, list[str]]]:
    """Each line with an arrow, its number, and the text lines that belong to it."""
    block: list[str] = []
    number = 0
    skipping = False  # inside a comment or a style sheet
    for place, line in enumerate(lines, start=1):
        blank = not line.strip()
        if strict and not blank and not lines[place - 2].strip() and _BLOCK.match(line):
            skipping = True
        if "-->" in line and not skipping:
            if block:
                yield number, _without_number(block)
            block, number = [line], place
        elif strict and blank:
            if block:
                yield number, block
            block, skipping = [], False
        elif block:
            block.append(line)
    if block:
        yield number, block


def _without_number(block: list[str]) -> list[str]:
    """The block less the number of the next cue, which stands before its times."""
    return block[:-1] if len(block) > 1 and block[-1].strip().isdecimal() else block


def _cue(block: Sequence[str]) -> Cue:
    times = _TIMES.match(block[0])
    if not times:
        raise BadLineError("the times are not like 00:01:02.000 --> 00:01:04.500")
    parts = times.groups()
    start, end = span(_seconds(*parts[:5]), _seconds(*parts[5:]))
    lines = tuple(line for line in block[1:] if line.strip())
    usable(" ".join(map(_plain, lines)))
    return Cue(start, end, lines)


def _seconds(
    sign: str, hours: str | None, minutes: str, seconds: str, fraction: str | None
) -> float:
    if int(seconds) > 59 or (hours and int(minutes) > 59):
        raise BadLineError("a time has more than 59 seconds or minutes")
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return (-1 if sign else 1) * float(f"{whole}.{fraction or 0}")


def _plain(text: str) -> str:
    """The tidy text without tags, `&amp;` and the like written out."""
    return tidy(_ENTITY.sub(lambda entity: html.unescape(entity[0]), _TAG.sub("", text)))


def spoken(cues: Sequence[Cue], known: Collection[str] = ()) -> list[Spoken]:
    """Who says what, one entry for each change of voice inside a cue.

    Voice tags decide where a file has any; otherwise "Name: text" does. `known` are names, or
    beginnings of names, that a person gave. Where two voices share a cue, its time is shared out
    by the length of what they say.
    """
    if any(_VOICE.search(line) for cue in cues for line in cue.lines):
        return [said for cue in cues for said in _shared(cue, _by_tag(cue))]
    plain = [Cue(cue.start, cue.end, (*filter(None, map(_plain, cue.lines)),)) for cue in cues]
    names = _names(plain, [name.casefold() for name in known])
    return [said for cue in plain for said in _shared(cue, _by_prefix(cue, names))]


def _by_tag(cue: Cue) -> list[tuple[str | None, str]]:
    before, *rest = _VOICE.split(" ".join(cue.lines))
    voices: list[str | None] = [None, *map(_plain, rest[::2])]
    return list(zip(voices, map(_plain, [before, *rest[1::2]]), strict=True))


def _by_prefix(cue: Cue, names: Collection[str]) -> list[tuple[str | None, str]]:
    pieces: list[tuple[str | None, str]] = [(None, "")]
    for line in cue.lines:
        name, text = _named(line)
        if name is None or name.casefold() not in names:
            speaker, before = pieces[-1]
            pieces[-1] = speaker, f"{before} {line}"
        else:
            pieces.append((name, text))
    return pieces


def _shared(cue: Cue, pieces: Sequence[tuple[str | None, str]]) -> Iterator[Spoken]:
    """The cue's time over its pieces, in proportion to their length.

    A name alone is kept: it says who speaks in the next cue.
    """
    kept = [(name, text.strip()) for name, text in pieces if name or text.strip()]
    total = max(1, sum(len(text) for _, text in kept))
    done = 0
    for name, text in kept:
        start = cue.start + (cue.end - cue.start) * done // total
        done += len(text)
        end = cue.start + (cue.end - cue.start) * done // total
        yield Spoken(Samples(start), Samples(end), name, text)


def _named(line: str) -> tuple[str | None, str]:
    """The name a line begins with, if that could be one, and the rest."""
    match = _NAMED.match(line)
    if not match:
        return None, line
    name = " ".join((match[1] or match[2]).split())
    if len(name.split()) > _NAME_WORDS or name.casefold() in _SOUNDS:
        return None, line
    return name, line[match.end() :]


def _names(cues: Sequence[Cue], known: Sequence[str]) -> set[str]:
    """Which beginnings are names: "Remember: breathe" is a sentence, "Ann: hello" is not.

    All of them where every cue has one; otherwise those that come back, that say a role, or that
    a person gave. If that leaves nobody to talk to, capitalised ones that come once count too.
    """
    found = [_named(cue.lines[0])[0] for cue in cues]
    counts = Counter(name.casefold() for name in found if name)
    if None not in found:
        return set(counts)
    sure = {
        name
        for name, count in counts.items()
        if count > 1 or ROLES & set(LETTERS.findall(name)) or name.startswith(tuple(known))
    }
    if len(sure) > 1:
        return sure
    once = {name.casefold() for name in found if name and _capital(name)} | sure
    return once if len(once) > 1 else sure


def _capital(name: str) -> bool:
    """Whether first and last word begin large: "Ann de Vries" does, "The thing is" does not."""
    words = name.split()
    return not (words[0][0].islower() or words[-1][0].islower())
