"""Several programs at once on the same store, and none harms what another does."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from outside import Done, call, wav, whole
from store.children import (
    CONDITIONS,
    PASSPHRASE,
    Child,
    Clock,
    Nursery,
    Silent,
    begun,
    events_of,
    key_made,
    opened,
    write,
)

from live.app.stored import summarised
from live.store.catalogue import State
from live.store.consent import Keep
from live.store.erase import erase_words
from live.store.places import Places
from live.store.repair import _repaired
from live.store.sealed import BusyError, connect
from live.store.store import Store
from live.store.writing import Writing
from live.types import RATE, Word, samples

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="forks are of Unix"),
    pytest.mark.slow,
]

FAST = ("--model", "none", "--set", "voice.engine=webrtc")
SESSION = ("--source", "sample", "--seconds", "60", "--terminal", *FAST)


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNHURRIED_PASSPHRASE", PASSPHRASE)


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(tmp_path_factory.mktemp("children")) as found:
        yield found


def started(nursery: Nursery, tmp_path: Path, name: str, speed: int) -> tuple[Child, Clock]:
    """A live session that is being written."""
    path = tmp_path / f"{name}.clock"
    clock = Clock(path)
    document = tmp_path / f"{name}.json"
    child = nursery.fork("live", path, *SESSION, "--speed", str(speed), "--json", document)
    return child, clock


def well(done: Done) -> str:
    assert done.code == 0, done
    assert done.problems == []
    return done.out


def all_sound(store: Store) -> None:
    """Nothing to mend; every file opens and is whole."""
    for kept in store.catalogue.sessions():
        assert kept.state is State.OVER
        with store.file(kept) as file:
            assert file.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert file.head()["uid"] == kept.uid
    connection = store.catalogue._connection
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_two_live_sessions_at_once_are_both_whole(nursery, tmp_path):
    key_made()
    pair = [started(nursery, tmp_path, name, 100) for name in ("one", "other")]
    for child, _ in pair:
        assert child.end() == 0, child.text
    for number in (1, 2):
        again = tmp_path / f"{number}.json"
        well(call("sessions", "show", str(number), "--json", again))
        for name in ("one", "other"):
            assert whole(again) == whole(tmp_path / f"{name}.json")
    with opened() as store:
        all_sound(store)


def test_everything_may_be_done_beside_a_session(nursery, tmp_path):
    """Listed, shown, reviewed, deleted: what is going on is left alone, and is whole at its end."""
    sound = np.random.default_rng(1).uniform(-0.1, 0.1, (2, RATE)).astype(np.float32)
    recording = wav(tmp_path / "hum.wav", sound)
    key_made()
    with opened() as store:
        for number in range(4):
            write(store, number, events=5, days=50 * (number == 0), person=f"Person {number}")
    child, clock = started(nursery, tmp_path, "live", 12)
    clock.until(samples(5), child)

    assert "going on" in well(call("sessions")).splitlines()[5]
    for _ in range(15):
        assert "Stopped early" in well(call("sessions", "show", "5"))
    refused = call("purge", "5", "--yes")
    assert refused.code == 1
    assert refused.problems[0].endswith("is going on right now.")
    for each in (["purge", "--all", "--yes"], ["sessions", "note", "5", "not yet"]):
        assert call(*each).code == 1
    well(call("purge", "3", "--yes"))
    well(call("purge", "--with", "Person 3", "--yes"))
    old = well(call("purge", "--old", "--yes", "--set", "keep.words_days=40"))
    assert "what was said in session 1" in old
    well(call("review", recording, "--with", "Person 1", "--consent", "contract", *FAST))
    for _ in range(15):
        well(call("sessions", "show", "5", "--words"))
    assert child.running, "all of this was to happen during the session"
    assert "going on" in call("sessions").out

    assert child.end() == 0, child.text
    well(call("sessions", "show", "5", "--json", tmp_path / "again.json"))
    assert whole(tmp_path / "again.json") == whole(tmp_path / "live.json")
    with opened() as store:
        all_sound(store)
        assert [kept.number for kept in store.catalogue.sessions()] == [1, 2, 5, 6]


def test_two_first_sessions_at_once_have_one_key(nursery, tmp_path, monkeypatch):
    for number in range(3):
        monkeypatch.setenv("UNHURRIED_HOME", str(tmp_path / f"home{number}"))
        short = ("live", "--source", "sample", "--seconds", "1", "--speed", "10000", *FAST)
        pair = [nursery.fork("program", *short) for _ in range(2)]
        for child in pair:
            assert child.end() == 0, child.text
            assert "Kept as session" in child.text
        assert len(list(Places.usual().folder.glob("*key.json*"))) == 1
        said = Silent()
        with opened(said) as store:
            all_sound(store)
            assert len(store.catalogue.sessions()) == 2
        assert said.told == []


def test_six_programs_with_many_short_things_to_do(nursery, tmp_path):
    key_made()
    folder = tmp_path / "there"
    folder.mkdir()
    children = [nursery.fork("busy", str(seed), "30", folder) for seed in range(6)]
    for child in children:
        assert child.end() == 0, child.text
    said = Silent()
    with opened(said) as store:
        all_sound(store)
        uids = {kept.uid for kept in store.catalogue.sessions()}
    assert said.told == []
    assert uids == {path.name for path in folder.iterdir()}
    assert len(uids) > 30
    left = {path.suffix for path in Places.usual().sessions.iterdir()}
    assert left == {".db"}


# The same moments, met on purpose


def ended(writing: Writing) -> None:
    events = events_of(5, 4)
    for event in events:
        writing.take(event)
    summary = summarised(events, samples(4), CONDITIONS)
    writing.finish(samples(4), CONDITIONS, summary, interrupted=False)


def after(inner: Callable[..., Any], then: Callable[[], None], time: int = 2) -> Callable[..., Any]:
    """What another program does just after this one has looked for that many a time.

    Whoever mends looks once for what is to be deleted, and then for what is to be mended.
    """
    times = iter(range(1, 100))

    def looked(*arguments: Any) -> Any:
        found = inner(*arguments)
        if next(times) == time:
            then()
        return found

    return looked


def test_a_session_that_ends_while_another_program_looks_is_not_mended(monkeypatch):
    key_made()
    with opened() as store, opened() as other:
        writing = begun(store)
        sessions = after(other.catalogue.sessions, lambda: ended(writing))
        monkeypatch.setattr(other.catalogue, "sessions", sessions)
        assert list(_repaired(other, summarised)) == []
        all_sound(store)


def test_a_session_that_is_begun_while_another_program_looks_is_no_strange_one(monkeypatch):
    key_made()
    with opened() as store, opened() as other:
        monkeypatch.setattr(
            other.catalogue,
            "sessions",
            after(other.catalogue.sessions, lambda: ended(begun(store))),
        )
        assert list(_repaired(other, summarised)) == []
        (kept,) = store.catalogue.sessions()
        assert kept.duration == samples(4)


def test_a_session_may_end_while_it_is_being_read():
    """Its log cannot be emptied then; that is no trouble, and is made up for."""
    key_made()
    with opened() as store:
        writing = begun(store)
        with store.file(writing.kept) as reader:
            assert list(reader.events()) == []
            ended(writing)
            assert writing.trouble is None
            with opened() as other:  # still being read: it waits
                assert other.catalogue.session(1).state is State.RUNNING
            assert list(reader.events()) == events_of(5, 4)
        with opened() as other:
            assert other.catalogue.session(1).state is State.OVER
            all_sound(other)
            with other.file(other.catalogue.session(1)) as file:
                assert list(file.events()) == events_of(5, 4)
        assert [path.suffix for path in Places.usual().sessions.iterdir()] == [".db"]


def test_a_session_that_is_being_read_is_deleted_when_that_is_over(monkeypatch):
    assert connect.__kwdefaults__ is not None
    monkeypatch.setitem(connect.__kwdefaults__, "busy_s", 0.1)  # nobody has to wait 5 s here
    key_made()
    with opened() as store:
        kept = write(store, 1, events=5)
        with store.file(kept) as reader:
            reader.connection.execute("BEGIN")
            assert len(list(reader.events())) == 25
            with pytest.raises(BusyError, match="is being used by another program"):
                erase_words(store, [kept])
            with opened() as other:
                assert other.catalogue.session(1).state is State.LESS
        with opened() as other:
            all_sound(other)
            assert other.catalogue.session(1).keep is Keep.FLAGS
            with other.file(kept) as file:
                assert not [each for each in file.events() if isinstance(each, Word)]
