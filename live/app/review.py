"""`unhurried review`: recordings, words and transcripts, as fast as the machine allows."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from live.app.interrupt import Stop
from live.app.keeping import Keeper, Keeping
from live.app.streams import reason
from live.app.terminal import Terminal, clock
from live.app.wiring import (
    check_target,
    conditions,
    engine_options,
    recording,
    settings,
    write,
)
from live.app.words import Staff, choose
from live.audio.recording import Recording
from live.detect.lexicon import LANGUAGES
from live.engine import Engine, engine, read_text
from live.errors import OutputError, UnhurriedError, UsageError
from live.kinds import KINDS, Needs
from live.report.document import Conditions, document
from live.report.record import Record
from live.session import run, run_words
from live.settings import Settings
from live.transcribe.desk import GivenWords
from live.transcribe.transcript import read_transcript, read_words
from live.types import Event, Samples, Turn, samples

WORDS_END_EARLY = samples(10.0)
"""Talking that goes on so long after the last word has no words."""
RECORDINGS = frozenset(
    {".wav", ".mp3", ".m4a", ".mp4", ".aac", ".ogg", ".oga", ".opus", ".flac", ".webm", ".mkv"}
    | {".mov", ".avi", ".wma", ".aif", ".aiff", ".caf"}
)
"""Endings that are never a file of words."""


@dataclass(frozen=True, slots=True)
class _Job:
    """One input: a recording, words, both, or a transcript."""

    stem: str
    """What its result is called."""
    sound: str | None = None
    """A file's name as given, or "sample"; empty where --coach and --client name the files."""
    words: Path | None = None
    transcript: Path | None = None

    def files(self, arguments: argparse.Namespace) -> list[Path]:
        """What it is made of, to know it again."""
        sides = [arguments.coach, arguments.client] if self.sound == "" else []
        named = [self.sound, self.words, self.transcript, *sides]
        return [Path(each) for each in named if each and Path(each).is_file()]

    @property
    def name(self) -> str:
        """What a person calls it."""
        return Path(self.sound or self.words or self.transcript or self.stem).name


def review(arguments: argparse.Namespace, terminal: Terminal, stop: Stop) -> int:
    """Review every input; one that fails does not keep the others from being reviewed."""
    chosen = settings(arguments)
    jobs = _jobs(arguments)
    _check_targets(jobs, arguments)
    failed = 0
    with (
        Keeper(arguments, chosen, terminal) as keeper,
        Staff(chosen, terminal, stop) as staff,
    ):
        reviewer = _Reviewer(arguments, chosen, terminal, stop, staff, keeper)
        for job in jobs:
            if stop():
                return 130
            try:
                record, heard, refused = reviewer.review(job)
                failed += refused
                _keep(job, record, heard, arguments, terminal)
                keeper.tell_kept()
            except UnhurriedError as error:
                alone = len(jobs) == 1 and isinstance(error, OutputError)
                if isinstance(error, UsageError) or alone:
                    raise
                failed += 1
                where = "" if not job.name or job.name in str(error) else f"{job.name}: "
                terminal.problem(f"{where}{error}", error.hint)
                continue
            if record.interrupted:
                return 130
    return 1 if failed else 0


def _check_targets(jobs: Sequence[_Job], arguments: argparse.Namespace) -> None:
    """Before any work: every result has a place of its own, and none takes an input's."""
    if len(jobs) > 1 and arguments.json is not None:
        raise UsageError("--json is for one input.", "Use --out DIR: it gets a file per input.")
    for stem, count in Counter(job.stem for job in jobs).items():
        if count > 1 and arguments.out is not None:
            raise UsageError(
                f"{count} inputs are called {stem}: their results would overwrite each other.",
                "Rename them, or review them in calls of their own with another --out.",
            )
    if arguments.out is not None:
        _make(arguments.out)
    inputs = [path for job in jobs for path in (job.sound, job.words, job.transcript)]
    inputs += [arguments.coach, arguments.client]
    for job in jobs:
        for target in _targets(job, arguments):
            check_target(target, inputs)


