"""Without the key nothing can be read in any file; after a deletion not with the key either.

The search goes through every byte. That it would find what it looks for is shown each time, before
anything is deleted.
"""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from outside import call, lines, wav
from store import pages
from store.children import (
    CONDITIONS,
    PASSPHRASE,
    Clock,
    Nursery,
    Silent,
    begun,
    key_made,
    opened,
    write,
)

from live.audio.flac import pack, unpack
from live.store.consent import Keep
from live.store.key import Key
from live.store.places import Places
from live.store.unlock import unlock
from live.store.vault import Vault
from live.types import RATE, Samples, Track, Word, samples

pytestmark = pytest.mark.slow

FAST = ("--model", "none", "--set", "voice.engine=webrtc")
SAID = ("quincewhistle", "marmaladeharbour", "tintinnabulant")
PERSON, BASIS = "Annegret Zwiebelturm", "a letter of the ides of March"
NAME, NOTE = "secret_rendezvous", "I hurried past the lighthouse"
ABOUT = (PERSON, BASIS, NAME, NOTE)
SECONDS = 4


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNHURRIED_PASSPHRASE", PASSPHRASE)


@dataclass(frozen=True, slots=True)
class Talk:
    """A recording of noise with the words that are said in it."""

    recording: Path
    words: Path
    sound: np.ndarray
    """int16, the coach above, the client below."""


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    chance = np.random.default_rng(8)
    sound = chance.integers(-9_000, 9_000, (2, SECONDS * RATE)).astype(np.int16)
    recording = wav(tmp_path / f"{NAME}.wav", sound.astype(np.float64) / 32_767)
    said = [
        {"start": 0.5 + i, "end": 0.9 + i, "speaker": "client", "track": "client", "text": text}
        for i, text in enumerate(SAID)
    ]
    return Talk(recording, lines(tmp_path / "words.jsonl", said), sound)


def kept(talk: Talk) -> None:
    """A whole run: reviewed with its words, everything kept, a note written on it."""
    key_made()
    with_whom = ("--with", PERSON, "--consent", BASIS)
    done = call(
        *("review", talk.recording, "--words", talk.words, "--keep", "audio"), *with_whom, *FAST
    )
    assert done.code == 0, done.err
    assert "Kept as session 1" in done.err
    assert call("sessions", "note", "1", NOTE).code == 0


# What is looked for


def texts(phrases: Iterable[str]) -> dict[str, bytes]:
    """Phrases as they may stand in a file: in several encodings."""
    found = {}
    for phrase in phrases:
        for code in ("utf-8", "utf-16-le", "utf-16-be"):
            found[f"{phrase}, {code}"] = phrase.encode(code)
        for shift in range(3):
            inner = base64.b64encode(bytes(shift) + phrase.encode())[4:-4]
            if len(inner) >= 8:  # of a short phrase nothing is left that stands for itself
                found[f"{phrase}, base64 from {shift}"] = inner
        found[f"{phrase}, hexadecimal"] = phrase.encode().hex().encode()
    return found


