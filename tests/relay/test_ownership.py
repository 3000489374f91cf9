"""A command that root types leaves nothing behind that the relay's own account could not use."""

import os

import pytest

from telesales_desktop.relay import ended, ownership, sqlite_file
from telesales_desktop.relay.one_server import sole_server
from telesales_desktop.relay.ownership import give_to_owner_of
from telesales_desktop.relay.spool import Spool
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


async def test_the_lock_is_given_once(tmp_path, given):
    for _ in range(2):
        async with sole_server(tmp_path / "relay.db"):
            assert len(given) == 1


@pytest.mark.skipif(os.name == "nt", reason="links are another thing there")
@pytest.mark.parametrize("there", [True, False])
def test_root_follows_no_link_from_the_spool(tmp_path, given, there):
    """The folder's owner could have root write, give away or read what is not the service's."""
    secret, mine = tmp_path / "secret", tmp_path / "relay.db.spool"
    if there:
        secret.write_text("hidden\n")
    mine.symlink_to(secret)
    with pytest.raises(OSError, match="symbolic"):
        Spool(mine).put(parts.delivery())
    if there:
        with pytest.raises(OSError, match="symbolic"):
            Spool(mine).take()
        with pytest.raises(OSError, match="symbolic"):
            Spool(tmp_path / "new.spool").bring(mine)
        assert secret.read_text() == "hidden\n"
    assert secret.exists() is there
    assert given == []


@pytest.mark.skipif(os.name == "nt", reason="links are another thing there")
def test_others_may_have_their_spool_on_another_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    (tmp_path / "relay.db.spool").symlink_to(tmp_path / "elsewhere")
    spool = Spool(tmp_path / "relay.db.spool")
    spool.put(parts.delivery(1))
    assert spool.take() == [parts.delivery(1)]


def test_a_line_feed_is_one_byte_everywhere(tmp_path, monkeypatch):
    """Windows opens a file as text where nobody says otherwise, and what it was given is two."""
    real, binary, opened = os.open, 1 << 30, []

    def watched(path, flags, *mode):
        if flags & os.O_APPEND:
            opened.append(bool(flags & binary))
        return real(path, flags & ~binary, *mode)

    monkeypatch.setattr(ownership, "_AS_IT_IS", binary)
    monkeypatch.setattr(os, "open", watched)
    ended.note(tmp_path / "relay.db.ended", {ended.of_token("a"): 1})
    Spool(tmp_path / "relay.db.spool").put(parts.delivery())
    assert opened == [True, True]


@as_root
async def test_what_root_makes_is_the_services(tmp_path):
    os.chown(tmp_path, SERVICE, SERVICE)
    parts.create(tmp_path / "relay.db")
    ended.note(ended.ended_file(tmp_path / "relay.db"), {ended.of_token("a"): 1})
    async with sole_server(tmp_path / "relay.db"):
        pass
    owners = {file.stat().st_uid for file in tmp_path.iterdir()}
    assert owners == {SERVICE}
