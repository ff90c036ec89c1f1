"""What the sample model makes of its session and of other renderings, in both windows; tables.

    python -m bench --only words-accuracy [--all]

Sound through the whole engine, as in a review: voices are found, utterances cut, put into words by
faster-whisper and guarded. Renderings that training never heard: a small part ships with the tests;
more are made when all is asked for (with espeak-ng), by the session's voices in other manners and
by voices that were not in training at all. The difference in text between the windows is given in
words.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from fakes import Tape
from sample import espeak
from sample.model import heldout
from sample.model.score import Score, Timed, matched, score

from bench.tables import percentile, table
from bench.words_models import sample_options
from bench.words_sources import SAMPLE, tracks_of
from live.engine import EngineOptions, engine
from live.report.record import Record
from live.resources import shipped
from live.session import run
from live.transcribe.guards import GuardOptions
from live.transcribe.inline import InlineDesk
from live.transcribe.loading import LoadWhisper
from live.transcribe.transcriber import Transcriber
from live.transcribe.whisper import Window
from live.types import Audio, Track, seconds

LIMITS = {"sample session": 0.08, "unseen, shipped, 25 dB": 0.15, "unseen, 25 dB": 0.15}
"""Word error rate, at most, by what was heard; other rows are reported only."""
ONSET_S = 0.15
"""Median onset error of words of the sample session, at most."""
SEED, LINES = 5, 45
"""Of the renderings that are made anew; the conversation has 91 lines."""

Truth = Mapping[str, Any]
Passage = tuple[dict[Track, Audio], Truth]


@dataclass(frozen=True, slots=True)
class Result:
    """One passage in one window."""

    score: Score
    text: tuple[str, ...]
    """Every word that was heard, the coach's first."""
    unworded: int
    """Utterances of which nothing was believed."""
    took_s: float


def passages(*, everything: bool) -> Iterator[tuple[str, Passage]]:
    """What is heard, by name."""
    yield "sample session", (tracks_of(SAMPLE), heldout.read_truth(_SAMPLE_TRUTH))
    yield "unseen, shipped, 25 dB", (tracks_of(str(heldout.AUDIO)), heldout.read_truth())
    if not (everything and espeak.available()):
        return
    from sample.model.speech import Talker  # needs the library

    talker = Talker()
    for snr_db in (25, 15):
        yield f"unseen, {snr_db} dB", _rendered(heldout.session_voices, talker, snr_db)
        yield f"voices never heard, {snr_db} dB", _rendered(heldout.new_voices, talker, snr_db)


_SAMPLE_TRUTH = shipped("models") / "sample" / "truth.json"


def _rendered(make: Callable[..., Any], talker: object, snr_db: float) -> Passage:
    both, truth = make(talker, SEED, snr_db, lines=LINES)
    quantised = np.rint(np.clip(both, -1, 1) * 32_767).astype(np.int16)
    heard = quantised.astype(np.float32) / 32_768
    return {Track.COACH: heard[0], Track.CLIENT: heard[1]}, truth


def heard(transcriber: Transcriber, passage: Passage) -> Result:
    """Through the engine, and scored."""
    tracks, truth = passage
    began = time.perf_counter()
    ears = engine(EngineOptions(), sound=True, desk=InlineDesk(transcriber))
    record = run(Tape(tracks), ears, lambda event: None)
    took = time.perf_counter() - began
    whole, text = Score(), []
    for track in Track:
        said = [Timed(w["start"], w["text"]) for w in truth["words"] if w["track"] == track]
        words = _words(record, track)
        whole += score(said, words)
        text += [word.text for word in words]
    return Result(whole, tuple(text), len(record.unworded), took)


def _words(record: Record, track: Track) -> list[Timed]:
    """What was heard, spelled as in the truth; the first after a pause is a first word."""
    words, before = [], float("-inf")
    for word in record.words:
        if word.track is track:
            plain = re.sub(r"[^\w']", "", word.text.lower())
            words.append(Timed(seconds(word.start), plain, seconds(word.start) - before > 0.5))
            before = seconds(word.end)
    return words


def main(*, everything: bool = False) -> None:
    """Print both windows side by side, and by how many words they differ."""
    folder = shipped("models") / "sample" / "whisper"
    heard_by = {w: LoadWhisper(folder, sample_options(w), GuardOptions())() for w in _WINDOWS}
    rows: list[tuple[object, ...]] = []
    notes: list[str] = []
    for name, passage in passages(everything=everything):
        results = {window: heard(heard_by[window], passage) for window in _WINDOWS}
        rows += [_row(name, window, result) for window, result in results.items()]
        short, full = (results[window].text for window in _WINDOWS)
        changed, _ = matched(short, full)
        notes.append(f"{name}: the windows differ in {changed} of {len(full)} words")
        notes += [_verdict(name, w, r) for w, r in results.items() if name in LIMITS]
    print("\nwords of the sample model through the engine; onsets in ms")
    print(table(rows, ("what", "window", "words", "WER", "onset", "p90", "first", "none", "s")))
    print("\n".join(f"  {note}" for note in notes))


_WINDOWS: tuple[Window, Window] = ("short", "full")


def _row(name: str, window: str, result: Result) -> tuple[object, ...]:
    found = result.score
    onsets = [1000 * abs(by) for by in found.first + found.inner]
    first = percentile([1000 * abs(by) for by in found.first], 50)
    return (
        name,
        window,
        found.words,
        f"{found.error_rate:.1%}",
        round(percentile(onsets, 50)),
        round(percentile(onsets, 90)),
        round(first),
        result.unworded,
        result.took_s,
    )


def _verdict(name: str, window: str, result: Result) -> str:
    rate, limit = result.score.error_rate, LIMITS[name]
    said = f"{name}, {window}: {rate:.1%} ({_held(rate <= limit)}: at most {limit:.0%})"
    if name != "sample session":
        return said
    onset = result.score.onset_error
    kept = _held(onset <= ONSET_S)
    return f"{said}, onset {1000 * onset:.0f} ms ({kept}: at most {1000 * ONSET_S:.0f})"


def _held(kept: bool) -> str:
    return "kept" if kept else "BROKEN"
