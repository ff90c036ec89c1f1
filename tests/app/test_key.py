"""`unhurried key`: what it says, what it writes, and what it never writes."""

from __future__ import annotations

import re
import shlex
import stat
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path

import keyrings
import pytest

from live.app import key_arguments
from live.app.interrupt import Stop
from live.app.key import key
from live.app.terminal import Terminal
from live.errors import LockedError, OutputError, StoreError, UsageError
from live.store import keyfile
from live.store.key import Key
from live.store.keyfile import Kept
from live.store.passphrase import VARIABLE
from live.store.places import Places
from live.store.store import Store
from live.store.unlock import make, unlock

GOOD = "four words are enough"
OTHER = "and four quite other words"


class Seat(Terminal):
    """A terminal at which somebody answers what is asked, and then nothing more."""

    def __init__(self, *answers: str) -> None:
        super().__init__()
        self.answers = list(answers)

    def secret(self, question: str) -> str | None:
        return self.answers.pop(0) if self.answers else None

    ask = secret


@pytest.fixture(autouse=True)
def in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A keyring that keeps what it is given, and is no one's."""
    monkeypatch.setenv(keyrings.FILE, str(tmp_path / "keyring.json"))
    monkeypatch.delenv(VARIABLE, raising=False)
    keyrings.choose(monkeypatch, keyrings.InFile)
    yield
    keyrings.settle()


@pytest.fixture
def places() -> Places:
    return Places.usual()


@pytest.fixture
def held(places: Places) -> Key:
    """The key of a store that has something in it."""
    made = make(places.folder, Seat())
    with Store.open(places, made):
        pass
    return made


@pytest.fixture
def paper(tmp_path: Path, held: Key) -> Path:
    """The recovery sheet."""
    assert run(f"recovery {shlex.quote(str(tmp_path / 'sheet.txt'))}") == 0
    return tmp_path / "sheet.txt"


def parser() -> ArgumentParser:
    made = ArgumentParser("unhurried key")
    key_arguments.add(made)
    return made


def run(line: str, *answers: str) -> int:
    return key(parser().parse_args(shlex.split(line)), Seat(*answers), Stop())


def test_before_anything_is_kept_there_is_no_key(places, capsys):
    assert run("") == 0
    assert capsys.readouterr().out == "Nothing is kept yet, so there is no key.\n"
    with pytest.raises(StoreError, match="Nothing is kept yet"):
        run("recovery sheet.txt")
    with pytest.raises(LockedError, match="nothing here") as caught:
        run("recover")
    assert str(places.folder) in caught.value.hint
    assert not places.folder.exists()


def test_it_is_shown_where_the_key_is_and_nothing_of_it(places, held, capsys):
    for line in ("", "show"):
        assert run(line) == 0
        out = capsys.readouterr().out
        store = keyfile.read(places.folder).store
        assert out.startswith("The key is in your system's keyring.\n")
        assert f'"unhurried", of user {store}' in out
        assert "unhurried key recovery FILE" in out
        assert held.secret.hex() not in out

    run("passphrase", GOOD, GOOD)
    capsys.readouterr()
    run("show")
    assert capsys.readouterr().out.startswith("The key is locked with your passphrase.\n")


def test_a_lost_key_file_is_said(places, held):
    places.key_file.unlink()
    with pytest.raises(LockedError, match="is missing"):
        run("show")


def test_the_key_moves_to_a_passphrase_and_back(places, held, capsys):
    assert run("passphrase", GOOD, GOOD) == 0
    assert keyrings.entries() == {}
    assert unlock(places.folder, Seat(GOOD)) == held

    assert run("keyring", GOOD) == 0
    assert unlock(places.folder, Seat()) == held
    assert GOOD not in "".join(capsys.readouterr())


def test_where_there_is_no_keyring_the_key_stays_where_it_was(places, held, monkeypatch):
    run("passphrase", GOOD, GOOD)
    keyrings.choose(monkeypatch, keyrings.NOWHERE)

    with pytest.raises(LockedError, match="keyring is not there") as caught:
        run("keyring", GOOD)
    assert caught.value.hint == "The key stays where it was."
    assert unlock(places.folder, Seat(GOOD)) == held


@pytest.mark.parametrize("kept", Kept)
def test_before_anything_is_kept_it_can_be_chosen_how(places, kept):
    assert run(str(kept), GOOD, GOOD) == 0

    assert keyfile.read(places.folder).kept is kept
    with Store.open(places, unlock(places.folder, Seat(GOOD))):
        pass


def test_a_changed_passphrase_has_to_be_changed_in_the_environment_too(
    places, held, monkeypatch, capsys
):
    run("passphrase", GOOD, GOOD)
    monkeypatch.setenv(VARIABLE, GOOD)
    assert run("passphrase", OTHER, OTHER) == 0

    assert f"{VARIABLE} still is the old one" in capsys.readouterr().err
    monkeypatch.delenv(VARIABLE)
    assert unlock(places.folder, Seat(OTHER)) == held


