"""A guard against the network: it refuses every Internet socket and writes down who asked.

Two layers. An audit hook sees what Python code does, in every thread, and cannot be taken off
again. It does not see native libraries, which ask the kernel themselves; on Linux a seccomp
filter ends the process that does so. Both reach child processes. Unix sockets, with which
processes of one machine talk, are left alone.
"""

from __future__ import annotations

import ctypes
import os
import platform
import socket
import struct
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOG = "UNHURRIED_TEST_SOCKETS"
"""The environment variable with the file in which a guarded process writes its attempts."""

LOOKUPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
ADDRESSED = {"socket.connect", "socket.bind", "socket.sendto"}


class SocketForbiddenError(RuntimeError):
    """Something asked for the network."""


def asks_for_network(event: str, args: tuple[object, ...]) -> bool:
    """Whether an audit event is about the Internet rather than about this machine's processes."""
    if event == "socket.__new__":
        return args[1] != getattr(socket, "AF_UNIX", None)
    if event in ADDRESSED:
        return not isinstance(args[1], str | bytes)  # the address of a Unix socket is a path
    return event in LOOKUPS


def forbid() -> list[str]:
    """Refuse Internet sockets in this process from now on; the list grows with each attempt.

    An attempt stands in the list (and in the file that LOG names) even when the code that made it
    swallowed the error.
    """
    attempts: list[str] = []
    log = os.environ.get(LOG)

    def hook(event: str, args: tuple[object, ...]) -> None:
        if not event.startswith("socket.") or not asks_for_network(event, args):
            return
        attempt = f"{event} {args[1:]}"
        attempts.append(attempt)
        if log:
            with Path(log).open("a") as file:
                file.write(attempt + "\n")
        raise SocketForbiddenError(attempt)

    sys.addaudithook(hook)
    return attempts


def forbid_in_kernel() -> bool:
    """Have Linux end this process and its children when they ask for an Internet socket.

    False where this cannot be had: another system, another processor, a locked-down container.
    """
    # numbers of the `socket` call and of the architecture, from the kernel's headers
    known = {"x86_64": (41, 0xC000003E), "aarch64": (198, 0xC00000B7)}
    if sys.platform != "linux" or platform.machine() not in known:
        return False
    call, architecture = known[platform.machine()]
    load, equal, done = 0x20, 0x15, 0x06  # BPF: load a word, jump when equal, return
    allow, kill = 0x7FFF0000, 0x80000000
    steps = [
        (load, 0, 0, 4),  # the architecture
        (equal, 0, 5, architecture),
        (load, 0, 0, 0),  # which call
        (equal, 0, 3, call),
        (load, 0, 0, 16),  # its first argument, the family
        (equal, 2, 0, socket.AF_INET),
        (equal, 1, 0, socket.AF_INET6),
        (done, 0, 0, allow),
        (done, 0, 0, kill),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("HP", len(steps), ctypes.addressof(code)))
    libc = ctypes.CDLL(None)
    no_new_privileges, set_seccomp, filter_mode = 38, 22, 2
    return not (
        libc.prctl(no_new_privileges, 1, 0, 0, 0)
        or libc.prctl(set_seccomp, filter_mode, ctypes.byref(program), 0, 0)
    )


def run(
    arguments: list[str], scratch: Path, folder: Path
) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """Run Python with these arguments in `folder`, guarded from its first line, children too.

    Gives what it returned and the attempts it made. `scratch` is a folder for the guard itself.
    """
    guard = scratch / "guard"
    guard.mkdir()
    # Python imports a module of this name at every start, so the guard reaches all processes.
    (guard / "sitecustomize.py").write_text(
        "import nosockets\nnosockets.forbid()\nnosockets.forbid_in_kernel()\n"
    )
    log = scratch / "attempts.txt"
    path = os.pathsep.join([str(guard), str(HERE)])
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, LOG: str(log)},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    return done, log.read_text().splitlines() if log.exists() else []
