"""The coach comes in: every onset becomes a case, judged from sound, then again from words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from live.conversation import Conversation
from live.detect.completeness import SoundOptions
from live.detect.detector import FINAL, SETTLE, SLACK, UNIT, Settled, revised, withdrawn
from live.detect.incoming import Facts, TimingOptions, facts
from live.detect.judgement import Judge, Verdict
from live.detect.lexicon import TimingWords, text_of
from live.detect.reading import read
from live.kinds import KINDS
from live.types import (
    Class,
    Edge,
    Flag,
    Samples,
    Status,
    Track,
    Word,
    samples,
    seconds,
)


@dataclass(slots=True)
class _Case:
    number: int
    onset: Samples
    wake: Samples
    flag: Flag | None = None
    """The last flag given for it; None before and after a withdrawal."""
    withdrawals: int = 0
    """A flag after a withdrawal is another one and has an id of its own."""
    settled: bool = False
    """Sound has nothing more to say."""
    provisional: bool = False
    closed: Facts | None = None
    """Everything known of it, once nothing later counts."""


class Interruptions:
    """Backchannels, overlaps, interruptions, jump-ins, completions: the first timing table."""

    kinds: ClassVar[frozenset[str]] = frozenset(
        {
            "backchannel",
            "terminal_overlap",
            "simultaneous_start",
            "completed_sentence",
            "interruption",
            "interruption_attempt",
            "jump_in",
            "stated_purpose",
        }
    )

    def __init__(
        self,
        conversation: Conversation,
        words: TimingWords,
        options: TimingOptions,
        sound: SoundOptions,
        *,
        reads: bool,
    ) -> None:
        self._conversation = conversation
        self._words = words
        self._options = options
        self._judge = Judge(options, sound, words)
        self._reads = reads
        self._cases: list[_Case] = []
        self._number = 0
        self._spoke_until: Samples | None = None
        self._jump_ins: dict[str, list[Samples]] = {"sound": [], "words": []}

    def hear(self, edge: Edge) -> Iterable[Flag]:
        """Open a case at a coach onset; look again at all open ones."""
        if edge.track is Track.COACH:
            if edge.speaking:
                quiet = samples(self._options.own_silence_s)
                if self._spoke_until is None or edge.at - self._spoke_until >= quiet:
                    self._number += 1
                    self._cases.append(_Case(self._number, edge.at, edge.known))
            else:
                self._spoke_until = edge.at
        yield from self._look(edge.known)

    def clock(self, now: Samples) -> Iterable[Flag]:
        """Look at each case at the exact moments at which its judgement can change."""
        while True:
            due = min((c.wake for c in self._cases if c.closed is None), default=None)
            if due is None or due > now:
                return
            yield from self._look(due)

    def read(self, settled: Settled) -> Iterable[Flag]:
        """Judge again, with words, the cases whose words are all final."""
        while self._cases and (closed := self._cases[0].closed) is not None:
            case = self._cases[0]
            if self._reads and settled.until < closed.now:
                return
            self._cases.pop(0)
            if self._reads:
                yield from self._reread(case, closed)

    def finish(self, end: Samples) -> Iterable[Flag]:
        """Close every case at the end of the session."""
        for case in self._cases:
            if case.closed is None:
                yield from self._close(
                    case, facts(self._conversation, case.onset, end, self._options)
                )
        yield from self.read(FINAL)

    def _look(self, now: Samples) -> Iterator[Flag]:
        for case in self._cases:
            if case.closed is None:
                yield from self._look_at(case, now)
        if not self._reads:
            self._cases = [case for case in self._cases if case.closed is None]

    def _look_at(self, case: _Case, now: Samples) -> Iterator[Flag]:
        known = facts(self._conversation, case.onset, now, self._options)
        if not case.settled:
            verdict = self._judge.by_sound(known)
            if verdict is not None:
                case.settled = verdict.settled
                yield from self._decide(case, known, verdict)
            elif not case.provisional and self._is_provisional(known):
                case.provisional = True
                yield self._flag(case, known, Verdict("interruption"), Status.PROVISIONAL)
        closes = _closes(known, self._options)
        if closes is not None and now >= closes + SETTLE:
            yield from self._close(
                case, facts(self._conversation, case.onset, closes, self._options)
            )
            return
        case.wake = _next_wake(known, closes, self._options)

    def _is_provisional(self, known: Facts) -> bool:
        overlap = min(known.overlap, known.coach_voice)
        return known.has_turn and overlap >= samples(self._options.provisional_s)

    def _decide(self, case: _Case, known: Facts, verdict: Verdict) -> Iterator[Flag]:
        before = case.flag
        if before is not None and before.kind == verdict.kind:
            return
        if before is not None:
            yield withdrawn(before, known.now, "the client kept the floor")
            case.flag = None
            case.withdrawals += 1
        if verdict.kind is None:
            return
        verdict = self._weighed(case, verdict, "sound")
        case.flag = self._flag(case, known, verdict, Status.CONFIRMED)
        yield case.flag

    def _close(self, case: _Case, known: Facts) -> Iterator[Flag]:
        """Nothing later counts: where the coach's speech ended is known now."""
        if not case.settled:
            verdict = self._judge.by_sound(known)
            if verdict is not None:
                yield from self._decide(case, known, verdict)
        case.closed = known
        case.settled = True
        if case.flag is not None and case.flag.end != known.coach_end:
            case.flag = replace(case.flag, end=known.coach_end)
            yield case.flag

    def _reread(self, case: _Case, known: Facts) -> Iterator[Flag]:
        said = self._conversation.said
        coach = said[Track.COACH].between(
            Samples(known.onset - SLACK), Samples(known.coach_end + SLACK // 3), known.now
        )
        client = said[Track.CLIENT].between(Samples(known.onset - UNIT), known.now, known.now)
        talk = self._conversation
        if talk.wordless(Track.CLIENT, known.onset, known.now) or said[Track.COACH].lacks(
            known.onset, known.coach_end
        ):
            return
        reading = read(known, coach, client, self._options, self._words)
        if not reading.coach:
            return
        verdict = self._judge.by_words(known, reading)
        before = case.flag
        if verdict.kind is None:
            if before is not None:
                yield withdrawn(before, known.now, f"with the words, {verdict.why}")
            return
        verdict = self._weighed(case, verdict, "words")
        flag = replace(self._flag(case, known, verdict, Status.CONFIRMED), text=text_of(coach))
        if before is None:
            flag = replace(flag, decided=self._needed(known, verdict, coach))
        else:
            flag = revised(
                before,
                flag,
                known.now,
                f"with the words, the client's sentence {verdict.unit.sign}",
            )
        yield flag

    def _needed(self, known: Facts, verdict: Verdict, coach: Sequence[Word]) -> Samples:
        """The newest sample or word a row needs that only words could find."""
        if verdict.kind not in ("interruption", "jump_in", "stated_purpose"):
            return known.now
        floor = known.onset + max(verdict.overlap, 0) + samples(self._options.floor_s)
        opening = coach[: self._options.purpose_words]
        return Samples(min(known.now, max(floor, opening[-1].end)))

    def _weighed(self, case: _Case, verdict: Verdict, by: str) -> Verdict:
        """A jump-in is a cost when it is the third within ten minutes; earlier ones stay."""
        if verdict.kind != "jump_in":
            return verdict
        seen = self._jump_ins[by]
        seen.append(case.onset)
        since = case.onset - samples(self._options.jump_ins_window_s)
        recent = sum(onset >= since for onset in seen)
        return replace(verdict, cost=recent >= self._options.jump_ins_cost_from)

    def _flag(self, case: _Case, known: Facts, verdict: Verdict, status: Status) -> Flag:
        kind = verdict.kind or ""
        cls = Class.COST if verdict.cost else KINDS[kind].cls
        incoming = self._conversation.incoming.get((Track.COACH, case.onset))
        return Flag(
            start=case.onset,
            end=known.coach_end,
            track=Track.COACH,
            kind=kind,
            cls=cls,
            id=f"t{case.number}" + "bcdefgh"[: case.withdrawals][-1:],
            decided=known.now,
            status=status,
            confidence=verdict.confidence,
            evidence={
                "overlap_ms": round(seconds(verdict.overlap) * 1000),
                "yielded": verdict.yielded,
                "unit": verdict.unit.sign,
                "complete": verdict.unit.complete,
                "level_db": incoming.level if incoming else None,
                "pitch_st": incoming.pitch if incoming else None,
            },
        )


def _closes(known: Facts, options: TimingOptions) -> Samples | None:
    """The moment from which on nothing that follows is looked at; None while not known."""
    longest = Samples(known.onset + samples(options.case_s))
    if known.coach_over and known.coach_end <= longest:
        return Samples(known.coach_end + samples(options.ratify_s))
    return Samples(longest + samples(options.ratify_s)) if known.now >= longest else None


def _next_wake(known: Facts, closes: Samples | None, options: TimingOptions) -> Samples:
    """The next moment at which a judgement can change without an edge."""
    moments = [
        known.onset + samples(options.simultaneous_s) + SETTLE,
        known.onset + samples(options.provisional_s),
        known.onset + samples(options.going_on_s),
        known.onset + samples(options.floor_s),
        known.onset + samples(options.broke_off_s + options.stop_s),
        known.onset + samples(options.case_s),
        known.coach_end + samples(options.own_silence_s),
        known.coach_end + samples(options.resume_s),
    ]
    ends = {known.client_end, known.onset + known.overlap}
    moments += [end + samples(s) for end in ends for s in (options.stop_s, options.floor_s)]
    if known.resumed is not None:
        moments.append(known.resumed.start + known.listening + 1)
    if closes is not None:
        moments.append(closes + SETTLE)
    later = [m for m in moments if m > known.now]
    return Samples(min(later, default=known.now + samples(0.5)))
