"""Real deletion: of sessions, of what was said, of voices, of people."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from store import pages
from store.keeping import EVENTS, KEY, SECRET, agreed, begin, opened, promise, session

from live.app.stored import summarised
from live.errors import StoreError
from live.store.catalogue import Kept
from live.store.consent import Keep
from live.store.erase import erase_audio, erase_person, erase_sessions, erase_words
from live.store.repair import repair
from live.store.store import Store
from live.types import Flag, Word, samples


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with opened(tmp_path) as made:
        yield made


def content(store: Store) -> bytes:
    """Every page of every database, decrypted."""
    places = store.places
    keys = {places.session(uid): KEY.derived(f"session {uid}") for uid in places.uids()}
    keys[places.catalogue] = KEY.derived("catalogue")
    return b"".join(
        pages.plaintext(path, key) + pages.plaintext_beside(path, key) for path, key in keys.items()
    )


def damage(store: Store, kept: Kept) -> None:
    path = store.places.session(kept.uid)
    path.write_bytes(b"x" * 100 + path.read_bytes()[100:])


def test_of_a_deleted_session_neither_files_nor_name_are_left(store: Store) -> None:
    kept = session(store, Keep.AUDIO, "Annabel", name="annabel.wav")
    other = session(store, name="other.wav")
    assert b"annabel.wav" in content(store)

    assert erase_sessions(store, [kept]) == [kept]

    assert store.catalogue.sessions() == [other]
    assert store.places.of(kept.uid) == []
    assert b"annabel.wav" not in content(store)
    assert b"other.wav" in content(store)


def test_what_was_said_goes_and_the_moments_stay(store: Store) -> None:
    kept = session(store, Keep.AUDIO, events=[*EVENTS, promise()])
    assert SECRET.encode() in content(store)

    erase_words(store, [kept])

    there = store.catalogue.session(kept.number)
    assert there.keep is Keep.FLAGS
    assert b"midsummer" not in content(store)
    with store.file(there) as file:
        events = list(file.events())
    assert len([e for e in events if isinstance(e, Flag)]) == 2
    assert not [e for e in events if isinstance(e, Word)]
    assert there.summary == kept.summary
    assert store.audio(there) is None
    assert [path.suffix for path in store.places.of(kept.uid)] == [".db"]


def test_the_voices_go_with_their_key_and_the_words_stay(store: Store) -> None:
    kept = session(store, Keep.AUDIO)
    with store.file(kept) as file:
        key = file.head()["audio_key"].encode()
    assert key in content(store)

    assert erase_audio(store, [kept]) == [kept]

    there = store.catalogue.session(kept.number)
    assert there.keep is Keep.WORDS
    assert key not in content(store)
    assert SECRET.encode() in content(store)
    assert not store.places.audio(kept.uid).exists()


def test_who_has_no_voices_loses_nothing_by_their_deletion(store: Store) -> None:
    kept = session(store, Keep.WORDS)

    assert erase_audio(store, [kept]) == []
    assert erase_words(store, [session(store, Keep.FLAGS)]) == []
    assert store.catalogue.session(kept.number) == kept


def test_of_a_deleted_person_nothing_is_left_and_of_others_everything(store: Store) -> None:
    session(store, Keep.AUDIO, "Annabel", consent=agreed("Annabel"))
    other = session(store, person="B.")
    store.catalogue.agree(agreed("Annabel"))
    store.catalogue.agree(agreed("B."))
    assert b"Annabel" in content(store)

    erase_person(store, "annabel")

    assert b"Annabel" not in content(store)
    assert store.catalogue.people() == ["B."]
    assert store.catalogue.sessions() == [other]
    assert store.catalogue.in_force("B.") is not None


def test_a_session_that_goes_on_is_not_deleted(store: Store) -> None:
    writing = begin(store, Keep.AUDIO, "A.")
    kept = store.catalogue.session(1)

    assert erase_sessions(store, [kept]) == []
    assert erase_words(store, [kept]) == []
    assert erase_audio(store, [kept]) == []
    with pytest.raises(StoreError, match=r"A session with A\. is going on"):
        erase_person(store, "A.")

    for event in EVENTS:
        writing.take(event)
    writing.finish(samples(6.0), {}, {}, interrupted=False)
    with store.file(kept) as file:
        assert list(file.events()) == EVENTS
    assert store.catalogue.people() == ["A."]


def test_one_damaged_session_does_not_save_the_words_of_the_others(store: Store) -> None:
    sessions = [session(store) for _ in range(3)]
    damage(store, sessions[1])

    with pytest.raises(StoreError, match="is damaged"):
        erase_words(store, sessions)

    for kept in (sessions[0], sessions[2]):
        with store.file(kept) as file:
            assert not any(isinstance(event, Word) for event in file.events())


def test_a_damaged_session_can_be_deleted_whole(store: Store) -> None:
    kept = session(store, Keep.AUDIO, "A.")
    damage(store, kept)

    erase_sessions(store, [kept])

    assert store.catalogue.sessions() == []
    assert list(store.places.sessions.iterdir()) == []


def test_a_copy_of_a_session_from_before_its_words_were_deleted_loses_them_too(
    store: Store, tmp_path: Path
) -> None:
    kept = session(store)
    path, copy = store.places.session(kept.uid), tmp_path / "copy"
    copy.write_bytes(path.read_bytes())
    erase_words(store, [kept])
    path.unlink()
    repair(store, summarised)
    copy.rename(path)

    repair(store, summarised)

    assert b"midsummer" not in content(store)
    assert store.catalogue.session(kept.number).keep is Keep.FLAGS
