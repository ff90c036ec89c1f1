"""A session goes on to its end whatever the disk does, and says from when on it is not kept."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from outside import call, whole
from store.children import (
    CONDITIONS,
    PASSPHRASE,
    TROUBLES,
    Child,
    Nursery,
    begun,
    events_of,
    key_made,
    opened,
    write,
)

from live.app.stored import summarised
from live.store.catalogue import Kept
from live.store.consent import Keep
from live.store.places import Places
from live.types import samples

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="limits and forks are of Unix"),
    pytest.mark.slow,
]

SESSION = (
    *("--source", "sample", "--speed", "10000", "--seconds", "60", "--model", "none"),
    *("--set", "voice.engine=webrtc", "--terminal"),
)
NOT_KEPT = re.compile(r"From 0:0[45] on this session is not kept for now: .+\. It goes on\.")
AGAIN = re.compile(r"At 0:3\d the session is kept again; nothing is missing\.")
NEVER = "1000"


@pytest.fixture(autouse=True)
def passphrase(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNHURRIED_PASSPHRASE", PASSPHRASE)


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    with Nursery(tmp_path_factory.mktemp("children")) as found:
        yield found


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a session says when all goes well."""
    target = tmp_path_factory.mktemp("undisturbed") / "s.json"
    done = call("live", *SESSION, "--keep", "none", "--json", target)
    assert whole(target)["duration"] == 60
    return done.out.partition("\nWritten to")[0]


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A disk of 4 MB with the person's files on it."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount, unmount = shutil.which("mount"), shutil.which("umount")
    command = [str(mount), "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if mount is None or unmount is None or os.geteuid() != 0:
        pytest.skip("only an administrator can mount a small disk")
    if subprocess.run(command, check=False, capture_output=True).returncode:  # noqa: S603
        pytest.skip("no disk can be mounted here")
    monkeypatch.setenv("UNHURRIED_HOME", str(folder / "home"))
    yield folder
    subprocess.run([unmount, str(folder)], check=True)  # noqa: S603


def older() -> Kept:
    """A session from before; it must outlive everything."""
    key_made()
    with opened() as store:
        return write(store, 1, keep=Keep.AUDIO, events=5)


def troubled(
    nursery: Nursery,
    tmp_path: Path,
    *what: str,
    keep: str = "words",
    work: str = "troubled",
) -> Child:
    """A session with that trouble, over."""
    target = tmp_path / "s.json"
    clock = tmp_path / "clock"
    child = nursery.fork(work, *what, clock, *SESSION, "--keep", keep, "--json", target)
    child.end()
    assert "mistake in Unhurried" not in child.text
    assert "Traceback" not in child.text
    return child


def goes_on(child: Child, undisturbed: str, tmp_path: Path) -> None:
    """Every cue and the summary are said, the document elsewhere is whole."""
    assert child.code == 0, child.text
    said = child.text.splitlines()
    assert [line for line in undisturbed.splitlines() if line not in said] == []
    assert whole(tmp_path / "s.json")["duration"] == 60


def unharmed(kept: Kept) -> None:
    with opened() as store:
        assert store.catalogue.session(kept.number).uid == kept.uid
        with store.file(kept) as file:
            assert list(file.events()) == events_of(1, 5)
        vault = store.audio(kept)
        assert vault is not None
        with vault:
            assert [vault.read(i)[1] for i in range(len(vault))] == [b"sound of nobody"] * 5


@pytest.mark.parametrize("trouble", ["limited", "gone"])
def test_what_cannot_be_kept_any_more_is_said_once(nursery, tmp_path, undisturbed, trouble):
    before = older()
    child = troubled(nursery, tmp_path, trouble, NEVER)

    goes_on(child, undisturbed, tmp_path)
    assert len(NOT_KEPT.findall(child.text)) == 1, child.text
    assert re.search(r"This session is kept up to 0:0[45] only: ", child.text)
    if trouble == "gone":
        assert not Places.usual().folder.exists()
        Places.usual().folder.with_name("elsewhere").rename(Places.usual().folder)
    unharmed(before)
    shown = call("sessions", "show", "2")
    assert re.search(r"The sample session +0:0[45]\n", shown.out)
    assert "Stopped early" in shown.out


@pytest.mark.parametrize("trouble", ["limited", "gone"])
def test_when_the_trouble_ends_in_time_nothing_is_missing(nursery, tmp_path, undisturbed, trouble):
    before = older()
    child = troubled(nursery, tmp_path, trouble, "30")

    goes_on(child, undisturbed, tmp_path)
    assert len(NOT_KEPT.findall(child.text)) == 1, child.text
    assert len(AGAIN.findall(child.text)) == 1, child.text
    assert "kept up to" not in child.text
    unharmed(before)
    shown = call("sessions", "show", "2", "--json", tmp_path / "again.json")
    assert shown.code == 0
    assert whole(tmp_path / "again.json") == whole(tmp_path / "s.json")


def test_a_full_disk(nursery, tmp_path, undisturbed, small_disk):
    before = older()
    child = troubled(nursery, tmp_path, "full", NEVER)

    goes_on(child, undisturbed, tmp_path)
    assert len(NOT_KEPT.findall(child.text)) == 1, child.text
    assert "not kept for now: The disk is full. It goes on." in child.text
    assert "Make room on it." in child.text
    listed = call("sessions")  # with no room at all, too
    assert "mistake in Unhurried" not in listed.err
    purged = call("purge", "1", "--yes", "--dry-run")
    assert "mistake in Unhurried" not in purged.err
    (Places.usual().folder / "ballast").unlink()
    unharmed(before)
    assert "Stopped early" in call("sessions", "show", "2").out


def test_on_a_full_disk_deleting_makes_room(small_disk):
    kept = older()
    with opened() as store:
        write(store, 2)
    ballast = Places.usual().folder / "ballast"
    TROUBLES["full"](True)
    done = call("purge", "1", "--yes")
    assert "mistake in Unhurried" not in done.err
    if done.code:  # not a page could be written: nothing was deleted, and that is said
        assert done.problems == ["The disk is full."]
        ballast.unlink()
        assert call("purge", "1", "--yes").code == 0
    assert not Places.usual().session(kept.uid).exists()
    assert call("sessions", "show", "2").code == 0


def test_a_disk_that_is_full_for_a_while(nursery, tmp_path, undisturbed, small_disk):
    before = older()
    child = troubled(nursery, tmp_path, "full", "30")

    goes_on(child, undisturbed, tmp_path)
    assert len(AGAIN.findall(child.text)) == 1, child.text
    unharmed(before)
    call("sessions", "show", "2", "--json", tmp_path / "again.json")
    assert whole(tmp_path / "again.json") == whole(tmp_path / "s.json")


def test_voices_end_where_the_disk_is_full_and_the_rest_comes_after(
    nursery, tmp_path, undisturbed, small_disk
):
    before = older()
    child = troubled(nursery, tmp_path, "full", "30", keep="audio")

    goes_on(child, undisturbed, tmp_path)
    assert len(re.findall(r"From 0:0[56] on the voices are not kept: ", child.text)) == 1
    assert len(AGAIN.findall(child.text)) == 1
    unharmed(before)
    with opened() as store:
        vault = store.audio(store.catalogue.session(2))
        assert vault is not None
        with vault:
            starts = [vault.read(index)[0] for index in range(len(vault))]
    assert starts == list(range(0, len(starts) * samples(0.5), samples(0.5)))
    assert samples(4) <= starts[-1] <= samples(6)
    call("sessions", "show", "2", "--json", tmp_path / "again.json")
    assert whole(tmp_path / "again.json") == whole(tmp_path / "s.json")


def test_a_disk_too_small_to_begin_on(nursery, tmp_path, undisturbed, small_disk):
    before = older()
    files = sorted(Places.usual().sessions.iterdir())
    ballast = Places.usual().folder / "ballast"
    TROUBLES["full"](True)
    done = call("live", *SESSION, "--json", tmp_path / "s.json")

    assert done.code == 0
    assert done.out.startswith(undisturbed.partition("\n\n")[0])
    assert len(done.problems) == 1
    assert done.problems[0].startswith("This session is not kept: ")
    assert "Kept as" not in done.err
    ballast.unlink()
    assert [p for p in sorted(Places.usual().sessions.iterdir()) if p.suffix != ".lock"] == files
    unharmed(before)
    assert sorted(Places.usual().sessions.iterdir()) == files


@pytest.mark.skipif(os.geteuid() == 0 and sys.platform != "linux", reason="root may everything")
def test_folders_that_become_read_only_cost_nothing_that_was_told(nursery, tmp_path, undisturbed):
    """The files are open; what cannot be done at the end is done at the next opening."""
    before = older()
    child = troubled(nursery, tmp_path, "locked", NEVER, work="unprivileged")
    for folder in (Places.usual().folder, Places.usual().sessions):
        folder.chmod(0o700)

    goes_on(child, undisturbed, tmp_path)
    unharmed(before)
    call("sessions", "show", "2", "--json", tmp_path / "again.json")
    assert whole(tmp_path / "again.json") == whole(tmp_path / "s.json")


def test_a_database_that_may_not_grow_takes_all_of_it_later():
    key_made()
    troubles = []
    with opened() as store:
        writing = begun(store)
        limit = writing._file.connection.execute
        events = events_of(4, 300)
        for second in range(300):
            for event in events[5 * second : 5 * second + 5]:
                writing.take(event)
            if second in (50, 250):
                limit(f"PRAGMA max_page_count = {5 if second == 50 else 100_000}")
            writing.reached(samples(second + 1), lambda: CONDITIONS)
            troubles.append(writing.trouble)
        assert {str(each) for each in troubles} == {"None", "The disk is full."}
        assert troubles[:50] == [None] * 50
        assert None not in troubles[200:250]
        assert troubles[255:] == [None] * 45
        summary = summarised(events, samples(300), CONDITIONS)
        writing.finish(samples(300), CONDITIONS, summary, interrupted=False)
        with store.file(writing.kept) as file:
            assert list(file.events()) == events
