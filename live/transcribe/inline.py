"""A desk without a process: each utterance is put into words as it is asked about."""

from __future__ import annotations

from live.transcribe.desk import Collected
from live.transcribe.ledger import Ledger
from live.transcribe.transcriber import Transcriber
from live.types import Samples, Track, Utterance


class InlineDesk:
    """For comparisons and measurements; live sound would have to wait for it."""

    def __init__(self, transcriber: Transcriber) -> None:
        self._transcriber = transcriber
        self._ledger = Ledger()

    @property
    def works(self) -> bool:
        """The transcriber is there."""
        return True

    def ask(self, utterance: Utterance) -> None:
        """Put it into words now; its final is soon enough for one that is early."""
        if utterance.early:
            return
        self._ledger.ask(utterance)
        self._ledger.answer(utterance, self._transcriber.transcribe(utterance))

    def finish(self) -> None:
        """Nothing is open."""

    def collect(self, track: Track, quiet_until: Samples) -> Collected:
        """What was not given before."""
        return self._ledger.collect(track, quiet_until)
