"""The command line of what is kept: sessions, consent, purge."""

from __future__ import annotations

import argparse
from typing import Any

from live.store.consent import one_line

SESSIONS = "See what is kept, write notes, follow your promises."
CONSENT = "See and write down who has agreed to what; take it back."
PURGE = "Delete for good."

EXAMPLES = {
    "sessions": """\
examples:
  unhurried sessions                            what is kept
  unhurried sessions list --with Anna
  unhurried sessions show 12 --words
  unhurried sessions note 12 "I hurried after the pause"
  unhurried sessions promises Anna              what you promised and have not done yet
  unhurried sessions done 12/t7
  unhurried sessions purge 12""",
    "consent": """\
examples:
  unhurried consent                             who has agreed to what
  unhurried consent give Anna --for session --basis "contract of 3 May" --to words,mentor
  unhurried consent withdraw Anna               everything with Anna is deleted
  unhurried consent withdraw Anna --from audio  only the voices""",
    "purge": """\
examples:
  unhurried purge 12 13                         sessions 12 and 13
  unhurried purge 12 --only words               what was said in session 12, and the voices
  unhurried purge --with Anna                   everything with and about Anna
  unhurried purge --old --dry-run               what is due by your settings
  unhurried purge --all                         everything Unhurried has written here""",
}


def _sub(actions: Any, examples: str, name: str, text: str) -> argparse.ArgumentParser:  # noqa: ANN401
    made: argparse.ArgumentParser = actions.add_parser(
        name,
        help=text,
        description=text,
        epilog=EXAMPLES[examples],
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    return made


def add_sessions(sessions: argparse.ArgumentParser) -> None:
    """Give the command its actions; `action` names the chosen one, None for the list."""
    sessions.set_defaults(person=None)
    actions = sessions.add_subparsers(dest="action", metavar="ACTION")
    one = _sub(actions, "sessions", "list", "What is kept, oldest first.")
    _with(one)
    one = _sub(actions, "sessions", "show", "A session's numbers and moments.")
    _number(one)
    one.add_argument("--words", action="store_true", help="what was said, too")
    one.add_argument("--json", metavar="FILE|-", help="write the session as JSON")
    one = _sub(actions, "sessions", "note", "Write a note on a session.")
    _number(one)
    one.add_argument("text", metavar="TEXT")
    one = _sub(actions, "sessions", "promises", "What you promised in sessions and have not done.")
    one.add_argument("person", type=_said, nargs="?", metavar="NAME", help="only to them")
    one = _sub(actions, "sessions", "done", "A promise was kept: it is not shown any more.")
    one.add_argument("promise", metavar="SESSION/FLAG", help="as the list of promises names it")
    one = _sub(actions, "sessions", "purge", "Delete sessions for good.")
    one.add_argument("numbers", nargs="+", type=int, metavar="NUMBER")
    _how(one)


def add_consent(consent: argparse.ArgumentParser) -> None:
    """Give the command its actions; `action` names the chosen one, None for the list."""
    consent.set_defaults(person=None)
    actions = consent.add_subparsers(dest="action", metavar="ACTION")
    one = _sub(actions, "consent", "list", "Who has agreed to what.")
    one.add_argument(
        "person", type=_said, nargs="?", metavar="NAME", help="only they, with what was before"
    )
    one = _sub(actions, "consent", "give", "Write down what somebody has agreed to.")
    one.add_argument("person", type=_said, metavar="NAME", help="as you call them here")
    one.add_argument(
        "--basis", type=_said, required=True, metavar="TEXT", help="what the agreement rests on"
    )
    one.add_argument(
        "--for",
        dest="setting",
        choices=["practice", "session", "observer"],
        default="practice",
        help="in what kind of meeting",
    )
    one.add_argument(
        "--to",
        default="words",
        metavar="LIST",
        help="beside listening: words,audio,mentor,sponsor, or nothing",
    )
    one = _sub(actions, "consent", "withdraw", "Take it back; what it covered is deleted.")
    one.add_argument("person", type=_said, metavar="NAME")
    one.add_argument(
        "--from",
        dest="terms",
        metavar="LIST",
        help="only from: words, audio, mentor, sponsor",
    )
    _how(one)


def add_purge(purge: argparse.ArgumentParser) -> None:
    """What is to be deleted, and how much of it."""
    purge.add_argument("numbers", nargs="*", type=int, metavar="NUMBER", help="of sessions")
    _with(purge)
    purge.add_argument("--old", action="store_true", help="what is due by your settings")
    purge.add_argument("--all", action="store_true", help="everything Unhurried has written")
    purge.add_argument("--only", choices=["audio", "words"], help="not the whole session")
    _how(purge)


def _with(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--with", dest="person", type=_said, metavar="NAME", help="those with this person"
    )


def _number(one: argparse.ArgumentParser) -> None:
    one.add_argument("number", type=int, metavar="NUMBER", help="as the list names it")


def _how(one: argparse.ArgumentParser) -> None:
    one.add_argument("--dry-run", action="store_true", help="only say what would go")
    one.add_argument("--yes", action="store_true", help="do not ask again")


def _said(text: str) -> str:
    """A name, or what an agreement rests on, in one line."""
    found = one_line(text)
    if not found:
        raise argparse.ArgumentTypeError("it says nothing")
    return found
