"""The usual alternative, in a process of its own: a growing buffer, decoded again every second.

What Whisper-Streaming does (Macháček, Dabre and Bojar 2023), for each of two tracks: everything
since the last committed sentence goes through `WhisperModel.transcribe` once a second, and what two
hearings in a row agree on is committed. It gets every advantage: it knows for nothing where the
voices are (from what the product found), hears nothing where nobody speaks, is cut right behind
what is committed, and where weights mean nothing two hearings always agree.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from faster_whisper import WhisperModel

from bench.alone import peak_mb
from bench.words_models import stock, tokens_in
from bench.words_sources import SAMPLE, tracks_of
from live.transcribe.whisper import load
from live.types import RATE, Audio, Track

LEAST_S = 0.5
"""Less speech is not decoded yet; stock fails on a few milliseconds."""
EVERY_S = 1.0
"""How much new sound a track needs before it is decoded again (its --min-chunk-size)."""
LONGEST_S = 30.0
"""A buffer never grows beyond the window of the model."""
TRIM_S = 15.0
"""A longer one is cut behind the last committed word (its --buffer_trimming_sec)."""


@dataclass(slots=True)
class Spoken:
    """An utterance as the product cut it, and when the alternative had committed it."""

    track: str
    start: float
    end: float
    voice_end: float
    committed: float | None = None
    heard: int = 0
    """How many hearings so far had all of it."""


@dataclass(slots=True)
class Grown:
    """What the alternative did."""

    session_s: float
    wall_s: float = 0.0
    cpu_s: float = 0.0
    peak_mb: float = 0.0
    decodes: list[float] = field(default_factory=list)
    """Seconds each of them took."""
    spoken: list[Spoken] = field(default_factory=list)
    words: list[tuple[str, float, float, str, float]] = field(default_factory=list)
    """Track, start, end, text, and when it was committed."""


Heard = tuple[float, float, str]
"""A word: start and end in seconds, text."""


class Agreement:
    """What two hearings in a row have alike behind what is committed already."""

    def __init__(self) -> None:
        self._before: list[str] = []
        self.until = 0.0
        """Where the last committed word ends."""

    def hear(self, words: Iterable[Heard]) -> list[Heard]:
        """The newly committed words."""
        new = [word for word in words if word[0] > self.until - 0.1]
        plain = [re.sub(r"\W", "", text.lower()) for _, _, text in new]
        pairs = enumerate(zip(self._before, plain, strict=False))
        unlike = (number for number, (one, other) in pairs if one != other)
        common = next(unlike, min(len(self._before), len(new)))
        self._before = plain[common:]
        if common:
            self.until = new[common - 1][1]
        return new[:common]


class Buffer:
    """One track's sound since what was committed last."""

    def __init__(self, sound: Audio, spoken: Sequence[Spoken], forced: bool) -> None:
        self._sound = sound
        self._spoken = spoken
        self._forced = forced
        self._begin = self._decoded = 0.0
        self._agreement = Agreement()

    def due(self, now: float) -> bool:
        """Whether there is a second of new sound, and enough of a voice in the buffer."""
        return now - self._decoded >= EVERY_S and self._speech(now) >= LEAST_S

    def hear(self, model: WhisperModel, now: float) -> list[Heard]:
        """Decode it up to `now`: the words newly agreed on, where they mean something."""
        first = min(each.start for each in self._open())
        self._begin = max(self._begin, first, now - LONGEST_S)
        self._decoded = now
        sound = self._sound[round(self._begin * RATE) : round(now * RATE)]
        tokens = tokens_in(round(self._speech(now) * RATE)) if self._forced else None
        segments = stock(model, sound, tokens)
        if self._forced:
            return []
        words = [word for segment in segments for word in segment.words or []]
        return self._agreement.hear(
            (self._begin + w.start, self._begin + w.end, w.word) for w in words
        )

    def commit(self, when: float) -> None:
        """A hearing is done: cut off the utterances that are committed with it."""
        for each in self._open():
            each.heard += each.end <= self._decoded
            if each.committed is None and self._agreed(each):
                each.committed = when
                self._begin = max(self._begin, each.end)
        if self._decoded - self._begin > TRIM_S:
            self._begin = max(self._begin, self._agreement.until)

    def _agreed(self, each: Spoken) -> bool:
        if self._forced:
            return each.heard >= 2
        return each.end <= self._decoded and self._agreement.until > each.voice_end - 0.3

    def _open(self) -> list[Spoken]:
        return [each for each in self._spoken if each.end > self._begin]

    def _speech(self, now: float) -> float:
        """Seconds of it in the buffer."""
        parts = (min(each.end, now) - max(each.start, self._begin) for each in self._open())
        return sum(part for part in parts if part > 0)


def grown(
    model: WhisperModel, tracks: dict[Track, Audio], spoken: list[Spoken], forced: bool
) -> Grown:
    """Both tracks at the speed of life, one after the other on one processor."""
    what = Grown(len(tracks[Track.COACH]) / RATE, spoken=spoken)
    own = {track: [each for each in spoken if each.track == track] for track in Track}
    buffers = {track: Buffer(tracks[track], own[track], forced) for track in Track}
    began, cpu = time.perf_counter(), time.process_time()
    while (now := time.perf_counter() - began) < what.session_s:
        due = [track for track in Track if buffers[track].due(now)]
        if not due:
            time.sleep(0.02)
        for track in due:
            before = time.perf_counter() - began
            committed = buffers[track].hear(model, before)
            when = time.perf_counter() - began
            buffers[track].commit(when)
            what.decodes.append(when - before)
            what.words += ((track.value, *word, when) for word in committed)
    what.wall_s, what.cpu_s = time.perf_counter() - began, time.process_time() - cpu
    what.peak_mb = peak_mb()
    return what


def write() -> None:
    """Run it on what a session asked for, and write what happened as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("happened", type=Path, help="what the product made of the same sound")
    parser.add_argument("--forced", action="store_true", help="weights that mean nothing")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--source", default=SAMPLE)
    chosen = parser.parse_args()
    happened = json.loads(chosen.happened.read_text(encoding="utf-8"))
    spoken = [
        Spoken(each["track"], each["start"], each["end"], each["voice_end"])
        for each in happened["asked"]
        if each["final"]
    ]
    model = load(chosen.model, "cpu", chosen.threads)
    tracks = tracks_of(chosen.source, happened["session_s"])
    what = grown(model, tracks, spoken, chosen.forced)
    chosen.out.write_text(json.dumps(asdict(what)), encoding="utf-8")
