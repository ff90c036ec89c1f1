"""The wiring page: the command line, and what each command is made of.

Starts at `main`. Everything a person can go wrong with ends here as a sentence and an exit code:
0 done, 1 a problem the message explains, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence

from live.app.arguments import parser
from live.app.interrupt import Stop
from live.app.live import live
from live.app.review import review
from live.app.self_test import self_test
from live.app.terminal import Terminal
from live.errors import UnhurriedError, UsageError
from live.resources import own

NO_WINDOW = (
    "unhurried: there is no window in this version yet.\n"
    "  Hear the sample session with: unhurried live --source sample --terminal\n"
    "  Look at a recording with:     unhurried review RECORDING"
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the process's exit code."""
    arguments = parser().parse_args(argv)
    terminal = Terminal(quiet=getattr(arguments, "json", None) == "-")
    try:
        with Stop() as stop:
            match arguments.command:
                case "live":
                    return live(arguments, terminal, stop)
                case "review":
                    return review(arguments, terminal, stop)
                case "self-test":
                    return self_test(terminal)
        sys.stderr.write(NO_WINDOW + "\n")
    except UnhurriedError as error:
        terminal.problem(str(error), error.hint)
        return 2 if isinstance(error, UsageError) else 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone (`| head`): nothing to say, nobody to say it to.
        sys.stderr.close()
        return 0
    except Exception:  # noqa: BLE001 - the last place: a bug becomes a sentence, its trace a log
        terminal.problem(*_bug())
    return 1


def _bug() -> tuple[str, str]:
    """Log the trace (places in our code, never what was said) and say where it is."""
    path = own("logs") / "unhurried.log"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _log_trace(path)
    except OSError:
        return "something went wrong that should not have.", "The log could not be written."
    return "something went wrong that should not have.", f"What happened is in {path}."


def _log_trace(path: object) -> None:
    """Write type and places of the current exception; its text may hold words and is left out."""
    kind, _, trace = sys.exc_info()
    handler = logging.FileHandler(str(path), encoding="utf-8")
    try:
        places = []
        while trace is not None:
            code = trace.tb_frame.f_code
            places.append(f"{code.co_filename}:{trace.tb_lineno} {code.co_qualname}")
            trace = trace.tb_next
        name = kind.__name__ if kind else "unknown"
        text = "\n  ".join([name, *places])
        record = logging.LogRecord("live", logging.ERROR, "", 0, text, None, None)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        handler.emit(record)
    finally:
        handler.close()
