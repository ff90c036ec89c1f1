"""What is said in the terminal: cues as they happen, notices, problems, the summary."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from getpass import getpass

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from live.app.interrupt import at_once
from live.app.not_measured import sentences, without_words
from live.app.streams import can_ask, let_go, reason, show_anything
from live.audio.telling import clock_text
from live.errors import OutputError
from live.kinds import KINDS
from live.report.document import Conditions
from live.report.record import Record
from live.report.summary import Summary, summary
from live.types import Class, Event, Flag, Hush, Samples, Status, Track, Word, samples, seconds

_STYLE = {Class.COST: "yellow", Class.CREDIT: "green", Class.COUNT: "dim"}
PAUSE = samples(1.0)
"""Words farther apart are on lines of their own."""
MOST_TIMES = 6
"""So many times of a kind are listed in the summary; all of them are in the JSON."""
_SIGN = {Class.COST: "!", Class.CREDIT: "+", Class.COUNT: "."}

# A file's name may hold them, and they could drive the terminal.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class _Page(Console):
    """A stream for a person, to whom names are never markup; what cannot be said is let go.

    A reader who leaves (`| head`) or a full disk must not cost the session its file.
    """

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)
        self.lost: OSError | None = None

    def say(self, what: str | Table, style: str | None = None, end: str = "\n") -> None:
        if isinstance(what, str):
            what = _CONTROL.sub("\ufffd", what)
        try:
            self.print(what, style=style, end=end)
        except OSError as error:
            self._lose(error)

    def over(self, text: str) -> None:
        """Write over the line that the cursor is on; nothing where nobody watches."""
        if self.quiet or not self.is_terminal:
            return
        try:
            self.file.write(f"\r{text[: self.width - 1]}\x1b[K\r")
            self.file.flush()
        except OSError as error:
            self._lose(error)

    def on_broken_pipe(self) -> None:
        """Go on without being heard; rich itself would end the program."""
        self._lose(BrokenPipeError())

    def _lose(self, error: OSError) -> None:
        self.lost, self.quiet = error, True
        let_go(self.file)


class Terminal:
    """Words for a person: results to standard output, everything else to standard error.

    `quiet`: standard output belongs to a JSON document, so nothing else goes there.
    """

    def __init__(self, *, quiet: bool = False) -> None:
        show_anything()
        self._errors = _Page(stderr=True)
        self._out = self._errors if quiet else _Page()
        self._given: dict[str, Flag] = {}
        self._said: list[Word] = []
        self._told: set[str] = set()
        self._hushed = False

    @property
    def unheard(self) -> OSError | None:
        """Why nobody reads any more what is said here; None while it can be read."""
        return self._out.lost

    def finished(self, code: int) -> int:
        """The exit code; an `OutputError` when not all could be said, unless the reader left."""
        if self.unheard and not isinstance(self.unheard, BrokenPipeError):
            raise OutputError(
                f"Not everything could be written to standard output: {reason(self.unheard)}.",
                "What went to files (--json, --out) is whole.",
            )
        return code

    def problem(self, what: str, hint: str) -> None:
        """Something went wrong: what happened, and what to do."""
        self._errors.say(f"unhurried: {what}")
        if hint:
            self._errors.say(f"  {hint}")

    def notice(self, text: str, *, once: bool = False) -> None:
        """Something a person should know about the input; `once` however many inputs there are."""
        if once and text in self._told:
            return
        self._told.add(text)
        self._errors.say(text, style="dim")

    def line(self, text: str) -> None:
        """One line of a result."""
        self._out.say(text)

    def cue(self, event: Event) -> None:
        """What was said; a flag, the moment it is decided; then only what changes it."""
        if isinstance(event, Word):
            self.word(event)
            return
        if isinstance(event, Hush) and not self._hushed:
            self._hushed = True
            self.flush()
            self._out.say("No more cues in this session.", style="dim")
        if not isinstance(event, Flag) or event.status is Status.PROVISIONAL or self._hushed:
            return
        before = self._given.get(event.id)
        self._given[event.id] = event
        if before is not None and (before.kind, before.cls, before.status) == (
            event.kind,
            event.cls,
            event.status,
        ):
            return
        self.flush()
        self._out.say(_cue_line(event), style=_STYLE[event.cls])

    def word(self, word: Word) -> None:
        """A word; a line ends where the speaker changes or pauses."""
        last = self._said[-1] if self._said else None
        if last and (last.track is not word.track or word.start - last.end > PAUSE):
            self.flush()
        self._said.append(word)

    def flush(self) -> None:
        """Say the words that have come so far."""
        if self._said:
            first, said = self._said[0], " ".join(word.text for word in self._said)
            self._out.say(f"{clock(first.start):>7}  {first.track}: {said}")
            self._said.clear()

    def meter(self, text: str) -> None:
        """A line that is written over by the next one, where somebody watches; "" ends it."""
        self._errors.over(text)

    @property
    def can_ask(self) -> bool:
        """Whether somebody sits at the terminal."""
        return can_ask()

    def ask(self, question: str) -> str | None:
        """What a person answers; None when nobody sits at the terminal, or the answer is its end.

        The question goes to standard error, so that standard output stays a result.
        """
        if not can_ask():
            return None
        self.flush()
        try:
            with at_once():
                self._errors.say(question, end=" ")
                return input().strip()
        except EOFError:
            self._errors.say("")
            return None

    def agrees(self, question: str) -> bool:
        """Whether a person says yes; anything else is a no."""
        answer = self.ask(f"{question} [y/N]")
        return answer is not None and answer.lower() in ("y", "yes")

    def secret(self, question: str) -> str | None:
        """The same as `ask` for what must not be seen on the screen."""
        if not can_ask():
            return None
        self.flush()
        try:
            with at_once():
                return getpass(f"{question} ")
        except EOFError:
            self._errors.say("")
            return None

    @contextmanager
    def progress(self, what: str, total: Samples | None) -> Iterator[Callable[[Samples], None]]:
        """A bar on standard error while something long goes on; nothing when nobody watches."""
        bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeRemainingColumn(),
            console=self._errors,
            transient=True,
            disable=not self._errors.is_terminal,
        )
        with bar:
            task = bar.add_task(what, total=total)
            yield lambda position: bar.update(task, completed=position)

    def report(self, record: Record, conditions: Conditions) -> None:
        """The summary of a session, in short."""
        numbers = summary(record, conditions.not_measured, KINDS)
        name = "The sample session" if conditions.kind == "sample" else conditions.name
        title = f"{name}   {clock(record.duration)}"
        self._out.say(f"\n{title}", style="bold")
        if record.interrupted:
            self._out.say("Stopped early: only what came before is in here.")
        if conditions.voice != "none":
            self._alone({speech.track for speech in record.speech})
        for line in _number_lines(numbers):
            self._out.say(f"  {line}")
        self._moments(record)
        self._counts(record)
        self._out.say("")
        for sentence in (*without_words(record), *sentences(conditions)):
            self._out.say(sentence, style="dim")

    def _alone(self, heard: set[Track]) -> None:
        """Say who is missing: with one voice there is nothing between two people to measure."""
        if not heard:
            self._out.say("Nobody was heard.")
        elif len(heard) == 1:
            only = next(iter(heard))
            self._out.say(f"Only the {only} was heard: nothing between the two can be measured.")

    def _counts(self, record: Record) -> None:
        """What was only counted, with the times at which it can be listened to again."""
        times: dict[str, list[str]] = {}
        for flag in sorted(record.counted, key=lambda f: f.start):
            if flag.cls is Class.COUNT:
                times.setdefault(flag.kind, []).append(clock(flag.start))
        if not times:
            return
        counts = Table(box=None, padding=(0, 2), show_header=False)
        counts.add_column(no_wrap=True)
        counts.add_column(justify="right")
        for kind in (kind for kind in KINDS if kind in times):
            at = times[kind]
            more = f", and {len(at) - MOST_TIMES} more" if len(at) > MOST_TIMES else ""
            counts.add_row(KINDS[kind].cue, str(len(at)), ", ".join(at[:MOST_TIMES]) + more)
        self._out.say("\nCounts", style="bold")
        self._out.say(counts)

    def _moments(self, record: Record) -> None:
        moments = [f for f in record.counted if f.cls is not Class.COUNT]
        if not moments:
            return
        self._out.say("\nMoments", style="bold")
        for flag in sorted(moments, key=lambda f: f.start):
            self._out.say(f"  {_moment(flag)}", style=_STYLE[flag.cls])


def clock(position: Samples) -> str:
    """A position as the person's player shows it."""
    return clock_text(seconds(position))