def _jobs(arguments: argparse.Namespace) -> list[_Job]:
    inputs: list[str] = arguments.input
    words: Sequence[Path] = arguments.words or ()
    if arguments.transcript:
        if inputs or words:
            raise UsageError(
                "A transcript is reviewed alone.", "Give the recording in a call of its own."
            )
        return [_Job(path.stem, transcript=path) for path in arguments.transcript]
    two_files = not inputs and (arguments.coach or arguments.client)
    if two_files:
        inputs = [""]
    _check_sorts(inputs, words)
    if not inputs and not words:
        raise UsageError("There is nothing to review.", "Example: unhurried review practice.wav")
    if inputs and words and len(inputs) != len(words):
        raise UsageError(
            f"Recordings: {len(inputs)}, files of words: {len(words)}.",
            "Give one file of words per recording, in the same order.",
        )
    if not inputs:
        return [_Job(path.stem, words=path) for path in words]
    names = [Path(name or arguments.coach or "session").stem for name in inputs]
    return [
        _Job(stem, name, words[i] if words else None)
        for i, (stem, name) in enumerate(zip(names, inputs, strict=True))
    ]


def _check_sorts(inputs: Sequence[str], words: Sequence[Path]) -> None:
    """A transcript among the recordings, or a recording among the words, is in the wrong place."""
    for name in inputs:
        if Path(name).suffix.lower() in {".vtt", ".srt", ".jsonl"}:
            raise UsageError(
                f"{Path(name).name} holds words, not sound.",
                f"Give it with --transcript {name}, or with --words if it has a time per word.",
            )
    for path in words:
        if path.suffix.lower() in RECORDINGS:
            raise UsageError(
                f"{path.name} is a recording, not words.",
                f"Name recordings first: unhurried review {path} --words WORDS.jsonl",
            )


