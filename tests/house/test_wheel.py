"""What is built for others holds the program and nothing of ours: an allow-list, seen to work.

The wheel and the source archive are built from a copy of this tree in which private files were
planted, without the .gitignore that would hide a hole in the list.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("live", "config", "models", "tests")
FILES = ("pyproject.toml", "README.md", "LICENSE")

PRIVATE = [
    "config/local.toml",
    "config/profiles/ann.json",
    "models/weights/model.bin",
    "models/weights/manifest.toml",
    "models/weights/README.md",
    "models/sample/private.json",
    "models/sample/client.opus",
    "models/lexicon/en/session.sqlite",
    "live/notes.wav",
    "live/audio/take.flac",
    "live/report/sessions.sqlite",
    "live/.env",
    "tests/talks/ann.wav",
    "recording.wav",
    "sessions.sqlite",
    "sample-session.json",
]
SECRET = b"a private word"
SUFFIXES = {".py", ".typed", ".toml", ".md", ".opus", ".json", ".mo"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with a wheel and a source archive."""
    tree = tmp_path_factory.mktemp("tree")
    for part in PARTS:
        shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        shutil.copy(ROOT / file, tree)
    for place in PRIVATE:
        (tree / place).parent.mkdir(parents=True, exist_ok=True)
        (tree / place).write_bytes(SECRET)
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist"]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [*command, "-d", str(folder)], cwd=tree, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def archive(built: Path) -> Path:
    (path,) = built.glob("*.tar.gz")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel unpacked, as an installer would leave it."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)  # noqa: S202 - built a moment ago from our own tree
    return folder


def metadata(installed: Path) -> Message:
    (path,) = installed.glob("*.dist-info/METADATA")
    return Parser().parsestr(path.read_text(encoding="utf-8"))


def test_only_the_program_ships(wheel: Path) -> None:
    names = [Path(name) for name in zipfile.ZipFile(wheel).namelist()]

    tops = {name.parts[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"live"}
    assert {name.suffix for name in names if name.parts[0] == "live"} <= SUFFIXES | {".bin"}
    weights = [name.as_posix() for name in names if name.suffix == ".bin"]
    assert weights == ["live/models/sample/whisper/model.bin"]


def test_no_private_file_is_in_the_wheel(installed: Path) -> None:
    found = [
        path for path in installed.rglob("*") if path.is_file() and SECRET in path.read_bytes()
    ]

    assert found == []


def test_no_private_file_is_in_the_source_archive(archive: Path) -> None:
    with tarfile.open(archive) as packed:
        found = [
            member.name
            for member in packed
            if (file := packed.extractfile(member)) and SECRET in file.read()
        ]

    assert found == []


def test_the_wheel_holds_the_source_and_the_facts_beside_it(installed: Path) -> None:
    def tree(root: Path, pattern: str) -> set[str]:
        return {str(path.relative_to(root)) for path in root.rglob(pattern)}

    assert tree(installed / "live", "*.py") == tree(ROOT / "live", "*.py")
    assert (installed / "live" / "py.typed").is_file()
    for part, pattern in (("config", "*.toml"), ("config", "*.json"), ("models", "*.toml")):
        ours = tree(ROOT / part, pattern) - {"local.toml"}
        ours = {name for name in ours if not name.startswith("weights")}
        assert ours <= tree(installed / "live" / part, pattern) | {"sample/truth.json"}, part
    assert (installed / "live/models/sample/session.opus").is_file()
    assert (installed / "live/models/sample/truth.json").is_file()


def test_the_installed_program_finds_its_files(installed: Path, tmp_path: Path) -> None:
    ask = "from live.resources import shipped; print(shipped('config') / 'default.toml')"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", ask],
        cwd=tmp_path,
        env={"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )

    found = Path(done.stdout.strip())
    assert found == installed / "live" / "config" / "default.toml"
    assert found.is_file()


def test_the_wheel_stays_small(wheel: Path) -> None:
    assert wheel.stat().st_size < 8_000_000


def test_the_licence_is_named_and_included(installed: Path) -> None:
    about = metadata(installed)

    assert about["License-Expression"] == "GPL-3.0-or-later"
    assert about.get_all("License-File") == ["LICENSE"]
    (licence,) = installed.glob("*.dist-info/licenses/LICENSE")
    assert licence.read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_the_wheel_has_the_version_and_the_command(installed: Path) -> None:
    import live

    (commands,) = installed.glob("*.dist-info/entry_points.txt")
    assert metadata(installed)["Version"] == live.__version__
    assert "unhurried = live.app:main" in commands.read_text()
