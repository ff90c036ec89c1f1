"""The rows of the timing table: what one coach onset turned out to be, from sound or from words.

The order of the questions is the order of the table in ARCHITECTURE.md. A judgement from sound
answers None while it has to wait; one from words is only asked when everything is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from live.detect.completeness import UNKNOWN, SoundOptions, Unit, by_sound, by_words, fuse
from live.detect.incoming import Facts, TimingOptions
from live.detect.lexicon import TimingWords, Tokens, find, tokens
from live.types import Samples, Word, samples


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an onset turned out to be."""

    kind: str | None
    """None: an overlap that fits no row."""
    unit: Unit = UNKNOWN
    yielded: str = "nobody"
    """Who gave way: client, coach or nobody."""
    overlap: int = 0
    """Samples from the onset to the client's stop; negative when the client had stopped."""
    cost: bool = False
    """Whether this one is a cost although its kind usually is not."""
    settled: bool = True
    """Whether the floor is decided; until then an interruption may still be withdrawn."""

    @property
    def confidence(self) -> float:
        """How sure it is, 0 to 1: surest where words show the broken unit."""
        if self.kind == "interruption":
            return 0.9 if self.unit.complete is False else 0.7
        return 0.8


NO_ROW = Verdict(None)


@dataclass(frozen=True, slots=True)
class Reading:
    """What words say around one onset."""

    coach: Tokens
    client_before: Tokens
    """The client's unit up to the coach's onset."""
    client_paused: Tokens
    """The client's unit up to the silence that both came into."""
    client: Tokens
    """The client's unit up to its stop."""
    stop: Samples | None
    """End of the client's last word before 1.0 s with nothing but listening sounds."""
    goes_on: bool
    """The client speaks through the coach's speech or resumes within 0.5 s of it."""
    answer: Tokens
    """What the client said from the coach's end on."""


def judge_sound(facts: Facts, options: TimingOptions, sound: SoundOptions) -> Verdict | None:
    """The row by duration, yielding and the sound of the client's last syllables."""
    if not facts.has_turn:
        return _without_turn(facts, options, by_sound(facts.paused, sound))
    if facts.brief:
        limit = facts.coach_end + samples(options.resume_s)
        if _resumes(facts, limit):
            return Verdict("backchannel", yielded="coach", overlap=facts.overlap)
        if facts.now < limit:
            return None
    if facts.together and by_sound(facts.paused, sound).complete is not False:
        known = facts.coach_over or facts.lasting
        return Verdict("simultaneous_start", overlap=facts.overlap) if known else None
    if facts.stop is None or facts.overlap > samples(options.broke_off_s):
        late = samples(options.broke_off_s) + samples(options.stop_s)
        if facts.lasting and (facts.stop is not None or facts.now - facts.onset >= late):
            return Verdict("interruption_attempt", yielded="nobody", overlap=facts.overlap)
        return None
    unit = by_sound(facts.ending, sound)
    if facts.length < samples(options.going_on_s):
        return _ended_at_stop(facts, options, unit) if facts.coach_over else None
    taken = _floor_taken(facts, options)
    if taken is False:
        return Verdict("interruption_attempt", unit, yielded="coach", overlap=facts.overlap)
    return replace(_by_overlap(facts.overlap, unit, options), settled=taken is True)


def _resumes(facts: Facts, limit: int) -> bool:
    """The client speaks through the coach's speech, or again by `limit`."""
    if facts.stop is None or facts.stop > facts.coach_end:
        return True
    return facts.resumed is not None and facts.resumed.start <= limit


def _ended_at_stop(facts: Facts, options: TimingOptions, unit: Unit) -> Verdict:
    """Both fell silent: an ordinary end, or nothing the table knows."""
    if 0 <= facts.overlap <= samples(options.terminal_s) and unit.complete is not False:
        return Verdict("terminal_overlap", unit, "client", facts.overlap)
    return NO_ROW


