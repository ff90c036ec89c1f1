"""Events to numbers. What was not measured is absent, never 0."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from live.report.record import Record
from live.types import Samples, Speech, Track, samples, seconds

MONOLOGUE_GAP = samples(1.0)
"""Own pauses shorter than this do not end a monologue."""
BACKCHANNEL_MAX = samples(1.0)
"""A client sound no longer than this does not end the coach's monologue."""


@dataclass(frozen=True, slots=True)
class Summary:
    """The numbers of a session; times in seconds. None: not measured, or there was none."""

    talk_share_time: Mapping[Track, float] | None = None
    """Share of all voice, 0 to 1, by the length of the stretches; None unless both were heard."""
    talk_share_words: Mapping[Track, float] | None = None
    """Share of all words, 0 to 1."""
    longest_monologue: float | None = None
    """The coach's longest speech, own gaps under 1 s and client listening sounds inside it."""
    longest_silence_held: float | None = None
    """The longest silence that the client ended."""
    response_latency_median: float | None = None
    """Median pause between the client's last sound and the coach's turn."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """Flags by kind, for the kinds that were measured; 0 is a measurement."""


def summary(record: Record, not_measured: Collection[str], kinds: Collection[str]) -> Summary:
    """A session's numbers. `kinds` are all there are, of which `not_measured` were not."""
    counted = Counter(flag.kind for flag in record.counted)
    # A coach who was never heard held nothing.
    alone = {speech.track for speech in record.speech} == {Track.CLIENT}
    silences = [] if alone else [s for s in record.silences if not _lacks(record, s.start, s.end)]
    held = [s.end - s.start for s in silences if s.ended_by is Track.CLIENT]
    latencies = _latencies(record)
    return Summary(
        talk_share_time=_share({t: _voice(record.speech, t) for t in Track}),
        talk_share_words=_share({t: sum(w.track is t for w in record.words) for t in Track}),
        longest_monologue=_longest_monologue(record.speech),
        longest_silence_held=seconds(max(held)) if held else None,
        response_latency_median=seconds(int(median(latencies))) if latencies else None,
        counts={kind: counted[kind] for kind in kinds if kind not in not_measured},
    )


def _lacks(record: Record, start: Samples, end: Samples) -> bool:
    """Whether sound was missing in between: nobody knows who spoke then."""
    return any(gap.start < end and gap.end > start for gap in record.gaps)


def _voice(speech: Sequence[Speech], track: Track) -> int:
    return sum(s.end - s.start for s in speech if s.track is track)


def _share(amounts: Mapping[Track, int]) -> Mapping[Track, float] | None:
    total = sum(amounts.values())
    if not all(amounts.values()):
        return None
    return {track: amount / total for track, amount in amounts.items()}


def _longest_monologue(speech: Sequence[Speech]) -> float | None:
    coach = sorted((s for s in speech if s.track is Track.COACH), key=lambda s: s.start)
    client = [s for s in speech if s.track is Track.CLIENT]
    if not coach:
        return None
    longest, begun, end = 0, coach[0].start, coach[0].end
    for stretch in coach[1:]:
        if not _goes_on(end, stretch.start, client):
            begun = stretch.start
        end = stretch.end
        longest = max(longest, end - begun)
    return seconds(max(longest, coach[0].end - coach[0].start))


def _goes_on(end: Samples, start: Samples, client: Sequence[Speech]) -> bool:
    """Whether the coach's speech goes on over a gap."""
    inside = [s for s in client if s.end > end and s.start < start]
    if any(s.end - s.start > BACKCHANNEL_MAX for s in inside):
        return False
    listened = sum(min(s.end, start) - max(s.start, end) for s in inside)
    return start - end - listened < MONOLOGUE_GAP


def _latencies(record: Record) -> list[int]:
    """Pauses after which the coach took a turn from the client; listening sounds are no turns."""
    listening = {flag.start for flag in record.counted if flag.kind == "backchannel"}
    stretches = sorted(record.speech, key=lambda s: s.start)
    out: list[int] = []
    last: Speech | None = None
    for stretch in stretches:
        takes = stretch.track is Track.COACH and stretch.start not in listening
        answers = takes and last is not None and last.track is Track.CLIENT
        pause = last is not None and answers and stretch.start >= last.end
        if last is not None and pause and not _lacks(record, last.end, stretch.start):
            out.append(stretch.start - last.end)
        if last is None or stretch.end > last.end:
            last = stretch
    return out
