"""Words and transcripts that come from elsewhere: JSON lines, WebVTT, SRT.

A line that cannot be used is left out and counted; a file without a usable line is an error.
Neither says what was said.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from live.errors import TranscriptError
from live.transcribe.lines import (
    BadLine,
    BadLineError,
    Spoken,
    left_out,
    read_lines,
    span,
    tidy,
    usable,
)
from live.transcribe.speakers import speakers
from live.transcribe.subtitles import read_cues, spoken
from live.types import Samples, Track, Word

_WORD_LINE = (
    "Each line is one word, times in seconds: "
    '{"track": "coach", "start": 1.2, "end": 1.5, "text": "…"}'
)
_UTTERANCE_LINE = (
    "Each line is one utterance, times in seconds: "
    '{"track": "coach", "start": 1.2, "end": 4.5, "text": "…"}; '
    '"speaker": "Ann" may stand for the track.'
)
_CUES = "Each cue is a line of times, 00:01:02.000 --> 00:01:04.500, with its text below."

_Line = TypeVar("_Line")


@dataclass(frozen=True, slots=True)
class Words:
    """Words with their own times."""

    words: tuple[Word, ...]
    """Sorted by start, end and track."""
    notices: tuple[str, ...]
    """What a person should know about the file, in whole sentences."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """What one speaker says in one go, as the transcript divides it."""

    start: Samples
    end: Samples
    track: Track
    text: str


@dataclass(frozen=True, slots=True)
class Transcript:
    """Utterances with times; those of the words are guessed from them."""

    words: tuple[Word, ...]
    """Spread over their utterance in proportion to their letters; sorted as in `Words`."""
    utterances: tuple[Utterance, ...]
    """Sorted by start, end and track; they may overlap."""
    notices: tuple[str, ...]


def read_words(path: Path) -> Words:
    """The words of a JSON-lines file, in any order; raises only `TranscriptError`.

    A text of several words becomes that many, its time shared out by their length.
    """
    lines, notices = read_lines(path)
    said, bad = _each_line(lines, _word_line)
    notices += left_out(path, len(said), bad, _WORD_LINE)
    said.sort(key=lambda one: (*_place(one[0]), one[1] or 0))
    words = [word for utterance, probability in said for word in _spread(utterance, probability)]
    return Words(_in_order(words), tuple(notices))


def read_transcript(
    path: Path, coach_name: str | None = None, client_name: str | None = None
) -> Transcript:
    """The utterances of a .vtt, .srt or .jsonl file; raises only `TranscriptError`.

    `coach_name` and `client_name`: see `live.transcribe.speakers`. Any other ending of the
    file's name is judged by what is inside.
    """
    lines, notices = read_lines(path)
    if _is_json(path, lines):
        said, bad = _each_line(lines, _utterance_line)
        notices += left_out(path, len(said), bad, _UTTERANCE_LINE)
    else:
        cues, bad = read_cues(lines)
        notices += left_out(path, len(cues), bad, _CUES)
        said = spoken(cues, [name for name in (coach_name, client_name) if name])
    utterances, more = _on_tracks(said, coach_name, client_name)
    utterances.sort(key=_place)
    words = [word for utterance in utterances for word in _spread(utterance)]
    return Transcript(_in_order(words), tuple(utterances), (*notices, *more))


def _is_json(path: Path, lines: Sequence[str]) -> bool:
    match path.suffix.lower():
        case ".jsonl" | ".json":
            return True
        case ".vtt" | ".srt":
            return False
        case _:
            return next(line for line in lines if line.strip()).lstrip().startswith("{")


def _each_line(
    lines: Sequence[str], read: Callable[[dict[str, object]], _Line]
) -> tuple[list[_Line], list[BadLine]]:
    good: list[_Line] = []
    bad: list[BadLine] = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                good.append(read(_object(line)))
            except BadLineError as reason:
                bad.append(BadLine(number, str(reason)))
    return good, bad


def _object(line: str) -> dict[str, object]:
    try:
        found = json.loads(line, object_pairs_hook=_once)
    # ValueError also for a number of 5,000 digits, RecursionError for 10,000 brackets.
    except (ValueError, RecursionError) as error:
        raise BadLineError("it is not JSON") from error
    if not isinstance(found, dict):
        raise BadLineError("it is not an object in braces")
    return found


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """The pairs as a dict, refusing a key that stands twice: nothing says which is meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadLineError("a key stands in it twice")
    return found


