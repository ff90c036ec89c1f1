"""`unhurried self-test`: the sample session through every part that is installed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from live.app.terminal import Terminal
from live.audio.recording import open_recording
from live.engine import EngineOptions, engine
from live.errors import UnhurriedError
from live.kinds import KINDS, Needs
from live.report.document import Conditions, document
from live.report.record import Record
from live.resources import own, shipped
from live.session import run
from live.settings import load
from live.speech.neural import load as load_network
from live.speech.neural import network_file
from live.transcribe.attendant import Attendant
from live.transcribe.backlog import BacklogOptions
from live.transcribe.compare import distance
from live.transcribe.guards import GuardOptions
from live.transcribe.loading import LoadWhisper
from live.transcribe.weights import SAMPLE, find, installed
from live.transcribe.whisper import WordsOptions
from live.transcribe.worker import WorkerDesk
from live.types import Track, samples

WRONG_WORDS = 0.15
"""The sample model may get no more of the sample session's words wrong."""
ONSET = samples(0.3)
"""How far from the truth a flag of the sample session may begin."""


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    prove: Callable[[], str]
    """Says what was found; raises when the part does not work."""


def self_test(terminal: Terminal) -> int:
    """Try every part; a line each, and the exit code."""
    well = True
    for part in _parts():
        try:
            terminal.line(f"ok      {part.name}: {part.prove()}")
        except (UnhurriedError, OSError, ImportError, AssertionError) as error:
            well = False
            hint = f" {error.hint}" if isinstance(error, UnhurriedError) else ""
            terminal.line(f"FAILED  {part.name}: {error}{hint}")
    terminal.line("Everything installed works." if well else "Something does not work; see above.")
    return 0 if well else 1


def _parts() -> Iterator[_Part]:
    heard: list[Record] = []
    yield _Part("settings", _settings)
    yield _Part("finding voices", _network)
    yield _Part("sample session", lambda: _sample(heard))
    yield _Part("flags", lambda: _flags(heard))
    yield _Part("words", _words)
    yield _Part("your models", _models)
    yield _Part("session document", lambda: _document(heard))


def _settings() -> str:
    load()
    path = own("config") / "settings.toml"
    return f"in order; your own {'are in' if path.exists() else 'would be in'} {path}"


def _network() -> str:
    load_network(network_file())
    return "the network is there and loads"


def _sample(heard: list[Record]) -> str:
    source = open_recording(shipped("models") / "sample" / "session.opus", kind="sample")
    record = run(source, engine(EngineOptions(), sound=True), lambda event: None)
    heard.append(record)
    return f"{record.duration / 16_000:.0f} s heard, {len(record.turns)} turns"


def _flags(heard: list[Record]) -> str:
    truth = json.loads((shipped("models") / "sample" / "truth.json").read_text(encoding="utf-8"))
    planted = [p for p in truth["planted"] if _by_sound(p)]
    found = sum(
        any(
            f.kind == p["kind"] and abs(f.start - samples(p["start"])) <= ONSET
            for record in heard
            for f in record.counted
        )
        for p in planted
    )
    message = f"{found} of {len(planted)} moments placed in the sample were found by sound alone"
    if found < len(planted):
        raise AssertionError(message)
    return message


def _words() -> str:
    """The sample session through the recogniser, in its own process, with the sample model."""
    weights = find(SAMPLE)
    options = WordsOptions(window="short", device="cpu", verbatim=False)
    attendant = Attendant([LoadWhisper(weights.folder, options, GuardOptions())])
    try:
        desk = WorkerDesk(attendant, BacklogOptions(), patient=True)
        source = open_recording(shipped("models") / "sample" / "session.opus", kind="sample")
        record = run(source, engine(EngineOptions(), sound=True, desk=desk), lambda event: None)
    finally:
        attendant.close()
    if desk.lost is not None:
        raise AssertionError(desk.lost.what)
    truth = json.loads((shipped("models") / "sample" / "truth.json").read_text(encoding="utf-8"))
    wrong = said = 0
    for track in Track:
        true = [word["text"] for word in truth["words"] if word["track"] == track]
        words = sorted((w for w in record.words if w.track is track), key=lambda w: w.start)
        wrong += distance([word.text for word in words], true)
        said += len(true)
    message = f"{max(0, said - wrong)} of {said} words of the sample came right"
    if wrong > WRONG_WORDS * said:
        raise AssertionError(message)
    return message


def _models() -> str:
    there = ", ".join(weights.name for weights in installed())
    if not there:
        return "none installed; sessions are heard without words until you get one (models get)"
    for weights in installed():
        find(weights.name)
    return f"{there}: whole"


def _by_sound(planted: dict[str, object]) -> bool:
    kind = KINDS.get(str(planted["kind"]))
    return kind is not None and kind.needs is Needs.SOUND and not planted["needs_words"]


def _document(heard: list[Record]) -> str:
    for record in heard:
        conditions = Conditions("sample", "sample", 2, "none", "silero", "none", [])
        json.dumps(document(record, conditions))
    return "can be written"
