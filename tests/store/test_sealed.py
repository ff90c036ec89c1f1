"""Encrypted databases: steps from an older form to a newer one, and what goes wrong, in words."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from live.errors import StoreError
from live.store.sealed import (
    BusyError,
    Connection,
    check,
    connect,
    is_older,
    migrate,
    storable,
    transaction,
)

KEY = bytes(range(32))
OTHER = bytes(32)


def first(connection: Connection) -> None:
    connection.execute("CREATE TABLE word (text TEXT NOT NULL)")
    connection.execute("INSERT INTO word VALUES ('hello')")


def second(connection: Connection) -> None:
    connection.execute("ALTER TABLE word ADD COLUMN loud INTEGER NOT NULL DEFAULT 0")


def broken(connection: Connection) -> None:
    connection.execute("CREATE TABLE half (a TEXT)")
    connection.execute("UPDATE word SET text = 'changed'")
    raise RuntimeError


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of the first form."""
    made = connect(tmp_path / "one.db", KEY, "rwc")
    migrate(made, tmp_path / "one.db", [first], new=True)
    made.close()
    return tmp_path / "one.db"


def test_a_newer_form_is_reached_a_step_at_a_time_and_only_once(path: Path) -> None:
    connection = connect(path, KEY)
    assert is_older(connection, path, [first, second])

    migrate(connection, path, [first, second])
    migrate(connection, path, [first, second])

    assert connection.execute("SELECT * FROM word").fetchall() == [("hello", 0)]
    assert not is_older(connection, path, [first, second])
    connection.close()


def test_a_step_that_fails_leaves_what_the_steps_before_it_made(path: Path) -> None:
    connection = connect(path, KEY)
    with pytest.raises(RuntimeError):
        migrate(connection, path, [first, second, broken])
    connection.close()

    connection = connect(path, KEY)
    assert connection.execute("PRAGMA user_version").fetchone() == (2,)
    assert connection.execute("SELECT * FROM word").fetchall() == [("hello", 0)]
    assert not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'half'").fetchall()
    connection.close()


def test_what_a_newer_version_wrote_is_refused_and_left_alone(path: Path) -> None:
    connection = connect(path, KEY)
    migrate(connection, path, [first, second])
    connection.close()
    before = path.read_bytes()

    connection = connect(path, KEY)
    with pytest.raises(StoreError, match="newer version of Unhurried") as refused:
        migrate(connection, path, [first])
    connection.close()

    assert "newest version" in refused.value.hint
    assert path.read_bytes() == before


def test_a_file_of_no_length_is_damaged_and_not_an_empty_database(tmp_path: Path) -> None:
    empty = tmp_path / "empty.db"
    empty.touch()
    connection = connect(empty, KEY)

    with pytest.raises(StoreError, match="damaged: it is empty"):
        migrate(connection, empty, [first])
    connection.close()

    assert empty.read_bytes() == b""


def test_another_key_opens_nothing(path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    before = path.read_bytes()

    with pytest.raises(StoreError, match="is damaged"):
        connect(path, OTHER)

    assert path.read_bytes() == before
    # SQLCipher would say so on standard error by itself.
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("place", [100, 5_000, -40])
def test_one_changed_bit_anywhere_is_found(place: int, path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)

    with pytest.raises(StoreError, match="is damaged"):
        check(connect(path, KEY, "ro"), path)


def test_who_waits_for_another_program_is_told_to_try_again(path: Path) -> None:
    one, other = connect(path, KEY), connect(path, KEY, busy_s=0.01)

    with transaction(one, path), pytest.raises(BusyError), transaction(other, path):
        pass

    one.close()
    other.close()


def test_a_transaction_is_all_or_nothing(path: Path) -> None:
    connection = connect(path, KEY)

    with suppress(KeyError), transaction(connection, path):
        connection.execute("DELETE FROM word")
        raise KeyError

    assert connection.execute("SELECT * FROM word").fetchall() == [("hello",)]
    connection.close()


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is not there"):
        connect(tmp_path / "none.db", KEY)

    assert list(tmp_path.iterdir()) == []


def test_half_a_surrogate_pair_is_the_only_thing_that_cannot_be_written() -> None:
    assert storable("Zoë \x00\x1b 你好 🙂") == "Zoë \x00\x1b 你好 🙂"
    assert storable("a\udcffb") == "a?b"
