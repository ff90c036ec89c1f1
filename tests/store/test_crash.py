"""A session that is killed at any instant is there again, up to its last second."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from bench.words_sources import tracks_of
from outside import call, called
from store.children import (
    PASSPHRASE,
    PATIENCE_S,
    Child,
    Clock,
    Nursery,
    Silent,
    key_made,
    opened,
    watched,
    write,
)

from live.audio.flac import unpack
from live.store import rows
from live.store.catalogue import Kept, State
from live.store.consent import Keep
from live.store.places import Places
from live.store.store import Store
from live.types import RATE, Event, Flag, Samples, Word, samples

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="SIGKILL and fork are of Unix"),
    pytest.mark.slow,
]

SESSION = (
    *("--source", "sample", "--speed", "200", "--seconds", "60"),
    *("--set", "voice.engine=webrtc", "--terminal"),
)
SOUND_ALONE = (*SESSION, "--model", "none")
KILLS = 20
BLOCK = 320
"""Samples of a live session's blocks."""


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNHURRIED_PASSPHRASE", PASSPHRASE)


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(tmp_path_factory.mktemp("children")) as found:
        yield found


class Reference:
    """What a session tells, and when: heard once, without being interrupted."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.positions: list[int] = []
        self.counts: list[int] = []
        with watched(self._reached, self.events.append):
            assert call("live", *SOUND_ALONE, "--keep", "none").code == 0

    def _reached(self, position: Samples) -> None:
        # Both tracks' blocks end at the same positions; what is due is written at the first.
        if not self.positions or position > self.positions[-1]:
            self.positions.append(position)
            self.counts.append(len(self.events))

    def told(self, position: int) -> list[Event]:
        """All that had been told when the session came to a position, as it is kept."""
        return kept_of(self.events[: self.counts[bisect_right(self.positions, position) - 1]])


def kept_of(events: Sequence[Event]) -> list[Event]:
    """Events in the order in which they are kept: a flag stays where it was first given."""
    found: dict[object, Event] = {}
    for index, event in enumerate(events):
        if rows.is_kept(event):
            found[event.id if isinstance(event, Flag) else index] = event
    return list(found.values())


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference()


def killed(nursery: Nursery, work: str, *arguments: str, at: int, delay: float = 0) -> int:
    """A live session, killed so soon after it came to a position; what its clock showed last."""
    path = Path(os.environ["UNHURRIED_HOME"]).parent / "clock"
    path.unlink(missing_ok=True)
    clock = Clock(path)
    child = nursery.fork(work, path, *arguments)
    clock.until(at, child)
    time.sleep(delay)
    child.kill()
    assert child.code == -9, child.text
    return clock.position


def stored(store: Store, kept: Kept) -> list[Event]:
    with store.file(kept) as file:
        assert file.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return list(file.events())


def fingerprints() -> dict[str, str]:
    """Every file of every session, to see whether one is touched."""
    folder = Places.usual().sessions
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.suffix in {".db", ".sound"}
    }


def test_a_killed_session_is_there_up_to_its_last_second(nursery, reference):
    key_made()
    chance = random.Random(4)  # noqa: S311 - a sample, not a secret
    older: dict[str, str] = {}
    for number in range(1, KILLS + 1):
        at = chance.randrange(0, samples(58))
        shown = killed(nursery, "live", *SOUND_ALONE, at=at, delay=chance.uniform(0, 0.004))

        said = Silent()
        with opened(said) as store:
            *before, kept = store.catalogue.sessions()
            assert [each.number for each in before] == list(range(1, number))
            assert (kept.number, kept.state, kept.interrupted) == (number, State.OVER, True)
            assert shown - RATE <= kept.duration <= shown + BLOCK, number
            assert stored(store, kept) == reference.told(kept.duration), number
        assert len(said.told) == 1
        assert f"Session {number} (" in said.told[0]
        assert "was not closed: everything up to 0:" in said.told[0]
        with opened(said):
            assert len(said.told) == 1  # nothing to mend any more
        now = fingerprints()
        assert older.items() <= now.items()
        assert len(now) == number
        older = now
    assert len(reference.told(samples(58))) > 50


def test_the_list_says_that_a_session_was_broken_off(nursery, reference):
    key_made()
    killed(nursery, "live", *SOUND_ALONE, at=samples(20))

    done = called("sessions")
    assert done.code == 0
    assert "Session 1 (" in done.err
    assert "was not closed: everything up to 0:" in done.err
    assert done.out.splitlines()[1].endswith("broken off")
    assert called("sessions").err == ""


def test_voices_are_there_up_to_the_last_second_bit_by_bit(nursery, reference):
    key_made()
    chance = random.Random(5)  # noqa: S311 - a sample, not a secret
    whole = np.stack(list(tracks_of("sample", 60).values()))
    pcm = np.clip(np.rint(whole * 32_768), -32_768, 32_767).astype(np.int16)
    for number in range(1, 5):
        at = chance.randrange(samples(1), samples(58))
        arguments = (*SOUND_ALONE, "--keep", "audio")
        shown = killed(nursery, "live", *arguments, at=at, delay=chance.uniform(0, 0.004))

        with opened() as store:
            kept = store.catalogue.session(number)
            vault = store.audio(kept)
            assert vault is not None
            with vault:
                chunks = [vault.read(index) for index in range(len(vault))]
            sound = np.concatenate([unpack(data) for _, data in chunks], axis=1)
            assert [start for start, _ in chunks] == list(range(0, sound.shape[1], RATE // 2))
            assert shown - RATE <= sound.shape[1] <= shown + BLOCK
            assert np.array_equal(sound, pcm[:, : sound.shape[1]])
            assert stored(store, kept) == reference.told(kept.duration)


def test_words_that_were_told_before_the_last_second_are_there(nursery, tmp_path):
    """When words come depends on the computer, so each child writes down what it was told."""
    key_made()
    path, log = tmp_path / "clock", tmp_path / "log"
    clock = Clock(path)
    child = nursery.fork(
        *("logged", path, log, "--source", "sample", "--terminal", "--speed", "50"),
        *("--set", "voice.engine=webrtc", "--model", "sample"),
    )
    clock.until(0, child)
    while child.running and log.read_text(encoding="utf-8").count("Word(") < 8:
        clock.until(clock.position + RATE, child)
    clock.until(clock.position + RATE, child)
    child.kill()

    with opened() as store:
        (kept,) = store.catalogue.sessions()
        words = [event for event in stored(store, kept) if isinstance(event, Word)]
    lines = log.read_text(encoding="utf-8").splitlines()
    told = [line for line in lines[: lines.index(str(kept.duration))] if line.startswith("Word(")]
    assert clock.position - RATE <= kept.duration <= clock.position + BLOCK
    assert [repr(word) for word in words] == told
    assert len(told) >= 8


# Killed while it makes, ends or deletes something


def scattered(
    nursery: Nursery, seed: int, kills: int, work: str, *arguments: Path, done: Callable[[], int]
) -> Iterator[Child]:
    """A work killed as often, each time some steps and a random moment after it began."""
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    for _ in range(kills):
        steps = done() + chance.randrange(4)
        child = nursery.fork(work, *arguments)
        deadline = time.monotonic() + PATIENCE_S
        while done() < steps and child.running:
            assert time.monotonic() < deadline, "the work does not get on"
            time.sleep(0.0005)  # another process's work can only be looked at
        time.sleep(chance.uniform(0, 0.05))
        ended = not child.running
        child.kill()
        assert not ended or child.code == 0, child.text
        yield child


def files(pattern: str) -> int:
    """So many files of sessions there are."""
    return len(list(Places.usual().sessions.glob(pattern)))


def check_everything(store: Store) -> list[Kept]:
    """Every session opens, and says what it is; nothing lies about."""
    found = store.catalogue.sessions()
    sounds: set[str] = set()
    assert {kept.state for kept in found} <= {State.OVER}
    for kept in found:
        events = stored(store, kept)
        with store.file(kept) as file:
            assert Keep(file.head()["keep"]) is kept.keep
        assert kept.keep.words or not [each for each in events if isinstance(each, Word)]
        vault = store.audio(kept)
        assert vault is None or kept.keep is Keep.AUDIO
        # One that was killed in its first moment has no voices yet.
        assert vault is not None or kept.keep is not Keep.AUDIO or not kept.duration
        if vault is not None:
            vault.close()
            sounds.add(f"{kept.uid}.sound")
    left = {path.name for path in store.places.sessions.iterdir()}
    # One that had not begun to count; SQLite takes it away when it next writes.
    left -= {f"{kept.uid}.db-journal" for kept in found}
    assert left == sounds | {f"{kept.uid}.db" for kept in found}
    return found


@pytest.fixture
def done(tmp_path: Path) -> Path:
    folder = tmp_path / "done"
    folder.mkdir()
    return folder


def test_a_store_that_was_killed_while_it_was_made_can_be_opened(nursery, done, monkeypatch):
    made = 0
    for _ in scattered(nursery, 6, 12, "creating", done, done=lambda: len(list(done.iterdir()))):
        for home in sorted(done.iterdir()):
            monkeypatch.setenv("UNHURRIED_HOME", str(home))
            if not Places.usual().key_file.exists():
                key_made()
            with opened() as store:
                made += len(check_everything(store))
        shutil.rmtree(done)
        done.mkdir()
    assert made > 6


@pytest.mark.parametrize("work", ["beginning", "finishing"])
def test_no_session_is_lost_where_one_is_begun_or_ended(nursery, done, work):
    key_made()
    seen: set[str] = set()
    for _ in scattered(nursery, 7, 10, work, done, done=lambda: files("*.db")):
        with opened() as store:
            found = check_everything(store)
        uids = {kept.uid for kept in found}
        assert {path.name for path in done.iterdir()} | seen <= uids
        seen = uids
    assert len(seen) > 10


def audible(store: Store, sessions: int = 24) -> list[Kept]:
    """Sessions with voices and words, of days ago, with four people."""
    return [
        write(store, n, keep=Keep.AUDIO, days=9, person=f"Person {n % 4}", events=3)
        for n in range(sessions)
    ]


@pytest.mark.parametrize("work", ["purging", "retaining"])
def test_a_deletion_that_was_killed_is_finished_when_the_store_is_opened(nursery, work):
    key_made()
    with opened() as store:
        made = audible(store)
    wanted = len(made) * 3 // 4  # one in four goes each time, the others in part
    for _ in scattered(nursery, 8, 8, work, done=lambda: -files("*.sound")):
        with opened() as store:
            found = check_everything(store)
            for kept in found:
                assert len(stored(store, kept)) >= 9
        if work == "purging":
            assert len(found) >= wanted
            wanted = len(found) * 3 // 4
    assert nursery.fork(work).end() == 0
    with opened() as store:
        found = check_everything(store)
    assert {kept.uid for kept in found} < {kept.uid for kept in made}
    assert Keep.FLAGS in {kept.keep for kept in found} or work == "retaining"


def test_a_person_who_was_being_deleted_is_gone_with_everything_or_there_with_everything(nursery):
    key_made()
    with opened() as store:
        made = audible(store)
    people = {f"Person {n}": {k.uid for k in made[n::4]} for n in range(4)}
    for _ in scattered(nursery, 9, 8, "purging_people", done=lambda: -files("*.db")):
        with opened() as store:
            there = {person: set[str]() for person in store.catalogue.people()}
            for kept in check_everything(store):
                there[str(kept.person)].add(kept.uid)
        assert there.items() <= people.items()
        people = there
    assert len(people) < 4


def test_nothing_is_lost_where_files_are_being_written_anew(nursery, done):
    key_made()
    with opened() as store:
        made = audible(store, 4)
    for _ in scattered(nursery, 10, 10, "vacuuming", done, done=lambda: len(list(done.iterdir()))):
        with opened() as store:
            for kept in made:
                with store.file(kept) as file:  # to be seen even before it is written to again
                    assert len(list(file.events())) == 15
            assert [kept.uid for kept in check_everything(store)] == [kept.uid for kept in made]
