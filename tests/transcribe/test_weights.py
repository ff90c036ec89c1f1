"""A model is used only as it was installed, and what is wrong with one is said in a sentence."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from hub import small_model, write_manifest
from hypothesis import given, settings
from hypothesis import strategies as st

import live.resources
from live.errors import ModelMissingError, OutputError, UsageError
from live.resources import own, shipped
from live.transcribe.bring import bring
from live.transcribe.folder import look
from live.transcribe.manifest import manifest
from live.transcribe.receipt import Origin, digest
from live.transcribe.weights import (
    check_language,
    check_room,
    find,
    home,
    installed,
    names,
    remove,
    verify,
)

FILES = ("config.json", "model.bin", "tokenizer.json", "vocabulary.txt")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model that somebody brought."""
    return small_model(tmp_path / "brought")


@pytest.fixture
def pinned(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, and a program whose manifest knows its files as those of `base.en`."""
    home = tmp_path / "program"
    files = {
        path.name: {"size": path.stat().st_size, "sha256": digest(path)}
        for path in folder.iterdir()
    }
    entry = {"repository": "o/n", "revision": "a" * 40, "licence": "MIT", "languages": "english"}
    write_manifest(home / "models" / "manifest.toml", {"base.en": {**entry, "files": files}})
    monkeypatch.setattr(live.resources, "_HOME", home)
    return folder


def damaged(name: str = "base.en") -> str:
    """What is said of a model that cannot be used."""
    with pytest.raises(ModelMissingError) as caught:
        find(name)
    assert caught.value.hint
    return str(caught.value)


# The list of models


def test_every_file_of_the_manifest_is_pinned_to_the_byte():
    models = manifest()

    assert {"tiny.en", "tiny", "base.en", "base", "small.en", "small"} <= set(models)
    for model in models.values():
        assert len(bytes.fromhex(model.revision)) == 20
        assert model.licence == "MIT"
        assert model.multilingual is not model.name.endswith(".en")
        assert set(model.files) == set(FILES)
        for pin in model.files.values():
            assert len(bytes.fromhex(pin.sha256)) == 32
            assert pin.size > 0


def test_models_of_a_family_differ_in_their_weights_and_share_their_words():
    models = manifest().values()

    assert len({model.files["model.bin"].sha256 for model in models}) == len(models)
    assert len({model.files["vocabulary.txt"].sha256 for model in models}) == 2


# Bringing a model and finding it


def test_a_model_that_was_brought_is_found_by_the_name_of_its_folder(folder):
    brought = bring(folder)

    assert (brought.name, brought.origin) == ("brought", Origin.IMPORTED)
    assert brought.revision == digest(folder / "model.bin")[:12]
    assert brought.folder == home() / "brought" / brought.revision
    assert find("brought") == brought == verify("brought")
    assert installed() == [brought]
    assert brought.label == f"whisper:brought@{brought.revision}"


def test_files_that_a_pinned_model_has_are_that_model_wherever_they_come_from(pinned):
    (pinned / "notes.txt").write_text("mine")
    (pinned / "preprocessor_config.json").write_text("{}")  # could change what it hears

    brought = bring(pinned)

    assert (brought.name, brought.revision) == ("base.en", "a" * 40)
    assert brought.origin is Origin.PINNED
    assert sorted(path.name for path in brought.folder.iterdir()) == [*FILES, "weights.json"]
    assert find("base.en") == brought


def test_other_files_do_not_get_the_name_of_a_pinned_model(pinned, tmp_path):
    other = small_model(tmp_path / "base.en", size=1000)

    for arguments in ((other, "base.en"), (other,)):
        with pytest.raises(UsageError, match="these files are not it") as caught:
            bring(*arguments)
        assert "--name" in caught.value.hint
    assert names() == []
    assert bring(other, "mine").origin is Origin.IMPORTED


def test_a_folder_of_a_download_cache_gives_its_model_s_name(tmp_path):
    snapshot = tmp_path / "models--Somebody--my-whisper" / "snapshots" / ("0" * 40)

    assert bring(small_model(snapshot)).name == "my-whisper"


@pytest.mark.parametrize(
    "name", ["sample", "none", "auto", "../up", "a/b", ".hidden", "", "x" * 65]
)
def test_names_that_would_not_do_are_refused(folder, name):
    with pytest.raises(UsageError):
        bring(folder, name)
    assert not home().exists()


def test_bringing_it_again_replaces_it(folder):
    first = bring(folder, "mine")
    small_model(folder, size=1234)
    second = bring(folder, "mine")

    assert first.revision != second.revision
    assert installed() == [second]
    assert [path.name for path in (home() / "mine").iterdir()] == [second.revision]


def test_how_far_a_copy_is_can_be_watched(folder):
    told = []
    bring(folder, told=lambda done, total: told.append((done, total)))
    total = sum(path.stat().st_size for path in folder.iterdir())

    assert told[-1] == (total, total)
    assert told == sorted(told)


def test_a_copy_that_fails_leaves_nothing(folder):
    resource = pytest.importorskip("resource", reason="limits are Unix's")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(OutputError, match="file too large"):
            bring(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    assert list(home().iterdir()) == []


def test_a_home_that_cannot_be_written_to_is_said(folder, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("UNHURRIED_HOME", str(tmp_path / "file"))

    with pytest.raises(OutputError, match="cannot be kept") as caught:
        bring(folder)
    assert "UNHURRIED_HOME" in caught.value.hint


def test_what_does_not_fit_is_not_begun(tmp_path):
    with pytest.raises(OutputError, match=r"needs 1000000\.0 GB more") as caught:
        check_room(tmp_path / "not" / "yet", 10**15, "The model")
    assert "UNHURRIED_HOME" in caught.value.hint


# Trust


@pytest.mark.parametrize("file", FILES)
def test_a_missing_a_shortened_and_a_changed_file_are_named(pinned, file):
    path = bring(pinned).folder / file
    data = path.read_bytes()

    path.unlink()
    assert damaged() == f"The model base.en is damaged: {file} is missing."
    path.write_bytes(data[:-1])
    assert f"{file} has {len(data) - 1:,} of {len(data):,} bytes" in damaged()
    path.write_bytes(bytes([data[0] ^ 1]) + data[1:])
    assert f"{file} is not what it was" in damaged()
    assert installed() == []
    assert names() == ["base.en"]

    path.write_bytes(data)
    assert find("base.en").name == "base.en"


def test_a_change_that_leaves_no_trace_is_found_by_reading_everything(pinned):
    path = bring(pinned).folder / "model.bin"
    before = path.stat()
    with path.open("r+b") as file:
        file.seek(-10, os.SEEK_END)
        file.write(b"x")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))

    find("base.en")
    with pytest.raises(ModelMissingError, match=r"model\.bin is not what it was") as caught:
        verify("base.en")
    assert caught.value.hint == "Get it again: unhurried models get base.en"


def test_a_copied_home_is_read_once_and_trusted_again(pinned, monkeypatch):
    brought = bring(pinned)
    for path in brought.folder.iterdir():
        os.utime(path, ns=(1, 1))
    find("base.en")  # reads everything

    read = []
    monkeypatch.setattr("live.transcribe.receipt.digest", lambda path: read.append(path) or "")
    assert find("base.en") == brought
    assert read == []


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"schema": 1}', '{"schema":"unhurried.weights/1","files":{}}', "\xff"]
)
def test_an_unusable_receipt_is_a_damaged_model(pinned, text):
    (bring(pinned).folder / "weights.json").write_text(text, encoding="latin-1")

    assert "weights.json is unusable" in damaged()


def test_a_receipt_cannot_vouch_for_other_files_than_the_pinned_ones(pinned):
    folder = bring(pinned).folder
    with (folder / "config.json").open("a") as file:
        file.write(" ")
    receipt = json.loads((folder / "weights.json").read_text())
    changed = {"size": (folder / "config.json").stat().st_size}
    receipt["files"]["config.json"] |= changed | {"sha256": digest(folder / "config.json")}
    (folder / "weights.json").write_text(json.dumps(receipt))

    assert "weights.json says otherwise than Unhurried does" in damaged()


# Folders and names


def test_a_folder_is_taken_as_it_is(folder, monkeypatch):
    found = find(str(folder))

    assert (found.name, found.folder) == ("brought", folder)
    assert (found.origin, found.languages) == (Origin.FOLDER, ("en",))
    assert found.revision == digest(folder / "model.bin")[:12]
    monkeypatch.chdir(folder.parent)
    assert find("brought").origin is Origin.FOLDER
    assert not home().exists()


def test_a_name_wins_over_a_folder_of_the_same_name(pinned, tmp_path, monkeypatch):
    small_model(tmp_path / "base.en", size=1000)
    monkeypatch.chdir(tmp_path)

    assert damaged() == "The model base.en is not installed."
    assert find("./base.en").origin is Origin.FOLDER
    bring(pinned)
    assert find("base.en").origin is Origin.PINNED


def test_what_is_not_installed_comes_with_both_ways_to_get_it():
    with pytest.raises(ModelMissingError, match="is not installed") as caught:
        find("base.en")
    assert "unhurried models get base.en" in caught.value.hint
    assert "unhurried models import" in caught.value.hint


def test_a_misspelt_name_is_met_with_the_nearest():
    with pytest.raises(ModelMissingError, match="no model called bse") as caught:
        find("bse.en")
    assert "base.en" in caught.value.hint


@pytest.mark.parametrize("file", FILES)
def test_a_folder_says_which_file_it_lacks(folder, file):
    (folder / file).unlink()

    with pytest.raises(ModelMissingError, match=f"has no {file}"):
        find(str(folder))


@pytest.mark.parametrize(
    ("file", "data", "what"),
    [
        ("model.bin", b"", "cut short"),
        ("model.bin", b"\x06\0\0\0\x10\0TransformerSpec\0" + bytes(100), "something else"),
        ("config.json", b"[]", "something else"),
        ("config.json", b'{"a": ', "something else"),
        ("tokenizer.json", b'{"model": {}}', "something else"),
        ("vocabulary.txt", b"one\ntwo\nthree\n", "something else"),
        ("vocabulary.txt", b"\xff\xfe\x00", "something else"),
    ],
)
def test_what_is_no_whisper_model_is_refused(folder, file, data, what):
    (folder / file).write_bytes(data)

    with pytest.raises(ModelMissingError, match=what) as caught:
        find(str(folder))
    assert file in str(caught.value)


@given(share=st.floats(0, 1, exclude_max=True))
@settings(max_examples=50, deadline=None)
def test_weights_cut_short_anywhere_are_noticed(tmp_path_factory, share):
    folder = small_model(tmp_path_factory.mktemp("cut") / "m", size=2000)
    path = folder / "model.bin"
    path.write_bytes(path.read_bytes()[: int(share * path.stat().st_size)])

    with pytest.raises(ModelMissingError):
        look(folder)


def test_a_folder_that_is_none_is_said(tmp_path):
    with pytest.raises(ModelMissingError, match="There is no folder"):
        find(str(tmp_path / "nowhere"))
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelMissingError, match="There is no folder"):
        find(str(tmp_path / "file"))


def test_the_sample_model_is_always_there():
    found = find("sample")

    assert found.sample
    assert found.languages == ("en",)
    assert found.folder == shipped("models") / "sample" / "whisper"
    assert verify("sample") == found


# Languages


def test_a_language_that_a_model_does_not_know_comes_with_a_cure(pinned, tmp_path):
    english = bring(pinned)
    many = find(str(small_model(tmp_path / "many", languages=5)))
    check_language(english, "en")
    check_language(many, "de")
    assert many.multilingual
    assert many.languages == ("en", "de", "fr", "es", "it")

    with pytest.raises(ModelMissingError, match="English only, not 'de'") as caught:
        check_language(english, "de")
    assert "unhurried models get base" in caught.value.hint
    with pytest.raises(ModelMissingError, match="'german' is no language code") as caught:
        check_language(many, "german")
    assert "de" in caught.value.hint


def test_the_multilingual_model_of_the_same_size_is_offered():
    shutil.copytree(small_model(own("data") / "x"), own("data") / "y")
    brought = bring(own("data") / "y", "base.en2")
    with pytest.raises(ModelMissingError) as caught:
        check_language(brought, "de")
    assert caught.value.hint.endswith("unhurried models get base")


# Taking a model away


def test_a_removed_model_is_gone_with_everything_that_was_begun(pinned):
    brought = bring(pinned)
    size = sum(path.stat().st_size for path in brought.folder.iterdir())
    part = brought.folder.with_name(".bbbb.part")
    part.mkdir()
    (part / "model.bin.part").write_bytes(bytes(500))

    assert remove("base.en") == size + 500
    assert list(home().iterdir()) == []
    assert damaged() == "The model base.en is not installed."


@pytest.mark.parametrize("name", ["base.en", "nobody", "../data", ".", ""])
def test_what_is_not_there_cannot_be_removed(name):
    (home() / "other").mkdir(parents=True)

    with pytest.raises(ModelMissingError):
        remove(name)
    assert (home() / "other").is_dir()


def test_the_sample_model_stays():
    with pytest.raises(UsageError):
        remove("sample")
