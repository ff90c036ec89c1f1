"""The rows of the timing table: what one coach onset turned out to be, from sound or from words.

The order of the questions is the order of the table in ARCHITECTURE.md. A judgement from sound
answers None while it has to wait; one from words is only asked for when everything is known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from live.detect.completeness import UNKNOWN, SoundOptions, Unit, by_sound, by_words, fuse
from live.detect.detector import SETTLE
from live.detect.incoming import Facts, TimingOptions
from live.detect.lexicon import TimingWords, find
from live.detect.reading import Reading
from live.types import samples


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an onset turned out to be."""

    kind: str | None
    """None: an overlap that fits no row; `why` says which question it failed."""
    unit: Unit = UNKNOWN
    overlap: int = 0
    """Samples from the onset to the client's stop; negative when the client had stopped."""
    yielded: str = "nobody"
    """Who gave way: client, coach or nobody."""
    cost: bool = False
    """Whether this one is a cost although its kind usually is not."""
    settled: bool = True
    """Whether the floor is decided; until then an interruption may still be withdrawn."""
    why: str = ""
    """In words a coach can read."""

    @property
    def confidence(self) -> float:
        """How sure it is, 0 to 1: surest where words show the client's unit to break."""
        return self.unit.confidence if self.kind in LEANS_ON_THE_UNIT else 0.8


NO_ROW = Verdict(None, why="it was neither over the client's words nor soon after them")
LISTENED = Verdict(None, why="it was a listening sound")
TOO_SHORT = Verdict(None, why="it was too short to take the floor")
FINISHED = "the client had finished, or may have"
ECHOED = Unit(True, "is taken up by the coach")
ECHO_WORDS = 6
"""So many words on each side are compared. In task dialogues 29 % of the onsets over a unit that
was finished, though its last words do not say so, echo it; of those over an act that was cut off,
in meetings, 7 %."""
LEANS_ON_THE_UNIT = ("interruption", "jump_in", "completed_sentence", "terminal_overlap")


