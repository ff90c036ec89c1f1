"""A desktop of its own: an X server, a window manager and a compositor, for as long as needed.

Everything is asked of the X server itself, as any other program could: what is to be seen, which
window is where, which has the focus.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from Xlib import X
from Xlib.display import Display
from Xlib.xobject.drawable import Window

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = ("Xvfb", "openbox", "picom", "xdotool")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]
WHY = f"needs {', '.join(MISSING)} (make test installs them on Debian, as root)"

T = TypeVar("T")

Pixels = NDArray[np.uint8]
"""Shape (height, width, 3), red, green, blue."""


@dataclass
class Desktop:
    """A running one."""

    name: str
    """Its DISPLAY."""
    display: Display
    home: Path
    width: int
    height: int
    started: list[subprocess.Popen[Any]] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """For programs that are to appear on it and nowhere else."""
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("WAYLAND", "QT_", "XDG_", "DBUS_"))
        }
        return kept | {
            "DISPLAY": self.name,
            "HOME": str(self.home),
            "XDG_RUNTIME_DIR": str(self.home),
            "QT_QPA_PLATFORM": "xcb",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
            "LANG": "C.UTF-8",
            "UNHURRIED_HOME": os.environ.get("UNHURRIED_HOME", str(self.home / "own")),
        }

    def start(self, *command: str | Path, **options: Any) -> subprocess.Popen[Any]:
        """A program on it, ended with it."""
        environment = self.environment | options.pop("env", {})
        usual = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        done = subprocess.Popen(  # noqa: S603 - programs of this machine, named by tests
            [str(part) for part in command], env=environment, **usual | options
        )
        self.started.append(done)
        return done

    def python(self, *arguments: str | Path, **options: Any) -> subprocess.Popen[Any]:
        """Our own interpreter on it."""
        return self.start(sys.executable, *arguments, **options)

    def xdotool(self, *arguments: str | int) -> str:
        """Ask or do something as a person's mouse and keyboard would."""
        done = subprocess.run(  # noqa: S603
            ["xdotool", *map(str, arguments)],  # noqa: S607 - wherever it is installed
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
        return done.stdout.strip()

    def grab(
        self, x: int = 0, y: int = 0, width: int | None = None, height: int | None = None
    ) -> Pixels:
        """What is to be seen."""
        width, height = width or self.width - x, height or self.height - y
        root = self.display.screen().root
        image = root.get_image(x, y, width, height, X.ZPixmap, 0xFFFFFFFF)
        return np.frombuffer(image.data, np.uint8).reshape(height, width, 4)[:, :, 2::-1]

    def windows(self, title: str) -> list[Window]:
        """Mapped windows of that title, also those no window manager knows."""
        found = []
        stack = [self.display.screen().root]
        while stack:
            window = stack.pop()
            try:
                stack += window.query_tree().children
                name = window.get_full_text_property(self.display.get_atom("_NET_WM_NAME"))
                named = (name or window.get_wm_name()) == title
                if named and window.get_attributes().map_state == X.IsViewable:
                    found.append(window)
            except Exception:  # noqa: BLE001, S112 - it has just been closed
                continue
        return found

    def wait_for(self, title: str, timeout_s: float = 20.0) -> Window:
        """The window of that title, as soon as it is there."""
        return until(lambda: next(iter(self.windows(title)), None), timeout_s)


def until(ask: Callable[[], T], timeout_s: float = 20.0, every_s: float = 0.02) -> T:
    """The first answer that is true. Fails when none comes."""
    end = time.monotonic() + timeout_s
    while True:
        answer = ask()
        if answer:
            return answer
        assert time.monotonic() < end, "it did not come"
        time.sleep(every_s)


@contextmanager
def desktop(home: Path, size: tuple[int, int] = (1280, 800)) -> Iterator[Desktop]:
    """Xvfb, openbox and picom, ended in every case."""
    home.mkdir(parents=True, exist_ok=True)
    read, write = os.pipe()
    with ExitStack() as stack:
        server = subprocess.Popen(  # noqa: S603
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size[0]}x{size[1]}x24",  # noqa: S607
             "-dpi", "96", "-nolisten", "tcp", "-noreset"],
            pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        stack.callback(_end, server)
        os.close(write)
        with os.fdopen(read) as told:
            name = f":{told.readline().strip()}"
        display = Display(name)
        stack.callback(display.close)
        made = Desktop(name, display, home, *size)
        stack.callback(lambda: [_end(each) for each in reversed(made.started)])
        root = display.screen().root
        made.start("openbox", "--sm-disable")
        check = display.intern_atom("_NET_SUPPORTING_WM_CHECK")
        until(lambda: root.get_full_property(check, X.AnyPropertyType))
        made.start("picom", "--backend", "xrender", "--config", os.devnull)
        manager = display.intern_atom("_NET_WM_CM_S0")
        until(lambda: display.get_selection_owner(manager))
        yield made


def _end(process: subprocess.Popen[Any]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
