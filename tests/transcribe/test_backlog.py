"""Under load the coach comes first, and what is given up is given up in a known order."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from live.transcribe.backlog import Backlog, BacklogOptions
from live.types import Samples, Track, Utterance, samples

COACH, CLIENT = Track.COACH, Track.CLIENT


def utterance(start: float, length: float = 8, track: Track = COACH, *, final=True) -> Utterance:
    # a view of one zero: two hours of speech would be 230 MB
    sound = np.broadcast_to(np.int16(0), samples(length))
    return Utterance(samples(start), track, sound, (), final)


def waiting(backlog: Backlog) -> list[Utterance]:
    """Everything that waits, as it would be taken."""
    return list(iter(backlog.take, None))


def test_the_coach_comes_first_then_the_client_and_a_preview_last():
    backlog = Backlog(BacklogOptions())
    preview = utterance(9, final=False)
    theirs, mine, more = utterance(0, track=CLIENT), utterance(1), utterance(5)
    backlog.add(preview)
    for each in (theirs, mine, more):
        backlog.add(each)
    assert waiting(backlog) == [mine, more, theirs]


def test_a_preview_waits_only_while_no_final_does():
    backlog = Backlog(BacklogOptions())
    preview = utterance(0, 1, final=False)
    backlog.add(preview)
    assert backlog.seconds == 0
    assert waiting(backlog) == [preview]
    backlog.add(utterance(0, track=CLIENT))
    backlog.add(preview)
    assert preview not in waiting(backlog)


def test_only_the_latest_preview_waits():
    backlog = Backlog(BacklogOptions())
    first, second = utterance(0, 1, final=False), utterance(0, 2, final=False)
    backlog.add(first)
    backlog.add(second)
    assert waiting(backlog) == [second]


def test_a_final_makes_its_tracks_preview_needless_and_lets_the_others_wait_behind_it():
    backlog = Backlog(BacklogOptions())
    preview = utterance(0, 1, final=False)
    backlog.add(preview)
    theirs = utterance(0, track=CLIENT)
    backlog.add(theirs)
    assert waiting(backlog) == [theirs, preview]
    backlog.add(preview)
    mine = utterance(0)
    backlog.add(mine)
    assert waiting(backlog) == [mine]


def test_beyond_ten_minutes_the_clients_oldest_is_given_up():
    backlog = Backlog(BacklogOptions())
    theirs = [utterance(8 * i, track=CLIENT) for i in range(80)]
    given_up = [gone for each in theirs for gone in backlog.add(each)]
    assert given_up == theirs[:5]  # 75 of them are ten minutes
    assert waiting(backlog) == theirs[5:]


def test_no_final_of_the_coach_is_given_up_before_two_hours():
    backlog = Backlog(BacklogOptions())
    backlog.add(utterance(0, track=CLIENT))
    mine = [utterance(8 * i) for i in range(901)]
    given_up = [backlog.add(each) for each in mine]
    assert not any(given_up[:900])  # two hours to the second
    assert given_up[900] == [mine[0]]


def test_one_utterance_waits_however_long_it_is():
    backlog = Backlog(BacklogOptions())
    long = utterance(0, 700, CLIENT)
    assert backlog.add(long) == []
    assert backlog.add(utterance(700, track=CLIENT)) == [long]


def test_without_bounds_nothing_is_given_up():
    backlog = Backlog(BacklogOptions(client_s=60), bounded=False)
    assert not any(backlog.add(utterance(8 * i, track=CLIENT)) for i in range(20))
    assert backlog.seconds == 160


def test_it_says_how_much_speech_waits():
    backlog = Backlog(BacklogOptions())
    backlog.add(utterance(0, 2.5))
    backlog.add(utterance(0, 1.5, CLIENT))
    assert backlog.seconds == 4.0
    backlog.take()
    assert backlog.seconds == 1.5


ADDED = st.tuples(st.floats(0.5, 30), st.sampled_from(list(Track)), st.booleans(), st.booleans())


@given(st.lists(ADDED, max_size=80))
def test_whatever_comes_each_final_is_taken_or_given_up_once_and_in_order(steps):
    options = BacklogOptions(client_s=60, coach_s=600)
    backlog, out = Backlog(options), []
    asked = []
    for at, (length, track, final, take) in enumerate(steps):
        one = utterance(at * 30, length, track, final=final)
        asked.append(one)
        gone = backlog.add(one)
        assert all(each.track is track and final for each in gone)
        out += gone
        if take and (taken := backlog.take()) is not None:
            out.append(taken)
        assert backlog.seconds <= 60 + 600
    out += waiting(backlog)
    for track in Track:
        done = [u.start for u in out if u.final and u.track is track]
        assert done == [u.start for u in asked if u.final and u.track is track]
    assert len({Samples(u.start) for u in out}) == len(out)
