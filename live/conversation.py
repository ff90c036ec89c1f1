"""What is known so far of who spoke when and what was said; the engine writes, detectors ask.

Everything asked of it names a moment or a window, because a slow computer may ask late: what
was known then must be what is answered, not what has come in since.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from live.options import Range
from live.types import Edge, Ending, Incoming, Samples, Track, Unworded, Word, samples


@dataclass(frozen=True, slots=True)
class ConversationOptions:
    """What a turn and a listening sound are."""

    turn_gap_s: Annotated[float, Range(0.3, 2.0)] = 0.7
    """Own gaps shorter than this stay inside a turn."""
    backchannel_s: Annotated[float, Range(0.3, 2.0)] = 1.0
    """A listening sound is no longer than this (events of voice activity projection: 1.0 s)."""

    @property
    def turn_gap(self) -> Samples:
        """The same in samples."""
        return samples(self.turn_gap_s)

    @property
    def backchannel(self) -> Samples:
        """The same in samples."""
        return samples(self.backchannel_s)


@dataclass(slots=True)
class Stretch:
    """One stretch of voice; `end` is None while it lasts."""

    start: Samples
    end: Samples | None = None
    ending: Ending | None = None

    def until(self, moment: Samples) -> Samples:
        """Where it ends, or `moment` when it had not ended by then."""
        return moment if self.end is None or self.end > moment else self.end


@dataclass(slots=True)
class Voice:
    """One track's stretches, oldest first."""

    stretches: list[Stretch] = field(default_factory=list)
    _starts: list[int] = field(default_factory=list)

    def hear(self, edge: Edge) -> None:
        """Take in an edge; edges of a track alternate and come in order."""
        if edge.speaking:
            self.stretches.append(Stretch(edge.at))
            self._starts.append(edge.at)
        else:
            self.stretches[-1].end = edge.at
            self.stretches[-1].ending = edge.ending

    def index_at(self, moment: Samples) -> int:
        """Index of the last stretch that began at or before `moment`; -1 when none did."""
        return bisect_right(self._starts, moment) - 1

    def before(self, moment: Samples) -> Stretch | None:
        """The last stretch that began before `moment`."""
        index = self.index_at(Samples(moment - 1))
        return self.stretches[index] if index >= 0 else None

    def within(self, start: Samples, end: Samples) -> Iterator[Stretch]:
        """Stretches that begin in [start, end)."""
        first, last = bisect_left(self._starts, start), bisect_left(self._starts, end)
        return iter(self.stretches[first:last])

    def last_run(self, gap: Samples) -> Stretch | None:
        """The last stretches joined over own gaps below `gap`; None when nothing was heard."""
        if not self.stretches:
            return None
        start = self.stretches[-1].start
        for stretch in reversed(self.stretches[:-1]):
            if stretch.end is None or start - stretch.end >= gap:
                break
            start = stretch.start
        return Stretch(start, self.stretches[-1].end)

    def sounds_within(self, start: int, end: int) -> bool:
        """Whether there is any voice in [start, end)."""
        index = self.index_at(Samples(end - 1))
        return index >= 0 and self.stretches[index].until(Samples(end)) > start

    def run(self, start: Samples, gap: Samples, until: Samples) -> list[Stretch]:
        """Stretches from the one beginning at `start` on, joined over own gaps below `gap`."""
        out: list[Stretch] = []
        for index in range(bisect_left(self._starts, start), len(self.stretches)):
            stretch = self.stretches[index]
            if stretch.start > until or (out and stretch.start - out[-1].until(until) >= gap):
                break
            out.append(stretch)
        return out


