"""A transcriber in a process of its own, replaced when it dies, and asked again.

The process is there because a native abort must not end a session, because a process can be
stopped, and because its priority can be lowered. A thread of this process waits for it, so that
the session's thread never does: it only looks whether an answer has come.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from queue import Empty, SimpleQueue

from live.errors import UnhurriedError
from live.guard import guard
from live.logs import log_trace
from live.transcribe.transcriber import About, Reply, Transcriber
from live.types import Utterance

Make = Callable[[], Transcriber]
"""Makes the transcriber inside its process; pickled on the way there."""

LOAD_S, ANSWER_S = 300.0, 120.0
"""Longer than any model loads or works on one utterance: then it hangs, and is replaced."""
OWN_DEATHS = 3
"""A transcriber that ends so often by itself on one utterance (or while loading) stays away from
it (or is given up)."""
KILLS = 20
"""The same when it was killed from outside, as a system short of memory does."""
NO_START = "The speech recognition does not start."
_FROM_OUTSIDE = (-9, -15)
"""Exit codes of a process that was killed, or asked to end: nothing it does by itself."""
_ENDING_S = 1.0
"""A process has ended so long after its pipes closed, however busy the computer is."""
FAILED = "the speech recognition ended on it, again and again"


@dataclass(frozen=True, slots=True)
class Ready:
    """The transcriber is loaded."""

    about: About


@dataclass(frozen=True, slots=True)
class Lost:
    """There is no transcriber any more, and why."""

    what: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of an utterance."""

    utterance: Utterance
    reply: Reply


class Attendant:
    """Keeps one transcriber working. What is called from outside never waits, unless told to."""

    def __init__(self, makes: Sequence[Make]) -> None:
        """`makes`: the way to make the transcriber, and what to fall back on when it dies of it."""
        self._makes = list(makes)
        self._context = multiprocessing.get_context("spawn")
        self._process: SpawnProcess | None = None
        self._asks: Connection | None = None
        self._answers: Connection | None = None
        self._utterances: SimpleQueue[Utterance | None] = SimpleQueue()
        self._answers_in: SimpleQueue[Answer | None] = SimpleQueue()
        self.about: About | None = None
        """What the transcriber says of itself; None until it is loaded."""
        self.lost: Lost | None = None
        """Why there is no transcriber any more."""
        self.replaced = 0
        """How often its process had to be replaced."""
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._attend, name="transcriber", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int | None:
        """The process that works now; None when none does."""
        process = self._process
        return process.pid if process is not None and process.is_alive() else None

    def give(self, utterance: Utterance) -> None:
        """Hand over one utterance; the next one only after its answer."""
        self._utterances.put(utterance)

    def answer(self, wait_s: float = 0.0) -> Answer | None:
        """An answer that has come, or comes while this waits; None when none does."""
        try:
            got = self._answers_in
            return got.get(timeout=wait_s) if wait_s else got.get_nowait()
        except Empty:
            return None

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._closing.set()
        self._utterances.put(None)
        self._end()
        self._thread.join(timeout=5.0)

    def _attend(self) -> None:
        try:
            lost = self._start()
            while not self._closing.is_set():
                utterance = self._utterances.get()
                if utterance is None or lost:
                    break
                lost = self._serve(utterance)
        except Exception:  # noqa: BLE001 - a mistake of ours; the session must not wait for ever
            log_trace("attendant")
            self._lose(Lost(NO_START))
        self._end()

    def _lose(self, why: Lost) -> None:
        self.lost = why
        self._answers_in.put(None)  # whoever waits for an answer looks up

    def _serve(self, utterance: Utterance) -> bool:
        """Have it answered, however often the process has to be replaced; whether all is lost."""
        own = kills = 0
        while not self._closing.is_set():
            reply = self._ask(utterance)
            if reply is None:
                killed = self._end()
                kills, own = kills + killed, own + (not killed)
                if not killed and len(self._makes) > 1:
                    self._makes.pop(0)
                if self._closing.is_set() or self._start(again=True):
                    return True
                if own < OWN_DEATHS and kills < KILLS:
                    continue
                reply = Reply(refused=FAILED)
            self._answers_in.put(Answer(utterance, reply))
            return False
        return True

    def _ask(self, utterance: Utterance) -> Reply | None:
        """One attempt; None when the process died of it or hangs."""
        asks, answers = self._asks, self._answers
        if asks is None or answers is None:
            return None
        with contextlib.suppress(OSError, EOFError):
            asks.send(utterance)
            if answers.poll(ANSWER_S):
                reply = answers.recv()
                if isinstance(reply, Reply):
                    return reply
        return None

    def _start(self, *, again: bool = False) -> bool:
        """Start the process and wait until it is ready; whether that failed for good."""
        own = kills = 0
        while not self._closing.is_set():
            said = self._spawn()
            if isinstance(said, Ready):
                self.about = said.about
                self.replaced += again
                return False
            killed = self._end()
            kills, own = kills + killed, own + (not killed)
            if (said is not None or own >= OWN_DEATHS) and len(self._makes) > 1:
                self._makes.pop(0)
                own = kills = 0
            elif said is not None or own >= OWN_DEATHS or kills >= KILLS:
                self._lose(said or Lost(NO_START))
                return True
        return True

    def _spawn(self) -> Ready | Lost | None:
        """A new process; what it says first, None when it ended or hangs before that."""
        self._process = None
        # The end of the pipes, or a system that has no process or file left.
        with contextlib.suppress(OSError, EOFError):
            answers = self._launch()
            # Whoever closes from now on finds the process; who did before is found here.
            if not self._closing.is_set() and answers.poll(LOAD_S):
                said = answers.recv()
                if isinstance(said, Ready | Lost):
                    return said
        return None

    def _launch(self) -> Connection:
        theirs, self._asks = self._context.Pipe(duplex=False)
        self._answers, back = self._context.Pipe(duplex=False)
        process = self._context.Process(
            target=_work, args=(self._makes[0], theirs, back), name="transcriber", daemon=True
        )
        _shield()
        process.start()
        self._process = process
        # Only the child has these ends now, so its death is the end of the pipes.
        theirs.close()
        back.close()
        return self._answers

    def _end(self) -> bool:
        """End the process if it has not ended; whether somebody else had killed it."""
        process = self._process
        if process is None:
            return False
        process.join(timeout=0.0 if self._closing.is_set() else _ENDING_S)
        if process.is_alive():
            process.kill()
            process.join()
            return False
        return process.exitcode in _FROM_OUTSIDE


