"""What documents say is what the code says."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from house import kinds_page

from live.app.arguments import parser
from live.detect.conditions import CONDITIONS

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("docs", Path(__file__).with_name("docs.py"))
assert _spec is not None
assert _spec.loader is not None
docs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(docs)


def test_the_table_of_kinds_is_the_one_in_the_code() -> None:
    page = docs.PAGE.read_text(encoding="utf-8")

    assert docs.kinds_table() in page
    assert docs.renewed(page) == page


def test_every_command_is_in_the_readme_and_shows_an_example() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    actions = [a for a in parser()._actions if a.dest == "command"]
    commands = actions[0].choices

    assert isinstance(commands, dict)
    for name, command in commands.items():
        assert f"unhurried {name}" in readme or name == "live"
        assert f"unhurried {name}" in command.format_help()


def test_the_page_of_kinds_is_what_the_packs_say() -> None:
    assert kinds_page.PAGE.read_text(encoding="utf-8") == kinds_page.page()


def test_every_condition_of_a_rule_is_explained() -> None:
    readme = (ROOT / "models" / "lexicon" / "README.md").read_text(encoding="utf-8")

    assert [name for name in CONDITIONS if f"`{name}`" not in readme] == []
