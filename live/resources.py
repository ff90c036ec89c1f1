"""Where the shipped files are, and where the person's own files go."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import platformdirs

_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent
# The pyproject test matters: "the folder beside the package" alone would find somebody else's
# `config` in site-packages when a wheel is broken.
_HOME = _CHECKOUT if (_CHECKOUT / "pyproject.toml").is_file() else _PACKAGE


def shipped(folder: Literal["config", "models"]) -> Path:
    """The read-only folder of that name that came with this program."""
    return _HOME / folder


def own(folder: Literal["config", "data", "logs"]) -> Path:
    """The person's own folder of that name; not made yet. `UNHURRIED_HOME` moves all of them."""
    home = os.environ.get("UNHURRIED_HOME")
    if home:
        return Path(home).expanduser() / folder
    dirs = platformdirs.PlatformDirs("unhurried", appauthor=False)
    return {
        "config": dirs.user_config_path,
        "data": dirs.user_data_path,
        "logs": dirs.user_log_path,
    }[folder]
