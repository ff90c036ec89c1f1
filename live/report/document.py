"""A session as the JSON document of config/session.schema.json (unhurried.session/1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import live
from live.kinds import KINDS
from live.report.record import Record
from live.report.summary import Summary, summary
from live.types import Flag, seconds

SCHEMA = "unhurried.session/1"


@dataclass(frozen=True, slots=True)
class Conditions:
    """Under which conditions a session was heard."""

    kind: str
    """live, recording, words, transcript or sample."""
    name: str
    """The file's name, never its folder."""
    tracks: int
    echo: str
    """none, speakers or not_measured."""
    voice: str
    """silero, webrtc, words or none."""
    words: str
    """whisper:NAME@REVISION, given or none."""
    not_measured: list[str]
    language: str = ""
    """What was listened for, where words came from a model."""
    window: str = ""
    """What a model's final words were computed from: short or full."""


def document(record: Record, conditions: Conditions) -> dict[str, Any]:
    """The document. Times are seconds, rounded to 3 decimals here and nowhere before."""
    numbers = summary(record, conditions.not_measured, KINDS)
    return {
        "schema": SCHEMA,
        "version": live.__version__,
        "source": {"kind": conditions.kind, "name": conditions.name},
        "duration": _s(record.duration),
        "conditions": {
            "tracks": conditions.tracks,
            "echo": conditions.echo,
            "voice": conditions.voice,
            "words": conditions.words,
            "not_measured": conditions.not_measured,
        }
        | ({"language": conditions.language} if conditions.language else {})
        | ({"window": conditions.window} if conditions.window else {})
        | ({"interrupted": True} if record.interrupted else {}),
        "turns": [
            {"track": t.track, "start": _s(t.start), "end": _s(t.end)}
            for t in sorted(record.turns, key=lambda t: (t.start, t.end, t.track))
        ],
        "silences": [
            {
                "start": _s(x.start),
                "end": _s(x.end),
                "after": x.after,
                "ended_by": x.ended_by,
            }
            for x in record.silences
        ],
        "gaps": [
            {"track": g.track, "start": _s(g.start), "end": _s(g.end), "why": g.why}
            for g in record.gaps
        ],
        "words": [
            {"track": w.track, "start": _s(w.start), "end": _s(w.end), "text": w.text}
            | ({} if w.probability is None else {"probability": round(w.probability, 3)})
            for w in sorted(record.words, key=lambda w: (w.start, w.end, w.track))
        ],
        "flags": [_flag(flag) for flag in record.flags],
        "summary": _summary(numbers),
    } | ({"unworded": _unworded(record)} if record.unworded else {})


def _unworded(record: Record) -> list[dict[str, Any]]:
    return [
        {"track": u.track, "start": _s(u.start), "end": _s(u.end), "why": u.why}
        for u in sorted(record.unworded, key=lambda u: (u.start, u.end, u.track))
    ]


def _s(position: int) -> float:
    return round(seconds(position), 3)


def _flag(flag: Flag) -> dict[str, Any]:
    out: dict[str, Any] = {
        "id": flag.id,
        "kind": flag.kind,
        "class": flag.cls,
        "status": flag.status,
        "track": flag.track,
        "start": _s(flag.start),
        "end": _s(flag.end),
        "decided": _s(flag.decided),
        "confidence": round(flag.confidence, 2),
        "text": flag.text,
        "evidence": _evidence(flag.evidence),
        "markers": list(KINDS[flag.kind].markers) if flag.kind in KINDS else [],
    }
    if flag.revised is not None:
        out["revised"] = _s(flag.revised)
    if flag.reason:
        out["reason"] = flag.reason
    return out


def _evidence(evidence: Mapping[str, object]) -> dict[str, object]:
    """What was not measured is left out here too."""
    return {
        key: round(value, 3) if isinstance(value, float) else value
        for key, value in evidence.items()
        if value is not None
    }


def _summary(numbers: Summary) -> dict[str, Any]:
    shares = {
        "talk_share_time": numbers.talk_share_time,
        "talk_share_words": numbers.talk_share_words,
    }
    lengths = {
        "longest_monologue": numbers.longest_monologue,
        "longest_silence_held": numbers.longest_silence_held,
        "response_latency_median": numbers.response_latency_median,
    }
    out: dict[str, Any] = {
        name: {track: round(part, 3) for track, part in share.items()}
        for name, share in shares.items()
        if share is not None
    }
    out |= {name: round(value, 3) for name, value in lengths.items() if value is not None}
    out["counts"] = dict(numbers.counts)
    return out
