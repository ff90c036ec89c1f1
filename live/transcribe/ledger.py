"""What was asked and what was answered: words leave in the order of the session."""

from __future__ import annotations

import sys
from collections import deque
from dataclasses import dataclass, replace

from live.transcribe.commit import Commit
from live.transcribe.desk import Collected
from live.transcribe.transcriber import Reply
from live.types import Samples, Tentative, Track, Unworded, Utterance, Word


@dataclass(slots=True)
class _Asked:
    """A final utterance on its way."""

    start: Samples
    end: Samples
    reply: Reply | None = None


class Ledger:
    """Both tracks' open questions. Previews are not kept here: an answer that comes is used."""

    def __init__(self) -> None:
        self._asked: dict[Track, deque[_Asked]] = {track: deque() for track in Track}
        self._commits = {track: Commit(track) for track in Track}
        self._tentative: dict[Track, list[Tentative]] = {track: [] for track in Track}
        self._over: dict[Track, Samples] = dict.fromkeys(Track, Samples(0))
        """Up to here finals were asked: a preview of it comes too late."""

    @property
    def unanswered(self) -> int:
        """Finals that were asked and not answered."""
        return sum(each.reply is None for lane in self._asked.values() for each in lane)

    def ask(self, utterance: Utterance) -> None:
        """Note a question."""
        if utterance.final:
            asked = _Asked(utterance.start, utterance.end)
            self._asked[utterance.track].append(asked)
            self._over[utterance.track] = utterance.end

    def answer(self, utterance: Utterance, reply: Reply) -> None:
        """Note what came back."""
        track = utterance.track
        if utterance.final:
            for asked in self._asked[track]:
                if asked.start == utterance.start:
                    asked.reply = reply
                    return
        elif utterance.start >= self._over[track]:
            agreed = self._commits[track].hear(utterance.start, reply.words)
            if agreed is not None:
                self._tentative[track].append(agreed)

    def collect(self, track: Track, quiet_until: Samples) -> Collected:
        """Everything of the track that is answered and was not given before."""
        words: list[Word] = []
        unworded: list[Unworded] = []
        waiting = self._asked[track]
        while waiting and (reply := waiting[0].reply) is not None:
            asked = waiting.popleft()
            # A session of hours says the same few thousand words again and again.
            words += (replace(word, text=sys.intern(word.text)) for word in reply.words)
            if reply.refused:
                unworded.append(Unworded(asked.start, asked.end, track, reply.refused))
        settled = min(quiet_until, waiting[0].start) if waiting else quiet_until
        tentative, self._tentative[track] = self._tentative[track], []
        return Collected(words, settled, unworded, tentative)
