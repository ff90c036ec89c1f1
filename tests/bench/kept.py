"""What keeping sessions costs, and what a crash costs of them; prints tables.

    python -m bench --only kept

500 sessions of an hour are made over two years, with twenty people, and then listed, opened and
deleted: in this process, and as whole commands in processes of their own. The key is kept with a
passphrase, so each whole command stretches it first. Then a vault of three hours, the sample
session with and without being kept, and 200 sessions killed.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

from bench import kept_kills
from bench.alone import THREADS
from bench.tables import table
from live.app import main as program
from live.app.stored import plain, read, summarised
from live.report.document import Conditions
from live.resources import own
from live.store.catalogue import Kept
from live.store.consent import Consent, Keep, Setting, Terms
from live.store.erase import erase_person, erase_sessions
from live.store.key import Key
from live.store.passphrase import VARIABLE
from live.store.places import Places
from live.store.retention import KeepOptions, apply, due
from live.store.store import Store, make_folders
from live.store.unlock import make, unlock
from live.store.vault import Vault, VaultWriter
from live.types import Class, Event, Flag, Samples, Speech, Track, Turn, Word, samples

SESSIONS = 500
PEOPLE = 20
HOUR = samples(3_600)
WORDS, TURNS, FLAGS = 9_000, 1_500, 300
DAYS = 730
LIST_S, OPEN_S = 0.3, 1.0
"""Seconds that listing all and opening one may take."""
TRIES = 5
HOURS = 3
PACKED = 8_000
"""Bytes of a packed half second: 115 MB an hour, the most that was measured."""
SHOW = ("sessions", "show", "250")
_ALONE = (sys.executable, "-m", "bench.alone")
SEED = 12
HEARD = plain(Conditions("live", "", 2, "none", "neural", "given", []))


class Nobody:
    """Is asked nothing and told nothing."""

    def secret(self, question: str) -> str | None:
        """No answer."""
        return None

    def notice(self, text: str) -> None:
        """Not heard."""


def hour(seed: int) -> list[Event]:
    """An hour's events: as many as a lively conversation has."""
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    lexicon = ["".join(chance.choices("etaoinshrdlu", k=chance.randint(1, 9))) for _ in range(800)]
    found: list[Event] = []
    for number in range(TURNS):
        start = Samples(number * HOUR // TURNS)
        track, length = list(Track)[number % 2], HOUR // TURNS - 4_000
        found += [Turn(start, Samples(start + length), track)]
        found += [
            Speech(Samples(start + at), Samples(start + at + length // 3), track)
            for at in (0, length // 2)
        ]
        step = length // (WORDS // TURNS)
        for index in range(WORDS // TURNS):
            at = Samples(start + index * step)
            text = chance.choice(lexicon)
            found.append(Word(at, Samples(at + step), track, text, round(chance.random(), 3)))
        if number % (TURNS // FLAGS) == 0:
            end = Samples(start + length)
            evidence = {"ms": number, "share": 0.5, "said": None}
            flag = Flag(start, end, track, "interruption", Class.COST, f"t{number}", end)
            found.append(_with(flag, " ".join(chance.choices(lexicon, k=6)), evidence))
    return found


def _with(flag: Flag, text: str, evidence: dict[str, str | int | float | bool | None]) -> Flag:
    return Flag(
        *(flag.start, flag.end, flag.track, flag.kind, flag.cls, flag.id, flag.decided),
        text=text,
        evidence=evidence,
    )


@dataclass
class Calendar:
    """A date that is set."""

    today: datetime

    def __call__(self) -> datetime:
        """It."""
        return self.today


def filled(places: Places, key: Key) -> float:
    """Make all the sessions; seconds it took."""
    calendar = Calendar(datetime(2026, 11, 22, 9, tzinfo=UTC) - timedelta(days=DAYS))
    hours = [hour(seed) for seed in range(5)]
    summaries = [summarised(events, HOUR, HEARD) for events in hours]
    began = time.perf_counter()
    with Store.open(places, key, calendar) as store:
        for number in range(SESSIONS):
            calendar.today += timedelta(days=DAYS / SESSIONS)
            person = f"Person {number % PEOPLE}"
            terms = Terms(live=True, words=True, audio=True)
            consent = Consent(person, calendar.today, Setting.SESSION, "contract", terms, "1")
            kept = Kept("", calendar.today, "live", "", Setting.SESSION, person, Keep.WORDS)
            writing = store.begin(kept, consent, HEARD, durable=False)
            for event in hours[number % len(hours)]:
                writing.take(event)
            writing.finish(HOUR, HEARD, summaries[number % len(hours)], interrupted=False)
    return time.perf_counter() - began


def took(work: Callable[[], object], tries: int = TRIES) -> float:
    """Seconds, the middle of several tries."""
    found = []
    for _ in range(tries):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return statistics.median(found)


def command(*arguments: str) -> None:
    """The program in a process of its own."""
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "live", *arguments], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"It could not be measured:\n{done.stderr}")


def here(*arguments: str) -> None:
    """The same in this process."""
    with redirect_stdout(StringIO()):
        program(arguments)


def library(places: Places, key: Key) -> Iterator[str]:
    """Listing, opening and deleting among many sessions."""
    made = filled(places, key)
    size = sum(path.stat().st_size for path in places.sessions.iterdir())
    yield f"{SESSIONS} sessions of an hour, made in {made / SESSIONS * 1e3:.0f} ms each"
    yield (
        f"on the disk: {size / 1e6:.0f} MB, {size / SESSIONS / 1e3:.0f} kB a session; "
        f"the list {places.catalogue.stat().st_size / 1e3:.0f} kB"
    )
    with Store.open(places, key, Calendar(datetime(2026, 11, 22, tzinfo=UTC))) as store:
        everyone = store.catalogue.sessions()

        def opened() -> None:
            with store.file(everyone[250]) as file:
                read(file)

        def listed() -> None:
            with Store.open(places, key, store.clock) as other:
                other.catalogue.sessions()

        def person() -> None:
            erase_person(store, "Person 3")

        def old() -> None:
            apply(store, due(store.catalogue.sessions(), KeepOptions(), store.clock()))

        listing, opening = took(listed), took(opened)
        whole_list, whole_show = took(lambda: here("sessions")), took(lambda: here(*SHOW))
        rows: list[Sequence[object]] = [
            ("key unlocked", "", took(lambda: unlock(places.folder, Nobody())), ""),
            ("list", "the store", listing, _held(listing <= LIST_S)),
            ("list", "sessions, in process", whole_list, ""),
            ("list", "sessions, whole command", took(lambda: command("sessions")), ""),
            ("open one", "the store", opening, _held(opening <= OPEN_S)),
            ("open one", "sessions show, in process", whole_show, ""),
            ("open one", "sessions show, whole command", took(lambda: command(*SHOW)), ""),
            ("nothing", "--version, whole command", took(lambda: command("--version")), ""),
            ("delete", "one", took(lambda: erase_sessions(store, [everyone.pop()]), 3), ""),
            ("delete", f"a person, {SESSIONS // PEOPLE} sessions", took(person, 1), ""),
            ("delete", "what was said before 90 days", took(old, 1), ""),
        ]
    yield table(rows, ("what", "how", "s", ""))


def vault(folder: Path) -> str:
    """Three hours of voices: written, opened, found, read."""
    path, key = folder / "three hours.sound", os.urandom(32)
    data, count = os.urandom(PACKED), HOURS * 7_200
    began = time.perf_counter()
    writer = VaultWriter.create(path, key)
    for index in range(count):
        writer.append(samples(index / 2), data)
    writer.close()
    written = time.perf_counter() - began
    opening = took(lambda: Vault.open(path, key).close())
    with Vault.open(path, key) as found:
        assert len(found) == count
        chance = random.Random(SEED)  # noqa: S311 - a sample, not a secret
        places = [samples(chance.uniform(0, HOURS * 3_600)) for _ in range(200)]
        seeking = took(lambda: [found.read(found.find(at)) for at in places], 3) / len(places)
    return (
        f"three hours of voices ({path.stat().st_size / 1e6:.0f} MB, {count} chunks): written in "
        f"{written:.1f} s, opened in {opening * 1e3:.0f} ms, a moment found and read in "
        f"{seeking * 1e3:.1f} ms"
    )


def cost(folder: Path) -> str:
    """The sample session as fast as it goes, kept and not kept."""
    rows: list[Sequence[object]] = []
    base: dict[str, tuple[float, float]] = {}
    for how in ("review", "live"):
        for keep in Keep:
            wall, cpu = _once(folder, how, keep)
            base.setdefault(how, (wall, cpu))
            rows.append((how, keep.value, wall, cpu, wall / base[how][0], cpu / base[how][1]))
    return table(rows, ("", "kept", "wall s", "CPU s", "wall ratio", "CPU ratio"))


def _once(folder: Path, how: str, keep: Keep) -> tuple[float, float]:
    source = ["sample"] if how == "review" else ["--source", "sample", "--speed", "1e9"]
    out = folder / "took.json"
    tests = Path(__file__).resolve().parents[1]
    path = os.pathsep.join([str(tests), str(tests.parent)])
    environment = os.environ | dict.fromkeys(THREADS, "1") | {"PYTHONPATH": path}
    began = time.perf_counter()
    subprocess.run(  # noqa: S603 - our own program
        [*_ALONE, str(out), "live", how, *source, "--model", "none", "--keep", keep.value],
        env=environment,
        check=True,
        capture_output=True,
    )
    wall = time.perf_counter() - began
    return wall, json.loads(out.read_text(encoding="utf-8"))["cpu_s"]


@contextmanager
def own_store() -> Iterator[tuple[Places, Key]]:
    """A store in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        before = {name: os.environ.get(name) for name in ("UNHURRIED_HOME", VARIABLE)}
        os.environ |= {"UNHURRIED_HOME": folder, VARIABLE: "correct horse battery staple"}
        try:
            make_folders(Places.usual())
            own("config").mkdir()
            # So that what is measured first deletes nothing of what is measured next.
            (own("config") / "settings.toml").write_text("[keep]\nwords_days = 0\n")
            yield Places.usual(), make(Places.usual().folder, Nobody())
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                os.environ |= {} if value is None else {name: value}


def main() -> None:
    """Print all of it."""
    with own_store() as (places, key):
        print("\nmany sessions")
        for line in library(places, key):
            print(f"  {line}" if "\n" not in line else line, flush=True)
    with own_store() as (places, _):
        print(f"\n  {vault(places.folder)}")
        print("\nthe sample session, kept and not kept, on one core")
        print(cost(places.folder), flush=True)
    with own_store():
        kept_kills.main()


def _held(kept: bool) -> str:
    return "kept" if kept else "BROKEN"
