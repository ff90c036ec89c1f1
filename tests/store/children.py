"""Programs to be killed: started quickly, seen from outside, and the program in them unchanged.

A nursery is a process that has imported everything once and forks a child for each order. A child
shows its session clock in a small file that both processes have mapped, so what it showed last is
there after a SIGKILL.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import mmap
import os
import random
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import IO, Any, Self

import live.app.live as live_command
import live.app.opening as opening
from live.app import main
from live.app.stored import plain, summarised
from live.errors import StoreError
from live.report.document import Conditions
from live.store import unlock
from live.store.catalogue import Kept
from live.store.consent import Consent, Keep, Setting, Terms
from live.store.erase import erase_audio, erase_person, erase_sessions, erase_words
from live.store.keyfile import LockOptions
from live.store.places import Places
from live.store.retention import KeepOptions, apply, due
from live.store.store import Store, make_folders, now
from live.store.unlock import UnlockOptions
from live.store.writing import Writing
from live.types import Class as Sort
from live.types import Event, Flag, Samples, Speech, Track, Turn, Word, samples

ROOT = Path(__file__).resolve().parents[2]
PASSPHRASE = "correct horse battery staple"  # noqa: S105 - there to be known
QUICK = UnlockOptions(lock=LockOptions(memory_mib=1, passes=1, lanes=1))
"""A key that is not stretched for long: a store made with it opens quickly for ever."""
PATIENCE_S = 60.0
"""A child that takes longer than that hangs."""
_CLOCK = struct.Struct("<q")


class Silent:
    """Nobody to be asked; remembers what it was told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def secret(self, question: str) -> str | None:
        return None

    def notice(self, text: str) -> None:
        self.told.append(text)


def key_made() -> None:
    """The key of a new store, locked with the passphrase of the environment."""
    make_folders(Places.usual())
    unlock.make(Places.usual().folder, Silent(), QUICK)


def opened(terminal: Any = None) -> Store:
    """The store as any command opens it, mended."""
    store = opening.open_store(terminal or Silent())
    assert store is not None
    return store


# Seeing a session's clock


class Clock:
    """How far a session has come: written by one process, read by another."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_CLOCK.pack(-1))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), _CLOCK.size)

    @property
    def position(self) -> int:
        """In samples; -1 before the first block."""
        (position,) = _CLOCK.unpack(self._shared[:])
        return int(position)

    @position.setter
    def position(self, position: int) -> None:
        self._shared[:] = _CLOCK.pack(position)

    def until(self, position: int, process: Child) -> None:
        """Wait for a position, or for the end of the process."""
        deadline = time.monotonic() + PATIENCE_S
        while self.position < position and process.running:
            assert time.monotonic() < deadline, "the session does not get on"
            time.sleep(0.0005)  # another process's clock can only be looked at


@contextlib.contextmanager
def watched(
    reached: Callable[[Samples], None],
    told: Callable[[Event], None] = lambda event: None,
    before: Callable[[Samples], None] = lambda position: None,
) -> Iterator[None]:
    """`unhurried live`, seen from outside: each event when it has been told, and each position.

    `reached` comes when all of the program has done what it does there, `before` just before that.
    """
    inner = live_command.run

    def run(source: Any, ears: Any, tell: Any, *, progress: Any, **rest: Any) -> Any:
        def tell_both(event: Event) -> None:
            tell(event)
            told(event)

        def shown(position: Samples) -> None:
            before(position)
            progress(position)
            reached(position)

        return inner(source, ears, tell_both, progress=shown, **rest)

    live_command.run = run
    try:
        yield
    finally:
        live_command.run = inner


# What children do


def program(*arguments: str) -> int:
    """Any command."""
    return main(arguments)


def live(clock: str, *arguments: str) -> int:
    """`unhurried live` that shows its clock."""
    shared = Clock(Path(clock))
    with watched(lambda position: setattr(shared, "position", position)):
        return main(["live", *arguments])


def logged(clock: str, log: str, *arguments: str) -> int:
    """The same, also writing down every event when it was told, and every position it comes to."""
    shared = Clock(Path(clock))
    with Path(log).open("ab", buffering=0) as file:

        def line(text: object) -> None:
            file.write(f"{text}\n".encode())

        with watched(
            lambda position: setattr(shared, "position", position),
            told=lambda event: line(repr(event)) if isinstance(event, Word) else None,
            before=lambda position: line(int(position)),
        ):
            return main(["live", *arguments])


def troubled(trouble: str, until_s: str, clock: str, *arguments: str) -> int:
    """The same, with trouble from 5 s on; it ends at `until_s`."""
    shared, going_on = Clock(Path(clock)), False

    def turn(position: Samples) -> None:
        nonlocal going_on
        shared.position = position
        wanted = samples(5) <= position < samples(float(until_s))
        if wanted is not going_on:
            going_on = wanted
            TROUBLES[trouble](going_on)

    with watched(turn):
        return main(["live", *arguments])


def unprivileged(*arguments: str) -> int:
    """The same, by somebody who may not write where that is forbidden: root may, everywhere."""
    if os.geteuid() == 0:
        _obey_permissions()
    return troubled(*arguments)


def _obey_permissions() -> None:
    """Give up the one right of root's to pass over permissions; Linux only."""
    header = struct.pack("Ii", 0x20080522, 0)  # linux/capability.h, version 3; this process
    rights = struct.pack("6I", *[0xFFFFFFFF & ~0b110] * 3, *[0xFFFFFFFF] * 3)  # without DAC_*
    if ctypes.CDLL(None, use_errno=True).capset(header, rights):
        # More than a container has cannot be asked for: then keep nothing at all.
        assert not ctypes.CDLL(None).capset(header, bytes(24))


