"""Getting a model: resumed where it broke off, checked to the byte, never half there.

The program that is called is a copy of ours whose manifest names small files on a server of the
tests; client and server run in processes of their own, as this one may open no socket.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nosockets
import pytest
from hub import Hub, serving, small_model, write_manifest
from outside import ROOT, Done, called, start

from live.errors import ModelMissingError
from live.transcribe.receipt import Origin
from live.transcribe.weights import verify

MODEL = "base.en"
PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
DRIVER = """
import dataclasses, json, os, sys
from outside import call
alone = dict(os.environ)
for line in sys.stdin:
    asked = json.loads(line)
    os.environ.clear()
    os.environ.update(alone | asked["environment"])
    print(json.dumps(dataclasses.asdict(call(*asked["arguments"]))), flush=True)
"""
"""Calls the program as often as asked in one process, which is quicker than one for each."""

KEPT = "the same command goes on from there"


@dataclass(frozen=True, slots=True)
class Program:
    """A copy of the program and the server its models come from."""

    tree: Path
    hub: Hub
    home: Path
    driver: subprocess.Popen[str]

    @property
    def weights(self) -> Path:
        return self.home / "data" / "weights" / MODEL

    @property
    def model(self) -> Path:
        """The weights of the installed model."""
        return next(self.weights.glob("[!.]*/model.bin"))

    @property
    def environment(self) -> dict[str, str]:
        mine = {"PYTHONPATH": str(self.tree), "HF_ENDPOINT": self.hub.url}
        return mine | {"UNHURRIED_HOME": str(self.home)}

    def models(self, *arguments: str | Path, **environment: str) -> Done:
        asked = {
            "arguments": ["models", *map(str, arguments)],
            "environment": self.environment | environment,
        }
        self.driver.stdin.write(json.dumps(asked) + "\n")
        self.driver.stdin.flush()
        return Done(**json.loads(self.driver.stdout.readline()))

    def get(self, name: str = MODEL, **environment: str) -> Done:
        return self.models("get", name, **environment)

    def installed(self) -> bool:
        """Whether the model is there and passes the full check."""
        try:
            return verify(MODEL, self.weights.parent).origin is Origin.PINNED
        except ModelMissingError:
            return False


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the program."""
    tree = tmp_path_factory.mktemp("program")
    for part in ("live", "config", "models"):
        shutil.copytree(ROOT / part, tree / part, ignore=shutil.ignore_patterns("__pycache__"))
    (tree / "pyproject.toml").touch()  # so that it knows itself for a checkout
    return tree


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    with serving(tmp_path_factory.mktemp("server")) as hub:
        yield hub


@pytest.fixture(scope="module")
def driver(tree: Path) -> Iterator[subprocess.Popen[str]]:
    kept = {name: value for name, value in os.environ.items() if name.lower() not in PROXIES}
    kept["PYTHONPATH"] = os.pathsep.join([str(tree), str(ROOT / "tests")])
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    command = [sys.executable, "-c", DRIVER]
    with subprocess.Popen(command, env=kept, cwd=tree, **pipes) as process:  # noqa: S603 - ours
        yield process
        process.stdin.close()


@pytest.fixture
def program(tmp_path, tree, server, driver, monkeypatch) -> Program:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    (tmp_path / "home").mkdir()
    server.forget()
    published = small_model(tmp_path / "published" / MODEL)
    write_manifest(tree / "models" / "manifest.toml", {MODEL: server.publish(published, MODEL)})
    return Program(tree, server, tmp_path / "home", driver)


def problem(done: Done) -> str:
    """The one thing that was said to be wrong."""
    assert done.code == 1, done
    assert "Traceback" not in done.err
    assert len(done.problems) == 1
    return done.problems[0]


def test_a_model_is_fetched_checked_and_there(program):
    done = program.get()

    assert done.code == 0, done.err
    assert "base.en is installed: every byte as pinned by Unhurried" in done.out
    assert "Fetching base.en (0.3 MB) from 127.0.0.1." in done.err
    assert program.installed()
    kept = sorted(path.name for path in next(program.weights.iterdir()).iterdir())
    assert kept == ["config.json", "model.bin", "tokenizer.json", "vocabulary.txt", "weights.json"]
    assert len(list(program.weights.iterdir())) == 1


def test_the_server_learns_nothing_but_the_program_s_name(program):
    program.get()

    for answer in program.hub.answers():
        headers = {name.lower(): value for name, value in answer["headers"].items()}
        assert headers.pop("user-agent").startswith("unhurried/")
        assert set(headers) <= {"accept-encoding", "connection", "host"}
        assert "?" not in answer["address"]


def test_what_is_there_is_not_fetched_again(program):
    program.get()
    before = program.hub.answers()

    assert "installed already" in program.get().out
    assert program.hub.answers() == before


