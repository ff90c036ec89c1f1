"""Speech from espeak-ng with the exact times of its words.

A small binding of `libespeak-ng.so.1` (Debian: libespeak-ng1); the command line gives no times.
The library keeps one state per process, so make one `Espeak` and keep to one thread.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    pass

LIBRARY = "libespeak-ng.so.1"
_WORD, _PHONEME = 1, 7
_SPEED, _PITCH, _RANGE = 1, 3, 4
_FLAGS = 0x101  # UTF-8 text; [[...]] is phonemes


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique_identifier", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("id", _Id),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True, slots=True)
class Mark:
    """A word's onset (its first letter's position in the text) or a pause inside the text."""

    sample: int
    position: int
    pause: bool


def available() -> bool:
    """Whether the library is on this machine."""
    try:
        ctypes.CDLL(LIBRARY)
    except OSError:
        return False
    return True


class Espeak:
    """The synthesiser; one per process."""

    def __init__(self) -> None:
        # It draws small variations from the C library's generator, which others draw from too.
        ctypes.CDLL(None).srand(1)
        self._library = ctypes.CDLL(LIBRARY)
        # 2: hand the sound back before returning; 1: report phonemes too
        self.rate: int = self._library.espeak_Initialize(2, 0, None, 1)
        self._library.espeak_Info.restype = ctypes.c_char_p
        # such as "1.51"; other versions speak a little differently
        self.version = "espeak-ng " + self._library.espeak_Info(None).decode().split()[0]
        self._sound: list[NDArray[np.int16]] = []
        self._marks: list[Mark] = []
        self._callback = _Callback(self._take)  # kept: the library holds only the address
        self._library.espeak_SetSynthCallback(self._callback)

    def say(
        self, text: str, voice: str, speed: int, pitch: int, pitch_range: int
    ) -> tuple[NDArray[np.float32], list[Mark]]:
        """Sound at `rate`, full scale 1.0, and its marks; speed in words a minute."""
        self._sound, self._marks = [], []
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice}")
        for parameter, value in ((_SPEED, speed), (_PITCH, pitch), (_RANGE, pitch_range)):
            self._library.espeak_SetParameter(parameter, value, 0)
        coded = text.encode()
        self._library.espeak_Synth(coded, len(coded) + 1, 0, 1, 0, _FLAGS, None, None)
        self._library.espeak_Synchronize()
        return np.concatenate(self._sound).astype(np.float32) / np.float32(32768), self._marks

    def _take(
        self, sound: ctypes._Pointer[ctypes.c_short], length: int, events: ctypes._Pointer[_Event]
    ) -> int:
        if length > 0:
            self._sound.append(np.ctypeslib.as_array(sound, (length,)).copy())
        at = 0
        while events[at].type != 0:
            event = events[at]
            pause = event.type == _PHONEME and event.id.string.startswith(b"_")
            if event.type == _WORD or pause:
                self._marks.append(Mark(event.sample, event.text_position - 1, pause))
            at += 1
        return 0
