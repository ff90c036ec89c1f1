"""Asks a real GNOME keyring on the bus that this process was started on; prints what it answered.

Run by `test_keychain.py` with folders of its own, never on a person's bus.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing

import secretstorage

from live.store.keychain import Keychain, KeychainError, KeychainOptions

SECRET = "5ec2e7" * 10
DAEMON = ["gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets", "--replace"]
KEYCHAIN = Keychain(
    lambda text: None, KeychainOptions(quiet_ms=100, patience_ms=20_000, alone_ms=20_000)
)
HASTY = Keychain(lambda text: None, KeychainOptions(quiet_ms=100, patience_ms=500, alone_ms=500))


def started() -> subprocess.Popen[str]:
    """A keyring that is open, when it has its place on the bus."""
    daemon = subprocess.Popen(  # noqa: S603 - what the test looked for
        DAEMON, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert daemon.stdin is not None
    assert daemon.stdout is not None
    daemon.stdin.write("its password")
    daemon.stdin.close()
    daemon.stdout.readline()  # where its sockets are: it has its name on the bus by then
    return daemon


def default() -> secretstorage.Collection:
    """What it opens with its password."""
    return secretstorage.get_default_collection(secretstorage.dbus_init())


def answer(call: Callable[[], object]) -> object:
    """What came, or the name of the trouble."""
    try:
        return call()
    except KeychainError as error:
        return error.trouble.name


def put() -> str:
    KEYCHAIN.put("store", SECRET)
    return "kept"


def remove() -> str:
    KEYCHAIN.remove("store")
    return "kept"


def main() -> None:
    """Every state in which a keyring is met."""
    found: dict[str, object] = {}
    daemon = started()
    found["empty"] = answer(lambda: KEYCHAIN.get("store"))
    found["put"] = answer(put)
    found["open"] = answer(lambda: KEYCHAIN.get("store"))
    collection = default()
    with closing(collection.connection):
        collection.lock()
    found["locked"] = answer(lambda: KEYCHAIN.get("store"))
    found["locked, put"] = answer(put)
    found["locked, remove"] = answer(remove)
    daemon.kill()
    daemon.wait()
    daemon = started()
    found["open again"] = answer(lambda: KEYCHAIN.get("store"))
    daemon.send_signal(signal.SIGSTOP)
    found["stopped"] = answer(lambda: HASTY.get("store"))
    daemon.send_signal(signal.SIGCONT)
    found["continued"] = answer(lambda: KEYCHAIN.get("store"))
    collection = default()
    with closing(collection.connection):
        for item in collection.search_items({"username": "store"}):
            item.delete()
    found["deleted by hand"] = answer(lambda: KEYCHAIN.get("store"))
    found["removed"] = answer(remove)
    daemon.kill()
    daemon.wait()
    found["killed"] = answer(lambda: KEYCHAIN.get("store"))
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