def _limited(begins: bool) -> None:
    """No file may grow beyond 40,000 bytes."""
    import resource  # here, because Windows has none

    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000 if begins else hard, hard))


def _full(begins: bool) -> None:
    """Not a byte is left on the disk."""
    ballast = Places.usual().folder / "ballast"
    if not begins:
        ballast.unlink()
        return
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4_096))


def _locked(begins: bool) -> None:
    """Nothing new may be made in the store's folders."""
    for folder in (Places.usual().folder, Places.usual().sessions):
        folder.chmod(0o500 if begins else 0o700)


def _gone(begins: bool) -> None:
    """The store is somewhere else; it comes back at the end."""
    here = Places.usual().folder
    away = here.with_name("elsewhere")
    (here if begins else away).rename(away if begins else here)


TROUBLES: dict[str, Callable[[bool], None]] = {
    "limited": _limited,
    "full": _full,
    "locked": _locked,
    "gone": _gone,
}


def busy(seed: str, times: str, folder: str) -> int:
    """Many short things with one store, as several programs at once would do; says which failed.

    Sessions that stay are files of this folder.
    """
    chance, mine = random.Random(seed), list[Kept]()  # noqa: S311 - a sample, not a secret
    for _ in range(int(times)):
        with opened() as store:
            match chance.randrange(6):
                case 0 | 1 | 2:
                    mine.append(write(store, 1, events=2, person=f"Person {seed}"))
                    Path(folder, mine[-1].uid).touch()
                case 3:
                    for kept in store.catalogue.sessions()[-3:]:
                        with contextlib.suppress(StoreError), store.file(kept) as file:
                            list(file.events())
                case 4 if mine:
                    erase_words(store, [chance.choice(mine)])
                case 5 if mine:
                    kept = mine.pop(chance.randrange(len(mine)))
                    Path(folder, kept.uid).unlink()
                    erase_sessions(store, [kept])
    return 0


def creating(folder: str) -> int:
    """New stores, one after the other, each with a short session."""
    opening.make = lambda place, asks: unlock.make(place, asks, QUICK)  # type: ignore[assignment]
    for number in count():
        os.environ["UNHURRIED_HOME"] = f"{folder}/{number:03}"
        with opened() as store:
            write(store, number)
    return 0


def beginning(_: str) -> int:
    """Sessions that are begun, and end."""
    with opened() as store:
        for number in count():
            write(store, number, events=0)
    return 0


def finishing(folder: str) -> int:
    """Sessions of some length, one after the other; each is in a file of this folder once over."""
    with opened() as store:
        for number in count():
            kept = write(store, number, keep=Keep.AUDIO)
            Path(folder, kept.uid).touch()
    return 0


def purging() -> int:
    """Sessions, their words and voices deleted, one after the other."""
    with opened() as store:
        for index, kept in enumerate(store.catalogue.sessions()):
            erase = (erase_audio, erase_words, erase_sessions, erase_words)[index % 4]
            erase(store, [kept])
    return 0


def purging_people() -> int:
    """People deleted, one after the other."""
    with opened() as store:
        for person in store.catalogue.people():
            erase_person(store, person)
    return 0


def retaining() -> int:
    """What is due is let go."""
    with opened() as store:
        options = KeepOptions(audio_days=1, words_days=2, flags_days=3)
        apply(store, due(store.catalogue.sessions(), options, store.clock()))
    return 0


def vacuuming(folder: str) -> int:
    """Every file written anew, again and again; a file of this folder for each time."""
    with opened() as store:
        sessions = store.catalogue.sessions()
        for number in count():
            store.catalogue.rewrite()
            with store.file(sessions[number % len(sessions)], "rw") as file:
                file.rewrite()
            Path(folder, f"{os.getpid()}-{number}").touch()
    return 0


# Sessions made by hand

