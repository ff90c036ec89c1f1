"""The wiring page: the command line, and what each command is made of.

Starts at `main`. Everything a person can go wrong with ends here as a sentence and an exit code:
0 done, 1 a problem the message explains, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from live.app.arguments import parser
from live.app.interrupt import Stop
from live.errors import UnhurriedError, UsageError
from live.logs import log_file, log_trace

if TYPE_CHECKING:
    from live.app.terminal import Terminal

NO_DISPLAY = (
    "There is no screen here to open a window on.",
    "Without one: unhurried live --source sample --terminal",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the process's exit code."""
    # Before numpy is imported, here and in the worker process: threads of its own gain nothing on
    # arrays this small, and slow everything down where other programs want the processor.
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(name, "1")
    arguments = parser().parse_args(argv)
    with Stop() as stop:
        # Imported only now, as what the commands import takes a second: --help does not need it,
        # and a Ctrl-C in that second is heard by `stop`.
        from live.app.terminal import Terminal

        terminal = Terminal(quiet=getattr(arguments, "json", None) == "-")
        try:
            return terminal.finished(_run(arguments, terminal, stop))
        except UnhurriedError as error:
            terminal.problem(str(error), error.hint)
            return 2 if isinstance(error, UsageError) else 1
        except KeyboardInterrupt:
            return 130
        except BrokenPipeError:
            # Whoever read the document has gone (`| head`): nothing to say, nobody to say it to.
            return 0
        except Exception:  # noqa: BLE001 - the last place: a bug becomes a sentence, its trace a log
            terminal.problem(*_bug())
            return 1


def _run(arguments: argparse.Namespace, terminal: Terminal, stop: Stop) -> int:
    match arguments.command:
        case "live":
            if not arguments.terminal and arguments.json is None:
                from live.app.window import display_there, open_windows

                if display_there():
                    return open_windows(arguments, terminal, stop)
            from live.app.live import live

            return live(arguments, terminal, stop)
        case "review":
            from live.app.review import review

            return review(arguments, terminal, stop)
        case "devices":
            from live.app.devices import devices

            return devices(arguments, terminal, stop)
        case "models":
            from live.app.models import models

            return models(arguments, terminal, stop)
        case "sessions":
            from live.app.sessions import sessions
            from live.app.wiring import settings

            return sessions(arguments, settings(arguments), terminal)
        case "consent":
            from live.app.consenting import consent

            return consent(arguments, terminal)
        case "purge":
            from live.app.purge import purge

            return purge(arguments, terminal)
        case "key":
            from live.app.key import key

            return key(arguments, terminal, stop)
        case "self-test":
            from live.app.self_test import self_test

            return self_test(terminal)
    from live.app.window import display_there, open_windows

    if display_there():
        return open_windows(arguments, terminal, stop)
    terminal.problem(*NO_DISPLAY)
    return 1


def _bug() -> tuple[str, str]:
    """Log the trace (places in our code, never what was said) and say where it is."""
    what = "Something went wrong that should not have: this is a mistake in Unhurried."
    if not log_trace():
        return what, "The log could not be written."
    return what, f"Where it happened, and nothing that was said, is in {log_file()}."
