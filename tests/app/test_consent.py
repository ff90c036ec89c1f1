"""Who has agreed: before anything starts, on the command line, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from outside import Done, call
from store.keeping import FIRST, FULL, Calendar, agreed, begin, own_key, session

from live.store.catalogue import Kept
from live.store.consent import Keep, Setting, Terms
from live.store.key import Key
from live.store.places import Places
from live.store.store import Store
from live.types import Word, samples

QUICK = ("--set", "voice.engine=webrtc", "--model", "none", "--speed", "10000")
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> Key:
    monkeypatch.setattr("live.app.opening.now", lambda: FIRST + WEEK)
    return own_key(monkeypatch)


@pytest.fixture
def store(key: Key) -> Iterator[Store]:
    with Store.open(Places.usual(), key, Calendar()) as opened:
        yield opened


def live(talk: Path, *arguments: str) -> Done:
    return call("live", "--source", talk, *QUICK, "--terminal", *arguments)


def done(*arguments: str) -> Done:
    found = call("consent", *arguments)
    assert found.code == 0, found.err
    return found


def refused(found: Done, sentence: str) -> None:
    """Nothing started, and a way on was said."""
    assert found.code == 1
    assert found.problems == [sentence]
    assert '--with NAME --consent "' in found.err
    assert found.out == ""


MODES = ("practice", "session", "observer")


@pytest.mark.parametrize("mode", MODES)
def test_nothing_starts_before_somebody_has_agreed(mode: str, talk: Path, store: Store) -> None:
    refused(live(talk, "--mode", mode), "The other person has not agreed, so nothing starts.")
    refused(live(talk, "--mode", mode, "--with", "A."), "A. has not agreed, so nothing starts.")
    refused(
        live(talk, "--mode", mode, "--consent", "contract"),
        "The other person has not agreed, so nothing starts.",
    )
    assert store.catalogue.sessions() == []
    assert store.catalogue.people() == []


@pytest.mark.parametrize("keep", ["none", "audio"])
def test_nothing_starts_either_where_nothing_is_kept(keep: str, talk: Path) -> None:
    refused(live(talk, "--keep", keep), "The other person has not agreed, so nothing starts.")


@pytest.mark.parametrize("mode", MODES)
def test_an_agreement_on_the_command_line_is_written_down(
    mode: str, talk: Path, store: Store
) -> None:
    found = live(talk, "--mode", mode, "--with", " A.\n", "--consent", "contract of  3 May")

    assert found.code == 0
    assert "came in early" in found.out
    (held,) = store.catalogue.consents("A.")
    assert (held.person, held.basis) == ("A.", "contract of 3 May")
    assert (held.setting, held.terms) == (Setting(mode), Terms(live=True, words=True))
    assert held.wording == "2026-11"


@pytest.mark.parametrize("mode", MODES)
def test_who_has_agreed_need_only_be_named(mode: str, talk: Path, store: Store) -> None:
    store.catalogue.agree(agreed(setting=Setting.SESSION))

    found = live(talk, "--mode", mode, "--with", "a.")

    assert found.code == 0
    assert "A. agreed on 1 March 2026 (contract of 3 May) to: live, words, audio." in found.err
    assert len(store.catalogue.consents("A.")) == 1


@pytest.mark.parametrize(
    "held",
    [
        agreed(setting=Setting.PRACTICE),
        agreed(setting=Setting.OBSERVER),
        agreed(setting=Setting.RECORDING, terms=Terms(words=True)),
        agreed(wording="2020-01"),
        replace(agreed(), withdrawn=FIRST),
    ],
    ids=["of practice", "of observing", "of a recording", "to older words", "withdrawn"],
)
def test_with_a_client_another_agreement_does_not_do(
    held: object, talk: Path, store: Store
) -> None:
    assert isinstance(held, type(agreed()))
    store.catalogue.agree(held)

    found = live(talk, "--mode", "session", "--with", "A.")

    refused(found, "A. has not agreed, so nothing starts.")
    assert store.catalogue.sessions() == []


def test_a_light_agreement_does_in_practice(talk: Path, store: Store) -> None:
    store.catalogue.agree(agreed(setting=Setting.PRACTICE))

    assert live(talk, "--with", "A.").code == 0


def test_an_agreement_for_one_is_not_anothers(talk: Path, store: Store) -> None:
    store.catalogue.agree(agreed("A."))

    refused(live(talk, "--with", "B."), "B. has not agreed, so nothing starts.")


# The command


def test_where_nobody_has_agreed_that_is_said_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UNHURRIED_HOME", str(tmp_path / "new"))

    assert done().out == "Nobody has agreed to anything yet.\n"
    assert done("withdraw", "A.").out == "Nobody has agreed to anything yet.\n"
    assert not (tmp_path / "new").exists()


def test_an_agreement_is_written_down_and_listed_and_serves(talk: Path, store: Store) -> None:
    given = ("give", "A.", "--for", "session", "--basis", "contract of 3 May")
    found = done(*given, "--to", "words, mentor")

    line = "A., 8 March 2026, session (contract of 3 May): words, mentor\n"
    assert found.out == done().out == done("list", "a.").out == line
    assert live(talk, "--mode", "session", "--with", "A.").code == 0
    assert "Nobody is called B. here." in call("consent", "list", "B.").err


@pytest.mark.parametrize("to", ["", "nothing"])
def test_somebody_may_agree_to_being_heard_and_nothing_else(to: str, store: Store) -> None:
    assert done("give", "A.", "--basis", "x", "--to", to).out.endswith("(x): nothing kept\n")
    held = store.catalogue.in_force("A.")
    assert held is not None
    assert held.terms == Terms(live=True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("give", "A.", "--basis", "x", "--to", "everything"),
        ("give", "A.", "--basis", "x", "--to", "audio"),
        ("give", "A.", "--basis", " "),
        ("give", " ", "--basis", "x"),
        ("give", "A."),
        ("withdraw", "A.", "--from", "nothing", "--yes"),
        ("withdraw", "A.", "--from", "live", "--yes"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_agreed_or_taken_back_is_refused(
    arguments: tuple[str, ...], store: Store
) -> None:
    held = store.catalogue.agree(agreed())

    assert call("consent", *arguments).code == 2
    assert store.catalogue.consents("A.") == [held]
    assert store.catalogue.people() == ["A."]


# Taken back


@pytest.fixture
def sessions(store: Store) -> list[Kept]:
    """One of A. with the voices, one with words, one of times; and one of B."""
    store.catalogue.agree(agreed(terms=replace(FULL, mentor=True)))
    store.catalogue.agree(agreed("B."))
    kept = [session(store, keep, "A.") for keep in (Keep.AUDIO, Keep.WORDS, Keep.FLAGS)]
    return [*kept, session(store, Keep.AUDIO, "B.")]


def keeps(store: Store) -> list[tuple[int, str]]:
    return [(kept.number, kept.keep.value) for kept in store.catalogue.sessions()]


WHOLE = [(1, "audio"), (2, "words"), (3, "flags"), (4, "audio")]


def test_with_all_of_it_every_session_goes_and_that_it_was_withdrawn_stays(
    sessions: list[Kept], store: Store, talk: Path
) -> None:
    found = done("withdraw", "a.", "--yes")

    assert "Withdrawn. Deleted in 3 sessions." in found.out
    assert keeps(store) == [(4, "audio")]
    assert "A. has withdrawn." in done().out
    assert "; withdrawn on 8 March 2026" in done("list", "A.").out
    refused(live(talk, "--with", "A."), "A. has not agreed, so nothing starts.")
    again = done("withdraw", "A.", "--yes")
    assert again.out == "A. has agreed to nothing that could be withdrawn.\n"


def test_all_earlier_agreements_go_with_the_last(store: Store, talk: Path) -> None:
    store.catalogue.agree(agreed())
    store.catalogue.agree(agreed(given=FIRST + WEEK))

    done("withdraw", "A.", "--yes")

    assert store.catalogue.in_force("A.") is None


def test_from_the_voices_only_they_go(sessions: list[Kept], store: Store, talk: Path) -> None:
    found = done("withdraw", "A.", "--from", "audio", "--yes")

    assert "Withdrawn. Deleted in 1 session." in found.out
    assert keeps(store) == [(1, "words"), (2, "words"), (3, "flags"), (4, "audio")]
    held = store.catalogue.in_force("A.")
    assert held is not None
    assert held.terms == Terms(live=True, words=True, mentor=True)
    later = live(talk, "--with", "A.", "--keep", "audio")
    assert "A. has not agreed to the voices being kept: not kept." in later.err
    assert keeps(store)[-1] == (5, "words")


def test_from_the_words_the_voices_go_too(sessions: list[Kept], store: Store, talk: Path) -> None:
    done("withdraw", "A.", "--from", "words", "--yes")

    assert keeps(store) == [(1, "flags"), (2, "flags"), (3, "flags"), (4, "audio")]
    for kept in sessions[:3]:
        with store.file(kept) as file:
            assert not [event for event in file.events() if isinstance(event, Word)]
    held = store.catalogue.in_force("A.")
    assert held is not None
    assert held.terms == Terms(live=True, mentor=True)
    assert live(talk, "--with", "A.").code == 0
    assert keeps(store)[-1] == (5, "flags")


def test_from_the_mentor_nothing_is_deleted(sessions: list[Kept], store: Store) -> None:
    done("withdraw", "A.", "--from", "mentor", "--yes")

    assert keeps(store) == WHOLE
    held = store.catalogue.in_force("A.")
    assert held is not None
    assert held.terms == FULL


@pytest.mark.parametrize("how", [(), ("--dry-run",), ("--dry-run", "--yes")])
@pytest.mark.parametrize("part", [(), ("--from", "words")])
def test_nothing_is_taken_back_without_a_yes(
    how: tuple[str, ...], part: tuple[str, ...], sessions: list[Kept], store: Store
) -> None:
    before = store.catalogue.consents("A.")

    found = call("consent", "withdraw", "A.", *part, *how)

    assert found.code == (0 if how else 1)
    assert "session 1 (" in found.out
    assert keeps(store) == WHOLE
    assert store.catalogue.consents("A.") == before


def test_a_session_that_goes_on_is_named_and_the_rest_goes(store: Store) -> None:
    store.catalogue.agree(agreed())
    session(store, Keep.WORDS, "A.")
    writing = begin(store, Keep.WORDS, "A.")

    found = call("consent", "withdraw", "A.", "--yes")

    assert found.code == 1
    assert found.problems[0].endswith("with A.) is going on right now.")
    assert keeps(store) == [(2, "words")]
    writing.finish(samples(1.0), {}, {}, interrupted=False)


def test_one_damaged_session_does_not_save_what_was_said_in_the_others(
    sessions: list[Kept], store: Store
) -> None:
    path = store.places.session(sessions[0].uid)
    path.write_bytes(b"noise" + path.read_bytes()[5:])

    found = call("consent", "withdraw", "A.", "--from", "words", "--yes")

    assert found.code == 1
    assert found.problems == [f"{path} is damaged."]
    with store.file(sessions[1]) as file:
        assert not [event for event in file.events() if isinstance(event, Word)]
