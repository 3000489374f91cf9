"""A command that root types leaves nothing behind that the relay's own account could not use."""

import os

import pytest

from telesales_desktop.relay import ended, sqlite_file
from telesales_desktop.relay.ownership import give_to_owner_of
from tests.relay import parts

SERVICE = 12_345
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture
def given(monkeypatch):
    """Root, whoever runs the tests; which files were given to whom."""
    told = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(os, "fchown", lambda opened, *whom: told.append((opened, *whom)))
    return told


def test_root_gives_a_file_to_whom_the_place_belongs(tmp_path, given):
    place = tmp_path.stat()
    give_to_owner_of(tmp_path, 7)
    assert given == [(7, place.st_uid, place.st_gid)]


def test_others_give_nothing_away(tmp_path, given, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    give_to_owner_of(tmp_path, 7)
    assert given == []


def test_a_database_and_its_list_are_given_and_a_backup_is_not(tmp_path, given):
    parts.create(tmp_path / "relay.db")
    assert len(given) == 1
    file = ended.ended_file(tmp_path / "relay.db")
    for name in ("a", "b"):
        ended.note(file, {ended.of_token(name): 1})
    assert len(given) == 2, "only when it is new"
    with sqlite_file.new_file(tmp_path / "backup.db", is_for_service=False):
        pass
    assert len(given) == 2


@as_root
def test_what_root_makes_is_the_services(tmp_path):
    os.chown(tmp_path, SERVICE, SERVICE)
    parts.create(tmp_path / "relay.db")
    ended.note(ended.ended_file(tmp_path / "relay.db"), {ended.of_token("a"): 1})
    owners = {file.stat().st_uid for file in tmp_path.iterdir()}
    assert owners == {SERVICE}
