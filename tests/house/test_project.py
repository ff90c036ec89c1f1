"""Promises of the whole project: documents, sizes, names, versions and locks agree."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import live
from live.kinds import KINDS

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("live", "config", "models", "tests", ".ci")
TEXTS = ("*.md", "*.toml", "*.lock", "Makefile", ".gitignore")

LONGEST = 400
"""Lines; what a reader holds in the head is nearer to 300."""

# Split, so that this file does not name what it looks for.
HOSTS = ("pypi" + ".org", "files.python" + "hosted", "conda" + ".anaconda")
OWN_FOLDER = re.compile(r"(?<![\w./<~])/(?:home|Users|root|tmp|work)/\w")
"""An absolute path on somebody's own machine."""


def texts() -> Iterator[tuple[str, str]]:
    """Path and content of every text the project is made of."""
    files = [path for pattern in TEXTS for path in ROOT.glob(pattern)]
    for folder in FOLDERS:
        files += [path for path in (ROOT / folder).rglob("*") if path.is_file()]
    for path in files:
        if "__pycache__" in path.parts or "weights" in path.parts:
            continue
        try:
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # sound


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def pins(lock: str) -> dict[str, str]:
    """Names and versions of a lock file."""
    return dict(
        re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE)
    )


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=!~; \[]", requirement)[0] for requirement in requirements}


def test_every_kind_is_explained() -> None:
    documents = "".join((ROOT / name).read_text() for name in ("README.md", "ARCHITECTURE.md"))

    assert [kind for kind in KINDS if f"`{kind}`" not in documents] == []


def test_no_file_is_longer_than_a_reader_can_hold() -> None:
    long = {
        str(path.relative_to(ROOT)): len(lines_of(path))
        for path in (ROOT / "live").rglob("*.py")
        if len(lines_of(path)) > LONGEST
    }

    assert long == {}


def test_nothing_names_a_registry() -> None:
    assert [name for name, text in texts() if any(host in text for host in HOSTS)] == []


def test_nothing_names_a_folder_of_one_machine() -> None:
    found = [(name, match[0]) for name, text in texts() for match in OWN_FOLDER.finditer(text)]

    assert found == []


def test_only_the_app_prints() -> None:
    prints = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in (ROOT / "live").rglob("*.py")
        if path.relative_to(ROOT / "live").parts[0] not in {"app.py", "app"}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name) and node.id == "print"
    ]

    assert prints == []


def test_every_module_says_what_it_is() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "live").rglob("*.py")
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert silent == []


def test_facts_hold_no_code() -> None:
    assert [path for part in ("config", "models") for path in (ROOT / part).rglob("*.py")] == []


def test_the_changelog_begins_with_this_version() -> None:
    headings = re.findall(r"^## \[?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.M)

    assert headings[0] == live.__version__


def test_the_locks_hold_everything_that_is_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    run, develop = pins("requirements.lock"), pins("requirements-dev.lock")

    assert names(project["project"]["dependencies"]) - run.keys() == set()
    assert names(project["dependency-groups"]["dev"]) - develop.keys() == set()
    assert run.items() <= develop.items()


def test_every_locked_file_has_a_hash() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        blocks = re.split(r"^(?=[a-z0-9-]+==)", (ROOT / lock).read_text(), flags=re.MULTILINE)[1:]
        assert [block for block in blocks if "--hash=sha256:" not in block] == []
