"""`key.json`: says where the key is kept, and holds it locked with a passphrase where that is so.

Nothing in it is secret. A passphrase is made slow to guess with Argon2id (RFC 9106); what comes of
it locks the key with ChaCha20-Poly1305.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import uuid
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from live.errors import LockedError, StoreError
from live.options import Range
from live.store.key import SIZE, Key

NAME = "key.json"
RECOVER = "With the recovery words it can be opened: unhurried key recover"
_SCHEMA = "unhurried.key/"
_VERSION = 1
_LARGEST = 64 * 1024
"""Bytes. A hundred times what is ever written."""
_SALT, _NONCE, _TAG = 16, 12, 16
"""Bytes: what RFC 9106 recommends, and what ChaCha20-Poly1305 has."""


class Kept(StrEnum):
    """Where the key is."""

    KEYRING = "keyring"
    """In the system's keyring; the file has nothing of it."""
    PASSPHRASE = "passphrase"  # noqa: S105 - the name of a way, no passphrase
    """In the file, locked with a passphrase."""


@dataclass(frozen=True, slots=True)
class LockOptions:
    """How slow guessing a passphrase is made.

    The defaults are the second recommended option of RFC 9106, section 4, which is for memory that
    is not plentiful: 64 MiB, 3 passes, 4 lanes. It takes about 0.2 s on a laptop.
    """

    memory_mib: Annotated[int, Range(1, 1024)] = 64
    passes: Annotated[int, Range(1, 100)] = 3
    lanes: Annotated[int, Range(1, 64)] = 4


@dataclass(frozen=True, slots=True)
class Locked:
    """A key locked with a passphrase."""

    made: LockOptions
    salt: bytes
    nonce: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True)
class KeyFile:
    """What stands in the file."""

    store: str
    """The store's own name, random; the user name of the keyring's entry."""
    mark: str
    """`Key.mark` of the right key."""
    locked: Locked | None = None
    entry: bool = False
    """Whether the keyring may have an entry, which has to go when the key is destroyed. True also
    when the key is kept by passphrase and an earlier entry could not be removed."""

    @property
    def kept(self) -> Kept:
        """Where the key is."""
        return Kept.PASSPHRASE if self.locked else Kept.KEYRING


def new_store() -> str:
    """A name for a new store."""
    return str(uuid.uuid4())


def lock(key: Key, passphrase: str, store: str, options: LockOptions) -> Locked:
    """The key locked with a passphrase, for this store only."""
    salt, nonce = os.urandom(_SALT), os.urandom(_NONCE)
    cipher = ChaCha20Poly1305(_stretched(passphrase, salt, options))
    return Locked(options, salt, nonce, cipher.encrypt(nonce, key.secret, store.encode()))


def unlocked(file: KeyFile, passphrase: str) -> Key | None:
    """The key, or None where the passphrase is another. The file's way must be the passphrase.

    Raises `LockedError` when the file has been changed.
    """
    assert file.locked is not None  # noqa: S101 - whoever calls has looked
    locked = file.locked
    cipher = ChaCha20Poly1305(_stretched(passphrase, locked.salt, locked.made))
    try:
        key = Key(cipher.decrypt(locked.nonce, locked.sealed, file.store.encode()))
    except InvalidTag:
        return None
    if key.mark != file.mark:
        raise _damaged()
    return key


def _stretched(passphrase: str, salt: bytes, options: LockOptions) -> bytes:
    """32 bytes out of a passphrase."""
    return Argon2id(
        salt=salt,
        length=SIZE,
        iterations=options.passes,
        lanes=options.lanes,
        memory_cost=options.memory_mib * 1024,
    ).derive(passphrase.encode())


