"""Sessions kept while they run: what is kept is what was heard, and no more than was agreed."""

from __future__ import annotations

import argparse
import json
import wave
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from outside import Done, Sound, call, lines, wav, whole
from store import keeping as shared
from store.keeping import FIRST, Calendar, agreed, begin, own_key, promise, session

from live.app import live as live_command
from live.app.keeping import Keeper
from live.app.terminal import Terminal
from live.audio.flac import unpack
from live.logs import log_file
from live.settings import load
from live.store.catalogue import State
from live.store.consent import Keep, Setting, Terms
from live.store.key import Key
from live.store.places import Places
from live.store.store import Store
from live.types import samples

QUICK = ("--set", "voice.engine=webrtc", "--model", "none")
WITH_A = ("--with", "A.", "--consent", "contract of 3 May")
WEEK = timedelta(days=7)
AT_ONCE = ("--speed", "10000")


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> Key:
    return own_key(monkeypatch)


@pytest.fixture
def store(key: Key) -> Iterator[Store]:
    with Store.open(Places.usual(), key, Calendar()) as opened:
        yield opened


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    said = [
        {"track": "client", "start": 0.0, "end": 4.0, "text": "we sold the house at midsummer"},
        {"track": "coach", "start": 4.5, "end": 6.0, "text": "what was that like"},
    ]
    return lines(tmp_path / "meeting.jsonl", said)


def run(*arguments: str | Path) -> Done:
    done = call(*arguments)
    assert done.code == 0, done.err
    return done


def shown(number: int = 1) -> str:
    return run("sessions", "show", str(number), "--json", "-").out


