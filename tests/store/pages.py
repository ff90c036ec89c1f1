"""The eyes of a forensic reader who has the key: every byte of an SQLCipher file, as plain text.

SQLite shows what a database says. This shows what lies on the disk: rows that were deleted, free
pages, stale copies in the free space of pages, frames of a write-ahead log that no longer count,
pages in a rollback journal. The format is SQLCipher's fourth (zetetic.net/sqlcipher/design):

    page 4096 bytes: [salt 16, on page 1 only] ciphertext, IV 16, HMAC-SHA512 64
    AES-256-CBC under the raw key; the HMAC covers ciphertext, IV and page number (little-endian)
    HMAC key: PBKDF2-HMAC-SHA512 of the raw key, salt XOR 0x3a, 2 rounds, 32 bytes
"""

from __future__ import annotations

import hashlib
import hmac
import struct
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

PAGE = 4_096
_SALT = 16
_IV = 16
_HMAC = 64
_LOG_HEADER = 32
_FRAME_HEAD = 24
_SECTOR = 512
_STEP = 8
"""Records of a journal are 4104 bytes long and begin behind whole sectors."""
_PAGES = 1 << 20
"""More than any database here has."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What opens the pages of one database and of the files beside it."""

    page: bytes
    hmac: bytes

    @classmethod
    def of(cls, database: Path, key: bytes) -> Keys:
        """From the raw key and the salt at the beginning of the database."""
        with database.open("rb") as file:
            salt = bytes(each ^ 0x3A for each in file.read(_SALT))
        return cls(key, hashlib.pbkdf2_hmac("sha512", key, salt, 2, 32))


def plaintext(path: Path, key: bytes) -> bytes:
    """All pages of a database, one after the other, whether SQLite still uses them or not.

    Raises ValueError for a page that this key did not write, so that nothing goes unread.
    """
    data, keys = path.read_bytes(), Keys.of(path, key)
    if len(data) % PAGE:
        raise ValueError(f"{path.name} is not whole pages")
    return b"".join(
        _page(data[at : at + PAGE], at // PAGE + 1, keys) for at in range(0, len(data), PAGE)
    )


def plaintext_beside(path: Path, key: bytes) -> bytes:
    """All that the log and the journal beside a database hold, used still or left behind.

    Raises ValueError for pages that this key did not write. Empty when neither is there.
    """
    keys = Keys.of(path, key)
    wal, journal = (path.with_name(path.name + end) for end in ("-wal", "-journal"))
    found = _log(wal.read_bytes(), keys) if wal.exists() else b""
    return found + (_journal(journal.read_bytes(), keys) if journal.exists() else b"")


def _log(data: bytes, keys: Keys) -> bytes:
    """Every frame, also those of an earlier round of the log."""
    starts = range(_LOG_HEADER, len(data) - _FRAME_HEAD - PAGE + 1, _FRAME_HEAD + PAGE)
    return b"".join(
        _page(data[at + _FRAME_HEAD :][:PAGE], int.from_bytes(data[at : at + 4], "big"), keys)
        for at in starts
    )


def _journal(data: bytes, keys: Keys) -> bytes:
    """Every record: a page's number, the page, a sum; and whatever else lies in between.

    Headers come again in the middle, and are zeros in a journal that is done with. So records are
    looked for where they can begin, and known by their HMAC.
    """
    found, at, pages = b"", 0, 0
    while at < len(data):
        number = int.from_bytes(data[at : at + 4], "big")
        page = data[at + 4 : at + 4 + PAGE]
        if len(page) == PAGE and 0 < number < _PAGES and _is_ours(page, number, keys):
            found += _page(page, number, keys)
            pages += 1
            at += 4 + PAGE + 4
        else:
            found += data[at : at + _STEP]
            at += _STEP
    if len(data) > PAGE + _SECTOR and not pages:
        raise ValueError("the journal was not written with this key")
    return found


def _page(page: bytes, number: int, keys: Keys) -> bytes:
    """One page as SQLite sees it; what is encrypted nowhere (zeros) as it is."""
    if not any(page):
        return page
    if not _is_ours(page, number, keys):
        raise ValueError(f"page {number} was not written with this key")
    box = page[_salt(number) : -_HMAC]
    opener = Cipher(algorithms.AES(keys.page), modes.CBC(box[-_IV:])).decryptor()
    return opener.update(box[:-_IV]) + opener.finalize()


def _is_ours(page: bytes, number: int, keys: Keys) -> bool:
    signed = page[_salt(number) : -_HMAC] + struct.pack("<I", number)
    return hmac.compare_digest(hmac.digest(keys.hmac, signed, "sha512"), page[-_HMAC:])


def _salt(number: int) -> int:
    return _SALT if number == 1 else 0
