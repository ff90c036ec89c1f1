"""The key of a store, through everything that can befall it: a sentence and a way on each time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keyrings
import pytest

from live.errors import LockedError, StoreError
from live.store import keyfile
from live.store.key import Key
from live.store.keychain import KeychainError, KeychainOptions
from live.store.keyfile import Kept, LockOptions
from live.store.passphrase import VARIABLE
from live.store.unlock import (
    UnlockOptions,
    forget,
    make,
    restore,
    to_keyring,
    to_passphrase,
    unlock,
)

QUICK = UnlockOptions(
    KeychainOptions(quiet_ms=50, patience_ms=100, alone_ms=100),
    lock=LockOptions(memory_mib=1, passes=1, lanes=1),
)
GOOD = "four words are enough"
OTHER = "and four quite other words"


class Person:
    """Answers what is asked, in this order, and then nothing more."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self.told: list[str] = []

    def secret(self, question: str) -> str | None:
        self.asked.append(question)
        return self.answers.pop(0) if self.answers else None

    def notice(self, text: str) -> None:
        self.told.append(text)


@pytest.fixture(autouse=True)
def in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A keyring that keeps what it is given, and is no one's."""
    monkeypatch.setenv(keyrings.FILE, str(tmp_path / "keyring.json"))
    monkeypatch.delenv(VARIABLE, raising=False)
    keyrings.choose(monkeypatch, keyrings.InFile)
    yield
    keyrings.settle()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def without_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    keyrings.choose(monkeypatch, keyrings.NOWHERE)


def opened(folder: Path, *answers: str) -> Key:
    return unlock(folder, Person(*answers), QUICK)


def refused(folder: Path, *answers: str) -> str:
    """What is said where the store does not open: what happened, and what to do."""
    with pytest.raises(LockedError) as caught:
        opened(folder, *answers)
    assert caught.value.hint
    return f"{caught.value} {caught.value.hint}"


def test_the_first_key_goes_into_the_keyring(folder):
    person = Person()
    key = make(folder, person, QUICK)

    assert keyfile.read(folder).kept is Kept.KEYRING
    assert keyrings.entries() == {keyfile.read(folder).store: key.secret.hex()}
    assert opened(folder) == key
    assert person.asked == []
    assert "unhurried key recovery FILE" in person.told[0]
    assert key.secret.hex() not in (folder / "key.json").read_text()


@pytest.mark.usefixtures("without_keyring")
def test_where_there_is_no_keyring_a_passphrase_takes_its_place(folder):
    person = Person(GOOD, GOOD)
    key = make(folder, person, QUICK)

    assert keyfile.read(folder).kept is Kept.PASSPHRASE
    assert opened(folder, GOOD) == key
    assert person.asked[0].startswith(
        "Your system's keyring is not there; a passphrase takes its place. A new passphrase"
    )
    assert len(person.asked) == 2


@pytest.mark.parametrize(
    "keyring", [keyrings.Locked, keyrings.Forgetful, keyrings.Failing, keyrings.Hanging]
)
def test_a_keyring_that_does_not_keep_the_key_is_not_trusted_with_it(folder, monkeypatch, keyring):
    keyrings.choose(monkeypatch, keyring)
    key = make(folder, Person(GOOD, GOOD), QUICK)

    assert keyfile.read(folder).kept is Kept.PASSPHRASE
    assert opened(folder, GOOD) == key


@pytest.mark.usefixtures("without_keyring")
def test_without_keyring_and_without_anybody_nothing_can_be_kept(folder):
    with pytest.raises(LockedError) as caught:
        make(folder, Person(), QUICK)

    assert str(caught.value) == ("Your system's keyring is not there, and no passphrase was given.")
    assert caught.value.hint == (
        "Set UNHURRIED_PASSPHRASE, or run unhurried key passphrase in a terminal."
    )
    assert not folder.exists()


def test_a_passphrase_in_the_environment_is_meant(folder, monkeypatch):
    """Whoever sets one wants no keyring's window on a computer without a screen."""
    keyrings.choose(monkeypatch, keyrings.Hanging)
    monkeypatch.setenv(VARIABLE, GOOD)
    person = Person()
    key = make(folder, person, QUICK)

    assert unlock(folder, person, QUICK) == key
    assert person.asked == []
    monkeypatch.setenv(VARIABLE, OTHER)
    assert refused(folder, GOOD).startswith("UNHURRIED_PASSPHRASE is not the passphrase")
    monkeypatch.setenv(VARIABLE, "short")
    with pytest.raises(LockedError, match=rf"^{VARIABLE} cannot be used: .* 12 char"):
        make(folder / "new", person, QUICK)


@pytest.mark.usefixtures("without_keyring")
def test_a_new_passphrase_is_long_enough_and_typed_twice_alike(folder):
    person = Person("short", GOOD, OTHER, GOOD, GOOD)
    make(folder, person, QUICK)

    assert opened(folder, GOOD)
    assert person.told[:2] == [
        "A passphrase has at least 12 characters, as four short words have. Once more, please.",
        "The two were not the same. Once more, please.",
    ]


