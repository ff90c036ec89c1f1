"""Words while they are useful: how late they are, and what that costs; against the alternative.

    python -m bench --only words-live [--minutes N] [--all]

Conversations at the speed of life through the product's live path (engine and worker process) with
models of the real sizes, and then the same sound through the usual alternative: a growing buffer,
decoded again every second (`bench.words_growing`). Each runs in processes of its own. The product's
own thread count for this machine holds for both. How soon words are agreed on is measured with the
sample model, whose words mean something.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.apart import apart
from bench.tables import percentile, share, table
from bench.words_cost import LARGEST, SHAPES
from bench.words_models import shaped
from bench.words_sources import SAMPLE
from live.resources import shipped
from live.transcribe.whisper import WordsOptions
from live.types import Track

MINUTES = 3.0
"""Of each conversation."""
WANTED: tuple[str, float] = ("base.en", 1.5)
"""The model whose finals of the coach are there after so many seconds, in 95 of 100."""
NEAR_S = 0.5
"""A word that begins so near to where it was said, and reads the same, is that word."""
SIDES = "audio/spokenwoz"
"""In the folder of recordings: telephone calls, whose rhythm differs from the sample session's."""

Happened = dict[str, Any]
"""What `bench.words_session` or `bench.words_growing` wrote."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Runs sessions of one length with one model."""

    model: Path
    seconds: float
    forced: bool

    def live(self, source: str, window: str = "short") -> Happened:
        """The product at the speed of life."""
        return self._session("--speed", "1", "--window", window, "--source", source)

    def review(self, window: str) -> Happened:
        """The product as fast as it can."""
        return self._session("--window", window)

    def growing(self, happened: Happened, source: str) -> Happened:
        """The alternative on the same sound."""
        with tempfile.TemporaryDirectory() as folder:
            given = Path(folder) / "happened.json"
            given.write_text(json.dumps(happened), encoding="utf-8")
            return self._apart("bench.words_growing", str(given), "--source", source)

    def _session(self, *more: str) -> Happened:
        return self._apart("bench.words_session", "--seconds", str(self.seconds), *more)

    def _apart(self, module: str, *arguments: str) -> Happened:
        happened: Happened = apart(module, str(self.model), *arguments, *self._common)
        return happened

    @property
    def _common(self) -> list[str]:
        threads = ["--threads", str(WordsOptions().cores)]
        return [*threads, "--forced"] if self.forced else threads