def test_a_cut_connection_is_taken_up_again_in_the_same_call(program):
    program.hub.fault(file="model.bin", cut=120_000)
    done = program.get()

    assert done.code == 0
    assert program.installed()
    assert len(program.hub.answers("model.bin")) == 3
    assert program.hub.sent("model.bin") == program.model.stat().st_size


def test_a_later_call_asks_for_the_missing_rest_alone(program):
    program.hub.fault(file="model.bin", stall=120_000)
    with start("models", "get", MODEL, cwd=program.home, env=program.environment) as process:
        _wait_for_part(program, 120_000)
        process.kill()  # no chance to tidy up
        process.communicate(timeout=20)
    assert not program.installed()
    program.hub.fault()

    assert program.get().code == 0
    assert program.installed()
    assert program.hub.answers("model.bin")[-1]["headers"]["Range"] == "bytes=120000-"
    assert program.hub.sent("model.bin") == program.model.stat().st_size


def _wait_for_part(program: Program, size: int) -> Path:
    """Until so much of the model has come."""
    while True:
        for part in program.weights.glob(".*/model.bin.part"):
            if part.stat().st_size >= size:
                return part
        time.sleep(0.005)


def test_two_downloads_at_once_do_not_spoil_the_model(program):
    program.hub.fault(file="model.bin", slow=True)
    with start("models", "get", MODEL, cwd=program.home, env=program.environment) as process:
        part = _wait_for_part(program, 4096)
        with part.open("ab") as other:
            other.write(b"what another one has fetched")
        _, err = process.communicate(timeout=20)
    program.hub.fault()

    assert process.returncode == 1
    assert b"Something else is fetching the same model." in err
    assert not program.installed()


@pytest.mark.skipif(os.name != "posix", reason="signals of Unix")
def test_ctrl_c_keeps_what_came(program):
    program.hub.fault(file="model.bin", slow=True)
    with start("models", "get", MODEL, cwd=program.home, env=program.environment) as process:
        part = _wait_for_part(program, 4096)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=20)

    assert process.returncode == 130
    assert b"Stopped. What came is kept" in err
    assert b"Traceback" not in err
    assert 4096 <= part.stat().st_size < 300_000
    assert not program.installed()


def test_a_server_that_knows_no_parts_is_asked_for_everything_again(program):
    program.hub.fault(file="model.bin", cut=120_000, whole=True)
    problem(program.get())
    assert [one["status"] for one in program.hub.answers("model.bin")] == [200, 200]
    program.hub.fault(file="model.bin", whole=True)

    assert program.get().code == 0
    assert program.installed()


def test_a_part_of_something_else_is_thrown_away(program):
    program.hub.fault(file="model.bin", cut=0)
    problem(program.get())
    part = next(program.weights.glob(".*")) / "model.bin.part"
    part.write_bytes(b"nothing of the sort")
    program.hub.fault()

    assert "model.bin of base.en is not what it should be" in problem(program.get())
    assert not part.exists()
    assert program.get().code == 0


@pytest.mark.parametrize(
    ("fault", "said", "advice"),
    [
        ({"status": 404}, "does not have base.en any more", "newer Unhurried"),
        ({"status": 403}, "refuses to give base.en (403)", "unhurried models import"),
        ({"status": 407}, "proxy wants a name", "HTTPS_PROXY"),
        ({"status": 500}, "cannot give base.en now (500)", KEPT),
        ({"status": 429}, "cannot give base.en now (429)", KEPT),
        ({"file": "model.bin", "cut": 0}, "connection to 127.0.0.1 was lost", KEPT),
        ({"file": "model.bin", "wrong": True}, "not what it should be", "Try once more"),
        ({"page": True}, "has 33 bytes instead of", "hotel"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_what_goes_wrong_is_a_sentence_and_leaves_nothing_half(program, fault, said, advice):
    program.hub.fault(**fault)
    done = program.get()

    assert said in problem(done)
    assert advice in done.err
    assert list(program.weights.glob("[!.]*")) == []


def test_nobody_there_is_a_sentence(program):
    done = program.get(HF_ENDPOINT="http://127.0.0.1:9")
    assert problem(done) == "127.0.0.1 takes no connection."

    done = program.get(HF_ENDPOINT="http://nobody.invalid")
    assert problem(done) == "nobody.invalid cannot be found; is this computer online?"
    assert "unhurried models import FOLDER" in done.err

    assert "names no server" in problem(program.get(HF_ENDPOINT="file:///etc"))


def test_a_server_that_speaks_something_else_is_a_sentence(program):
    secure = program.hub.url.replace("http:", "https:")

    assert problem(program.get(HF_ENDPOINT=secure)) == "The connection to 127.0.0.1 was lost."


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY"])
def test_a_proxy_is_used(program, name):
    nowhere = "http://models.invalid"
    done = program.get(HF_ENDPOINT=nowhere, **{name: program.hub.url})

    assert done.code == 0, done.err
    assert program.installed()
    assert all(one["address"].startswith(nowhere) for one in program.hub.answers())


def test_a_proxy_that_is_not_there_is_doubted(program):
    done = program.get(http_proxy="http://127.0.0.1:9")

    assert problem(done)
    assert "proxy" in done.err


def test_a_full_disk_is_a_sentence_and_what_came_is_kept(program):
    resource = pytest.importorskip("resource", reason="limits are Unix's")
    # A file may not grow beyond that: the write fails as on a full disk.
    limit = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))}
    options = {"cwd": program.home, "env": program.environment} | limit
    done = called("models", "get", MODEL, **options)

    assert problem(done) == "The model cannot be kept: file too large."
    assert "Make room" in done.err
    part = next(program.weights.glob(".*")) / "model.bin.part"
    assert part.stat().st_size == 100_000
    assert not program.installed()

    assert program.get().code == 0
    assert program.hub.answers("model.bin")[-1]["headers"]["Range"] == "bytes=100000-"


