"""The development lines for the wording detectors: where they come from and which were drawn.

Texts stay outside the project. A line is named by its id (`esconv:DIALOGUE:INDEX`,
`pa:ROW`, `swda:CONVERSATION:INDEX`); its labels are kept with the tests under that id.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SEED = 20261122
_NET = """
good great well#done proud nice wonderful amazing awesome excellent perfect love#that right should
could#try try have#you why#don't why#did why#do maybe#you recommend suggest if#i#were i#would what#i
when#i my#wife my#husband my#mom my#dad my#job my#friend my#own me#too i've#been i#was i#had
sounds#like you're#clearly you're#really you're#just you're#so you're#being you're#not you#are
obviously real#issue really#issue burnout burned#out anxi depress denial disorder perfection toxic
narciss codepend trauma i#notice you#said you#seem i#hear don't#you isn't#it wouldn't#it aren't#you
last#time last#week last#session we#talked earlier up#to#you your#choice would#you#like is#it#ok
okay#if mind#if may#i can#i could#i sorry my#fault i#missed i#was#just i#was#only trying#to
didn't#mean calm#down always never everybody i'll i#will let#me are#you#upset are#we#okay
how#are#you#feeling
"""
NET = re.compile(
    rf"\b({'|'.join(each.replace('#', ' ') for each in _NET.split())})\b|\?.*\?",
    re.IGNORECASE,
)
"""A wide net: what may be one of the kinds, and a great deal that is not."""
HELD_OUT = 3
"""One dialogue in so many is not looked at until the end."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of somebody who helps, with what was said before it, oldest first."""

    id: str
    text: str
    before: tuple[tuple[str, str], ...]
    """Up to four lines: "coach" or "client", and the text."""

    @property
    def dialogue(self) -> str:
        """Lines of the same one are never on both sides of a split."""
        return ":".join(self.id.split(":")[:2])

    @property
    def held_out(self) -> bool:
        """Whether it may not be looked at until the end."""
        digest = hashlib.sha256(f"{SEED} {self.dialogue}".encode()).digest()
        return digest[0] % HELD_OUT == 0


def counselling(folder: Path) -> Iterator[Line]:
    """Physical-activity counselling; speaker 1 helps."""
    with (folder / "text" / "pa_counseling.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["speaker"] in ("1", "2")]
    said: dict[str, list[tuple[str, str]]] = {}
    for index, row in enumerate(rows):
        lines = said.setdefault(row["dialog"], [])
        if row["speaker"] == "1":
            yield Line(f"pa:{row['dialog']}:{index}", row["utterance"], tuple(lines[-4:]))
        lines.append(("coach" if row["speaker"] == "1" else "client", row["utterance"]))


def support(folder: Path) -> Iterator[Line]:
    """Emotional-support chats; the supporter helps."""
    text = (folder / "text" / "esconv_dev.jsonl").read_text(encoding="utf-8")
    for dialogue in map(json.loads, text.splitlines()):
        lines: list[tuple[str, str]] = []
        for each in dialogue["utterances"]:
            who = "coach" if each["speaker"] == "supporter" else "client"
            if who == "coach":
                name = f"esconv:{dialogue['dialog_id']}:{each['i']}"
                yield Line(name, each["text"], tuple(lines[-4:]))
            lines.append((who, each["text"]))


def telephone(folder: Path) -> Iterator[Line]:
    """Everyday talk; both speakers, as if either were a coach. Marks of the transcribers go."""
    with gzip.open(folder / "text" / "swda_dev.jsonl.gz", "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    said: dict[str, list[tuple[str, str]]] = {}
    for index, row in enumerate(rows):
        lines = said.setdefault(row["conversation"], [])
        text = plain(row["text"])
        if text:
            before = tuple(
                ("coach" if speaker == row["speaker"] else "client", words)
                for speaker, words in lines[-4:]
            )
            yield Line(f"swda:{row['conversation']}:{index}", text, before)
            lines.append((row["speaker"], text))


def plain(text: str) -> str:
    """A transcript of Switchboard without its marks: {F uh,} becomes uh, <laughter> goes."""
    text = re.sub(r"\{[A-Z]\s+([^}]*)\}", r"\1", text)
    text = re.sub(r"\*.*$", " ", text)  # a remark of the transcriber's
    text = re.sub(r"<[^>]*>|\[|\]|\+|/|#|\(\(|\)\)|\{[A-Z]|\}", " ", text)
    return re.sub(r"\s+", " ", re.sub(r"\s+([,.?])", r"\1", text)).strip(" ,-")


def drawn(folder: Path) -> list[Line]:
    """The lines that were labelled: half at random, half by the net, nothing twice."""
    chance = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    found: dict[str, Line] = {}
    for lines, at_random, by_net in (
        (list(counselling(folder)), 100, 80),
        (list(support(folder)), 400, 410),
        (list(telephone(folder)), 60, 60),
    ):
        longer = [line for line in lines if len(line.text.split()) > 1]
        found |= {line.id: line for line in chance.sample(longer, at_random)}
        netted = [line for line in longer if NET.search(line.text) and line.id not in found]
        found |= {line.id: line for line in chance.sample(netted, by_net)}
    mixed = list(found.values())
    chance.shuffle(mixed)
    return mixed


def page(lines: Sequence[Line]) -> str:
    """Lines as a rater reads them."""
    parts = []
    for line in lines:
        before = [f"    {who.upper()}: {text}" for who, text in line.before[-2:]]
        parts.append("\n".join([f"[{line.id}]", *before, f"  > THERAPIST: {line.text}"]))
    return "\n\n".join(parts) + "\n"
