"""The one object that the session's thread and the screen's thread both touch.

It lives in the screen's thread. What is told to it from anywhere reaches its signals there, in
order; Qt queues it. Nothing on the session's side ever waits for the screen, but a passphrase.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from PyQt6.QtCore import QObject, pyqtSignal

from live.engine import Room
from live.errors import UnhurriedError
from live.logs import log_trace
from live.types import Event, samples
from live.ui.backstage import Backstage, Chosen, Heard

OFTEN = samples(0.1)
"""Session time between two rooms in which nothing has changed."""


@dataclass(frozen=True, slots=True)
class Question:
    """Something only the coach knows; the asking thread waits for `answer`."""

    text: str
    answer: queue.SimpleQueue[str | None] = field(default_factory=queue.SimpleQueue)


class Bridge(QObject):
    """A `live.ui.backstage.Listener` whose words arrive as signals in the screen's thread."""

    told = pyqtSignal(object)
    reached = pyqtSignal(object)
    heard = pyqtSignal(object)
    noticed = pyqtSignal(str)
    troubled = pyqtSignal(str, str)
    asked = pyqtSignal(object)
    over = pyqtSignal(object)
    """An `Outcome`, or None when it never began or broke off."""

    def __init__(self) -> None:
        super().__init__()
        self._stop = threading.Event()
        self._pause = threading.Event()
        self._notes: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._last: Room | None = None
        self._thread: threading.Thread | None = None

    # From the screen's thread

    def start(self, backstage: Backstage, chosen: Chosen) -> None:
        """Let a session run on a thread of its own."""
        self._thread = threading.Thread(
            target=self._run, args=(backstage, chosen), name="session", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End it at the next block; `over` says when everything is written."""
        self._stop.set()

    def pause(self, *, paused: bool) -> None:
        """Listen no more, or again."""
        if paused:
            self._pause.set()
        else:
            self._pause.clear()

    def note(self, text: str) -> None:
        """Something to be kept with the session."""
        self._notes.put(text)

    @property
    def running(self) -> bool:
        """Whether the session's thread is still at work."""
        return self._thread is not None and self._thread.is_alive()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until it is over; False when that takes longer."""
        if self._thread is not None:
            self._thread.join(timeout_s)
        return not self.running

    # From the session's thread

    def tell(self, event: Event) -> None:
        """Something was heard or noticed."""
        self.told.emit(event)

    def reach(self, room: Room) -> None:
        """The session is there now; said when something has changed, or after a while."""
        before = self._last
        if (
            before is None
            or room.position - before.position >= OFTEN
            or (room.client_speaks, room.coach_speaks, room.thinking)
            != (before.client_speaks, before.coach_speaks, before.thinking)
        ):
            self._last = room
            self.reached.emit(room)

    def hears(self, heard: Heard) -> None:
        """How well it hears."""
        self.heard.emit(heard)

    def notice(self, text: str) -> None:
        """A sentence for the coach."""
        self.noticed.emit(text)

    def problem(self, what: str, hint: str) -> None:
        """Something went wrong."""
        self.troubled.emit(what, hint)

    def secret(self, question: str) -> str | None:
        """Ask the coach, and wait."""
        asked = Question(question)
        self.asked.emit(asked)
        return asked.answer.get()

    def stopped(self) -> bool:
        """Whether it is to end."""
        return self._stop.is_set()

    def paused(self) -> bool:
        """Whether nothing is to be listened to."""
        return self._pause.is_set()

    def notes(self) -> list[str]:
        """What was noted since."""
        found = []
        while not self._notes.empty():
            found.append(self._notes.get())
        return found

    def _run(self, backstage: Backstage, chosen: Chosen) -> None:
        outcome = None
        try:
            outcome = backstage.sit(chosen, self)
        except UnhurriedError as error:
            self.problem(str(error), error.hint)
        except Exception:  # noqa: BLE001 - a thread's last place: a sentence, and the trace a log
            log_trace("session")
            self.problem("Something went wrong that should not have.", "The session has ended.")
        self.over.emit(outcome)


class Errand(QObject):
    """Something slow, done on a thread of its own, whose result comes back to the screen's."""

    done = pyqtSignal(object)
    failed = pyqtSignal(object)
    """The `UnhurriedError` it ended in."""
    asked = pyqtSignal(object)
    told = pyqtSignal(int, int)
    noticed = pyqtSignal(str)

    def run(self, work: Callable[[Errand], object]) -> None:
        """Do it. The object has to live until `done` or `failed`."""
        threading.Thread(target=self._do, args=(work,), daemon=True).start()

    def secret(self, question: str) -> str | None:
        """From the errand's thread: ask the coach, and wait."""
        asked = Question(question)
        self.asked.emit(asked)
        return asked.answer.get()

    def _do(self, work: Callable[[Errand], object]) -> None:
        try:
            self.done.emit(work(self))
        except UnhurriedError as error:
            self.failed.emit(error)
        except Exception:  # noqa: BLE001 - as above
            log_trace("errand")
            self.failed.emit(UnhurriedError("Something went wrong that should not have."))
