"""What a flag rests on never holds what was said: deleting words would leave it behind."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

from bench.wording_scoring import laid_out as lines_of
from detect.lines import WORDS, judged
from wording.examined import examples, kinds, laid_out

from live.types import Flag, Samples, samples

ROOT = Path(__file__).resolve().parents[2]


def ours() -> set[str]:
    """Every text that the program or a pack brings along."""
    found = {each for rule in WORDS.packs.rules for each in (rule.id, rule.why)}
    found |= {f"{kind}/sounds-like-it" for kind in WORDS.model.kinds}
    for path in (ROOT / "live").rglob("*.py"):
        tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        found |= {n.value for n in tree if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return found


def every_flag() -> Iterator[Flag]:
    """Those of the exam's talks and of the lines the model learned from."""
    for kind in kinds():
        for example in examples(kind):
            talk = laid_out(example["talk"])
            yield from judged(talk.conversation, Samples(talk.over + samples(90)))
    for path in sorted((ROOT / "tests" / "wording").glob("lines_*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines()[::4]:
            talk, _ = lines_of([("coach", json.loads(line)["text"])])
            yield from judged(talk, Samples(samples(600)))


def test_evidence_and_reasons_are_the_programs_own_words() -> None:
    known = ours()
    told = {
        (flag.kind, part)
        for flag in every_flag()
        for value in (*flag.evidence.values(), flag.reason)
        if isinstance(value, str)
        for part in ([value] if value in known else value.split(", "))
    }

    assert len({kind for kind, _ in told}) > 20
    assert {(kind, part) for kind, part in told if part not in known} == set()