def sounds(sound: np.ndarray) -> dict[str, bytes]:
    """Somewhere in every half second: plain, interleaved, as floats, packed."""
    found = {}
    for at in range(0, sound.shape[1], RATE // 2):
        piece = sound[:, at : at + RATE // 2]
        packed = pack(piece)
        found |= {
            f"coach at {at}": piece[0, 1_000:1_012].tobytes(),
            f"client at {at}": piece[1, 1_000:1_012].tobytes(),
            f"both at {at}": piece[:, 1_000:1_008].T.tobytes(),
            f"float at {at}": (piece[0, 1_000:1_006] / np.float32(32_768)).tobytes(),
            f"packed at {at}": packed[len(packed) // 2 :][:24],
            f"head of a piece at {at}": packed[:24],
        }
    return found


def hits(needles: dict[str, bytes], files: dict[str, bytes]) -> set[str]:
    """Which of them are somewhere; also in the names of the files."""
    everything = b"\0".join([*files.values(), *(name.encode() for name in files)])
    return {name for name, needle in needles.items() if needle in everything}


def on_disk() -> dict[str, bytes]:
    """Every byte of every file that is the person's."""
    home = Path(os.environ["UNHURRIED_HOME"])
    return {str(path): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def with_the_key() -> dict[str, bytes]:
    """All that somebody reads who has the key: every page, used or not, and the voices."""
    places, key = Places.usual(), the_key()
    found = dict(on_disk())
    databases = {places.catalogue: key.derived("catalogue")}
    databases |= {places.session(uid): key.derived(f"session {uid}") for uid in places.uids()}
    for path, raw in databases.items():
        found[f"{path} read"] = pages.plaintext(path, raw)
        found[f"beside {path}"] = pages.plaintext_beside(path, raw)
    with opened() as store:
        for uid in places.uids():
            with store.file_of(uid) as file:
                audio_key = file.head().get("audio_key")
            if audio_key and places.audio(uid).exists():
                found[f"voices of {uid}"] = b"".join(plain(places.audio(uid), audio_key))
    return found


def plain(path: Path, key: str) -> Iterator[bytes]:
    with Vault.open(path, bytes.fromhex(key)) as vault:
        for index in range(len(vault)):
            _, data = vault.read(index)
            sound = unpack(data) if data.startswith(b"fLaC") else np.zeros((2, 0), np.int16)
            yield (
                data + sound.tobytes() + sound.T.tobytes() + (sound / np.float32(32_768)).tobytes()
            )


def the_key() -> Key:
    return unlock(Places.usual().folder, Silent())


def audio_keys() -> dict[str, bytes]:
    """The key of every session's voices, as it stands in its file and as it is."""
    with opened() as store:
        found = {}
        for each in store.catalogue.sessions():
            with store.file(each) as file:
                key = file.head().get("audio_key")
            if key:
                found |= {
                    f"key {each.number}": key.encode(),
                    f"bytes {each.number}": bytes.fromhex(key),
                }
    return found


# The searches


def test_without_the_key_nothing_can_be_read(talk):
    kept(talk)
    needles = texts([*SAID, *ABOUT]) | sounds(talk.sound)

    assert hits(needles, on_disk()) == set()
    key = the_key()
    assert hits({"key": key.secret, "hex": key.secret.hex().encode()}, on_disk()) == set()
    readable = hits(needles, with_the_key())
    assert readable >= {f"{phrase}, utf-8" for phrase in (*SAID, *ABOUT)}
    assert readable >= set(sounds(talk.sound))
    assert "quincewhistle" in call("sessions", "show", "1", "--words").out


@pytest.mark.skipif(os.name != "posix", reason="forks are of Unix")
def test_nor_while_sessions_are_being_written(talk, tmp_path):
    kept(talk)
    clock = Clock(tmp_path / "clock")
    needles = texts([*SAID, *ABOUT]) | sounds(talk.sound)
    with Nursery(tmp_path) as nursery, opened() as store:
        live = nursery.fork(
            *("live", tmp_path / "clock", "--source", talk.recording, "--with", PERSON),
            *("--consent", BASIS, "--keep", "audio", *FAST),
        )
        writing = begun(store, person=PERSON, keep=Keep.AUDIO, name=NAME)
        try:
            for second in range(60):
                start = samples(second)
                writing.take(Word(start, Samples(start + 9), Track.COACH, SAID[second % 3], None))
                writing.sound(start, pack(talk.sound[:, : RATE // 2]))
                writing.reached(Samples(start + RATE), lambda: CONDITIONS)
            clock.until(samples(2), live)
            files = on_disk()
            assert live.running, live.text
            live.kill()
            path = store.places.session(writing.kept.uid)
            log = pages.plaintext_beside(path, the_key().derived(f"session {path.stem}"))
        finally:
            writing.leave()
    assert [sum(path.endswith(end) for path in files) for end in (".db-wal", ".sound")] == [2, 3]
    assert hits(needles, files | on_disk()) == set()
    assert hits(texts(SAID), {"log": log})


def test_deleted_voices_are_gone_with_their_key(talk):
    kept(talk)
    keys, needles = audio_keys(), sounds(talk.sound)
    (sound,) = Places.usual().sessions.glob("*.sound")
    copy = sound.read_bytes()
    assert hits(keys, with_the_key()) == {"key 1"}
    assert hits(needles, with_the_key()) == set(needles)

    assert call("purge", "1", "--only", "audio", "--yes").code == 0
    after = with_the_key()
    assert hits(keys | needles, after) == set()
    assert hits(texts(SAID), after)
    assert not sound.exists()
    sound.write_bytes(copy)  # out of a backup
    with opened() as store:
        assert store.audio(store.catalogue.session(1)) is None


def test_deleted_words_are_gone(talk):
    kept(talk)
    needles = texts(SAID) | sounds(talk.sound) | audio_keys()
    assert hits(needles, with_the_key()) >= {f"{phrase}, utf-8" for phrase in SAID}

    assert call("purge", "1", "--only", "words", "--yes").code == 0
    after = with_the_key()
    assert hits(needles, after) == set()
    assert hits(texts(ABOUT), after)


def test_a_deleted_person_is_gone_from_every_page(talk):
    """Among others, with enough of everything that pages were divided and freed."""
    kept(talk)
    with opened() as store:
        for number in range(40):
            person = PERSON if number % 2 else f"Person {number}"
            write(store, number, events=20, person=person, name=NAME if number % 2 else "other")
    needles = texts([*SAID, *ABOUT]) | sounds(talk.sound) | audio_keys()
    assert hits(texts(ABOUT), with_the_key()) >= {f"{phrase}, utf-8" for phrase in ABOUT}

    assert call("purge", "--with", PERSON, "--yes").code == 0
    after = with_the_key()
    assert hits(needles, after) == set()
    assert hits(texts(["Person 0", "Person 38", "word38"]), after)


def test_a_deleted_session_is_gone_and_the_others_are_not(talk):
    kept(talk)
    with opened() as store:
        write(store, 7, events=20, person="Person 7")
    needles = texts([*SAID, NAME, NOTE]) | sounds(talk.sound) | audio_keys()

    assert call("purge", "1", "--yes").code == 0
    after = with_the_key()
    assert hits(needles, after) == set()
    assert hits(texts([PERSON, BASIS, "word7", "said7"]), after)


def test_who_has_withdrawn_has_left_no_word(talk):
    kept(talk)
    needles = texts([*SAID, NAME, NOTE]) | sounds(talk.sound) | audio_keys()

    assert call("consent", "withdraw", PERSON, "--yes").code == 0
    after = with_the_key()
    assert hits(needles, after) == set()
    assert hits(texts([PERSON]), after)


@pytest.mark.parametrize(
    ("days", "gone", "left"),
    [
        (20, ["voices of nobody"], ["word3", "said3", NAME]),
        (50, ["voices of nobody", "word3", "said3"], [NAME]),
        (90, ["voices of nobody", "word3", "said3", NAME], []),
    ],
)
def test_what_was_kept_long_enough_is_gone(days, gone, left):
    key_made()
    with opened() as store:
        for number in range(12):
            write(
                store,
                number,
                keep=Keep.AUDIO,
                events=60,
                days=days,
                name=NAME,
                sound=b"the voices of nobody at all",
            )
    keys = audio_keys()
    assert hits(texts([*gone, *left]), with_the_key()) >= {
        f"{each}, utf-8" for each in (*gone, *left)
    }

    limits = ("audio_days=10", "words_days=40", "flags_days=80")
    arguments = [each for limit in limits for each in ("--set", f"keep.{limit}")]
    live = ("live", "--source", "sample", "--seconds", "1", "--speed", "10000", "--keep", "flags")
    done = call(*live, *arguments, *FAST)
    assert "kept long enough" in done.err
    after = with_the_key()
    assert hits(texts(gone) | keys, after) == set()
    assert hits(texts(left), after) >= {f"{each}, utf-8" for each in left}


def test_after_everything_was_deleted_the_folder_is_empty(talk):
    kept(talk)
    done = call("purge", "--all", "--yes")

    assert done.code == 0
    home = Path(os.environ["UNHURRIED_HOME"])
    assert [path for path in home.rglob("*") if path.is_file()] == []
    assert not any(home.iterdir())
