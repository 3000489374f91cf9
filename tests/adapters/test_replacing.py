import os

import pytest

from telesales_desktop.adapters.replacing import replace_file, try_directory


def test_a_file_is_replaced_whole(tmp_path):
    path = tmp_path / "a.txt"
    replace_file(path, b"old")
    replace_file(path, b"new")
    assert path.read_bytes() == b"new"
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    replace_file(path, b"old")

    def full(_handle):
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        replace_file(path, b"new")
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["a.txt"]


def test_a_try_leaves_nothing_behind(tmp_path):
    try_directory(tmp_path / "a" / "b")
    try_directory(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_used_meanwhile_stays(tmp_path, monkeypatch):
    from pathlib import Path

    real = Path.rmdir

    def used(path):
        (path / "kept").touch()
        real(path)

    monkeypatch.setattr(Path, "rmdir", used)
    try_directory(tmp_path / "a")
    assert (tmp_path / "a" / "kept").exists()


def test_a_place_that_cannot_be_used_is_an_error_and_leaves_nothing(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    with pytest.raises(OSError):
        try_directory(tmp_path / "file" / "a")

    def refused(**_options):
        raise PermissionError

    monkeypatch.setattr("tempfile.mkstemp", refused)
    with pytest.raises(PermissionError):
        try_directory(tmp_path / "a" / "b")
    assert [each.name for each in tmp_path.iterdir()] == ["file"]
