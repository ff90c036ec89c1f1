"""What was kept, mended and deleted, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from live.app.terminal import clock
from live.store.catalogue import Kept
from live.store.consent import Consent, Keep
from live.store.repair import Finding, Repaired
from live.store.retention import Due

_GONE = {
    Keep.AUDIO: "The voices of {} were deleted: kept long enough.",
    Keep.WORDS: "What was said in {} was deleted: kept long enough.",
    Keep.FLAGS: "Deleted, kept long enough: {}.",
}


def title(kept: Kept) -> str:
    """A session as a person calls it."""
    here = kept.began.astimezone()
    name = "the sample session" if kept.kind == "sample" else kept.name
    with_whom = f" with {kept.person}" if kept.person else ""
    return f"session {kept.number} ({here:%Y-%m-%d %H:%M}, {name}{with_whom})"


def count(number: int) -> str:
    """So many sessions."""
    return "1 session" if number == 1 else f"{number} sessions"


def findings(found: Iterable[Finding]) -> Iterator[str]:
    """What was mended when the store was opened, and what could not be."""
    for each in found:
        name = title(each.kept)
        if isinstance(each, Repaired):
            what = "was not closed" if each.broken else "is there again"
            yield (
                f"{name[0].upper()}{name[1:]} {what}: "
                f"everything up to {clock(each.kept.duration)} is there."
            )
        else:
            yield f"{name[0].upper()}{name[1:]} cannot be read: {each.error} {each.error.hint}"


def went(found: Iterable[Due]) -> Iterator[str]:
    """What retention let go."""
    for kind, number in Counter(each.what for each in found).items():
        yield _GONE[kind].format(count(number))


def gone(consent: Consent, asked: Keep, allowed: Keep) -> str:
    """Why less is kept than was asked for."""
    lost = "what is said" if not allowed.words else "the voices"
    if asked is Keep.AUDIO and not allowed.words:
        lost = "what is said and the voices"
    return f"{consent.person} has not agreed to {lost} being kept: not kept."