@dataclass(frozen=True, slots=True)
class Judge:
    """The table, with its numbers and its words."""

    options: TimingOptions
    sound: SoundOptions
    words: TimingWords

    def by_sound(self, facts: Facts) -> Verdict | None:
        """The row by duration, yielding and the sound of the client's last syllables."""
        if not facts.has_turn:
            return self._sound_without_turn(facts)
        limit = facts.coach_end + samples(self.options.resume_s)
        if facts.brief:
            if _resumes(facts, limit):
                return Verdict("backchannel", overlap=facts.overlap, yielded="coach")
            if facts.now < limit:
                return None
        if facts.together and by_sound(facts.paused, self.sound).complete is not False:
            known = facts.coach_over or facts.lasting
            return Verdict("simultaneous_start", overlap=facts.overlap) if known else None
        if facts.stop is None or self._kept(facts.overlap):
            stays = facts.onset + samples(self.options.broke_off_s + self.options.stop_s)
            if facts.lasting and (facts.stop is not None or facts.now >= stays):
                return Verdict("interruption_attempt", overlap=facts.overlap)
            return None
        unit = by_sound(facts.ending, self.sound)
        if facts.length < samples(self.options.going_on_s):
            return self._both_stop(facts.overlap, unit) if facts.coach_over else None
        taken = self._floor_taken(facts)
        if taken is False:
            return Verdict("interruption_attempt", unit, facts.overlap, yielded="coach")
        return replace(self._by_overlap(facts.overlap, unit), settled=taken is True)

    def _sound_without_turn(self, facts: Facts) -> Verdict | None:
        """The client had stopped, or had only begun: a start together, a jump-in, or nothing."""
        if facts.now < facts.onset + samples(self.options.simultaneous_s) + SETTLE:
            return None
        unit = by_sound(facts.paused, self.sound)
        if not self._in_pause(facts) or unit.complete is not False or facts.brief:
            return Verdict("simultaneous_start", unit) if facts.together else NO_ROW
        until = facts.onset + samples(self.options.floor_s)
        if facts.length < samples(self.options.floor_s) or facts.now < until:
            return NO_ROW if facts.coach_over else None
        if facts.stop is None:
            return NO_ROW if self._kept(facts.overlap) else None
        back = facts.resumed is not None and facts.resumed.start < until
        if back or self._kept(facts.overlap) or (facts.overlap > 0 and not facts.together):
            return NO_ROW
        return Verdict("jump_in", unit, facts.overlap, yielded="client")

    def by_words(self, facts: Facts, reading: Reading) -> Verdict:
        """The row when everything around the onset, words included, is known."""
        if not (facts.has_turn or facts.together or self._in_pause(facts)):
            return NO_ROW
        overlap = facts.overlap if reading.stop is None else reading.stop - facts.onset
        unit = fuse(by_words(reading.unit, self.words), by_sound(facts.ending, self.sound))
        if unit.complete is None and self._echoes(reading):
            unit = ECHOED
        if self.words.only_backchannels(reading.coach):
            listens = facts.has_turn and reading.goes_on
            return Verdict("backchannel", unit, overlap, yielded="coach") if listens else LISTENED
        if facts.together and not self._mid_unit(facts, reading):
            return Verdict("simultaneous_start", unit, overlap)
        row = self._said_over(facts, reading, unit, overlap)
        if row.kind not in (None, "terminal_overlap") and self._states_purpose(reading):
            return replace(row, kind="stated_purpose", cost=False)
        return row

    def _said_over(self, facts: Facts, reading: Reading, unit: Unit, overlap: int) -> Verdict:
        """The rows for coach speech that is more than listening."""
        before = by_words(reading.before, self.words)
        if before.complete is False and self._completes(facts, reading):
            ratified = self._ratified(reading)
            if ratified or not (facts.stop is None or self._kept(facts.overlap)):
                return Verdict("completed_sentence", before, overlap, "client", cost=not ratified)
        kept = self._kept(overlap)
        going_on = (
            facts.length >= samples(self.options.going_on_s)
            and self.words.content(reading.coach) >= self.options.min_words
        )
        if not facts.has_turn:
            # The pause was inside a unit: what the client still began in it does not finish it.
            jumps = going_on and not kept and before.complete is False
            if jumps:
                return Verdict("jump_in", before, overlap, "client")
            return TOO_SHORT if not going_on else Verdict(None, before, overlap, why=FINISHED)
        if kept:
            attempts = facts.length >= samples(self.options.attempt_s)
            return Verdict("interruption_attempt", unit, overlap) if attempts else TOO_SHORT
        return self._by_overlap(overlap, unit) if going_on else self._both_stop(overlap, unit)

    def _by_overlap(self, overlap: int, unit: Unit) -> Verdict:
        """The coach goes on and the client has stopped: was it finished, or broken off."""
        kind: str | None
        if overlap < 0:
            kind = "jump_in" if unit.complete is False else None
        elif overlap <= samples(self.options.terminal_s):
            kind = "interruption" if unit.complete is False else "terminal_overlap"
        else:
            kind = None if unit.complete else "interruption"
        return Verdict(kind, unit, overlap, yielded="client", why="" if kind else FINISHED)

    def _both_stop(self, overlap: int, unit: Unit) -> Verdict:
        """Both fell silent: an ordinary end, or nothing the table knows."""
        if 0 <= overlap <= samples(self.options.terminal_s) and unit.complete is not False:
            return Verdict("terminal_overlap", unit, overlap, yielded="client")
        return TOO_SHORT

    def _kept(self, overlap: int) -> bool:
        """The client spoke on for longer than an onset takes to break somebody off."""
        return overlap > samples(self.options.broke_off_s)

    def _in_pause(self, facts: Facts) -> bool:
        """The client was speaking, or silent for no longer than a jump-in can use."""
        return 0 <= facts.pause <= samples(self.options.jump_in_s)

    def _floor_taken(self, facts: Facts) -> bool | None:
        """After the stop the client does no more than listen for 1.0 s; None: not known yet."""
        until = facts.onset + facts.overlap + samples(self.options.floor_s)
        if facts.resumed is not None and facts.resumed.start < until:
            if facts.resumed.until(facts.now) - facts.resumed.start > facts.listening:
                return False
            if facts.resumed.end is None or facts.resumed.end > facts.now:
                return None
        return True if facts.now >= until else None

    def _echoes(self, reading: Reading) -> bool:
        """The coach begins with a word of substance that the client has just said."""
        begins = set(reading.coach[:ECHO_WORDS]) - self.words.small
        return not begins.isdisjoint(reading.unit[-ECHO_WORDS:])

    def _mid_unit(self, facts: Facts, reading: Reading) -> bool:
        """The silence both came into lay inside the client's unit: the floor was not open."""
        mine = facts.has_turn or self._in_pause(facts)
        return mine and by_words(reading.paused, self.words).complete is False

    def _completes(self, facts: Facts, reading: Reading) -> bool:
        """A few words that go on in the client's sentence instead of starting one."""
        if len(reading.coach) > self.options.completion_words:
            return False
        if facts.length > samples(self.options.completion_s):
            return False
        first, last = reading.coach[0], reading.before[-1]
        if first.endswith("-") or first in self.words.starters:
            return False
        subject = first.split("'")[0] in self.words.pronouns | self.words.subjects
        return not subject or last in self.words.clause_openers

    def _ratified(self, reading: Reading) -> bool:
        """The client says yes or repeats the coach's words, and keeps the floor."""
        said = set(reading.coach) - self.words.starters - self.words.determiners
        confirms = any(t in self.words.ratify or t in said for t in reading.answer[:3])
        return confirms and len(reading.answer) > 1

    def _states_purpose(self, reading: Reading) -> bool:
        opening = reading.coach[: self.options.purpose_words]
        return any(find(opening, phrase) >= 0 for phrase in self.words.purpose)


def _resumes(facts: Facts, limit: int) -> bool:
    """The client speaks through the coach's speech, or again by `limit`."""
    if facts.stop is None or facts.stop > facts.coach_end:
        return True
    return facts.resumed is not None and facts.resumed.start <= limit