@dataclass(frozen=True, slots=True)
class _Reviewer:
    """What is the same for all inputs of a call."""

    arguments: argparse.Namespace
    chosen: Settings
    terminal: Terminal
    stop: Stop
    staff: Staff
    keeper: Keeper

    def review(self, job: _Job) -> tuple[Record, Conditions, bool]:
        """What was heard, how, and whether a model that was asked for could not be used."""
        if job.transcript is not None:
            record, heard = self._transcript(job.transcript)
            with self._kept(job, heard) as keeping:
                for event in (*record.turns, *record.words, *record.flags):
                    keeping.tell(cast(Event, event))
                keeping.finish(record, heard)
            return record, heard, False
        if job.sound is None:
            return *self._words_alone(job), False
        source = recording(job.sound or None, self.arguments, self.chosen)
        if job.words is not None:
            return *self._beside_words(job, job.words, source), False
        return self._by_model(job, source)

    def _by_model(self, job: _Job, source: Recording) -> tuple[Record, Conditions, bool]:
        words = choose(self.arguments.model, self.chosen, source.kind, self.terminal)
        self.staff.give(words, patient=True)
        ears = engine(engine_options(self.chosen), sound=True, desk=words.desk)

        def heard() -> Conditions:
            return words.heard(source, ears, self.chosen.voice.engine)

        record = self._run(job, source, ears, heard)
        lost = None if words.desk is None else words.desk.lost
        if lost is not None:
            self.terminal.problem(f"{lost.what} Words are missing.", lost.hint)
        for word in sorted(record.words, key=lambda word: (word.start, word.track)):
            self.terminal.word(word)
        self.terminal.flush()
        return record, heard(), words.refused or lost is not None

    def _beside_words(self, job: _Job, path: Path, source: Recording) -> tuple[Record, Conditions]:
        """Sound, with words that came from elsewhere."""
        read = read_words(path)
        _tell(read.notices, path.name, self.terminal)
        ears = engine(engine_options(self.chosen), sound=True, desk=GivenWords(read.words))
        voice = self.chosen.voice.engine

        def heard() -> Conditions:
            language = self.chosen.words.language
            return conditions(
                source.kind, source.name, ears, voice=voice, words="given", language=language
            )

        record = self._run(job, source, ears, heard)
        _tell(list(_words_missing(record)), path.name, self.terminal)
        return record, heard()

    def _transcript(self, path: Path) -> tuple[Record, Conditions]:
        """Utterances have no true times inside: what needs timing is not measured."""
        read = read_transcript(path, self.arguments.coach_name)
        _tell(read.notices, path.name, self.terminal)
        record = Record(
            duration=Samples(max((u.end for u in read.utterances), default=0)),
            turns=[Turn(u.start, u.end, u.track) for u in read.utterances],
            words=list(read.words),
        )
        options = engine_options(self.chosen)
        for flag in read_text(read.words, record.duration, options):
            record.take(flag)
        measured = Needs.TEXT if options.language in LANGUAGES else None
        missing = [kind for kind, row in KINDS.items() if row.needs is not measured]
        heard = Conditions(
            "transcript", path.name, 0, "not_measured", "none", "given", missing, options.language
        )
        return record, heard

    def _words_alone(self, job: _Job) -> tuple[Record, Conditions]:
        path = job.words or Path()
        read = read_words(path)
        _tell(read.notices, path.name, self.terminal)
        desk = GivenWords(read.words)
        ears = engine(engine_options(self.chosen), sound=False, desk=desk)

        def heard() -> Conditions:
            language = self.chosen.words.language
            return conditions(
                "words", path.name, ears, voice="words", words="given", language=language
            )

        with self._kept(job, heard()) as keeping:
            record = run_words(read.words, ears, keeping.tell)
            keeping.finish(record, heard())
        return record, heard()

    def _run(
        self, job: _Job, source: Recording, ears: Engine, heard: Callable[[], Conditions]
    ) -> Record:
        with self._kept(job, heard()) as keeping:
            keeping.under(heard)
            with self.terminal.progress(source.name, source.duration) as bar:

                def progress(position: Samples) -> None:
                    keeping.reached(position)
                    bar(position)

                record = run(
                    source,
                    ears,
                    keeping.tell,
                    stop=self.stop,
                    progress=progress,
                    hear=keeping.hear,
                )
            for notice in source.notices:
                self.terminal.notice(notice)
            keeping.finish(record, heard())
        return record

    def _kept(self, job: _Job, heard: Conditions) -> Keeping:
        """Ask, before anything is heard, whether it may be kept."""
        plan = self.keeper.recording(heard.kind, job.files(self.arguments), heard.name)
        return self.keeper.begin(plan, heard.name, heard, durable=False)


def _words_missing(record: Record) -> Iterator[str]:
    """Words that do not reach the end of the sound leave the rest without them."""
    last = max((word.end for word in record.words), default=Samples(0))
    spoken = max((speech.end for speech in record.speech), default=Samples(0))
    if spoken - last > WORDS_END_EARLY:
        yield (
            f"The words end at {clock(last)}, the talking at {clock(spoken)}: "
            "what needs words is only measured up to there."
        )


def _tell(notices: Sequence[str], name: str, terminal: Terminal) -> None:
    for notice in notices:
        terminal.notice(f"{name}: {notice}")


def _keep(
    job: _Job,
    record: Record,
    heard: Conditions,
    arguments: argparse.Namespace,
    terminal: Terminal,
) -> None:
    targets = list(_targets(job, arguments))
    for target in targets:
        write(document(record, heard), target)
    if arguments.json != "-":
        terminal.report(record, heard)
    for target in targets:
        if target != "-":
            terminal.line(f"\nWritten to {Path(target).resolve()}")


def _targets(job: _Job, arguments: argparse.Namespace) -> Iterator[str]:
    if arguments.json is not None:
        yield arguments.json
    if arguments.out is not None:
        yield str(arguments.out / f"{job.stem}.session.json")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder {folder} cannot be made: {reason(error)}.",
            "Choose another place for --out.",
        ) from error