def on(day: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The program's calendar shows this day."""
    monkeypatch.setattr("live.app.opening.now", lambda: day)


WAYS: dict[str, Callable[[Path, Path, Path], tuple[str | Path, ...]]] = {
    "sound": lambda talk, words, said: ("review", talk, *QUICK),
    "sound and words": lambda talk, words, said: ("review", talk, "--words", words, *QUICK),
    "words": lambda talk, words, said: ("review", "--words", words),
    "a transcript": lambda talk, words, said: ("review", "--transcript", said),
    "live": lambda talk, words, said: ("live", "--source", talk, *AT_ONCE, *QUICK),
    "live, the first seconds": lambda talk, words, said: (
        *("live", "--source", talk, *AT_ONCE, *QUICK),
        *("--seconds", "7"),
    ),
    "live, all of it kept": lambda talk, words, said: (
        *("live", "--source", talk, *AT_ONCE, *QUICK),
        *("--keep", "audio"),
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_kept_is_the_session_itself(
    way: str, talk: Path, words: Path, transcript: Path, tmp_path: Path
) -> None:
    arguments = WAYS[way](talk, words, transcript)

    done = run(*arguments, *WITH_A, "--json", tmp_path / "own.json")

    assert "Kept as session 1: unhurried sessions show 1" in done.err
    assert shown() == (tmp_path / "own.json").read_text(encoding="utf-8")
    assert whole(shown())["source"]["kind"] != "sample"


@pytest.mark.slow
def test_the_sample_session_is_kept_as_it_was_heard(tmp_path: Path) -> None:
    live = ("live", "--source", "sample", "--speed", "20", "--seconds", "30")

    run(*live, "--json", tmp_path / "live.json", "--set", "voice.engine=webrtc")
    run("review", "sample", *QUICK, "--json", tmp_path / "review.json")

    assert shown(1) == (tmp_path / "live.json").read_text(encoding="utf-8")
    assert shown(2) == (tmp_path / "review.json").read_text(encoding="utf-8")
    heard = whole(shown(1))
    assert heard["words"]
    assert heard["conditions"]["words"].startswith("whisper:sample@")
    assert [flag["kind"] for flag in heard["flags"]]


@pytest.mark.parametrize("command", ["review", "live"])
def test_the_voices_are_kept_bit_for_bit(
    command: str, voices: Sound, store: Store, tmp_path: Path
) -> None:
    """To the last sample, which is in the middle of a piece."""
    talk = wav(tmp_path / "odd.wav", voices[:, 300_000:400_003])
    given = ("live", "--source", talk, *AT_ONCE) if command == "live" else ("review", talk)
    run(*given, *QUICK, *WITH_A, "--keep", "audio")

    vault = store.audio(store.catalogue.session(1))

    assert vault is not None
    with vault:
        assert vault.ended
        found = [vault.read(index) for index in range(len(vault))]
    with wave.open(str(talk)) as file:
        heard = np.frombuffer(file.readframes(-1), "<i2").reshape(-1, 2).T
    assert [start for start, _ in found] == [i * samples(0.5) for i in range(len(found))]
    assert np.array_equal(np.concatenate([unpack(data) for _, data in found], axis=1), heard)


def test_without_words_nothing_that_was_said_is_kept(words: Path) -> None:
    run("review", "--words", words, *WITH_A, "--keep", "flags")

    kept = whole(shown())
    assert kept["flags"]
    assert kept["words"] == []
    assert {flag["text"] for flag in kept["flags"]} == {""}
    assert "talk_share_words" not in kept["summary"]


def test_nothing_is_kept_where_that_is_asked_for(talk: Path, words: Path) -> None:
    told = run("review", "--words", words, *WITH_A, "--keep", "none").err
    told += run("live", "--source", talk, *AT_ONCE, *QUICK, *WITH_A, "--keep", "none").err

    assert "Kept as" not in told
    assert run("sessions").out == "Nothing is kept yet.\n"
    # That somebody agreed to be listened to is written down all the same.
    assert run("consent").out.startswith("A., ")


def test_a_setting_says_what_is_kept_and_the_command_line_has_the_last_word(words: Path) -> None:
    less = ("--set", "keep.what=flags")
    run("review", "--words", words, *WITH_A, *less)
    run("review", "--words", words, *WITH_A, *less, "--keep", "words")

    assert whole(shown(1))["words"] == []
    assert whole(shown(2))["words"] != []


def test_what_was_not_agreed_is_not_kept_and_that_is_said(talk: Path, store: Store) -> None:
    store.catalogue.agree(agreed(terms=Terms(live=True, words=True)))
    done = run("live", "--source", talk, *AT_ONCE, *QUICK, "--with", "A.", "--keep", "audio")

    assert "A. has not agreed to the voices being kept: not kept." in done.err
    kept = store.catalogue.session(1)
    assert kept.keep is Keep.WORDS
    assert [path.suffix for path in store.places.of(kept.uid)] == [".db"]


def test_who_agreed_to_being_heard_only_leaves_times_only(words: Path, store: Store) -> None:
    store.catalogue.agree(agreed(terms=Terms(live=True)))
    done = run("review", "--words", words, "--with", "A.", "--keep", "audio")

    assert "A. has not agreed to what is said and the voices being kept: not kept." in done.err
    assert whole(shown())["words"] == []


def test_where_there_is_no_key_the_session_goes_on_and_a_way_is_said(
    talk: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("UNHURRIED_PASSPHRASE")
    monkeypatch.setenv("UNHURRIED_HOME", str(tmp_path / "elsewhere"))

    done = run("review", talk, *QUICK, *WITH_A, "--json", tmp_path / "own.json")

    assert whole(tmp_path / "own.json")["flags"]
    assert "Nothing is kept: " in done.err
    assert "unhurried key passphrase" in done.err
    assert "--keep none" in done.err
    assert not (tmp_path / "elsewhere").exists()


def test_who_keeps_nothing_is_not_told_to_keep_nothing(
    talk: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("UNHURRIED_PASSPHRASE")
    monkeypatch.setenv("UNHURRIED_HOME", str(tmp_path / "elsewhere"))

    done = run("live", "--source", talk, *AT_ONCE, *QUICK, *WITH_A, "--keep", "none")

    assert "--keep none" not in done.err
    assert "cannot be written down" in done.err


def test_a_recording_whose_name_cannot_be_written_is_kept_all_the_same(
    talk: Path, tmp_path: Path
) -> None:
    odd = tmp_path / "ta\udcff\nlk\x1b[31m.wav"
    talk.rename(odd)

    run("review", odd, *QUICK, *WITH_A, "--json", tmp_path / "own.json")

    assert shown() == (tmp_path / "own.json").read_text(encoding="utf-8")
    (row,) = run("sessions").out.splitlines()[1:]
    assert "ta lk [31m.wav" in row


@pytest.mark.parametrize(
    ("option", "value"),
    [("--with", " "), ("--with", "\x1b"), ("--consent", ""), ("--consent", "\n")],
)
def test_a_name_or_a_basis_that_says_nothing_is_refused(
    option: str, value: str, words: Path
) -> None:
    others = {"--with": ("--consent", "x"), "--consent": ("--with", "A.")}[option]
    done = call("review", "--words", words, *others, option, value)

    assert done.code == 2
    assert done.problems == [f"{option} says nothing."]
    assert run("sessions").out == "Nothing is kept yet.\n"


def test_a_recording_with_nobody_to_ask_is_reviewed_and_not_kept_and_the_way_is_said(
    words: Path,
) -> None:
    done = run("review", "--words", words)

    assert "words.jsonl is not kept: it was not said with whom it is." in done.err
    assert '--with NAME --consent "' in done.err
    assert "coach said" in done.out
    assert run("sessions").out == "Nothing is kept yet.\n"


def test_the_sample_session_has_nobody_to_agree() -> None:
    done = run(
        "live", "--source", "sample", *AT_ONCE, *QUICK, "--seconds", "5", "--mode", "session"
    )

    assert "Kept as session 1" in done.err
    assert run("consent").out == "Nobody has agreed to anything yet.\n"


def test_the_same_recording_is_known_with_whom_it_was(words: Path, tmp_path: Path) -> None:
    run("review", "--words", words, *WITH_A)
    renamed = tmp_path / "renamed.jsonl"
    words.rename(renamed)

    done = run("review", "--words", renamed)

    assert "Kept as session 2" in done.err
    assert [row.split()[-2] for row in run("sessions").out.splitlines()[1:]] == ["A.", "A."]


def test_a_stopped_review_says_so_in_what_is_kept(
    talk: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("live.app.interrupt.Stop.__call__", lambda stop: next(asked) > 6)
    asked = iter(range(10_000))

    done = call("review", talk, *QUICK, *WITH_A, "--json", tmp_path / "own.json")

    assert done.code == 130
    assert whole(shown())["conditions"]["interrupted"] is True
    assert shown() == (tmp_path / "own.json").read_text(encoding="utf-8")
    assert "broken off" in run("sessions").out


# Promises


def promised(store: Store, person: str = "A.", name: str = "t9") -> None:
    session(store, Keep.WORDS, person, [promise(name)])


@pytest.mark.parametrize("command", ["live", "review"])
def test_what_was_promised_is_said_when_the_next_session_with_them_begins(
    command: str, talk: Path, words: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(FIRST + WEEK, monkeypatch)
    promised(store)
    again = ("live", "--source", talk, *AT_ONCE, *QUICK)
    given = again if command == "live" else ("review", "--words", words)

    with_a = run(*given, *WITH_A)
    with_b = run(*given, "--with", "B.", "--consent", "x")

    assert f"You promised A.:\n  1/t9  2026-03-01 to A.: {shared.PROMISE}" in with_a.err
    assert shared.PROMISE not in with_b.err + with_b.out


def test_a_promise_is_gone_when_it_is_done_or_its_words_are(
    words: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(FIRST + WEEK, monkeypatch)
    for name in ("t1", "t2", "t3"):
        promised(store, name=name)
    assert run("sessions", "promises").out.count(shared.PROMISE) == 3
    assert run("sessions", "promises", "B.").out == "To B. there is no open promise.\n"

    run("sessions", "done", "1/t1")
    run("purge", "2", "--only", "words", "--yes")
    run("purge", "3", "--yes")

    assert run("sessions", "promises", "A.").out == "To A. there is no open promise.\n"
    assert shared.PROMISE not in run("review", "--words", words, *WITH_A).err
    assert f"Promise 1/t1: {shared.PROMISE}  (done)" in run("sessions", "show", "1").out


@pytest.mark.parametrize("name", ["1", "1/t2", "x/t9", "/", "1/", "-1/t9"])
def test_what_names_no_promise_is_refused(name: str, store: Store) -> None:
    promised(store)

    done = call("sessions", "done", "--", name)

    assert done.code == 2
    assert done.problems == [f"{name} names no promise."]


# Retention


def test_what_is_old_enough_goes_when_a_session_begins_and_that_is_said(
    words: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = session(store, Keep.AUDIO)
    on(FIRST.replace(month=6), monkeypatch)

    done = run("review", "--words", words, *WITH_A)

    assert "What was said in 1 session was deleted: kept long enough." in done.err
    assert store.catalogue.session(kept.number).keep is Keep.FLAGS


def keeper(monkeypatch: pytest.MonkeyPatch, clock: Calendar) -> Keeper:
    monkeypatch.setattr("live.app.opening.now", clock)
    given = argparse.Namespace(keep=None, person=None, consent=None)
    return Keeper(given, load(None, None, {}), Terminal())


def test_a_session_of_many_days_tidies_once_a_day(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = session(store, Keep.AUDIO)
    clock = Calendar()
    clock.later(days=29.5)
    with keeper(monkeypatch, clock) as one:
        plan = one.live("sample", Setting.PRACTICE)
        with one.begin(plan, "sample", shared.HEARD, durable=False) as keeping:
            keeping.reached(samples(1.0))
            clock.later(hours=23)
            keeping.reached(samples(2.0))
            assert store.catalogue.session(kept.number).keep is Keep.AUDIO

            clock.later(hours=1)
            keeping.reached(samples(3.0))
            assert store.catalogue.session(kept.number).keep is Keep.WORDS
            assert store.catalogue.session(2).state is State.RUNNING

    assert "The voices of 1 session were deleted" in capsys.readouterr().err


# What is never written


def test_no_log_names_anybody(
    talk: Path, store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    promised(store, "Annabel")

    def bug(*_: object, **__: object) -> None:
        raise RuntimeError("Annabel said that we sold the house")

    monkeypatch.setattr(live_command, "run", bug)
    done = call("live", "--source", talk, *QUICK, "--with", "Annabel", "--consent", "contract")

    assert done.code == 1
    assert "a mistake in Unhurried" in done.err
    log = log_file().read_text(encoding="utf-8")
    assert "RuntimeError" in log
    for word in ("Annabel", "house", "contract", "talk.wav", shared.PROMISE):
        assert word not in log


def test_a_session_that_met_a_mistake_is_closed_up_at_the_next_opening(
    talk: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bug(source: Any, ears: Any, tell: Any, **rest: Any) -> None:
        rest["progress"](samples(3.0))
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr(live_command, "run", bug)
        assert call("live", "--source", talk, *QUICK, *WITH_A).code == 1

    done = run("sessions")

    assert "was not closed: everything up to 0:03 is there." in done.err
    assert "broken off" in done.out
    assert json.loads(shown())["duration"] == 3.0
    assert run("sessions").err == ""


def test_a_session_that_is_being_kept_elsewhere_is_shown_as_going_on(store: Store) -> None:
    writing = begin(store)

    assert "going on" in run("sessions").out
    done = call("sessions", "note", "1", "well")
    assert done.problems == ["Session 1 is going on."]

    writing.finish(samples(1.0), {}, {}, interrupted=False)
