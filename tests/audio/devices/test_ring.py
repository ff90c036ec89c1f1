"""What goes into the ring comes out of it, or is counted."""

from __future__ import annotations

import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from live.audio.devices.ring import Ring

STEPS = st.lists(st.one_of(st.integers(1, 40), st.just("read")), max_size=60)


@given(STEPS, st.integers(1, 3))
def test_everything_comes_out_in_order_or_is_counted(steps, channels):
    ring, number, out, lost = Ring(64, channels), 0, [], 0
    for step in [*steps, "read"]:
        if step == "read":
            for chunk in ring.read():
                lost += chunk.lost
                out.append((lost, chunk.sound.copy()))
            continue
        block = np.arange(number, number + step, dtype=np.float32)
        number += step
        ring.write(np.repeat(block[:, None], channels, axis=1), float(number))
    at = 0
    for before, sound in out:
        assert sound.shape[1] == channels
        assert np.array_equal(sound[:, 0], np.arange(at + before, at + before + len(sound)))
        at += len(sound)
    assert at + ring.lost == number


def test_what_does_not_fit_is_refused_as_a_whole_and_said_with_the_next_block():
    ring = Ring(100, 1)
    ones = np.ones((60, 1), np.float32)

    assert ring.write(ones, 1.0)
    assert not ring.write(ones, 2.0)
    assert [chunk.lost for chunk in ring.read()] == [0]
    assert ring.write(ones, 3.0)

    (chunk,) = ring.read()
    assert (chunk.lost, chunk.arrived, len(chunk.sound)) == (60, 3.0, 60)
    assert ring.lost == 60
    assert ring.last == 3.0


def test_two_threads_lose_nothing():
    ring, total, got = Ring(4_000, 1), 300_000, []

    def write() -> None:
        at = 0
        while at < total:
            block = np.arange(at, at + 100, dtype=np.float32)[:, None]
            if ring.write(block, 0.0):
                at += 100

    writer = threading.Thread(target=write)
    writer.start()
    while sum(map(len, got)) < total:
        got += [chunk.sound[:, 0] for chunk in ring.read()]
    writer.join()

    assert np.array_equal(np.concatenate(got), np.arange(total, dtype=np.float32))
