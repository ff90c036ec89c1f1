"""Measures of what the end of a stretch sounds like, on two-channel calls; prints a table.

    python tests/bench/prosody.py DATA

Three kinds of stops are compared, by timing alone (nobody labelled them):

- *finished*: the speaker stays silent for 1.0 s or more and the other, beginning 0.25 s before to
  1.5 s after the stop, talks for at least 1.0 s of the next 4 s.
- *held*: the speaker goes on after 0.2 to 0.9 s in which the other says nothing. Many of these
  are complete thoughts with another behind them, so no measure can be perfect.
- *cut*: the sound of a long stretch up to a random inner moment, as if it broke off there. An
  interrupted speaker often ends the word first, so this is only a picture of breaking off.

AUC is the chance that a measure is higher at a finished stop than at the other kind: 0.5 says
nothing, and with these numbers anything from about 0.37 to 0.63 may be chance (the interval is
95 %, bootstrapped over stops).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, fields
from operator import attrgetter
from pathlib import Path

import av
import numpy as np
import soxr

from live.detect.completeness import SoundOptions, by_sound
from live.speech.activity import NeuralActivity
from live.speech.frames import FRAME
from live.speech.neural import load, network_file
from live.speech.prosody import Prosody, ProsodyOptions
from live.speech.segment import Segmenter, VoiceOptions
from live.types import RATE, Audio, Edge, Ending, Samples, Track, samples

Stretch = tuple[int, int]
"""First sample and the one after the last."""

Measure = Callable[[Ending], float | None]
KINDS = ("finished", "held", "cut")

Range = tuple[str, float, float]
"""A measure and the values that speak for an incomplete unit."""

INF = float("inf")
SIGNS: dict[str, tuple[Range, ...]] = {
    "no fall": (("pitch_slope", -8, INF),),
    "level pitch": (("pitch_slope", -8, 8),),
    "level pitch, loud to the end": (("pitch_slope", -8, 8), ("level_drop", -INF, 2)),
    "high": (("pitch_level", 0, INF),),
    "lengthened": (("last_syllable", 1.5, INF),),
    "loud to the end": (("level_drop", -INF, 0.5),),
    "no fall, loud to the end": (("pitch_slope", -8, INF), ("level_drop", -INF, 0.5)),
    "no fall, high": (("pitch_slope", -8, INF), ("pitch_level", 0, INF)),
    "lengthened, loud to the end": (("last_syllable", 1.5, INF), ("level_drop", -INF, 0.5)),
    "no fall, lengthened": (("pitch_slope", -8, INF), ("last_syllable", 1.5, INF)),
}


@dataclass(frozen=True, slots=True)
class Stop:
    """One measured end of a stretch."""

    kind: str
    ending: Ending


def stops(data: Path) -> tuple[list[Stop], float]:
    """Every stop of the calls that is clearly of one kind, and milliseconds a measurement took."""
    found: list[Stop] = []
    spent, calls = 0.0, 0
    for path in sorted((data / "audio" / "spokenwoz").glob("*.wav")):
        tracks = _read(path)
        edges = [_edges(audio) for audio in tracks]
        spoken = [_stretches(e) for e in edges]
        for audio, own, mine, other in zip(tracks, edges, spoken, reversed(spoken), strict=True):
            began = time.process_time()
            endings, cuts = _measure(audio, own, mine)
            spent += time.process_time() - began
            calls += len(endings) + len(cuts)
            found += [Stop("cut", ending) for ending in cuts]
            for i, ending in enumerate(endings):
                kind = _kind(i, mine, other)
                if kind:
                    found.append(Stop(kind, ending))
    return found, spent / calls * 1000


def auc(finished: Sequence[float], other: Sequence[float]) -> float:
    """The chance that a finished stop has the higher value; ties count half."""
    a, b = np.asarray(finished)[:, None], np.asarray(other)[None, :]
    return float((a > b).mean() + (a == b).mean() / 2)


def main(data: Path) -> None:
    """Print how well each measure tells the three kinds of stops apart."""
    found, cost = stops(data)
    print("stops: " + ", ".join(f"{sum(s.kind == k for s in found)} {k}" for k in KINDS))
    print(f"a measurement with the frames before it: {cost:.2f} ms")
    measures: dict[str, Measure] = {f.name: attrgetter(f.name) for f in fields(Ending)}
    measures["pitch movement (either way)"] = lambda e: (
        None if e.pitch_slope is None else abs(e.pitch_slope)
    )
    for name, measure in measures.items():
        _print_measure(name, measure, found)
    print("\nsaid to be incomplete, of those with an opinion")
    rules = {name: _rule(ranges) for name, ranges in SIGNS.items()} | {"by_sound": _by_sound}
    for rule_name, rule in rules.items():
        print(f"  {rule_name:28}" + "".join(f"  {k} {_share(found, k, rule)}" for k in KINDS))


def _print_measure(name: str, measure: Measure, found: list[Stop]) -> None:
    values = {k: [v for v in _values(found, k, measure) if v is not None] for k in KINDS}
    print(f"\n{name}")
    for kind in KINDS:
        low, middle, high = np.percentile(values[kind], [25, 50, 75])
        print(f"  {kind:8} n {len(values[kind]):3}  {low:7.2f} {middle:7.2f} {high:7.2f}")
    for kind in KINDS[1:]:
        low, high = _interval(values["finished"], values[kind])
        score = auc(values["finished"], values[kind])
        print(f"  AUC finished over {kind:4} {score:.2f} ({low:.2f} to {high:.2f})")


def _rule(ranges: Sequence[Range]) -> Callable[[Ending], bool | None]:
    def incomplete(ending: Ending) -> bool | None:
        values = [getattr(ending, name) for name, _, _ in ranges]
        if None in values:
            return None
        return all(low <= v <= high for v, (_, low, high) in zip(values, ranges, strict=True))

    return incomplete


def _by_sound(ending: Ending) -> bool | None:
    complete = by_sound(ending, SoundOptions()).complete
    return None if complete is None else not complete


def _values(found: list[Stop], kind: str, measure: Measure) -> Iterator[float | None]:
    return (measure(stop.ending) for stop in found if stop.kind == kind)


def _share(found: list[Stop], kind: str, rule: Callable[[Ending], bool | None]) -> str:
    votes = [v for stop in found if stop.kind == kind and (v := rule(stop.ending)) is not None]
    return f"{np.mean([bool(v) for v in votes]):4.0%} of {len(votes):2}"


def _interval(finished: list[float], other: list[float]) -> tuple[float, float]:
    rng = np.random.default_rng(1)
    scores = [
        auc(rng.choice(finished, len(finished)), rng.choice(other, len(other))) for _ in range(500)
    ]
    low, high = np.percentile(scores, [2.5, 97.5])
    return float(low), float(high)


def _kind(i: int, mine: list[Stretch], other: list[Stretch]) -> str | None:
    end = mine[i][1]
    after = mine[i + 1][0] if i + 1 < len(mine) else end + samples(60)
    if after - end < samples(0.9):
        return "held" if not _talk(other, end - samples(0.2), after) else None
    reply = [s for s, _ in other if end - samples(0.25) <= s <= end + samples(1.5)]
    if not reply or after - end < samples(1.0):
        return None
    enough = _talk(other, reply[0], min(after, reply[0] + samples(4.0))) >= samples(1.0)
    return "finished" if enough else None


def _talk(stretches: list[Stretch], start: int, end: int) -> int:
    return sum(max(0, min(e, end) - max(s, start)) for s, e in stretches)


def _measure(
    audio: Audio, edges: list[Edge], stretches: list[Stretch]
) -> tuple[list[Ending], list[Ending]]:
    """The ending of every stretch as the engine would measure it, and of inner cuts."""
    rng = np.random.default_rng(7)
    prosody = Prosody(Track.COACH, ProsodyOptions())
    known = [edge.known for edge in edges if not edge.speaking]
    cuts = {
        int(rng.integers(s + samples(0.8), e - samples(0.6))): s
        for s, e in stretches
        if e - s > samples(1.8)
    }
    todo = sorted(cuts)
    endings: list[Ending] = []
    broken: list[Ending] = []
    for start in range(0, len(audio) - FRAME + 1, FRAME):
        prosody.push(Samples(start), audio[start : start + FRAME])
        now = start + FRAME
        if todo and now >= todo[0] + samples(0.2):
            cut = todo.pop(0)
            # a copy, so that what never happened teaches nothing
            broken.append(deepcopy(prosody).ending(Samples(cuts[cut]), Samples(cut)))
        while len(endings) < len(known) and now >= known[len(endings)]:
            first, last = stretches[len(endings)]
            endings.append(prosody.ending(Samples(first), Samples(last)))
    for first, last in stretches[len(endings) :]:
        endings.append(prosody.ending(Samples(first), Samples(last)))
    return endings, broken


def _edges(audio: Audio) -> list[Edge]:
    options = VoiceOptions()
    activity = NeuralActivity(load(network_file()))
    segmenter = Segmenter(Track.COACH, options)
    edges: list[Edge] = []
    for start in range(0, len(audio) - FRAME + 1, FRAME):
        edges += segmenter.push(activity.push(audio[start : start + FRAME]), Samples(start))
    return edges + segmenter.finish(Samples(len(audio)))


def _stretches(edges: list[Edge]) -> list[Stretch]:
    starts = [edge.at for edge in edges if edge.speaking]
    return list(zip(starts, [edge.at for edge in edges if not edge.speaking], strict=True))


def _read(path: Path) -> list[Audio]:
    with av.open(str(path)) as container:
        rate = container.streams.audio[0].rate
        resampler = av.AudioResampler("fltp")
        parts = [
            part.to_ndarray()
            for frame in container.decode(audio=0)
            for part in resampler.resample(frame)
        ]
    both = np.concatenate(parts, axis=1)
    return [np.asarray(soxr.resample(c, rate, RATE), np.float32) for c in both]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
