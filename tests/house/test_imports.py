"""The import contracts hold, and each of them breaks when its mistake is planted."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"

PLANTED = [
    ("a sibling", "live/detect/planted.py", "import live.audio", "one direction"),
    ("upwards", "live/audio/planted.py", "import live.engine", "one direction"),
    ("a module with no place", "live/planted.py", "", "one direction"),
    ("a socket", "live/report/planted.py", "import socket", "nothing opens a socket"),
    (
        "fetching",
        "live/app/planted.py",
        "import live.transcribe.fetch",
        "only the command that fetches models can",
    ),
    (
        "the recogniser",
        "live/app/planted.py",
        "import faster_whisper",
        "the recogniser is imported by one file",
    ),
    (
        "a sound library",
        "live/detect/planted.py",
        "import av",
        "sound libraries stay in audio and speech",
    ),
    ("Qt", "live/cues/planted.py", "import PyQt6.QtCore", "Qt stays in ui"),
    (
        "a microphone",
        "live/detect/planted.py",
        "import sounddevice",
        "sound libraries stay in audio and speech",
    ),
    (
        "the terminal",
        "live/report/planted.py",
        "import rich",
        "the terminal is written by app only",
    ),
]


def contracts(tree: Path) -> tuple[bool, str]:
    """Whether all contracts of a tree are kept, and import-linter's report."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    shutil.copytree(ROOT / "live", tree / "live", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tree)
    return tree


def test_imports_point_one_way() -> None:
    kept, report = contracts(ROOT)

    assert kept, report


@pytest.mark.parametrize(
    ("place", "line", "contract"),
    [planted[1:] for planted in PLANTED],
    ids=[planted[0] for planted in PLANTED],
)
def test_a_planted_import_breaks_its_contract(
    copy: Path, place: str, line: str, contract: str
) -> None:
    (copy / place).write_text(line + "\n")

    kept, report = contracts(copy)

    assert not kept
    assert f"{contract} BROKEN" in report
    assert "planted" in report
