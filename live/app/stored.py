"""A kept session as the rest of the program knows sessions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

from live.report.document import Conditions, document
from live.report.record import Record
from live.store.session_file import SessionFile
from live.types import Event, Samples


def plain(heard: Conditions) -> dict[str, Any]:
    """Conditions as they are written down."""
    return asdict(heard)


def conditions_of(written: Mapping[str, Any]) -> Conditions:
    """What `plain` gave; what a newer version knows besides is left out."""
    known = {field.name for field in fields(Conditions)}
    usual = plain(Conditions("live", "", 2, "not_measured", "none", "none", []))
    return Conditions(**(usual | {k: v for k, v in written.items() if k in known}))


def recalled(events: Iterable[Event], duration: Samples, *, interrupted: bool = False) -> Record:
    """A session from its events."""
    record = Record(duration=duration, interrupted=interrupted)
    for event in events:
        record.take(event)
    return record


def summary_of(record: Record, heard: Conditions) -> dict[str, Any]:
    """The numbers of a session, as in its document."""
    found: dict[str, Any] = document(record, heard)["summary"]
    return found


def summarised(
    events: Iterable[Event], duration: Samples, written: Mapping[str, Any]
) -> dict[str, Any]:
    """The same for one that nobody could finish (`live.store.repair.Summarise`)."""
    return summary_of(recalled(events, duration), conditions_of(written))


def read(file: SessionFile) -> tuple[Record, Conditions]:
    """A session's file as record and conditions."""
    head = file.head()
    interrupted = bool(head.get("interrupted")) or not head.get("over")
    record = recalled(file.events(), Samples(head["position"]), interrupted=interrupted)
    return record, conditions_of(head.get("conditions", {}))
