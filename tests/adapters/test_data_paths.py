"""Has each profile a place of its own, for this user alone?"""

import os
import stat
from pathlib import Path

import pytest

from telesales_desktop.adapters.data_paths import (
    config_root,
    data_root,
    ensure_profile_name,
    prepare_profile_directory,
)
from telesales_desktop.domain.errors import JournalError, SettingsError


@pytest.mark.skipif(os.name != "posix", reason="rights as POSIX has them")
def test_a_directory_is_made_for_this_user_alone_even_if_it_was_open(tmp_path):
    made = prepare_profile_directory(tmp_path / "data", "shop")
    assert made == tmp_path / "data" / "shop"
    assert stat.S_IMODE(made.stat().st_mode) == 0o700
    made.chmod(0o755)
    prepare_profile_directory(tmp_path / "data", "shop")
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "name", ["", "../x", "a/b", "Shop", "con", "com1", "x" * 41, "-a", "a-", "a b", "é", "a\n"]
)
def test_a_name_may_not_leave_the_root(tmp_path, name):
    with pytest.raises(SettingsError) as refused:
        prepare_profile_directory(tmp_path, name)
    assert refused.value.fields == ("name",)


@pytest.mark.parametrize("name", ["a", "shop_2-ca", "x" * 40, "console"])
def test_names(name):
    assert ensure_profile_name(name) == name


def problem(call):
    with pytest.raises(JournalError) as refused:
        call()
    return refused.value.problem


def test_a_file_in_the_way_is_said(tmp_path):
    (tmp_path / "shop").write_text("")
    assert problem(lambda: prepare_profile_directory(tmp_path, "shop")) == "io"


def test_a_place_without_rights_is_said(tmp_path, monkeypatch):
    def refuse(*_given, **_named):
        raise PermissionError

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert problem(lambda: prepare_profile_directory(tmp_path, "s")) == "read_only"


def test_the_place_is_the_platforms_or_the_one_given(tmp_path, monkeypatch):
    assert config_root(tmp_path) == tmp_path / "config"
    assert data_root(tmp_path) == tmp_path / "data"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "d"))
    assert "telesales-desktop" in config_root().parts
    assert "telesales-desktop" in data_root().parts
    assert config_root() != data_root()
