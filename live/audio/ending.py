"""Whether a file ends before its own header says so: recorders crash, downloads stop."""

from __future__ import annotations

import os
import struct
from typing import BinaryIO

import av.container
from av import AudioStream

_TOLERANCE_S = 0.25
"""Encoders round their length to frames and count their run-in: up to 0.1 s was seen."""

_STATED = frozenset({"flac", "aiff", "mov,mp4,m4a,3gp,3g2,mj2"})
"""FFmpeg's names of formats whose header states a stream's length; others let it guess."""

_UNKNOWN = 0x7FFF_0000
"""Programs that write a wav into a pipe put this or more for "not known yet"."""


def ends_early(
    file: BinaryIO, container: av.container.InputContainer, stream: AudioStream, played: float
) -> bool:
    """True when the file promises more than the `played` seconds; unknown is False.

    Moves the file's position: only for when the container has been read.
    """
    name = container.format.name
    if name in {"wav", "ogg"}:
        return _wav_is_short(file) if name == "wav" else _ogg_has_no_end(file)
    stated = None
    if name in _STATED or (name == "mp3" and _mp3_states_length(file)):
        stated = stated_seconds(stream)
    elif name == "matroska,webm" and len(container.streams) == 1 and container.duration:
        stated = container.duration / 1e6
    return stated is not None and stated > played + _TOLERANCE_S


def stated_seconds(stream: AudioStream) -> float | None:
    """The stream's length as FFmpeg knows or guesses it."""
    if stream.duration is None or stream.time_base is None:
        return None
    return float(stream.duration * stream.time_base)


def _wav_is_short(file: BinaryIO) -> bool:
    # FFmpeg takes the length from the file's size here, so the header is read again.
    size = os.fstat(file.fileno()).st_size
    long_size, byte_rate = 0, 0
    position = 12
    while True:
        file.seek(position)
        head = file.read(24)
        if len(head) < 24:
            return False
        name, length = struct.unpack_from("<4sI", head)
        if name == b"ds64":  # RF64: a 64-bit length of the sound
            (long_size,) = struct.unpack_from("<Q", head, 16)
        elif name == b"fmt ":
            (byte_rate,) = struct.unpack_from("<I", head, 16)
        elif name == b"data":
            length = long_size if long_size and length == 0xFFFF_FFFF else length
            known = long_size or length < _UNKNOWN
            return bool(known and position + 8 + length > size + byte_rate * _TOLERANCE_S)
        position += 8 + length + length % 2


def _ogg_has_no_end(file: BinaryIO) -> bool:
    # The last page carries an end mark; a page has at most 65 kB.
    file.seek(max(0, os.fstat(file.fileno()).st_size - 131_072))
    tail = file.read()
    page = tail.rfind(b"OggS")
    return page >= 0 and page + 5 < len(tail) and not tail[page + 5] & 4


def _mp3_states_length(file: BinaryIO) -> bool:
    # Pictures may stand before the first frame.
    file.seek(0)
    head = file.read(1_048_576)
    return any(tag in head for tag in (b"Xing", b"Info", b"VBRI"))
