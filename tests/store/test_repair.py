"""What is mended when a store is opened, and what is said about the rest."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from store.keeping import (
    EVENTS,
    FIRST,
    HEARD,
    agreed,
    begin,
    bytes_of,
    opened,
    session,
    summary,
)

from live.app.stored import plain, summarised
from live.app.telling import findings
from live.errors import StoreError
from live.store.catalogue import Kept, State
from live.store.consent import Keep, Terms
from live.store.repair import Damaged, Finding, Repaired, repair
from live.store.store import Store
from live.types import samples


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path) as made:
        yield made


def mend(store: Store) -> list[Finding]:
    return repair(store, summarised)


def left_running(store: Store, keep: Keep = Keep.WORDS, person: str | None = None) -> Kept:
    """A session whose program ended in the middle of it."""
    writing = begin(store, keep, person)
    for event in EVENTS:
        writing.take(event)
    writing.reached(samples(5.0), lambda: plain(HEARD))
    writing.leave()
    return writing.kept


def test_where_nothing_is_wrong_nothing_is_done(store: Store) -> None:
    session(store)
    before = bytes_of(store.places.folder)

    assert mend(store) == []
    assert bytes_of(store.places.folder) == before


def test_a_session_that_broke_off_is_closed_up_with_its_numbers(store: Store) -> None:
    kept = left_running(store)

    (found,) = mend(store)

    assert isinstance(found, Repaired)
    there = store.catalogue.session(kept.number)
    assert there.state is State.OVER
    assert there.duration == samples(5.0)
    assert there.interrupted
    assert there.summary == summary(EVENTS, samples(5.0))
    with store.file(there) as file:
        assert list(file.events()) == EVENTS
    assert [path.suffix for path in store.places.of(kept.uid)] == [".db"]
    (line,) = findings([found])
    assert line.startswith("Session 1 (")
    assert line.endswith("was not closed: everything up to 0:05 is there.")
    assert mend(store) == []


def test_a_session_that_goes_on_is_left_alone(store: Store, tmp_path: Path) -> None:
    with opened(tmp_path) as other:
        writing = begin(other)

        assert mend(store) == []
        assert store.catalogue.session(1).state is State.RUNNING

        writing.finish(samples(1.0), {}, {}, interrupted=False)


def test_a_file_that_is_gone_is_said_once_and_its_session_stays_in_the_list(store: Store) -> None:
    kept = session(store)
    store.places.session(kept.uid).unlink()

    (found,) = mend(store)

    assert isinstance(found, Damaged)
    assert store.catalogue.session(kept.number).state is State.LOST
    (line,) = findings([found])
    assert "cannot be read: The file of session 1 is gone." in line
    assert mend(store) == []


def test_a_file_that_is_put_back_is_there_again(store: Store, tmp_path: Path) -> None:
    kept = session(store)
    path, copy = store.places.session(kept.uid), tmp_path / "copy"
    path.rename(copy)
    mend(store)
    copy.rename(path)

    (found,) = mend(store)

    assert store.catalogue.session(kept.number) == kept
    (line,) = findings([found])
    assert line.endswith("is there again: everything up to 0:06 is there.")


def test_a_damaged_file_is_named_and_left_as_it_is(store: Store) -> None:
    kept = left_running(store)
    path = store.places.session(kept.uid)
    data = bytearray(path.read_bytes())
    data[5_000] ^= 1
    path.write_bytes(data)
    before = path.read_bytes()

    (found,) = mend(store)

    assert isinstance(found, Damaged)
    assert path.read_bytes() == before
    assert store.catalogue.session(kept.number).state is State.LOST


def older_catalogue(store: Store, tmp_path: Path) -> Store:
    """The store with the catalogue of its first day, as out of a backup."""
    store.close()
    shutil.copy(tmp_path / "first.db", store.places.catalogue)
    return opened(tmp_path)


def keep_catalogue(store: Store, tmp_path: Path) -> None:
    shutil.copy(store.places.catalogue, tmp_path / "first.db")


def test_sessions_that_the_catalogue_does_not_know_are_taken_in(
    store: Store, tmp_path: Path
) -> None:
    keep_catalogue(store, tmp_path)
    held = store.catalogue.agree(agreed())
    kept = session(store, Keep.AUDIO, "A.", consent=held)

    with older_catalogue(store, tmp_path) as back:
        (found,) = mend(back)

        assert back.catalogue.sessions() == [kept]
        assert [replace(c, number=held.number) for c in back.catalogue.consents("A.")] == [held]
        vault = back.audio(kept)
        assert vault is not None
        vault.close()
        assert "is there again" in next(findings([found]))


def test_who_has_withdrawn_does_not_agree_again_because_of_an_old_file(
    store: Store, tmp_path: Path
) -> None:
    """A file out of a backup says what was agreed then."""
    kept = session(store, Keep.WORDS, "A.", consent=agreed())
    copy = tmp_path / "copy"
    shutil.copy(store.places.session(kept.uid), copy)
    held = store.catalogue.agree(agreed())
    store.catalogue.withdraw(held, FIRST)
    store.catalogue.drop([kept.uid])
    copy.rename(store.places.session(kept.uid))

    mend(store)

    assert [k.person for k in store.catalogue.sessions()] == ["A."]
    assert store.catalogue.in_force("A.") is None


def test_a_smaller_agreement_is_not_replaced_by_an_older_one(store: Store, tmp_path: Path) -> None:
    keep_catalogue(store, tmp_path)
    session(store, Keep.WORDS, "A.", consent=agreed())
    with older_catalogue(store, tmp_path) as back:
        less = back.catalogue.agree(agreed(terms=Terms(live=True)))

        mend(back)

        assert back.catalogue.in_force("A.") == less


def test_the_beginning_of_a_session_that_never_was_is_swept_away(store: Store) -> None:
    draft = store.places.sessions / "abc.new"
    for path in (draft, draft.with_name("abc.new-journal")):
        path.write_bytes(b"half")

    assert mend(store) == []
    assert list(store.places.sessions.iterdir()) == []


def test_a_lock_that_nobody_holds_is_swept_away(store: Store) -> None:
    store.places.running("abc").touch()

    assert mend(store) == []
    assert list(store.places.sessions.iterdir()) == []


def test_a_deletion_that_broke_off_is_finished(store: Store) -> None:
    kept, other = session(store, Keep.AUDIO, "A."), session(store)
    store.catalogue.condemn([kept.uid])

    assert mend(store) == []
    assert store.catalogue.sessions() == [other]
    assert store.places.of(kept.uid) == []
    assert store.places.of(other.uid) != []


def test_a_file_of_something_else_is_left_where_it_is(store: Store) -> None:
    stranger = store.places.sessions / "holiday.db"
    stranger.write_bytes(b"not ours" * 1_000)

    assert mend(store) == []
    assert stranger.read_bytes() == b"not ours" * 1_000
    assert store.catalogue.sessions() == []


def test_a_damaged_list_is_left_alone_and_made_again_once_it_is_moved_away(
    tmp_path: Path, store: Store
) -> None:
    session(store, person="Ann", consent=store.catalogue.agree(agreed("Ann")))
    session(store)
    agreed_before = len(store.catalogue.consents("Ann"))
    listed = [(k.uid, k.person, k.duration, k.keep) for k in store.catalogue.sessions()]
    key = store.catalogue.path
    store.close()
    whole = key.read_bytes()
    key.write_bytes(whole[:5000] + b"\0" + whole[5001:])
    spoilt = key.read_bytes()

    with pytest.raises(StoreError, match="damaged") as caught:
        opened(tmp_path)
    assert "move it away" in caught.value.hint
    assert key.read_bytes() == spoilt

    key.rename(key.with_name("catalogue.old"))
    with opened(tmp_path) as again:
        mend(again)
        remade = [(k.uid, k.person, k.duration, k.keep) for k in again.catalogue.sessions()]
        assert sorted(remade, key=str) == sorted(listed, key=str)
        assert len(again.catalogue.consents("Ann")) == agreed_before
