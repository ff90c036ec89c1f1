"""The sound of a session on the disk: encrypted in chunks, safe to break off at any byte.

`chunks.py` says how it lies there. The key is fresh for every file and lies in the session's
database: when it is destroyed there, what is here is noise. A bit or a block of the disk that
went bad costs the chunks it touches and no other, wherever it lies.
"""

from __future__ import annotations

import errno
import io
import os
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from live.errors import LockedError, StoreError
from live.store.chunks import HEADER, MOST, Cipher, Survey, box, survey
from live.store.durable import settle
from live.types import RATE, Samples

_GOES_ON = "What was kept of it so far can be played."
_REST = "The rest of it can be played."
_APART = "The key lies in the session's own file; bring the two back from the same backup."

_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "your share of the disk is full",
    errno.EFBIG: "the file may not grow",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "the folder may not be written to",
    errno.EEXIST: "its file is there already",
    errno.ENOENT: "its folder is not there",
}


class VaultWriter:
    """The one writer of one file. After a write that failed it is closed and takes nothing more."""

    def __init__(self, file: io.FileIO, cipher: Cipher) -> None:
        self._file = file
        self._cipher = cipher
        self._index = 0
        self._start = Samples(0)
        self.failed = False
        """Whether writing failed. It was said once, by a `StoreError`."""

    @classmethod
    def create(cls, path: Path, key: bytes) -> VaultWriter:
        """Begin a file that is not there yet, under 32 random bytes that serve no other file.

        Raises `StoreError` when it cannot be made.
        """
        cipher = Cipher(key)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        try:
            file = os.fdopen(os.open(path, flags, 0o600), "wb", buffering=0)
        except OSError as error:
            raise _unwritable(error) from error
        writer = cls(file, cipher)
        try:
            writer._write(HEADER)
        except StoreError:
            with suppress(OSError):
                path.unlink()
            raise
        settle(path.parent)
        return writer

    def append(self, start: Samples, data: bytes) -> None:
        """Add a chunk of 1 to `MOST` bytes that begins at `start`, not before the one before it.

        It is one write: a process that ends leaves it whole, torn or not there. Raises `StoreError`
        the first time that writing fails; from then on nothing happens.
        """
        if not 0 < len(data) <= MOST:
            raise ValueError(f"a chunk has 1 to {MOST} bytes")
        if start < self._start:
            raise ValueError("chunks are written in the order of the session")
        self._chunk(start, data, last=False)

    def sync(self) -> None:
        """Make what was written outlast a power cut. Raises `StoreError` as `append` does."""
        if self.failed:
            return
        try:
            os.fsync(self._file.fileno())
        except OSError as error:
            self._give_up()
            raise _unwritable(error) from error

    def close(self) -> None:
        """End the file with the last-flag, durably. Nothing happens when it is closed already."""
        if self._file.closed:
            return
        self._chunk(self._start, b"", last=True)
        self.sync()
        self._file.close()

    def _chunk(self, start: Samples, data: bytes, *, last: bool) -> None:
        if self.failed:
            return
        # Counted first: whatever interrupts this, no number is used for two contents.
        index = self._index
        self._index += 1
        self._write(self._cipher.seal(index, start, data, last=last))
        self._start = start

    def _write(self, data: bytes) -> None:
        begin = self._file.tell()
        rest = memoryview(data)
        try:
            while rest:  # a disk that is nearly full takes a part first
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            with suppress(OSError):
                self._file.truncate(begin)
            self._give_up()
            raise _unwritable(error) from error

    def _give_up(self) -> None:
        self.failed = True
        with suppress(OSError):
            self._file.close()