def test_what_does_not_fit_is_not_asked_for(program, tree, tmp_path):
    manifest = tree / "models" / "manifest.toml"
    size = (tmp_path / "published" / MODEL / "model.bin").stat().st_size
    text = manifest.read_text()
    manifest.write_text(text.replace(f"size = {size}", "size = 1_000_000_000_000_000"))

    assert "There is not enough room" in problem(program.get())
    assert program.hub.answers() == []


def test_a_damaged_model_is_mended_by_getting_it_again(program):
    program.get()
    folder = next(program.weights.iterdir())
    size = (folder / "config.json").stat().st_size
    (folder / "config.json").write_bytes(b"x" * size)
    (folder / "weights.json").write_text("nonsense")
    before = program.hub.sent("model.bin")
    assert not program.installed()

    assert program.get().code == 0
    assert program.installed()
    assert program.hub.sent("model.bin") == before  # it was whole


def test_a_new_revision_takes_the_place_of_the_old_one(program, tree, tmp_path):
    program.get()
    changed = small_model(tmp_path / "published" / MODEL, size=200_000)
    write_manifest(tree / "models" / "manifest.toml", {MODEL: program.hub.publish(changed, MODEL)})
    assert program.installed()  # the old one is good until the new one is wanted
    old = [path.name for path in program.weights.iterdir()]

    assert program.get().code == 0
    assert program.installed()
    assert len(list(program.weights.iterdir())) == 1
    assert [path.name for path in program.weights.iterdir()] != old


def test_everything_else_about_models_asks_for_no_connection(program, monkeypatch, tmp_path):
    program.get()
    for name, value in program.environment.items():
        monkeypatch.setenv(name, value)
    steps = f"""
import sys
sys.path.insert(0, {str(program.tree)!r})
from live.app import main
for line in ("models verify", "models get {MODEL}", "models import " + sys.argv[1],
             "models import " + sys.argv[1] + " --name mine", "models remove mine"):
    assert main(line.split()) == 0, line
"""
    brought = tmp_path / "published" / MODEL

    done, attempts = nosockets.run(["-c", steps, str(brought)], tmp_path, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert attempts == []


def test_the_guard_of_the_test_before_sees_a_download(program, monkeypatch, tmp_path):
    for name, value in program.environment.items():
        monkeypatch.setenv(name, value)
    steps = f"""
import sys
sys.path.insert(0, {str(program.tree)!r})
from live.app import main
main(["models", "get", {MODEL!r}])
"""
    _, attempts = nosockets.run(["-c", steps], tmp_path, tmp_path)

    assert attempts


def test_a_fetched_model_is_loaded_by_the_recogniser_without_a_connection(
    program, tree, tmp_path, monkeypatch
):
    sample = tree / "models" / "sample" / "whisper"
    real = shutil.copytree(sample, tmp_path / "real", ignore=shutil.ignore_patterns("*.md"))
    write_manifest(tree / "models" / "manifest.toml", {MODEL: program.hub.publish(real, MODEL)})
    assert program.get().code == 0
    for name, value in program.environment.items():
        monkeypatch.setenv(name, value)
    steps = f"""
import sys
sys.path.insert(0, {str(program.tree)!r})
from live.transcribe.weights import find
from live.transcribe.whisper import load
load(find({MODEL!r}).folder, "cpu", 1)
"""
    done, attempts = nosockets.run(["-c", steps], tmp_path, tmp_path)

    assert done.returncode == 0, done.stderr
    assert attempts == []
