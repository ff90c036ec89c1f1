"""The questions in the terminal, asked through a real one, and what comes of the answers."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from outside import ROOT
from store.keeping import PASSPHRASE, Calendar, agreed, own_key, promise, session

from live.app.asking import Texts
from live.store.consent import Consent, Keep, Setting, Terms
from live.store.key import Key
from live.store.places import Places
from live.store.retention import KeepOptions
from live.store.store import Store

pytestmark = pytest.mark.skipif(os.name != "posix", reason="terminals of Unix")

PATIENCE_S = 30.0
QUICK = ("--set", "voice.engine=webrtc", "--model", "none", "--speed", "10000", "--terminal")
CTRL_C, CTRL_D = "\x03", "\x04"
ENTER = "\n"
_SEATED = """
import fcntl, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from live.app import main
sys.exit(main())
"""
"""The program with the terminal as its own, so that Ctrl-C and unseen answers come from there."""

WITH = "With whom do you practise? A name that you choose:"
CLIENT = "Who is this session with? A name that you choose:"
RECORDED = "Who is this recording with? A name that you choose (Enter: it is not kept):"


@dataclass(frozen=True, slots=True)
class Talked:
    """How a conversation with the program went."""

    code: int
    out: str
    screen: str
    """Everything on the terminal, what was typed included."""


def talk_to(arguments: Sequence[str | Path], answers: Sequence[tuple[str, str]]) -> Talked:
    """Run the program at a terminal, and type each answer when its question is there."""
    master, slave = os.openpty()
    process = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-c", _SEATED, *map(str, arguments)],
        stdin=slave,
        stderr=slave,
        stdout=subprocess.PIPE,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TERM": "dumb"},
    )
    os.close(slave)
    screen, place = "", 0
    try:
        for question, answer in answers:
            while question not in screen[place:]:
                screen += _more(master, screen)
            place = screen.index(question, place) + len(question)
            os.write(master, answer.encode())
        while piece := _more(master, screen):
            screen += piece
        assert process.stdout is not None
        out = process.stdout.read().decode()
        return Talked(process.wait(timeout=PATIENCE_S), out, screen.replace("\r\n", "\n"))
    finally:
        process.kill()
        process.communicate()
        os.close(master)


def _more(master: int, screen: str) -> str:
    """What the terminal shows next; nothing when the program has gone."""
    if not select.select([master], [], [], PATIENCE_S)[0]:
        raise TimeoutError(screen)
    try:
        return os.read(master, 4_096).decode(errors="replace")
    except OSError:  # Linux says so when the other end is closed
        return ""


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> Key:
    return own_key(monkeypatch)


@pytest.fixture
def store(key: Key) -> Iterator[Store]:
    with Store.open(Places.usual(), key, Calendar()) as opened:
        yield opened


def held(store: Store, name: str = "A.") -> Consent:
    found = store.catalogue.in_force(name)
    assert found is not None
    return found


def test_a_practice_partner_is_asked_about_in_short(talk: Path, store: Store) -> None:
    found = talk_to(
        ["live", "--source", talk, *QUICK],
        [(WITH, "A.\n"), ("Has A. agreed? [y/N]", "y\n")],
    )

    assert found.code == 0, found.screen
    assert "A. knows that Unhurried listens on this computer while you talk" in found.screen
    assert "what is said for 90 days" in found.screen
    assert "came in early" in found.out
    assert "agreed?" not in found.out  # a result stays a result
    assert (held(store).setting, held(store).basis) == (Setting.PRACTICE, "")
    assert held(store).terms == Terms(live=True, words=True)
    assert store.catalogue.session(1).person == "A."


def test_a_client_is_asked_about_in_full_and_each_answer_counts(talk: Path, store: Store) -> None:
    found = talk_to(
        ["live", "--source", talk, *QUICK, "--mode", "session", "--keep", "audio"],
        [
            (CLIENT, " A. \n"),
            ("What does the agreement rest on?", "said at the beginning\n"),
            ("May what is said be kept, encrypted, for 90 days? [y/N]", "yes\n"),
            ("May the voices be kept, encrypted, for 30 days? [y/N]", "n\n"),
            ("May a mentor of yours see the session? [y/N]", "Y\n"),
            ("go to whoever pays? [y/N]", ENTER),
            ("Has A. agreed that Unhurried listens? [y/N]", "y\n"),
        ],
    )

    assert found.code == 0, found.screen
    assert "A. may say no, now or at any time, and then everything is deleted." in found.screen
    assert (held(store).setting, held(store).basis) == (Setting.SESSION, "said at the beginning")
    assert held(store).terms == Terms(live=True, words=True, mentor=True)
    assert "A. has not agreed to the voices being kept: not kept." in found.screen
    assert store.catalogue.session(1).keep is Keep.WORDS


def test_who_does_not_want_words_kept_is_not_asked_about_voices(talk: Path, store: Store) -> None:
    found = talk_to(
        ["live", "--source", talk, *QUICK, "--mode", "session", "--keep", "audio"],
        [
            (CLIENT, "A.\n"),
            ("rest on?", "contract\n"),
            ("May what is said be kept", ENTER),
            ("mentor", ENTER),
            ("whoever pays", ENTER),
            ("Has A. agreed", "y\n"),
        ],
    )

    assert found.code == 0, found.screen
    assert "May the voices" not in found.screen
    assert held(store).terms == Terms(live=True)
    assert store.catalogue.session(1).keep is Keep.FLAGS


NOES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "no name": ("practice", [(WITH, ENTER)]),
    "a no": ("practice", [(WITH, "A.\n"), ("[y/N]", "no\n")]),
    "Enter": ("observer", [(WITH, "A.\n"), ("[y/N]", ENTER)]),
    "the end": ("practice", [(WITH, "A.\n"), ("[y/N]", CTRL_D)]),
    "no basis": ("session", [(CLIENT, "A.\n"), ("rest on?", ENTER)]),
    "a no at the end": (
        "session",
        [(CLIENT, "A.\n"), ("rest on?", "x\n"), *[("[y/N]", "y\n")] * 3, ("[y/N]", "n\n")],
    ),
}


@pytest.mark.parametrize("how", NOES)
def test_after_a_no_nothing_starts_and_nothing_is_written(
    how: str, talk: Path, store: Store
) -> None:
    mode, answers = NOES[how]

    found = talk_to(["live", "--source", talk, *QUICK, "--mode", mode], answers)

    who = "The other person" if how == "no name" else "A."
    assert found.code == 1, found.screen
    assert f"unhurried: {who} has not agreed, so nothing starts." in found.screen
    assert found.out == ""
    assert store.catalogue.people() == []
    assert store.catalogue.sessions() == []


def test_ctrl_c_at_a_question_ends_it_at_once(talk: Path, store: Store) -> None:
    found = talk_to(
        ["live", "--source", talk, *QUICK], [(WITH, "A.\n"), ("Has A. agreed?", CTRL_C)]
    )

    assert found.code == 130, found.screen
    assert found.out == ""
    assert "Traceback" not in found.screen
    assert store.catalogue.sessions() == []


def test_who_has_agreed_before_is_asked_whether_it_still_holds(talk: Path, store: Store) -> None:
    store.catalogue.agree(agreed())
    session(store, Keep.WORDS, "A.", [promise()])

    no = talk_to(
        ["live", "--source", talk, *QUICK],
        [("You know: A.", ""), (WITH, "a.\n"), ("Does that still hold? [y/N]", "n\n")],
    )
    yes = talk_to(
        ["live", "--source", talk, *QUICK],
        [(WITH, "a.\n"), ("Does that still hold? [y/N]", "y\n")],
    )

    assert "A. agreed on 1 March 2026 (contract of 3 May) to: live, words, audio." in no.screen
    assert (no.code, no.out) == (1, "")
    assert yes.code == 0
    assert len(store.catalogue.consents("A.")) == 1
    assert [kept.number for kept in store.catalogue.sessions("A.")][-1] == 2


def test_a_recording_asks_once(words: Path, store: Store) -> None:
    once = talk_to(
        ["review", "--words", words],
        [(RECORDED, "A.\n"), ("Has A. agreed? [y/N]", "y\n")],
    )
    again = talk_to(["review", "--words", words], [])

    assert (once.code, again.code) == (0, 0)
    assert "A. knows that you go through this recording with Unhurried" in once.screen
    assert "A." not in again.screen
    assert [kept.person for kept in store.catalogue.sessions()] == ["A.", "A."]
    assert held(store).terms == Terms(words=True)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ([(RECORDED, ENTER)], "words.jsonl is not kept: it was not said with whom it is."),
        ([(RECORDED, "A.\n"), ("[y/N]", ENTER)], "words.jsonl is not kept: A. has not agreed."),
    ],
    ids=["nobody", "a no"],
)
def test_a_recording_that_may_not_be_kept_is_reviewed_all_the_same(
    answers: list[tuple[str, str]], said: str, words: Path, store: Store
) -> None:
    found = talk_to(["review", "--words", words], answers)

    assert found.code == 0, found.screen
    assert said in found.screen
    assert "coach said" in found.out
    assert store.catalogue.sessions() == []
    assert store.catalogue.people() == []


def test_before_something_is_deleted_it_is_named_and_asked_about(store: Store) -> None:
    for _ in range(2):
        session(store, person="A.")

    no = talk_to(["purge", "1"], [("Delete? [y/N]", ENTER)])
    yes = talk_to(["purge", "2"], [("Delete? [y/N]", "y\n")])

    assert (no.code, yes.code) == (1, 0)
    assert "session 1 (" in no.out
    assert [kept.number for kept in store.catalogue.sessions()] == [1]


def test_the_first_session_asks_for_a_passphrase_where_there_is_no_keyring(
    words: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("UNHURRIED_PASSPHRASE")
    monkeypatch.setenv("UNHURRIED_HOME", str(tmp_path / "new"))
    new, same = "A new passphrase", "The same again:"

    first = talk_to(
        ["review", "--words", words, "--with", "A.", "--consent", "contract"],
        [
            (new, "too short\n"),
            ("has at least 12 characters", ""),
            (new, f"{PASSPHRASE}\n"),
            (same, "another one entirely\n"),
            ("The two were not the same.", ""),
            (new, f"{PASSPHRASE}\n"),
            (same, f"{PASSPHRASE}\n"),
        ],
    )
    then = talk_to(
        ["sessions"],
        [
            ("The passphrase of what is kept:", "a wrong one, surely\n"),
            ("That is not the passphrase.", ""),
            ("The passphrase of what is kept:", f"{PASSPHRASE}\n"),
        ],
    )

    assert (first.code, then.code) == (0, 0), first.screen + then.screen
    assert "Print the recovery words once" in first.screen
    assert "Kept as session 1" in first.screen
    assert "words.jsonl" in then.out
    assert PASSPHRASE not in first.screen + then.screen + first.out + then.out


def test_no_text_is_asked_with_something_missing_in_it() -> None:
    """Every text, with every kind of length, has its names and numbers put in."""
    texts = Texts.read()
    for options in (KeepOptions(), KeepOptions(audio_days=0, words_days=0)):
        for keep in Keep:
            said = [texts.kept(keep, options)]
            for part in ("practice", "session", "recording"):
                for text in texts.parts[part]:
                    said.append(texts.of(part, "{name} %s", text, options, keep))
            assert not [one for one in said if "{" in one.replace("{name} %s", "")]
    assert "until you delete it" in texts.kept(Keep.AUDIO, KeepOptions(audio_days=0))
