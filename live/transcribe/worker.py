"""The desk for live sound: a transcriber in another process, asked one thing at a time.

Called from the session's thread only, which it never keeps waiting, except in a review, where
the recording waits when too much speech does.
"""

from __future__ import annotations

from collections.abc import Callable

from live.transcribe.attendant import Attendant, Lost
from live.transcribe.backlog import Backlog, BacklogOptions
from live.transcribe.desk import Collected
from live.transcribe.ledger import Ledger
from live.transcribe.transcriber import Reply
from live.types import RATE, Samples, Track, Utterance

LOOK_S = 0.5
"""While waiting for answers, so often whoever wants to stop waiting is asked."""
TOO_SLOW = "this computer could not keep up with the words"


class WorkerDesk:
    """Utterances to a worker process, in the order of `Backlog`; its words back."""

    def __init__(
        self,
        attendant: Attendant,
        options: BacklogOptions,
        *,
        patient: bool = False,
        waiting: Callable[[float], bool] = lambda behind_s: True,
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        """`patient`: nothing is given up, and whoever asks may have to wait (a review).

        `stop` says whether the session is to end, when nobody waits any more to go on with it.
        `waiting` is called while the end of a session waits for words, with the seconds of
        speech still to go; when it says False, the rest stays without words.
        """
        self._options = options
        self._patient = patient
        self._waiting = waiting
        self._stop = stop
        self._ledger = Ledger()
        self._backlog = Backlog(options, bounded=not patient)
        self._busy: Utterance | None = None
        self._claimed: Utterance | None = None
        """The final that turned out to be what is being worked on early."""
        self._early: tuple[Utterance, Reply] | None = None
        """What was put into words early and may become a final."""
        self._attendant = attendant

    @property
    def behind_s(self) -> float:
        """Seconds of speech whose final words wait, the one being worked on included."""
        busy = self._claimed or self._busy
        busy = busy if busy is not None and busy.final else None
        return self._backlog.seconds + (0.0 if busy is None else (busy.end - busy.start) / RATE)

    @property
    def lost(self) -> Lost | None:
        """Why there will be no more words; None while there may be."""
        return self._attendant.lost

    @property
    def works(self) -> bool:
        """Whether there are words, or may be."""
        return self._attendant.lost is None or self._attendant.about is not None

    @property
    def attendant(self) -> Attendant:
        """Who keeps the transcriber working."""
        return self._attendant

    def ask(self, utterance: Utterance) -> None:
        """Have an utterance put into words when its turn comes; in a review, finals alone."""
        if self._patient and not utterance.final:
            return  # nobody sees it
        self._turn()
        self._ledger.ask(utterance)
        if not (utterance.final and self._is_early(utterance)):
            for given_up in self._backlog.add(utterance):
                self._ledger.answer(given_up, Reply(refused=TOO_SLOW))
        self._turn()
        too_much = self._options.review_s
        while self._patient and self._backlog.seconds > too_much and not self._stop():
            self._turn(LOOK_S)

    def _is_early(self, final: Utterance) -> bool:
        """Whether a final was begun before it was one; then its answer is there or on its way."""
        if self._busy is not None and self._busy.early and final.same_sound(self._busy):
            self._claimed = final
            return True
        if self._early is not None and final.same_sound(self._early[0]):
            self._ledger.answer(final, self._early[1])
            self._early = None
            return True
        return False

    def collect(self, track: Track, quiet_until: Samples) -> Collected:
        """The words that have come."""
        self._turn()
        return self._ledger.collect(track, quiet_until)

    def finish(self) -> None:
        """Wait for all finals, or until `waiting` says to let the rest be."""
        while self._ledger.unanswered:
            self._turn(LOOK_S)
            if self._ledger.unanswered and not self._waiting(self.behind_s):
                self._give_up("the session was ended before its words had come")

    def _turn(self, wait_s: float = 0.0) -> None:
        """Take in what came, and hand over the next utterance."""
        answer = self._attendant.answer(wait_s if self._busy is not None else 0.0)
        while answer is not None:
            if answer.utterance is self._busy:  # otherwise it was given up, or an earlier session's
                self._answered(self._claimed or answer.utterance, answer.reply)
                self._busy = self._claimed = None
            self._next()
            answer = self._attendant.answer()
        self._next()

    def _answered(self, utterance: Utterance, reply: Reply) -> None:
        if utterance.early:
            self._early = (utterance, reply)
        else:
            self._ledger.answer(utterance, reply)

    def _next(self) -> None:
        if self._attendant.lost is not None:
            self._give_up("the speech recognition had stopped")
        elif self._busy is None:
            self._busy = self._backlog.take()
            if self._busy is not None:
                self._attendant.give(self._busy)

    def _give_up(self, why: str) -> None:
        """Everything that waits stays without words."""
        working_on = self._claimed or self._busy
        open_ones = [working_on] if working_on is not None else []
        self._busy = self._claimed = None
        while (utterance := self._backlog.take()) is not None:
            open_ones.append(utterance)
        for utterance in open_ones:
            if utterance.final:
                self._ledger.answer(utterance, Reply(refused=why))
