"""Getting a model from the server that publishes it: the one file that may open a socket.

Plain HTTP with Python's own client: it says nothing about us but the program's name, takes the
proxies of the system, and can be read on one page. The hub's client was looked at for it. It reads
in steps of 10 MB, so a stop is heard late and as much is lost, and its errors are those of an HTTP
library that has changed twice; what it would check for us, the hashes in the manifest check better.
"""

from __future__ import annotations

import http
import http.client
import io
import os
import socket
import ssl
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import truststore

import live
from live.errors import OutputError, UnhurriedError
from live.options import Range
from live.transcribe import receipt
from live.transcribe.folder import look
from live.transcribe.manifest import Model, Pin
from live.transcribe.receipt import Origin, Receipt
from live.transcribe.weights import Told, Weights, cannot_keep, check_room, home, megabytes, settle

_SERVER = "https://huggingface.co"
_AGAIN = "Whatever came is kept: the same command goes on from there."
_BY_HAND = "unhurried models import FOLDER takes a model that was fetched elsewhere."


class DownloadError(UnhurriedError):
    """A model could not be fetched."""


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How patient a download is."""

    quiet_s: Annotated[float, Range(1, 300)] = 10.0
    """A connection on which nothing comes for so long is taken to be lost, as by the hub's own
    client. No stop is heard meanwhile."""
    piece_kb: Annotated[int, Range(4, 4096)] = 64
    """Read, written and told in steps of at most so much; a stop is heard between two."""


def fetch(
    model: Model,
    told: Told,
    stop: Callable[[], bool],
    where: Path | None = None,
    options: FetchOptions | None = None,
) -> Weights | None:
    """Fetch what is not there yet of a model, check it and install it; None when it was stopped.

    What an interrupted call, or a damaged installation, left of the model is used. Raises
    `DownloadError`, and `OutputError` when it cannot be kept.
    """
    where = where or home()
    job = _Job(model, _server(), told, stop, options or FetchOptions())
    draft = _draft(model, where)
    check_room(where, model.size - _there(draft), f"The model {model.name}")
    hashed, before = {}, 0
    for name, pin in model.files.items():
        if not job.get(name, draft / name, pin, before):
            return None
        hashed[name] = receipt.entry(draft / name, pin.sha256)
        before += pin.size
    languages = look(draft).languages
    made = Receipt(model.name, model.revision, Origin.PINNED, languages, hashed)
    return settle(draft, made, where)


def host() -> str:
    """The name of the machine that models come from."""
    return urllib.parse.urlsplit(_server()).hostname or _server()


def _server() -> str:
    """Where models come from; a mirror can be named as for other programs that fetch them."""
    server = (os.environ.get("HF_ENDPOINT") or _SERVER).rstrip("/")
    if urllib.parse.urlsplit(server).scheme not in ("https", "http"):
        raise DownloadError(
            f"HF_ENDPOINT names no server: {server}.", f"It looks like {_SERVER}; or unset it."
        )
    return server


def _draft(model: Model, where: Path) -> Path:
    """The folder in which the model is put together, with what is left of an earlier try."""
    target = where / model.name / model.revision
    draft = target.with_name(f".{model.revision}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.is_dir() and not draft.exists():
            target.rename(draft)  # damaged, or nobody would have asked: its good files stay
        draft.mkdir(exist_ok=True)
    except OSError as error:
        raise cannot_keep(where, error) from error
    return draft


def _there(draft: Path) -> int:
    return sum(path.stat().st_size for path in draft.iterdir() if path.is_file())


@dataclass(frozen=True, slots=True)
class _Job:
    """One model being fetched."""

    model: Model
    server: str
    told: Told
    stop: Callable[[], bool]
    options: FetchOptions

    def get(self, name: str, path: Path, pin: Pin, before: int) -> bool:
        """Make sure that a file is there and right; False when stopped.

        `before` is how many bytes of the model the files before it have.
        """
        if path.is_file():
            if path.stat().st_size == pin.size and receipt.digest(path) == pin.sha256:
                self.told(before + pin.size, self.model.size)
                return True
            path.unlink()
        part = path.with_name(f"{name}.part")
        if not self._whole(name, part, pin, before):
            return False
        if receipt.digest(part) != pin.sha256:
            part.unlink()
            raise DownloadError(
                f"What came as {name} of {self.model.name} is not what it should be.",
                "It was thrown away. Try once more; if it happens again, something between you and "
                f"the server changes it.\n  {_BY_HAND}",
            )
        part.rename(path)
        return True

    def _whole(self, name: str, part: Path, pin: Pin, before: int) -> bool:
        """Bring a part to its size, in as many attempts as bring something; False when stopped."""
        if _size(part) > pin.size:
            part.unlink()
        while (there := _size(part)) < pin.size:
            problem: Exception = ConnectionError("closed before the end")
            try:
                if not self._attempt(name, part, pin, before):
                    return False
            except (OSError, http.client.HTTPException) as error:
                problem = error
                if self.stop():
                    return False
            if _size(part) <= there:
                raise _problem(problem, self.model.name, self.server) from problem
        return True

    def _attempt(self, name: str, part: Path, pin: Pin, before: int) -> bool:
        """Ask for the rest of a file and append what comes; False when stopped."""
        there = _size(part)
        with self._ask(name, there) as answer, _appending(part) as file:
            if answer.status != http.HTTPStatus.PARTIAL_CONTENT:
                file.truncate(0)  # a server or proxy that knows no parts begins again
                there = 0
            if answer.length not in (None, pin.size - there):
                raise _other_file(name, self.model.name, answer.length + there, pin.size)
            while there < pin.size:
                if self.stop():
                    return False
                piece = answer.read1(min(self.options.piece_kb * 1024, pin.size - there))
                if not piece:
                    break
                there += len(piece)
                _keep(file, piece, there)
                self.told(before + there, self.model.size)
            os.fsync(file.fileno())
        return True

    def _ask(self, name: str, there: int) -> http.client.HTTPResponse:
        url = f"{self.server}/{self.model.repository}/resolve/{self.model.revision}/{name}"
        headers = {"User-Agent": f"unhurried/{live.__version__}", "Accept-Encoding": "identity"}
        if there:
            headers["Range"] = f"bytes={there}-"
        request = urllib.request.Request(url, headers=headers)  # noqa: S310 - `_server` saw to it
        # Python's own list of whom to trust is empty in some installations on macOS.
        context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context))
        answer: http.client.HTTPResponse = opener.open(request, timeout=self.options.quiet_s)
        return answer


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _appending(part: Path) -> io.FileIO:
    """A file to append to, unbuffered: whatever ends this process, what came is on the disk."""
    try:
        return io.FileIO(part, "ab")
    except OSError as error:
        raise cannot_keep(part.parent, error) from error


def _keep(file: io.FileIO, piece: bytes, end: int) -> None:
    """Append a piece, after which the file is to end there."""
    rest = memoryview(piece)
    try:
        while rest:
            rest = rest[file.write(rest) :]
    except OSError as error:
        why = (error.strerror or "the system refused").lower()
        raise OutputError(
            f"The model cannot be kept: {why}.",
            f"{megabytes(end - len(rest))} of this file have come and are kept. Make room, and the "
            "same command goes on from there.",
        ) from error
    if file.tell() != end:
        raise DownloadError(
            "Something else is fetching the same model.", "Wait for it, then try again."
        )


def _other_file(name: str, model: str, offered: int, size: int) -> DownloadError:
    return DownloadError(
        f"What the server offers as {name} of {model} has {offered:,} bytes instead of {size:,}.",
        "Something may answer in its place, as the log-in page of a hotel does: open a web page, "
        f"then try again.\n  {_BY_HAND}",
    )


def _problem(error: Exception, model: str, server: str) -> DownloadError:
    """What went wrong on the way, in words."""
    if isinstance(error, urllib.error.HTTPError):
        error.close()
        return _refusal(error.code, model)
    if isinstance(error, urllib.error.URLError) and isinstance(error.reason, Exception):
        error = error.reason
    address = urllib.parse.urlsplit(server)
    there = address.hostname or server
    proxy = urllib.request.getproxies().get(address.scheme)
    doubt = "\n  It was tried through the proxy that is set: is that right?" if proxy else ""
    match error:
        case ssl.SSLCertVerificationError():
            what = (
                f"The connection to {there} cannot be trusted: nobody here knows its certificate."
            )
            cure = "If your network looks into connections, name its certificate in SSL_CERT_FILE."
            return DownloadError(what, f"{cure}\n  {_BY_HAND}")
        case OSError() if "failed: 407" in str(error):  # by a proxy that was asked for a tunnel
            return _refusal(http.HTTPStatus.PROXY_AUTHENTICATION_REQUIRED, model)
        case socket.gaierror():
            what = f"{there} cannot be found; is this computer online?"
        case TimeoutError():
            what = f"Nothing came from {there} any more."
        case ConnectionRefusedError():
            what = f"{there} takes no connection."
        case _:
            what = f"The connection to {there} was lost."
    return DownloadError(what, f"{_AGAIN}{doubt}\n  {_BY_HAND}")


def _refusal(code: int, model: str) -> DownloadError:
    """What an answer means that is no file."""
    match code:
        case 404 | 410:
            what = f"The server does not have {model} any more as Unhurried knows it ({code})."
            return DownloadError(what, f"A newer Unhurried may.\n  {_BY_HAND}")
        case 407:
            cure = "Write them into HTTPS_PROXY: http://NAME:PASSWORD@HOST:PORT"
            return DownloadError("The proxy wants a name and a password.", cure)
        case 401 | 403 | 451:
            return DownloadError(f"The server refuses to give {model} ({code}).", _BY_HAND)
    return DownloadError(
        f"The server cannot give {model} now ({code}).", f"Try again later. {_AGAIN}"
    )
