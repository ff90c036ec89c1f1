"""Any rate to the session's 16 kHz, in pieces of any size, without a delay."""

from __future__ import annotations

import numpy as np
import soxr

from live.types import RATE, Audio


class Resampler:
    """One track's change of rate; state is kept between pieces, so cutting changes nothing.

    Sample n of the output is the sound at n/16000 s of the input: soxr takes its filter's delay
    out itself. Memory does not grow with length.
    """

    def __init__(self, rate_in: int) -> None:
        self._rate_in = rate_in
        self._stream = (
            None
            if rate_in == RATE
            # HQ: 20 bit precision and linear phase; VHQ costs more than speech can show.
            else soxr.ResampleStream(rate_in, RATE, 1, dtype="float32", quality="HQ")
        )
        self._taken = 0
        self._given = 0

    def push(self, audio: Audio) -> Audio:
        """The next sound at the input rate, shape (n,); what is ready comes back."""
        self._taken += len(audio)
        return self._convert(audio, last=False)

    def finish(self) -> Audio:
        """The rest; all together round(samples in * 16000 / rate) samples have come back."""
        missing = round(self._taken * RATE / self._rate_in) - self._given
        rest = self._convert(np.zeros(0, np.float32), last=True)
        # soxr rounds exact halves up, round() to even: a difference of one sample at most.
        return np.pad(rest[:missing], (0, max(0, missing - len(rest))))

    def _convert(self, audio: Audio, *, last: bool) -> Audio:
        out = audio
        if self._stream is not None:
            out = self._stream.resample_chunk(np.ascontiguousarray(audio), last=last)
        self._given += len(out)
        return out