def _word_line(line: dict[str, object]) -> tuple[Utterance, float | None]:
    start, end = span(_number(line, "start"), _number(line, "end"))
    given = line.get("probability")
    probability = None if given is None else float(_number(line, "probability"))
    if probability is not None and not 0 <= probability <= 1:
        raise BadLineError("the probability is not between 0 and 1")
    return Utterance(start, end, _track(line), _text(line)), probability


def _utterance_line(line: dict[str, object]) -> Spoken:
    start, end = span(_number(line, "start"), _number(line, "end"))
    if line.get("track") is not None:
        speaker = str(_track(line))
    else:
        name = line.get("speaker")
        if not isinstance(name, str) or not tidy(name):
            raise BadLineError("neither track nor speaker says who speaks")
        speaker = name
    return Spoken(start, end, speaker, _text(line))


def _number(line: dict[str, object], key: str) -> float:
    """A number as JSON has it: `true` is none, and neither is "1.5"."""
    value = line.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadLineError(f"{key} is not a number" if key in line else f"{key} is missing")
    if abs(value) > 1e9:
        raise BadLineError(f"{key} is too large a number")
    return value


def _track(line: dict[str, object]) -> Track:
    value = line.get("track")
    if isinstance(value, str) and value.strip().lower() in ("coach", "client"):
        return Track(value.strip().lower())
    raise BadLineError('the track is neither "coach" nor "client"')


def _text(line: dict[str, object]) -> str:
    value = line.get("text")
    if not isinstance(value, str):
        raise BadLineError("there is no text")
    return usable(value)


def _on_tracks(
    said: Sequence[Spoken], coach_name: str | None, client_name: str | None
) -> tuple[list[Utterance], list[str]]:
    """What the two speakers say, and notices about everything else."""
    named, notices = _named(said)
    shares = Counter[str]()
    for name, one in named:
        shares[name] += len(one.text)
    tracks, more = speakers(shares, coach_name, client_name)
    utterances = [
        Utterance(one.start, one.end, tracks[name], one.text)
        for name, one in named
        if name in tracks
    ]
    return utterances, notices + more


def _named(said: Sequence[Spoken]) -> tuple[list[tuple[str, Spoken]], list[str]]:
    """Everything said with its speaker's name, once a speaker was named."""
    named: list[tuple[str, Spoken]] = []
    spelled: dict[str, str] = {}  # "ANN" and "Ann" are one person
    speaker = ""
    continued = before = 0
    for one in said:
        name = tidy(one.speaker or "")
        if name:
            speaker = spelled.setdefault(name.casefold(), name)
        elif speaker:
            continued += 1
        else:
            before += 1
        if speaker and one.text:
            named.append((speaker, one))
    if not named:
        raise TranscriptError(
            "It does not say who speaks.",
            'Export it with the names of the speakers ("Ann: …" or <v Ann>).',
        )
    return named, [*_counted(continued, before)]


def _counted(continued: int, before: int) -> Iterator[str]:
    if continued:
        yield f"Utterances without a name, taken as the speaker before: {continued}."
    if before:
        yield f"Utterances before the first name, left out: {before}."


def _spread(utterance: Utterance, probability: float | None = None) -> Iterator[Word]:
    """The words of an utterance, each with a share of its time in proportion to its letters."""
    parts = utterance.text.split()
    letters = sum(map(len, parts))
    length = utterance.end - utterance.start
    done = 0
    for part in parts:
        start = utterance.start + length * done // letters
        done += len(part)
        end = utterance.start + length * done // letters
        yield Word(Samples(start), Samples(end), utterance.track, part, probability)


def _place(utterance: Utterance) -> tuple[Samples, Samples, Track, str]:
    return utterance.start, utterance.end, utterance.track, utterance.text


def _in_order(words: list[Word]) -> tuple[Word, ...]:
    return tuple(sorted(words, key=lambda word: (word.start, word.end, word.track)))