def _by_overlap(overlap: int, unit: Unit, options: TimingOptions) -> Verdict:
    """The coach goes on and the client has stopped: was it finished, or broken off."""
    if overlap < 0:
        kind = "jump_in" if unit.complete is False else None
    elif overlap <= samples(options.terminal_s):
        kind = "interruption" if unit.complete is False else "terminal_overlap"
    else:
        kind = None if unit.complete else "interruption"
    return Verdict(kind, unit, "client", overlap)


def _without_turn(facts: Facts, options: TimingOptions, unit: Unit) -> Verdict | None:
    """Rows that do not ask that the client has the turn: `unit` is the one before the pause."""
    in_pause = 0 <= facts.pause <= samples(options.jump_in_s)
    if not in_pause or unit.complete is not False or facts.brief:
        return Verdict("simultaneous_start", unit) if facts.together else NO_ROW
    if facts.length < samples(options.floor_s):
        return NO_ROW if facts.coach_over else None
    until = facts.onset + samples(options.floor_s)
    broke_off = facts.together and facts.overlap <= samples(options.broke_off_s)
    if facts.now < until or (facts.together and facts.stop is None and broke_off):
        return None
    kept = facts.overlap > 0 if facts.stop is None else facts.overlap > 0 and not broke_off
    if kept or (facts.resumed is not None and facts.resumed.start < until):
        return NO_ROW
    return Verdict("jump_in", unit, "client", facts.overlap)


def _floor_taken(facts: Facts, options: TimingOptions) -> bool | None:
    """After the stop the client says no more than listening sounds for 1.0 s; None: not yet."""
    stop = facts.overlap + facts.onset
    until = stop + samples(options.floor_s)
    if facts.resumed is not None and facts.resumed.start < until:
        said = facts.resumed.until(facts.now) - facts.resumed.start
        if said > facts.listening:
            return False
        if facts.resumed.end is None or facts.resumed.end > facts.now:
            return None
    if facts.coach_over and facts.coach_end < until and facts.resumed is not None:
        return facts.resumed.start >= until
    return True if facts.now >= until else None


def judge_words(
    facts: Facts,
    reading: Reading,
    options: TimingOptions,
    lists: TimingWords,
    sound: SoundOptions,
) -> Verdict:
    """The row when everything around the onset, words included, is known."""
    if facts.pause < 0 or not (facts.has_turn or facts.together or _in_pause(facts, options)):
        return NO_ROW
    overlap = facts.overlap if reading.stop is None else reading.stop - facts.onset
    unit = fuse(by_words(reading.client, lists), by_sound(facts.ending, sound))
    if lists.only_backchannels(reading.coach):
        if facts.has_turn and reading.goes_on:
            return Verdict("backchannel", unit, "coach", overlap)
        return NO_ROW
    if facts.together and not _mid_unit(facts, reading, options, lists):
        return Verdict("simultaneous_start", unit, overlap=overlap)
    row = _said_over(facts, reading, options, lists, unit, overlap)
    if row.kind in (None, "terminal_overlap", "backchannel"):
        return row
    if _states_purpose(reading.coach, options, lists):
        return replace(row, kind="stated_purpose", cost=False)
    return row


def _mid_unit(facts: Facts, reading: Reading, options: TimingOptions, lists: TimingWords) -> bool:
    """The silence both came into lay inside the client's unit: the floor was not open."""
    mine = facts.has_turn or _in_pause(facts, options)
    return mine and by_words(reading.client_paused, lists).complete is False


def _in_pause(facts: Facts, options: TimingOptions) -> bool:
    return 0 <= facts.pause <= samples(options.jump_in_s)