@pytest.mark.usefixtures("without_keyring")
def test_after_three_bad_ones_none_is_set(folder):
    with pytest.raises(LockedError, match=r"^No passphrase was set\. .* 12 characters"):
        make(folder, Person("short", " " * 20, "elevenchars"), QUICK)
    assert not folder.exists()


@pytest.mark.usefixtures("without_keyring")
def test_a_passphrase_may_be_typed_wrong_twice(folder):
    key = make(folder, Person(GOOD, GOOD), QUICK)

    assert opened(folder, OTHER, "", GOOD) == key
    said = refused(folder, OTHER, OTHER, OTHER, GOOD)
    assert said.startswith("That was not the passphrase of what is kept.")
    assert "unhurried key recover" in said
    assert "none was given. Set UNHURRIED_PASSPHRASE" in refused(folder)


@pytest.mark.usefixtures("without_keyring")
def test_every_keyboard_types_the_same_passphrase(folder):
    key = make(folder, Person("dix caf\u00e9s crème", "dix cafe\u0301s crème"), QUICK)

    assert opened(folder, "dix cafe\u0301s crème") == key


@pytest.mark.parametrize(
    ("keyring", "said", "way"),
    [
        (keyrings.NOWHERE, "there is no keyring here", "logged in to your desktop"),
        (keyrings.Locked, "keyring is locked", "Open the keyring"),
        (keyrings.Dismissed, "keyring is locked", "Open the keyring"),
        (keyrings.Hanging, "did not answer", "Look for a window"),
        (keyrings.Failing, "did not give the key", "Try again"),
        (keyrings.Forgetful, "is no longer in your system's keyring", "another computer"),
    ],
)
def test_a_keyring_that_does_not_give_the_key_is_a_sentence(
    folder, monkeypatch, keyring, said, way
):
    key = make(folder, Person(), QUICK)
    before = (folder / "key.json").read_bytes()
    keyrings.choose(monkeypatch, keyring)
    if keyring is keyrings.Forgetful:
        keyrings.fill({})

    sentence = refused(folder)
    assert said in sentence
    assert way in sentence
    assert "unhurried key recover" in sentence
    assert key.secret.hex() not in sentence
    assert (folder / "key.json").read_bytes() == before


@pytest.mark.parametrize("entry", [Key(bytes(32)).secret.hex(), "not a key", ""])
def test_another_key_in_the_keyring_is_not_tried(folder, entry):
    make(folder, Person(), QUICK)
    keyrings.fill(dict.fromkeys(keyrings.entries(), entry))

    assert "is not the one of what is kept" in refused(folder)


@pytest.mark.parametrize("there", ["catalogue.db", "sessions/abc.db"])
def test_no_new_key_is_made_beside_what_an_older_one_locked(folder, there):
    (folder / there).parent.mkdir(parents=True)
    (folder / there).touch()

    with pytest.raises(LockedError, match=r"^key\.json, which .* is missing") as caught:
        make(folder, Person(), QUICK)
    assert "unhurried key recover" in caught.value.hint
    assert keyrings.entries() == {}
    assert "is missing" in refused(folder)


def test_who_comes_second_takes_the_key_of_who_came_first(folder):
    assert make(folder, Person(), QUICK) == make(folder, Person(), QUICK)
    assert len(keyrings.entries()) == 1


