"""Events as rows of a session's database, and back.

Every kind of event that is kept has a table with a column per field. `seq` counts over all of them,
so that a session can be read in the order in which it happened.
"""

from __future__ import annotations

import dataclasses
import heapq
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from live.store.sealed import Connection, storable
from live.types import (
    Class,
    Event,
    Flag,
    Gap,
    Overlap,
    Silence,
    Speech,
    Status,
    Track,
    Turn,
    Unworded,
    Word,
)

TABLES: dict[type, str] = {
    Speech: "speech",
    Turn: "turn",
    Overlap: "overlap",
    Silence: "silence",
    Gap: "gap",
    Word: "word",
    Unworded: "unworded",
    Flag: "flag",
}
"""What is kept. Provisional flags and tentative words never are."""


@dataclass(frozen=True, slots=True)
class Row:
    """One event on its way into its table."""

    seq: int
    event: Event


def columns(kind: type) -> list[str]:
    """The columns of an event's table beside `seq`."""
    return [field.name for field in dataclasses.fields(kind)]


def is_kept(event: Event) -> bool:
    """Whether an event belongs into a store at all."""
    provisional = isinstance(event, Flag) and event.status is Status.PROVISIONAL
    return type(event) in TABLES and not provisional


def insert(connection: Connection, rows: Sequence[Row]) -> None:
    """Write events; a flag given again replaces the earlier one of its id."""
    for row in rows:
        kind: type = type(row.event)
        names = columns(kind)
        values = [_stored(getattr(row.event, name)) for name in names]
        connection.execute(_insertion(kind), [row.seq, *values])


@cache
def _insertion(kind: type) -> str:
    names = ", ".join(f'"{name}"' for name in columns(kind))
    places = ", ".join("?" * (len(columns(kind)) + 1))
    # All names are ours: those of dataclasses.
    statement = f"INSERT INTO {TABLES[kind]} (seq, {names}) VALUES ({places})"  # noqa: S608
    if kind is not Flag:
        return statement
    changed = ", ".join(f'"{name}" = excluded."{name}"' for name in columns(kind))
    return f"{statement} ON CONFLICT (id) DO UPDATE SET {changed}"


def read(connection: Connection) -> Iterator[Event]:
    """Every event, in the order in which it came."""
    tables = [_table(connection, kind) for kind in TABLES]
    for _, event in heapq.merge(*tables, key=lambda pair: pair[0]):
        yield event


def _table(connection: Connection, kind: type) -> list[tuple[int, Any]]:
    names = columns(kind)
    listed = ", ".join(f'"{name}"' for name in names)
    rows = connection.execute(
        f"SELECT seq, {listed} FROM {TABLES[kind]} ORDER BY seq"  # noqa: S608
    ).fetchall()
    makers = [_MAKERS.get(name, _as_it_is) for name in names]
    return [
        (row[0], kind(*(make(value) for make, value in zip(makers, row[1:], strict=True))))
        for row in rows
    ]


def _stored(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        value = json.dumps(value, ensure_ascii=False)
    return storable(value) if isinstance(value, str) else value


def _as_it_is(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    return value


def _track(value: str | None) -> Track | None:
    return None if value is None else Track(value)


_MAKERS: dict[str, Callable[[Any], Any]] = {
    "track": Track,
    "floor": Track,
    "after": _track,
    "ended_by": _track,
    "cls": Class,
    "status": Status,
    "evidence": json.loads,
}
"""What makes a field's value out of its column, where it is not the value itself."""
