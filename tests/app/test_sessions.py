"""`unhurried sessions`: the list, one of them, notes on it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from outside import Done, call, whole
from store.keeping import EVENTS, FIRST, SECRET, Calendar, begin, flag, own_key, session

from live.resources import own
from live.store.catalogue import State
from live.store.consent import Keep
from live.store.key import Key
from live.store.places import Places
from live.store.store import Store
from live.types import samples


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> Key:
    """The clock on the wall is that of a place far from Greenwich."""
    monkeypatch.setenv("TZ", "Pacific/Auckland")
    time.tzset()
    return own_key(monkeypatch)


@pytest.fixture(autouse=True)
def kept_for_ever(key: Key) -> None:
    """The sessions of these tests are long ago."""
    folder = own("config")
    folder.mkdir(parents=True)
    (folder / "settings.toml").write_text("[keep]\naudio_days = 0\nwords_days = 0\n")


@pytest.fixture(autouse=True)
def home_again() -> Iterator[None]:
    yield
    time.tzset()


@pytest.fixture
def clock() -> Calendar:
    return Calendar()


@pytest.fixture
def store(key: Key, clock: Calendar) -> Iterator[Store]:
    with Store.open(Places.usual(), key, clock) as opened:
        yield opened


def run(*arguments: str | Path) -> Done:
    done = call("sessions", *arguments)
    assert done.code == 0, done.err
    return done


def rows() -> list[list[str]]:
    """The cells of the list, without its head."""
    lines = run().out.splitlines()[1:]
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in lines]


def test_where_nothing_is_kept_that_is_said_and_nothing_is_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("UNHURRIED_HOME", str(tmp_path / "new"))

    assert run().out == "Nothing is kept yet.\n"
    assert run("promises").out == "Nothing is kept yet.\n"
    assert not (tmp_path / "new").exists()


def test_the_list_says_of_each_session_when_how_long_what_with_whom_and_how_much_is_kept(
    store: Store, clock: Calendar
) -> None:
    session(store, Keep.AUDIO, "A.")
    clock.later(days=1)
    session(store, Keep.FLAGS, duration=samples(3_700.0), name="call.mp4")

    assert rows() == [
        ["1", "2026-03-01 22:30", "0:06", "talk.wav", "A.", "audio"],
        ["2", "2026-03-02 22:30", "1:01:40", "call.mp4", "times"],
    ]


def test_the_list_is_in_the_order_of_time_also_where_the_numbers_are_not(
    store: Store, clock: Calendar
) -> None:
    session(store, name="second")
    clock.later(days=-1)
    session(store, name="first")

    assert [row[3] for row in rows()] == ["first", "second"]


def test_the_list_of_one_person_holds_no_others(store: Store) -> None:
    session(store, person="Anna", name="hers.wav")
    session(store, person="Bert", name="his.wav")

    assert "hers.wav" in run("list", "--with", "anna").out
    assert "his.wav" not in run("list", "--with", "anna").out
    assert run("list", "--with", "Carl").out == "Nothing with Carl is kept.\n"


def test_the_list_says_what_became_of_a_session(store: Store) -> None:
    writing = begin(store, name="stopped")
    writing.finish(samples(1.0), {}, {}, interrupted=True)
    lost = session(store, name="lost")
    store.places.session(lost.uid).unlink()
    running = begin(store, name="running")

    done = run()

    assert "Session 2 " in done.err
    assert "cannot be read: The file of session 2 is gone." in done.err
    assert [row[-1] for row in rows()] == ["broken off", "cannot be read", "going on"]
    running.finish(samples(1.0), {}, {}, interrupted=False)


def test_names_cannot_drive_the_terminal(store: Store) -> None:
    session(store, person="B\x1b[2J\x07", name="\x1b]0;x\x07.wav")

    out = run().out + run("show", "1").out

    assert not {sign for sign in out if ord(sign) < 32 and sign != "\n"}


def test_names_are_never_markup(store: Store) -> None:
    session(store, person="[bold]Anna[/bold] :smile:", name="[red]a.wav")

    assert "[bold]Anna[/bold] :smile:" in run().out
    assert "[red]a.wav" in run("show", "1").out


def test_a_session_shows_its_numbers_and_moments_and_its_words_when_asked(store: Store) -> None:
    session(store, person="A.")

    plain, with_words = run("show", "1").out, run("show", "1", "--words").out

    assert plain.startswith("Session 1 (2026-03-01 22:30, talk.wav with A.)\n")
    assert f'0:02  ! The coach came in and the client broke off unfinished.  "{SECRET}"' in plain
    assert f"0:01  client: {SECRET}" in with_words
    assert "client:" not in plain


def test_a_session_of_which_no_words_are_kept_shows_the_rest(store: Store) -> None:
    session(store, Keep.FLAGS)

    out = run("show", "1", "--words").out

    assert "The coach came in" in out
    assert SECRET not in out


def test_a_session_as_json_is_the_document_and_nothing_else(store: Store, tmp_path: Path) -> None:
    session(store)

    done = run("show", "1", "--json", "-")
    run("show", "1", "--json", str(tmp_path / "one.json"))

    assert whole(done.out) == whole(tmp_path / "one.json")
    assert [w["text"] for w in whole(done.out)["words"]] == [*SECRET.split(), "mm", "hmm"]


def test_a_kind_that_this_version_does_not_know_does_not_break_the_reader(store: Store) -> None:
    session(store, events=[*EVENTS, flag("t8", "telepathy")])
    out = run("show", "1").out
    assert "! telepathy" in out
    assert json.loads(run("show", "1", "--json", "-").out)["flags"][-1]["kind"] == "telepathy"


def test_a_session_that_goes_on_can_be_looked_at(store: Store) -> None:
    writing = begin(store)
    for event in EVENTS:
        writing.take(event)
    writing.reached(samples(5.0), dict)

    assert whole(run("show", "1", "--json", "-").out)["duration"] == 5.0
    assert store.catalogue.session(1).state is State.RUNNING

    writing.finish(samples(6.0), {}, {}, interrupted=False)


@pytest.mark.parametrize("number", ["2", "0", "99999999999999999999"])
@pytest.mark.parametrize("action", ["show", "note", "purge"])
def test_a_number_that_no_session_has_is_a_sentence(action: str, number: str, store: Store) -> None:
    session(store)

    done = call("sessions", action, number, *(["x"] if action == "note" else []))

    assert (done.code, done.problems) == (1, [f"There is no session {number}."])
    assert "unhurried sessions" in done.err


def test_a_damaged_session_is_a_sentence_and_left_as_it_is(store: Store) -> None:
    path = store.places.session(session(store).uid)
    data = bytearray(path.read_bytes())
    data[9_000] ^= 1
    path.write_bytes(data)

    done = call("sessions", "show", "1")

    assert done.code == 1
    assert done.problems == [f"{path} is damaged."]
    assert path.read_bytes() == data


def test_notes_are_shown_with_their_date_and_in_their_order(
    store: Store, monkeypatch: pytest.MonkeyPatch, clock: Calendar
) -> None:
    session(store)
    monkeypatch.setattr("live.app.opening.now", clock)
    clock.later(days=1)

    said = run("note", "1", "  I hurried after the pause ").out
    clock.later(minutes=1)
    run("note", "1", "and \x1b[31mred\udcff " + "long " * 20_000)

    assert said == "Written on session 1 (2026-03-01 22:30, talk.wav).\n"
    notes = run("show", "1").out.partition("Note of ")[2]
    assert notes.startswith("2026-03-02 22:30: I hurried after the pause\n")
    assert "\nNote of 2026-03-02 22:31: and \ufffd[31mred? long long" in notes
    assert notes.count("long") == 20_000


@pytest.mark.parametrize("text", ["", " \n "])
def test_an_empty_note_is_refused(text: str, store: Store) -> None:
    session(store)

    done = call("sessions", "note", "1", text)

    assert (done.code, done.problems) == (2, ["The note is empty."])


def test_a_note_outlives_the_words(store: Store) -> None:
    session(store)
    run("note", "1", "my own words")

    assert call("purge", "1", "--only", "words", "--yes").code == 0

    assert "my own words" in run("show", "1").out


def test_the_sample_session_is_named_so(store: Store) -> None:
    kept = session(store)
    store.catalogue.add(
        replace(kept, uid="5a", kind="sample", name="session.opus", began=FIRST + timedelta(days=1))
    )
    store.places.session("5a").write_bytes(b"")

    assert [row[3] for row in rows()] == ["talk.wav", "sample session"]


def test_what_was_kept_long_enough_goes_before_the_list_is_shown(store, clock):
    session(store, keep=Keep.WORDS)
    (own("config") / "settings.toml").write_text("[keep]\nwords_days = 90\n")

    done = run()

    assert "What was said in 1 session was deleted: kept long enough." in done.err
    assert rows()[0][-1] == "times"