def read(folder: Path) -> KeyFile:
    """The file in a store's folder; it is never changed by reading.

    Raises `LockedError` when it is missing or damaged, `StoreError` when it is a newer version's
    or the system does not let us read it.
    """
    path = folder / NAME
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST + 1)
    except FileNotFoundError as error:
        raise LockedError(
            f"{NAME}, which says where the key of what is kept lies, is missing in {folder}.",
            f"If there is a copy of it, put it back. {RECOVER}",
        ) from error
    except OSError as error:
        why = (error.strerror or "no reason given").lower()
        raise StoreError(f"{path} cannot be read: {why}.", "Is the folder yours?") from error
    try:
        found = json.loads(text)
        version = int(str(found["schema"]).removeprefix(_SCHEMA))
        if version <= _VERSION:
            return _parsed(found)  # there is no older form
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged() from error
    raise StoreError(
        "The key was kept by a newer version of Unhurried.", "Install the newest version."
    )


def _parsed(found: dict[str, Any]) -> KeyFile:
    """What was read, every field looked at; ValueError and its like when one is not right."""
    store, mark = str(uuid.UUID(found["store"])), found["mark"]
    if len(bytes.fromhex(mark)) != 8:
        raise ValueError("mark")
    locked = None
    if Kept(found["kept"]) is Kept.PASSPHRASE:
        one = found["passphrase"]
        made = LockOptions(one["memory_mib"], one["passes"], one["lanes"])
        for value, most in ((made.memory_mib, 1024), (made.passes, 100), (made.lanes, 64)):
            # A damaged number must not take all memory or all day.
            if type(value) is not int or not 1 <= value <= most:
                raise ValueError("passphrase")
        salt, nonce, sealed = (bytes.fromhex(one[name]) for name in ("salt", "nonce", "key"))
        if (len(salt), len(nonce), len(sealed)) != (_SALT, _NONCE, SIZE + _TAG):
            raise ValueError("passphrase")
        locked = Locked(made, salt, nonce, sealed)
    return KeyFile(store, mark, locked, bool(found["entry"]))


def _damaged() -> LockedError:
    return LockedError(
        f"{NAME}, which says where the key of what is kept lies, is damaged.",
        f"It was left as it is. If there is a copy of it, put that in its place. {RECOVER}",
    )


def write(folder: Path, file: KeyFile) -> None:
    """Write the file so that it survives a crash, whole or not at all; readable by its owner only.

    Raises `StoreError` when it cannot be written; what was there is then still there.
    """
    content: dict[str, Any] = {
        "schema": f"{_SCHEMA}{_VERSION}",
        "about": "Where the key to what Unhurried keeps lies. Without this file: recovery words.",
        "store": file.store,
        "mark": file.mark,
        "kept": file.kept.value,
        "entry": file.entry,
    }
    if file.locked:
        content["passphrase"] = {
            "stretched": "argon2id",
            "memory_mib": file.locked.made.memory_mib,
            "passes": file.locked.made.passes,
            "lanes": file.locked.made.lanes,
            "salt": file.locked.salt.hex(),
            "locked": "chacha20-poly1305",
            "nonce": file.locked.nonce.hex(),
            "key": file.locked.sealed.hex(),
        }
    try:
        _replace(folder, json.dumps(content, indent=1) + "\n")
    except OSError as error:
        why = (error.strerror or "no reason given").lower()
        raise StoreError(
            f"The key cannot be kept: {folder / NAME} cannot be written: {why}.",
            "Is there room on the disk, and is the folder yours?",
        ) from error


def _replace(folder: Path, text: str) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(prefix=f".{NAME}.", dir=folder)  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(folder / NAME)
        _settle(folder)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _settle(folder: Path) -> None:
    """Have a folder's list of names written too.

    Windows and some network disks have no such call. The file is in its place by now, so this is
    no reason to say that it is not.
    """
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove(folder: Path) -> None:
    """Take the file away, and what a crash left of writing one. Raises OSError."""
    for path in [folder / NAME, *folder.glob(f".{NAME}.*")]:
        path.unlink(missing_ok=True)
    if folder.is_dir():
        _settle(folder)
