"""The catalogue: sessions, people and agreements, and their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from store.keeping import FIRST, FULL, agreed, bytes_of

from live.errors import StoreError
from live.store import catalogue as module
from live.store.catalogue import Catalogue, Kept, State
from live.store.consent import Keep, Setting, Terms
from live.store.sealed import Connection
from live.types import samples

KEY = bytes(range(32))
ONE = Kept("a1", FIRST, "recording", "talk.wav", Setting.PRACTICE, "A.", Keep.WORDS, "0r1g1n")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    Catalogue.make(tmp_path / "catalogue.db", KEY)
    return tmp_path / "catalogue.db"


@pytest.fixture
def catalogue(path: Path) -> Iterator[Catalogue]:
    opened = Catalogue.open(path, KEY)
    yield opened
    opened.close()


def newer(connection: Connection) -> None:
    connection.execute("ALTER TABLE session ADD COLUMN mood TEXT NOT NULL DEFAULT ''")


def test_a_session_comes_back_as_it_was_put_in(catalogue: Catalogue) -> None:
    there = catalogue.add(ONE)

    assert there == replace(ONE, number=1)
    assert catalogue.session(1) == there
    assert catalogue.of_uid("a1") == there


def test_a_session_that_is_over_has_its_length_and_its_numbers(catalogue: Catalogue) -> None:
    catalogue.add(ONE)
    numbers = {"counts": {"interruption": 2}, "talk_share_time": {"coach": 0.3}}

    catalogue.over("a1", samples(9), numbers, interrupted=True)

    assert catalogue.session(1) == replace(
        ONE,
        number=1,
        duration=samples(9),
        state=State.OVER,
        interrupted=True,
        summary=numbers,
    )


def test_sessions_are_in_the_order_in_which_they_began(catalogue: Catalogue) -> None:
    for day in (3, 1, 2):
        catalogue.add(replace(ONE, uid=f"day {day}", began=FIRST + timedelta(days=day)))
    catalogue.add(replace(ONE, uid="as early", began=FIRST + timedelta(days=1)))

    assert [k.uid for k in catalogue.sessions()] == ["day 1", "as early", "day 2", "day 3"]


def test_half_seconds_do_not_disturb_the_order(catalogue: Catalogue) -> None:
    catalogue.add(replace(ONE, uid="later", began=FIRST + timedelta(microseconds=1)))
    catalogue.add(replace(ONE, uid="sooner", began=FIRST))

    assert [k.uid for k in catalogue.sessions()] == ["sooner", "later"]


def test_the_number_of_a_deleted_session_is_never_anothers(catalogue: Catalogue) -> None:
    catalogue.add(ONE)
    catalogue.drop(["a1"])

    assert catalogue.add(replace(ONE, uid="b2")).number == 2


@pytest.mark.parametrize("number", [0, 2, -1, 2**63, 10**30])
def test_a_number_that_no_session_has_is_said_to_be_none(number: int, catalogue: Catalogue) -> None:
    catalogue.add(ONE)

    with pytest.raises(StoreError, match=f"There is no session {number}."):
        catalogue.session(number)


def test_a_person_is_the_same_however_the_name_is_capitalised(catalogue: Catalogue) -> None:
    catalogue.add(replace(ONE, person="Anna"))
    catalogue.agree(agreed("ANNA"))

    assert catalogue.people() == ["Anna"]
    assert catalogue.known("anna") == "Anna"
    assert len(catalogue.sessions("aNNa")) == 1
    assert [held.person for held in catalogue.consents("anna")] == ["Anna"]
    assert catalogue.known("Ann") is None


@pytest.mark.parametrize("name", ["'; DROP TABLE person; --", "%", "A_", "你好 🙂", "x" * 10_000])
def test_a_name_is_a_name_whatever_it_looks_like(name: str, catalogue: Catalogue) -> None:
    catalogue.add(replace(ONE, person=name))
    catalogue.add(replace(ONE, uid="b2", person="AB"))

    assert [kept.person for kept in catalogue.sessions(name)] == [name]
    assert set(catalogue.people()) == {"AB", name}


def test_a_recording_is_known_by_the_last_session_that_says_with_whom_it_was(
    catalogue: Catalogue,
) -> None:
    catalogue.add(ONE)
    catalogue.add(replace(ONE, uid="b2", person="B."))
    catalogue.add(replace(ONE, uid="c3", person=None))

    found = catalogue.of_origin("0r1g1n")

    assert found is not None
    assert found.person == "B."
    assert catalogue.of_origin("another") is None


def test_the_newest_agreement_that_was_not_withdrawn_is_in_force(catalogue: Catalogue) -> None:
    day = timedelta(days=1)
    second = catalogue.agree(agreed(given=FIRST + day, terms=Terms(live=True)))
    first = catalogue.agree(agreed())
    assert catalogue.in_force("A.") == second

    catalogue.withdraw(second, FIRST + 2 * day)
    assert catalogue.in_force("A.") == first

    catalogue.withdraw(first, FIRST + 3 * day)
    assert catalogue.in_force("A.") is None
    assert [held.withdrawn for held in catalogue.consents("A.")] == [
        FIRST + 3 * day,
        FIRST + 2 * day,
    ]


def test_when_it_was_withdrawn_does_not_change_by_withdrawing_again(catalogue: Catalogue) -> None:
    held = catalogue.agree(agreed())
    catalogue.withdraw(held, FIRST + timedelta(days=1))
    catalogue.withdraw(held, FIRST + timedelta(days=2))

    (found,) = catalogue.consents("A.")
    assert found.withdrawn == FIRST + timedelta(days=1)


def test_an_agreement_comes_back_with_everything_in_it(catalogue: Catalogue) -> None:
    made = agreed(terms=Terms(live=True, words=False, audio=False, mentor=True, sponsor=False))

    there = catalogue.agree(made)

    assert there == replace(made, number=there.number)
    assert catalogue.consents("A.") == [there]


def test_with_a_person_their_agreements_go(catalogue: Catalogue) -> None:
    catalogue.add(ONE)
    catalogue.agree(agreed(terms=FULL))
    catalogue.agree(agreed("B."))

    catalogue.condemn(["a1"], "A.")

    assert catalogue.people() == ["B."]
    assert catalogue.consents("A.") == []
    assert [(k.state, k.name, k.person, k.origin) for k in catalogue.sessions()] == [
        (State.DELETING, "", None, "")
    ]


def test_a_catalogue_of_a_newer_version_is_refused_and_left_as_it_is(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(module, "MIGRATIONS", [*module.MIGRATIONS, newer])
        Catalogue.open(path, KEY).close()
    before = bytes_of(path.parent)

    with pytest.raises(StoreError, match="newer version of Unhurried"):
        Catalogue.open(path, KEY)

    assert bytes_of(path.parent) == before


def test_an_older_catalogue_is_brought_to_the_newest_form(
    catalogue: Catalogue, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue.add(ONE)
    monkeypatch.setattr(module, "MIGRATIONS", [*module.MIGRATIONS, newer])

    opened = Catalogue.open(path, KEY)

    assert opened.session(1) == replace(ONE, number=1)
    opened.close()


def test_an_empty_one_is_there_whole_or_not_at_all(path: Path) -> None:
    assert [each.name for each in path.parent.iterdir()] == ["catalogue.db"]
    assert path.stat().st_mode & 0o777 == 0o600
