"""Tables of timing kinds on labelled clips and on dialogues; `timing.py` says how they are scored.

python -m bench --only clips        interruptions and listening sounds that people labelled
python -m bench --only dialogues    coming in over the end of a finished move
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from bench.tables import share, table
from bench.timing import (
    INTERRUPTING,
    Heard,
    Onset,
    hear_clip,
    judge,
    onsets,
    read_clips,
    read_dialogues,
    said_between,
)
from live.detect.lexicon import timing_words
from live.types import Flag, Track, samples

EXAMPLES = 10
"""Shown with --verbose."""


def clips(data: Path, *, verbose: bool = False) -> None:
    """Print what is found on the labelled clips, and what is wrongly raised."""
    heard = [hear_clip(c, judge(c.words)) for c in read_clips(data / "timing/icsi_clips.jsonl.gz")]
    by = {label: [h for h in heard if h.clip.label == label] for label in _labels(heard)}
    cut, listened = by.get("interruption", []), by.get("backchannel", [])
    print(f"\nclips: {len(cut)} labelled interruption, {len(listened)} labelled backchannel")
    print(
        table(
            [
                ("any of the four kinds", _share(cut, _interrupting), ">= 65 %", "-", ""),
                ("interruption", _share(cut, _interrupts), ">= 40 %",
                 _share(listened, _interrupts), ""),
                ("any cost", _share(cut, _costs), "", _share(listened, _costs), "<= 2 %"),
                ("naive rule", _share(cut, _naive), "", _share(listened, _naive), ""),
            ],
            ("raised within 0.7 s", "interruptions", "wanted", "backchannels", "wanted"),
        )
    )  # fmt: skip
    print("  the four kinds: " + ", ".join(sorted(INTERRUPTING)))
    _print_kinds("labelled interruption, by what was raised", cut)
    _print_kinds("labelled backchannel, by what was raised", listened)
    _print_reasons("labelled interruption, not raised as one, and why", cut)
    _print_reasons("labelled backchannel with a cost, and why", [h for h in listened if h.cost])
    if verbose:
        rest = [h for h in cut if not h.kinds & INTERRUPTING]
        _print_clips("labelled interruption, none of the four kinds", rest)
        _print_clips("labelled backchannel with a cost", [h for h in listened if h.cost])


def dialogues(data: Path, *, verbose: bool = False) -> None:
    """Print what is raised on onsets near the end of finished moves."""
    lists = timing_words()
    every: list[Onset] = []
    sides = 0
    for dialogue in read_dialogues(data / "timing" / "maptask_dev.jsonl.gz"):
        every += onsets(dialogue, judge(dialogue.words), lists)
        sides += 1
    talk = [onset for onset in every if not onset.listening]
    print(f"\ndialogues: {len(every)} coach onsets near the end of a finished move, {sides} sides")
    rows = [
        (name, _of(every, test), _of(talk, test), wanted)
        for name, test, wanted in (
            ("interruption", _raised, "<= 20 %"),
            ("naive rule", _called, ""),
            ("both", lambda o: _raised(o) and _called(o), ""),
        )
    ]
    print(table(rows, ("raised", "of all", "of those with more than listening sounds", "wanted")))
    kinds = Counter(onset.kind for onset in every)
    talked = Counter(onset.kind for onset in talk)
    print("\n  by what was raised there")
    print(table([(k, n, talked[k]) for k, n in kinds.most_common()], ("kind", "all", "more"), 4))
    units = Counter(
        _unit(flag) for onset in every for flag in onset.flags if flag.kind == "interruption"
    )
    print("\n  interruption there, because the client's unit")
    print(table(units.most_common(), ("unit", "onsets"), 4))
    if verbose:
        _print_onsets([onset for onset in every if _raised(onset)])


def _interrupting(heard: Heard) -> bool:
    return bool(heard.kinds & INTERRUPTING)


def _interrupts(heard: Heard) -> bool:
    return "interruption" in heard.kinds


def _costs(heard: Heard) -> bool:
    return heard.cost


def _naive(heard: Heard) -> bool:
    return heard.naive


def _raised(onset: Onset) -> bool:
    return any(flag.kind == "interruption" for flag in onset.flags)


def _called(onset: Onset) -> bool:
    return onset.naive


def _share(heard: Sequence[Heard], test: Callable[[Heard], bool]) -> str:
    return share(sum(map(test, heard)), len(heard))


def _of(found: Sequence[Onset], test: Callable[[Onset], bool]) -> str:
    return share(sum(map(test, found)), len(found))


def _labels(heard: Iterable[Heard]) -> list[str]:
    return sorted({h.clip.label for h in heard})


def _print_kinds(title: str, heard: Sequence[Heard]) -> None:
    kinds = Counter(", ".join(sorted(h.kinds)) or "none" for h in heard)
    print(f"\n  {title}")
    print(table(kinds.most_common(), ("kinds", "clips"), 4))


def _print_reasons(title: str, heard: Sequence[Heard]) -> None:
    reasons: Counter[tuple[str, str]] = Counter()
    for each in heard:
        if each.clip.label == "interruption" and "interruption" in each.kinds:
            continue
        reasons[", ".join(sorted(each.kinds)) or "none", _why(each)] += 1
    print(f"\n  {title}")
    whole = Counter(kind for kind, _ in reasons.elements())
    order = sorted(reasons.items(), key=lambda row: (-whole[row[0][0]], row[0][0], -row[1]))
    rows = [(kind, why, count) for (kind, why), count in order]
    print(table(rows, ("kinds", "why", "clips"), 4))


def _print_clips(title: str, heard: Sequence[Heard]) -> None:
    print(f"\n  {title}, examples")
    for each in heard[:EXAMPLES]:
        around = (samples(each.clip.at - 3.0), samples(each.clip.at + 2.5))
        print(f"    {each.clip.name}: {', '.join(sorted(each.kinds)) or 'none'}, {_why(each)}")
        for track in Track:
            said = " ".join(w.text for w in said_between(each.clip.words, track, *around))
            print(f"      {track:6} {said}")


def _print_onsets(found: Sequence[Onset]) -> None:
    print("\n  interruption there, examples")
    for onset in found[:EXAMPLES]:
        (flag,) = [f for f in onset.flags if f.kind == "interruption"][:1]
        evidence = ", ".join(f"{k} {v}" for k, v in flag.evidence.items() if v is not None)
        print(f"    {onset.dialogue} at {onset.at:.2f}, {onset.left:.2f} s left: {evidence}")
        print(f"      client {onset.client}")
        print(f"      coach  {flag.text}")


def _why(heard: Heard) -> str:
    return heard.why or ", ".join(sorted({_unit(flag) for flag in heard.flags}))


def _unit(flag: Flag) -> str:
    return str(flag.evidence.get("unit", "does not matter"))
