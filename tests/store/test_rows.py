"""Events go into a session's file and come out as they were."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store.keeping import flag

from live.store import rows
from live.store.rows import TABLES, Row
from live.store.session_file import SessionFile
from live.types import (
    Class,
    Event,
    Flag,
    Gap,
    Hush,
    Incoming,
    Overlap,
    Samples,
    Silence,
    Speech,
    Status,
    Tentative,
    Track,
    Turn,
    Unworded,
    Word,
)

POSITIONS = st.integers(0, 2**53).map(Samples)
TRACKS = st.sampled_from(list(Track))
MAYBE_TRACK = st.none() | TRACKS
SHARES = st.floats(0, 1)
PLAIN = st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(max_size=9)
EVIDENCE = st.dictionaries(st.text(max_size=9), PLAIN | st.floats(allow_nan=False), max_size=4)
FLAGS = st.builds(
    Flag,
    *(POSITIONS, POSITIONS, TRACKS, st.text(max_size=9), st.sampled_from(list(Class))),
    st.text("abc", min_size=1, max_size=2),
    POSITIONS,
    st.sampled_from([s for s in Status if s is not Status.PROVISIONAL]),
    SHARES,
    st.text(),
    EVIDENCE,
    st.none() | POSITIONS,
    st.text(),
)
EVENTS = st.one_of(
    st.builds(Speech, POSITIONS, POSITIONS, TRACKS),
    st.builds(Turn, POSITIONS, POSITIONS, TRACKS),
    st.builds(Overlap, POSITIONS, POSITIONS, TRACKS),
    st.builds(Silence, POSITIONS, POSITIONS, MAYBE_TRACK, MAYBE_TRACK),
    st.builds(Gap, POSITIONS, POSITIONS, TRACKS, st.text()),
    st.builds(Word, POSITIONS, POSITIONS, TRACKS, st.text(), st.none() | SHARES),
    st.builds(Unworded, POSITIONS, POSITIONS, TRACKS, st.text()),
    FLAGS,
)
NEVER = {
    Tentative: Tentative(Samples(0), Samples(9), Track.COACH, ()),
    Incoming: Incoming(Samples(0), Samples(9), Track.COACH, None, None),
    Hush: Hush(Samples(0)),
}
"""What belongs to the moment only."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SessionFile]:
    path = tmp_path_factory.mktemp("rows") / "one.db"
    with SessionFile.make(path, bytes(32), {}) as made:
        yield made


def written_and_read(file: SessionFile, events: Sequence[Event]) -> list[Event]:
    """What comes back; afterwards the file is as it was."""
    file.connection.execute("BEGIN")
    try:
        rows.insert(file.connection, [Row(seq, event) for seq, event in enumerate(events)])
        return list(rows.read(file.connection))
    finally:
        file.connection.execute("ROLLBACK")


@given(st.lists(EVENTS, max_size=12))
def test_every_event_comes_back_as_it_was_and_in_its_order(
    file: SessionFile, events: list[Event]
) -> None:
    newest = {event.id: event for event in events if isinstance(event, Flag)}
    expected: list[Event] = []
    for event in events:
        if not isinstance(event, Flag):
            expected.append(event)
        elif event.id in newest:  # where it was given first, as it was given last
            expected.append(newest.pop(event.id))

    back = written_and_read(file, events)

    assert back == expected
    assert [type(e) for e in back] == [type(e) for e in expected]


def test_a_revised_flag_takes_the_place_of_the_earlier_one(file: SessionFile) -> None:
    later = dataclasses.replace(flag(), status=Status.REVISED, kind="jump_in", reason="the words")

    assert written_and_read(file, [flag(), flag("t2"), later]) == [later, flag("t2")]


def test_values_come_back_as_what_they_are_and_not_as_text(file: SessionFile) -> None:
    one = dataclasses.replace(flag(), evidence={"complete": True, "level_db": 2.0, "unit": None})

    (back,) = written_and_read(file, [one])

    assert isinstance(back, Flag)
    assert back.evidence["complete"] is True
    assert back.track is Track.COACH
    assert back.cls is Class.COST
    assert back.status is Status.CONFIRMED


@pytest.mark.parametrize("kind", TABLES, ids=lambda kind: kind.__name__)
def test_every_field_of_an_event_has_its_column_in_a_new_file(
    kind: type, file: SessionFile
) -> None:
    """A field that is added needs a migration that adds its column."""
    found = file.connection.execute(f"PRAGMA table_info({TABLES[kind]})").fetchall()

    assert [name for _, name, *_ in found] == ["seq", *(f.name for f in dataclasses.fields(kind))]


def test_every_kind_of_event_is_kept_or_belongs_to_the_moment() -> None:
    assert set(get_args(Event)) == TABLES.keys() | NEVER.keys()


@pytest.mark.parametrize("event", NEVER.values(), ids=lambda event: type(event).__name__)
def test_what_belongs_to_the_moment_is_not_kept(event: Event) -> None:
    assert not rows.is_kept(event)


def test_a_provisional_flag_is_not_kept() -> None:
    assert not rows.is_kept(flag(status=Status.PROVISIONAL))
    assert all(rows.is_kept(flag(status=s)) for s in Status if s is not Status.PROVISIONAL)


def test_a_text_that_no_file_can_hold_costs_its_letters_and_not_the_session(
    file: SessionFile,
) -> None:
    half = Word(Samples(0), Samples(9), Track.COACH, "half \ud800 pair")

    (back,) = written_and_read(file, [half])

    assert back == dataclasses.replace(half, text="half ? pair")
