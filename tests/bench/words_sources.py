"""Conversations for the measurements of words: the sample session, or a recording of two sides."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from live.audio.recording import open_recording
from live.audio.source import AudioSource
from live.resources import shipped
from live.types import RATE, Audio, AudioBlock, Track

SAMPLE = "sample"


def source_named(name: str) -> AudioSource:
    """The sample session, or a recording whose left side is the coach."""
    if name == SAMPLE:
        return open_recording(shipped("models") / "sample" / "session.opus", kind="sample")
    return open_recording(Path(name))


def tracks_of(name: str, seconds: float = 1e9) -> dict[Track, Audio]:
    """Both tracks of a source, up to a length."""
    pieces: dict[Track, list[Audio]] = {track: [] for track in Track}
    for event in source_named(name):
        if isinstance(event, AudioBlock):
            pieces[event.track].append(event.audio)
    return {track: np.concatenate(many)[: round(seconds * RATE)] for track, many in pieces.items()}
