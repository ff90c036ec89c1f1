"""What the words around one coach onset say: taken apart, not yet judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from live.detect.incoming import Facts, TimingOptions
from live.detect.lexicon import TimingWords, Tokens, tokens
from live.types import Samples, Word, samples

RUNNING_ON = samples(0.1)
"""Words nearer than this are spoken in one go."""
ANSWER_EARLY = samples(0.3)
"""A client may begin to answer so long before the coach's last word is over."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Words around one onset. The client's unit reaches back over pauses."""

    coach: Tokens
    before: Tokens
    """The client's unit up to the coach's onset."""
    paused: Tokens
    """The client's unit up to the silence that both came into."""
    unit: Tokens
    """The client's unit up to its stop."""
    stop: Samples | None
    """End of the client's last word before 1.0 s with nothing but listening sounds."""
    goes_on: bool
    """The client speaks through the coach's speech or resumes within 0.5 s of it."""
    answer: Tokens
    """What the client said from the coach's end on."""


def read(
    facts: Facts,
    coach: Sequence[Word],
    client: Sequence[Word],
    options: TimingOptions,
    lists: TimingWords,
) -> Reading:
    """Take words apart. `client` begins well before the onset, so that a unit is whole."""
    stop: Samples | None = None
    unit: list[Word] = []
    for word in _own_words(facts, client, lists):
        late = word.start >= facts.onset and stop is not None
        if late and word.start - (stop or 0) >= samples(options.floor_s):
            break
        unit.append(word)
        stop = Samples(max(word.end, stop or 0))
    together = facts.onset - samples(options.simultaneous_s)
    resumes = facts.coach_end + samples(options.resume_s)
    return Reading(
        coach=tokens(coach),
        before=tokens(w for w in unit if w.start < facts.onset),
        paused=tokens(w for w in unit if w.start < together),
        unit=tokens(unit),
        stop=stop,
        goes_on=any(w.end > facts.coach_end and w.start <= resumes for w in client),
        answer=tokens(w for w in client if w.start >= facts.coach_end - ANSWER_EARLY),
    )


def _own_words(facts: Facts, client: Sequence[Word], lists: TimingWords) -> list[Word]:
    """The client's words less the listening sounds they gave the coach.

    "...and they keep all the - yeah": the sentence broke off at "the"; the "yeah" answers the
    coach. After the onset a listening sound is the client's own speech only in the middle of it.
    """
    return [
        word
        for position, word in enumerate(client)
        if word.start <= facts.onset
        or not lists.only_backchannels(tokens([word]))
        or _in_the_middle(client, position, lists)
    ]


def _in_the_middle(client: Sequence[Word], position: int, lists: TimingWords) -> bool:
    """Whether a word runs on from the one before and into one that is no listening sound."""
    if not 0 < position < len(client) - 1:
        return False
    before, word, after = client[position - 1 : position + 2]
    runs_on = word.start - before.end < RUNNING_ON and after.start - word.end < RUNNING_ON
    return runs_on and not lists.only_backchannels(tokens([after]))
