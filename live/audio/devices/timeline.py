"""One device's sound on the session's clock: gaps filled, its own clock measured and corrected.

The only reader of device time. The session's clock is the computer's. What a device's quartz is
off by (crystals differ by up to 0.02 %) is taken out by single samples, added or left out where
the sound is smoothest. Owned by the session's thread.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np

from live.audio.devices.lateness import Lateness
from live.audio.devices.options import DeviceOptions
from live.audio.resample import Resampler
from live.types import RATE, Audio, Gap, Samples, Track

SLEPT_S = 5.0
"""A session's thread that stood still for so long was not merely busy."""
SETTLING_S = 1.0
"""After a beginning the place of the sound may be corrected at once; later only bit by bit."""
SLIP_EVERY = 160
"""At most one sample in so many is added or left out: 0.6 %, which no pitch shows."""
LEAVE = RATE // 1000
"""Samples (1 ms) by which a track may be off before one is added or left out."""
AHEAD = RATE // 50
"""Sound that is so much (20 ms) ahead of the clock was put too late."""

NOTHING_CAME = "nothing came from the device"
BUSY = "the computer was too busy"
SLEPT = "the computer slept or stood still"

Arrivals = Sequence[tuple[int, float]]
"""After how many of some frames a callback ran, and when on the computer's clock; in order."""


