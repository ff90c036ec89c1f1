"""`unhurried key`: where the key of what is kept lies; moving it, its words, bringing it back.

Whatever changes the key holds the store's lock, so that no other program makes one meanwhile.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from live.app import recovery
from live.app.interrupt import Stop
from live.app.terminal import Terminal
from live.errors import LockedError, StoreError
from live.store import keyfile, passphrase
from live.store.key import Key
from live.store.keychain import SERVICE, KeychainError
from live.store.keyfile import Kept
from live.store.places import Places
from live.store.sealed import BusyError, connect
from live.store.store import exclusive, make_folders, now
from live.store.unlock import PRINT, make, restore, to_keyring, to_passphrase, unlock

_LIES = {
    Kept.KEYRING: "The key is in your system's keyring.",
    Kept.PASSPHRASE: "The key is locked with your passphrase.",
}


def key(arguments: argparse.Namespace, terminal: Terminal, stop: Stop) -> int:
    """Do what was asked; the exit code."""
    places = Places.usual()
    match arguments.action:
        case "passphrase":
            _move(places, terminal, Kept.PASSPHRASE)
        case "keyring":
            _move(places, terminal, Kept.KEYRING)
        case "recovery":
            _write_down(places, terminal, arguments.file)
        case "recover":
            _bring_back(places, terminal, arguments.file)
        case _:
            _show(places, terminal)
    return 0


def _show(places: Places, terminal: Terminal) -> None:
    if not places.key_file.exists() and not _files(places):
        terminal.line("Nothing is kept yet, so there is no key.")
        return
    file = keyfile.read(places.folder)
    terminal.line(_LIES[file.kept])
    if file.kept is Kept.KEYRING:
        terminal.line(f'  Entry:  "{SERVICE}", of user {file.store}')
    terminal.line(f"  Store:  {file.store[:8]}, as on the recovery sheet")
    terminal.line(f"  {PRINT}")


def _move(places: Places, terminal: Terminal, kept: Kept) -> None:
    """Keep the key in one way from now on; where there is none yet, make it."""
    make_folders(places)
    with exclusive(places):
        if not places.key_file.exists():
            make(places.folder, terminal, kept=kept)
            return
        found = unlock(places.folder, terminal)
        if kept is Kept.PASSPHRASE:
            before = keyfile.read(places.folder).kept
            to_passphrase(places.folder, found, terminal)
            if before is kept and passphrase.from_environment() is not None:
                terminal.notice(f"{passphrase.VARIABLE} still is the old one: set it anew.")
        else:
            _into_keyring(places, terminal, found)
    terminal.line(_LIES[kept])


def _into_keyring(places: Places, terminal: Terminal, found: Key) -> None:
    try:
        to_keyring(places.folder, found, terminal)
    except KeychainError as error:
        raise LockedError(str(error), "The key stays where it was.") from error


def _write_down(places: Places, terminal: Terminal, path: Path) -> None:
    recovery.check_place(path)
    if not places.key_file.exists() and not _files(places):
        raise StoreError("Nothing is kept yet, so there is no key.", "Do this after a session.")
    found = unlock(places.folder, terminal)
    store = keyfile.read(places.folder).store
    text = recovery.sheet(found, store, now().astimezone())
    if Key.from_words(text) != found:
        raise StoreError("The recovery sheet could not be made.", "Nothing was written.")
    recovery.write(path, text)
    terminal.line(f"The recovery words are in {path}.")
    terminal.line("  Print it, then delete the file: whoever has it can read everything.")


def _bring_back(places: Places, terminal: Terminal, path: Path | None) -> None:
    if not places.key_file.exists() and not _files(places):
        raise LockedError(
            "There is nothing here that recovery words could open.",
            f"Put the folder of what was kept in its place first: {places.folder}",
        )
    text = recovery.asked(terminal) if path is None else recovery.read(path)
    found = Key.from_words(text)
    with exclusive(places):
        kept = restore(places.folder, found, lambda key: _opens(places, key), terminal)
    terminal.line(f"What is kept can be opened again. {_LIES[kept]}")


def _files(places: Places) -> list[Path]:
    """Every database that is there. To SQLite one of no length opens with any key."""
    paths = [places.catalogue, *(places.session(uid) for uid in places.uids())]
    return [path for path in paths if path.exists() and path.stat().st_size]


def _opens(places: Places, key: Key) -> bool:
    """Whether a key opens any of what is kept: one damaged file must not make it the wrong one."""
    for path in _files(places):
        purpose = "catalogue" if path == places.catalogue else f"session {path.stem}"
        try:
            connect(path, key.derived(purpose)).close()
        except BusyError:
            raise
        except StoreError:
            continue
        return True
    return False
