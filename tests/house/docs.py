"""The tables in ARCHITECTURE.md that are generated: `PYTHONPATH=tests python -m house.docs`."""

from __future__ import annotations

import re
from pathlib import Path

from live.kinds import KINDS

PAGE = Path(__file__).resolve().parents[2] / "ARCHITECTURE.md"


def kinds_table() -> str:
    """Every kind with its class, what it needs, its markers, cue words and meaning."""
    rows = [
        "| kind | class | needs | markers | cue | meaning |",
        "|---|---|---|---|---|---|",
    ]
    rows += [
        f"| `{name}` | {kind.cls} | {kind.needs} | {', '.join(kind.markers)} | {kind.cue} | "
        f"{kind.meaning} |"
        for name, kind in KINDS.items()
    ]
    return "\n".join(rows)


def renewed(page: str) -> str:
    """The page with its generated parts made anew."""
    pattern = re.compile(r"(<!-- kinds -->\n).*?(\n<!-- end -->)", re.DOTALL)
    return pattern.sub(lambda m: m[1] + kinds_table() + m[2], page)


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
