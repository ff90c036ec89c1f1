"""The command line of `unhurried models`."""

from __future__ import annotations

import argparse
from pathlib import Path

ABOUT = "See, get, check and remove the models that put speech into words."

EXAMPLES = {
    "models": """\
examples:
  unhurried models                              what there is, and what suits this computer
  unhurried models get base.en                  the one command that opens a connection
  unhurried models import Downloads/base.en     a model that was fetched elsewhere
  unhurried models verify""",
    "list": """\
examples:
  unhurried models list
  unhurried models list --measure               measure this computer again""",
    "get": """\
examples:
  unhurried models get base.en
  unhurried models get                          says which one suits this computer""",
    "import": """\
examples:
  unhurried models import Downloads/faster-whisper-base.en
  unhurried models import Downloads/my-model --name mine""",
    "verify": """\
examples:
  unhurried models verify
  unhurried models verify base.en""",
    "check": """\
examples:
  unhurried models check practice.wav
  unhurried models check call.mp4 --coach right --model base.en --seconds 300""",
    "remove": """\
example:
  unhurried models remove base.en""",
}


def add(models: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Give the command its actions; `action` names the chosen one, None for the list.

    Gives the parser of `check`, which takes a recording as a review does.
    """
    models.set_defaults(measure=False)
    actions = models.add_subparsers(dest="action", metavar="ACTION")

    def action(name: str, text: str) -> argparse.ArgumentParser:
        return actions.add_parser(
            name,
            help=text,
            description=text,
            epilog=EXAMPLES[name],
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )

    one = action("list", "What there is, what is installed, what suits this computer.")
    one.add_argument("--measure", action="store_true", help="measure this computer again")
    one = action("get", "Fetch a model, check it and install it; goes on where it was stopped.")
    one.add_argument("name", nargs="?", metavar="NAME", help="as in the list")
    one = action("import", "Install a copy of a model that lies in a folder.")
    one.add_argument("folder", type=Path, metavar="FOLDER", help="with model.bin in it")
    one.add_argument("--name", metavar="NAME", help="what to call it")
    one = action("verify", "Read every byte of the installed models and compare.")
    one.add_argument("name", nargs="?", metavar="NAME", help="only this one, or a folder")
    one = action("remove", "Delete an installed model.")
    one.add_argument("name", metavar="NAME", help="as in the list")
    check = action("check", "What the short window costs in words, on a recording of yours.")
    check.add_argument("input", metavar="RECORDING", help='an audio or video file, or "sample"')
    return check
