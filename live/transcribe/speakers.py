"""Which speaker of a transcript coaches, and whom."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from live.errors import TranscriptError
from live.types import Track

_ROLE = {Track.COACH: {"coach"}, Track.CLIENT: {"client", "coachee"}}
ROLES = _ROLE[Track.COACH] | _ROLE[Track.CLIENT]
"""Words in a name that say what the speaker does there."""
LETTERS = re.compile(r"[^\W\d_]+")
"""One word of a name, whatever stands around it."""

_SHOWN = 8
_LONGEST = 60


def speakers(
    shares: Mapping[str, int], coach_name: str | None, client_name: str | None
) -> tuple[dict[str, Track], list[str]]:
    """Whose voice belongs on which track, and notices about those that belong on none.

    `shares` says how much each speaker says, in any unit, under names that are already clean.
    `coach_name` and `client_name` may be the beginning of a name, in any case; without them
    names such as "Coach" or "Ann (client)" decide. Raises `TranscriptError` with the names where
    nothing decides.
    """
    said = {name.casefold() for name in shares}
    if said <= {"coach", "client"}:
        return {name: Track(name.casefold()) for name in shares}, _missing(said)
    coach = _chosen(coach_name, shares) if coach_name else _by_role(Track.COACH, shares)
    client = _chosen(client_name, shares) if client_name else _by_role(Track.CLIENT, shares)
    if coach is None and client is not None and len(shares) == 2:
        coach = next(name for name in shares if name != client)
    if coach is None:
        raise TranscriptError(
            f"It does not say which speaker coaches: {_listed(shares)}.", _hint(shares)
        )
    if coach == client and coach_name and not client_name:
        client = None  # the person's word is worth more than the name's
    if coach == client:
        raise TranscriptError("Coach and client are the same speaker.", _hint(shares))
    if client is None:
        # Most first; by name where two say as much, so that the order of a file never decides.
        others = sorted((-share, name) for name, share in shares.items() if name != coach)
        client = others[0][1] if others else None
    tracks = {coach: Track.COACH}
    if client is None:
        return tracks, _missing({"coach"})
    tracks[client] = Track.CLIENT
    rest = [name for name in shares if name not in tracks]
    if not rest:
        return tracks, []
    return tracks, [f"Only two speakers are followed; left out: {_listed(rest)}."]


def _missing(said: set[str]) -> list[str]:
    return [f"Only the {next(iter(said))} speaks in it."] if len(said) == 1 else []


def _by_role(track: Track, names: Mapping[str, int]) -> str | None:
    """The one speaker whose name says the role and not the other's."""
    roles = {name: set(LETTERS.findall(name.casefold())) for name in names}
    other = _ROLE[track.other]
    fits = [name for name, words in roles.items() if words & _ROLE[track] and not words & other]
    return fits[0] if len(fits) == 1 else None


def _chosen(wanted: str, names: Mapping[str, int]) -> str:
    """The speaker a person named."""
    key = " ".join(wanted.casefold().split())
    same = [name for name in names if name.casefold() == key]
    fits = same or [name for name in names if key and name.casefold().startswith(key)]
    if len(fits) == 1:
        return fits[0]
    problem = f"fits more than one: {_listed(fits)}" if fits else f"is none of: {_listed(names)}"
    raise TranscriptError(f'The speaker "{_short(wanted)}" {problem}.', _hint(fits or names))


def _hint(names: Mapping[str, int] | Sequence[str]) -> str:
    return f'Say who coaches, for example: --coach-name "{next(iter(names))[:_LONGEST]}"'


def _listed(names: Mapping[str, int] | Sequence[str]) -> str:
    """The names in their order, busiest first where their shares are known; not endlessly."""
    order = sorted(names, key=lambda name: -names[name]) if isinstance(names, Mapping) else names
    shown = ", ".join(map(_short, order[:_SHOWN]))
    return f"{shown} and {len(order) - _SHOWN} more" if len(order) > _SHOWN else shown


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