class Timeline:
    """One track: sound in as it arrives, consecutive sound from position 0 out."""

    def __init__(self, track: Track, begin: float, options: DeviceOptions) -> None:
        """`begin` is session position 0 on the computer's clock."""
        self.track = track
        self.missing: str | None = None
        """Why there is no sound now; None while there is some, or its absence is usual."""
        self.since = 0
        """The position from which on it is missing."""
        self.captured = 0.0
        """Seconds of sound that came from a device and found a place."""
        self.slipped = 0
        """Samples added (positive) and left out (negative) because of drift, all together."""
        self._begin = begin
        self._options = options
        self._out: deque[Audio | int] = deque()
        """What was not taken yet; a number is so much silence."""
        self._made = 0
        self._given = 0
        self._gaps: list[Gap] = []
        self._rate: int | None = None
        self._resampler: Resampler | None = None
        """None: the next sound has to find its place."""
        self._held = 0.0
        """Samples that the resampler took in and has not given back."""
        self._late = Lateness(options.drift_s)
        self._looked = begin

    @property
    def available(self) -> int:
        """Samples that can be taken now."""
        return self._made - self._given

    def position(self, moment: float) -> int:
        """Where the session is at a moment of the computer's clock."""
        return round((moment - self._begin) * RATE)

    def switch(self, rate: int | None) -> None:
        """Another stream begins, at that rate; None: there is none any more."""
        self._lift()
        self._rate = rate

    def push(self, sound: Audio, arrived: Arrivals, lost: int = 0) -> None:
        """Sound that has come since the last call, at the device's rate.

        `lost` is how many frames before it had to be refused.
        """
        if self._rate is None or not len(sound):
            return
        last = arrived[-1][1]
        if lost and self._resampler is not None:
            self._hole(round(lost * RATE / self._rate), BUSY, last)
        if self._resampler is None:
            sound = self._place(sound, last)
        self._keep(sound)
        self._observe(len(sound), arrived)

    def look(
        self,
        now: float,
        *,
        lost: str | None = None,
        pauses: bool = False,
        why: str = NOTHING_CAME,
    ) -> None:
        """Fill in what is missing by `now`; called again and again, also when nothing came.

        `lost` says that there is no device, and why; `pauses` that silence from it is usual; `why`
        what it means when it is not.
        """
        slept, self._looked = now - self._looked > SLEPT_S, now
        due, end = self.position(now), self._made + round(self._held)
        waiting = not pauses and (self._resampler is not None or self.missing is None)
        waits = self._options.patience_ms if waiting else self._options.pause_ms
        if lost is None and due - end <= waits * RATE // 1000:
            return
        self._lift()
        reason = SLEPT if slept else lost or (None if pauses else why)
        if reason is not None and self.missing is None:
            self.since, self.missing = self._made, reason
        elif lost is not None and self.missing == NOTHING_CAME:
            self.missing = lost
        # Not up to now: what is on its way finds its place.
        self._silence(due - self._options.pause_ms * RATE // 2000 - self._made)

    def finish(self, end: int) -> None:
        """The session is over at a position: everything up to there becomes available."""
        self._lift()
        self._silence(end - self._made)
        self._close_gap()

    def take(self, count: int) -> Audio:
        """The next `count` samples, which must be available."""
        self._given += count
        parts: list[Audio] = []
        while count:
            head = self._out.popleft()
            size = head if isinstance(head, int) else len(head)
            if size > count:
                self._out.appendleft(size - count if isinstance(head, int) else head[count:])
                size = count
            parts.append(np.zeros(size, np.float32) if isinstance(head, int) else head[:size])
            count -= size
        return np.concatenate(parts) if len(parts) != 1 else parts[0]

    def gaps(self) -> list[Gap]:
        """The gaps that are over and were not asked for yet."""
        over, self._gaps = self._gaps, []
        return over

    def _place(self, sound: Audio, last: float) -> Audio:
        """The first sound of a stream or after a gap: it was over when its callback ran.

        Gives what of it is still to be kept; for the rest silence stands already.
        """
        rate = self._rate or RATE
        start = self.position(last) - round(len(sound) * RATE / rate)
        if start < self._made:
            sound = sound[min(len(sound), round((self._made - start) * rate / RATE)) :]
        self._silence(start - self._made)
        self._close_gap()
        self._resume(last)
        return sound

    def _observe(self, frames: int, arrived: Arrivals) -> None:
        """Compare the sound's place with when it came."""
        rate, end = self._rate or RATE, self._made + self._held
        for behind, moment in arrived:
            after = frames - (arrived[-1][0] - behind)
            late = self.position(moment) - end + (frames - after) * RATE / rate
            self._late.observe(moment, round(late) + self.slipped)
        now, judged = arrived[-1][1], self._options.judged_s
        behind = self._late.least(judged) - self.slipped
        if behind < -AHEAD and self._late.lasts(now) < SETTLING_S:
            self._lift()
        elif behind > self._options.lost_ms * RATE // 1000 and self._late.lasts(now) >= judged:
            self._hole(behind, SLEPT if behind > SLEPT_S * RATE else NOTHING_CAME, now)

    def _hole(self, length: int, why: str, moment: float) -> None:
        """So much is missing after the newest sound, and is over already."""
        self._lift()
        at = Samples(self._made)
        self._silence(length)
        self._gaps.append(Gap(at, Samples(self._made), self.track, why))
        self._resume(moment)

    def _resume(self, moment: float) -> None:
        self._resampler = Resampler(self._rate or RATE)
        self._late.begin(moment)

    def _keep(self, sound: Audio) -> None:
        if self._resampler is None or self._rate is None:
            return
        self.captured += len(sound) / self._rate
        self._held += len(sound) * RATE / self._rate
        audio = self._resampler.push(sound)
        self._held -= len(audio)
        self._add(self._slip(audio))

    def _slip(self, audio: Audio) -> Audio:
        """The same sound a sample longer or shorter, where the clock asks for it."""
        late = self._late.least(self._options.drift_s) - self.slipped
        if abs(late) <= LEAVE or len(audio) < SLIP_EVERY:
            return audio
        at = int(np.abs(np.diff(audio)).argmin()) + 1
        if late > 0:
            self.slipped += 1
            between = np.float32((audio[at - 1] + audio[at]) / 2)
            return np.insert(audio, at, between)
        self.slipped -= 1
        return np.delete(audio, at)

    def _lift(self) -> None:
        """What comes next has to find its place anew; what the resampler held is kept."""
        if self._resampler is not None:
            self._add(self._resampler.finish())
        self._resampler, self._held = None, 0.0

    def _silence(self, count: int) -> None:
        if count > 0:
            self._out.append(count)
            self._made += count

    def _add(self, audio: Audio) -> None:
        if len(audio):
            self._out.append(audio)
            self._made += len(audio)

    def _close_gap(self) -> None:
        if self.missing is not None and self._made > self.since:
            at, end = Samples(self.since), Samples(self._made)
            self._gaps.append(Gap(at, end, self.track, self.missing))
        self.missing = None
