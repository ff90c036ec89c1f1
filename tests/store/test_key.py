"""The key: what is derived from it, and the words by which it comes back from paper."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.errors import LockedError
from live.store.key import Key, words_in

KEY = Key(bytes(range(32)))
WORDS = KEY.words.split()
secrets = st.binary(min_size=32, max_size=32).map(Key)


def test_keys_are_random_and_whole():
    assert len({Key.fresh().secret for _ in range(50)}) == 50
    assert len(Key.fresh().secret) == 32
    with pytest.raises(ValueError, match="32 bytes"):
        Key(b"short")


def test_a_key_never_shows_itself():
    shown = f"{KEY!r} {KEY} {[KEY]} {copy.copy(KEY)!r}"

    assert KEY.secret.hex() not in shown
    assert repr(KEY.secret) not in shown
    assert KEY.mark in shown


def test_what_is_derived_stays_the_same_for_ever():
    """These bytes open what people have kept: a change of them loses it."""
    assert KEY.derived("catalogue").hex() == (
        "fbd95c882afb56cc3dfcbdc39e78b6d8f48d34f13b5140941d61e241535a315d"
    )
    assert KEY.mark == "c7f76837e08d0dbb"


@given(secrets)
def test_each_purpose_has_bytes_of_its_own(key):
    derived = [key.derived(p) for p in ("catalogue", "session a", "session b", "mark")]

    assert len({key.secret, *derived}) == 5
    assert all(len(one) == 32 for one in derived)
    assert key.derived("catalogue") == derived[0]
    assert key.mark == derived[3][:8].hex()


def test_the_words_are_those_of_the_standard():
    """Test vectors of BIP 39 for 256 bits."""
    assert Key(bytes(32)).words == "abandon " * 23 + "art"
    assert Key(b"\x7f" * 32).words == "legal winner thank year wave sausage worth useful " * 2 + (
        "legal winner thank year wave sausage worth title"
    )
    assert Key(b"\xff" * 32).words == "zoo " * 23 + "vote"


@given(secrets)
def test_words_give_the_key_back(key):
    assert Key.from_words(key.words) == key


@pytest.mark.parametrize(
    "text",
    [
        KEY.words.upper(),
        "\r\n".join(WORDS),
        ", ".join(WORDS) + ".",
        "; ".join(WORDS),
        "".join(f"{place}. {word}\n" for place, word in enumerate(WORDS, 1)),
        "".join(f"{place}) {word.title()}  " for place, word in enumerate(WORDS, 1)),
        "".join(f" {place:>2}:{word}" for place, word in enumerate(WORDS, 1)),
        "My words of 2026. Keep them!\n"
        + "".join(f"{place}. {word}\n" for place, word in enumerate(WORDS, 1))
        + "Written 2026-11-22\n",
        "".join(f"{place}. {word}\n" for place, word in reversed([*enumerate(WORDS, 1)])),
        "\ufeff" + "\u00a0".join(WORDS),
    ],
)
def test_words_are_understood_however_they_were_written_down(text):
    assert Key.from_words(text) == KEY
    assert words_in(text) == 24


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (WORDS[:-1], "These are 23 recovery words; it takes 24."),
        ([*WORDS, "zoo"], "These are 25 recovery words; it takes 24."),
        ([], "These are 0 recovery words; it takes 24."),
        ([*WORDS[:6], "abandno", *WORDS[7:]], "Recovery word 7 is no word that can be one."),
        ([*WORDS[:6], "élan", *WORDS[7:]], "Recovery word 7 is no word that can be one."),
        ([*WORDS[:-1], "zoo"], "do not fit together"),
        ([WORDS[1], WORDS[0], *WORDS[2:]], "do not fit together"),
    ],
)
def test_it_is_said_which_word_is_wrong(words, said):
    with pytest.raises(LockedError) as caught:
        Key.from_words(" ".join(words))

    assert said in str(caught.value)
    assert "sheet" in caught.value.hint
    assert not set(str(caught.value).split()) & {"abandno", "élan"}


def test_a_numbered_word_that_is_missing_is_named():
    numbered = [f"{place}. {word}" for place, word in enumerate(WORDS, 1)]
    with pytest.raises(LockedError, match=r"^Recovery word 9 is missing\.$"):
        Key.from_words("\n".join([*numbered[:8], *numbered[9:]]))
    with pytest.raises(LockedError, match=r"^These are 23 "):
        Key.from_words("\n".join(numbered[:-1]))


@given(st.text())
def test_any_other_text_is_a_sentence(text):
    with pytest.raises(LockedError):
        Key.from_words(text)