@contextmanager
def no_room() -> Iterator[None]:
    """The system lets no file grow beyond what a keyring's file here needs, as on a full disk."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (120, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_where_nothing_can_be_written_no_key_is_left_behind(folder):
    with no_room(), pytest.raises(StoreError, match="cannot be written"):
        make(folder, Person(), QUICK)

    assert keyrings.entries() == {}
    assert list(folder.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_a_move_that_fails_leaves_the_key_where_it_was(folder, monkeypatch):
    key = make(folder, Person(), QUICK)
    with no_room(), pytest.raises(StoreError):
        to_passphrase(folder, key, Person(GOOD, GOOD), QUICK)
    assert opened(folder) == key
    with pytest.raises(LockedError):
        to_passphrase(folder, key, Person(), QUICK)
    assert opened(folder) == key

    to_passphrase(folder, key, Person(GOOD, GOOD), QUICK)
    with no_room(), pytest.raises(StoreError):
        to_keyring(folder, key, options=QUICK)
    assert keyrings.entries() == {}
    for keyring in (keyrings.Forgetful, keyrings.Locked, keyrings.NOWHERE):
        keyrings.choose(monkeypatch, keyring)
        with pytest.raises(KeychainError):
            to_keyring(folder, key, options=QUICK)
    assert opened(folder, GOOD) == key


def test_a_move_to_a_passphrase_takes_the_key_out_of_the_keyring(folder):
    key = make(folder, Person(), QUICK)
    to_passphrase(folder, key, Person(GOOD, GOOD), QUICK)

    assert keyrings.entries() == {}
    assert not keyfile.read(folder).entry
    assert opened(folder, GOOD) == key


def test_an_entry_that_cannot_be_removed_is_not_forgotten(folder, monkeypatch):
    """Destroying the key has to mean all of it, at the desktop if not here."""
    key = make(folder, Person(), QUICK)
    keyrings.choose(monkeypatch, keyrings.NOWHERE)
    person = Person(GOOD, GOOD)
    to_passphrase(folder, key, person, QUICK)
    assert person.told == [
        "The key may still be in your system's keyring: it is not there. "
        'Remove the entry "unhurried" there yourself.'
    ]
    assert opened(folder, GOOD) == key

    keyrings.choose(monkeypatch, keyrings.InFile)
    assert forget(folder, options=QUICK) == ()
    assert keyrings.entries() == {}


def test_a_passphrase_is_changed_though_the_old_one_is_in_the_environment(folder, monkeypatch):
    monkeypatch.setenv(VARIABLE, GOOD)
    key = make(folder, Person(), QUICK)
    to_passphrase(folder, key, Person(OTHER, OTHER), QUICK)

    monkeypatch.delenv(VARIABLE)
    assert opened(folder, OTHER) == key
    refused(folder, GOOD, GOOD, GOOD)


def never(key: Key) -> bool:
    raise AssertionError("key.json knows the key")


def test_recovery_words_mend_a_keyring_that_lost_the_entry(folder):
    key = make(folder, Person(), QUICK)
    keyrings.fill({})
    refused(folder)

    assert restore(folder, key, never, Person(), QUICK) is Kept.KEYRING
    assert opened(folder) == key
    assert len(keyrings.entries()) == 1


def test_recovery_words_replace_a_forgotten_passphrase(folder):
    """By another passphrase: who chose one does not want the keyring."""
    key = make(folder, Person(), QUICK)
    to_passphrase(folder, key, Person(GOOD, GOOD), QUICK)

    assert restore(folder, key, never, Person(OTHER, OTHER), QUICK) is Kept.PASSPHRASE
    assert opened(folder, OTHER) == key
    assert keyrings.entries() == {}


def test_recovery_words_work_where_the_keyring_is_out_of_reach(folder, monkeypatch):
    key = make(folder, Person(), QUICK)
    keyrings.choose(monkeypatch, keyrings.NOWHERE)

    assert restore(folder, key, never, Person(GOOD, GOOD), QUICK) is Kept.PASSPHRASE
    assert opened(folder, GOOD) == key


@pytest.mark.parametrize("damage", ["", "{}", None])
def test_recovery_words_take_the_place_of_a_lost_key_file(folder, damage):
    key = make(folder, Person(), QUICK)
    path = folder / "key.json"
    if damage is None:
        path.unlink()
    else:
        path.write_text(damage)

    with pytest.raises(LockedError, match="nothing that is kept here can be opened"):
        restore(folder, Key.fresh(), lambda tried: tried == key, Person(), QUICK)
    assert damage is None or path.read_text() == damage
    assert restore(folder, key, lambda tried: tried == key, Person(), QUICK) is Kept.KEYRING
    assert opened(folder) == key


def test_recovery_words_of_another_store_are_refused(folder):
    key = make(folder, Person(), QUICK)

    with pytest.raises(LockedError, match="another store") as caught:
        restore(folder, Key.fresh(), never, Person(), QUICK)
    assert keyfile.read(folder).store[:8] in caught.value.hint
    assert opened(folder) == key


def test_a_key_file_of_a_newer_version_is_not_replaced_by_recovering(folder):
    key = make(folder, Person(), QUICK)
    path = folder / "key.json"
    newer = path.read_text().replace("unhurried.key/1", "unhurried.key/9")
    path.write_text(newer)

    with pytest.raises(StoreError, match="newer version"):
        restore(folder, key, lambda tried: True, Person(), QUICK)
    assert path.read_text() == newer


def test_forgetting_leaves_nothing(folder):
    for kept in Kept:
        make(folder, Person(GOOD, GOOD), QUICK, kept)
        assert forget(folder, options=QUICK) == ()
        assert list(folder.iterdir()) == []
        assert keyrings.entries() == {}
    assert forget(folder, options=QUICK) == ()


@pytest.mark.parametrize("keyring", [keyrings.NOWHERE, keyrings.Locked, keyrings.Keeping])
def test_what_cannot_be_forgotten_is_said(folder, monkeypatch, keyring):
    make(folder, Person(), QUICK)
    keyrings.choose(monkeypatch, keyring)

    (said,) = forget(folder, options=QUICK)
    assert said.startswith("The key may still be in your system's keyring")
    assert '"unhurried"' in said
    assert list(folder.iterdir()) == []


def test_a_damaged_key_file_is_forgotten_too(folder):
    make(folder, Person(), QUICK)
    (folder / "key.json").write_text("{")

    assert forget(folder, options=QUICK) == ()
    assert list(folder.iterdir()) == []
