"""Scores the sample model: `PYTHONPATH=tests python -m sample.model.check`.

Both windows side by side, decoded as the product decodes. Needs no torch; what is rendered anew
needs espeak-ng and is left out without it.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sample import espeak
from sample.make import AUDIO as SESSION
from sample.make import TRUTH as SESSION_TRUTH
from sample.make import read_opus
from sample.model import heldout
from sample.model.cut import requests
from sample.model.decode import MODEL, Decoded, Decoder, decibels
from sample.model.score import Score, Timed, score
from sample.render import RATE, Sound

Tracks = NDArray[np.float32]
Truth = dict[str, Any]

VERBATIM = "um uh mhm so"
"""A prompt as the product may give it, so that fillers are written."""
UNKNOWN = (
    ("en-us+m3", "the elephant drank seventeen litres of orange juice under a bridge"),
    ("en-us+f2", "electric bicycles seldom rust in dry countries"),
    ("en-us+f2", "quarterly forecasts exceeded budget projections by eleven percent"),
    ("de", "heute abend regnet es stark in den bergen"),
    ("de", "der zug nach hamburg hat eine halbe stunde verspätung"),
    ("fr", "nous avons mangé du fromage avec nos voisins"),
    ("es", "los niños juegan en la calle todas las tardes"),
)


def passage(
    decoder: Decoder, tracks: Tracks, truth: Truth, full: bool, prompt: str = "", seed: int = 1
) -> tuple[Score, list[Decoded]]:
    """Every request of both tracks; words in the order of each track."""
    random = np.random.default_rng(seed)
    whole, answers = Score(), []
    for track, name in enumerate(heldout.TRACKS):
        words = [word for word in truth["words"] if word["track"] == name]
        heard: list[Timed] = []
        for request in requests(tracks[track], name, words, random):
            answer = decoder.decode(request.sound, full, prompt)
            answers.append(answer)
            for number, word in enumerate(answer.words):
                # no word begins before the voice does, and the first one begins with it
                start = max(request.start + word.start, request.onset)
                heard.append(Timed(start, word.text, number == 0))
        said = [Timed(word["start"], word["text"]) for word in words]
        whole += score(said, heard)
    return whole, answers


def partials(decoder: Decoder, tracks: Tracks, truth: Truth, full: bool, seed: int = 2) -> Score:
    """Requests as they are while somebody speaks: from the beginning to anywhere after 1 s.

    A word counts as said when more than half of it is there.
    """
    random = np.random.default_rng(seed)
    whole = Score()
    for track, name in enumerate(heldout.TRACKS):
        words = [word for word in truth["words"] if word["track"] == name]
        for request in requests(tracks[track], name, words, random):
            heard_s = random.uniform(1, max(1, len(request.sound) / RATE))
            answer = decoder.decode(request.sound[: round(heard_s * RATE)], full)
            said = [
                Timed(word["start"], word["text"])
                for word in words
                if request.start < (word["start"] + word["end"]) / 2 < request.start + heard_s
            ]
            found = [Timed(request.start + w.start, w.text) for w in answer.words]
            whole += score(said, found)
    return whole


def beginning(tracks: Tracks, truth: Truth, until_s: float) -> tuple[Tracks, Truth]:
    """The same up to a moment at which nobody speaks."""
    words = [word for word in truth["words"] if word["end"] <= until_s]
    return tracks[:, : round(until_s * RATE)], {**truth, "words": words}


def session() -> tuple[Tracks, Truth]:
    """The sample session as it ships."""
    return read_opus(SESSION), heldout.read_truth(SESSION_TRUTH)


def shipped() -> tuple[Tracks, Truth]:
    """The small part of the held-out renderings that lies beside the tests."""
    return read_opus(heldout.AUDIO), heldout.read_truth()


def unspoken(seed: int = 9, count: int = 8) -> Iterator[tuple[str, Sound]]:
    """Sound without speech, made in other ways than in training; 2 to 8 s each."""
    random = np.random.default_rng(seed)
    kinds: dict[str, Callable[[int], Sound]] = {
        "silence": lambda n: 1e-5 * random.standard_normal(n),
        "room": lambda n: decibels(random.uniform(-60, -35)) * _low(random.standard_normal(n)),
        "white": lambda n: decibels(random.uniform(-50, -15)) * random.standard_normal(n),
        "keyboard": lambda n: _typing(random, n),
        "music": lambda n: _music(random, n),
    }
    for name, make in kinds.items():
        for _ in range(count):
            sound = make(int(random.uniform(2, 8) * RATE))
            yield name, np.clip(sound, -1, 1).astype(np.float32)


def _low(noise: Sound) -> Sound:
    out = np.convolve(noise, np.ones(24) / 24, "same")
    return out / out.std()


def _typing(random: np.random.Generator, length: int) -> Sound:
    out = 1e-3 * random.standard_normal(length)
    at = 0.1
    while at < length / RATE - 0.05:
        first, size = int(at * RATE), int(random.uniform(0.004, 0.03) * RATE)
        click = random.standard_normal(size) * np.linspace(1, 0, size) ** 2
        out[first : first + size] += random.uniform(0.03, 0.3) * click
        at += random.choice([0.09, 0.13, 0.18, 0.4]) * random.uniform(0.7, 1.3)
    return out


def _music(random: np.random.Generator, length: int) -> Sound:
    """A plucked string for every note of a chord that changes twice a second (Karplus, Strong)."""
    out = np.zeros(length)
    for at in range(0, length, RATE // 2):
        for semitone in random.choice([0, 3, 4, 7, 10, 12], 3, replace=False) + random.integers(12):
            period = int(RATE / (110 * 2 ** (semitone / 12)))
            string, size = random.uniform(-1, 1, period), min(RATE // 2, length - at)
            rounds = []
            for _ in range(size // period + 1):
                rounds.append(string)
                string = 0.498 * (string + np.roll(string, 1))
            out[at : at + size] += 0.15 * np.concatenate(rounds)[:size]
    return out


def _rows(every: bool) -> Iterator[tuple[str, Callable[[], tuple[Tracks, Truth]], str]]:
    yield "sample session", session, ""
    yield "sample session, verbatim prompt", session, VERBATIM
    yield "held out, shipped with the tests (25 dB)", shipped, ""
    if not every:
        return
    from sample.model.speech import Talker  # needs the library

    talker = Talker()
    for snr_db in (50, 25, 15):
        for name, make in (("session's", heldout.session_voices), ("new", heldout.new_voices)):
            yield (
                f"held out, {name} voices, {snr_db} dB",
                lambda m=make, s=snr_db: m(talker, 5, s),
                "",
            )


def _report(decoder: Decoder, every: bool, windows: Sequence[bool]) -> None:
    print(
        "| what | window | words | WER | onset median | p90 | inner bias | no speech p95 | log p |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    for name, make, prompt in _rows(every):
        tracks, truth = make()
        for full in windows:
            total, answers = passage(decoder, tracks, truth, full, prompt)
            onset = 1000 * np.abs(total.first + total.inner)
            print(
                f"| {name} | {'30 s' if full else '10 s'} | {total.words} "
                f"| {100 * total.error_rate:.1f} % | {np.median(onset):.0f} ms "
                f"| {np.percentile(onset, 90):.0f} ms | {1000 * np.median(total.inner):+.0f} ms "
                f"| {np.percentile([a.no_speech for a in answers], 95):.2f} "
                f"| {np.median([a.log_probability for a in answers]):.2f} |",
                flush=True,
            )


def _partial(decoder: Decoder, windows: Sequence[bool]) -> None:
    for full in windows:
        total = partials(decoder, *session(), full)
        window = "30 s" if full else "10 s"
        print(f"\nPartial requests of the session, {window}: WER {100 * total.error_rate:.1f} %")


def _silent(decoder: Decoder, windows: Sequence[bool]) -> None:
    print("\n| no speech | window | least probability of no speech | requests above 0.6 |")
    print("|---|---|---|---|")
    for full in windows:
        found: dict[str, list[float]] = {}
        for name, sound in unspoken():
            found.setdefault(name, []).append(decoder.decode(sound, full).no_speech)
        for name, values in found.items():
            above = sum(value > 0.6 for value in values)
            window = "30 s" if full else "10 s"
            print(f"| {name} | {window} | {min(values):.2f} | {above} of {len(values)} |")


def _unknown(decoder: Decoder) -> None:
    from sample.model.speech import Talker

    talker = Talker()
    found = []
    for voice, text in UNKNOWN:
        raw, _ = talker.say(text, voice, 170, 50, 50)
        at = np.arange(0, len(raw), talker.rate / RATE)
        sound = np.interp(at, np.arange(len(raw)), raw).astype(np.float32)
        found.append(decoder.decode(sound).log_probability)
    values = ", ".join(f"{value:.2f}" for value in found)
    print(f"\nLog probability of words and languages it does not know: {values}")


def main() -> None:
    """Print every number of the card."""
    parser = argparse.ArgumentParser(description="Score the sample model.")
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--quick", action="store_true", help="only what ships, short window")
    arguments = parser.parse_args()
    decoder = Decoder(arguments.model)
    windows = (False,) if arguments.quick else (False, True)
    every = not arguments.quick and espeak.available()
    _report(decoder, every, windows)
    _partial(decoder, windows)
    _silent(decoder, windows)
    if espeak.available():
        _unknown(decoder)
    files = sorted(path for path in arguments.model.iterdir() if path.is_file())
    print()
    for path in files:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        print(f"{digest}  {path.name}, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
