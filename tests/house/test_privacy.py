"""PRIVACY.md lists every file that is ever written; nothing is written that it does not list."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from outside import ROOT, lines, wav

from live.app.everything import WRITTEN
from live.types import RATE

PAGE = (ROOT / "PRIVACY.md").read_text(encoding="utf-8")
OWN = "In your own folder"
QUICK = ("--set", "voice.engine=webrtc", "--model", "none")
WITH_A = ("--with", "Annabel", "--consent", "contract of 3 May")
_BUG = """
import sys, live.app.live
live.app.live.run = None
sys.exit(live.app.main(["live", "--source", "sample", "--model", "none"]))
"""


def listed() -> set[str]:
    """The files in the first column of the page's second table."""
    table = PAGE.partition(OWN)[2].partition("\n\nThe key lies")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    return {name for cell in cells for name in re.findall("`([^`]+)`", cell)}


def in_code() -> set[str]:
    return {f"{written.folder}/{written.pattern}" for written in WRITTEN}


def expected(path: str, patterns: set[str]) -> bool:
    """Whether one of the patterns stands for a file; ** for any number of folders."""
    return any(re.fullmatch(_regular(pattern), path) for pattern in patterns)


def _regular(pattern: str) -> str:
    parts = {"**/": "(?:.*/)?", "*": "[^/]*"}
    return "".join(parts.get(p) or re.escape(p) for p in re.split(r"(\*\*/|\*)", pattern))


@dataclass(frozen=True, slots=True)
class Scene:
    """A computer of its own for the program: every folder in which it might write something."""

    folder: Path
    seen: set[str] = field(default_factory=set)
    """Every file that was there at any moment, from the folder."""

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "CI"))}
        folders = {
            "HOME": "person",
            "TMPDIR": "scratch",
            "XDG_DATA_HOME": "person/data",
            "XDG_CONFIG_HOME": "person/config",
            "XDG_CACHE_HOME": "person/cache",
            "XDG_STATE_HOME": "person/state",
            "XDG_RUNTIME_DIR": "person/run",
            "UNHURRIED_HOME": "own",
        }
        return kept | {
            **{name: str(self.folder / place) for name, place in folders.items()},
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "UNHURRIED_PASSPHRASE": "correct horse battery staple",
        }

    def files(self) -> set[str]:
        """What is there now."""
        return {
            os.path.relpath(os.path.join(place, name), self.folder)  # noqa: PTH118 - quick
            for place, _, names in os.walk(self.folder)
            for name in names
        }

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        return subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, *map(str, arguments)],
            cwd=self.folder / "work",
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str | Path, code: int = 0) -> str:
        with self.start("-m", "live", *arguments) as process:
            out, err = process.communicate(timeout=120)
        assert process.returncode == code, err
        return out + err

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look again and again what is there."""
        over = threading.Event()

        def look() -> None:
            while not over.wait(0.01):
                self.seen.update(self.files())

        watcher = threading.Thread(target=look)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()
            self.seen.update(self.files())


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    for name in ("person", "person/run", "scratch", "work"):
        (tmp_path / "computer" / name).mkdir(parents=True)
    return Scene(tmp_path / "computer")


def test_the_page_and_the_program_name_the_same_files() -> None:
    assert listed() == in_code()


def test_the_patterns_stand_for_what_they_say() -> None:
    patterns = {"data/store/*.db", "data/weights/**/*"}

    assert expected("data/store/a.db", patterns)
    assert expected("data/weights/weights.json", patterns)
    assert expected("data/weights/base.en/1/.part", patterns)
    assert not expected("data/store/a.db-wal", patterns)
    assert not expected("data/store/sessions/a.db", patterns)
    assert not expected("data/weights.json", patterns)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other folders to look in")
def test_nothing_is_ever_written_that_the_page_does_not_list(scene: Scene, tmp_path: Path) -> None:
    noise = np.random.default_rng(4).normal(0, 0.1, (2, 20 * RATE)).clip(-1, 1).astype(np.float32)
    talk = wav(tmp_path / "talk.wav", noise)
    spoken = {"track": "client", "start": 0.0, "end": 0.5, "text": "midsummer"}
    words = lines(tmp_path / "words.jsonl", [spoken])

    with scene.watched():
        scene.run("live", "--source", talk, "--speed", "20", *QUICK, *WITH_A, "--keep", "audio")
        scene.run("live", "--source", "sample", "--seconds", "8", "--speed", "20")
        scene.run("review", "--words", words, *WITH_A, "--json", "own.json")
        scene.run("review", talk, *QUICK, "--with", "Annabel", "--out", "results")
        killed(scene, talk)
        said = scene.run("sessions")
        assert "was not closed" in said
        scene.run("sessions", "note", "1", "I hurried")
        scene.run("consent", "give", "Bert", "--basis", "said at the beginning")
        scene.run("purge", "1", "--only", "audio", "--yes")
        scene.run("purge", "3", "--yes")
        scene.run("key", "recovery", "sheet.txt")
        scene.run("key", "recover", "sheet.txt")
        with scene.start("-c", _BUG) as process:
            assert "a mistake in Unhurried" in process.communicate(timeout=60)[1]
        left = scene.files()
        scene.run("purge", "--all", "--yes")

    patterns = {f"own/{each}" for each in listed()}
    named = {"work/own.json", "work/results/*.session.json", "work/sheet.txt"}
    half_written = {"work/.unhurried-*", "work/results/.unhurried-*"}
    assert {p for p in scene.seen if not expected(p, patterns | named | half_written)} == set()
    # It has seen what comes and goes, too.
    ends = {Path(path).suffix for path in scene.seen}
    assert ends >= {".db", ".db-wal", ".sound", ".lock", ".json", ".log"}
    assert {path for path in left if path.startswith("own/logs")} == {"own/logs/unhurried.log"}
    assert "own/data/speed.json" in left
    # And afterwards there is what was asked for by name, and nothing else.
    assert {path for path in scene.files() if not expected(path, named)} == set()
    assert list((scene.folder / "own").iterdir()) == []


def killed(scene: Scene, talk: Path) -> None:
    """A session that is ended as a power cut ends it."""
    before = scene.files()
    process = scene.start("-m", "live", "live", "--source", talk, *QUICK, *WITH_A)
    pause = threading.Event()
    while not any(path.endswith(".db-wal") for path in scene.files() - before):
        assert process.poll() is None
        pause.wait(0.02)
    process.send_signal(signal.SIGKILL)
    process.communicate()
