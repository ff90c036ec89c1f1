"""The forensic reader sees what SQLite no longer shows, so what it does not see is gone."""

import random
import re

import pytest
import sqlcipher3
from store import pages

KEY = bytes(range(32))
PAGE = pages.PAGE


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept.db"


def opened(path, key=KEY):
    """A database that is written as carelessly as SQLite does by default."""
    connection = sqlcipher3.connect(str(path), isolation_level=None)
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute("PRAGMA secure_delete = OFF")
    return connection


def filled(path, *, mode="DELETE", secure="OFF", rows=2_000):
    """An open database with a phrase in every row."""
    connection = opened(path)
    connection.execute(f"PRAGMA journal_mode = {mode}")
    connection.execute(f"PRAGMA secure_delete = {secure}")
    connection.execute("CREATE TABLE said (seq INTEGER PRIMARY KEY, text TEXT)")
    connection.execute("BEGIN")
    connection.executemany(
        "INSERT INTO said VALUES (?, ?)", [(i, f"phrase {i:05}") for i in range(rows)]
    )
    connection.execute("COMMIT")
    return connection


def phrases(text):
    """The numbers of the phrases in a text."""
    return {int(found) for found in re.findall(rb"phrase (\d{5})", text)}


def test_every_live_row_is_seen_and_no_byte_of_it_in_the_file(path):
    filled(path).close()

    assert phrases(pages.plaintext(path, KEY)) == set(range(2_000))
    assert b"phrase" not in path.read_bytes()


def test_every_page_is_as_sqlite_itself_exports_it(path):
    connection = filled(path)
    plain = path.with_name("plain.db")
    connection.execute(f"ATTACH '{plain}' AS plain KEY ''")
    connection.execute("SELECT sqlcipher_export('plain')")
    connection.close()

    assert phrases(plain.read_bytes()) == phrases(pages.plaintext(path, KEY))
    assert len(pages.plaintext(path, KEY)) == path.stat().st_size // PAGE * (PAGE - 80) - 16


def test_deleted_rows_are_seen_in_the_pages_they_leave_behind(path):
    connection = filled(path)
    connection.execute("DELETE FROM said WHERE seq % 3 = 0")  # free space inside pages
    connection.execute("DELETE FROM said WHERE seq > 1000")  # whole pages on the free list
    (free,) = connection.execute("PRAGMA freelist_count").fetchone()
    alive = {seq for (seq,) in connection.execute("SELECT seq FROM said")}
    connection.close()

    gone = phrases(pages.plaintext(path, KEY)) - alive

    assert free > 2
    assert len({seq for seq in gone if seq <= 1_000}) > 200
    assert len({seq for seq in gone if seq > 1_000}) > 900


def test_a_log_is_seen_with_what_was_deleted_since(path):
    connection = filled(path, mode="WAL")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("DELETE FROM said")

    assert phrases(pages.plaintext_beside(path, KEY)) == set(range(2_000))
    assert b"phrase" not in path.with_name("kept.db-wal").read_bytes()
    connection.close()
    assert pages.plaintext_beside(path, KEY) == b""


def test_frames_of_an_earlier_round_of_the_log_are_seen(path):
    connection = filled(path, mode="WAL")
    connection.execute("PRAGMA wal_checkpoint").fetchall()
    connection.execute("UPDATE said SET text = 'later'")

    assert len(phrases(pages.plaintext_beside(path, KEY))) > 200
    connection.close()


def test_a_journal_is_seen_while_a_change_is_not_finished(path):
    connection = filled(path)
    connection.execute("PRAGMA cache_size = 2")  # so that it is written in several parts
    connection.execute("PRAGMA cache_spill = 2")
    connection.execute("BEGIN")
    connection.execute("UPDATE said SET text = 'later'")

    assert len(phrases(pages.plaintext_beside(path, KEY))) > 1_900
    assert b"phrase" not in path.with_name("kept.db-journal").read_bytes()
    connection.execute("ROLLBACK")
    connection.close()


def test_a_journal_that_is_done_with_is_seen_where_it_stays(path):
    connection = filled(path)
    connection.execute("PRAGMA journal_mode = PERSIST")
    connection.execute("UPDATE said SET text = 'later'")
    connection.close()

    assert phrases(pages.plaintext_beside(path, KEY)) == set(range(2_000))


def test_another_key_is_never_taken_for_nothing_found(path):
    connection = filled(path)
    connection.execute("PRAGMA journal_mode = PERSIST")
    connection.execute("DELETE FROM said")
    connection.close()

    with pytest.raises(ValueError, match="not written with this key"):
        pages.plaintext(path, bytes(32))
    with pytest.raises(ValueError, match="not written with this key"):
        pages.plaintext_beside(path, bytes(32))


def test_a_changed_page_is_never_passed_over(path):
    filled(path).close()
    data = bytearray(path.read_bytes())
    data[3 * PAGE + 100] ^= 1
    path.write_bytes(data)

    with pytest.raises(ValueError, match="page 4 was not written"):
        pages.plaintext(path, KEY)
    path.write_bytes(data[:-1])
    with pytest.raises(ValueError, match="whole pages"):
        pages.plaintext(path, KEY)


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
def test_a_database_that_is_written_anew_keeps_nothing_of_what_was_deleted(path, mode):
    """SQLite's secure deletion misses copies that were left behind when pages were rearranged.

    Measured: 1 to 5 of 3,000 rows where rows came in no order. Only VACUUM leaves none; with a
    write-ahead log, a truncating checkpoint has to follow it.
    """
    connection = filled(path, mode=mode, rows=0)
    numbers = list(range(2_000))
    random.Random(4).shuffle(numbers)  # noqa: S311 - an order, not a secret
    for at in range(0, 2_000, 100):
        connection.execute("BEGIN")
        rows = [(i, f"phrase {i:05}" + "." * (i % 23)) for i in numbers[at : at + 100]]
        connection.executemany("INSERT INTO said VALUES (?, ?)", rows)
        connection.execute("COMMIT")
    connection.execute("DELETE FROM said WHERE seq % 3 = 0")
    connection.execute("UPDATE said SET text = '' WHERE seq % 3 = 1")
    careless = phrases(pages.plaintext(path, KEY) + pages.plaintext_beside(path, KEY))

    connection.execute("VACUUM")
    if mode == "WAL":
        (busy, _, _) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert not busy
    left = phrases(pages.plaintext(path, KEY) + pages.plaintext_beside(path, KEY))
    connection.close()

    assert len(careless) > 1_500
    assert left == {i for i in range(2_000) if i % 3 == 2}
    assert list(path.parent.iterdir()) == [path]
