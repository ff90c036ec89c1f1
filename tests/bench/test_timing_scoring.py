"""The scoring of clips and dialogues, on talk small enough to score by hand."""

from __future__ import annotations

import gzip
import json

import pytest

from bench.timing import (
    Clip,
    Dialogue,
    Move,
    hear_clip,
    is_naive,
    naive_near,
    onsets,
    read_clips,
    read_dialogues,
)
from live.detect.lexicon import timing_words
from live.kinds import KINDS
from live.report.record import Record
from live.types import Class, Flag, Speech, Status, Track, Word, samples

COACH, CLIENT = Track.COACH, Track.CLIENT


def speech(track, start, end):
    return Speech(samples(start), samples(end), track)


def words(track, start, text):
    return [
        Word(samples(start + 0.3 * i), samples(start + 0.3 * i + 0.3), track, each)
        for i, each in enumerate(text.split())
    ]


def flag(kind, start, end=None, *, status=Status.CONFIRMED, reason=""):
    stop = samples(start + 1.0 if end is None else end)
    return Flag(
        samples(start),
        stop,
        COACH,
        kind,
        KINDS[kind].cls,
        id=f"{kind}{start}",
        decided=stop,
        status=status,
        evidence={"unit": "ends in a conjunction"},
        reason=reason,
    )


def record(*speech, flags=()):
    made = Record(speech=list(speech))
    for each in flags:
        made.take(each)
    return made


def clip(label="interruption"):
    return Clip("a", (), label, 12.0)


def test_a_flag_belongs_to_an_event_within_seven_tenths_of_a_second() -> None:
    near, far = flag("jump_in", 12.7), flag("interruption", 11.2)
    heard = hear_clip(clip(), record(flags=(near, far)))
    assert heard.kinds == {"jump_in"}
    assert not heard.cost


def test_a_filled_silence_belongs_to_the_event_where_it_ends() -> None:
    heard = hear_clip(clip("backchannel"), record(flags=(flag("filled_silence", 10.0, 11.8),)))
    assert heard.cost
    assert heard.flags[0].cls is Class.COST


def test_a_withdrawn_flag_does_not_count_and_is_the_reason() -> None:
    gone = flag("interruption", 12.0, status=Status.WITHDRAWN, reason="the client kept the floor")
    heard = hear_clip(clip(), record(flags=(gone,)))
    assert heard.kinds == frozenset()
    assert heard.why == "withdrawn: the client kept the floor"


@pytest.mark.parametrize(
    ("coach", "client", "why"),
    [
        ([(14.0, 15.0)], [(8.0, 13.0)], "no coach onset there"),
        ([(10.0, 11.7), (12.0, 14.0)], [(8.0, 13.0)], "the coach had spoken within 0.5 s"),
        ([(12.0, 14.0)], [(8.0, 10.0)], "the client had been silent for 1.0 s"),
        ([(12.0, 14.0)], [(8.0, 11.5)], "came into a pause of 0.2 to 1.0 s"),
        ([(12.0, 12.6)], [(8.0, 12.3)], "fits no row, coach stretch under 1.0 s"),
        ([(12.0, 14.0)], [(8.0, 13.0)], "fits no row"),
    ],
)
def test_what_keeps_an_onset_from_being_a_flag_is_told(coach, client, why) -> None:
    said = [speech(COACH, *s) for s in coach] + [speech(CLIENT, *s) for s in client]
    assert hear_clip(clip(), record(*said)).why == why


def test_the_naive_rule_takes_the_longest_unbroken_overlap_of_one_stretch() -> None:
    coach = speech(COACH, 12.0, 13.0)
    assert is_naive(coach, [coach, speech(CLIENT, 8.0, 12.5)])
    assert not is_naive(coach, [coach, speech(CLIENT, 8.0, 12.49)])
    # Twice 0.4 s are no 0.5 s.
    assert not is_naive(coach, [coach, speech(CLIENT, 8.0, 12.4), speech(CLIENT, 12.6, 14.0)])


def test_the_naive_rule_looks_at_stretches_near_the_event_only() -> None:
    client = speech(CLIENT, 8.0, 20.0)
    assert naive_near([speech(COACH, 12.6, 14.0), client], 12.0)
    assert not naive_near([speech(COACH, 12.8, 14.0), client], 12.0)


