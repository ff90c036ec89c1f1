"""Settings: what may be written, what is said about mistakes, and that default.toml is complete."""

from __future__ import annotations

import re
import tomllib
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import pytest
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from live.errors import SettingsError
from live.options import Range
from live.resources import shipped
from live.settings import Layer, Settings, load, read

CONFIG = shipped("config")
PROFILES = sorted(file.stem for file in (CONFIG / "profiles").glob("*.toml"))


@dataclass(frozen=True, slots=True)
class Voice:
    engine: Literal["silero", "webrtc"] = "silero"
    on: Annotated[float, Range(0, 1)] = 0.5
    off: float = 0.35
    join_ms: Annotated[int, Range(0, 2000)] = 200
    adapt: bool = True
    words: tuple[str, ...] = ("mm", "yeah")
    name: str = ""

    def __post_init__(self):
        if self.off > self.on:
            raise ValueError("off must not be above on")


@dataclass(frozen=True, slots=True)
class Bleed:
    window_ms: int = 40


@dataclass(frozen=True, slots=True)
class Toy:
    voice: Voice = field(default_factory=Voice)
    bleed: Bleed = field(default_factory=Bleed)


def toml(text: str, where: str = "a.toml") -> Layer:
    return Layer(where, tomllib.loads(text))


def typed(**values: str) -> Layer:
    return Layer("--set", {"voice": values}, typed=False)


def mistakes(*layers: Layer) -> list[str]:
    """The lines of the message, less its first."""
    with pytest.raises(SettingsError) as error:
        read(Toy, layers)
    assert error.value.hint
    return [line.strip() for line in str(error.value).splitlines()[1:]]


# The layers


def test_without_layers_every_field_has_its_default():
    assert read(Toy, []) == Toy()


def test_a_later_layer_wins_key_by_key():
    found = read(
        Toy,
        [
            toml("[voice]\non = 0.6\njoin_ms = 100\n[bleed]\nwindow_ms = 1"),
            toml("[voice]\non = 0.7"),
            typed(name="Ann"),
        ],
    )
    assert found == Toy(Voice(on=0.7, join_ms=100, name="Ann"), Bleed(window_ms=1))


def test_every_type_can_be_written_in_a_file():
    found = read(
        Toy,
        [
            toml(
                '[voice]\nengine = "webrtc"\non = 1\nadapt = false\njoin_ms = 0\n'
                'words = ["a", "b c"]\nname = "x"'
            )
        ],
    )
    assert found.voice == Voice("webrtc", 1.0, 0.35, 0, adapt=False, words=("a", "b c"), name="x")
    assert type(found.voice.on) is float


def test_every_type_can_be_typed_without_quotes():
    found = read(
        Toy,
        [typed(engine="webrtc", on="1", adapt="false", join_ms="50", words="a, b c", name="7")],
    )
    assert found.voice == Voice("webrtc", 1.0, 0.35, 50, adapt=False, words=("a", "b c"), name="7")
    assert read(Toy, [typed(words='["a, b"]')]).voice.words == ("a, b",)
    assert read(Toy, [typed(words="")]).voice.words == ()


# Mistakes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[voise]\non = 1", "a.toml: voise is not a known section; did you mean voice?"),
        ("[voice]\nofff = 1", "a.toml: voice.offf is not a known setting; did you mean voice.off?"),
        ("[bleed]\nqqq = 1", "a.toml: bleed.qqq is not a known setting; there are: window_ms"),
        ("voice = 1", "a.toml: voice is a section, not a value"),
        ("[voice]\non = 1.5", "a.toml: voice.on is 1.5, not from 0 to 1"),
        ("[voice]\non = -0.1", "a.toml: voice.on is -0.1, not from 0 to 1"),
        ("[voice]\non = true", "a.toml: voice.on is True, not a number"),
        ("[voice]\non = nan", "a.toml: voice.on is nan, not a number"),
        ("[bleed]\nwindow_ms = 1.0", "a.toml: bleed.window_ms is 1.0, not a whole number"),
        ("[bleed]\nwindow_ms = true", "a.toml: bleed.window_ms is True, not a whole number"),
        ("[voice]\nadapt = 1", "a.toml: voice.adapt is 1, not true or false"),
        ("[voice]\nname = 1", "a.toml: voice.name is 1, not a text in quotes"),
        ("[voice]\nengine = 'x'", "a.toml: voice.engine is 'x', not one of silero, webrtc"),
        ("[voice]\nwords = 'x'", "voice.words is 'x', not a list of texts"),
        ("[voice]\nwords = [1]", "voice.words is [1], not a list of texts"),
        ("[voice]\nname = 2020-01-01", "voice.name is datetime.date(2020, 1, 1), not a text"),
        ("[voice.on]\nx = 1", "voice.on is {'x': 1}, not a number"),
        ("[voice]\noff = " + "1" * 400, "too large a number"),
        ("[voice]\noff = 0.9", "voice: off must not be above on"),
    ],
)
def test_a_mistake_is_said_with_its_place(text, said):
    (line,) = mistakes(toml(text))
    assert said in line


