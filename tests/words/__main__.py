"""`python -m words`: every .po file gets what is new and loses what is gone; then all are compiled.

What is not translated yet has an empty line, which a test finds.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import live
from live.resources import shipped
from live.ui.texts import everything

LOCALES = shipped("config") / "locale"


def template() -> Catalog:
    """Every text, untranslated."""
    made = Catalog(project="unhurried", charset="utf-8")
    for text in everything():
        made.add(text)
    return made


def renewed(path: Path) -> Catalog:
    """A translation with exactly the texts there are."""
    with path.open("rb") as file:
        old = read_po(file, locale=path.parts[-3])
    old.update(template(), no_fuzzy_matching=True)
    old.obsolete.clear()
    old.project, old.version = "unhurried", live.__version__
    old.msgid_bugs_address = old.last_translator = old.language_team = ""
    return old


def compiled(catalog: Catalog) -> bytes:
    """The form that is read while the program runs."""
    into = io.BytesIO()
    write_mo(into, catalog)
    return into.getvalue()


def main() -> None:
    """All languages."""
    for path in sorted(LOCALES.glob("*/LC_MESSAGES/unhurried.po")):
        catalog = renewed(path)
        with path.open("wb") as file:
            write_po(file, catalog, omit_header=False, width=96, sort_output=False)
        path.with_suffix(".mo").write_bytes(compiled(catalog))
        missing = sum(1 for each in catalog if each.id and not each.string)
        print(f"{path.parts[-3]}: {len(catalog)} texts, {missing} not translated")


if __name__ == "__main__":
    main()