def _work(make: Make, asks: Connection, answers: Connection) -> None:
    """The process: make the transcriber, answer until nobody asks any more."""
    for number in _of_the_terminal():
        signal.signal(number, signal.SIG_IGN)
    _step_back()
    guard().close()
    try:
        transcriber = make()
        answers.send(Ready(transcriber.about))
        while True:
            answers.send(transcriber.transcribe(asks.recv()))
    except UnhurriedError as error:
        answers.send(Lost(str(error), error.hint))
    except (EOFError, OSError):
        return  # the session has ended
    except Exception:  # noqa: BLE001 - a mistake of ours or of a library: replaced, asked again
        log_trace("transcriber")
        sys.exit(1)


def _of_the_terminal() -> set[signal.Signals]:
    """Ctrl-C and a closed window: they are for the session, which ends us when it ends."""
    known = ("SIGINT", "SIGHUP")  # Windows has no hang-up
    return {signal.Signals[name] for name in known if name in signal.Signals.__members__}


def _shield() -> None:
    """Keep these from what is started from this thread until it can do so by itself.

    They reach every process of the terminal, and one that imports its modules dies of them with a
    trace on the screen.
    """
    if sys.platform != "win32":
        from multiprocessing import resource_tracker

        resource_tracker.ensure_running()  # started later, it would let Ctrl-C through again
        signal.pthread_sigmask(signal.SIG_BLOCK, _of_the_terminal())


def _step_back() -> None:
    """Leave the processor to the session (and to the call) when they want it."""
    if sys.platform == "win32":
        import ctypes

        below_normal = 0x4000
        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), below_normal)
    else:
        os.nice(10)
