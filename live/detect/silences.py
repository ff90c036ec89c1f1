"""Pauses cut short and questions asked again: what the coach does with a silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from statistics import median
from typing import Annotated, ClassVar

from live.conversation import Conversation
from live.detect.completeness import UNKNOWN, SoundOptions, Unit, by_sound, by_words, fuse
from live.detect.detector import FINAL, SETTLE, SLACK, UNIT, Settled, revised, withdrawn
from live.detect.incoming import TimingOptions
from live.detect.lexicon import TimingWords, text_of, tokens
from live.detect.questions import asks
from live.kinds import KINDS
from live.options import Range
from live.types import Class, Edge, Flag, Samples, Track, Word, samples, seconds


@dataclass(frozen=True, slots=True)
class SilenceOptions:
    """When a coach ends a silence too soon. Definitions and sources are in ARCHITECTURE.md."""

    filled_from_s: Annotated[float, Range(0.5, 2.0)] = 1.0
    """Shortest silence that can be filled; below it a coach onset is a jump-in."""
    filled_to_s: Annotated[float, Range(1.5, 5.0)] = 2.5
    """Longest silence that can be filled, until the client's own pauses are known."""
    own_pauses: Annotated[int, Range(3, 50)] = 10
    """So many inner pauses of the client make their own upper limit."""
    own_pause_s: Annotated[float, Range(0.2, 1.0)] = 0.5
    """Shortest inner pause that counts for that."""
    again_from_s: Annotated[float, Range(0.3, 1.5)] = 0.7
    """Shorter belongs to the same turn (stacked questions)."""
    again_to_s: Annotated[float, Range(1.0, 6.0)] = 3.0
    """Longest wait after a question that is cut short by asking again (Rowe 1986: 3 s)."""


@dataclass(slots=True)
class _Case:
    """A coach onset after a silence."""

    number: int
    onset: Samples
    since: Samples
    """Where the silence began: the client's last sound, or the coach's own."""
    after: Track
    upper: Samples
    """The longest pause that counted as fillable at this onset."""
    unit: Unit = UNKNOWN
    """How the client sounded before it."""
    listened: Samples | None = None
    """Where a sound of the coach inside the client's silence ended, that seemed to be listening."""
    decided: bool = False
    closed: Samples | None = None
    """Where the coach's run ended: what follows does not count."""
    seen: Samples = Samples(0)
    flag: Flag | None = None


