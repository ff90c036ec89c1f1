"""The store: opening it, sessions beginning and ending in it, and what it leaves on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from store.keeping import FIRST, KEY, Calendar, agreed, begin, bytes_of, opened, session

from live.errors import StoreError
from live.store.catalogue import State
from live.store.consent import Consent, Keep
from live.store.key import Key
from live.store.places import Places
from live.store.store import Store, exclusive
from live.types import samples


def test_a_new_store_is_its_owners_alone(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        session(store)

    folders = [store.places.folder, store.places.sessions]
    assert [folder.stat().st_mode & 0o777 for folder in folders] == [0o700, 0o700]
    open_to_others = {p.name for p in bytes_of(tmp_path) if p.stat().st_mode & 0o077}
    assert open_to_others <= {"store.lock"}  # holds nothing, in a folder of the owner's


def test_what_was_kept_is_there_at_the_next_opening(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        kept = session(store, person="A.")
    with opened(tmp_path) as store:
        assert store.catalogue.sessions() == [kept]


def test_another_key_opens_nothing_and_changes_nothing(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        session(store)
    before = bytes_of(tmp_path)

    with pytest.raises(StoreError):
        Store.open(Places(tmp_path / "store"), Key.fresh())

    assert bytes_of(tmp_path) == before


def test_nothing_of_a_session_is_in_the_names_of_its_files(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        session(store, Keep.AUDIO, "Anna", name="anna-march.wav")

    names = " ".join(str(path.relative_to(tmp_path)).lower() for path in bytes_of(tmp_path))
    assert "anna" not in names
    assert "march" not in names


def test_names_of_people_and_recordings_are_in_no_file_readably(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        session(store, Keep.AUDIO, "Annabel", consent=agreed("Annabel"), name="annabel.wav")
        store.catalogue.agree(agreed("Annabel"))

    everything = b"".join(bytes_of(tmp_path).values()).lower()
    assert b"annabel" not in everything
    assert b"contract" not in everything


def test_a_session_is_running_from_its_beginning_to_its_end(tmp_path: Path) -> None:
    with opened(tmp_path) as store, opened(tmp_path) as other:
        writing = begin(store)
        uid = writing.kept.uid
        assert other.is_running(uid)
        assert other.catalogue.session(1).state is State.RUNNING
        with other.file(writing.kept) as file:  # it can be looked at meanwhile
            assert file.head()["position"] == 0

        writing.finish(samples(1.0), {}, {}, interrupted=False)

        assert not other.is_running(uid)
        assert not store.places.running(uid).exists()
        assert other.catalogue.session(1).state is State.OVER


def test_a_session_has_the_date_at_which_it_began(tmp_path: Path) -> None:
    clock = Calendar()
    with opened(tmp_path, clock) as store:
        writing = begin(store)
        clock.later(hours=2)
        writing.finish(samples(1.0), {}, {}, interrupted=False)

        assert store.catalogue.session(1).began == FIRST


def test_the_agreement_lies_in_the_sessions_own_file(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        kept = session(store, person="A.", consent=agreed())
        with store.file(kept) as file:
            assert Consent.from_plain("A.", file.head()["consent"]) == agreed()


def test_a_session_whose_file_is_missing_is_a_sentence(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        kept = session(store)
        store.places.session(kept.uid).unlink()

        with pytest.raises(StoreError, match="is not there"):
            store.file(kept)


def test_audio_of_which_the_file_is_missing_is_none(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        kept = session(store, Keep.AUDIO)
        store.places.audio(kept.uid).unlink()

        assert store.audio(kept) is None


def test_every_session_has_an_audio_key_of_its_own(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        sessions = [session(store, Keep.AUDIO) for _ in range(2)]
        keys = []
        for kept in sessions:
            with store.file(kept) as file:
                keys.append(file.head()["audio_key"])

    assert len(set(keys)) == 2
    assert all(len(bytes.fromhex(key)) == 32 for key in keys)
    assert KEY.secret.hex() not in keys


def test_two_cannot_mend_or_delete_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("live.store.store.LOCK_S", 0.05)
    with opened(tmp_path) as store:
        first, second = exclusive(store.places), exclusive(store.places)
        with first, pytest.raises(StoreError, match="Another program"), second:
            pass
        with exclusive(store.places):  # free again
            pass


def test_nothing_stays_of_a_session_that_could_not_be_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StoreError("The disk is full.")

    with opened(tmp_path) as store:
        with monkeypatch.context() as patched:
            patched.setattr("live.store.store.VaultWriter.create", full)
            with pytest.raises(StoreError, match="disk is full"):
                begin(store, Keep.AUDIO)

        assert list(store.places.sessions.iterdir()) == []
        assert store.catalogue.sessions() == []
