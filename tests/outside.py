"""The program called from outside, in this process or its own, and small files to give it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
from numpy.typing import NDArray

from live.app import main
from live.types import RATE

ROOT = Path(__file__).resolve().parents[1]

Sound = NDArray[np.float32]

_SCHEMA = jsonschema.Draft202012Validator(
    json.loads((ROOT / "config" / "session.schema.json").read_text(encoding="utf-8"))
)


@dataclass(frozen=True, slots=True)
class Done:
    """A finished call of the program."""

    code: int
    out: str
    err: str

    @property
    def problems(self) -> list[str]:
        """What the program said went wrong, each without its advice."""
        lines = self.err.splitlines()
        return [line.removeprefix("unhurried: ") for line in lines if line.startswith("unhurried:")]


def call(*arguments: str | Path) -> Done:
    """The program in this process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as end:  # argparse: --help, --version, wrong usage
            code = int(end.code or 0)
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.buffer.getvalue().decode("utf-8"))
    return Done(code, *texts)


def start(*arguments: str | Path, **options: Any) -> subprocess.Popen[bytes]:
    """The program in a process of its own; the folder and the environment can be given."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)} | options.pop("env", {})
    command = [sys.executable, "-m", "live", *map(str, arguments)]
    options = pipes | {"env": environment} | options
    return subprocess.Popen(command, **options)  # noqa: S603 - ourselves


def called(*arguments: str | Path, **options: Any) -> Done:
    """The program in a process of its own, waited for."""
    with start(*arguments, **options) as process:
        out, err = process.communicate(timeout=60)
    return Done(process.returncode, *((text or b"").decode("utf-8") for text in (out, err)))


def whole(document: str | Path) -> dict[str, Any]:
    """A session as JSON, strictly read and valid against the schema."""
    text = document.read_text(encoding="utf-8") if isinstance(document, Path) else document
    read = json.loads(text, parse_constant=_no_number)
    _SCHEMA.validate(read)
    return read


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is not JSON")


def wav(path: Path, sound: Sound, rate: int = RATE, width: int = 2) -> Path:
    """A wav file of tracks (channels, n) between -1 and 1."""
    whole = {1: (sound * 127 + 128).astype(np.uint8), 2: (sound * 32_767).astype("<i2")}[width]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(len(sound))
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(whole.T.tobytes())
    return path


def lines(path: Path, objects: Sequence[dict[str, Any]]) -> Path:
    """A file of JSON lines."""
    path.write_text("".join(json.dumps(one) + "\n" for one in objects), encoding="utf-8")
    return path


def flags(document: dict[str, Any]) -> list[tuple[Any, ...]]:
    """What must be equal for two documents to say the same, in their order."""
    return [
        (f["kind"], f["class"], f["status"], f["start"], f["end"], f["decided"])
        for f in document["flags"]
    ]
