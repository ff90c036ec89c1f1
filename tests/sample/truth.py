"""What is in the sample session, in the shape that ships beside it (`unhurried.truth/1`).

Times are seconds rounded to 3 decimals. `without_words` is the kind that sound alone may show at
that place (None: nothing), `also_class` a second class that is as right as `class`. A flag that
matches something in `tolerated` is neither missed nor false.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from sample.check import TIMING
from sample.render import RATE, Utterance
from sample.script import Note

SILENCES = {"filled_silence", "held_silence"}
WORDLESS = TIMING - {"stated_purpose", "asked_again", "completed_sentence"} | {"filled_pause"}
"""The kinds that sound alone can decide."""

Entry = dict[str, object]


def truth(said: Sequence[Utterance], duration: int, synthesiser: str) -> Entry:
    """The whole document; duration in samples."""
    words = sorted((w.start, w.end, each.line.track, w.text) for each in said for w in each.words)
    planted: list[Entry] = []
    negatives: list[Entry] = []
    tolerated: list[Entry] = []
    for at, each in enumerate(said):
        for note in each.line.notes:
            entry = _place(said, at, note)
            if note.sign == "+":
                planted.append(_planted(note, entry))
            elif note.sign == "-":
                negatives.append({**entry, "must_not": list(note.kinds), "note": note.why})
            else:
                tolerated += [{"kind": kind, **entry, "note": note.why} for kind in note.kinds]
    return {
        "schema": "unhurried.truth/1",
        "synthesiser": synthesiser,
        "duration": _seconds(duration),
        "words": [
            {"track": track, "start": _seconds(start), "end": _seconds(end), "text": text}
            for start, end, track, text in words
        ],
        "utterances": [
            {
                "track": each.line.track,
                "start": _seconds(each.start),
                "end": _seconds(each.end),
                "text": " ".join(word.text for word in each.words),
            }
            for each in said
        ],
        "planted": sorted(planted, key=lambda entry: (entry["start"], entry["kind"])),
        "negatives": negatives,
        "tolerated": tolerated,
    }


def text_of(document: Entry) -> str:
    """The document as it is written: one entry a line, so that a change can be read."""
    parts = []
    for key, value in document.items():
        if isinstance(value, list):
            rows = ",\n".join(f"  {json.dumps(row)}" for row in value)
            parts.append(f'"{key}": [\n{rows}\n]')
        else:
            parts.append(f'"{key}": {json.dumps(value)}')
    return "{" + ",\n".join(parts) + "}\n"


def words_jsonl(document: Entry) -> str:
    """The words as `unhurried review --words` reads them."""
    words = document["words"]
    assert isinstance(words, list)
    return "".join(f"{json.dumps(word)}\n" for word in words)


def _planted(note: Note, entry: Entry) -> Entry:
    (kind,) = note.kinds
    needs_words = kind not in WORDLESS or note.without_words == "none"
    alone = None if needs_words else kind
    if note.without_words not in ("", "none"):
        alone = note.without_words
    full = {"kind": kind, "class": note.cls, **entry, "needs_words": needs_words}
    full |= {"without_words": alone, "note": note.why}
    return full | ({"also_class": note.also_class} if note.also_class else {})


def _place(said: Sequence[Utterance], at: int, note: Note) -> Entry:
    each = said[at]
    first, last = _matched(each, note.words)
    start, end = each.words[first].start, each.words[last].end
    track, text = each.line.track, " ".join(w.text for w in each.words[first : last + 1])
    if SILENCES & set(note.kinds) and note.sign == "+":
        # The silence itself, from the last voice before it; the coach filled it or held it.
        before = max(other.end for other in said if other.start < each.start)
        start, end, track, text = before, each.start, "coach", ""
    elif note.since:
        start = next(other.start for other in said if other.line.label == note.since)
        text = ""
    return {"track": track, "start": _seconds(start), "end": _seconds(end), "text": text}


def _matched(each: Utterance, wanted: Sequence[str]) -> tuple[int, int]:
    have = [word.text for word in each.words]
    if not wanted:
        return 0, len(have) - 1
    for first in range(len(have) - len(wanted) + 1):
        if have[first : first + len(wanted)] == list(wanted):
            return first, first + len(wanted) - 1
    raise ValueError(f"{' '.join(wanted)!r} is not in {each.line.text!r}")


def _seconds(position: int) -> float:
    return round(position / RATE, 3)
