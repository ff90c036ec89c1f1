"""A long day: eight hours with five thousand flags change nothing about the memory."""

from __future__ import annotations

import itertools
import os
import sys
import tracemalloc
from pathlib import Path

import pytest

from live.cues.pace import CueOptions, Mode, PracticeOptions, SessionOptions, pace
from live.engine import Room
from live.kinds import KINDS
from live.types import Class, Flag, Samples, Track, samples
from live.ui.overlay import Overlay
from live.ui.showing import Showing
from live.ui.wire import Look, Style

pytestmark = pytest.mark.slow

HOURS = 8
FLAGS = 5000


def test_a_session_of_eight_hours_keeps_no_more_than_its_flags():
    showing = Showing(pace(Mode.PRACTICE, CueOptions(), PracticeOptions(), SessionOptions()), str)
    kinds = itertools.cycle(KINDS)
    every = samples(HOURS * 3600 / FLAGS)
    tracemalloc.start()
    for number in range(FLAGS):
        at = Samples(number * every)
        flag = Flag(at, at, Track.COACH, next(kinds), Class.COST, f"f{number}", at)
        showing.take(flag)
        for step in range(8):
            showing.reach(Room(Samples(at + step * every // 8), client_speaks=True))
            showing.look()
        if number == FLAGS // 10:
            early = tracemalloc.get_traced_memory()[0]
    late = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()

    assert len(showing.flags) == FLAGS
    # What is kept of a flag is the flag: some 1.5 kB of Python objects each, 6 MB in a day.
    assert (late - early) / (0.9 * FLAGS) < 1500


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read where Linux says it")
def test_the_overlay_keeps_nothing_of_what_it_has_shown(qt, shown):
    overlay = Overlay()
    overlay.restyle(Style(theme="light", reduced=True))
    shown(overlay)
    for number in range(FLAGS):
        overlay.show_look(Look(cue=f"came in early {number % 7}", icon="overlap"))
        qt.processEvents()
        overlay.show_look(Look(ring=number % 3 == 0))
        qt.processEvents()
        if number == FLAGS // 10:
            early, painted = resident(), overlay.paints

    assert overlay.paints - painted > FLAGS
    assert resident() - early < 2_000_000


def resident() -> int:
    """Bytes of memory this process has, Qt's included."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
