"""Plain tables of fixed width, and the few numbers every one of them needs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np


def table(rows: Iterable[Sequence[object]], header: Sequence[str], indent: int = 2) -> str:
    """Rows under a header; numbers to the right, texts to the left."""
    cells = [[_cell(value) for value in row] for row in rows]
    number = [all(_is_number(row[i]) for row in cells) and bool(cells) for i in range(len(header))]
    widths = [max(len(row[i]) for row in [list(header), *cells]) for i in range(len(header))]
    lines = [
        "  ".join(
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(row, widths, number, strict=True)
        ).rstrip()
        for row in [list(header), *cells]
    ]
    return "\n".join(" " * indent + line for line in lines)


def share(part: int, whole: int) -> str:
    """A part of a whole: "67.2 % (242 of 360)"."""
    return f"{part / whole:6.1%} ({part} of {whole})" if whole else "   -   (0 of 0)"


def percentile(values: Sequence[float], percent: float) -> float:
    """By linear interpolation; nan of nothing."""
    return float(np.percentile(values, percent)) if len(values) else float("nan")


def _cell(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _is_number(text: str) -> bool:
    try:
        float(text.rstrip("%"))
    except ValueError:
        return text in {"-", ""}
    return True
