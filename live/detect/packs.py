"""Rule packs: what the wording rules look for, as data, and everything that is wrong with them.

A pack is a TOML file. Those that ship are in models/lexicon/LANGUAGE; a coach's own are in the
folder `packs` of their configuration and may add rules, change shipped ones and switch them off.
The format is explained in models/lexicon/README.md.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from live.detect.conditions import CONDITIONS
from live.detect.grammar import Grammar
from live.detect.lexicon import LANGUAGES
from live.detect.patterns import Pattern, PatternError, Phrases, compiled, word_class
from live.errors import SettingsError
from live.kinds import KINDS

LARGEST = 1 << 20
"""Bytes of a pack, at most."""
MOST_MISTAKES = 100
"""So many are told; who mends them learns of the others."""
# Keys inside keys inside keys: each of them costs the TOML reader more than the one before.
_DEEP = re.compile(r"""(?<![\w-])(?:(?:"[^"\n]*+"|'[^'\n]*+'|[\w-]++)[ \t]*+\.[ \t]*+){20}""")
_RULE_KEYS = {
    "id", "kind", "find", "needs", "unless", "unless_unit", "only", "except", "confidence", "live",
    "why", "source", "matches", "leaves", "on",
}  # fmt: skip
_PACK_KEYS = {"language", "about", "source", "classes", "signs", "rule", "change"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing to look for."""

    id: str
    """FILE/NAME."""
    kind: str
    find: tuple[Pattern, ...]
    why: str
    """One clause that says to a coach what was found."""
    needs: tuple[Pattern, ...] = ()
    """One of these has to stand in the same clause."""
    unless: tuple[Pattern, ...] = ()
    """None of these may stand in the same clause."""
    unless_unit: tuple[Pattern, ...] = ()
    """Nor one of these anywhere in what was said in one go."""
    only: frozenset[str] = frozenset()
    """Conditions that have to hold (`live.detect.conditions`)."""
    barred: frozenset[str] = frozenset()
    """Conditions that must not."""
    confidence: float = 0.9
    live: bool = True
    """Whether it may become a cue; otherwise it waits for the debrief."""
    source: str = ""
    matches: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Packs:
    """Every rule in force for a language."""

    language: str
    rules: tuple[Rule, ...] = ()
    classes: Mapping[str, Phrases] = field(default_factory=dict)
    signs: Mapping[str, tuple[Pattern, ...]] = field(default_factory=dict)
    """What is no flag by itself, and tells what a flag means: "yes", "asked_advice"."""


@dataclass(slots=True)
class _Reading:
    """Packs as they are read, and what is wrong with them."""

    grammar: Grammar
    classes: dict[str, Phrases] = field(default_factory=dict)
    rules: dict[str, Rule] = field(default_factory=dict)
    signs: dict[str, tuple[Pattern, ...]] = field(default_factory=dict)
    mistakes: list[str] = field(default_factory=list)

    def say(self, where: str, what: str) -> None:
        self.mistakes.append(f"{where[:200]}: {what}")
        if len(self.mistakes) == MOST_MISTAKES:
            raise _EnoughError


class _EnoughError(Exception):
    """There are more mistakes than anybody reads at once."""


def read_packs(language: str, grammar: Grammar, shipped: Path, own: Path | None = None) -> Packs:
    """Every pack of a language, the coach's own after those that ship.

    Raises `SettingsError` with every mistake of every file.
    """
    reading = _Reading(grammar)
    try:
        _read(language, reading, shipped, own)
    except _EnoughError:
        reading.mistakes.append("... and perhaps more.")
    if reading.mistakes:
        raise SettingsError(
            "\n  ".join(["The rule packs contain mistakes:", *reading.mistakes]),
            "models/lexicon/README.md explains how a pack is written.",
        )
    return Packs(language, tuple(reading.rules.values()), reading.classes, reading.signs)


def _read(language: str, reading: _Reading, shipped: Path, own: Path | None) -> None:
    files = sorted(shipped.glob("*.toml"))
    own_files = [] if own is None else sorted(own.glob("*.toml"))
    tables = [
        (path, table)
        for path in (*files, *own_files)
        if (table := _table(path, reading)) is not None and _is_pack(table, path in own_files)
    ]
    for path, table in tables:
        if not isinstance(table.get("language"), str):
            reading.say(path.name, 'does not say its language: language = "en"')
        elif table["language"] not in LANGUAGES:
            reading.say(path.name, _nearest("language", table["language"], LANGUAGES))
    tables = [(path, table) for path, table in tables if table.get("language") == language]
    for path, table in tables:  # classes first: a rule may name those of another file
        _classes(path, table, reading, own=path in own_files)
    for path, table in tables:
        _signs(path, table, reading)
        _rules(path, table, reading)
    for path, table in tables:
        _changes(path, table, reading)


def _is_pack(table: Mapping[str, Any], own: bool) -> bool:
    """Other lists lie in the folder of those that ship, too."""
    return own or bool({"rule", "classes", "signs"} & table.keys())


def _table(path: Path, reading: _Reading) -> dict[str, Any] | None:
    try:
        if path.stat().st_size > LARGEST:
            reading.say(path.name, f"is larger than {LARGEST:,} bytes")
            return None
        text = path.read_text("utf-8-sig")
        if _DEEP.search(text):
            reading.say(path.name, "has keys inside keys, far deeper than any pack needs")
            return None
        return tomllib.loads(text)
    except OSError as error:
        reading.say(path.name, f"cannot be read: {(error.strerror or 'no reason').lower()}")
    except UnicodeDecodeError:
        reading.say(path.name, "is not UTF-8 text: save it as UTF-8")
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        reading.say(path.name, f"is not TOML: {error}")
    return None


def _classes(path: Path, table: Mapping[str, Any], reading: _Reading, *, own: bool) -> None:
    for key in table.keys() - _PACK_KEYS:
        reading.say(path.name, _nearest("part", key, _PACK_KEYS))
    classes = table.get("classes", {})
    if not isinstance(classes, dict):
        reading.say(path.name, "classes is a section: [classes]")
        return
    for name, entries in classes.items():
        if not _texts(entries):
            reading.say(path.name, f'class {name} is not a list of texts such as ["a", "b"]')
            continue
        try:
            made = word_class(name, entries, reading.grammar)
        except PatternError as error:
            reading.say(path.name, f"class {name}: {error}")
            continue
        if name in reading.classes and not own:
            reading.say(path.name, f"class {name} is in another file, too: give it another name")
        if name in reading.classes:  # a coach's list adds to ours
            made = Phrases(
                made.phrases | reading.classes[name].phrases,
                tuple(sorted({*made.lengths, *reading.classes[name].lengths}, reverse=True)),
                name,
            )
        reading.classes[name] = made


def _signs(path: Path, table: Mapping[str, Any], reading: _Reading) -> None:
    signs = table.get("signs", {})
    if not isinstance(signs, dict):
        reading.say(path.name, "signs is a section: [signs]")
        return
    for name in signs:
        where = f"{path.name}, sign {name}"
        texts = _list(signs, name, where, reading)
        more = _patterns(texts, where, reading)
        reading.signs[name] = reading.signs.get(name, ()) + more


def _rules(path: Path, table: Mapping[str, Any], reading: _Reading) -> None:
    rules = table.get("rule", [])
    if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
        reading.say(path.name, "rules are written as [[rule]]")
        return
    for number, rule in enumerate(rules, 1):
        name = rule.get("id")
        where = f"{path.name}, rule {name if isinstance(name, str) else number}"
        made = _rule(path.stem, rule, where, str(table.get("source", "")), reading)
        if made is None:
            continue
        if made.id in reading.rules:
            reading.say(where, f"there are two rules {made.id}: give one another id")
        reading.rules[made.id] = made


def _rule(
    stem: str, rule: Mapping[str, Any], where: str, source: str, reading: _Reading
) -> Rule | None:
    before = len(reading.mistakes)
    for key in rule.keys() - _RULE_KEYS:
        reading.say(where, _nearest("key", key, _RULE_KEYS))
    for key in ("id", "kind", "find", "why"):
        if key not in rule:
            reading.say(where, f"has no {key}")
    kind = rule.get("kind")
    if "kind" in rule and (not isinstance(kind, str) or kind not in KINDS):
        reading.say(where, _nearest("kind", str(kind), KINDS))
    for key in ("only", "except"):
        for name in _list(rule, key, where, reading):
            if name not in CONDITIONS:
                reading.say(where, _nearest("condition", name, CONDITIONS))
    _numbers(rule, where, reading)
    patterns = {
        key: _patterns(_list(rule, key, where, reading), where, reading)
        for key in ("find", "needs", "unless", "unless_unit")
    }
    matches = _list(rule, "matches", where, reading)
    leaves = _list(rule, "leaves", where, reading)
    if not matches or not leaves:
        reading.say(where, "needs an example in matches and one in leaves")
    if len(reading.mistakes) > before or not rule.get("on", True):
        return None
    return Rule(
        f"{stem}/{rule['id']}",
        str(kind),
        patterns["find"],
        str(rule["why"]),
        patterns["needs"],
        patterns["unless"],
        patterns["unless_unit"],
        frozenset(rule.get("only", ())),
        frozenset(rule.get("except", ())),
        float(rule.get("confidence", 0.9)),
        rule.get("live", True),
        str(rule.get("source", source)),
        tuple(matches),
        tuple(leaves),
    )


def _numbers(rule: Mapping[str, Any], where: str, reading: _Reading) -> None:
    """What a rule, or a change of one, sets besides words."""
    confidence = rule.get("confidence", 0.9)
    if type(confidence) not in (int, float) or not 0 < confidence <= 1:
        reading.say(where, "confidence is a number above 0, up to 1")
    if not isinstance(rule.get("live", True), bool) or not isinstance(rule.get("on", True), bool):
        reading.say(where, "live and on are true or false")


def _patterns(texts: Sequence[str], where: str, reading: _Reading) -> tuple[Pattern, ...]:
    found = []
    for text in texts:
        try:
            found.append(compiled(text, reading.classes, reading.grammar))
        except PatternError as error:
            reading.say(where, str(error))
    return tuple(found)


def _changes(path: Path, table: Mapping[str, Any], reading: _Reading) -> None:
    """What a coach changes about a rule that is there."""
    changes = table.get("change", [])
    if not isinstance(changes, list) or not all(isinstance(one, dict) for one in changes):
        reading.say(path.name, "changes are written as [[change]]")
        return
    for change in changes:
        name = str(change.get("rule", ""))
        where = f"{path.name}, change of {name}"
        rule = reading.rules.get(name)
        if rule is None:
            reading.say(path.name, _nearest("rule", name, reading.rules))
            continue
        for key in change.keys() - {"rule", "on", "live", "confidence", "find", "unless"}:
            reading.say(where, _nearest("key", key, {"on", "live", "confidence", "find", "unless"}))
        before = len(reading.mistakes)
        _numbers(change, where, reading)
        if change.get("on", True) is False:
            del reading.rules[name]
            continue
        more = _patterns(_list(change, "find", where, reading), where, reading)
        fewer = _patterns(_list(change, "unless", where, reading), where, reading)
        if len(reading.mistakes) > before:
            continue
        reading.rules[name] = replace(
            rule,
            find=rule.find + more,
            unless=rule.unless + fewer,
            live=bool(change.get("live", rule.live)),
            confidence=float(change.get("confidence", rule.confidence)),
        )


def _list(rule: Mapping[str, Any], key: str, where: str, reading: _Reading) -> list[str]:
    entries = rule.get(key, [])
    if not _texts(entries):
        reading.say(where, f'{key} is not a list of texts such as ["a", "b"]')
        return []
    return list(entries)


def _texts(entries: object) -> bool:
    return isinstance(entries, list) and all(isinstance(one, str) and one for one in entries)


def _nearest(what: str, name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    close = difflib.get_close_matches(name[:80], names, n=1)
    meant = f"did you mean {close[0]}?" if close else f"there are: {', '.join(names)}"
    return f"{name[:80]} is not a known {what}; {meant}"