@dataclass(slots=True)
class Said:
    """One track's final words, by start."""

    words: list[Word] = field(default_factory=list)
    unworded: list[Unworded] = field(default_factory=list)
    """Speech whose words will never be known."""
    _starts: list[int] = field(default_factory=list)

    def read(self, words: Sequence[Word]) -> None:
        """Take in words; they come stretch by stretch, in order, but may overlap slightly."""
        for word in words:
            at = bisect_right(self._starts, word.start)
            self._starts.insert(at, word.start)
            self.words.insert(at, word)

    def between(self, start: Samples, end: Samples, final: Samples) -> list[Word]:
        """Words that begin in [start, end) and are over by `final`.

        What is not over by the moment up to which words were waited for may be here or still on
        its way, depending on the machine.
        """
        words = self.words[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        return [word for word in words if word.end <= final]

    def lacks(self, start: int, end: int) -> bool:
        """Whether something was said in [start, end) whose words are not known."""
        return any(each.start < end and each.end > start for each in reversed(self.unworded))


@dataclass(slots=True)
class Conversation:
    """Both voices and both transcripts."""

    options: ConversationOptions = field(default_factory=ConversationOptions)
    voices: dict[Track, Voice] = field(default_factory=lambda: {t: Voice() for t in Track})
    said: dict[Track, Said] = field(default_factory=lambda: {t: Said() for t in Track})
    incoming: dict[tuple[Track, Samples], Incoming] = field(default_factory=dict)
    """How a voice came in, by where it did."""

    def turn_start(self, track: Track, moment: Samples) -> int:
        """Index of the first stretch of the turn that `track` is in at `moment`; -1 when silent.

        A turn is one speaker's stretches with own gaps under 0.7 s and nothing but backchannels
        of the other in those gaps.
        """
        voice = self.voices[track]
        index = voice.index_at(moment)
        while index > 0:
            before, here = voice.stretches[index - 1], voice.stretches[index]
            if self.turn_begins(track, before, here):
                break
            index -= 1
        return index

    def wordless(self, track: Track, moment: Samples, until: int) -> bool:
        """Whether words are missing from the turn that `track` is in at `moment`, up to `until`.

        Then the words before it are not the last that were said.
        """
        first = self.turn_start(track, moment)
        start = self.voices[track].stretches[first].start if first >= 0 else moment
        return self.said[track].lacks(min(start, moment), until)

    def spoken_in_turn(self, track: Track, moment: Samples) -> Samples:
        """For how long `track` has spoken in its current turn; pauses inside it belong to it."""
        first = self.turn_start(track, moment)
        if first < 0:
            return Samples(0)
        voice = self.voices[track]
        until = voice.stretches[voice.index_at(moment)].until(moment)
        return Samples(until - voice.stretches[first].start)

    def turn_begins(self, track: Track, before: Stretch, here: Stretch) -> bool:
        """Whether a stretch begins a turn, or goes on in the one of the stretch before it."""
        ended = before.until(here.start)
        if here.start - ended >= self.options.turn_gap:
            return True
        other = self.voices[track.other]
        return any(self.more_than_listening(s) for s in other.within(ended, here.start))

    def last_heard(self, moment: Samples) -> tuple[Track, Samples] | None:
        """Who was heard last before `moment`, and until when; None while somebody speaks."""
        last: tuple[Track, Samples] | None = None
        for track, voice in self.voices.items():
            stretch = voice.before(moment)
            if stretch is None:
                continue
            end = stretch.until(moment)
            if end >= moment:
                return None
            if last is None or end > last[1]:
                last = (track, end)
        return last

    def only_listened(self, track: Track, moment: Samples) -> bool:
        """Whether `track` has made one listening sound since the other stopped."""
        spoke = self.voices[track.other].before(moment)
        if spoke is None:
            return False
        since = list(self.voices[track].within(spoke.until(moment), moment))
        return len(since) == 1 and not self.more_than_listening(since[0])

    def more_than_listening(self, stretch: Stretch) -> bool:
        """Whether a stretch is, by its length, more than a listening sound."""
        limit = self.options.backchannel
        return stretch.until(Samples(stretch.start + limit + 1)) - stretch.start > limit
