"""The language of the windows: English, or a translation in `config/locale`."""

from __future__ import annotations

import gettext
from pathlib import Path

from PyQt6.QtCore import QLocale

from live.cues.families import Say
from live.resources import shipped
from live.ui import texts

DOMAIN = "unhurried"


def languages() -> list[str]:
    """The languages there are, by code."""
    found = shipped("config") / "locale"
    return sorted({"en", *(path.parts[-3] for path in found.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))})


def speaks(language: str, system: str | None = None) -> Say:
    """What gives a text in that language; "auto" is the system's, English where there is none."""
    if language == "auto":
        language = (system or QLocale.system().name()).partition("_")[0]
    folder: Path = shipped("config") / "locale"
    return gettext.translation(DOMAIN, folder, languages=[language], fallback=True).gettext


def spoken(say: Say) -> str:
    """The code of the language that `say` gives."""
    return say(texts.LANGUAGE)
