"""What a screen reader is told: the tree of AT-SPI, walked over a D-Bus of its own."""

from __future__ import annotations

import argparse
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from desktop import Desktop, until
from jeepney import DBusAddress, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

LAUNCHER = next(
    (p for p in ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")
     if Path(p).exists()), None)  # fmt: skip

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        LAUNCHER is None or shutil.which("dbus-daemon") is None, reason="needs at-spi2-core, dbus"
    ),
]

ACCESSIBLE = "org.a11y.atspi.Accessible"
USED = {"push button", "button", "check box", "combo box", "text", "entry", "list", "spin button",
        "toggle button", "progress bar", "menu item", "password text"}  # fmt: skip
"""Roles of what a person can use, or has to be told of."""


@dataclass
class Node:
    """One thing on the screen, as a screen reader knows it."""

    name: str
    role: str
    states: int
    children: list[Node] = field(default_factory=list)

    def all(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.all()

    def has(self, state: int) -> bool:
        return bool(self.states >> state & 1)


FOCUSABLE, SHOWING = 11, 25


class Reader:
    """Asks the accessibility bus."""

    def __init__(self, address: str) -> None:
        self.bus: DBusConnection = open_dbus_connection(address)

    def ask(self, name: str, path: str, interface: str, method: str, *body: Any) -> Any:
        signature = {1: "s", 2: "ss"}.get(len(body))
        address = DBusAddress(path, name, interface)
        message = new_method_call(address, method, signature, body)
        reply = self.bus.send_and_get_reply(message, timeout=5)
        return reply.body[0] if reply.body else None

    def node(self, name: str, path: str, depth: int = 0) -> Node:
        read = "org.freedesktop.DBus.Properties"
        named = self.ask(name, path, read, "Get", ACCESSIBLE, "Name")[1]
        role = self.ask(name, path, ACCESSIBLE, "GetRoleName")
        low, high = self.ask(name, path, ACCESSIBLE, "GetState")
        made = Node(named, role, low | high << 32)
        if depth < 25:
            children = self.ask(name, path, ACCESSIBLE, "GetChildren")
            made.children = [self.node(*each, depth + 1) for each in children]
        return made

    def program(self, title: str) -> Node | None:
        root = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
        for name, path in self.ask(*root, ACCESSIBLE, "GetChildren"):
            found = self.node(name, path)
            if any(each.name == title for each in found.children):
                return found
        return None


@pytest.fixture
def buses(desk: Desktop, tmp_path: Path) -> Iterator[tuple[dict[str, str], Reader]]:
    """A session bus and an accessibility bus that nobody else is on."""
    socket = f"unix:path={tmp_path / 'bus'}"
    daemon = subprocess.Popen(  # noqa: S603
        ["dbus-daemon", "--session", "--nofork", "--address", socket, "--print-address"],  # noqa: S607
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=desk.environment,
    )  # fmt: skip
    address = daemon.stdout.readline().strip()
    environment = {"DBUS_SESSION_BUS_ADDRESS": address, "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1"}
    desk.start(LAUNCHER, "--launch-immediately", env=environment)
    session = open_dbus_connection(address)

    def bus() -> str:
        where = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")
        reply = session.send_and_get_reply(new_method_call(where, "GetAddress"), timeout=5)
        answer = str(reply.body[0])
        return answer if answer.startswith("unix:") else ""

    reader = Reader(until(bus))
    yield environment, reader
    reader.bus.close()
    session.close()
    daemon.terminate()
    daemon.wait()
    daemon.stdout.close()


def test_everything_that_can_be_used_has_a_name_and_can_be_reached(desk, buses):
    environment, reader = buses
    process = desk.python("-m", "live", env=environment, stderr=subprocess.PIPE)
    desk.wait_for("Unhurried")
    tree = until(lambda: reader.program("Unhurried"))

    showing = [node for node in tree.all() if node.has(SHOWING)]
    used = [node for node in showing if node.role in USED]
    assert [node.role for node in used if not node.name.strip()] == []
    assert {"Start listening", "Settings", "What would others see?"} <= {n.name for n in used}
    assert {"Practice: Mode", "With a client: Mode", "Observe: Mode"} <= {
        node.name for node in used
    }
    reached = [n for n in used if n.role not in ("progress bar", "list item")]
    assert [node.name for node in reached if not node.has(FOCUSABLE)] == []
    process.terminate()
    assert process.communicate(timeout=20)[1] == b""


def test_the_overlay_says_what_it_shows(desk, buses):
    environment, reader = buses
    desk.python(
        *("-m", "live", "live", "--source", "sample", "--seconds", "20"),
        env=environment | {"UNHURRIED_PASSPHRASE": "correct horse battery staple"},
    )

    def said() -> bool:
        root = ("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")
        for name, path in reader.ask(*root, ACCESSIBLE, "GetChildren"):
            if any("Listening" in node.name for node in reader.node(name, path).all()):
                return True
        return False

    until(said, 30, every_s=0.3)


def test_tab_goes_through_the_panel_in_order_and_comes_round(qt, shown, wait):
    from PyQt6.QtCore import Qt
    from PyQt6.QtTest import QTest

    from live.app.window import Program
    from live.ui.application import Application

    application = Application(qt, Program(argparse.Namespace()))
    panel = shown(application.panel)
    panel.activateWindow()
    panel.begin.setFocus()
    seen = []
    for _ in range(30):
        QTest.keyClick(qt.focusWidget(), Qt.Key.Key_Tab)
        widget = qt.focusWidget()
        seen.append(widget.accessibleName() or widget.text())
        if widget is panel.begin:
            break

    assert seen[-1] == "Start listening"
    names = ["Change: Sound", "Change: Shown", "Change: Words", "Change: Kept"]
    assert [name for name in seen if name in names] == names
    assert seen.index("What would others see?") > seen.index("Change: Kept")
    application.quit()
