"""Files as a crash of the whole computer leaves them: torn anywhere, with anything behind."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from store.children import CONDITIONS, PASSPHRASE, Silent, begun, events_of, key_made, opened

from live.app.stored import summarised
from live.errors import StoreError
from live.store.catalogue import Kept, State
from live.store.chunks import HEADER
from live.store.consent import Keep
from live.store.key import Key
from live.store.places import Places
from live.store.repair import Damaged, Repaired, repair
from live.store.session_file import SessionFile
from live.store.store import Store, now
from live.store.unlock import unlock
from live.types import Event, samples

PAGE = 4_096
FRAME = 24 + PAGE
SECONDS = 30
SOUND = bytes(range(200))


@dataclass(frozen=True, slots=True)
class Crashed:
    """What lies on the disk while a session is written, and what was written when."""

    folder: Path
    key: Key
    kept: Kept
    sizes: list[int]
    """Bytes of the log after each writing."""
    seconds: list[int]
    """Of the session, likewise."""

    def copy(self, to: Path) -> Places:
        """As the next start of the computer finds it."""
        if to.exists():
            shutil.rmtree(to)
        shutil.copytree(self.folder, to)
        return Places(to)

    def log(self, places: Places) -> Path:
        return places.sessions / f"{self.kept.uid}.db-wal"

    def database(self, places: Places) -> Path:
        return places.session(self.kept.uid)


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crashed]:
    home = tmp_path_factory.mktemp("crashed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNHURRIED_HOME", str(home / "home"))
        patch.setenv("UNHURRIED_PASSPHRASE", PASSPHRASE)
        key_made()
        places = Places.usual()
        with opened() as store:
            writing = begun(store, keep=Keep.AUDIO)
            log = places.sessions / f"{writing.kept.uid}.db-wal"
            sizes, seconds = [0], [0]
            events = events_of(3, SECONDS)
            for second in range(SECONDS):
                for event in events[5 * second : 5 * second + 5]:
                    writing.take(event)
                writing.sound(samples(second), SOUND + bytes([second]))
                writing.reached(samples(second + 1), lambda: CONDITIONS)
                sizes.append(log.stat().st_size)
                seconds.append(second + 1)
            shutil.copytree(places.folder, home / "copy", ignore=shutil.ignore_patterns("*-shm"))
            yield Crashed(
                home / "copy", unlock(places.folder, Silent()), writing.kept, sizes, seconds
            )
            writing.leave()


def mended(crashed: Crashed, places: Places) -> list[Event]:
    """What the session has when the store is opened: opened once more, it needs nothing."""
    with Store.open(places, crashed.key, now) as store:
        (found,) = repair(store, summarised)
        assert isinstance(found, Repaired)
        assert repair(store, summarised) == []
        kept = store.catalogue.session(crashed.kept.number)
        assert (kept.state, kept.interrupted) == (State.OVER, True)
        with store.file(kept) as file:
            assert file.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            events = list(file.events())
    assert len(events) == 5 * kept.duration // samples(1)
    assert {path.suffix for path in places.sessions.iterdir()} == {".db", ".sound"}
    return events


def expected(crashed: Crashed, length: int) -> list[Event]:
    """What all writings that are whole in so many bytes of the log have written."""
    written = max(
        (s for s, size in zip(crashed.seconds, crashed.sizes, strict=True) if size <= length),
        default=0,
    )
    return events_of(3, SECONDS)[: 5 * written]


def cuts(crashed: Crashed) -> list[int]:
    """Every third end of a frame, and as many places somewhere in between."""
    chance = random.Random(1)  # noqa: S311 - a sample, not a secret
    whole = crashed.sizes[-1]
    ends = range(32, whole + 1, FRAME)
    return sorted({0, 20, whole, *ends[::3], *(chance.randrange(whole) for _ in range(20))})


@pytest.mark.slow
@pytest.mark.parametrize("behind", ["nothing", "zeros", "noise"])
def test_a_log_that_is_torn_anywhere_gives_all_that_was_written_before(crashed, tmp_path, behind):
    chance = random.Random(2)  # noqa: S311 - a sample, not a secret
    found = set()
    for cut in cuts(crashed)[:: 1 if behind == "nothing" else 4]:
        places = crashed.copy(tmp_path / "store")
        log = crashed.log(places)
        data = log.read_bytes()
        rest = len(data) - cut
        tail = {"nothing": b"", "zeros": bytes(rest), "noise": chance.randbytes(rest)}[behind]
        log.write_bytes(data[:cut] + tail)

        events = mended(crashed, places)
        assert events == expected(crashed, cut), cut
        found.add(len(events))
    assert len(found) > 5
    assert max(found) == 5 * SECONDS or behind != "nothing"


def test_a_page_that_was_torn_on_its_way_out_of_the_log_is_whole_in_there(crashed, tmp_path):
    """Power fails while SQLite copies pages from the log into the database."""
    log = crashed.log(Places(crashed.folder)).read_bytes()
    heads = range(32, len(log), FRAME)
    logged = {int.from_bytes(log[at : at + 4], "big") for at in heads}
    size = crashed.database(Places(crashed.folder)).stat().st_size
    torn = 0
    for page in sorted(logged):
        places = crashed.copy(tmp_path / "store")
        database = crashed.database(places)
        data = bytearray(database.read_bytes())
        if page * PAGE > size:
            continue
        data[page * PAGE - PAGE // 2 : page * PAGE] = random.Random(3).randbytes(PAGE // 2)  # noqa: S311
        database.write_bytes(data)

        assert mended(crashed, places) == events_of(3, SECONDS)
        torn += 1
    assert torn > 2


def test_damage_outside_the_log_leaves_both_files_as_they_are(crashed, tmp_path):
    """Closing a damaged database as usual would write the log into it."""
    log = crashed.log(Places(crashed.folder)).read_bytes()
    logged = {int.from_bytes(log[at : at + 4], "big") for at in range(32, len(log), FRAME)}
    size = crashed.database(Places(crashed.folder)).stat().st_size
    (page, *_) = sorted(set(range(1, size // PAGE + 1)) - logged)
    places = crashed.copy(tmp_path / "store")
    database = crashed.database(places)
    data = bytearray(database.read_bytes())
    data[page * PAGE - 1_000] ^= 1
    database.write_bytes(data)

    with Store.open(places, crashed.key, now) as store:
        (found,) = repair(store, summarised)
        assert isinstance(found, Damaged)
        assert "is damaged" in str(found.error)
        assert repair(store, summarised) == []
    assert database.read_bytes() == bytes(data)
    assert crashed.log(places).read_bytes() == log


def test_sound_that_is_torn_anywhere_gives_what_was_written_before(crashed, tmp_path):
    chance = random.Random(4)  # noqa: S311 - a sample, not a secret
    places = crashed.copy(tmp_path / "store")
    whole = places.audio(crashed.kept.uid).read_bytes()
    with Store.open(places, crashed.key, now) as store:
        repair(store, summarised)
        kept = store.catalogue.session(crashed.kept.number)
        for cut in [0, 1, 17, len(whole), *(chance.randrange(len(whole)) for _ in range(60))]:
            places.audio(kept.uid).write_bytes(whole[:cut])
            vault = store.audio(kept)
            assert vault is not None
            with vault:
                chunks = [vault.read(index) for index in range(len(vault))]
                assert vault.damage is not None
            size = (len(whole) - len(HEADER)) // SECONDS
            assert len(chunks) == max(0, cut - len(HEADER)) // size
            assert chunks == [
                (samples(second), SOUND + bytes([second])) for second in range(len(chunks))
            ]


def test_a_change_to_a_file_at_rest_that_broke_off_is_undone_by_whoever_opens_it(tmp_path, crashed):
    """A journal lies beside the file: to read it is to undo the change first."""
    places = crashed.copy(tmp_path / "store")
    whole = mended(crashed, places)
    database = crashed.database(places)
    journal = database.with_name(f"{database.name}-journal")
    key = crashed.key.derived(f"session {crashed.kept.uid}")
    with SessionFile.open(database, key, "rw") as file:
        file.connection.execute("PRAGMA cache_size = 1")  # so that the change is written early
        file.connection.execute("BEGIN")
        file.connection.execute("UPDATE flag SET text = printf('%500d', seq)")
        left = {path: path.read_bytes() for path in (database, journal)}
        file.connection.execute("ROLLBACK")
    for path, data in left.items():
        path.write_bytes(data)

    with SessionFile.open(database, key) as file:
        assert list(file.events()) == whole
    assert not journal.exists()
    with pytest.raises(StoreError):
        SessionFile.open(database, bytes(32))
