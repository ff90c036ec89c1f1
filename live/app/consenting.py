"""`unhurried consent`: who has agreed to what; writing it down, taking it back."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace

from live.app.asking import Texts, day
from live.app.opening import open_store
from live.app.purge import sure
from live.app.telling import count, title
from live.app.terminal import Terminal
from live.errors import UsageError
from live.store.catalogue import Kept
from live.store.consent import Consent, Keep, Setting, Terms
from live.store.erase import erase_audio, erase_sessions, erase_words
from live.store.store import Store

NOBODY = "Nobody has agreed to anything yet."
_CHOICES = tuple(field.name for field in fields(Terms) if field.name != "live")


def consent(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """See, give and withdraw; the exit code."""
    given = arguments.action == "give"
    terms = Terms(live=True, **_chosen(arguments.to)) if given else None
    if terms is not None and terms.audio and not terms.words:
        raise UsageError("The voices say what was said.", "Agreed to both: --to words,audio")
    store = open_store(terminal, make_new=given)
    if store is None:
        terminal.line(NOBODY)
        return 0
    with store:
        if terms is not None:
            made = Consent(
                arguments.person,
                store.clock(),
                Setting(arguments.setting),
                arguments.basis,
                terms,
                Texts.read().version,
            )
            terminal.line(_sentence(store.catalogue.agree(made)))
            return 0
        if arguments.action == "withdraw":
            return _withdraw(store, arguments, terminal)
        lines = list(_lines(store, arguments.person))
        for line in lines or [NOBODY]:
            terminal.line(line)
    return 0


def _lines(store: Store, person: str | None) -> Iterator[str]:
    if person is not None:
        yield from map(_sentence, store.catalogue.consents(_known(store, person)))
        return
    for name in store.catalogue.people():
        held = store.catalogue.in_force(name)
        if held is not None:
            yield _sentence(held)
        elif store.catalogue.consents(name):
            yield f"{name} has withdrawn."
        else:
            yield f"{name}: nothing that was agreed is written down."


def _withdraw(store: Store, arguments: argparse.Namespace, terminal: Terminal) -> int:
    """All of it deletes everything but the note that it was withdrawn; a part, what it covered."""
    name = _known(store, arguments.person)
    held = store.catalogue.in_force(name)
    if held is None:
        terminal.line(f"{name} has agreed to nothing that could be withdrawn.")
        return 0
    if arguments.terms is None:
        return _all(store, held, arguments, terminal)
    names = set(_chosen(arguments.terms))
    if not names:
        raise UsageError("--from says nothing.", f"There are: {', '.join(_CHOICES)}.")
    left = held.terms.without(names)
    sessions = [k for k in store.catalogue.sessions(name) if _covered(k, left)]
    what = [f"what {name} agreed to about: {', '.join(sorted(names))}"]
    what += [title(kept) + _part(left) for kept in sessions]
    if not sure(what, arguments, terminal):
        return 0 if arguments.dry_run else 1
    now = store.clock()
    store.catalogue.withdraw(held, now)
    store.catalogue.agree(replace(held, given=now, terms=left, number=0))
    erase = erase_audio if left.words else erase_words
    gone = erase(store, sessions)
    return _said(sessions, gone, terminal)


def _all(store: Store, held: Consent, arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Every session goes; that there was an agreement, and that it was withdrawn, stays."""
    sessions = store.catalogue.sessions(held.person)
    what = [title(kept) for kept in sessions] or ["nothing: no session with them is kept"]
    if not sure(what, arguments, terminal):
        return 0 if arguments.dry_run else 1
    for each in store.catalogue.consents(held.person):
        store.catalogue.withdraw(each, store.clock())
    code = _said(sessions, erase_sessions(store, sessions), terminal)
    terminal.line(
        f"That {held.person} agreed once and withdrew is still written down; "
        f"unhurried purge --with {held.person} deletes that, too."
    )
    return code


def _said(sessions: Sequence[Kept], gone: Sequence[Kept], terminal: Terminal) -> int:
    terminal.line(f"Withdrawn. Deleted in {count(len(gone))}.")
    left = {kept.uid for kept in sessions} - {kept.uid for kept in gone}
    for kept in sessions:
        if kept.uid in left:
            terminal.problem(f"{title(kept)} is going on right now.", "Withdraw again afterwards.")
    return 1 if left else 0


def _covered(kept: Kept, left: Terms) -> bool:
    """Whether a session holds what nobody agrees to any more."""
    return (kept.keep is Keep.AUDIO and not left.audio) or (kept.keep.words and not left.words)


def _part(left: Terms) -> str:
    return ": the voices" if left.words else ": what was said, and the voices"


def _chosen(text: str) -> dict[str, bool]:
    names = [name.strip() for name in text.split(",") if name.strip() not in ("", "nothing")]
    for name in names:
        if name not in _CHOICES:
            raise UsageError(f"Nobody can agree to {name}.", f"There are: {', '.join(_CHOICES)}.")
    return dict.fromkeys(names, True)


def _sentence(held: Consent) -> str:
    granted = ", ".join(name for name in held.terms.granted if name != "live") or "nothing kept"
    basis = f" ({held.basis})" if held.basis else ""
    end = "" if held.withdrawn is None else f"; withdrawn on {day(held.withdrawn)}"
    return f"{held.person}, {day(held.given)}, {held.setting}{basis}: {granted}{end}"


def _known(store: Store, name: str) -> str:
    known = store.catalogue.known(name)
    if known is None:
        raise UsageError(f"Nobody is called {name} here.", "See: unhurried consent")
    return known
