"""The command line, as in the contract; what a later part brings is not offered before."""

from __future__ import annotations

import argparse
import math
from pathlib import Path
from typing import Any, NoReturn, Protocol

import live
from live.app import key_arguments, model_arguments, store_arguments

_EXAMPLES = {
    "unhurried": """\
examples:
  unhurried live --source sample --terminal     the built-in sample session, as it would run live
  unhurried review practice.wav                 a recording with the coach on the left
  unhurried models get base.en                  what puts speech into words
  unhurried self-test                           whether everything works here""",
    "live": """\
examples:
  unhurried live --terminal                     the microphone, and what the system plays
  unhurried live --terminal --coach Scarlett:1 --client Scarlett:2
  unhurried live --source sample --terminal
  unhurried live --source practice.wav --terminal --json practice.json""",
    "review": """\
examples:
  unhurried review practice.wav
  unhurried review call.mp4 --coach right --json call.json
  unhurried review --coach me.wav --client them.wav
  unhurried review practice.wav --words practice-words.jsonl
  unhurried review --words practice-words.jsonl
  unhurried review --transcript meeting.vtt --coach-name "Ann"
  unhurried review *.wav --out results""",
    "devices": """\
examples:
  unhurried devices                             what there is
  unhurried devices --check                     ten seconds: is everybody heard?
  unhurried devices --check --coach "Yeti" --client 4""",
    **model_arguments.EXAMPLES,
    **store_arguments.EXAMPLES,
    **key_arguments.EXAMPLES,
    "self-test": """\
example:
  unhurried self-test""",
}


class _Parser(argparse.ArgumentParser):
    """Says what is wrong as the rest of the program does: what happened, and what to do."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"unhurried: {message}\n  What there is: {self.prog} --help\n")


def parser() -> argparse.ArgumentParser:
    """The parser of all commands; `command` names the chosen one, None for none."""
    text = "A second ear for coaches that never leaves the room."
    top = _Parser("unhurried", **_look("unhurried", text))
    top.add_argument("--version", action="version", version=f"unhurried {live.__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND")
    _live(commands)
    _review(commands)
    _devices(commands)
    models = _command(commands, "models", model_arguments.ABOUT)
    check = model_arguments.add(models)
    check.add_argument("--seconds", type=_seconds, metavar="N", help="only the first N seconds")
    _coach_and_client(check)
    _settings(check)
    sessions = _command(commands, "sessions", store_arguments.SESSIONS)
    store_arguments.add_sessions(sessions)
    _profile(sessions)
    store_arguments.add_consent(_command(commands, "consent", store_arguments.CONSENT))
    purge = _command(commands, "purge", store_arguments.PURGE)
    store_arguments.add_purge(purge)
    _profile(purge)
    key_arguments.add(_command(commands, "key", key_arguments.ABOUT))
    _command(commands, "self-test", "Prove the installation, part by part.")
    return top


class _Commands(Protocol):
    def add_parser(self, name: str, **kwargs: Any) -> argparse.ArgumentParser: ...  # noqa: ANN401


def _look(name: str, text: str) -> dict[str, Any]:
    """What all parsers look like."""
    return {
        "description": text,
        "epilog": _EXAMPLES[name],
        "formatter_class": argparse.RawDescriptionHelpFormatter,
        "allow_abbrev": False,
    }


def _command(commands: _Commands, name: str, text: str) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=text, **_look(name, text))


def _live(commands: _Commands) -> None:
    one = _command(commands, "live", "Hear a session as it happens.")
    one.add_argument(
        "--source",
        metavar="sample|FILE",
        help="the built-in sample session, or a recording played in real time",
    )
    one.add_argument("--speed", type=_speed, default=1.0, metavar="N", help="N times as fast")
    one.add_argument("--seconds", type=_seconds, metavar="N", help="end after N seconds of session")
    one.add_argument(
        "--mode",
        choices=["practice", "session", "observer"],
        default="practice",
        help="whose settings to use, unless --profile says otherwise",
    )
    one.add_argument("--terminal", action="store_true", help="cues as lines, no window")
    one.add_argument("--no-check", action="store_true", help="begin without the set-up check")
    _coach_and_client(one, "DEVICE|left|right|FILE")
    _common(one)


def _devices(commands: _Commands) -> None:
    one = _command(commands, "devices", "See what can be listened to, and check it.")
    one.add_argument("--check", action="store_true", help="listen for ten seconds to both people")
    _coach_and_client(one, "DEVICE")
    _profile(one)


def _review(commands: _Commands) -> None:
    one = _command(commands, "review", "Look at recordings, words or transcripts.")
    one.add_argument("input", nargs="*", metavar="INPUT", help='audio or video files, or "sample"')
    _coach_and_client(one)
    one.add_argument(
        "--words", nargs="+", type=Path, metavar="W.jsonl", help="word times from elsewhere"
    )
    one.add_argument(
        "--transcript", nargs="+", type=Path, metavar="T", help="transcripts: .vtt, .srt, .jsonl"
    )
    one.add_argument("--coach-name", metavar="NAME", help="the speaker in a transcript who coaches")
    one.add_argument("--out", type=Path, metavar="DIR", help="write STEM.session.json per input")
    _common(one)


def _coach_and_client(one: argparse.ArgumentParser, where: str = "left|right|FILE") -> None:
    one.add_argument("--coach", metavar=where, help="where the coach's voice is")
    one.add_argument("--one-microphone", action="store_true", help="cannot be used yet")
    one.add_argument("--client", metavar=where, help="where the client's voice is")


def _common(one: argparse.ArgumentParser) -> None:
    one.add_argument("--json", metavar="FILE|-", help="write the session as JSON")
    one.add_argument(
        "--keep",
        choices=["none", "flags", "words", "audio"],
        help="what to keep of it, encrypted (keep.what; words, unless set otherwise)",
    )
    one.add_argument("--with", dest="person", metavar="NAME", help="whom it is with")
    one.add_argument(
        "--consent",
        metavar="BASIS",
        help="they have agreed to this; what the agreement rests on",
    )
    _settings(one)


def _settings(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--model", metavar="NAME|DIR|none", help="what puts speech into words; none: sound alone"
    )
    one.add_argument(
        "--language", metavar="CODE", help="what is spoken: en, de, fr (words.language)"
    )
    _profile(one)


def _profile(one: argparse.ArgumentParser) -> None:
    one.add_argument("--profile", metavar="NAME", help="practice, session or observer")
    one.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="SECTION.KEY=VALUE",
        help="a setting for this time; all of them are in config/default.toml",
    )


def _speed(text: str) -> float:
    return _number(text, "a speed is a number above 0", math.inf)


def _seconds(text: str) -> float:
    return _number(text, "give a number of seconds above 0", 1e6)


def _number(text: str, otherwise: str, most: float) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value <= most:
        raise argparse.ArgumentTypeError(otherwise)
    return value