def dialogue(*moves, said=()):
    return Dialogue("d", tuple(said), tuple(moves))


def looked_at(talk, *speech, flags=()):
    return list(onsets(talk, record(*speech, flags=flags), timing_words()))


def test_an_onset_counts_near_the_end_of_a_finished_move_of_the_client() -> None:
    move = Move(10.0, 14.0, CLIENT, abandoned=False)
    client = speech(CLIENT, 10.0, 14.0)
    for start in (12.5, 13.9):
        (onset,) = looked_at(dialogue(move), client, speech(COACH, start, 16.0))
        assert onset.left == pytest.approx(14.0 - start)
    for start in (12.4, 14.0):
        assert not looked_at(dialogue(move), client, speech(COACH, start, 16.0))


def test_the_move_has_gone_on_for_a_second() -> None:
    move = Move(10.0, 12.0, CLIENT, abandoned=False)
    client = speech(CLIENT, 10.0, 12.0)
    assert not looked_at(dialogue(move), client, speech(COACH, 10.9, 13.0))
    assert looked_at(dialogue(move), client, speech(COACH, 11.0, 13.0))


def test_abandoned_moves_and_the_coachs_own_are_left_out() -> None:
    client, coach = speech(CLIENT, 10.0, 14.0), speech(COACH, 13.5, 16.0)
    assert not looked_at(dialogue(Move(10.0, 14.0, CLIENT, abandoned=True)), client, coach)
    assert not looked_at(dialogue(Move(10.0, 14.0, COACH, abandoned=False)), client, coach)


def test_a_coach_who_has_just_spoken_does_not_come_in() -> None:
    move = Move(10.0, 14.0, CLIENT, abandoned=False)
    client = speech(CLIENT, 10.0, 14.0)
    just = [speech(COACH, 12.0, 13.1), speech(COACH, 13.5, 16.0)]
    assert not looked_at(dialogue(move), client, *just)
    earlier = [speech(COACH, 12.0, 13.0), speech(COACH, 13.5, 16.0)]
    assert len(looked_at(dialogue(move), client, *earlier)) == 1


def test_what_was_raised_is_what_judges_that_very_onset() -> None:
    move = Move(10.0, 14.0, CLIENT, abandoned=False)
    said = (speech(CLIENT, 10.0, 14.0), speech(COACH, 13.5, 16.0))
    flags = (flag("asked_again", 13.5), flag("interruption", 13.4), flag("terminal_overlap", 13.5))
    (onset,) = looked_at(dialogue(move), *said, flags=flags)
    assert onset.kind == "terminal_overlap"
    (onset,) = looked_at(dialogue(move), *said)
    assert onset.kind == "none"


def test_listening_sounds_are_known_by_all_the_coach_says_there() -> None:
    move = Move(10.0, 14.0, CLIENT, abandoned=False)
    said = (speech(CLIENT, 10.0, 14.0), speech(COACH, 13.5, 13.8), speech(COACH, 14.1, 15.0))
    only = words(COACH, 13.5, "mhm yeah")
    (onset,) = looked_at(dialogue(move, said=only), *said)
    assert onset.listening
    (onset,) = looked_at(dialogue(move, said=[*only, *words(COACH, 14.1, "where to")]), *said)
    assert not onset.listening


def _write(path, *entries):
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(entry) + "\n" for entry in entries)


def test_clips_and_dialogues_are_read_and_dialogues_turned(tmp_path) -> None:
    word = {"track": "coach", "start": 1.0, "end": 1.5, "text": "so"}
    act = {"track": "client", "start": 2.0, "end": 3.0, "abandoned": False}
    path = tmp_path / "lines.jsonl.gz"
    _write(path, {"id": "x", "words": [word], "event": {"kind": "backchannel", "at": 1.0}})
    (only,) = read_clips(path)
    assert (only.label, only.at, only.words[0].end) == ("backchannel", 1.0, 24_000)
    _write(path, {"id": "x", "words": [word], "acts": [act]})
    straight, turned = read_dialogues(path)
    assert (straight.words[0].track, straight.moves[0].track) == (COACH, CLIENT)
    assert (turned.words[0].track, turned.moves[0].track) == (CLIENT, COACH)
