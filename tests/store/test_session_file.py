"""One session on the disk: its head, its notes and promises, and what deletion leaves of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from store import pages
from store.keeping import EVENTS, FIRST, PROMISE, SECRET, bytes_of, flag, promise

from live.errors import StoreError
from live.store import rows, session_file
from live.store.rows import Row
from live.store.sealed import Connection, transaction
from live.store.session_file import Note, Promise, SessionFile
from live.types import Event, Flag, Status, Word, samples

KEY = bytes(range(32))
AUDIO_KEY = "ab" * 32


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "5e55.db"


@pytest.fixture
def file(path: Path) -> Iterator[SessionFile]:
    """A session of some words, a flag and a promise, at rest, open to be changed."""
    with SessionFile.make(path, KEY, {"name": "talk.wav", "audio_key": AUDIO_KEY}) as made:
        put(made, *EVENTS, promise())
        made.at_rest()
    with SessionFile.open(path, KEY, "rw") as opened:
        yield opened


def put(file: SessionFile, *events: Event) -> None:
    with transaction(file.connection, file.path):
        rows.insert(file.connection, [Row(seq, event) for seq, event in enumerate(events)])


def third(connection: Connection) -> None:
    connection.execute("ALTER TABLE word ADD COLUMN loud INTEGER NOT NULL DEFAULT 0")


def failing(connection: Connection) -> None:
    connection.execute("DROP TABLE word")
    raise RuntimeError


def test_a_new_one_appears_with_its_head_and_nothing_is_left_of_its_beginning(path: Path) -> None:
    head = {"name": 'talk \U0001f399 "quoted"', "position": 0, "conditions": {"echo": None}}

    with SessionFile.make(path, KEY, head) as made:
        assert made.head() == head
        assert list(made.events()) == []
        assert not list(path.parent.glob("*.new*"))
        assert path.stat().st_mode & 0o777 == 0o600


def test_at_rest_it_is_a_single_file(file: SessionFile, path: Path) -> None:
    assert list(path.parent.iterdir()) == [path]
    assert list(file.events()) == [*EVENTS, promise()]


def test_nothing_of_it_can_be_read_without_the_key(file: SessionFile, path: Path) -> None:
    assert all(word.encode() not in path.read_bytes() for word in ("midsummer", "talk.wav"))
    with pytest.raises(StoreError, match="is damaged"):
        SessionFile.open(path, bytes(32))


def test_notes_come_back_in_their_order_whatever_is_in_them(file: SessionFile) -> None:
    notes = [
        Note(FIRST, "I hurried after the pause"),
        Note(FIRST - timedelta(days=1), "two\nlines \x1b[31m 你好 '; DROP TABLE note; --"),
        Note(FIRST, "long " * 100_000),
    ]
    for note in notes:
        file.write_note(note)

    assert file.notes() == notes


def test_a_note_that_no_file_can_hold_is_kept_without_the_broken_letter(file: SessionFile) -> None:
    file.write_note(Note(FIRST, "a\udcffb"))

    assert [note.text for note in file.notes()] == ["a?b"]


def test_a_promise_is_open_until_it_is_followed(file: SessionFile) -> None:
    assert file.promises() == [Promise("t9", samples(3.0), PROMISE, done=False)]

    file.follow("t9", FIRST)
    file.follow("t9", FIRST)

    assert file.promises() == [Promise("t9", samples(3.0), PROMISE, done=True)]


def test_a_promise_that_was_taken_back_or_has_no_words_is_none(path: Path) -> None:
    taken_back = flag("t2", "commitment", PROMISE, status=Status.WITHDRAWN)
    with SessionFile.make(path, KEY, {}) as made:
        put(made, taken_back, promise("t3", ""), flag("t4", "interruption", PROMISE))

        assert made.promises() == []


def test_of_forgotten_words_nothing_is_left_in_any_page(file: SessionFile, path: Path) -> None:
    assert SECRET.encode() in pages.plaintext(path, KEY)  # the eyes see it

    file.forget_words()

    left = pages.plaintext(path, KEY) + pages.plaintext_beside(path, KEY)
    for gone in (*SECRET.split()[1:], PROMISE, AUDIO_KEY):
        if len(gone) > 3:
            assert gone.encode() not in left
    events = list(file.events())
    assert [e for e in events if not isinstance(e, Word | Flag)] == [
        e for e in EVENTS if not isinstance(e, Word | Flag)
    ]
    assert {e.text for e in events if isinstance(e, Flag)} == {""}
    assert file.promises() == []
    assert file.head()["keep"] == "flags"


def test_with_the_audio_only_its_key_goes(file: SessionFile, path: Path) -> None:
    assert AUDIO_KEY.encode() in pages.plaintext(path, KEY)

    file.forget_audio()

    assert AUDIO_KEY.encode() not in pages.plaintext(path, KEY)
    assert "audio_key" not in file.head()
    assert file.head()["keep"] == "words"
    assert list(file.events()) == [*EVENTS, promise()]


@pytest.mark.parametrize("mode", ["ro", "rw"])
def test_an_older_file_is_brought_to_the_newest_form_when_it_is_opened(
    mode: str, file: SessionFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.close()
    monkeypatch.setattr(session_file, "MIGRATIONS", [*session_file.MIGRATIONS, third])

    with SessionFile.open(path, KEY, "rw" if mode == "rw" else "ro") as opened:
        assert opened.connection.execute("SELECT DISTINCT loud FROM word").fetchall() == [(0,)]
        assert list(opened.events()) == [*EVENTS, promise()]


def test_a_form_that_cannot_be_reached_leaves_the_file_readable(
    file: SessionFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.close()
    with monkeypatch.context() as patched:
        patched.setattr(session_file, "MIGRATIONS", [*session_file.MIGRATIONS, third, failing])
        with pytest.raises(RuntimeError):
            SessionFile.open(path, KEY)

    with monkeypatch.context() as patched:
        patched.setattr(session_file, "MIGRATIONS", [*session_file.MIGRATIONS, third])
        with SessionFile.open(path, KEY) as opened:
            assert list(opened.events()) == [*EVENTS, promise()]


def test_a_file_of_a_newer_version_is_refused_and_left_as_it_is(
    file: SessionFile, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.close()
    with monkeypatch.context() as patched:
        patched.setattr(session_file, "MIGRATIONS", [*session_file.MIGRATIONS, third])
        SessionFile.open(path, KEY).close()
    before = bytes_of(path.parent)

    for mode in ("ro", "rw"):
        with pytest.raises(StoreError, match="newer version of Unhurried"):
            SessionFile.open(path, KEY, "rw" if mode == "rw" else "ro")

    assert bytes_of(path.parent) == before
