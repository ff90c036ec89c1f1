"""Where the overlay stands: remembered for each screen, and never off the screens there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

DEFAULT = (0.5, 0.045)
"""Under the camera, which is in the middle above most screens."""


@dataclass(frozen=True, slots=True)
class Screen:
    """A screen, in device-independent pixels: the part that windows may use."""

    name: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the dot is, and to which side its words go."""

    screen: str
    x: int
    y: int
    leftwards: bool
    length: int
    """How far they may reach from it: never onto another screen, whose scale may be another."""


def choose(last: str, screens: Sequence[Screen]) -> Screen:
    """The screen it was on last; the first (the primary one) when that is gone."""
    return next((screen for screen in screens if screen.name == last), screens[0])


def place(screen: Screen, spots: Mapping[str, tuple[float, float]], length: int, room: int) -> Spot:
    """The dot on a screen.

    `length` is how far words reach from the dot, `room` what the dot itself needs around it.
    """
    fx, fy = spots.get(screen.name, (DEFAULT[0], DEFAULT[1]))
    x = screen.x + round(fx * screen.width)
    if screen.name not in spots:
        x -= length // 3  # a cue of usual length then stands in the middle
    y = screen.y + round(fy * screen.height)
    x = min(max(x, screen.x + room), screen.x + screen.width - room)
    y = min(max(y, screen.y + room), screen.y + screen.height - room)
    right, left = screen.x + screen.width - x, x - screen.x
    leftwards = right < length and left > right
    return Spot(screen.name, x, y, leftwards, min(length, left if leftwards else right))


def share(screen: Screen, x: int, y: int) -> tuple[float, float]:
    """The same as shares of the screen, from 0 to 1."""
    fx, fy = (x - screen.x) / max(1, screen.width), (y - screen.y) / max(1, screen.height)
    return round(min(max(fx, 0.0), 1.0), 4), round(min(max(fy, 0.0), 1.0), 4)
