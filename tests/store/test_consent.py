"""What an agreement covers, and what it allows to be kept."""

from __future__ import annotations

import hashlib
from dataclasses import fields, replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from store.keeping import FIRST, FULL, VERSION, agreed

from live.app.asking import Texts
from live.resources import shipped
from live.store.consent import Consent, Keep, Setting, Terms, one_line

TERMS = st.builds(Terms, *(st.booleans() for _ in fields(Terms)))
CONSENTS = st.builds(
    Consent,
    st.text(min_size=1),
    st.datetimes().map(lambda d: d.replace(tzinfo=FIRST.tzinfo)),
    st.sampled_from(list(Setting)),
    st.text(),
    TERMS,
    st.text(),
)
ORDER = list(Keep)

AGREED_TO = {"2026-11": "26862fd4"}
"""The first digits of the hash of what stands in consent.toml below its version, by version."""


def test_a_changed_text_has_a_version_of_its_own() -> None:
    """People agreed to other words: under the same version nobody would be asked again."""
    text = (shipped("config") / "consent.toml").read_text(encoding="utf-8")
    words = [line for line in text.splitlines() if line and not line.startswith(("#", "version"))]
    found = hashlib.sha256("\n".join(words).encode()).hexdigest()[:8]
    version = Texts.read().version

    assert AGREED_TO.get(version) == found, (
        "The texts of config/consent.toml are not those that version "
        f'"{version}" stands for. Give the file a new version, so that everybody is asked again, '
        f'and add "that version": "{found}" here. Leave the old ones.'
    )


@pytest.mark.parametrize(
    ("made_in", "asked_in", "covered"),
    [
        (Setting.SESSION, Setting.SESSION, True),
        (Setting.SESSION, Setting.PRACTICE, True),
        (Setting.SESSION, Setting.OBSERVER, True),
        (Setting.PRACTICE, Setting.PRACTICE, True),
        (Setting.PRACTICE, Setting.OBSERVER, True),
        (Setting.PRACTICE, Setting.SESSION, False),
        (Setting.OBSERVER, Setting.SESSION, False),
        (Setting.PRACTICE, Setting.RECORDING, True),
        (Setting.SESSION, Setting.RECORDING, True),
    ],
)
def test_a_light_agreement_does_not_hold_with_a_client(
    made_in: Setting, asked_in: Setting, covered: bool
) -> None:
    assert agreed(setting=made_in).covers(asked_in, VERSION) is covered


@pytest.mark.parametrize("setting", [s for s in Setting if s is not Setting.RECORDING])
def test_who_agreed_to_a_recording_has_not_agreed_to_be_listened_to(setting: Setting) -> None:
    recording = agreed(setting=Setting.RECORDING, terms=Terms(words=True))

    assert not recording.covers(setting, VERSION)
    assert recording.covers(Setting.RECORDING, VERSION)


@pytest.mark.parametrize("setting", Setting)
def test_what_was_withdrawn_or_said_in_other_words_covers_nothing(setting: Setting) -> None:
    held = agreed()

    assert held.covers(setting, VERSION)
    assert not replace(held, withdrawn=FIRST + timedelta(days=1)).covers(setting, VERSION)
    assert not held.covers(setting, "2027-01")


@given(CONSENTS, st.sampled_from(ORDER))
def test_nothing_is_kept_that_was_not_agreed(held: Consent, asked: Keep) -> None:
    allowed = held.allows(asked)

    assert ORDER.index(allowed) <= ORDER.index(asked)
    assert held.terms.words or not allowed.words
    assert held.terms.audio or allowed is not Keep.AUDIO


@pytest.mark.parametrize("asked", Keep)
def test_what_was_agreed_is_kept_as_asked(asked: Keep) -> None:
    assert agreed(terms=FULL).allows(asked) is asked


def test_without_what_is_said_the_voices_are_not_kept_either() -> None:
    assert agreed(terms=Terms(live=True, audio=True)).allows(Keep.AUDIO) is Keep.FLAGS
    assert FULL.without({"words"}) == Terms(live=True)
    assert FULL.without({"audio"}) == Terms(live=True, words=True)
    assert FULL.without({"mentor"}) == FULL


@given(CONSENTS)
def test_an_agreement_in_a_sessions_own_file_comes_back(held: Consent) -> None:
    assert Consent.from_plain(held.person, held.as_plain()) == held


@pytest.mark.parametrize(
    "damage",
    [{"terms": "words"}, {"terms": ["breath"]}, {"given": "yesterday"}, {"setting": "pub"}],
    ids=lambda damage: next(iter(damage)),
)
def test_an_agreement_that_says_something_else_is_no_agreement(damage: dict[str, object]) -> None:
    with pytest.raises((TypeError, ValueError)):
        Consent.from_plain("A.", agreed().as_plain() | damage)


@given(st.text())
def test_a_name_is_one_line_that_can_be_shown_and_written(text: str) -> None:
    found = one_line(text)

    assert found.isprintable()
    assert found == found.strip()
    assert one_line(found) == found
    found.encode()


def test_a_name_is_the_same_however_it_was_typed() -> None:
    assert one_line(" Zoe\u0308\n") == one_line("Zo\u00eb") == "Zo\u00eb"
    assert one_line("A\x1b[31m\u202e\udcffB") == "A [31m B"
    assert one_line(" \n\x00 ") == ""