@pytest.mark.parametrize(
    ("key", "value"),
    [("on", "yes"), ("on", "1\nadapt = false"), ("join_ms", "1.5"), ("adapt", "True"), ("on", ""),
     ("engine", "auto"), ("on", "[" * 5000), ("on", "1" * 5000), ("on", "inf"),
     ("words", "[1]")],
)  # fmt: skip
def test_a_mistake_on_the_command_line_is_said_too(key, value):
    (line,) = mistakes(typed(**{key: value}))
    assert line.startswith(f"--set: voice.{key} is ")
    assert len(line) < 150


def test_all_mistakes_of_all_layers_are_told_at_once():
    lines = mistakes(
        toml("[voice]\non = 2\nadapt = 0\n[x]\ny = 1"),
        toml("[bleed]\nwindow = 3", "b.toml"),
        typed(join_ms="-1"),
    )
    assert [line.split()[:2] for line in lines] == [
        ["a.toml:", "voice.on"],
        ["a.toml:", "voice.adapt"],
        ["a.toml:", "x"],
        ["b.toml:", "bleed.window"],
        ["--set:", "voice.join_ms"],
    ]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@hypothesis_settings(deadline=None)
@given(st.dictionaries(st.sampled_from(["voice", "bleed", "x"]), VALUES | st.dictionaries(
    st.sampled_from([one.name for one in fields(Voice)]), VALUES)), st.booleans())  # fmt: skip
@example({"voice": {"on": 10**5000}}, True)
def test_no_value_gives_anything_but_settings_or_a_list_of_mistakes(sections, typed):
    try:
        found = read(Toy, [Layer("x", sections, typed)])
    except SettingsError:
        return
    assert 0 <= found.voice.on <= 1


# The files


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("UNHURRIED_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_the_persons_file_is_read_where_it_is_and_where_it_is_said(home, tmp_path):
    assert load() == defaults()
    other = tmp_path / "other.toml"
    other.write_text("[here]\nx = 1")
    (home / "config").mkdir(parents=True)
    (home / "config" / "settings.toml").write_text("[there]\nx = 1")
    with pytest.raises(SettingsError, match=r"settings\.toml: there is not a"):
        load()
    with pytest.raises(SettingsError, match=r"other\.toml: here is not a") as error:
        load(own_file=other)
    assert "settings.toml" not in str(error.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[voice]\non = = 1", "at line 2"),
        (b"[voice]\nname = '\xff'", "not UTF-8"),
        (b"x = " + b"[" * 100_000, "too long"),
        (b"x = " + b"1" * 5000, "too long"),
    ],
)
def test_a_file_that_is_not_toml_is_said_with_all_other_mistakes(tmp_path, content, said):
    path = tmp_path / "mine.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match="3 mistakes") as error:
        load("sesion", path, {"voice": "1"})
    text = str(error.value)
    assert said in text
    assert "mine.toml" in text
    assert "--profile sesion is not a known profile; did you mean session?" in text
    assert "--set 'voice': is not of the form section.key=value" in text


def test_a_file_that_is_not_there_is_said(tmp_path):
    for path in (tmp_path / "none.toml", tmp_path, Path("a\0b")):
        with pytest.raises(SettingsError):
            load(own_file=path)


def test_a_mark_at_the_beginning_of_a_file_is_no_mistake(tmp_path):
    path = tmp_path / "mine.toml"
    path.write_bytes(b"\xef\xbb\xbf# nothing yet\n")
    assert load(own_file=path) == load()


@pytest.mark.parametrize("name", ["../default", "", "/etc/passwd", "session.toml"])
def test_a_profile_is_a_name_and_never_a_path(name):
    with pytest.raises(SettingsError, match="profile"):
        load(name)


# The shipped files


def default_lines() -> list[str]:
    return (CONFIG / "default.toml").read_text("utf-8").splitlines()


def options() -> dict[str, Any]:
    return get_type_hints(Settings)


def defaults() -> Settings:
    return read(Settings, [])


def test_default_toml_has_every_field_and_nothing_else():
    written = tomllib.loads("\n".join(default_lines()))
    assert {name: set(keys) for name, keys in written.items()} == {
        name: {one.name for one in fields(kind)} for name, kind in options().items()
    }


def test_default_toml_says_the_defaults_of_the_code():
    written = tomllib.loads("\n".join(default_lines()))
    for section, kind in options().items():
        for one in fields(kind):
            default = one.default if one.default is not MISSING else one.default_factory()
            value = written[section][one.name]
            assert (tuple(value) if isinstance(value, list) else value) == default, one.name
    assert load() == defaults()


def test_every_key_of_default_toml_has_a_comment_of_whole_sentences():
    before: list[str] = []
    for line in default_lines():
        if re.match(r"[\w\"]+\s*=", line):
            comment = " ".join(part.lstrip("# ") for part in before)
            assert re.fullmatch(r"[A-Z0-9\"].*[.!]", comment), line
        before = [*before, line] if line.startswith("#") else []


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_loads_and_says_what_it_is_for(profile):
    load(profile)
    assert (CONFIG / "profiles" / f"{profile}.toml").read_text("utf-8").startswith("# ")


def test_the_profiles_are_those_of_the_modes():
    assert PROFILES == ["observer", "practice", "session"]
