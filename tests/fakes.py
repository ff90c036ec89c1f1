"""Small real stand-ins: a voice detector, a source of sound, a slow desk, edges by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np

from live.engine import Engine, EngineOptions
from live.report.record import Record
from live.session import run
from live.speech.bleed import BleedOptions
from live.speech.listener import Listener
from live.speech.prosody import ProsodyOptions
from live.speech.segment import VoiceOptions
from live.speech.word_voices import BRIDGE
from live.transcribe.desk import Collected, Desk, GivenWords
from live.types import (
    Audio,
    AudioBlock,
    Edge,
    Ending,
    Event,
    Samples,
    Track,
    Utterance,
    Word,
    samples,
)


class LevelActivity:
    """A voice is whatever is louder than -45 dB. Right for tones, and without lag."""

    def push(self, frame: Audio) -> float:
        return float(np.dot(frame, frame) / len(frame) > 10**-4.5)


class Tape:
    """Two tracks as a source, cut into blocks of any lengths, each track on its own."""

    name = "tape"
    kind = "recording"

    def __init__(
        self,
        tracks: Mapping[Track, Audio],
        coach_blocks: Sequence[int] = (16_000,),
        client_blocks: Sequence[int] = (16_000,),
    ) -> None:
        """Block lengths in samples; the last of each list goes on until the end."""
        self._tracks = tracks
        self._blocks = {Track.COACH: coach_blocks, Track.CLIENT: client_blocks}
        self.duration = Samples(max(len(audio) for audio in tracks.values()))
        self.notices: list[str] = []
        self.closed = False

    def __iter__(self) -> Iterator[AudioBlock]:
        """Whichever track is behind gets its next block; lengths alone decide the order."""
        waiting = {track: self._cut(track) for track in Track}
        heads = {track: next(blocks, None) for track, blocks in waiting.items()}
        while left := [block for block in heads.values() if block is not None]:
            block = min(left, key=lambda b: b.start)
            yield block
            heads[block.track] = next(waiting[block.track], None)

    def _cut(self, track: Track) -> Iterator[AudioBlock]:
        audio, lengths, at = self._tracks[track], list(self._blocks[track]), 0
        while at < len(audio):
            size = lengths.pop(0) if len(lengths) > 1 else lengths[0]
            yield AudioBlock(track, Samples(at), audio[at : at + size])
            at += size

    def close(self) -> None:
        self.closed = True


class SlowDesk:
    """Gives the same words as `GivenWords`, but later: a slow computer.

    It answers the questions of `lags[i]` calls before; an empty list answers at the end only.
    """

    def __init__(self, words: Sequence[Word], lags: Sequence[int] = ()) -> None:
        self._given = GivenWords(words)
        self._lags = lags
        self._asked: dict[Track, list[Samples]] = {track: [Samples(0)] for track in Track}

    @property
    def works(self) -> bool:
        return self._given.works

    def ask(self, utterance: Utterance) -> None:
        self._given.ask(utterance)

    def finish(self) -> None:
        self._given.finish()

    def collect(self, track: Track, quiet_until: Samples) -> Collected:
        if quiet_until >= 2**60:
            return self._given.collect(track, quiet_until)
        asked = self._asked[track]
        asked.append(quiet_until)
        if not self._lags:
            return Collected([], Samples(0))
        lag = self._lags[len(asked) % len(self._lags)]
        return self._given.collect(track, asked[max(0, len(asked) - 1 - lag)])


def fake_engine(desk: Desk | None = None, options: EngineOptions | None = None) -> Engine:
    """The real engine and listener over a voice detector for tones."""
    voice = VoiceOptions(onset_lag_ms=0, offset_lag_ms=0)
    activities = {track: LevelActivity() for track in Track}
    ears = Listener(activities, voice, BleedOptions(), ProsodyOptions())
    return Engine(ears, options or EngineOptions(), desk)


def heard(
    engine: Engine,
    tracks: Mapping[Track, Audio],
    coach_blocks: Sequence[int] = (16_000,),
    client_blocks: Sequence[int] = (16_000,),
    tell: Callable[[Event], None] = lambda event: None,
) -> Record:
    """What a session over these tracks keeps."""
    return run(Tape(tracks, coach_blocks, client_blocks), engine, tell)


def kept(events: Iterable[Event]) -> Record:
    """A record of events."""
    record = Record()
    for event in events:
        record.take(event)
    return record


FALL = Ending(-20.0, -4.0, 3.0, 1.0)
LEVEL = Ending(0.0, 0.0, 0.0, 1.0)
"""How a finished and an unfinished unit end, for edges made by hand."""


def stretch(track: Track, start: float, end: float, ending: Ending | None = None) -> list[Edge]:
    """A voice from `start` to `end` in seconds, known 0.2 s after it stopped."""
    begin, stop = samples(start), samples(end)
    return [
        Edge(begin, begin, track, speaking=True),
        Edge(stop, Samples(stop + BRIDGE), track, speaking=False, ending=ending),
    ]
