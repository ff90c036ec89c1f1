"""Every text can be read, in every theme, over whatever lies behind the overlay."""

from __future__ import annotations

import pytest

from live.cues.look import ScreenOptions
from live.options import Range
from live.ui.theme import DARK, LIGHT, THEMES, chosen, contrast, over

TEXT = 4.5
"""WCAG 2.2 AA for text; 3 for signs."""


def test_contrast_is_that_of_wcag():
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "ground"), ("ink", "raised"), ("muted", "ground"), ("muted", "raised"),
        ("accent", "ground"), ("on_accent", "accent"), ("warn", "ground"),
    ],
)  # fmt: skip
def test_every_text_stands_out(theme, text, ground):
    assert contrast(getattr(theme, text), getattr(theme, ground)) >= TEXT


@pytest.mark.parametrize("theme", THEMES.values(), ids=list(THEMES))
@pytest.mark.parametrize("behind", ["#000000", "#FFFFFF", "#808080"])
@pytest.mark.parametrize("opacity", [0.75, 0.92])
def test_the_overlay_can_be_read_over_anything(theme, behind, opacity):
    ground = over(theme.ground, behind, opacity)

    assert contrast(theme.ink, ground) >= TEXT
    for sign in (theme.calm, theme.warn):
        assert contrast(sign, ground) >= 2.0


def test_no_setting_lets_the_overlay_become_thinner_than_that():
    from typing import get_args, get_type_hints

    hint = get_type_hints(ScreenOptions, include_extras=True)["opacity"]
    assert next(each for each in get_args(hint) if isinstance(each, Range)).low == 0.75


def test_the_system_decides_unless_the_coach_does():
    assert chosen("auto", system_is_dark=True) is DARK
    assert chosen("auto", system_is_dark=False) is LIGHT
    assert chosen("light", system_is_dark=True) is LIGHT
