"""Colours and sizes. Text has a contrast of 4.5 to 1 at least with what is behind it (WCAG AA)."""

from __future__ import annotations

from dataclasses import dataclass

FONTS = ("Inter", "SF Pro Text", "Segoe UI Variable Text", "Segoe UI", "Cantarell", "Noto Sans")
"""What is there of these comes before the system's own; all are made for reading on screens."""
TEXT_PX = 14
"""Height of ordinary text at size 1, in device-independent pixels."""


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours, as #rrggbb."""

    name: str
    ground: str
    """Behind everything."""
    raised: str
    """Behind what can be written or chosen in."""
    ink: str
    muted: str
    line: str
    """Hairlines."""
    accent: str
    on_accent: str
    calm: str
    """All is well."""
    warn: str
    """Something should be looked at; never red."""


LIGHT = Theme(
    "light",
    ground="#FAF8F4",
    raised="#FFFFFF",
    ink="#2A2724",
    muted="#665F57",
    line="#DDD6CB",
    accent="#1E6A62",
    on_accent="#FFFFFF",
    calm="#2A7D72",
    warn="#9A5B00",
)
DARK = Theme(
    "dark",
    ground="#1D1C1A",
    raised="#282623",
    ink="#F1EDE7",
    muted="#B4ADA3",
    line="#45413B",
    accent="#86CFC2",
    on_accent="#0F2E2A",
    calm="#86CFC2",
    warn="#F0B455",
)
CONTRAST = Theme(
    "contrast",
    ground="#000000",
    raised="#000000",
    ink="#FFFFFF",
    muted="#D6D6D6",
    line="#FFFFFF",
    accent="#FFE066",
    on_accent="#000000",
    calm="#7CF5E0",
    warn="#FFB84D",
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK, CONTRAST)}


def chosen(name: str, *, system_is_dark: bool) -> Theme:
    """The theme of that name; "auto" is the system's."""
    return THEMES.get(name) or (DARK if system_is_dark else LIGHT)


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours by WCAG 2.2, from 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def over(front: str, behind: str, opacity: float) -> str:
    """The colour that is seen when one lies over another."""
    mixed = (
        round(f * opacity + b * (1 - opacity))
        for f, b in zip(_parts(front), _parts(behind), strict=True)
    )
    return "#" + "".join(f"{part:02X}" for part in mixed)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (part / 255 for part in _parts(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
