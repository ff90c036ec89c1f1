"""Where nobody speaks, nobody is heard: silence, a keyboard, music, a room."""

from __future__ import annotations

import pytest
from fakes import Tape
from noises import KINDS, noise

from live.engine import EngineOptions, engine
from live.resources import shipped
from live.session import run
from live.speech.segment import VoiceOptions
from live.transcribe.guards import GuardOptions
from live.transcribe.inline import InlineDesk
from live.transcribe.loading import LoadWhisper
from live.transcribe.transcriber import Reply
from live.transcribe.whisper import Whisper, WordsOptions
from live.types import Track


@pytest.fixture(scope="module")
def whisper() -> Whisper:
    options = WordsOptions(window="short", device="cpu", verbatim=False)
    return LoadWhisper(shipped("models") / "sample" / "whisper", options, GuardOptions())()


class Counting:
    """A transcriber that counts what it is asked."""

    def __init__(self, whisper: Whisper) -> None:
        self._whisper = whisper
        self.about = whisper.about
        self.asked = 0

    def transcribe(self, utterance) -> Reply:
        self.asked += 1
        return self._whisper.transcribe(utterance)


def heard(kind: str, seconds: float, voice: VoiceOptions, whisper: Whisper):
    tracks = {track: noise(kind, seconds, seed) for seed, track in enumerate(Track)}
    transcriber = Counting(whisper)
    ears = engine(EngineOptions(voice=voice), sound=True, desk=InlineDesk(transcriber))
    return run(Tape(tracks), ears, lambda event: None), transcriber.asked


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_noise_gives_no_word_and_no_flag(kind, whisper):
    record, _ = heard(kind, 90, VoiceOptions(), whisper)
    assert record.words == []
    assert record.flags == []


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["music", "keyboard"])
def test_what_a_cruder_ear_takes_for_a_voice_still_gives_no_word(kind, whisper):
    record, asked = heard(kind, 60, VoiceOptions(engine="webrtc", gate_mode=1), whisper)
    assert asked > 10
    assert record.words == []
