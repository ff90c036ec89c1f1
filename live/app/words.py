"""Where a session's words come from: a model in a process of its own, or nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

from live.app.interrupt import Stop
from live.app.speaking import Speaks
from live.app.wiring import SAMPLE, conditions
from live.audio.source import AudioSource
from live.engine import Engine
from live.errors import UnhurriedError
from live.report.document import Conditions
from live.settings import Settings
from live.transcribe.attendant import Attendant
from live.transcribe.loading import LoadWhisper
from live.transcribe.machine import Machine
from live.transcribe.weights import Weights, check_language, find, installed
from live.transcribe.whisper import WordsOptions
from live.transcribe.worker import WorkerDesk

AUTO, NONE = "auto", "none"
NO_MODEL = (
    "No speech recognition model is installed, so no words are heard.\n"
    "  Get one (this goes to the Internet, once): unhurried models get {}"
)


@dataclass(slots=True)
class Words:
    """A session's source of words."""

    weights: Weights | None
    """None: there will be none."""
    language: str
    desk: WorkerDesk | None = None
    refused: bool = False
    """A model was asked for by name and cannot be used."""

    @property
    def label(self) -> str:
        """What a session document says of it."""
        if self.weights is None or self.desk is None or not self.desk.works:
            return NONE
        return self.weights.label

    def heard(self, source: AudioSource, ears: Engine, voice: str) -> Conditions:
        """Under which conditions a session with these words was heard."""
        about = self.desk.attendant.about if self.desk is not None else None
        return conditions(
            source.kind,
            source.name,
            ears,
            voice=voice,
            words=self.label,
            language="" if self.label == NONE else self.language,
            window="" if about is None else about.window,
        )


def choose(asked: str | None, chosen: Settings, kind: str, terminal: Speaks) -> Words:
    """The model for a session of that kind of source, or a sentence why there is none.

    `asked` is what the command line says. A session goes on without words; it never ends here.
    """
    words = Words(None, chosen.words.language)
    wanted = asked or chosen.words.model
    if wanted == NONE:
        return words
    try:
        weights = automatic(kind, chosen) if wanted == AUTO else find(wanted)
        if weights is None:
            offered = "base.en" if words.language == "en" else "base"
            terminal.notice(NO_MODEL.format(offered), once=True)
            return words
        check_language(weights, chosen.words.language)
    except UnhurriedError as error:
        terminal.problem(f"{error} It goes on without words.", error.hint)
        words.refused = wanted != AUTO
        return words
    words.weights = weights
    return words


def automatic(kind: str, chosen: Settings) -> Weights | None:
    """The sample model for the sample session; otherwise the best installed one."""
    if kind == SAMPLE:
        return find(SAMPLE)
    language = chosen.words.language
    able = [weights for weights in installed() if language in weights.languages]
    return Machine.read().best(able, chosen.words.cores)


def suited(options: WordsOptions, weights: Weights) -> WordsOptions:
    """The same, as far as this model can follow them."""
    if weights.sample:
        # It writes down every um as it is, and has never met words like those of the prompt.
        return replace(options, verbatim=False)
    return options


class Staff:
    """The worker processes of a command: one for each model, kept from input to input.

    A context; they are ended when it is left, and what they measured is written down.
    """

    def __init__(self, chosen: Settings, terminal: Speaks, stop: Stop) -> None:
        self._chosen = chosen
        self._terminal = terminal
        self._stop = stop
        self._machine = Machine.read()
        self._working: dict[Weights, Attendant] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for weights, attendant in self._working.items():
            attendant.close()
            about = attendant.about
            if about is not None and about.measured is not None:
                self._machine.remember(weights, self._chosen.words.cores, about.measured)

    def give(self, words: Words, *, patient: bool) -> None:
        """Let a session's words come from its model, if it has one."""
        weights = words.weights
        if weights is None:
            return
        attendant = self._working.get(weights)
        if attendant is None or attendant.lost is not None:
            attendant = self._working[weights] = Attendant(self._makes(weights))
        words.desk = WorkerDesk(
            attendant,
            self._chosen.backlog,
            patient=patient,
            waiting=_waiting(self._terminal, self._stop),
            stop=self._stop,
        )

    def _makes(self, weights: Weights) -> list[LoadWhisper]:
        """With a graphics card if there is one, and without when the process dies of it."""
        options = self._chosen.words
        known = self._machine.measured(weights, options.cores)
        options = suited(options, weights)
        make = LoadWhisper(weights.folder, options, self._chosen.guards, measured=known)
        return [make, replace(make, device="cpu")]


def _waiting(terminal: Speaks, stop: Stop) -> Callable[[float], bool]:
    """What is said, once, while the end of a session waits for its words."""
    told: list[float] = []

    def waiting(behind_s: float) -> bool:
        if not told and behind_s >= 1:
            told.append(behind_s)
            terminal.notice(
                f"Putting the remaining {behind_s:.0f} s of speech into words "
                "(Ctrl-C: leave them out)."
            )
        return not stop.insists()

    return waiting
