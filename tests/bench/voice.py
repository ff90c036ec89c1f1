"""Measures of voice detection on recordings with a reference; prints tables.

    python tests/bench/voice.py DATA

**The reference for voice onsets on two-channel calls** comes from levels alone:

- One level per channel and 10 ms (RMS). Every channel has two heaps: a narrow one of line
  noise (within 3 dB; here -71 to -58 dBFS) and a wide one of voice (-38 to -12 dBFS). Some
  also drop out to -98 dBFS. The 35th percentile lies in the noise heap of every channel, above
  the drop-outs: it is the floor.
- A level is sound from 25 dB above the floor on. Gaps under 200 ms are joined, then islands
  under 90 ms dropped. A stretch is voice when it reaches 30 dB: the loudest level of stretches
  lies either at most 24 dB above the floor (breath, handling) or at least 31 dB.
- While one channel is loud, the other stays within 2 dB of its own floor: there is no
  crosstalk in these calls, so no rule for it.
- An onset counts when at least 0.5 s without own voice lie before it; an offset when as much
  follows.

It was written twice. The first writing, before any detector had run, took sound from 15 dB on,
the middle of the valley between the heaps. Looking at the onsets that detectors missed showed
that a dozen of the 96 were breath drawn 0.3 to 0.9 s before the voice, 10 to 24 dB above the
floor and joined to it. The second takes the 24 dB above that were already known, and was
checked against the word lists that came with the calls: these begin a constant 0.33 s before
it (5 to 95 %: 0.24 to 0.36 s), but -0.05 to 0.35 s before the first. Both are printed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import soxr

from live.speech.activity import NeuralActivity, TwoStage, VoiceActivity, WebrtcActivity
from live.speech.frames import FRAME
from live.speech.neural import load, network_file
from live.speech.segment import Segmenter, VoiceOptions
from live.types import RATE, Audio, Samples, Track, seconds

Stretch = tuple[float, float]
"""Start and end of a voice, in seconds."""

GRID = 100
"""Steps a second of the scoring grid, and levels a second of the reference."""
FLOOR_PERCENTILE = 35
RISE_DB = 25.0
FIRST_RISE_DB = 15.0
PEAK_DB = 30.0
OWN_SILENCE_S = 0.5


def detection_error(
    reference: Sequence[Stretch], hypothesis: Sequence[Stretch], collar: float = 0.0
) -> tuple[float, float, float]:
    """Missed, false and reference speech in seconds, on a grid of 10 ms.

    Nothing is scored within `collar` seconds of a reference edge.
    """
    length = 1 + max((round(end * GRID) for _, end in [*reference, *hypothesis]), default=0)
    truth, heard = _on_grid(reference, length), _on_grid(hypothesis, length)
    scored = np.ones(length, bool)
    if collar > 0:
        edges = [(edge - collar, edge + collar) for stretch in reference for edge in stretch]
        scored = ~_on_grid(edges, length)
    missed = np.count_nonzero(truth & ~heard & scored)
    false = np.count_nonzero(heard & ~truth & scored)
    return missed / GRID, false / GRID, np.count_nonzero(truth & scored) / GRID


@dataclass(frozen=True, slots=True)
class Agreement:
    """How well edges that were heard fit edges that were there."""

    delays: tuple[float, ...]
    """One per reference edge: the nearest heard edge minus it, in seconds; inf without one."""
    unfounded: int
    """Heard edges with no reference edge within 0.3 s."""
    heard: int

    def within(self, tolerance: float) -> float:
        """The share of reference edges with a heard edge that near."""
        return sum(abs(delay) <= tolerance + 1e-9 for delay in self.delays) / len(self.delays)


def onset_agreement(
    reference: Sequence[Stretch], hypothesis: Sequence[Stretch], tolerance: float = 0.3
) -> Agreement:
    """Onsets after at least 0.5 s without own voice, against all onsets of the other side."""
    return _agreement(
        clear_onsets(reference),
        [start for start, _ in hypothesis],
        clear_onsets(hypothesis),
        [start for start, _ in reference],
        tolerance,
    )


def offset_agreement(
    reference: Sequence[Stretch], hypothesis: Sequence[Stretch], tolerance: float = 0.3
) -> Agreement:
    """The same for offsets that at least 0.5 s without own voice follow."""
    return _agreement(
        clear_offsets(reference),
        [end for _, end in hypothesis],
        clear_offsets(hypothesis),
        [end for _, end in reference],
        tolerance,
    )


def clear_onsets(stretches: Sequence[Stretch]) -> list[float]:
    """Where a voice begins after at least 0.5 s in which it was heard to be silent."""
    before = [0.0, *(end for _, end in stretches)]
    pairs = zip(stretches, before, strict=False)
    return [start for (start, _), end in pairs if start - end >= OWN_SILENCE_S]


def clear_offsets(stretches: Sequence[Stretch]) -> list[float]:
    """Where a voice stops for at least 0.5 s; the last stop counts."""
    after = [*(start for start, _ in stretches[1:]), np.inf]
    pairs = zip(stretches, after, strict=True)
    return [end for (_, end), start in pairs if start - end >= OWN_SILENCE_S]


def voice_by_level(channel: Audio, rate: int, rise_db: float = RISE_DB) -> list[Stretch]:
    """The reference: where this channel of a call carries a voice."""
    step = rate // GRID
    pieces = channel[: len(channel) // step * step].reshape(-1, step).astype(np.float64)
    levels = 20 * np.log10(np.maximum(np.sqrt((pieces**2).mean(axis=1)), 1e-6))
    floor = float(np.percentile(levels, FLOOR_PERCENTILE))
    joined = _join(_runs(levels >= floor + rise_db), 20)
    return [
        (start / GRID, end / GRID)
        for start, end in joined
        if end - start >= 9 and levels[start:end].max() >= floor + PEAK_DB
    ]


def heard_by(activity: VoiceActivity, options: VoiceOptions, audio: Audio) -> list[Stretch]:
    """The stretches that a detector and the segmenter make of one track at 16 kHz."""
    segmenter = Segmenter(Track.COACH, options)
    padded = np.pad(audio, (0, -len(audio) % FRAME))
    edges = []
    for index, frame in enumerate(padded.reshape(-1, FRAME)):
        edges += segmenter.push(activity.push(frame), Samples(index * FRAME))
    edges += segmenter.finish(Samples(len(audio)))
    ats = [seconds(edge.at) for edge in edges]
    return list(zip(ats[::2], ats[1::2], strict=True))


def _agreement(
    wanted: list[float], offered: list[float], claimed: list[float], true: list[float], near: float
) -> Agreement:
    delays = (min((at - there for at in offered), key=abs, default=np.inf) for there in wanted)
    unfounded = sum(all(abs(at - there) > near for there in true) for at in claimed)
    return Agreement(tuple(delays), unfounded, len(claimed))


def _on_grid(stretches: Iterable[Stretch], length: int) -> np.ndarray:
    grid = np.zeros(length, bool)
    for start, end in stretches:
        grid[max(0, round(start * GRID)) : max(0, round(end * GRID))] = True
    return grid


def _runs(mask: np.ndarray) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False]))))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def _join(runs: Iterable[tuple[int, int]], gap: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        if joined and start - joined[-1][1] < gap:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _union(stretches: Sequence[Stretch]) -> list[Stretch]:
    length = 1 + max(round(end * GRID) for _, end in stretches)
    return [(start / GRID, end / GRID) for start, end in _runs(_on_grid(stretches, length))]


# --- the recordings ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recording:
    """One track at 16 kHz with what is known about it."""

    name: str
    audio: Audio
    voice: list[Stretch]
    first_writing: list[Stretch]
    """On calls the first reference, else empty."""
    words: list[float]
    """On calls the word onsets after 0.5 s without words, else empty."""


def meetings(data: Path) -> Iterator[Recording]:
    """Mixed meetings; the voices of all speakers are one."""
    clips = data / "audio" / "ami_clips"
    spoken: dict[str, list[Stretch]] = {}
    for table in sorted(clips.glob("*.rttm")):
        for line in table.read_text(encoding="utf-8").splitlines():
            _, name, _, start, length, *_ = line.split()
            spoken.setdefault(name, []).append((float(start), float(start) + float(length)))
    for wav in sorted(clips.glob("*.wav")):
        channels, _ = _read(wav)
        yield Recording(wav.stem, channels[0], _union(spoken[wav.stem]), [], [])
    for truth in sorted((data / "audio" / "ami_es2004a").glob("*_truth.json")):
        known = json.loads(truth.read_text(encoding="utf-8"))
        channels, _ = _read(truth.with_name(known["audio"]))
        turns = [(turn["start"], turn["end"]) for turn in known["turns"]]
        yield Recording(truth.stem, channels[0], _union(turns), [], [])


def calls(data: Path) -> Iterator[Recording]:
    """Each channel of the two-channel telephone calls."""
    for wav in sorted((data / "audio" / "spokenwoz").glob("*.wav")):
        channels, rate = _read(wav)
        words = json.loads(wav.with_suffix(".json").read_text(encoding="utf-8"))
        for channel, speaker in zip(channels, "AB", strict=True):
            own = [(word["start"], word["end"]) for word in words if word["speaker"] == speaker]
            yield Recording(
                f"{wav.stem} {speaker}",
                soxr.resample(channel, rate, RATE),
                voice_by_level(channel, rate),
                voice_by_level(channel, rate, FIRST_RISE_DB),
                clear_onsets(own),
            )


def _read(path: Path) -> tuple[Audio, int]:
    """All channels as float32, shape (channels, n), and the rate."""
    with av.open(str(path)) as container:
        to_float = av.AudioResampler(format="fltp")
        frames = [
            part.to_ndarray()
            for frame in container.decode(audio=0)
            for part in to_float.resample(frame)
        ]
        return np.concatenate(frames, axis=1), container.streams.audio[0].rate


# --- the tables -------------------------------------------------------------------------------


def main(data: Path) -> None:
    """Print what each detector makes of each kind of recording."""
    network = load(network_file())
    silero, webrtc = VoiceOptions(), VoiceOptions(engine="webrtc")
    detectors: dict[str, tuple[VoiceOptions, Callable[[], VoiceActivity]]] = {
        "webrtcvad": (webrtc, lambda: WebrtcActivity(webrtc.gate_mode)),
        "network": (silero, lambda: NeuralActivity(network)),
        "in series": (silero, lambda: TwoStage(silero, network)),
    }
    for kind, recordings in (("meetings", list(meetings(data))), ("calls", list(calls(data)))):
        print(f"\n{kind}: {sum(len(r.audio) for r in recordings) / RATE:.0f} s of track")
        for name, (options, make) in detectors.items():
            _print_detector(name, options, make, recordings)
    print("\ncalls: the references against the word lists")
    _print_words("first", [r.first_writing for r in recordings], recordings)
    _print_words("second", [r.voice for r in recordings], recordings)


def _print_detector(
    name: str,
    options: VoiceOptions,
    make: Callable[[], VoiceActivity],
    recordings: list[Recording],
) -> None:
    activities = [make() for _ in recordings]
    began = time.process_time()
    heard = [heard_by(a, options, r.audio) for a, r in zip(activities, recordings, strict=True)]
    cpu = time.process_time() - began
    frames = sum(-(-len(r.audio) // FRAME) for r in recordings)
    runs = sum(a.runs if isinstance(a, TwoStage) else frames // len(heard) for a in activities)
    ran = 0.0 if name == "webrtcvad" else runs / frames
    print(
        f"  {name:10} network ran on {ran:4.0%}, {cpu:5.2f} s CPU, "
        f"{cpu / frames * 1e6:4.0f} us a frame"
    )
    for collar in (0.0, 0.25):
        pairs = zip(recordings, heard, strict=True)
        scores = [detection_error(r.voice, h, collar) for r, h in pairs]
        miss, false, speech = np.sum(scores, axis=0)
        total = (miss + false) / speech
        print(
            f"    collar {collar:4.2f} s: error {total:6.2%} = "
            f"{miss / speech:.2%} missed + {false / speech:.2%} false"
        )
    if recordings[0].words:
        _print_edges("onsets", onset_agreement, [r.voice for r in recordings], heard)
        _print_edges(
            "onsets, first writing", onset_agreement, [r.first_writing for r in recordings], heard
        )
        _print_edges("offsets", offset_agreement, [r.voice for r in recordings], heard)


def _print_edges(
    name: str,
    agreement: Callable[[list[Stretch], list[Stretch]], Agreement],
    references: list[list[Stretch]],
    heard: list[list[Stretch]],
) -> None:
    parts = [agreement(r, h) for r, h in zip(references, heard, strict=True)]
    found = Agreement(
        tuple(delay for part in parts for delay in part.delays),
        sum(part.unfounded for part in parts),
        sum(part.heard for part in parts),
    )
    print(
        f"    {name}: {len(found.delays)}, within 0.15 s {found.within(0.15):.0%}, "
        f"0.3 s {found.within(0.3):.0%}, median {np.median(found.delays) * 1000:+.0f} ms, "
        f"unfounded {found.unfounded} of {found.heard}"
    )


def _print_words(name: str, references: list[list[Stretch]], recordings: list[Recording]) -> None:
    delays = [
        min((at - word for at, _ in reference), key=abs)
        for reference, recording in zip(references, recordings, strict=True)
        for word in recording.words
    ]
    low, middle, high = np.percentile(delays, [5, 50, 95])
    print(f"  {name:6}: median {middle:+.2f} s, 5 to 95 % {low:+.2f} to {high:+.2f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
