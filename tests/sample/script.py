"""The written conversation: its lines, and what a person hears in each of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

CONVERSATION = Path(__file__).with_name("conversation.txt")

_LINE = re.compile(r"(?:\[(\w+)\] )?(coach|client) (?:on (\S+)|(-?[\d.]+)) \| (.+)")
_NOTE = re.compile(r"  ([-+?]) ([^:#]+?)(?: : ([^#]+?))?(?: # (.+))?")
_ANCHOR = re.compile(r"([a-z']+)(?:#(\d))?(?:\+([\d.]+))?")

ON_WORD_S = 0.2
"""How far after a word's onset a line placed `on` it begins."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place inside the other's latest line."""

    word: str
    nth: int
    later_s: float


@dataclass(frozen=True, slots=True)
class Note:
    """What a person hears in a line."""

    sign: str
    """`+` planted, `-` must not be flagged, `?` may be flagged."""
    kinds: tuple[str, ...]
    cls: str
    also_class: str
    without_words: str
    """The kind that sound alone may take it for; `none` for nothing; empty for the same."""
    since: str
    """The label of the line where it begins; empty for this line."""
    words: tuple[str, ...]
    """The words concerned; empty for the whole line."""
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance as written."""

    label: str
    track: str
    when: float | Anchor
    text: str
    notes: tuple[Note, ...]


def words_of(text: str) -> list[str]:
    """The words that are heard, sounds made on their own among them."""
    return re.findall(r"[a-z']+", text.split("/")[0])


def read(path: Path = CONVERSATION) -> list[Line]:
    """The conversation in order."""
    lines: list[Line] = []
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not raw or raw.startswith("#"):
            continue
        if match := _LINE.fullmatch(raw):
            label, track, anchor, gap, text = match.groups()
            when = _anchor(anchor) if anchor else float(gap)
            lines.append(Line(label or "", track, when, text, ()))
        elif (match := _NOTE.fullmatch(raw)) and lines:
            last = lines[-1]
            notes = (*last.notes, _note(*match.groups(default="")))
            lines[-1] = Line(last.label, last.track, last.when, last.text, notes)
        else:
            raise ValueError(f"{path.name}, line {number}: {raw!r} is neither a line nor a note")
    return lines


def _anchor(text: str) -> Anchor:
    match = _ANCHOR.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} names no word")
    word, nth, later = match.groups()
    return Anchor(word, int(nth or 1), float(later or ON_WORD_S))


def _note(sign: str, head: str, words: str, why: str) -> Note:
    marks = {token[0]: token[1:] for token in head.split() if token[0] in "^~@"}
    plain = [token for token in head.split() if token[0] not in "^~@"]
    cls = plain.pop() if sign == "+" else ""
    return Note(
        sign,
        tuple(plain),
        cls,
        marks.get("^", ""),
        marks.get("~", ""),
        marks.get("@", ""),
        tuple(words.split()),
        why,
    )
