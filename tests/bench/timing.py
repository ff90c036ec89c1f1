"""Timing kinds on word times of real talk: labelled clips, and moves of dialogues.

Everything runs through the engine, as `unhurried review --words` does.

**Clips** hold one labelled event each: the other (the coach here) interrupted, or made a listening
sound, at a known moment. A flag belongs to the event when it begins, or when the silence that it
is about ends, within 0.7 s of it.

**Dialogues** have moves that people marked, abandoned ones too. Looked at are the onsets of the
coach (each side is the coach once) after at least 0.5 s of own silence, at least 1.0 s after a
client move began that was not abandoned and that ends within 1.5 s after the onset: the client
finished there, so an `interruption` is wrong. Moves are marked as a whole, so a minority of these
onsets do cut something off.

**The naive rule**, printed beside both: an interruption is any overlap of 0.5 s or more. Its
overlap is the longest unbroken time in which both voices are on during the one coach stretch that
begins at the onset; a stretch is words with gaps up to 0.2 s between them. On clips every coach
stretch that begins within 0.7 s of the event is looked at, whatever lies before it.

Two numbers go together: what is found of the one, and what is wrongly raised on the other.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.truth import decisive_moment
from live.detect.interruptions import Interruptions
from live.detect.lexicon import TimingWords, tokens
from live.engine import EngineOptions, engine
from live.report.record import Record
from live.session import run_words
from live.transcribe.desk import GivenWords
from live.types import Class, Flag, Samples, Speech, Status, Track, Word, samples, seconds

NEAR_S = 0.7
"""How far a flag may lie from the labelled moment."""
NAIVE_S = 0.5
"""The overlap that the naive rule calls an interruption."""
OWN_SILENCE_S = 0.5
"""Before an onset that counts as coming in."""
INTO_S = 1.0
"""How long a move has gone on before an onset that is looked at."""
FROM_END_S = 1.5
"""How long before its end at most."""
RUN_S = 8.0
"""Words of the coach from an onset on are looked at for so long at most."""
INTERRUPTING = frozenset({"interruption", "jump_in", "completed_sentence", "interruption_attempt"})
"""Kinds an act that people call an interruption may turn out to be."""


@dataclass(frozen=True, slots=True)
class Clip:
    """A piece of talk with one labelled event."""

    name: str
    words: tuple[Word, ...]
    label: str
    """interruption or backchannel."""
    at: float
    """The event, in seconds."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of one clip."""

    clip: Clip
    flags: tuple[Flag, ...]
    """Those near the event that count."""
    naive: bool
    why: str
    """Where no flag counts, the nearest reason that can be told."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of the flags."""
        return frozenset(flag.kind for flag in self.flags)

    @property
    def cost(self) -> bool:
        """Whether any of them may become a cue."""
        return any(flag.cls is Class.COST for flag in self.flags)


@dataclass(frozen=True, slots=True)
class Move:
    """What one side did with an utterance, as people marked it; seconds."""

    start: float
    end: float
    track: Track
    abandoned: bool


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A dialogue seen from one side."""

    name: str
    words: tuple[Word, ...]
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True)
class Onset:
    """A coach onset near the end of a client move that was not abandoned."""

    dialogue: str
    at: float
    left: float
    """Seconds to the end of the move."""
    flags: tuple[Flag, ...]
    """What was raised there, of the kinds that judge an onset."""
    naive: bool
    listening: bool
    """The coach made nothing but listening sounds, by the program's own list."""
    client: str
    """The client's words around it."""

    @property
    def kind(self) -> str:
        """The kind raised there, or "none"."""
        return ", ".join(sorted({flag.kind for flag in self.flags})) or "none"


def read_clips(path: Path) -> Iterator[Clip]:
    """The clips of a file: a line each, with words and one event."""
    for entry in _lines(path):
        event = entry["event"]
        yield Clip(entry["id"], _words(entry["words"]), event["kind"], event["at"])


def read_dialogues(path: Path) -> Iterator[Dialogue]:
    """The dialogues of a file, each seen from both sides."""
    for entry in _lines(path):
        words = _words(entry["words"])
        moves = tuple(
            Move(act["start"], act["end"], Track(act["track"]), act["abandoned"])
            for act in entry["acts"]
        )
        yield Dialogue(entry["id"], words, moves)
        yield Dialogue(
            f"{entry['id']} turned",
            tuple(Word(w.start, w.end, w.track.other, w.text) for w in words),
            tuple(Move(m.start, m.end, m.track.other, m.abandoned) for m in moves),
        )


def judge(words: Sequence[Word]) -> Record:
    """What the engine makes of words alone."""
    ears = engine(EngineOptions(), sound=False, desk=GivenWords(words))
    return run_words(words, ears, lambda event: None)


