"""`unhurried purge`: real deletion, said before and after."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from live.app.everything import purge_everything
from live.app.opening import open_store
from live.app.telling import count, title
from live.app.terminal import Terminal
from live.app.wiring import settings
from live.errors import UsageError
from live.settings import Settings
from live.store.catalogue import Kept
from live.store.consent import Keep
from live.store.erase import erase_audio, erase_person, erase_sessions, erase_words
from live.store.retention import apply, due
from live.store.store import Store

NOTHING = "There is nothing to delete."
_WHAT = {
    Keep.AUDIO: "the voices of {}",
    Keep.WORDS: "what was said in {} (and the voices)",
    Keep.FLAGS: "{}",
}


def purge(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Delete what was named; the exit code."""
    named = [bool(arguments.numbers), arguments.person is not None, arguments.old, arguments.all]
    if sum(named) != 1:
        raise UsageError(
            "Say what is to be deleted: sessions by number, --with NAME, --old or --all.",
            "Example: unhurried purge 12",
        )
    if arguments.only and (arguments.old or arguments.all):
        raise UsageError("--only is for sessions and people.", "Leave it out.")
    if arguments.all:
        return purge_everything(arguments, terminal)
    store = open_store(terminal, make_new=False)
    if store is None:
        terminal.line(NOTHING)
        return 0
    with store:
        if arguments.old:
            # Only here: mistakes in the settings keep nobody from deleting.
            return _old(store, settings(arguments), arguments, terminal)
        if arguments.person is not None and arguments.only is None:
            return purge_person(store, arguments.person, arguments, terminal)
        if arguments.person is not None:
            sessions = store.catalogue.sessions(_known(store, arguments.person))
        else:
            sessions = list(map(store.catalogue.session, dict.fromkeys(arguments.numbers)))
        return purge_sessions(store, sessions, arguments, terminal)


def purge_sessions(
    store: Store, chosen: Sequence[Kept], arguments: argparse.Namespace, terminal: Terminal
) -> int:
    """Delete sessions, or what was said in them, or their voices."""
    only = Keep(getattr(arguments, "only", None) or Keep.FLAGS)
    chosen = [kept for kept in chosen if _holds(kept, only)]
    if not chosen:
        terminal.line(NOTHING)
        return 0
    names = [_WHAT[only].format(title(kept)) for kept in chosen]
    if not sure(names, arguments, terminal):
        return _left(arguments)
    erasers: dict[Keep, Callable[[Store, Sequence[Kept]], list[Kept]]] = {
        Keep.AUDIO: erase_audio,
        Keep.WORDS: erase_words,
        Keep.FLAGS: erase_sessions,
    }
    gone = {kept.uid for kept in erasers[only](store, chosen)}
    for kept, name in zip(chosen, names, strict=True):
        if kept.uid in gone:
            terminal.line(f"Deleted: {name}.")
        else:
            terminal.problem(f"{title(kept)} is going on right now.", "End it first, then delete.")
    return 0 if len(gone) == len(chosen) else 1


def purge_person(store: Store, name: str, arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Delete everything with and about somebody."""
    name = _known(store, name)
    sessions = store.catalogue.sessions(name)
    names = [title(kept) for kept in sessions]
    names.append(f"what {name} agreed to, and the name {name} itself")
    if not sure(names, arguments, terminal):
        return _left(arguments)
    gone = erase_person(store, name)
    terminal.line(f"Deleted: {count(len(gone))}, what was agreed, and the name.")
    return 0


def _old(store: Store, chosen: Settings, arguments: argparse.Namespace, terminal: Terminal) -> int:
    found = due(store.catalogue.sessions(), chosen.keep, store.clock())
    if not found:
        terminal.line("Nothing is due.")
        return 0
    if not sure([_WHAT[e.what].format(title(e.kept)) for e in found], arguments, terminal):
        return _left(arguments)
    for each in apply(store, found):
        terminal.line(f"Deleted: {_WHAT[each.what].format(title(each.kept))}.")
    return 0


def sure(names: Sequence[str], arguments: argparse.Namespace, terminal: Terminal) -> bool:
    """Say what would go; whether it is to go."""
    terminal.line("This would be deleted:" if arguments.dry_run else "To be deleted for good:")
    for name in names:
        terminal.line(f"  {name}")
    if arguments.dry_run:
        return False
    if arguments.yes:
        return True
    if terminal.agrees("Delete?"):
        return True
    terminal.notice("Nothing was deleted. To delete without being asked: --yes")
    return False


def _left(arguments: argparse.Namespace) -> int:
    """A dry run is done when it has said what would go."""
    return 0 if arguments.dry_run else 1


def _holds(kept: Kept, what: Keep) -> bool:
    return {
        Keep.AUDIO: kept.keep is Keep.AUDIO,
        Keep.WORDS: kept.keep.words,
    }.get(what, True)


def _known(store: Store, name: str) -> str:
    known = store.catalogue.known(name)
    if known is None:
        people = ", ".join(store.catalogue.people()) or "nobody"
        raise UsageError(f"Nobody is called {name} here.", f"You know: {people}")
    return known
