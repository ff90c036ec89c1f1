"""`key.json`: what it says, what it gives to nobody, and what damage of it does."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from live.errors import LockedError, StoreError
from live.store import keyfile
from live.store.key import Key
from live.store.keyfile import Kept, KeyFile, LockOptions

KEY = Key(bytes(range(32)))
QUICK = LockOptions(memory_mib=1, passes=1, lanes=1)
WORDS = "four words are enough"


@contextmanager
def no_room() -> Iterator[None]:
    """The system lets no file grow beyond a few bytes, as if the disk were full."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def file() -> KeyFile:
    """A key locked with a passphrase."""
    store = keyfile.new_store()
    return KeyFile(store, KEY.mark, keyfile.lock(KEY, WORDS, store, QUICK))


def test_what_is_written_is_read_again(tmp_path, file):
    for one in (file, KeyFile(keyfile.new_store(), KEY.mark, entry=True)):
        keyfile.write(tmp_path / "new" / "store", one)
        assert keyfile.read(tmp_path / "new" / "store") == one
    assert one.kept is Kept.KEYRING
    assert file.kept is Kept.PASSPHRASE


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_only_its_owner_may_look(tmp_path, file):
    keyfile.write(tmp_path / "store", file)

    assert stat.S_IMODE((tmp_path / "store").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "store" / "key.json").stat().st_mode) == 0o600


def test_the_passphrase_opens_it_and_another_does_not(file):
    assert keyfile.unlocked(file, WORDS) == KEY
    assert keyfile.unlocked(file, WORDS + " ") is None
    assert keyfile.unlocked(file, "") is None


def test_the_usual_lock_is_as_slow_as_the_standard_says():
    """RFC 9106, section 4, the second recommended option."""
    usual = LockOptions()

    assert (usual.memory_mib, usual.passes, usual.lanes) == (64, 3, 4)
    locked = keyfile.lock(KEY, WORDS, "store", usual)
    assert len(locked.salt) == 16
    assert keyfile.unlocked(KeyFile("store", KEY.mark, locked), WORDS) == KEY


def test_a_lock_belongs_to_its_store_and_its_mark(file):
    other = KeyFile(keyfile.new_store(), file.mark, file.locked)
    assert keyfile.unlocked(other, WORDS) is None

    changed = KeyFile(file.store, "0" * 16, file.locked)
    with pytest.raises(LockedError, match="damaged"):
        keyfile.unlocked(changed, WORDS)


def test_two_locks_have_nothing_in_common(file):
    again = keyfile.lock(KEY, WORDS, file.store, QUICK)

    assert len({again.salt, file.locked.salt, again.nonce, file.locked.nonce}) == 4
    assert again.sealed != file.locked.sealed


def test_nothing_in_the_file_is_secret(tmp_path, file):
    keyfile.write(tmp_path, file)
    content = (tmp_path / "key.json").read_bytes()

    for secret in (KEY.secret, KEY.secret.hex().encode(), WORDS.encode(), b"words are"):
        assert secret not in content


def test_without_the_file_the_recovery_words_are_named(tmp_path):
    with pytest.raises(LockedError, match="is missing") as caught:
        keyfile.read(tmp_path / "store")

    assert "unhurried key recover" in caught.value.hint
    assert not (tmp_path / "store").exists()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.data())
def test_a_damaged_file_is_a_sentence_and_is_left_alone(tmp_path, file, data):
    keyfile.write(tmp_path, file)
    path = tmp_path / "key.json"
    whole = path.read_bytes()
    cut = data.draw(st.integers(0, len(whole) - 2))
    junk = data.draw(st.binary(max_size=8).filter(lambda junk: b"}" not in junk))
    path.write_bytes(whole[:cut] + junk)

    with pytest.raises(StoreError) as caught:
        keyfile.read(tmp_path)

    assert isinstance(caught.value, LockedError) or "newer" in str(caught.value)
    assert caught.value.hint
    assert path.read_bytes() == whole[:cut] + junk


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("schema", None),
        ("schema", "something.else/1"),
        ("store", "../../elsewhere"),
        ("store", 7),
        ("mark", "abc"),
        ("mark", "00"),
        ("kept", "somewhere"),
        ("entry", ...),
        ("passphrase", None),
        ("passphrase.memory_mib", 10**9),
        ("passphrase.memory_mib", 0),
        ("passphrase.passes", 10**6),
        ("passphrase.passes", "3"),
        ("passphrase.lanes", 2.0),
        ("passphrase.lanes", True),
        ("passphrase.salt", "00"),
        ("passphrase.nonce", "zz"),
        ("passphrase.key", ""),
    ],
)
def test_every_field_is_looked_at(tmp_path, file, name, value):
    """A number out of all bounds would otherwise take all memory, or all day."""
    keyfile.write(tmp_path, file)
    path = tmp_path / "key.json"
    content = json.loads(path.read_text())
    *outer, last = name.split(".")
    inside = content[outer[0]] if outer else content
    inside[last] = value
    if value is ...:
        del inside[last]
    path.write_text(json.dumps(content))

    with pytest.raises(LockedError, match="is damaged") as caught:
        keyfile.read(tmp_path)
    assert "unhurried key recover" in caught.value.hint


def test_a_file_of_a_newer_version_is_not_called_damaged(tmp_path, file):
    """Whoever is told that it is damaged replaces it."""
    keyfile.write(tmp_path, file)
    path = tmp_path / "key.json"
    path.write_text(path.read_text().replace("unhurried.key/1", "unhurried.key/2"))

    with pytest.raises(StoreError, match="newer version") as caught:
        keyfile.read(tmp_path)
    assert not isinstance(caught.value, LockedError)


def test_a_file_that_may_not_be_read_is_not_called_damaged(tmp_path):
    (tmp_path / "key.json").mkdir()

    with pytest.raises(StoreError, match="cannot be read") as caught:
        keyfile.read(tmp_path)
    assert not isinstance(caught.value, LockedError)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limit")
def test_where_it_cannot_be_written_the_older_one_stays(tmp_path, file):
    keyfile.write(tmp_path, file)
    with no_room(), pytest.raises(StoreError, match="cannot be written: file too large"):
        keyfile.write(tmp_path, KeyFile(file.store, file.mark))

    assert keyfile.read(tmp_path) == file
    assert [path.name for path in tmp_path.iterdir()] == ["key.json"]


def test_removing_leaves_nothing_of_it(tmp_path, file):
    keyfile.write(tmp_path, file)
    (tmp_path / ".key.json.abcd").write_text("left by a crash")
    keyfile.remove(tmp_path)
    assert list(tmp_path.iterdir()) == []

    keyfile.remove(tmp_path)
    keyfile.remove(tmp_path / "never there")
