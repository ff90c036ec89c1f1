"""A pause is not there: neither what was said in it, nor the time it took."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from live.audio.pausing import Pausing
from live.types import AudioBlock, Gap, Lacking, Samples, Track


class Counting:
    """Both tracks count their samples from 0, in blocks of 100; the client's comes second."""

    name = kind = "counting"
    duration = None

    def __init__(self, blocks: int, gaps: tuple[Gap | Lacking, ...] = ()) -> None:
        self.blocks, self.gaps, self.notices, self.closed = blocks, gaps, [], False

    def close(self) -> None:
        self.closed = True

    def __iter__(self):
        for number in range(self.blocks):
            yield from (gap for gap in self.gaps if gap.start == number * 100)
            for track in Track:
                sound = np.arange(number * 100, number * 100 + 100, dtype=np.float32)
                yield AudioBlock(track, Samples(number * 100), sound)


def heard(source: Pausing) -> dict[Track, list[int]]:
    found: dict[Track, list[int]] = {track: [] for track in Track}
    for block in source:
        if isinstance(block, AudioBlock):
            assert block.start == len(found[block.track]), "each track is without a hole"
            found[block.track] += block.audio.astype(int).tolist()
    return found


def test_without_a_pause_nothing_changes():
    assert heard(Pausing(Counting(5), lambda: False))[Track.CLIENT] == list(range(500))


@given(st.lists(st.booleans(), min_size=60, max_size=60))
def test_both_tracks_lose_the_same_and_the_clock_stands_still(answers):
    asked = iter(answers)
    found = heard(Pausing(Counting(30), lambda: next(asked)))

    assert found[Track.COACH] == found[Track.CLIENT]
    assert len(found[Track.COACH]) % 100 == 0


def test_what_was_said_in_it_is_not_there():
    asked = iter([False, False, True, True, False, False])
    found = heard(Pausing(Counting(6), lambda: next(asked)))

    assert found[Track.COACH] == [*range(200), *range(400, 600)]


def test_gaps_keep_their_place_and_those_inside_are_gone():
    gaps = tuple(Gap(Samples(at), Samples(at + 50), Track.CLIENT, "lost") for at in (200, 500))
    asked = iter([False, True, True, False, False, False])
    events = [e for e in Pausing(Counting(6, gaps), lambda: next(asked)) if isinstance(e, Gap)]

    assert [(gap.start, gap.end) for gap in events] == [(300, 350)]


def test_a_track_that_comes_back_inside_a_pause_is_said_to_be_back():
    lost = (Lacking(Samples(100), Track.CLIENT), Gap(Samples(300), Samples(350), Track.CLIENT, "x"))
    asked = iter([False, False, True, True, False, False])
    events = [e for e in Pausing(Counting(6, lost), lambda: next(asked)) if isinstance(e, Gap)]

    assert [(gap.start, gap.end) for gap in events] == [(200, 200)]


def test_closing_it_closes_the_source():
    source = Counting(1)
    Pausing(source, lambda: False).close()
    assert source.closed
