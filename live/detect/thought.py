"""Whether a silence is the client's own: they stopped inside a thought, and nobody has spoken.

For the screen only, as it is judged with whatever is known at this moment. Nothing that is kept
rests on it.
"""

from __future__ import annotations

from live.conversation import Conversation
from live.detect.completeness import SoundOptions, by_sound, by_words, fuse
from live.detect.held import HeldOptions
from live.detect.lexicon import TimingWords, tokens
from live.types import Samples, Track, samples

TAIL = samples(4.0)
"""Words so far back may belong to the client's last unit."""
SLACK = samples(0.5)
"""Word times may lie beside the voice by so much."""


def thinks(
    conversation: Conversation,
    words: TimingWords,
    sound: SoundOptions,
    now: Samples,
    least: Samples,
    held: HeldOptions,
) -> bool:
    """Whether the client has been silent for `least` inside an unfinished thought.

    A silence that nobody has ended for as long as a held one is theirs, too, whatever came before
    it; one that is longer than any that counts as held may mean that they have left.
    """
    last = conversation.last_heard(now)
    if last is None or last[0] is not Track.CLIENT:
        return False
    silent = now - last[1]
    if silent < least or silent > samples(held.to_s):
        return False
    if silent >= samples(held.from_s):
        return True
    spoke = conversation.voices[Track.CLIENT].before(now)
    heard = by_sound(spoke.ending if spoke else None, sound)
    start, end = Samples(max(0, last[1] - TAIL)), Samples(last[1] + SLACK)
    said = conversation.said[Track.CLIENT].between(start, end, end)
    return fuse(by_words(tokens(said), words), heard).thinking