class Silences:
    """Filled silences, and questions asked again."""

    kinds: ClassVar[frozenset[str]] = frozenset({"asked_again", "filled_silence"})

    def __init__(
        self,
        conversation: Conversation,
        words: TimingWords,
        options: SilenceOptions,
        timing: TimingOptions,
        sound: SoundOptions,
        *,
        reads: bool,
    ) -> None:
        self._conversation = conversation
        self._words = words
        self._options = options
        self._timing = timing
        self._sound = sound
        self._reads = reads
        self._cases: list[_Case] = []
        self._pauses: list[int] = []
        self._number = 0

    def hear(self, edge: Edge) -> Iterable[Flag]:
        """A silence ends when somebody begins to speak."""
        if edge.speaking:
            self._number += 1
            last = self._conversation.last_heard(edge.at)
            if last is not None and edge.track is Track.COACH:
                self._coach_ends(edge, *last)
            elif last is not None and last[0] is Track.CLIENT:
                self._pauses_own(edge.at - last[1])
        yield from self._look(edge.known)

    def clock(self, now: Samples) -> Iterable[Flag]:
        """Look at each case at the exact moments at which it can be decided."""
        while True:
            due = min((self._wake(c) for c in self._cases if c.closed is None), default=None)
            if due is None or due > now:
                return
            yield from self._look(due)

    def read(self, settled: Settled) -> Iterable[Flag]:
        """Judge again, with words, what they can change."""
        while self._cases and (closed := self._cases[0].closed) is not None:
            if self._reads and settled.until < closed + SLACK:
                return
            case = self._cases.pop(0)
            if self._reads:
                yield from self._reread(case, closed)

    def finish(self, end: Samples) -> Iterable[Flag]:
        """Close every case at the end of the session."""
        for case in self._cases:
            if case.closed is None:
                case.closed = min(self._run_end(case, end)[0], end)
        yield from self.read(FINAL)

    def _pauses_own(self, length: int) -> None:
        """Remember an inner pause of the client."""
        if length >= samples(self._options.own_pause_s):
            self._pauses.append(length)

    def _coach_ends(self, edge: Edge, after: Track, since: Samples) -> None:
        options, upper = self._options, self._upper()
        spoke = self._conversation.voices[Track.CLIENT].before(edge.at)
        case = _Case(self._number, edge.at, since, after, upper)
        # A listening sound of the coach in the client's silence neither fills nor ends it.
        listened = self._conversation.only_listened(Track.COACH, edge.at)
        if after is Track.COACH and spoke is not None and listened:
            ended = spoke.until(edge.at)
            if edge.at - ended <= upper:
                case.after, case.since, case.listened = Track.CLIENT, ended, since
        if case.after is Track.CLIENT:
            opens = edge.at - case.since <= upper
            opens = opens and edge.at - case.since >= samples(options.filled_from_s)
            case.unit = by_sound(spoke.ending if spoke else None, self._sound)
        else:
            opens = self._repeats(since, edge.at)
        if opens:
            self._cases.append(case)

    def _repeats(self, since: Samples, onset: Samples) -> bool:
        """Whether the coach speaks again so soon that the client had no time to answer."""
        options = self._options
        return samples(options.again_from_s) <= onset - since <= samples(options.again_to_s)

    def _upper(self) -> Samples:
        """Longest fillable pause: 2.5 s, or by the client's own pauses once ten are known."""
        options = self._options
        if len(self._pauses) < options.own_pauses:
            return samples(options.filled_to_s)
        own = 1.5 * seconds(int(median(self._pauses))) + 1.0
        return samples(max(2.0, min(4.0, own)))

    def _run_end(self, case: _Case, now: Samples) -> tuple[Samples, bool]:
        """End of the coach's run so far, and whether it is over."""
        gap = samples(self._timing.own_silence_s)
        run = self._conversation.voices[Track.COACH].run(case.onset, gap, now)
        end = run[-1].until(now)
        return end, now - end >= gap

    def _wake(self, case: _Case) -> Samples:
        """The next moment at which the case can change without an edge."""
        end, _ = self._run_end(case, case.seen)
        moments = [
            case.onset + samples(self._timing.floor_s),
            end + samples(self._timing.own_silence_s) + SETTLE,
            case.onset + samples(self._timing.case_s) + SETTLE,
        ]
        return Samples(min((m for m in moments if m > case.seen), default=case.seen + 1))

    def _look(self, now: Samples) -> Iterator[Flag]:
        for case in self._cases:
            if case.closed is not None:
                continue
            case.seen = now
            run_end, over = self._run_end(case, now)
            floor = samples(self._timing.floor_s)
            if not case.decided and (over or run_end - case.onset >= floor):
                case.decided = True
                if self._fills(case, run_end, case.unit.thinking):
                    case.flag = self._filled(case, case.unit, now)
                    yield case.flag
            longest = Samples(case.onset + samples(self._timing.case_s))
            if over and now >= run_end + samples(self._timing.own_silence_s) + SETTLE:
                case.closed = min(run_end, longest)
            elif now >= longest + SETTLE:
                case.closed = longest
        if not self._reads:
            self._cases = [c for c in self._cases if c.closed is None]

    def _fills(self, case: _Case, run_end: Samples, thinking: bool) -> bool:
        """The client held the floor in thought and the coach took it."""
        floor = samples(self._timing.floor_s)
        if case.after is not Track.CLIENT or not thinking or run_end - case.onset < floor:
            return False
        client = self._conversation.voices[Track.CLIENT]
        return not any(
            self._conversation.more_than_listening(stretch)
            for stretch in client.within(case.onset, Samples(case.onset + floor))
        )

    def _filled(self, case: _Case, unit: Unit, now: Samples) -> Flag:
        return Flag(
            start=case.since,
            end=case.onset,
            track=Track.COACH,
            kind="filled_silence",
            cls=Class.COUNT if unit.weak else KINDS["filled_silence"].cls,
            id=f"s{case.number}",
            decided=now,
            confidence=unit.confidence,
            evidence={
                "silence_s": round(seconds(case.onset - case.since), 3),
                "upper_s": round(seconds(case.upper), 3),
                "unit": unit.sign,
                "complete": unit.complete,
            },
        )

    def _reread(self, case: _Case, closed: Samples) -> Iterator[Flag]:
        talk = self._conversation
        if talk.said[Track.COACH].lacks(case.since, closed) or any(
            talk.wordless(track, case.since, case.onset) for track in Track
        ):
            return
        coach = self._said(case, Track.COACH, case.onset - SLACK, closed)
        if case.listened is not None and self._asked_in(case):
            # It was more than listening: the silence is the coach's own.
            if case.flag is not None:
                yield withdrawn(case.flag, closed, "with the words, the coach had spoken before")
            if not self._repeats(case.listened, case.onset):
                return
            case.after, case.since = Track.COACH, case.listened
        if case.after is Track.CLIENT:
            yield from self._reread_filled(case, coach, closed)
        elif coach and not self._words.only_backchannels(tokens(coach)):
            yield from self._asked_again(case, coach, closed)

    def _asked_in(self, case: _Case) -> bool:
        """Whether the coach said more than a listening sound inside the client's silence."""
        until = case.listened or case.since
        said = self._said(case, Track.COACH, case.since - SLACK, until)
        return bool(said) and not self._words.only_backchannels(tokens(said))

    def _reread_filled(self, case: _Case, coach: list[Word], closed: Samples) -> Iterator[Flag]:
        before = self._said(case, Track.CLIENT, case.since - UNIT, case.onset + SLACK)
        said = tokens(coach)
        if not before or not coach:
            return
        unit = fuse(by_words(tokens(before), self._words), case.unit)
        listens = self._words.only_backchannels(said)
        if listens or not self._fills(case, closed, unit.thinking):
            if case.flag is not None:
                yield withdrawn(
                    case.flag, closed, f"with the words, the client's sentence {unit.sign}"
                )
            return
        floor = Samples(case.onset + samples(self._timing.floor_s))
        decided = max(floor, self._first_word(case, coach, closed))
        flag = replace(self._filled(case, unit, decided), text=text_of(before[-6:]))
        if case.flag is not None:
            flag = revised(
                case.flag, flag, closed, f"with the words, the client's sentence {unit.sign}"
            )
        yield flag

    def _asked_again(self, case: _Case, coach: list[Word], closed: Samples) -> Iterator[Flag]:
        voice = self._conversation.voices[Track.COACH]
        first = self._conversation.turn_start(Track.COACH, case.since)
        start = voice.stretches[first].start if first >= 0 else case.since
        asked = self._said(case, Track.COACH, start - SLACK, case.since + SLACK)
        answer = tokens(self._said(case, Track.CLIENT, case.since, case.onset))
        answered = any(t not in self._words.fillers for t in answer)
        if not asked or answered or not asks(asked, self._words):
            return
        yield Flag(
            start=case.onset,
            end=closed,
            track=Track.COACH,
            kind="asked_again",
            cls=KINDS["asked_again"].cls,
            id=f"a{case.number}",
            decided=self._first_word(case, coach, closed),
            confidence=0.8,
            text=text_of(coach),
            evidence={"silence_s": round(seconds(case.onset - case.since), 3)},
        )

    def _first_word(self, case: _Case, coach: list[Word], closed: Samples) -> Samples:
        """Where the coach's first word ends that is no listening sound."""
        more = (w.end for w in coach if not self._words.only_backchannels(tokens([w])))
        return max(case.onset, min(next(more, closed), closed))

    def _said(self, case: _Case, track: Track, start: int, end: int) -> list[Word]:
        """Words that begin in [start, end), as far as a case waits for them."""
        final = Samples((case.closed or case.seen) + SLACK)
        return self._conversation.said[track].between(Samples(start), Samples(end), final)
