"""What a session could not measure, and why, in sentences a coach can use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from live.detect import NOTICED
from live.detect.lexicon import LANGUAGES
from live.kinds import KINDS, Needs
from live.report.document import Conditions
from live.report.record import Record
from live.types import seconds

MENTIONED_S = 5.0
"""So much speech without words is worth a sentence."""

LATER = "This version does not look for filled pauses yet."
WORDING = "what was said (praise, advice, labels and the like)"


def sentences(conditions: Conditions) -> Iterator[str]:
    """Why each kind that this version can notice was not measured here; then what it cannot."""
    missing = [kind for kind in conditions.not_measured if kind in NOTICED]
    if conditions.kind == "transcript":
        yield "A transcript has no exact times: interruptions and silences are not measured."
        if any(KINDS[kind].needs is Needs.TEXT for kind in missing):
            yield f"{_no_lists(conditions.language)}. Not measured: {WORDING}."
    else:
        worded = [kind for kind in missing if KINDS[kind].needs in (Needs.WORDS, Needs.TEXT)]
        if worded and len(missing) < len(NOTICED):
            if conditions.words == "none":
                yield f"Not measured without words: {_listed(worded)}."
            elif conditions.language not in LANGUAGES:
                yield (
                    f"{_no_lists(conditions.language)}: interruptions and silences were judged "
                    f"without them. Not measured: {_listed(worded)}."
                )
            missing = [kind for kind in missing if kind not in worded]
        if conditions.echo == "speakers" and missing:
            yield (
                "One voice is heard on the other's track (loudspeakers?). "
                f"Not measured: {_listed(missing)}."
            )
    if any(kind not in NOTICED for kind in conditions.not_measured):
        yield LATER


def _no_lists(language: str) -> str:
    known = ", ".join(sorted(LANGUAGES))
    return f"There are no word lists for the language {language!r} yet, only for {known}"


def without_words(record: Record) -> Iterator[str]:
    """How much of the speech has no words, and why, where that is more than a few sounds."""
    lengths: dict[str, float] = {}
    for each in record.unworded:
        lengths[each.why] = lengths.get(each.why, 0.0) + seconds(each.end - each.start)
    spoken = sum(seconds(each.end - each.start) for each in record.speech)
    missing = sum(lengths.values())
    if missing >= MENTIONED_S and spoken:
        why = "; ".join(sorted(lengths, key=lambda reason: -lengths[reason])[:2])
        share = min(1.0, missing / spoken)
        yield f"{missing:.0f} s of the speech ({share:.0%}) have no words: {why}."


def _listed(kinds: Iterable[str]) -> str:
    """Kinds by name; the many that are about wording by one."""
    kinds = list(kinds)
    names = [kind.replace("_", " ") for kind in kinds if KINDS[kind].needs is not Needs.TEXT]
    return ", ".join(names + [WORDING] * (len(names) < len(kinds)))
