"""`unhurried sessions`: what is kept, notes on it, and the coach's open promises."""

from __future__ import annotations

import argparse

from live.app.opening import let_go, open_store
from live.app.promises import open_promises, promise_lines
from live.app.purge import purge_sessions
from live.app.stored import read
from live.app.telling import title
from live.app.terminal import Terminal, clock
from live.app.wiring import check_target, write
from live.errors import StoreError, UsageError
from live.report.document import document
from live.settings import Settings
from live.store.catalogue import Kept, State
from live.store.session_file import Note
from live.store.store import Store

NOTHING = "Nothing is kept yet."


def sessions(arguments: argparse.Namespace, chosen: Settings, terminal: Terminal) -> int:
    """See and annotate what is kept; the exit code."""
    store = open_store(terminal, make_new=False)
    if store is None:
        terminal.line(NOTHING)
        return 0
    with store:
        let_go(store, chosen.keep, terminal)
        match arguments.action:
            case "show":
                _show(store, arguments, terminal)
            case "note":
                _note(store, arguments.number, arguments.text, terminal)
            case "promises":
                _promises(store, arguments.person, terminal)
            case "done":
                _done(store, arguments.promise, terminal)
            case "purge":
                named = list(map(store.catalogue.session, dict.fromkeys(arguments.numbers)))
                return purge_sessions(store, named, arguments, terminal)
            case _:
                _list(store, arguments.person, terminal)
    return 0


def _list(store: Store, person: str | None, terminal: Terminal) -> None:
    kept = store.catalogue.sessions(person)
    if not kept:
        terminal.line(NOTHING if person is None else f"Nothing with {person} is kept.")
        return
    rows = [("", "when", "", "what", "with", "kept", ""), *(_row(each) for each in kept)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        terminal.line("  ".join(cells).rstrip())


def _row(kept: Kept) -> tuple[str, ...]:
    here = kept.began.astimezone()
    what = "sample session" if kept.kind == "sample" else kept.name
    state = {
        State.RUNNING: "going on",
        State.LOST: "cannot be read",
        State.DELETING: "being deleted",
    }.get(kept.state, "broken off" if kept.interrupted else "")
    length = "" if kept.state is State.RUNNING else clock(kept.duration)
    keep = "times" if kept.keep == "flags" else str(kept.keep)
    return (
        str(kept.number),
        f"{here:%Y-%m-%d %H:%M}",
        length,
        what,
        kept.person or "",
        keep,
        state,
    )


def _show(store: Store, arguments: argparse.Namespace, terminal: Terminal) -> None:
    if arguments.json is not None:
        check_target(arguments.json, [])
    kept = store.catalogue.session(arguments.number)
    with store.file(kept) as file:
        record, heard = read(file)
        notes = file.notes()
        promises = file.promises()
    if arguments.json is not None:
        write(document(record, heard), arguments.json)
        if arguments.json == "-":
            return
    name = title(kept)
    terminal.line(f"{name[0].upper()}{name[1:]}")
    if arguments.words:
        for word in sorted(record.words, key=lambda word: (word.start, word.track)):
            terminal.word(word)
        terminal.flush()
    terminal.report(record, heard)
    for note in notes:
        terminal.line(f"\nNote of {note.written.astimezone():%Y-%m-%d %H:%M}: {note.text}")
    for promise in promises:
        done = "  (done)" if promise.done else ""
        terminal.line(f"\nPromise {kept.number}/{promise.flag}: {promise.text}{done}")


def _note(store: Store, number: int, text: str, terminal: Terminal) -> None:
    if not text.strip():
        raise UsageError("The note is empty.", 'Write it in quotes: unhurried sessions note 12 "…"')
    kept = store.catalogue.session(number)
    _idle(store, kept)
    with store.file(kept, "rw") as file:
        file.write_note(Note(store.clock(), text.strip()))
    terminal.line(f"Written on {title(kept)}.")


def _promises(store: Store, person: str | None, terminal: Terminal) -> None:
    lines = list(promise_lines(open_promises(store, person)))
    if not lines:
        to = f"To {person} there" if person else "There"
        terminal.line(f"{to} is no open promise.")
        return
    for line in lines:
        terminal.line(line)
    terminal.line("\nA promise is done: unhurried sessions done SESSION/FLAG")


def _done(store: Store, name: str, terminal: Terminal) -> None:
    number, _, flag = name.partition("/")
    if not number.isdecimal() or not flag:
        raise UsageError(f"{name} names no promise.", "See: unhurried sessions promises")
    kept = store.catalogue.session(int(number))
    _idle(store, kept)
    with store.file(kept, "rw") as file:
        if all(promise.flag != flag for promise in file.promises()):
            raise UsageError(f"{name} names no promise.", "See: unhurried sessions promises")
        file.follow(flag, store.clock())
    terminal.line("Done: it is not shown any more.")


def _idle(store: Store, kept: Kept) -> None:
    if store.is_running(kept.uid):
        raise StoreError(f"Session {kept.number} is going on.", "Try again when it is over.")
