"""Edges become stretches, turns, silences and overlaps."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from live.conversation import Conversation
from live.speech.turns import TurnOptions, Turns
from live.types import Edge, Overlap, Samples, Silence, Speech, Track, Turn, samples

COACH, CLIENT = Track.COACH, Track.CLIENT
LAG = samples(0.2)


def follow(*stretches: tuple[Track, float, float], end: float = 30.0) -> list[object]:
    """What comes of stretches (track, start, end in seconds), known 0.2 s later."""
    edges = [
        edge
        for track, start, stop in stretches
        for edge in (
            Edge(samples(start), samples(start), track, speaking=True),
            Edge(samples(stop), Samples(samples(stop) + LAG), track, speaking=False),
        )
    ]
    conversation = Conversation()
    turns = Turns(conversation, TurnOptions())
    out: list[object] = []
    for edge in sorted(edges, key=lambda e: (e.known, e.at, e.track)):
        out += turns.clock(Samples(edge.known - 1))
        conversation.voices[edge.track].hear(edge)
        out += turns.hear(edge)
    return out + list(turns.clock(samples(end))) + list(turns.finish(samples(end)))


def of(kind: type, events: list[object]) -> list[object]:
    return sorted((e for e in events if isinstance(e, kind)), key=lambda e: (e.start, e.track))


def silences(events: list[object]) -> list[Silence]:
    return [e for e in events if isinstance(e, Silence)]


def turn(track: Track, start: float, end: float) -> Turn:
    return Turn(samples(start), samples(end), track)


def test_own_gaps_under_0_7_s_are_inside_a_turn():
    events = follow((CLIENT, 1, 2), (CLIENT, 2.65, 3), (CLIENT, 3.75, 5))
    assert of(Turn, events) == [turn(CLIENT, 1, 3), turn(CLIENT, 3.75, 5)]


def test_a_listening_sound_in_a_gap_does_not_end_the_turn():
    events = follow((CLIENT, 1, 2), (COACH, 2.1, 2.5), (CLIENT, 2.65, 5))
    assert turn(CLIENT, 1, 5) in of(Turn, events)


def test_more_than_a_listening_sound_does():
    events = follow((CLIENT, 1, 2), (COACH, 2.1, 3.5), (CLIENT, 2.65, 5))
    assert turn(CLIENT, 1, 2) in of(Turn, events)
    assert turn(CLIENT, 2.65, 5) in of(Turn, events)


def test_a_turn_is_told_when_0_7_s_have_passed():
    conversation = Conversation()
    turns = Turns(conversation, TurnOptions())
    for edge in (
        Edge(samples(1), samples(1), CLIENT, speaking=True),
        Edge(samples(2), samples(2.2), CLIENT, speaking=False),
    ):
        conversation.voices[CLIENT].hear(edge)
        list(turns.hear(edge))
    assert list(turns.clock(Samples(samples(2.7) - 1))) == []
    assert list(turns.clock(samples(2.7))) == [turn(CLIENT, 1, 2)]
    assert list(turns.clock(samples(9))) == []


def test_a_silence_says_whose_voice_it_followed_and_who_ended_it():
    events = follow((COACH, 1, 2), (CLIENT, 4, 5), (COACH, 6, 7), end=9)
    told = [(s.start / 16000, s.end / 16000, s.after, s.ended_by) for s in silences(events)]
    assert told == [
        (0, 1, None, COACH),
        (2, 4, COACH, CLIENT),
        (5, 6, CLIENT, COACH),
        (7, 9, COACH, None),
    ]


def test_short_silences_are_not_kept():
    assert silences(follow((COACH, 0.4, 2), (CLIENT, 2.45, 5), end=5.4)) == []


def test_while_one_speaks_there_is_no_silence():
    events = follow((CLIENT, 0, 10), (COACH, 2, 3), (COACH, 6, 7), end=10)
    assert silences(events) == []


def test_an_overlap_names_who_was_already_speaking():
    events = follow((CLIENT, 1, 4), (COACH, 3, 6), (CLIENT, 5, 5.5))
    assert of_overlaps(events) == [
        Overlap(samples(3), samples(4), CLIENT),
        Overlap(samples(5), samples(5.5), COACH),
    ]


def of_overlaps(events: list[object]) -> list[Overlap]:
    return sorted((e for e in events if isinstance(e, Overlap)), key=lambda e: e.start)


def test_nobody_said_anything():
    assert follow(end=3) == [Silence(samples(0), samples(3), None, None)]
    assert follow(end=0.3) == []


@st.composite
def stretches(draw: st.DrawFn) -> list[tuple[Track, float, float]]:
    """Alternating voice and pauses of each track, in hundredths of a second."""
    out = []
    for track in Track:
        at = draw(st.integers(0, 300))
        for _ in range(draw(st.integers(0, 6))):
            length = draw(st.integers(1, 400))
            out.append((track, at / 100, (at + length) / 100))
            at += length + draw(st.integers(21, 300))
    return out


@given(stretches())
def test_the_parts_of_a_session_are_those_of_its_voices(spoken):
    events = follow(*spoken, end=60)
    voices = {t: [(samples(a), samples(b)) for k, a, b in spoken if k is t] for t in Track}
    for track in Track:
        told = [(s.start, s.end) for s in of(Speech, events) if s.track is track]
        assert told == voices[track]
        mine = [t for t in of(Turn, events) if t.track is track]
        assert all(a.end < b.start for a, b in pairwise(mine))
        for start, stop in voices[track]:
            assert sum(t.start <= start and stop <= t.end for t in mine) == 1
    together = [
        (max(a, c), min(b, d))
        for a, b in voices[COACH]
        for c, d in voices[CLIENT]
        if max(a, c) < min(b, d)
    ]
    assert [(o.start, o.end) for o in of_overlaps(events)] == sorted(together)
    spans = sorted(voices[COACH] + voices[CLIENT])
    for silence in silences(events):
        assert silence.end - silence.start >= samples(0.5)
        assert not any(a < silence.end and silence.start < b for a, b in spans)
