"""Decoded frames of any sample format as numbers: float32, one row per channel."""

from __future__ import annotations

import av
import numpy as np
from numpy.typing import NDArray

MOST_CHANNELS = 64
"""What FFmpeg can rearrange; files that claim more are damaged."""

_LOUDEST = 1e6
"""120 dB above full scale: beyond it, a floating-point sample is damage, not sound."""

_SCALE = {"u8": 2.0**-7, "s16": 2.0**-15, "s32": 2.0**-31, "flt": 1.0, "dbl": 1.0}
"""What brings a sample format to -1..1, by FFmpeg's names; 24 bit comes as s32."""


def planar(frames: list[av.AudioFrame]) -> NDArray[np.float32]:
    """Frames of one format after another; shape (channels, n), full scale -1 to 1.

    Sound in floating point may be louder than full scale, or no number at all: see `cleaned`.
    """
    channels = frames[0].layout.nb_channels
    # PyAV (18.1) counts a planar frame's channels up to the first empty pointer. From eight on
    # there is none, and reading the frame ends the process. 64-bit whole numbers it cannot read.
    if channels >= 8 or frames[0].format.packed.name not in _SCALE:
        frames = _as_packed_floats(frames)
    kind = frames[0].format.packed.name
    raw = np.concatenate([frame.to_ndarray() for frame in frames], axis=1)
    if not frames[0].format.is_planar:
        raw = raw.reshape(-1, channels).T
    with np.errstate(over="ignore", invalid="ignore"):
        sound = np.ascontiguousarray(raw, dtype=np.float32)
    if kind == "u8":
        sound -= 128
    sound *= np.float32(_SCALE[kind])
    return sound


def cleaned(sound: NDArray[np.float32]) -> int:
    """Put 0 where there is no valid number, in place; how many these were."""
    if np.abs(sound).max(initial=0) <= _LOUDEST:  # false for a NaN
        return 0
    odd = ~(np.abs(sound) <= _LOUDEST)
    sound[odd] = 0
    return int(odd.sum())


def _as_packed_floats(frames: list[av.AudioFrame]) -> list[av.AudioFrame]:
    resampler = av.AudioResampler(format="flt")
    return [packed for frame in frames for packed in resampler.resample(frame)]