def main(minutes: float = MINUTES, *, everything: bool = False, data: Path | None = None) -> None:
    """Print latencies and costs of all, and how soon words are agreed on."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    print(f"\n{os.cpu_count()} cores, {WordsOptions().cores} for words; load before {load:.1f}")
    late: list[tuple[object, ...]] = []
    costs: list[tuple[object, ...]] = []
    reviews: list[tuple[object, ...]] = []
    calls = sorted(str(path) for path in (data / SIDES).glob("*.wav"))[:1] if data else []
    for shape in (*SHAPES, LARGEST) if everything else SHAPES:
        with shaped(shape) as model:
            bench = Bench(model, minutes * 60, forced=True)
            for name, source in [("sample", SAMPLE), *(("call", call) for call in calls)]:
                happened = bench.live(source)
                late += _lateness(shape, name, happened)
                costs.append(_cost(shape, name, happened))
                if source == SAMPLE:
                    grown = bench.growing(happened, source)
                    late += _grown_lateness(shape, name, grown)
                    costs.append(_grown_cost(shape, name, grown))
            reviews += [_review(shape, window, bench.review(window)) for window in _WINDOWS]
    header = ("model", "sound", "how", "of", "track", "n", "p50 s", "p95 s")
    print(f"\nhow late words are, {minutes:g} minutes at the speed of life")
    print(table(late, header))
    if verdict := _verdict(late):
        print(verdict)
    print("\nwhat it costs; shares of one core")
    header = ("model", "sound", "how", "own CPU", "worker CPU", "own MB", "worker MB", "behind s")
    print(table(costs, header))
    print("\na review")
    print(table(reviews, ("model", "window", "real time", "wall s", "worker CPU s")))
    _agreement(minutes)


_WINDOWS = ("short", "full")


def _lateness(shape: str, name: str, happened: Happened) -> list[tuple[object, ...]]:
    """Finals: from the last voice to the words; where the voice went on, from the cut."""
    rows = []
    answered = [each for each in happened["asked"] if each["answered"] is not None]
    kinds: dict[str, tuple[Callable[[Happened], bool], str]] = {
        "finals at a pause": (lambda each: each["paused"], "voice_end"),
        "finals cut at 8 s": (lambda each: each["final"] and not each["paused"], "asked"),
        "previews": (lambda each: not each["final"], "end"),
    }
    for kind, (belongs, since) in kinds.items():
        for track in Track:
            found = [e for e in answered if e["track"] == track and belongs(e)]
            values = [each["answered"] - each[since] for each in found]
            if values:
                rows.append((shape, name, "product", kind, track.value, *_spread(values)))
    return rows


def _grown_lateness(shape: str, name: str, grown: Happened) -> list[tuple[object, ...]]:
    rows = []
    for track in Track:
        own = [each for each in grown["spoken"] if each["track"] == track]
        # What was never committed is as late as the session's end makes it.
        values = [(e["committed"] or grown["wall_s"]) - e["voice_end"] for e in own]
        rows.append((shape, name, "growing", "agreed to the end", track.value, *_spread(values)))
    return rows


def _spread(values: Sequence[float]) -> tuple[int, float, float]:
    return len(values), percentile(values, 50), percentile(values, 95)


def _cost(shape: str, name: str, what: Happened) -> tuple[object, ...]:
    own, worker = (f"{what[key] / what['wall_s']:.0%}" for key in ("own_cpu_s", "worker_cpu_s"))
    peaks = round(what["own_peak_mb"]), round(what["worker_peak_mb"])
    return (shape, name, "product", own, worker, *peaks, max(what["behind_s"]))


def _grown_cost(shape: str, name: str, what: Happened) -> tuple[object, ...]:
    """One process without detection or engine; behind is what is not committed at the end."""
    cpu = f"{what['cpu_s'] / what['wall_s']:.0%}"
    waited = max(each["end"] for each in what["spoken"]) - min(
        (each["end"] for each in what["spoken"] if each["committed"] is None),
        default=max(each["end"] for each in what["spoken"]),
    )
    return (shape, name, "growing", None, cpu, None, round(what["peak_mb"]), waited)


def _review(shape: str, window: str, what: Happened) -> tuple[object, ...]:
    return (
        shape,
        window,
        f"1/{what['session_s'] / what['wall_s']:.1f}",
        what["wall_s"],
        what["worker_cpu_s"],
    )


def _verdict(late: Iterable[tuple[object, ...]]) -> str:
    shape, limit = WANTED
    kind, coach = "finals at a pause", Track.COACH.value
    for row in late:
        if row[:5] == (shape, "sample", "product", kind, coach):
            kept = "kept" if float(str(row[-1])) <= limit else "BROKEN"
            return f"  {shape}, coach, p95 of {kind}: {row[-1]:.2f} s ({kept}: at most {limit} s)"
    return ""


# --- agreement --------------------------------------------------------------------------------


def _agreement(minutes: float) -> None:
    """How soon a word is committed, with the model that understands the sample session."""
    bench = Bench(shipped("models") / "sample" / "whisper", minutes * 60, forced=False)
    happened = bench.live(SAMPLE)
    grown = bench.growing(happened, SAMPLE)
    tentative = [word for word in happened["words"] if not word[5]]
    rows = []
    for track in Track:
        for name, words in (
            ("product, agreed", tentative),
            ("product, agreed or final", happened["words"]),
            ("growing, agreed", grown["words"]),
        ):
            if track is Track.CLIENT and words is tentative:
                continue  # the client's words are not previewed
            rows.append((name, track.value, *_told(track, words, happened["session_s"])))
    print("\nfrom the end of a word to where it is committed, sample model and session")
    print(table(rows, ("how", "track", "found", "p50 s", "p95 s")))


def _told(
    track: Track, words: Sequence[Sequence[Any]], session_s: float
) -> tuple[str, float, float]:
    """How many of the words that were said were told in time of the session, and how late."""
    truth = json.loads((shipped("models") / "sample" / "truth.json").read_text(encoding="utf-8"))
    said = [w for w in truth["words"] if w["track"] == track and w["end"] < session_s - 10]
    late = []
    for word in said:
        alike = (
            told[4] - word["end"]
            for told in words
            if told[0] == track
            and abs(told[1] - word["start"]) < NEAR_S
            and re.sub(r"[^\w']", "", told[3].lower()) == word["text"]
        )
        first = min(alike, default=None)
        if first is not None:
            late.append(first)
    return share(len(late), len(said)).strip(), percentile(late, 50), percentile(late, 95)
