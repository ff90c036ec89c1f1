"""Speech from espeak-ng with the exact times of its words.

A small binding of `libespeak-ng.so.1` (Debian: libespeak-ng1); the command line gives no times.
The library keeps one state per process, so make one `Espeak` and keep to one thread.
"""

from __future__ import annotations

import ctypes as C
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LIBRARY = "libespeak-ng.so.1"
_WORD, _PHONEME = 1, 7
_SPEED, _PITCH, _RANGE = 1, 3, 4
_FLAGS = 0x101  # UTF-8 text; [[...]] is phonemes


class _Id(C.Union):
    _fields_ = (("number", C.c_int), ("name", C.c_char_p), ("string", C.c_char * 8))


class _Event(C.Structure):
    _fields_ = (
        ("type", C.c_int),
        ("unique_identifier", C.c_uint),
        ("text_position", C.c_int),
        ("length", C.c_int),
        ("audio_position", C.c_int),
        ("sample", C.c_int),
        ("user_data", C.c_void_p),
        ("id", _Id),
    )


_Callback = C.CFUNCTYPE(C.c_int, C.POINTER(C.c_short), C.c_int, C.POINTER(_Event))


@dataclass(frozen=True, slots=True)
class Mark:
    """A word's onset (its first letter's position in the text) or a pause inside the text."""

    sample: int
    position: int
    pause: bool


def available() -> bool:
    """Whether the library is on this machine."""
    try:
        C.CDLL(LIBRARY)
    except OSError:
        return False
    return True


class Espeak:
    """The synthesiser; one per process."""

    def __init__(self) -> None:
        self._library = C.CDLL(LIBRARY)
        # 2: hand the sound back before returning; 1: report phonemes too
        self.rate: int = self._library.espeak_Initialize(2, 0, None, 1)
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
        return np.concatenate(self._sound).astype(np.float32) / 32768, self._marks

    def _take(self, sound: C._Pointer[C.c_short], length: int, events: C._Pointer[_Event]) -> int:
        if length > 0 and sound:
            self._sound.append(np.ctypeslib.as_array(sound, (length,)).copy())
        at = 0
        while events and events[at].type != 0:
            event = events[at]
            pause = event.type == _PHONEME and event.id.string.startswith(b"_")
            if event.type == _WORD or pause:
                self._marks.append(Mark(event.sample, event.text_position - 1, pause))
            at += 1
        return 0
