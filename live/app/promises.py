"""What the coach promised in earlier sessions and has not done yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from live.errors import StoreError
from live.store.catalogue import Kept, State
from live.store.session_file import Promise
from live.store.store import Store


@dataclass(frozen=True, slots=True)
class Open:
    """A promise that was not kept yet, and the session it was made in."""

    kept: Kept
    promise: Promise


def open_promises(store: Store, person: str | None) -> Iterator[Open]:
    """What the coach promised, to one person or to all, and has not done; oldest first.

    A session whose file cannot be read has none.
    """
    for kept in store.catalogue.sessions(person):
        promised = ((kept.summary or {}).get("counts") or {}).get("commitment", 0)
        if kept.state is not State.OVER or not kept.keep.words or not promised:
            continue
        try:
            with store.file(kept) as file:
                yield from (Open(kept, p) for p in file.promises() if not p.done)
        except StoreError:
            continue


def promise_lines(found: Iterable[Open]) -> Iterator[str]:
    """Open promises as lines, each with the name by which it is done."""
    for each in found:
        here = each.kept.began.astimezone()
        name = f"{each.kept.number}/{each.promise.flag}"
        to = f" to {each.kept.person}" if each.kept.person else ""
        yield f"  {name}  {here:%Y-%m-%d}{to}: {each.promise.text}"
