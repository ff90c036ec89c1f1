"""Lines that nobody says, made from a seed, and all that looks at words let loose on them."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice
from types import FrameType
from typing import Any

from live.conversation import Conversation
from live.detect.completeness import by_words
from live.detect.detector import Settled
from live.detect.lexicon import timing_words, tokens
from live.detect.patterns import Phrases
from live.detect.questions import asks
from live.detect.said import SaidOptions, safety, wording_detector
from live.detect.wording_words import wording_words
from live.kinds import KINDS
from live.types import Tentative, Track, Word, samples

TALK = 40
"""Lines of one talk."""
LONGEST = 30
"""Words of most lines."""
_ODD = [
    "\u0301" * 40, "\u202e", "\u200b", "\u200d", "\ufeff", "\x00", "\x1b[31m", "\x85", "\u2028",
    "\ud800", "\udfff", "שלום", "مرحبا", "\u0e33" * 20, "你好吗我很好谢谢" * 20, "Ǆ", "İ", "ß",
    "\ufb01", "Ⅷ", "²", "٣", "\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea", "&nbsp;",
    "<script>alert(1)</script>", "'; DROP TABLE words; --", "%s%n{0}{x!r}", "${jndi:x}", "C:\\",
    "1e999", "-0", "NaN", "1,000,000.00", "2024-02-30", "http://a.b/c?d=e#f", "a@b.c", "(((((",
    "?!?!?!", "…", "---", "'''", "''s", "n't", "'s", "-", "--", "a-", "-a", "a'b'c'd", "*8",
    "<good>?", "^", "$", "~try", "(a|b)?", "|",
]  # fmt: skip


@cache
def _vocabulary(language: str) -> tuple[str, ...]:
    """Words that the patterns themselves look for, in an order that does not change."""
    words = wording_words(language)
    patterns = [p for rule in words.packs.rules for p in (*rule.find, *rule.needs, *rule.unless)]
    patterns += [p for each in words.packs.signs.values() for p in each]
    found = {
        " ".join(phrase)
        for pattern in patterns
        for element in pattern.elements
        if isinstance(element, Phrases)
        for phrase in islice(sorted(element.phrases), 30)
    }
    return tuple(sorted(found))


@cache
def _examples(language: str) -> tuple[str, ...]:
    rules = wording_words(language).packs.rules
    return tuple(text for rule in rules for text in (*rule.matches, *rule.leaves))


def hostile_lines(seed: int, count: int, language: str) -> Iterator[str]:
    """Lines of every kind, one after the other; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311
    for _ in range(count):
        yield chance.choice(_MAKERS)(chance, language)


def _any_signs(chance: random.Random, language: str) -> str:
    """Signs of all planes, halves of pairs among them."""
    plane = chance.choice((0x7F, 0x2FF, 0xFFFF, 0x10FFFF))
    size = chance.choice((1, 5, 40, 200))
    return "".join(chance.choice((chr(chance.randint(0, plane)), " ", "a")) for _ in range(size))


def _odd_pieces(chance: random.Random, language: str) -> str:
    glue = chance.choice((" ", "", "\n", "\u3000", ", "))
    return glue.join(chance.choice(_ODD) for _ in range(chance.randint(1, 20)))


def _from_packs(chance: random.Random, language: str) -> str:
    words = _vocabulary(language)
    marks = chance.choice(((" ",), (" ", ", ", "? ", ". ", " - "), (", ",)))
    some = chance.choices(words, k=chance.choice((1, 3, 12, LONGEST)))
    return "".join(word + chance.choice(marks) for word in some)


def _again_and_again(chance: random.Random, language: str) -> str:
    phrase = chance.choice(
        (*_ODD, "why", "why?", "and", "so", "you should", "warum", "du", ",", "a")
    )
    other = chance.choice(_vocabulary(language))
    return chance.choice((" ", "", ", ")).join([phrase, other] * chance.choice((2, 10, LONGEST)))


def _one_word(chance: random.Random, language: str) -> str:
    size = chance.choice((61, 1_000, 5_000))
    return chance.choice(("a", "!", "a!", "-", "a-", ".", "a.", "'", "\u0301", "ü", "?")) * size


def _damaged(chance: random.Random, language: str) -> str:
    """An example of a rule with its words turned about, and signs lost, doubled and put in."""
    words = chance.choice(_examples(language)).split()
    if chance.random() < 0.5:
        chance.shuffle(words)
    signs = list(" ".join(words))
    for _ in range(chance.randint(0, 6)):
        at = chance.randrange(len(signs))
        signs[at : at + chance.randint(0, 2)] = [chance.choice((*_ODD, " ", signs[at] * 3))]
    return "".join(signs)


_MAKERS = (_any_signs, _odd_pieces, _from_packs, _from_packs, _again_and_again, _one_word, _damaged)


def hear(lines: Sequence[str], language: str, chance: random.Random) -> int:
    """A talk of these lines, as the session hears it; how many flags it gave.

    Raises where anything about them is not as it has to be.
    """
    talk, flags = Conversation(), []
    detector = wording_detector(talk, language, SaidOptions())
    listens, lists = safety(language, SaidOptions()), timing_words(language)
    at = 0.0
    for line in lines:
        track = chance.choice(tuple(Track))
        words = _words(line, track, at, chance)
        if not words:
            continue
        at = words[-1].end / 16_000 + chance.choice((0.01, 0.3, 0.6, 1.0, 3.0))
        half = tuple(words[: len(words) // 2 + 1])
        flags += detector.guess(Tentative(words[0].start, half[-1].end, track, half))
        talk.said[track].read(words)
        flags += detector.read(Settled(words[-1].end))
        listens.hears(talk.said[track].words[-50:])
        said = tokens(words)
        asks(words, lists)
        by_words(said, lists)
        lists.only_backchannels(said)
        lists.content(said)
    flags += detector.finish(samples(at + 10))
    for flag in flags:
        assert flag.kind in KINDS
        assert flag.start < flag.end
        assert 0 < flag.confidence <= 1
    return len(flags)


def _words(line: str, track: Track, at: float, chance: random.Random) -> list[Word]:
    """A line's words as recognisers give them; now and then several, or spaces, in one."""
    parts = [line] if chance.random() < 0.05 else line.split()
    made = []
    for part in parts:
        length = chance.choice((0.05, 0.2, 0.4))
        sure = chance.choice((None, 0.2, 0.9))
        made.append(Word(samples(at), samples(at + length), track, part, sure))
        at += length + chance.choice((0.0, 0.01, 0.01, 0.01, 0.55))
    return made


def steps(action: Callable[[], Any]) -> int:
    """How many lines of the detectors' code an action runs: time that no machine changes."""
    count = 0

    def each_line(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return each_line

    def each_call(frame: FrameType, event: str, argument: object) -> Any:
        return each_line if "/detect/" in frame.f_code.co_filename.replace("\\", "/") else None

    before = sys.gettrace()
    sys.settrace(each_call)
    try:
        action()
    finally:
        sys.settrace(before)
    return count


class Counted(tuple[str, ...]):
    """Tokens that count what is copied out of them: a slice is a single line of code."""

    copied = 0

    def __getitem__(self, at: Any) -> Any:
        """A token, or some of them."""
        if isinstance(at, slice):
            Counted.copied += len(range(*at.indices(len(self))))
        return super().__getitem__(at)
