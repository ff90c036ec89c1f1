"""A server of models for tests, with the faults that real ones and the way to them have.

It runs in a process of its own, as the tests' own process may open no socket (`nosockets`). It
answers as the public one does: small files and large ones are redirected to other addresses of it,
a part of a file can be asked for, and every answer is written down.

    python hub.py FOLDER     serves FOLDER/files/OWNER/NAME/REVISION/*, says its port
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

OWNER = "Tests"
_LANGUAGES = ("en", "de", "fr", "es", "it")


@dataclass(frozen=True, slots=True)
class Hub:
    """The server as a test sees it."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def publish(self, folder: Path, name: str) -> dict[str, Any]:
        """Serve a copy of the files in a folder; the model's entry for a manifest."""
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
        every = hashlib.sha256(b"".join(files.values())).hexdigest()
        place = self.folder / "files" / OWNER / name / every[:40]
        place.mkdir(parents=True, exist_ok=True)
        for file, data in files.items():
            (place / file).write_bytes(data)
        return {
            "repository": f"{OWNER}/{name}",
            "revision": every[:40],
            "licence": "MIT",
            "languages": "english" if name.endswith(".en") else "multilingual",
            "files": {
                file: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
                for file, data in files.items()
            },
        }

    def fault(self, **fault: Any) -> None:
        """From now on go wrong: see `_Answer`; without arguments, go well again."""
        draft = self.folder / "fault.draft"
        draft.write_text(json.dumps(fault))
        draft.replace(self.folder / "fault.json")

    def forget(self) -> None:
        """Go well from now on, and forget what was answered."""
        for name in ("fault.json", "log.jsonl"):
            (self.folder / name).unlink(missing_ok=True)

    def answers(self, file: str = "") -> list[dict[str, Any]]:
        """What was answered so far to requests for that file, redirections left out."""
        log = self.folder / "log.jsonl"
        lines = log.read_text().splitlines() if log.exists() else []
        return [one for one in map(json.loads, lines) if one["path"].endswith(file)]

    def sent(self, file: str) -> int:
        """Bytes of a file that were sent, over all answers."""
        return sum(one["sent"] for one in self.answers(file))


@contextmanager
def serving(folder: Path) -> Iterator[Hub]:
    """A server over a folder, until this is left."""
    folder.mkdir(exist_ok=True)
    process = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, __file__, str(folder)], stdout=subprocess.PIPE, text=True
    )
    with process:
        try:
            assert process.stdout is not None
            yield Hub(folder, int(process.stdout.readline()))
        finally:
            process.kill()


class _Answer(BaseHTTPRequestHandler):
    """One answer.

    What `fault.json` may hold, for files whose name ends in its `file`: `status`, this code instead
    of the file; `cut`, close after so many bytes of an answer; `stall`, send no more after so many;
    `slow`, take a moment after every 4 kB; `wrong`, other bytes; `page`, a web page instead;
    `whole`, never a part; `times`, only so often.
    """

    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        path = Path(urlsplit(self.path).path)  # a proxy is asked for a whole address
        fault = self.server.fault(path.name)
        if "status" in fault:
            self._say(path, fault["status"], b"no")
            return
        if "page" in fault:
            self._say(path, 200, b"<html>Welcome to the hotel</html>")
            return
        owner, name, kind, *rest = path.parts[1:]
        if kind == "resolve":
            self.send_response(302 if path.name == "model.bin" else 307)
            self.send_header("Location", f"/{owner}/{name}/stored/{'/'.join(rest)}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        file = self.server.folder.joinpath("files", owner, name, *rest)
        if not file.is_file():
            self._say(path, 404, b"Entry not found")
            return
        self._file(path, file.read_bytes(), fault)

    def _file(self, path: Path, data: bytes, fault: Mapping[str, Any]) -> None:
        if "wrong" in fault:
            data = bytes(byte ^ 1 for byte in data)
        asked = self.headers.get("Range")
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        if "whole" in fault:
            start = 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        most = min(fault.get("cut", len(data)), fault.get("stall", len(data)))
        sent = data[start:][:most]
        self._note(path, 206 if start else 200, len(sent))
        for at in range(0, len(sent), 4096) if "slow" in fault else []:
            self.wfile.write(sent[at : at + 4096])
            time.sleep(0.02)
        if "slow" not in fault:
            self.wfile.write(sent)
        if "stall" in fault:
            time.sleep(60)
        self.close_connection = len(sent) < len(data) - start

    def _say(self, path: Path, code: int, text: bytes) -> None:
        self._note(path, code, len(text))
        self.send_response(code)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _note(self, path: Path, code: int, sent: int) -> None:
        self.server.note(
            {
                "path": str(path),
                "address": self.path,
                "status": code,
                "sent": sent,
                "headers": dict(self.headers),
            }
        )

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: the log is a file."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.folder = folder

    def fault(self, name: str) -> dict[str, Any]:
        """What is to go wrong with a file of that name now."""
        try:
            fault = json.loads((self.folder / "fault.json").read_text())
        except FileNotFoundError:
            return {}
        if not name.endswith(fault.get("file", "")):
            return {}
        if "times" in fault:
            done = sum(self._counted(name))
            return fault if done < fault["times"] else {}
        return fault

    def _counted(self, name: str) -> Iterator[int]:
        log = self.folder / "log.jsonl"
        for line in log.read_text().splitlines() if log.exists() else []:
            yield json.loads(line)["path"].endswith(name)

    def note(self, answer: Mapping[str, Any]) -> None:
        with (self.folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(answer) + "\n")

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in the middle is what these tests are about."""


def small_model(folder: Path, size: int = 300_000, languages: int = 1) -> Path:
    """A folder that looks like a Whisper model to all but the recogniser: `size` bytes of weights.

    More than one language makes a vocabulary as long as a multilingual model's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    special = ["<|endoftext|>", "<|startoftranscript|>", "<|notimestamps|>"]
    tongues = [f"<|{code}|>" for code in _LANGUAGES]
    words = 51_865 - len(special) - len(tongues) if languages > 1 else 40
    tokens = [*(f"w{number}" for number in range(words)), *special, *tongues]
    (folder / "vocabulary.txt").write_text("\n".join(tokens) + "\n")
    added = [{"id": words + at, "content": token} for at, token in enumerate(special)]
    (folder / "tokenizer.json").write_text(json.dumps({"added_tokens": added}))
    (folder / "config.json").write_text(json.dumps({"suppress_ids": [], "alignment_heads": []}))
    noise = hashlib.shake_256(folder.name.encode()).digest(size)
    (folder / "model.bin").write_bytes(
        struct.pack("<IH", 6, 12)
        + b"WhisperSpec\0"
        + struct.pack("<II", 3, 1)
        + struct.pack("<H", 5)
        + b"part\0"
        + struct.pack("<BIBI", 1, size, 1, size)
        + noise
        + struct.pack("<I", 0)
    )
    return folder


def write_manifest(path: Path, models: Mapping[str, Mapping[str, Any]]) -> None:
    """A manifest that names these models."""
    lines = []
    for name, model in models.items():
        lines.append(f'[models."{name}"]')
        lines += [f"{key} = {json.dumps(value)}" for key, value in model.items() if key != "files"]
        lines.append(f'[models."{name}".files]')
        for file, pin in model["files"].items():
            lines.append(f'"{file}" = {{ size = {pin["size"]}, sha256 = "{pin["sha256"]}" }}')
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    server = _Server(Path(sys.argv[1]))
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    os.close(sys.stdout.fileno())
    server.serve_forever()
