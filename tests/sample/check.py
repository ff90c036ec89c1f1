"""A plain second reading of the word times: which timing events there are, by the definitions.

It knows nothing of the script's annotations, so a planted event that does not come about, or one
that nobody meant, is a difference. Times in seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

LISTENING = {"mhm", "yeah", "right", "okay"}
_UNFINISHED = """a an the my your his and but or so because if when while until to of for in on
    at with from is are was be been do does did will would could can should um uh that this like
    just i"""
UNFINISHED = frozenset(_UNFINISHED.split())
"""Words a finished unit of this script does not end in."""
HANDING_OVER = {("i", "do", "not", "know")}
ASKING = {"what", "how", "why", "who", "do", "does", "did", "can", "would", "is", "am", "don't"}
PURPOSE = ("can", "i", "pause", "you", "there")
_TIMING = """backchannel terminal_overlap simultaneous_start completed_sentence interruption
    interruption_attempt jump_in stated_purpose asked_again filled_silence held_silence"""
TIMING = frozenset(_TIMING.split())
TURN_GAP, STRETCH_GAP = 0.7, 0.2


@dataclass(frozen=True, slots=True)
class Word:
    """A word where it is heard."""

    start: float
    end: float
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one track with own gaps up to a limit."""

    words: tuple[Word, ...]

    @property
    def start(self) -> float:
        """The first word's onset."""
        return self.words[0].start

    @property
    def end(self) -> float:
        """The last word's end."""
        return self.words[-1].end

    @property
    def texts(self) -> list[str]:
        """What is said."""
        return [word.text for word in self.words]


def runs(words: Sequence[Word], gap: float) -> list[Run]:
    """Words joined over own gaps up to `gap`."""
    found: list[list[Word]] = [[words[0]]]
    for before, word in pairwise(words):
        if word.start - before.end <= gap:
            found[-1].append(word)
        else:
            found.append([word])
    return [Run(tuple(group)) for group in found]


@dataclass(frozen=True, slots=True)
class Found:
    """An event by the definitions."""

    kind: str
    cls: str
    start: float


class Reading:
    """Both tracks' words, and what happens between them."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.coach, self.client = (
            [
                Word(each["start"], each["end"], each["text"])
                for each in document["words"]
                if each["track"] == track
            ]
            for track in ("coach", "client")
        )
        self.turns = runs(self.coach, TURN_GAP)

    def events(self) -> list[Found]:
        """Every timing event, in order of onset."""
        found: list[Found] = []
        for at, turn in enumerate(self.turns):
            kind = self._incoming(turn)
            if kind == ("jump_in", "count") and sum(f.kind == "jump_in" for f in found) >= 2:
                kind = ("jump_in", "cost")
            if kind:
                # a filled silence begins with the client's last sound
                silence = kind[0] == "filled_silence"
                found.append(Found(*kind, self._before(turn.start) if silence else turn.start))
            if at and self._asked_again(self.turns[at - 1], turn):
                found.append(Found("asked_again", "cost", turn.start))
        return sorted(found + self._held(), key=lambda each: each.start)

    def _incoming(self, turn: Run) -> tuple[str, str] | None:
        onset = turn.start
        said = [word for word in self.client if word.start < onset]
        if not said:
            return None
        later = [word for word in self.client if word.start >= onset]
        unit = runs(said, STRETCH_GAP)[-1]
        current = runs(said, TURN_GAP)[-1]
        last = unit.words[-1]
        has_turn = current.end - current.start >= 1.0 and onset - unit.end < STRETCH_GAP
        listening = set(turn.texts) <= LISTENING
        if has_turn and listening and turn.end - onset <= 1.0:
            return ("backchannel", "count")
        if last.end + 1.0 > onset and has_turn:
            return self._over(turn, runs(said + later, 0.5), unit)
        return self._after(turn, onset - last.end, current, later)

    def _over(self, turn: Run, stretches: Sequence[Run], unit: Run) -> tuple[str, str] | None:
        """The client has the turn: who gives way, and was the client finished."""
        onset = turn.start
        stop = next(run for run in stretches if run.end > onset - STRETCH_GAP)
        again = [run.start for run in stretches if run.start > stop.end]
        quiet = (again[0] if again else stop.end + 60) - stop.end
        unfinished = stop.texts[-1] in UNFINISHED
        if onset - unit.start <= 0.3 and unit.start - self._before(unit.start) >= 0.2:
            return ("simultaneous_start", "count")
        if stop.end - onset <= 0.4 and not unfinished:
            return ("terminal_overlap", "count")
        if unfinished and len(turn.words) <= 6 and turn.end - onset <= 1.5:
            answer = [w.text for w in self.client if w.start > stop.end][:2]
            return ("completed_sentence", "count" if "yes" in answer else "cost")
        if stop.end - onset <= 1.5 and quiet >= 1.0 and turn.end - onset >= 1.0:
            purpose = tuple(turn.texts[:5]) == PURPOSE
            return ("stated_purpose", "count") if purpose else ("interruption", "cost")
        return ("interruption_attempt", "count")

    def _after(
        self, turn: Run, pause: float, unit: Run, later: Sequence[Word]
    ) -> tuple[str, str] | None:
        """The client has stopped: is what follows too early, or fills a pause."""
        if self._coach_spoke(unit.end, turn.start):
            return None
        quiet = later[0].start - unit.end if later else 60
        if quiet < 1.0 or turn.end - turn.start < 1.0:
            return None
        if pause <= 1.0:
            return ("jump_in", "count") if unit.texts[-1] in UNFINISHED else None
        if tuple(unit.texts) in HANDING_OVER:
            return ("filled_silence", "count")
        return ("filled_silence", "cost")

    def _asked_again(self, before: Run, turn: Run) -> bool:
        answered = any(before.end - 0.5 < word.start < turn.start for word in self.client)
        question = any(text in ASKING for text in before.texts)
        return question and not answered and 0.7 <= turn.start - before.end <= 3.0

    def _held(self) -> list[Found]:
        every = sorted(self.coach + self.client, key=lambda word: word.start)
        found, end = [], every[0].end
        for word in every[1:]:
            if word.start - end >= 3.0 and word in self.client:
                found.append(Found("held_silence", "credit", end))
            elif word.start - end >= 3.0:
                found.append(Found("silence ended by the coach", "", end))
            end = max(end, word.end)
        return found

    def _before(self, at: float) -> float:
        return max(word.end for word in self.coach + self.client if word.start < at)

    def _coach_spoke(self, start: float, end: float) -> bool:
        return any(start < word.end <= end for word in self.coach)


def differences(document: dict[str, Any]) -> list[str]:
    """What the plain reading finds that the truth does not say, and the other way round."""
    found = Reading(document).events()
    planted = [
        Found(each["kind"], each["class"], each["start"])
        for each in document["planted"]
        if each["kind"] in TIMING
    ]
    report = [
        f"not planted: {each.kind} {each.cls} at {each.start:.2f} s"
        for each in found
        if not any(_same(each, other) for other in planted)
    ]
    return report + [
        f"does not come about: {other.kind} {other.cls} at {other.start:.2f} s"
        for other in planted
        if not any(_same(each, other) for each in found)
    ]


def _same(found: Found, planted: Found) -> bool:
    alike = (found.kind, found.cls) == (planted.kind, planted.cls)
    return alike and abs(found.start - planted.start) <= 0.02
