"""A recording's file, opened with care: said in plain words when it is none, closed always."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import av
import av.container
import av.logging

from live.errors import RecordingError

PLAYABLE = (
    "Give an audio or video file (wav, flac, mp3, m4a, ogg, mp4, mkv ...). If it plays in "
    "another program, save it from there as wav."
)

_WHERE = "Check the name and the folder."

_POINTERS = frozenset(
    {"concat", "dash", "hls", "image2", "imf", "rtp", "rtsp", "sap", "sdp", "vobsub"}
    | {"webm_dash_manifest"}
)
"""Formats that hold no sound but say where it is: other files, addresses."""


@contextmanager
def opened(path: Path) -> Iterator[tuple[av.container.InputContainer, BinaryIO]]:
    """The container in the file, and the file; a `RecordingError` when there is none."""
    # FFmpeg would write its own complaints to the terminal.
    av.logging.set_level(None)
    with _file(path) as file:
        try:
            container = av.open(_Handed(file), "r", options=_options(), metadata_errors="replace")
        except (av.FFmpegError, OSError, ValueError) as error:
            raise RecordingError(
                f"{path.name} is not a recording that can be read.", PLAYABLE
            ) from error
        with container:
            for stream in decodable(container):
                stream.codec_context.thread_count = 1
            yield container, file


def decodable(container: av.container.InputContainer) -> list[av.AudioStream]:
    """The file's streams of sound for which there is a decoder."""
    # PyAV's own type hints leave out that the codec may be unknown.
    return [stream for stream in container.streams.audio if hasattr(stream.codec_context, "name")]


class _Handed:
    """A file as FFmpeg may use it: a seek to nowhere is refused, not raised.

    PyAV would print the exception to the terminal.
    """

    def __init__(self, file: BinaryIO) -> None:
        self.name = file.name
        self.read = file.read
        self.tell = file.tell
        self._seek = file.seek

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        try:
            return self._seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return -1


def _options() -> dict[str, str]:
    return {
        # A playlist may also ask to be read again and again.
        "format_whitelist": ",".join(sorted(av.formats_available - _POINTERS)),
        # No protocol is called "none": nothing is read but the file that is handed over.
        "protocol_whitelist": "none",
    }


def _file(path: Path) -> BinaryIO:
    """The open file, with something in it."""
    try:
        _look(path)
        file = path.open("rb")
    except PermissionError as error:
        raise RecordingError(
            f"{path.name} may not be read.", "Allow your account to read this file."
        ) from error
    except OSError as error:
        raise RecordingError(f"{path.name} cannot be opened: {error.strerror}.", _WHERE) from error
    if os.fstat(file.fileno()).st_size == 0:
        file.close()
        raise RecordingError(
            f"{path.name} is empty.", "It was never saved to the end; look for another copy."
        )
    return file


def _look(path: Path) -> None:
    if path.is_dir():
        raise RecordingError(f"{path} is a folder.", "Name the recording inside it.")
    if not path.exists():
        raise RecordingError(f"There is no file {path}.", _WHERE)
    if not path.is_file():  # a pipe or a device could be waited for without end
        raise RecordingError(f"{path} is not a file.", "Save the recording as a file first.")
