"""Removing files so that they stay removed."""

from __future__ import annotations

import os

import pytest

from live.store.durable import remove


def test_what_was_removed_is_gone_and_removing_it_again_is_no_mistake(tmp_path):
    paths = [tmp_path / "a", tmp_path / "b"]
    for path in paths:
        path.write_bytes(b"x")

    remove(paths)
    remove(paths)

    assert list(tmp_path.iterdir()) == []


def test_the_folder_is_settled_after_its_files_are_gone(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"x")
    there = []
    monkeypatch.setattr(os, "fsync", lambda handle: there.append(list(tmp_path.iterdir())))

    remove([tmp_path / "a"])

    assert there == [[]]


def test_what_cannot_be_removed_is_an_error(tmp_path):
    with pytest.raises(OSError, match=r"directory|permitted|denied"):
        remove([tmp_path])
