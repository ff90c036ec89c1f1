"""A session as it is being kept: when it is written, and how much of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store import pages
from store.keeping import EVENTS, HEARD, KEY, SECRET, begin, flag, opened, promise, summary

from live.app.stored import plain
from live.store.catalogue import State
from live.store.consent import Keep
from live.store.store import Store
from live.store.writing import Writing
from live.types import Flag, Samples, Status, Tentative, Track, Word, samples


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path) as made:
        yield made


def on_disk(store: Store, writing: Writing) -> list[object]:
    """What somebody who looks now finds of a session that goes on."""
    with store.file(writing.kept) as file:
        return list(file.events())


def over(writing: Writing, duration: Samples = samples(6.0)) -> None:
    writing.finish(duration, plain(HEARD), summary([], duration), interrupted=False)


def test_what_was_heard_is_on_the_disk_half_a_second_later(store: Store) -> None:
    writing = begin(store)
    writing.take(flag())
    writing.reached(samples(0.49), dict)
    assert on_disk(store, writing) == []

    writing.reached(samples(0.5), dict)
    assert on_disk(store, writing) == [flag()]

    writing.take(flag("t2"))
    writing.reached(samples(0.99), dict)
    assert on_disk(store, writing) == [flag()]

    writing.reached(samples(1.0), dict)
    assert on_disk(store, writing) == [flag(), flag("t2")]
    over(writing)


def test_the_last_moment_is_written_at_the_end(store: Store) -> None:
    writing = begin(store)
    writing.take(flag())
    over(writing)

    kept = store.catalogue.session(1)
    assert (kept.state, kept.duration) == (State.OVER, samples(6.0))
    with store.file(kept) as file:
        assert list(file.events()) == [flag()]
        assert file.head()["over"] is True
        assert file.head()["position"] == samples(6.0)
    assert [path.suffix for path in store.places.of(kept.uid)] == [".db"]


def test_of_a_session_without_words_no_word_is_in_its_file(store: Store) -> None:
    writing = begin(store, Keep.FLAGS)
    for event in (*EVENTS, promise()):
        writing.take(event)
    writing.reached(samples(5.0), lambda: plain(HEARD))
    path, key = store.places.session(writing.kept.uid), KEY.derived(f"session {writing.kept.uid}")

    while_it_runs = pages.plaintext(path, key) + pages.plaintext_beside(path, key)
    over(writing)
    left = while_it_runs + pages.plaintext(path, key)

    assert b"interruption" in left
    said = {w for e in (*EVENTS, promise()) if isinstance(e, Flag | Word) for w in e.text.split()}
    assert {word for word in said if len(word) > 3 and word.encode() in left} == set()
    events = on_disk(store, writing)
    assert not any(isinstance(event, Word) for event in events)
    assert {event.text for event in events if isinstance(event, Flag)} == {""}


def test_with_words_they_are_there(store: Store) -> None:
    writing = begin(store, Keep.WORDS)
    for event in EVENTS:
        writing.take(event)
    over(writing)

    assert on_disk(store, writing) == EVENTS
    path, key = store.places.session(writing.kept.uid), KEY.derived(f"session {writing.kept.uid}")
    assert SECRET.encode() in pages.plaintext(path, key)


def test_what_is_not_decided_yet_is_never_written(store: Store) -> None:
    writing = begin(store)
    word = Word(Samples(0), Samples(9), Track.COACH, "perhaps")
    writing.take(flag(status=Status.PROVISIONAL))
    writing.take(Tentative(Samples(0), Samples(9), Track.COACH, (word,)))
    over(writing)

    assert on_disk(store, writing) == []


def test_a_flag_that_is_revised_after_it_was_written_takes_the_earlier_ones_place(
    store: Store,
) -> None:
    writing = begin(store)
    writing.take(flag())
    writing.reached(samples(1.0), dict)
    writing.take(flag(status=Status.WITHDRAWN))
    over(writing)

    assert on_disk(store, writing) == [flag(status=Status.WITHDRAWN)]


def test_sound_is_written_only_where_it_is_kept(store: Store) -> None:
    with_sound, without = begin(store, Keep.AUDIO), begin(store, Keep.WORDS)
    for writing in (with_sound, without):
        writing.sound(samples(0.0), b"one")
        writing.sound(samples(0.5), b"two")
        over(writing)

    assert with_sound.kept.number == 1
    vault = store.audio(with_sound.kept)
    assert vault is not None
    with vault:
        assert [vault.read(i) for i in range(len(vault))] == [(0, b"one"), (8_000, b"two")]
    assert store.audio(without.kept) is None
    assert not store.places.audio(without.kept.uid).exists()


def test_conditions_that_change_on_the_way_are_the_ones_that_are_kept(store: Store) -> None:
    writing = begin(store)
    later = plain(HEARD) | {"echo": "speakers"}
    writing.reached(samples(1.0), lambda: later)

    with store.file(writing.kept) as file:
        assert file.head()["conditions"] == later
    over(writing)


def test_a_session_that_was_stopped_says_so(store: Store) -> None:
    writing = begin(store)
    writing.finish(samples(2.0), plain(HEARD), {}, interrupted=True)

    assert store.catalogue.session(1).interrupted
    with store.file(writing.kept) as file:
        assert file.head()["interrupted"] is True


def test_a_session_that_is_left_is_not_over(store: Store) -> None:
    writing = begin(store)
    writing.leave()

    assert store.catalogue.session(1).state is State.RUNNING
    assert not store.is_running(writing.kept.uid)