class Vault:
    """The reader of one file, also of one that is torn or damaged. It never changes the file.

    Chunks keep the numbers they were written under; those that are lost cannot be read. Opening
    looks at heads only, so damage inside a chunk shows when that one is read.
    """

    def __init__(self, file: io.FileIO, cipher: Cipher, found: Survey) -> None:
        self._file = file
        self._cipher = cipher
        self._found = found
        self._unsound: set[int] = set()

    @classmethod
    def open(cls, path: Path, key: bytes) -> Vault:
        """Raises `LockedError` when it is another file's key, `StoreError` for what is no sound."""
        cipher = Cipher(key)
        try:
            with ExitStack() as stack:
                file = stack.enter_context(path.open("rb", buffering=0))
                found = survey(file, cipher)
                _prove(found)
                stack.pop_all()
                return cls(file, cipher, found)
        except OSError as error:
            raise _unplayable(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def __len__(self) -> int:
        """How many chunks were written as far as the file shows, lost ones among them included."""
        return len(self._found.chunks)

    @property
    def ended(self) -> bool:
        """Whether the writer ended the file, so that nothing is missing behind the last chunk."""
        return self._found.ended

    @property
    def damage(self) -> str | None:
        """What opening found wrong, in a sentence; None when that was nothing."""
        found = self._found
        broken = "Parts of the sound of this session are damaged."
        if found.ended:
            return broken if found.damaged else None
        off = f"The sound of this session breaks off {self._place(len(self))}."
        return f"{broken} {off}" if found.damaged else off

    def read(self, index: int) -> tuple[Samples, bytes]:
        """Where a chunk begins, and its bytes exactly as they were written.

        Raises `StoreError` for a chunk that is lost or damaged, IndexError where there is none.
        """
        if not 0 <= index < len(self):
            raise IndexError(index)
        opened = self._opened(index)
        if opened is None:
            raise StoreError(f"The sound of this session is damaged {self._place(index)}.", _REST)
        return opened

    def find(self, position: Samples) -> int:
        """The last chunk that begins at or before a position; the first where none does.

        Chunks that cannot be read are passed over. It is `len` when there are no chunks.
        """
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            readable = ((i, opened) for i in range(middle, high) if (opened := self._opened(i)))
            probe, (start, _) = next(readable, (high, (Samples(position + 1), b"")))
            if start <= position:
                low = probe + 1
            else:
                high = middle
        return max(low - 1, 0)

    def _opened(self, index: int) -> tuple[Samples, bytes] | None:
        chunk = self._found.chunks[index]
        if chunk is None or index in self._unsound:
            return None
        try:
            opened = self._cipher.open(index, box(self._file, chunk))
        except OSError as error:
            raise _unplayable(error) from error
        if opened is None:
            self._unsound.add(index)
        return opened

    def _place(self, index: int) -> str:
        """Up to where all is well before a chunk, to the second."""
        for before in range(index - 1, -1, -1):
            if opened := self._opened(before):
                minutes, second = divmod(opened[0] // RATE, 60)
                return f"after {minutes // 60}:{minutes % 60:02}:{second:02}"
        return "from its beginning"


def _prove(found: Survey) -> None:
    """Raise the reason why nothing of it can be read."""
    if found.opens:
        return
    if not HEADER.startswith(found.header):
        newer = found.header.startswith(HEADER[:-1])
        raise StoreError(
            "The sound of this session was kept by a newer version of this program."
            if newer
            else "The file with the sound of this session holds something else.",
            "Update the program." if newer else "Bring it back from a backup if you have one.",
        )
    if any(found.chunks):
        raise LockedError("The sound of this session does not open with its key.", _APART)


def _unwritable(error: OSError) -> StoreError:
    why = _REASONS.get(error.errno or 0) or error.strerror or "writing failed"
    return StoreError(f"The sound cannot be kept: {why}.", _GOES_ON)


def _unplayable(error: OSError) -> StoreError:
    if isinstance(error, FileNotFoundError):
        return StoreError("The sound of this session is not there.", "It may have been deleted.")
    why = error.strerror or "reading failed"
    return StoreError(f"The sound of this session cannot be read: {why}.", "Check its disk.")
