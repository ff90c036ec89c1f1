"""The command line of `unhurried key`."""

from __future__ import annotations

import argparse
from pathlib import Path

ABOUT = "See and move the key of what is kept; write and use its recovery words."

EXAMPLES = {
    "key": """\
examples:
  unhurried key                                 where the key is
  unhurried key recovery recovery.txt           24 words to print, for the day the key is lost
  unhurried key recover                         type them, that day
  unhurried key passphrase                      a passphrase instead of the system's keyring""",
    "show": """\
example:
  unhurried key show""",
    "passphrase": """\
example:
  unhurried key passphrase                      a first one, or a new one""",
    "keyring": """\
example:
  unhurried key keyring""",
    "recovery": """\
example:
  unhurried key recovery recovery.txt""",
    "recover": """\
examples:
  unhurried key recover                         asks for the words
  unhurried key recover recovery.txt""",
}


def add(key: argparse.ArgumentParser) -> None:
    """Give the command its actions; `action` names the chosen one, None for showing."""
    actions = key.add_subparsers(dest="action", metavar="ACTION")

    def action(name: str, text: str) -> argparse.ArgumentParser:
        return actions.add_parser(
            name,
            help=text,
            description=text,
            epilog=EXAMPLES[name],
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    action("show", "Where the key is. Nothing secret is shown.")
    action("passphrase", "Lock the key with a passphrase, or change the passphrase.")
    action("keyring", "Keep the key in the system's keyring.")
    one = action("recovery", "Write the recovery words, a sheet to print.")
    one.add_argument("file", type=Path, metavar="FILE", help="a new file, outside Unhurried's own")
    one = action("recover", "Bring the key back with the recovery words.")
    one.add_argument("file", type=Path, nargs="?", metavar="FILE", help="the sheet; else it asks")