def _said_over(
    facts: Facts,
    reading: Reading,
    options: TimingOptions,
    lists: TimingWords,
    unit: Unit,
    overlap: int,
) -> Verdict:
    before = by_words(reading.client_before, lists)
    kept = overlap > samples(options.broke_off_s)
    if before.complete is False and _completes(facts, reading, options, lists):
        ratified = _ratified(reading, lists)
        talked_through = facts.stop is None or facts.overlap > samples(options.broke_off_s)
        if ratified or not talked_through:
            return Verdict("completed_sentence", before, "client", overlap, cost=not ratified)
    going_on = (
        facts.length >= samples(options.going_on_s)
        and lists.content(reading.coach) >= options.min_words
    )
    if not facts.has_turn:
        # The pause was inside a unit: what the client still began in it does not finish it.
        if going_on and not kept and before.complete is False:
            return Verdict("jump_in", before, "client", overlap)
        return NO_ROW
    if kept:
        if facts.length >= samples(options.attempt_s):
            return Verdict("interruption_attempt", unit, "nobody", overlap)
        return NO_ROW
    if going_on:
        return _by_overlap(overlap, unit, options)
    return _ended_at_stop(replace(facts, stop=Samples(facts.onset + overlap)), options, unit)


def _completes(facts: Facts, reading: Reading, options: TimingOptions, lists: TimingWords) -> bool:
    """A few words that go on in the client's sentence instead of starting one."""
    if len(reading.coach) > options.completion_words:
        return False
    if facts.length > samples(options.completion_s):
        return False
    first, last = reading.coach[0], reading.client_before[-1]
    if first.endswith("-") or first in lists.starters:
        return False
    subject = first.split("'")[0] in lists.pronouns | lists.subjects
    return not subject or last in lists.clause_openers


def _ratified(reading: Reading, lists: TimingWords) -> bool:
    """The client says yes or repeats the coach's words, and keeps the floor."""
    said = set(reading.coach) - lists.starters - lists.determiners
    confirms = any(t in lists.ratify or t in said for t in reading.answer[:3])
    return confirms and len(reading.answer) > 1


def _states_purpose(coach: Tokens, options: TimingOptions, lists: TimingWords) -> bool:
    opening = coach[: options.purpose_words]
    return any(find(opening, phrase) >= 0 for phrase in lists.purpose)


def read(
    facts: Facts,
    coach: Sequence[Word],
    client: Sequence[Word],
    options: TimingOptions,
    lists: TimingWords,
) -> Reading:
    """Take the words around an onset apart. `client` runs from the start of the client's turn."""
    floor = _floor_words(facts, client, lists)
    silence = samples(options.floor_s)
    stop: Samples | None = None
    unit: list[Word] = []
    for word in floor:
        if stop is not None and word.start >= facts.onset and word.start - stop >= silence:
            break
        unit.append(word)
        stop = Samples(max(word.end, stop or 0))
    limit = facts.coach_end + samples(options.resume_s)
    return Reading(
        coach=tokens(coach),
        client_before=tokens(w for w in unit if w.start < facts.onset),
        client_paused=tokens(w for w in unit if w.start < facts.onset - samples(0.3)),
        client=tokens(unit),
        stop=stop,
        goes_on=any(w.end > facts.coach_end and w.start <= limit for w in client),
        answer=tokens(w for w in client if w.start >= facts.coach_end - samples(0.3)),
    )


def _floor_words(facts: Facts, client: Sequence[Word], lists: TimingWords) -> list[Word]:
    """The client's words less the listening sounds they gave the coach.

    "...and they keep all the - yeah": the sentence broke off at "the"; the "yeah" answers the
    coach. A listening sound that begins after the onset counts as the client's own speech only
    when more of it follows at once.
    """
    out: list[Word] = []
    for position, word in enumerate(client):
        if word.start > facts.onset and lists.only_backchannels(tokens([word])):
            following = client[position + 1] if position + 1 < len(client) else None
            before = client[position - 1] if position else None
            inside = (
                following is not None
                and following.start - word.end < samples(0.1)
                and before is not None
                and word.start - before.end < samples(0.1)
                and not lists.only_backchannels(tokens([following]))
            )
            if not inside:
                continue
        out.append(word)
    return out
