"""The page models/lexicon/KINDS.md, made by `PYTHONPATH=tests python -m house.kinds_page`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from live.detect.packs import Rule
from live.detect.wording_words import wording_words
from live.kinds import KINDS, Kind, Needs

PAGE = Path(__file__).resolve().parents[2] / "models" / "lexicon" / "KINDS.md"
HEAD = """\
# What wording can be noticed

Made from the packs (`PYTHONPATH=tests python -m house.kinds_page`). *Cost*: may cost trust and may
show while the session runs; *credit*: may build it; *count*: only counted. Markers are ids of the
ICF PCC markers a kind can inform, never met or unmet. How to add, change or switch off a rule is in
[README.md](README.md); to leave out a whole kind, switch off its rules.
"""
BY_COURSE = {
    "advice_with_permission": (
        'coach: would it help if I shared an idea? client: yes. coach: "you could write to him"',
        "the same without asking and without being asked: that is `advice`",
        "`course.permission_s`, `course.asked_turns`",
    ),
    "open_question": (
        '"what would that give you?"',
        '"is that right?"',
        "`grammar.toml`, [question]",
    ),
    "closed_question": (
        '"have you told her?"',
        '"I wonder what you mean"',
        "`grammar.toml`, [question]",
    ),
    "stacked_questions": (
        '"how was it? and what did she say? who can help you?"',
        "the same question again with up to three other words; two seconds of room between",
        "`live/detect/asked.py`",
    ),
    "early_options": (
        '"what could you do about it?" a minute into the story',
        "after three exchanges, 120 words and four minutes; when the client asks for options",
        "[shape] in `config/default.toml`",
    ),
    "steering": (
        '"and how is your sister now?", a second time, where the client never spoke of a sister',
        "a topic the client has taken up; after permission; agreeing on a goal",
        "`shape.topic_turns`",
    ),
    "heard_without_defending": (
        'client: you are not listening. coach: "thank you for telling me. What did I miss?"',
        "an answer that explains itself, at once or within three turns",
        "`course.complaint_turns`",
    ),
    "withdrawal_cue": (
        'three answers of a word or two after open questions, and "fine, I guess"',
        "one of these alone; the first two minutes; somebody who always answers shortly",
        "[shape] in `config/default.toml`",
    ),
    "client_reopened": (
        "after such answers, a turn as long as those before",
        "turns that stay short; ten minutes later",
        "`shape.reopened_s`",
    ),
}


def page() -> str:
    """The whole page."""
    rules: dict[str, list[Rule]] = {}
    for rule in wording_words().packs.rules:
        rules.setdefault(rule.kind, []).append(rule)
    parts = [HEAD]
    for name, kind in KINDS.items():
        if kind.needs is Needs.TEXT:
            parts.append("\n".join(section(name, kind, rules.get(name, []))))
    return "\n".join(parts)


def section(name: str, kind: Kind, rules: list[Rule]) -> Iterator[str]:
    """One kind."""
    yield f"## {name}\n"
    markers = f" Markers: {', '.join(kind.markers)}." if kind.markers else ""
    yield f'{kind.meaning} *{str(kind.cls).capitalize()}*, shown as "{kind.cue}".{markers}\n'
    if rules:
        for rule in rules:
            found = "; ".join(f'"{text}"' for text in rule.matches[:2])
            left = "; ".join(f'"{text}"' for text in rule.leaves[:2])
            live = "" if rule.live and rule.confidence >= 0.85 else ", not while the session runs"
            yield f"- `{rule.id}` ({rule.why}; {rule.confidence:g}{live}): {found}. Not: {left}."
        yield ""
    else:
        example, not_this, where = BY_COURSE[name]
        yield f"For example: {example}. Not: {not_this}. To change it: {where}.\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