def hear_clip(clip: Clip, record: Record) -> Heard:
    """What lies near the event of a clip."""
    near = [flag for flag in record.flags if _is_near(flag, clip.at)]
    counted = tuple(flag for flag in near if flag.status is not Status.WITHDRAWN)
    why = "" if counted else _why_nothing(near, record, clip.at)
    return Heard(clip, counted, naive_near(record.speech, clip.at), why)


def naive_near(speech: Sequence[Speech], at: float) -> bool:
    """Whether the naive rule sees an interruption near a moment in seconds."""
    return any(
        abs(seconds(stretch.start) - at) <= NEAR_S and is_naive(stretch, speech)
        for stretch in speech
        if stretch.track is Track.COACH
    )


def is_naive(stretch: Speech, speech: Iterable[Speech]) -> bool:
    """Whether the naive rule calls this coach stretch an interruption."""
    both = (
        min(stretch.end, other.end) - max(stretch.start, other.start)
        for other in speech
        if other.track is not stretch.track
    )
    return max(both, default=0) >= samples(NAIVE_S)


def onsets(dialogue: Dialogue, record: Record, lists: TimingWords) -> Iterator[Onset]:
    """The coach onsets near the end of finished client moves."""
    moves = [m for m in dialogue.moves if m.track is Track.CLIENT and not m.abandoned]
    coach = sorted((s for s in record.speech if s.track is Track.COACH), key=lambda s: s.start)
    flags: dict[Samples, list[Flag]] = {}
    for flag in record.counted:
        if flag.kind in Interruptions.kinds:
            flags.setdefault(flag.start, []).append(flag)
    before: Samples | None = None
    for place, stretch in enumerate(coach):
        quiet = before is None or stretch.start - before >= samples(OWN_SILENCE_S)
        before = stretch.end
        at = seconds(stretch.start)
        left = next((m.end - at for m in moves if _near_the_end(m, at)), None)
        if not quiet or left is None:
            continue
        said = said_between(dialogue.words, Track.COACH, stretch.start, _run_end(coach, place))
        around = (Samples(stretch.start - samples(4.0)), Samples(stretch.start + samples(1.5)))
        client = said_between(dialogue.words, Track.CLIENT, *around)
        yield Onset(
            dialogue.name,
            at,
            left,
            tuple(flags.get(stretch.start, ())),
            is_naive(stretch, record.speech),
            lists.only_backchannels(tokens(said)),
            " ".join(word.text for word in client),
        )


def _why_nothing(near: Sequence[Flag], record: Record, at: float) -> str:
    """The reason of a withdrawal, or what keeps an onset from being looked at."""
    if near:
        return f"withdrawn: {near[-1].reason}"
    coach = [s for s in record.speech if s.track is Track.COACH]
    starts = [s for s in coach if abs(seconds(s.start) - at) <= NEAR_S]
    if not starts:
        return "no coach onset there"
    first = min(starts, key=lambda s: abs(seconds(s.start) - at))
    ends = [s.end for s in coach if s.start < first.start]
    if ends and first.start - max(ends) < samples(OWN_SILENCE_S):
        return "the coach had spoken within 0.5 s"
    client = [s for s in record.speech if s.track is Track.CLIENT and s.start < first.start]
    stop = max((s.end for s in client), default=None)
    if stop is None or first.start - stop >= samples(1.0):
        return "the client had been silent for 1.0 s"
    if first.start - stop >= samples(0.2):
        return "came into a pause of 0.2 to 1.0 s"
    if first.end - first.start < samples(1.0):
        return "fits no row, coach stretch under 1.0 s"
    return "fits no row"


def _is_near(flag: Flag, at: float) -> bool:
    moments = (flag.start, decisive_moment(flag))
    return any(abs(seconds(moment) - at) <= NEAR_S for moment in moments)


def _near_the_end(move: Move, at: float) -> bool:
    return move.start + INTO_S <= at < move.end and move.end - at <= FROM_END_S


def _run_end(coach: Sequence[Speech], place: int) -> Samples:
    """End of the coach's stretches from one on, own gaps under 0.5 s, 8 s at most."""
    end = coach[place].end
    for stretch in coach[place + 1 :]:
        if stretch.start - end >= samples(OWN_SILENCE_S):
            break
        end = stretch.end
    return Samples(min(end, coach[place].start + samples(RUN_S)))


def said_between(words: Iterable[Word], track: Track, start: Samples, end: Samples) -> list[Word]:
    """A track's words that begin in [start, end), in order."""
    mine = (w for w in words if w.track is track and start <= w.start < end)
    return sorted(mine, key=lambda w: w.start)


def _words(entries: Iterable[Mapping[str, Any]]) -> tuple[Word, ...]:
    return tuple(
        Word(samples(w["start"]), samples(w["end"]), Track(w["track"]), w["text"]) for w in entries
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)