CONDITIONS = plain(Conditions("live", "by hand", 2, "none", "neural", "given", []))


def events_of(number: int, length: int = 60) -> list[Event]:
    """A turn each second with two words and a flag; no two sessions alike."""
    found: list[Event] = []
    for second in range(length):
        start, track = samples(second), list(Track)[(second + number) % 2]
        end = Samples(start + 12_000)
        found += [
            Speech(start, end, track),
            Turn(start, end, track),
            Word(start, Samples(start + 4_000), track, f"word{number}", 0.5),
            Word(Samples(start + 4_000), end, track, f"word{second}", None),
            Flag(
                *(start, end, track, "interruption", Sort.COST, f"t{second}", end),
                text=f"said{number}",
                evidence={"ms": second, "why": None},
            ),
        ]
    return found


def begun(
    store: Store,
    *,
    person: str | None = None,
    keep: Keep = Keep.WORDS,
    days: float = 0,
    name: str = "by hand",
) -> Writing:
    """A session that begins now, or so many days ago."""
    began = now() - timedelta(days=days)
    consent = None
    if person is not None:
        terms = Terms(live=True, words=True, audio=True)
        consent = Consent(person, began, Setting.SESSION, "by hand", terms, "1")
    kept = Kept("", began, "live", name, Setting.SESSION, person, keep)
    return store.begin(kept, consent, CONDITIONS, durable=False)


def write(
    store: Store,
    number: int,
    *,
    events: int = 60,
    sound: bytes = b"sound of nobody",
    **about: Any,
) -> Kept:
    """A session of so many seconds, whole."""
    writing = begun(store, **about)
    duration = samples(events)
    for event in events_of(number, events):
        writing.take(event)
        if isinstance(event, Flag):
            writing.sound(event.start, sound)
            writing.reached(event.decided, lambda: CONDITIONS)
    summary = summarised(events_of(number, events), duration, CONDITIONS)
    writing.finish(duration, CONDITIONS, summary, interrupted=False)
    assert writing.trouble is None
    return replace(writing.kept, duration=duration)


# The nursery

_WORK: dict[str, Callable[..., int]] = {
    work.__name__: work
    for work in (
        *(program, live, logged, troubled, unprivileged, creating, beginning, finishing),
        *(busy, purging, purging_people, retaining, vacuuming),
    )
}


@dataclass(slots=True)
class Child:
    """A process that was forked."""

    pid: int
    out: Path
    _nursery: Nursery
    code: int | None = None
    """How it ended; minus the signal that ended it."""

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        if self.code is None:
            self.code = self._nursery.ask(wait=self.pid, block=False)
        return self.code is None

    @property
    def text(self) -> str:
        """What it wrote to standard output and error."""
        return self.out.read_text(encoding="utf-8")

    def kill(self) -> None:
        """End it at once, whatever it does."""
        if self.running:
            os.kill(self.pid, signal.SIGKILL)
            self.end()

    def end(self) -> int:
        """Wait for its end; its exit code."""
        if self.code is None:
            self.code = self._nursery.ask(wait=self.pid, block=True)
        assert self.code is not None
        return self.code


class Nursery:
    """Forks children. A context; what still runs at its end is killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()
        self._children: list[Child] = []
        path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
        self._process = subprocess.Popen(
            [sys.executable, "-c", "from store.children import nurse; nurse()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            child.kill()
        self._process.communicate(timeout=PATIENCE_S)

    def fork(self, work: str, *arguments: str | Path) -> Child:
        """A child that does one of the works here, in this process's environment."""
        out = self._folder / f"child{next(self._numbers)}.txt"
        pid = self.ask(
            work=work,
            arguments=[str(each) for each in arguments],
            environment=dict(os.environ),
            out=str(out),
        )
        self._children.append(Child(pid, out, self))
        return self._children[-1]

    def ask(self, **order: Any) -> Any:
        """Its answer to an order."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


def nurse() -> None:
    """The nursery's own process: an order a line, an answer a line."""
    for line in sys.stdin:
        order = json.loads(line)
        if "wait" in order:
            pid, status = os.waitpid(order["wait"], 0 if order["block"] else os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if pid else None
        else:
            answer = os.fork() or _forked(sys.stdout, **order)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


def _forked(
    answers: IO[str], work: str, arguments: list[str], environment: dict[str, str], out: str
) -> None:
    """What a child does; it never comes back."""
    code = 99
    try:
        os.environ.clear()
        os.environ.update(environment)
        with Path(out).open("w", encoding="utf-8") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
            nothing = os.open(os.devnull, os.O_RDONLY)
            os.dup2(nothing, 0)
            sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
            sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
            code = _WORK[work](*arguments)
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:  # noqa: BLE001 - whoever reads its output is to see it
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)
