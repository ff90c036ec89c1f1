"""Encrypted chunks in a file: how one is sealed, and where they are in a file that may be damaged.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizar 2015) as the payload of age has
it: ChaCha20-Poly1305, and a nonce of the chunk's number and whether it is the last. So no chunk
can be changed, moved, repeated or taken from another file unnoticed, and a file that was cut off
is known from one that ended.

    file    header, chunk 0, chunk 1, ... and at a good end an empty chunk with the last-flag
    header  "unhurried.sound", version (1 byte)
    chunk   number (4 bytes), length of the box (4), box; all numbers big-endian
    box     encrypted: beginning on the session clock in samples (8), the caller's bytes; tag (16)
    nonce   number (11), 1 for the last chunk and 0 for any other (1)
    key     HKDF-SHA256 of the file's key; info is the header

The number and the length outside the box are not secret and not believed: a box opens only under
its true number. They are there to find the next chunk, also behind damage.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from live.types import Samples

MOST = 1 << 20
"""Bytes of content in one chunk. Half a second of plain sound has 32,000; more is damage."""

KEY_BYTES = 32

HEADER = b"unhurried.sound\x01"

_HEAD = struct.Struct(">II")
_START = struct.Struct(">Q")
_EMPTY = _START.size + 16
"""Bytes in the box of a chunk without content, which only the last one is."""

_WINDOW = 1 << 16
"""Bytes that are searched at once for a chunk behind damage."""

_FAR = 1 << 20
"""How many numbers may be missing in one place: more than a file ever has."""

_TRIES = 1_000
"""False finds per file before the search is given up. Chance makes one in 8 MB of noise; a file
can be made of them."""

_ASKED = 9
"""Of so many chunks one has to open, or it is not this file's key."""


class Cipher:
    """Boxes under their numbers, for one file."""

    def __init__(self, key: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes")
        own = HKDF(SHA256(), KEY_BYTES, salt=None, info=HEADER).derive(key)
        self._aead = ChaCha20Poly1305(own)

    def seal(self, index: int, start: Samples, data: bytes, *, last: bool) -> bytes:
        """The whole chunk as it is on the disk. No number may be sealed twice."""
        box = self._aead.encrypt(_nonce(index, last), _START.pack(start) + data, None)
        return _HEAD.pack(index, len(box)) + box

    def open(self, index: int, box: bytes, *, last: bool = False) -> tuple[Samples, bytes] | None:
        """Beginning and content; None for a box that was not sealed as this."""
        try:
            inside = self._aead.decrypt(_nonce(index, last), box, None)
        except InvalidTag:
            return None
        return Samples(_START.unpack_from(inside)[0]), inside[_START.size :]


def _nonce(index: int, last: bool) -> bytes:
    return index.to_bytes(11, "big") + bytes([last])


@dataclass(frozen=True, slots=True)
class Chunk:
    """Where a chunk is, as far as its head can be believed."""

    index: int
    at: int
    """Of the box in the file, in bytes."""
    size: int
    """Of the box, in bytes."""

    @property
    def end(self) -> int:
        """The byte after it."""
        return self.at + self.size


@dataclass(frozen=True, slots=True)
class Survey:
    """What is in a file."""

    chunks: tuple[Chunk | None, ...]
    """By their numbers, without the empty one at the end; None for one that is lost."""
    ended: bool
    """The last-flag is there."""
    damaged: bool
    """Chunks are lost, or there are bytes that belong to none. Being cut short is not meant."""
    opens: bool
    """The key fits. False as well where there is no chunk to tell by."""
    header: bytes
    """The first bytes, as many as a header has."""


def box(file: io.FileIO, chunk: Chunk) -> bytes:
    """A chunk's bytes; fewer where the file has none. Raises OSError."""
    file.seek(chunk.at)
    return file.read(chunk.size)


def survey(file: io.FileIO, cipher: Cipher) -> Survey:
    """Look at every head, and at content only where heads do not follow. Raises OSError."""
    return _Walk(file, cipher).survey()


class _Walk:
    """One pass through the heads of a file."""

    def __init__(self, file: io.FileIO, cipher: Cipher) -> None:
        self._file = file
        self._cipher = cipher
        self._size = os.fstat(file.fileno()).st_size
        self._tries = _TRIES
        self._astray = False
        """Whether heads did not follow one another, and a later one was found."""
        self._left_over = False
        """Whether there are bytes behind the last chunk."""

    def survey(self) -> Survey:
        self._file.seek(0)
        header = self._file.read(len(HEADER))
        found = self._chunks()
        last = found[-1] if found else None
        ended = last is not None and self._is(last, last=True)
        # A head at the very end that promises nothing inside can only be that of the last chunk.
        spoilt = last is not None and not ended and last.size == _EMPTY
        if ended or spoilt:
            found.pop()
        odd = not HEADER.startswith(header)
        there = [chunk for chunk in found if chunk]
        asked = there[:: max(1, len(there) // _ASKED)]
        return Survey(
            chunks=tuple(found),
            ended=ended,
            damaged=self._astray or spoilt or odd or (ended and self._left_over),
            opens=ended or any(self._is(chunk, last=False) for chunk in asked),
            header=header,
        )

    def _chunks(self) -> list[Chunk | None]:
        """All that can be found, the last chunk included."""
        found: list[Chunk | None] = []
        at = len(HEADER)
        while True:
            last = found[-1] if found else None
            chunk = self._head(at)
            if chunk is None or chunk.index != len(found):
                begin = at
                if last and not self._either(last):
                    begin = last.at  # its head lied about the length, and led astray
                elif at == self._size:
                    return found
                chunk = self._next(begin, len(found))
                if chunk is None:
                    self._left_over = at < self._size
                    return found
                self._astray = True
                found += [None] * (chunk.index - len(found))
            found.append(chunk)
            at = chunk.end

    def _head(self, at: int) -> Chunk | None:
        """None where no chunk can begin."""
        self._file.seek(at)
        head = self._file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return None
        index, size = _HEAD.unpack(head)
        chunk = Chunk(index, at + _HEAD.size, size)
        possible = _EMPTY <= size <= _EMPTY + MOST and chunk.end <= self._size
        return chunk if possible else None

    def _next(self, begin: int, least: int) -> Chunk | None:
        """The first chunk from here on that opens and has at least this number."""
        for at in self._candidates(begin, least):
            chunk = self._head(at)
            if chunk is None:
                continue
            if self._either(chunk):
                return chunk
            self._tries -= 1
            if self._tries <= 0:
                break
        return None

    def _candidates(self, begin: int, least: int) -> Iterator[int]:
        """Where 8 bytes could be a head, by their values alone."""
        while begin + _HEAD.size <= self._size:
            self._file.seek(begin)
            window = np.frombuffer(self._file.read(_WINDOW + _HEAD.size - 1), np.uint8)
            if len(window) < _HEAD.size:
                return
            part = window.astype(np.uint32)
            numbers = part[:-3] << 24 | part[1:-2] << 16 | part[2:-1] << 8 | part[3:]
            index, size = numbers[:-4], numbers[4:]
            likely = (
                (index >= least)
                & (index < least + _FAR)
                & (size >= _EMPTY)
                & (size <= _EMPTY + MOST)
            )
            yield from (begin + int(each) for each in np.flatnonzero(likely))
            begin += _WINDOW

    def _either(self, chunk: Chunk) -> bool:
        return self._is(chunk, last=False) or self._is(chunk, last=True)

    def _is(self, chunk: Chunk, *, last: bool) -> bool:
        return self._cipher.open(chunk.index, box(self._file, chunk), last=last) is not None
