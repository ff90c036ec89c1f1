"""`unhurried purge`: what it says, what it deletes, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import keyrings
import pytest
from outside import Done, call
from store.keeping import FIRST, Calendar, Silent, agreed, begin, bytes_of, own_key, session

from live.app.everything import WRITTEN
from live.resources import own
from live.store.catalogue import State
from live.store.consent import Keep
from live.store.key import Key
from live.store.places import Places
from live.store.store import Store, make_folders
from live.store.unlock import make
from live.types import samples

NOTHING_DONE = "Nothing was deleted. To delete without being asked: --yes"


@pytest.fixture
def key(monkeypatch: pytest.MonkeyPatch) -> Key:
    return own_key(monkeypatch)


@pytest.fixture
def store(key: Key) -> Iterator[Store]:
    """Three sessions: 1 and 2 with A., one with its voices; 3 with B."""
    with Store.open(Places.usual(), key, Calendar()) as opened:
        opened.catalogue.agree(agreed())
        session(opened, Keep.AUDIO, "A.")
        session(opened, Keep.WORDS, "A.")
        session(opened, Keep.WORDS, "B.")
        yield opened


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def numbers(store: Store) -> list[int]:
    return [kept.number for kept in store.catalogue.sessions()]


def done(*arguments: str | Path) -> Done:
    found = call("purge", *arguments)
    assert found.code == 0, found.err
    return found


# Without a yes


@pytest.mark.parametrize(
    "what",
    [("1",), ("1", "--only", "words"), ("--with", "A."), ("--all",), ("--old",)],
    ids=lambda what: " ".join(what),
)
def test_where_nobody_can_be_asked_nothing_is_deleted_and_the_way_is_said(
    what: tuple[str, ...], store: Store, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.app.opening.now", lambda: FIRST + timedelta(days=1_000))
    before = bytes_of(home)

    found = call("purge", *what)

    assert found.code == 1
    assert NOTHING_DONE in found.err
    assert found.out.startswith("To be deleted for good:\n")
    assert bytes_of(home) == before


@pytest.mark.parametrize(
    "what",
    [("1", "3"), ("1", "--only", "audio"), ("--with", "A."), ("--all",), ("--old",)],
    ids=lambda what: " ".join(what),
)
def test_a_dry_run_says_what_would_go_and_changes_no_byte(
    what: tuple[str, ...], store: Store, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("live.app.opening.now", lambda: FIRST + timedelta(days=1_000))
    before = bytes_of(home)

    found = done(*what, "--dry-run", "--yes")

    assert found.out.startswith("This would be deleted:\n  ")
    assert bytes_of(home) == before


@pytest.mark.parametrize(
    "what", [(), ("1", "--all"), ("--with", "A.", "--old"), ("1", "--with", "A.")]
)
def test_exactly_one_thing_has_to_be_named(what: tuple[str, ...], store: Store) -> None:
    found = call("purge", *what, "--yes")

    assert (found.code, numbers(store)) == (2, [1, 2, 3])
    assert found.problems[0].startswith("Say what is to be deleted")


@pytest.mark.parametrize("what", ["--old", "--all"])
def test_a_part_of_everything_cannot_be_deleted(what: str, store: Store) -> None:
    assert call("purge", what, "--only", "audio", "--yes").code == 2
    assert numbers(store) == [1, 2, 3]


def test_where_nothing_is_kept_nothing_is_deleted_or_made(home: Path) -> None:
    assert done("1", "--yes").out == "There is nothing to delete.\n"
    assert done("--with", "A.", "--yes").out == "There is nothing to delete.\n"
    assert done("--all", "--yes").out.startswith("Nothing is there to delete in ")
    assert not home.exists()


# Sessions


def test_named_sessions_are_deleted_and_that_is_said(store: Store) -> None:
    found = done("3", "1", "1", "--yes")

    assert numbers(store) == [2]
    day = f"{FIRST.astimezone():%Y-%m-%d %H:%M}"
    assert [line for line in found.out.splitlines() if line.startswith("Deleted")] == [
        f"Deleted: session 3 ({day}, talk.wav with B.).",
        f"Deleted: session 1 ({day}, talk.wav with A.).",
    ]


def test_one_unknown_number_keeps_all_the_others(store: Store) -> None:
    found = call("purge", "1", "4", "--yes")

    assert (found.code, found.problems) == (1, ["There is no session 4."])
    assert numbers(store) == [1, 2, 3]


def test_only_the_voices(store: Store) -> None:
    found = done("1", "2", "--only", "audio", "--yes")

    assert "Deleted: the voices of session 1" in found.out
    assert "session 2" not in found.out
    assert [kept.keep for kept in store.catalogue.sessions()] == [Keep.WORDS] * 3


def test_only_what_was_said(store: Store) -> None:
    found = done("1", "--only", "words", "--yes")

    assert "Deleted: what was said in session 1" in found.out
    assert store.catalogue.session(1).keep is Keep.FLAGS
    assert store.catalogue.session(1).state is State.OVER
    assert done("1", "--only", "words", "--yes").out == "There is nothing to delete.\n"


def test_sessions_purge_is_the_same(store: Store) -> None:
    assert call("sessions", "purge", "1", "--yes").code == 0
    assert numbers(store) == [2, 3]


def test_a_session_that_goes_on_is_refused_and_the_others_go(store: Store) -> None:
    writing = begin(store)

    found = call("purge", "1", "4", "--yes")

    assert found.code == 1
    assert found.problems[0].endswith("is going on right now.")
    assert numbers(store) == [2, 3, 4]
    writing.finish(samples(1.0), {}, {}, interrupted=False)
    assert store.catalogue.session(4).state is State.OVER


# People


def test_with_a_person_everything_with_and_about_them_goes(store: Store) -> None:
    found = done("--with", "a.", "--yes")

    assert "Deleted: 2 sessions, what was agreed, and the name." in found.out
    assert numbers(store) == [3]
    assert store.catalogue.people() == ["B."]
    assert call("consent").out == "B.: nothing that was agreed is written down.\n"


def test_of_a_person_only_the_words_can_go(store: Store) -> None:
    done("--with", "A.", "--only", "words", "--yes")

    assert [kept.keep for kept in store.catalogue.sessions()] == [
        Keep.FLAGS,
        Keep.FLAGS,
        Keep.WORDS,
    ]
    assert store.catalogue.in_force("A.") is not None


def test_an_unknown_person_is_said_to_be_unknown(store: Store) -> None:
    found = call("purge", "--with", "Zoe", "--yes")

    assert (found.code, found.problems) == (2, ["Nobody is called Zoe here."])
    assert "You know: A., B." in found.err


def test_a_person_in_the_middle_of_a_session_is_left_whole(store: Store) -> None:
    writing = begin(store, person="A.")

    found = call("purge", "--with", "A.", "--yes")

    assert found.code == 1
    assert found.problems == ["A session with A. is going on right now."]
    assert numbers(store) == [1, 2, 3, 4]
    writing.finish(samples(1.0), {}, {}, interrupted=False)


# What is old


def test_what_is_due_by_the_settings_goes(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("live.app.opening.now", lambda: FIRST + timedelta(days=31))
    assert done("--old", "--yes").out.count("Deleted: the voices of session 1") == 1
    assert done("--old", "--yes").out == "Nothing is due.\n"

    shorter = ("--set", "keep.words_days=31", "--set", "keep.audio_days=5")
    found = done("--old", "--yes", *shorter)
    assert found.out.count("Deleted: what was said in session") == 3
    assert {kept.keep for kept in store.catalogue.sessions()} == {Keep.FLAGS}


# Everything


def test_with_everything_the_folder_is_empty_and_no_key_was_needed(
    store: Store, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UNHURRIED_PASSPHRASE")
    for folder, name in (("config", "settings.toml"), ("data", "speed.json"), ("data", "speed.77")):
        own(folder).mkdir(parents=True, exist_ok=True)
        (own(folder) / name).write_text("")
    (own("data") / "weights" / "base.en" / "1").mkdir(parents=True)
    (own("data") / "weights" / "base.en" / "1" / ".model.bin.part").write_text("half")

    found = done("--all", "--yes")

    assert "Everything that Unhurried has written here is deleted." in found.out
    assert found.err == ""
    assert list(home.iterdir()) == []


def test_what_others_put_there_stays_and_is_named(store: Store, home: Path) -> None:
    mine = [
        Places.usual().sessions / "holiday.jpg",
        own("data") / "diary" / "monday.txt",
        home / "letter.txt",
    ]
    for path in mine:
        path.parent.mkdir(exist_ok=True)
        path.write_text("mine")

    found = done("--all", "--yes")

    assert sorted(bytes_of(home)) == sorted(mine)
    assert f"Not written by Unhurried, so still there: {mine[0]}" in found.err
    assert f"Not written by Unhurried, so still there: {mine[1].parent}" in found.err


def test_a_store_that_came_out_of_a_backup_without_its_lock_goes_whole(
    store: Store, home: Path
) -> None:
    Places.usual().lock.unlink()

    assert done("--all", "--yes").err == ""
    assert list(home.iterdir()) == []


def test_nothing_goes_while_a_session_goes_on(store: Store, home: Path) -> None:
    writing = begin(store, Keep.AUDIO)
    before = set(bytes_of(home))

    found = call("purge", "--all", "--yes")

    assert (found.code, found.problems) == (1, ["A session is going on right now."])
    assert set(bytes_of(home)) == before
    writing.finish(samples(1.0), {}, {}, interrupted=False)


@pytest.mark.parametrize("keyring", [keyrings.InFile, keyrings.Keeping, keyrings.Locked])
def test_the_entry_in_the_keyring_goes_or_it_is_said_that_it_did_not(
    keyring: type, tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(keyrings.FILE, str(tmp_path / "keyring.json"))
    keyrings.choose(monkeypatch, keyrings.InFile)
    make_folders(Places.usual())
    make(Places.usual().folder, Silent())
    assert keyrings.entries()
    keyrings.choose(monkeypatch, keyring)

    found = call("purge", "--all", "--yes")

    if keyring is keyrings.InFile:
        assert (found.code, found.err, keyrings.entries()) == (0, "", {})
    else:
        assert found.code == 1
        assert "The key may still be in your system's keyring" in found.err
        assert "Remove" in found.err
    assert list(home.iterdir()) == []
    keyrings.settle()


def test_what_is_damaged_can_be_deleted(store: Store, home: Path) -> None:
    store.close()
    for path in bytes_of(home):
        path.write_bytes(b"noise")

    assert call("purge", "--all", "--yes").code == 0
    assert list(home.iterdir()) == []


def test_every_sort_of_file_is_named_once() -> None:
    assert len({(written.folder, written.pattern) for written in WRITTEN}) == len(WRITTEN)
