"""Drives an engine: the same loop for live and review, kept whatever stops it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from live.audio.source import AudioSource
from live.engine import Engine
from live.report.record import Record
from live.speech.word_voices import edges_of
from live.types import AudioBlock, Event, Gap, Lacking, Samples, Word

Tell = Callable[[Event], None]
Hear = Callable[[AudioBlock], None]
Progress = Callable[[Samples], None]


def run(
    source: AudioSource,
    engine: Engine,
    tell: Tell,
    *,
    until: Samples | None = None,
    stop: Callable[[], bool] = lambda: False,
    progress: Progress = lambda position: None,
    hear: Hear = lambda block: None,
) -> Record:
    """Give a source's sound to an engine, and every event to `tell` and to the record.

    `hear` gets the sound, too, to keep it; `progress` how far the session has come, when all of it
    up to there was told.

    Ends with the source, at `until`, or as soon as `stop` says so (asked between blocks): then
    everything up to that moment is in the record, which says so. The source is closed in every
    case.
    """
    record = Record()

    def take(events: Sequence[Event]) -> None:
        for event in events:
            record.take(event)
            tell(event)

    try:
        for block in source:
            if isinstance(block, Gap | Lacking):
                take([block] if isinstance(block, Gap) else [])
                take(engine.miss(block))
                continue
            if until is not None and block.start >= until:
                break
            if stop():
                record.interrupted = True
                break
            hear(block)
            take(engine.push(block))
            record.duration = max(record.duration, block.end)
            progress(block.end)
    finally:
        source.close()
    take(engine.finish())
    return record


def run_words(words: Sequence[Word], engine: Engine, tell: Tell) -> Record:
    """The same for words without sound: voices are taken from the words' times."""
    record = Record()
    end = Samples(max((word.end for word in words), default=0))
    for event in (*engine.hear(edges_of(words)), *engine.finish(end)):
        record.take(event)
        tell(event)
    record.duration = end
    return record
