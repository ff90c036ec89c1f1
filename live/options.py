"""How a tunable number states its range, beside the code that uses it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """The values that make sense, both ends included; for `Annotated` fields of options."""

    low: float
    high: float
