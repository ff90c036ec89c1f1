"""Decoded frames of any sample format as numbers: float32, one row per channel."""

from __future__ import annotations

import av
import numpy as np
from numpy.typing import NDArray

MOST_CHANNELS = 64
"""What FFmpeg can rearrange; files that claim more are damaged."""

_LOUDEST = 1e6
"""120 dB above full scale: beyond it, a floating-point sample is damage, not sound."""

_SCALE = {"u8": 2.0**-7, "s16": 2.0**-15, "s32": 2.0**-31, "s64": 2.0**-63}
"""FFmpeg's whole-number formats to -1..1; 24 bit comes as s32."""


def planar(frames: list[av.AudioFrame]) -> NDArray[np.float32]:
    """Frames of one format after another; shape (channels, n), full scale -1 to 1.

    Sound in floating point may be louder than full scale, or no number at all: see `cleaned`.
    """
    channels = frames[0].layout.nb_channels
    if frames[0].format.is_planar and channels >= 8:
        frames = _packed(frames)
    raw = np.concatenate([frame.to_ndarray() for frame in frames], axis=1)
    if not frames[0].format.is_planar:
        raw = raw.reshape(-1, channels).T
    with np.errstate(over="ignore", invalid="ignore"):
        sound = np.ascontiguousarray(raw, dtype=np.float32)
    kind = frames[0].format.packed.name
    if kind == "u8":
        sound -= 128
    if kind in _SCALE:
        sound *= np.float32(_SCALE[kind])
    return sound


def cleaned(sound: NDArray[np.float32]) -> int:
    """Put 0 where there is no valid number, in place; how many these were."""
    if np.abs(sound).max(initial=0) <= _LOUDEST:  # false for a NaN
        return 0
    odd = ~(np.abs(sound) <= _LOUDEST)
    sound[odd] = 0
    return int(odd.sum())


def _packed(frames: list[av.AudioFrame]) -> list[av.AudioFrame]:
    # PyAV (18.1) counts a planar frame's channels up to the first empty pointer. From eight on
    # there is none, and reading the frame ends the process.
    resampler = av.AudioResampler(format=frames[0].format.packed.name)
    return [packed for frame in frames for packed in resampler.resample(frame)]
