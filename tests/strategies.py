"""Conversations nobody wrote: turns, overlaps, listening sounds, pauses, broken-off sentences."""

from __future__ import annotations

from hypothesis import strategies as st

from live.types import Samples, Track, Word, samples

LISTENING = ["yeah", "mm-hmm", "right", "okay"]
FUNCTION = ["and", "the", "because", "i", "of", "um", "so", "was", "you"]
CONTENT = ["garden", "school", "work", "sister", "walked", "home.", "it.", "something."]
PHRASES = [
    "what do you want?",
    "how was that",
    "i don't know",
    "can i pause you there",
    "so yeah",
    "tell me more",
]
SPOKEN = st.one_of(
    st.lists(st.sampled_from(FUNCTION + CONTENT), min_size=1, max_size=8),
    st.lists(st.sampled_from(LISTENING), min_size=1, max_size=3),
    st.sampled_from(PHRASES).map(str.split),
)
TRACKS = st.sampled_from(list(Track))


@st.composite
def conversations(draw: st.DrawFn, lines: int = 8) -> list[Word]:
    """Up to `lines` lines; each begins before or after the end of the one before."""
    words: list[Word] = []
    free = dict.fromkeys(Track, samples(0.3))
    last = samples(0.3)
    for _ in range(draw(st.integers(2, lines))):
        track = draw(TRACKS)
        gap = draw(st.sampled_from([-1.2, -0.6, -0.3, 0.0, 0.1, 0.4, 0.8, 1.5, 2.2, 3.4]))
        at = max(free[track] + samples(0.05), last + samples(gap))
        for text in draw(SPOKEN):
            size = samples(draw(st.sampled_from([0.12, 0.25, 0.4, 0.9])))
            words.append(Word(Samples(at), Samples(at + size), track, text))
            at += size
        free[track] = last = Samples(at)
    return words


@st.composite
def hostile_words(draw: st.DrawFn) -> list[Word]:
    """Whatever a words file may hold: any times up to a day, empty words, overlaps, any text."""
    start = st.one_of(
        st.integers(0, 40).map(lambda n: n * 4000),
        st.integers(0, 40 * 16_000),
        st.integers(0, 86_400 * 16_000),
    )
    length = st.one_of(st.just(0), st.integers(0, 20_000), st.integers(0, 100_000 * 16_000))
    text = st.one_of(
        st.sampled_from(LISTENING + FUNCTION + CONTENT + ["-", "a-", "?", "'", "i don't know"]),
        st.text(min_size=1, max_size=8),
    )
    words = []
    for _ in range(draw(st.integers(0, 20))):
        at = draw(start)
        words.append(Word(Samples(at), Samples(at + draw(length)), draw(TRACKS), draw(text)))
    return words


def divisions(longest: int = 20_000) -> st.SearchStrategy[list[int]]:
    """Lengths of blocks, of which the last goes on to the end and is therefore never tiny."""
    any_size = st.one_of(st.integers(1, 64), st.integers(1, 600), st.integers(1, longest))
    return st.builds(
        lambda first, last: [*first, last],
        st.lists(any_size, max_size=30),
        st.integers(160, longest),
    )
