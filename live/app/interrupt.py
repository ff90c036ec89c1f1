"""Stopping from outside: at the next block, and at once when Ctrl-C is pressed again."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Self

# Windows knows no hang-up.
_SIGNALS = [
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
]


class Stop:
    """Asked between blocks whether to stop; a context in which Ctrl-C says so.

    So do an ending computer session and a closed terminal window, one after the other perhaps:
    what was heard is kept then too. `asked` says whether somebody asked for it in another way.
    """

    def __init__(self, asked: Callable[[], bool] = lambda: False) -> None:
        self._elsewhere = asked
        self._asked = False
        self._insisted = False
        self._finishing = False
        self._before: dict[int, object] = {}

    def __call__(self) -> bool:
        """Whether stopping was asked for. Whoever asks is in the middle of a session."""
        self._finishing = False
        return self._asked or self._elsewhere()

    def insists(self) -> bool:
        """Whether the end of a session, which waits for its last words, is asked to be quicker.

        From the first call on, until the next session, a further Ctrl-C is no longer the end of
        everything: it is answered here, so that what was heard is still kept.
        """
        self._finishing = True
        return self._insisted

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in _SIGNALS:
                self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self._finishing:
            self._insisted = True
        elif self._asked and number == signal.SIGINT:
            raise KeyboardInterrupt
        self._asked = True


@contextmanager
def at_once() -> Iterator[None]:
    """While a person is asked something, Ctrl-C ends the command without waiting for an answer."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
