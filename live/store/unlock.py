"""The key of a store: made, kept, found again, moved and destroyed.

Who makes or moves a key holds the store's lock (`live.store.places`), so that two programs do not
make two keys.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from live.errors import LockedError, StoreError
from live.store import keyfile, passphrase
from live.store.key import Key
from live.store.keychain import SERVICE, Keychain, KeychainError, KeychainOptions, Trouble
from live.store.keyfile import RECOVER, Kept, KeyFile, LockOptions
from live.store.passphrase import Asks, NoPassphraseError, PassphraseOptions

PRINT = "Print the recovery words once: unhurried key recovery FILE"
_AT_THE_DESKTOP = "unhurried key passphrase, at the desktop, keeps it with a passphrase instead."
_LIES = {
    Kept.KEYRING: "its key is in your system's keyring",
    Kept.PASSPHRASE: "its key is locked with your passphrase",
}
_WAYS = {
    Trouble.ABSENT: (
        "What is kept is locked with the keyring of your desktop, and there is no keyring here.",
        f"Do this where you are logged in to your desktop. {_AT_THE_DESKTOP}",
    ),
    Trouble.LOCKED: (
        "Your system's keyring is locked, and the key of what is kept lies in it.",
        "Open the keyring (usually with the password of your computer) and try again.",
    ),
    Trouble.SILENT: (
        "Your system's keyring did not answer, and the key of what is kept lies in it.",
        "Look for a window of it that waits for its password; or log out and in, and try again.",
    ),
    Trouble.REFUSED: (
        "Your system's keyring did not give the key of what is kept.",
        "Try again; if you were asked whether Unhurried may have it, say yes.",
    ),
}


@dataclass(frozen=True, slots=True)
class UnlockOptions:
    """What tests and impatient people may change."""

    keychain: KeychainOptions = field(default_factory=KeychainOptions)
    passphrase: PassphraseOptions = field(default_factory=PassphraseOptions)
    lock: LockOptions = field(default_factory=LockOptions)


_USUAL = UnlockOptions()


def unlock(folder: Path, asks: Asks, options: UnlockOptions = _USUAL) -> Key:
    """The key of the store in a folder.

    Raises `LockedError` saying why it cannot be had and what to do, `StoreError` when `key.json`
    cannot be read at all.
    """
    file = keyfile.read(folder)
    if file.kept is Kept.PASSPHRASE:
        return _by_passphrase(file, asks, options.passphrase)
    return _by_keyring(file, Keychain(asks.notice, options.keychain))


def make(
    folder: Path, asks: Asks, options: UnlockOptions = _USUAL, kept: Kept | None = None
) -> Key:
    """A key for a new store, kept where `kept` says; or unlock the store that is there by now.

    By itself that is the keyring where there is one that keeps what it is given, unless a
    passphrase is in the environment: who set one means it. Otherwise a passphrase is asked for.
    Raises `LockedError` when none of it can be had, or when what is kept has lost its `key.json`;
    `StoreError` when nothing can be written.
    """
    if (folder / keyfile.NAME).exists():
        return unlock(folder, asks, options)
    if (folder / "catalogue.db").exists() or any((folder / "sessions").glob("*.db")):
        keyfile.read(folder)  # says that it is missing; a new key would open nothing of this
    key = Key.fresh()
    kept = _keep(folder, key, keyfile.new_store(), asks, options, kept)
    asks.notice(f"What is kept is encrypted: {_LIES[kept]}. {PRINT}")
    return key


def restore(
    folder: Path,
    key: Key,
    opens: Callable[[Key], bool],
    asks: Asks,
    options: UnlockOptions = _USUAL,
) -> Kept:
    """Keep a key that came back from recovery words; gives where.

    It must be the one `key.json` knows, or open what is kept (`opens`) where that is lost. It goes
    where it was before, if that can be; a forgotten passphrase is replaced by a new one.
    Raises `LockedError` when it is another store's key.
    """
    try:
        file = keyfile.read(folder)
    except LockedError:
        if not opens(key):
            raise LockedError(
                "With these recovery words nothing that is kept here can be opened.",
                "Are they those of this computer? The sheet says when it was written.",
            ) from None
        return _keep(folder, key, keyfile.new_store(), asks, options)
    if key.mark != file.mark:
        raise LockedError(
            "These are the recovery words of another store.",
            f"The sheet of this one says: store {file.store[:8]}.",
        )
    before = Kept.PASSPHRASE if file.kept is Kept.PASSPHRASE else None
    return _keep(folder, key, file.store, asks, options, before, entry=file.entry)


def to_passphrase(folder: Path, key: Key, asks: Asks, options: UnlockOptions = _USUAL) -> None:
    """Keep the key with a (new) passphrase from now on, and take it out of the keyring.

    Raises `LockedError` when no passphrase is given, `StoreError` when it cannot be written; the
    key is then where it was.
    """
    file = keyfile.read(folder)
    # The one in the environment is the old one where there is an old one.
    preset = file.kept is not Kept.PASSPHRASE
    _with_passphrase(folder, key, file, asks, options, preset=preset)


def to_keyring(
    folder: Path, key: Key, asks: Asks | None = None, options: UnlockOptions = _USUAL
) -> None:
    """Keep the key in the system's keyring from now on.

    Raises `KeychainError` when that does not keep it, `StoreError` when `key.json` cannot be
    written; the key is then where it was.
    """
    _in_keyring(folder, key, keyfile.read(folder), _keychain(asks, options))


def forget(
    folder: Path, asks: Asks | None = None, options: UnlockOptions = _USUAL
) -> tuple[str, ...]:
    """Destroy what keeps the key; gives a sentence for each thing that could not be removed.

    Never raises for that. Nothing of the store can be read afterwards but with recovery words.
    """
    left = []
    try:
        file: KeyFile | None = keyfile.read(folder)
    except StoreError:
        file = None  # it goes whatever it says
    if file is not None and file.entry:
        try:
            _keychain(asks, options).remove(file.store)
        except KeychainError as error:
            left.append(_still_there(error))
    try:
        keyfile.remove(folder)
    except OSError as error:
        why = (error.strerror or "no reason given").lower()
        left.append(f"{folder / keyfile.NAME} could not be removed: {why}.")
    return tuple(left)


def _by_passphrase(file: KeyFile, asks: Asks, options: PassphraseOptions) -> Key:
    given = passphrase.from_environment()
    if given is not None:
        if key := keyfile.unlocked(file, given):
            return key
        raise LockedError(
            f"{passphrase.VARIABLE} is not the passphrase of what is kept.",
            f"Set the right one, or unset it to be asked. {RECOVER}",
        )
    for left in reversed(range(options.tries)):
        typed = passphrase.ask(asks, "The passphrase of what is kept:")
        if typed is None:
            raise LockedError(
                "What is kept is locked with a passphrase, and none was given.",
                f"Set {passphrase.VARIABLE}, or run this in a terminal.",
            )
        if key := keyfile.unlocked(file, typed):
            return key
        if left:
            asks.notice("That is not the passphrase. Once more, please.")
    raise LockedError("That was not the passphrase of what is kept.", RECOVER)


def _by_keyring(file: KeyFile, keychain: Keychain) -> Key:
    try:
        found = keychain.get(file.store)
    except KeychainError as error:
        what, way = _WAYS[error.trouble]
        raise LockedError(what, f"{way} {RECOVER}") from error
    if found is None:
        raise LockedError(
            "The key of what is kept is no longer in your system's keyring.",
            f"Was the keyring made anew, or is this another computer or account? {RECOVER}",
        )
    key = _read(found)
    if key is None or key.mark != file.mark:
        raise LockedError(
            "The key in your system's keyring is not the one of what is kept.", RECOVER
        )
    return key


def _read(entry: str) -> Key | None:
    try:
        return Key(bytes.fromhex(entry))
    except ValueError:
        return None


def _keep(
    folder: Path,
    key: Key,
    store: str,
    asks: Asks,
    options: UnlockOptions,
    kept: Kept | None = None,
    *,
    entry: bool = False,
) -> Kept:
    """Keep a key where `kept` says, or where it can be; gives where."""
    file, why = KeyFile(store, key.mark, entry=entry), ""
    if kept is None and passphrase.from_environment() is not None:
        kept = Kept.PASSPHRASE
    if kept is not Kept.PASSPHRASE:
        try:
            _in_keyring(folder, key, file, _keychain(asks, options))
        except KeychainError as error:
            if kept is Kept.KEYRING:
                raise
            why = f"Your system's keyring {error.trouble.value}"
        else:
            return Kept.KEYRING
    try:
        instead = f"{why}; a passphrase takes its place. " if why else ""
        _with_passphrase(folder, key, file, asks, options, why=instead)
    except NoPassphraseError as error:
        what = f"{why}, and no passphrase was given." if why else str(error)
        raise LockedError(what, error.hint) from error
    return Kept.PASSPHRASE


def _in_keyring(folder: Path, key: Key, file: KeyFile, keychain: Keychain) -> None:
    keychain.put(file.store, key.secret.hex())
    try:
        keyfile.write(folder, replace(file, locked=None, entry=True))
    except StoreError:
        if not file.entry:
            with contextlib.suppress(KeychainError):
                keychain.remove(file.store)
        raise


def _with_passphrase(
    folder: Path,
    key: Key,
    file: KeyFile,
    asks: Asks,
    options: UnlockOptions,
    *,
    preset: bool = True,
    why: str = "",
) -> None:
    typed = passphrase.chosen(asks, options.passphrase, preset=preset, why=why)
    file = replace(file, locked=keyfile.lock(key, typed, file.store, options.lock))
    # What is given up next, an older form of the file or an entry, is then not needed any more.
    if keyfile.unlocked(file, typed) != key:
        raise StoreError("The key could not be locked with the passphrase.", "It is where it was.")
    keyfile.write(folder, file)
    if keyfile.read(folder) != file:
        raise StoreError(f"{folder / keyfile.NAME} is not what was written.", "Is the disk sound?")
    if not file.entry:
        return
    try:
        _keychain(asks, options).remove(file.store)
    except KeychainError as error:
        asks.notice(_still_there(error))
    else:
        keyfile.write(folder, replace(file, entry=False))


def _keychain(asks: Asks | None, options: UnlockOptions) -> Keychain:
    return Keychain(asks.notice if asks else lambda text: None, options.keychain)


def _still_there(error: KeychainError) -> str:
    return (
        f"The key may still be in your system's keyring: it {error.trouble.value}. "
        f'Remove the entry "{SERVICE}" there yourself.'
    )
