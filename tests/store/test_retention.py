"""How long what is kept is kept, and what goes when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store.keeping import FIRST, Calendar, begin, bytes_of, opened, session

from live.settings import load
from live.store.catalogue import Kept, State
from live.store.consent import Keep, Setting
from live.store.retention import Due, KeepOptions, apply, due
from live.store.store import Store
from live.types import samples

DAYS = st.integers(0, 400)
KEPT = st.builds(
    Kept,
    st.just("a1"),
    st.integers(0, 500 * 24).map(lambda hours: FIRST - timedelta(hours=hours)),
    st.just("recording"),
    st.just("talk.wav"),
    st.just(Setting.PRACTICE),
    st.none(),
    st.sampled_from([Keep.FLAGS, Keep.WORDS, Keep.AUDIO]),
    state=st.sampled_from(list(State)),
)
OPTIONS = st.builds(KeepOptions, audio_days=DAYS, words_days=DAYS, flags_days=DAYS)
ONE = Kept("a1", FIRST, "live", "", Setting.SESSION, None, Keep.AUDIO, state=State.OVER)


@pytest.fixture
def clock() -> Calendar:
    return Calendar()


@pytest.fixture
def store(tmp_path: Path, clock: Calendar) -> Iterator[Store]:
    with opened(tmp_path, clock) as made:
        yield made


def after(days: float, options: KeepOptions, kept: Kept = ONE) -> Keep | None:
    """What of a session is due so many days after it began."""
    found = due([kept], options, FIRST + timedelta(days=days))
    return found[0].what if found else None


def test_by_default_voices_go_after_30_days_words_after_90_and_the_rest_stays() -> None:
    usual = load(None, None, {}).keep

    assert (usual.what, usual.audio_days, usual.words_days, usual.flags_days) == (
        "words",
        30,
        90,
        0,
    )
    assert after(29.99, usual) is None
    assert after(30, usual) is Keep.AUDIO
    assert after(89.99, usual) is Keep.AUDIO
    assert after(90, usual) is Keep.WORDS
    assert after(100_000, usual) is Keep.WORDS


def test_what_takes_the_most_with_it_goes_first() -> None:
    all_at_once = KeepOptions(audio_days=1, words_days=1, flags_days=1)

    assert after(1, all_at_once) is Keep.FLAGS
    assert after(1, replace(all_at_once, flags_days=0)) is Keep.WORDS
    assert after(1, replace(all_at_once, flags_days=0, words_days=0)) is Keep.AUDIO


def test_words_take_the_voices_with_them_although_their_own_time_is_not_over() -> None:
    assert after(5, KeepOptions(audio_days=100, words_days=5)) is Keep.WORDS


def test_nought_days_are_for_ever() -> None:
    assert after(1_000_000, KeepOptions(audio_days=0, words_days=0, flags_days=0)) is None


@given(st.lists(KEPT, max_size=5), OPTIONS)
def test_only_what_is_held_and_old_enough_is_due(
    sessions: list[Kept], options: KeepOptions
) -> None:
    for one in due(sessions, options, FIRST):
        assert one.kept.state is State.OVER
        age = FIRST - one.kept.began
        assert 0 < options.days(one.what) <= age / timedelta(days=1)
        assert one.what is not Keep.AUDIO or one.kept.keep is Keep.AUDIO
        assert one.what is not Keep.WORDS or one.kept.keep.words


@given(KEPT, OPTIONS)
def test_nothing_that_is_old_enough_is_forgotten(kept: Kept, options: KeepOptions) -> None:
    kept = replace(kept, state=State.OVER)
    age = (FIRST - kept.began) / timedelta(days=1)
    held = {Keep.FLAGS, kept.keep} | ({Keep.WORDS} if kept.keep.words else set())
    over = {kind for kind in held if 0 < options.days(kind) <= age}

    assert bool(due([kept], options, FIRST)) == bool(over)


@given(st.lists(KEPT, max_size=5), OPTIONS, st.integers(0, 300))
def test_what_is_due_stays_due(sessions: list[Kept], options: KeepOptions, days: int) -> None:
    order = [Keep.AUDIO, Keep.WORDS, Keep.FLAGS]
    now = due(sessions, options, FIRST)
    then = due(sessions, options, FIRST + timedelta(days=days))
    later = [(one.kept, one.what) for one in then]

    for one in now:
        assert any(k is one.kept and order.index(w) >= order.index(one.what) for k, w in later)


@given(st.lists(KEPT, max_size=5), OPTIONS)
def test_asking_what_is_due_gives_the_same_each_time(
    sessions: list[Kept], options: KeepOptions
) -> None:
    assert due(sessions, options, FIRST) == due(sessions, options, FIRST)


def test_what_is_due_goes_in_its_order_and_then_nothing_is_due(
    store: Store, clock: Calendar
) -> None:
    usual = KeepOptions()
    kept = session(store, Keep.AUDIO)

    left = []
    for days in (30, 60, 1_000):
        clock.later(days=days)
        before = bytes_of(store.places.folder)
        found = due(store.catalogue.sessions(), usual, clock())
        assert bytes_of(store.places.folder) == before  # asking alone changes nothing
        apply(store, found)
        left.append(store.catalogue.session(kept.number).keep)
        assert due(store.catalogue.sessions(), usual, clock()) == []

    assert left == [Keep.WORDS, Keep.FLAGS, Keep.FLAGS]
    assert [p.suffix for p in store.places.of(kept.uid)] == [".db"]


def test_a_session_whose_whole_time_is_over_is_gone(store: Store, clock: Calendar) -> None:
    kept = session(store, Keep.AUDIO)
    clock.later(days=10)

    options = KeepOptions(flags_days=10)
    gone = apply(store, due(store.catalogue.sessions(), options, clock()))

    assert gone == [Due(kept, Keep.FLAGS)]
    assert store.catalogue.sessions() == []
    assert store.places.of(kept.uid) == []


def test_a_session_that_goes_on_for_ever_is_never_due(store: Store, clock: Calendar) -> None:
    writing = begin(store, Keep.AUDIO)
    clock.later(days=10_000)

    assert due(store.catalogue.sessions(), KeepOptions(flags_days=1), clock()) == []

    writing.finish(samples(1.0), {}, {}, interrupted=False)
