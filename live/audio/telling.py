"""What there is to say about a recording after it was read, in sentences for the person."""

from __future__ import annotations

from collections.abc import Iterator

from live.audio.lane import Feed, Lane
from live.types import seconds


def clock_text(position_s: float) -> str:
    """A time as the person's player shows it: 12:05, from one hour 1:02:05."""
    minutes, second = divmod(int(position_s), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def about_feed(feed: Feed) -> Iterator[str]:
    """What was wrong with one stream."""
    name, faults = feed.name, feed.reader.faults
    if feed.one_channel_at is not None:
        yield (
            f"{name} has only one channel from {clock_text(feed.one_channel_at)} on; "
            "that part is left out."
        )
    if faults.breaks_off:
        yield (
            f"{name} breaks off at {clock_text(feed.reader.played)}; "
            "everything up to there is used."
        )
    elif faults.damaged:
        yield f"{name} is damaged in {_times(faults.damaged, 'place')}; the rest is used."
    if faults.not_sound:
        yield (
            f"{_times(faults.not_sound, 'sample')} in {name} hold no valid number; "
            "silence stands in for them."
        )
    if feed.holes:
        yield (
            f"{name} has {_times(feed.holes, 'hole')}, {feed.filled_s:.1f} s altogether; "
            "silence stands in for them."
        )
    if faults.disbelieved:
        yield (
            f"The clock of {name} jumps in {_times(faults.disbelieved, 'place')}; "
            "the sound is used in the order in which it was stored."
        )


def about_lanes(coach: Lane, client: Lane, uneven: int) -> Iterator[str]:
    """What was wrong with the two tracks side by side; `uneven` in samples at 16 kHz."""
    short, long = sorted((coach, client), key=lambda lane: lane.length)
    if long.length - short.length > uneven:
        yield (
            f"The {short.track}'s sound ends at {clock_text(seconds(short.length))}, "
            f"the {long.track}'s at {clock_text(seconds(long.length))}; "
            "silence stands in for the rest."
        )
    for lane in (coach, client):
        if not lane.heard:
            yield f"Nothing was heard on the {lane.track}'s track: it is silent throughout."


def _times(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
