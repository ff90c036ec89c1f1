"""Whatever happened to a file, every command says a sentence about it and leaves it as it is."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from outside import Done, call, called, wav
from store.children import PASSPHRASE, key_made, opened, write

from live.store.consent import Keep
from live.store.places import Places
from live.types import RATE

pytestmark = pytest.mark.slow

PAGE = 4_096
FAST = ("--model", "none", "--set", "voice.engine=webrtc")
LIVE = ("live", "--source", "sample", "--seconds", "2", "--speed", "10000", *FAST)
LOOKS = (
    ("sessions",),
    ("sessions", "show", "1", "--words"),
    ("sessions", "show", "2"),
    ("purge", "--old", "--dry-run", "--set", "keep.audio_days=10"),
    ("consent",),
)
HURT = ("catalogue.db", "session", "sound", "key.json")

Change = Callable[[bytes, random.Random], bytes]


def flipped(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def flipped_often(data: bytes, chance: random.Random) -> bytes:
    for _ in range(20):
        data = flipped(data, chance)
    return data


def cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def cut_to_pages(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data)) // PAGE * PAGE]


def emptied(data: bytes, chance: random.Random) -> bytes:
    return b""


def longer(data: bytes, chance: random.Random) -> bytes:
    return data + chance.randbytes(chance.choice([1, 100, PAGE]))


def swapped(data: bytes, chance: random.Random) -> bytes:
    """Two pages have changed places, or the two halves of a small file."""
    size = PAGE if len(data) > 2 * PAGE else len(data) // 2
    pages = [data[at : at + size] for at in range(0, len(data), size)]
    one, other = chance.sample(range(len(pages)), 2)
    pages[one], pages[other] = pages[other], pages[one]
    return b"".join(pages)


def zeroed(data: bytes, chance: random.Random) -> bytes:
    at, size = chance.randrange(len(data)), chance.choice([1, 512, PAGE])
    return data[:at] + bytes(min(size, len(data) - at)) + data[at + size :]


def noise(data: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(len(data))


def text(data: bytes, chance: random.Random) -> bytes:
    return chance.choice([b"{}", b"[]", b"null", b"\xff\xfe{}", b'{"schema": 1e999}', b"{" * 5_000])


CHANGES: tuple[Change, ...] = (
    *(flipped, flipped_often, cut, cut_to_pages, emptied),
    *(longer, swapped, zeroed, noise, text),
)


@dataclass(frozen=True, slots=True)
class Whole:
    """A home with two sessions of one person, to be copied and hurt."""

    home: Path
    uid: str

    def hurt(self, what: str, change: Change, seed: int) -> Path:
        """A copy of it takes the place of the home; one of its files has been changed."""
        home = Path(os.environ["UNHURRIED_HOME"])
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.home, home)
        places = Places.usual()
        path = {
            "catalogue.db": places.catalogue,
            "session": places.session(self.uid),
            "sound": places.audio(self.uid),
            "key.json": places.key_file,
        }[what]
        chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
        path.write_bytes(change(path.read_bytes(), chance))
        return path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    home = tmp_path_factory.mktemp("whole") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("UNHURRIED_HOME", str(home))
        patch.setenv("UNHURRIED_PASSPHRASE", PASSPHRASE)
        key_made()
        with opened() as store:
            one = write(store, 1, keep=Keep.AUDIO, person="Person 1", events=20, days=20)
            write(store, 2, person="Person 1", events=20)
        assert call("consent", "give", "Person 1", "--basis", "contract").code == 0
    return Whole(home, one.uid)


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNHURRIED_PASSPHRASE", PASSPHRASE)


@pytest.fixture(scope="module")
def hum(tmp_path_factory: pytest.TempPathFactory) -> Path:
    sound = np.random.default_rng(1).uniform(-0.1, 0.1, (2, RATE)).astype(np.float32)
    return wav(tmp_path_factory.mktemp("hum") / "hum.wav", sound)


def is_a_sentence(done: Done) -> None:
    assert "mistake in Unhurried" not in done.err
    assert "Traceback" not in done.err
    assert done.code in (0, 1), done
    assert done.code == 0 or (done.problems and all(p.endswith(".") for p in done.problems)), done


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
@pytest.mark.parametrize("what", HURT)
def test_every_command_says_a_sentence_and_leaves_the_file_as_it_is(whole, what, change):
    for seed in range(2):
        path = whole.hurt(what, change, seed)
        before = path.read_bytes()
        found = [call(*look) for look in LOOKS]
        for done in found:
            is_a_sentence(done)
            assert path.read_bytes() == before
        if what in {"session", "sound"}:
            assert [done.code for done in found[:1] + found[2:]] == [0, 0, 0, 0]
        if what == "session":
            assert found[1].code == 1


@pytest.mark.parametrize("change", [swapped, cut, emptied], ids=lambda change: change.__name__)
@pytest.mark.parametrize("what", HURT)
def test_a_session_goes_on_whether_or_not_it_can_be_kept(whole, hum, what, change):
    path = whole.hurt(what, change, 9)
    before = path.read_bytes()
    review = ("review", str(hum), *FAST, "--with", "Person 1")
    for done in (call(*LIVE), call(*review)):
        is_a_sentence(done)
        assert done.code == 0
        kept = what not in {"catalogue.db", "key.json"}
        assert ("Nothing is kept: " in done.err) is not kept
        assert ("Kept as session " in done.err) is kept
        assert path.read_bytes() == before


def test_the_same_in_a_process_of_its_own(whole):
    for what, arguments in (("catalogue.db", LIVE), ("session", LOOKS[1]), ("key.json", LOOKS[0])):
        path = whole.hurt(what, noise, 5)
        before = path.read_bytes()
        done = called(*arguments)
        is_a_sentence(done)
        assert "damaged" in done.err
        assert path.read_bytes() == before


def test_what_is_damaged_can_be_deleted(whole):
    for what, change in (("session", noise), ("sound", noise), ("session", emptied)):
        path = whole.hurt(what, change, 6)
        done = call("purge", "1", "--yes")
        is_a_sentence(done)
        assert (done.code, path.exists()) == (0, False)
        assert call("sessions", "show", "2").code == 0


def test_of_a_damaged_session_the_words_alone_cannot_be_deleted(whole):
    """What cannot be read cannot be taken apart; that is said, each session keeps its place."""
    path = whole.hurt("session", flipped, 7)
    before = path.read_bytes()
    done = call("purge", "1", "2", "--only", "words", "--yes")
    is_a_sentence(done)
    assert (done.code, path.read_bytes()) == (1, before)
    assert "is damaged" in done.problems[0]
    assert not Places.usual().audio(whole.uid).exists()
    assert "word2" not in call("sessions", "show", "2", "--words").out
    assert call("sessions", "list").code == 0
    assert call("purge", "1", "--yes").code == 0


def test_a_damaged_session_keeps_no_other_from_being_let_go(whole):
    path = whole.hurt("session", flipped, 8)
    before = path.read_bytes()
    due = ("--set", "keep.words_days=10")
    with opened() as store:
        write(store, 3, days=30, events=20)

    for done in (call(*LIVE, *due), call("sessions")):
        is_a_sentence(done)
        assert done.code == 0
        assert "is damaged" in done.err
    assert "word3" not in call("sessions", "show", "3", "--words").out
    assert path.read_bytes() == before
    assert call("sessions").err == ""