def test_the_sheet_says_what_it_is_and_holds_the_words(places, held, tmp_path, capsys):
    paper = tmp_path / "sheet.txt"
    run(f"recovery {paper}")
    text = paper.read_text(encoding="utf-8")
    rows = [re.findall(r"\d+\. ([a-z]+)", line) for line in text.splitlines()]

    assert " ".join(word for row in rows for word in row) == held.words
    assert [len(row) for row in rows if row] == [4] * 6
    assert f"Store {keyfile.read(places.folder).store[:8]}, written 20" in text
    assert "Whoever holds them can read all of it" in text
    assert "unhurried key recover" in text
    assert max(map(len, text.splitlines())) <= 80
    out = "".join(capsys.readouterr())
    assert "delete the file" in out
    assert " ".join(held.words.split()[:2]) not in out
    if sys.platform != "win32":
        assert stat.S_IMODE(paper.stat().st_mode) == 0o600


def test_a_sheet_takes_no_other_files_place(held, paper, tmp_path):
    before = paper.read_bytes()
    with pytest.raises(OutputError, match="is there already"):
        run(f"recovery {paper}")
    assert paper.read_bytes() == before
    with pytest.raises(OutputError, match="cannot be written"):
        run(f"recovery {tmp_path / 'nowhere' / 'sheet.txt'}")


def test_a_sheet_never_lies_among_the_files_that_it_opens(places, held):
    for path in (places.folder / "sheet.txt", places.folder.parent / "sheet.txt"):
        with pytest.raises(UsageError, match="which the words would open"):
            run(f"recovery {path}")
        assert not path.exists()


@pytest.mark.parametrize("how", ["file", "typed", "line by line", "utf-16"])
def test_the_sheet_mends_what_lost_its_key(places, held, paper, how):
    keyrings.fill({})
    words = held.words.split()
    by_line = [" ".join(words[at : at + 4]) for at in range(0, 24, 4)]
    match how:
        case "file":
            assert run(f"recover {paper}") == 0
        case "utf-16":
            paper.write_text(paper.read_text(encoding="utf-8"), encoding="utf-16")
            assert run(f"recover {paper}") == 0
        case "typed":
            assert run("recover", held.words) == 0
        case "line by line":
            assert run("recover", *by_line) == 0

    assert unlock(places.folder, Seat()) == held


@pytest.mark.parametrize("damage", [None, b"", b"{}"])
def test_the_sheet_opens_what_lost_its_key_file(places, held, paper, damage):
    """The catalogue itself tells whether it is the right sheet."""
    if damage is None:
        places.key_file.unlink()
    else:
        places.key_file.write_bytes(damage)

    with pytest.raises(LockedError, match="nothing that is kept here can be opened"):
        run("recover", Key.fresh().words)
    assert run(f"recover {paper}") == 0
    assert unlock(places.folder, Seat()) == held


def test_an_empty_database_does_not_make_any_sheet_the_right_one(places, held, paper):
    """To the library a file of no length opens with every key."""
    places.key_file.unlink()
    places.session("0").write_bytes(b"")

    with pytest.raises(LockedError, match="nothing that is kept here can be opened"):
        run("recover", Key.fresh().words)
    assert not places.key_file.exists()


def test_wrong_words_change_nothing(places, held, paper):
    before = places.key_file.read_bytes()
    for answers in ([], ["", "zoo"], ["zoo zoo"], ["zoo " * 24], [Key.fresh().words]):
        with pytest.raises(LockedError) as caught:
            run("recover", *answers)
        assert caught.value.hint
    assert places.key_file.read_bytes() == before
    assert unlock(places.folder, Seat()) == held


@pytest.mark.parametrize(
    "content", [None, b"", b"\xff\xfe\x00", b"\x00\xff" * 99, b"zoo " * 99_999]
)
def test_a_file_without_words_is_a_sentence(held, tmp_path, content):
    path = tmp_path / "words.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LockedError):
        run(f"recover {path}")


def test_nobody_else_makes_a_key_meanwhile(places, held, monkeypatch):
    """Another program that has the store in its hands is waited for, and then told of."""
    monkeypatch.setattr("live.store.store.LOCK_S", 0.05)
    from filelock import FileLock

    with FileLock(places.lock), pytest.raises(StoreError, match="Another program"):
        run("passphrase", GOOD, GOOD)
    assert unlock(places.folder, Seat()) == held


@pytest.mark.parametrize("action", key_arguments.EXAMPLES)
def test_examples_can_be_typed(action):
    lines = [line.strip() for line in key_arguments.EXAMPLES[action].splitlines()[1:]]

    assert lines
    for line in lines:
        typed = shlex.split(line.partition("     ")[0])
        chosen = parser().parse_args(typed[2:])
        assert typed[:2] == ["unhurried", "key"]
        assert action == "key" or chosen.action == action
