"""What a session could not measure, and why, in sentences a coach can use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from live.detect import NOTICED
from live.kinds import KINDS, Needs
from live.report.document import Conditions

LATER = "This version does not look for filled pauses or for what was said (praise, advice) yet."


def sentences(conditions: Conditions) -> Iterator[str]:
    """Why each kind that this version can notice was not measured here; then what it cannot."""
    missing = [kind for kind in conditions.not_measured if kind in NOTICED]
    if conditions.kind == "transcript":
        yield "A transcript has no exact times: interruptions and silences are not measured."
    else:
        worded = [kind for kind in missing if KINDS[kind].needs is Needs.WORDS]
        if conditions.words == "none" and worded and len(missing) < len(NOTICED):
            yield f"Not measured without words: {_listed(worded)}."
            missing = [kind for kind in missing if kind not in worded]
        if conditions.echo == "speakers" and missing:
            yield (
                "One voice is heard on the other's track (loudspeakers?). "
                f"Not measured: {_listed(missing)}."
            )
    if any(kind not in NOTICED for kind in conditions.not_measured):
        yield LATER


def _listed(kinds: Iterable[str]) -> str:
    return ", ".join(kind.replace("_", " ") for kind in kinds)
