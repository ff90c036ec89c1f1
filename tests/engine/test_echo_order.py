"""To be moved into tests/engine/test_live_equals_review.py when echo and late words agree."""

import json

import numpy as np
from fakes import SlowDesk, heard
from sample.make import AUDIO, TRUTH, read_opus

from live.engine import EngineOptions, engine
from live.speech.segment import VoiceOptions
from live.transcribe.desk import GivenWords
from live.types import Track, Word, samples


def test_loudspeakers_found_late_change_nothing_about_it():
    begin, end, lag = samples(40.0), samples(75.0), samples(0.05)
    sound = read_opus(AUDIO)[:, :end].copy()
    leak = np.zeros(end, np.float32)
    leak[lag:] = sound[1][:-lag] * 0.25
    leak[:begin] = 0
    tracks = {Track.COACH: sound[0] + leak, Track.CLIENT: sound[1]}
    words = [
        Word(samples(w["start"]), samples(w["end"]), Track(w["track"]), w["text"])
        for w in json.loads(TRUTH.read_text(encoding="utf-8"))["words"]
        if w["end"] < 75.0
    ]

    def flags(desk, block):
        ears = engine(EngineOptions(voice=VoiceOptions(engine="webrtc")), sound=True, desk=desk)
        record = heard(ears, tracks, [block], [block])
        assert ears.echo == "speakers"
        return record.flags

    quick = flags(GivenWords(words), 512)
    assert flags(GivenWords(words), 10**9) == quick
    assert flags(SlowDesk(words), 512) == quick