def _cue_line(flag: Flag) -> str:
    changed = ""
    if flag.status is Status.WITHDRAWN:
        changed = f"  taken back: {flag.reason}"
    elif flag.status is Status.REVISED:
        changed = f"  on second thought ({flag.reason})"
    return (
        f"{clock(flag.decided):>7}  {_SIGN[flag.cls]} {KINDS[flag.kind].cue}"
        f"  [{flag.kind}, {clock(flag.start)}]{changed}"
    )


def _moment(flag: Flag) -> str:
    said = f'  "{flag.text}"' if flag.text else ""
    sign = _SIGN[flag.cls]
    # A kept session may know a kind that this version does not.
    meaning = KINDS[flag.kind].meaning if flag.kind in KINDS else flag.kind
    return f"{clock(flag.start):>7}  {sign} {meaning}{said}"


def _number_lines(numbers: Summary) -> Iterator[str]:
    if numbers.talk_share_time is not None:
        share = numbers.talk_share_time[Track.COACH]
        yield f"coach spoke            {share:.0%} of the talking time"
    if numbers.talk_share_words is not None:
        share = numbers.talk_share_words[Track.COACH]
        yield f"coach said             {share:.0%} of the words"
    if numbers.longest_monologue is not None:
        yield f"longest coach speech   {numbers.longest_monologue:.1f} s"
    if numbers.longest_silence_held is not None:
        yield f"longest silence        {numbers.longest_silence_held:.1f} s before the client spoke"
    if numbers.response_latency_median is not None:
        yield f"coach answered after   {numbers.response_latency_median:.1f} s (median)"
