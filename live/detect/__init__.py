"""The detectors that ship: what is known of a conversation goes in, flags come out."""

from __future__ import annotations

from live.conversation import Conversation
from live.detect.completeness import SoundOptions
from live.detect.detector import Detector
from live.detect.held import HeldOptions, HeldSilences
from live.detect.incoming import TimingOptions
from live.detect.interruptions import Interruptions
from live.detect.lexicon import TimingWords
from live.detect.silences import SilenceOptions, Silences
from live.detect.wording import Wording

NOTICED = Interruptions.kinds | Silences.kinds | HeldSilences.kinds | Wording.kinds
"""Every kind this version has a detector for."""


def timing_detectors(
    conversation: Conversation,
    words: TimingWords,
    timing: TimingOptions,
    silence: SilenceOptions,
    held: HeldOptions,
    unfinished: SoundOptions,
    *,
    reads: bool,
) -> list[Detector]:
    """The detectors of both timing tables; `reads`: final words will come."""
    return [
        Interruptions(conversation, words, timing, unfinished, reads=reads),
        Silences(conversation, words, silence, timing, unfinished, reads=reads),
        HeldSilences(conversation, words, held, reads=reads),
    ]
