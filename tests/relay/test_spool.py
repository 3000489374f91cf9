import errno
import os
import shutil
import zlib
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from telesales_desktop.relay import spool as spool_module
from telesales_desktop.relay.spool import Spool
from telesales_desktop.relay.store_values import NewDelivery
from tests.relay.parts import delivery


@pytest.fixture
def spool(tmp_path) -> Spool:
    return Spool(tmp_path / "relay.db.spool")


def test_what_is_put_is_taken_by_another_process(spool, tmp_path):
    changes = [delivery(n) for n in range(5)]
    assert spool.waits() is False
    for each in changes:
        spool.put(each)
    other = Spool(tmp_path / "relay.db.spool")
    assert other.waits() is True
    assert other.take() == changes
    assert other.waits() is True, "it stays until it is somewhere else"
    other.done()
    assert other.waits() is False


def test_what_comes_while_it_is_emptied_is_for_the_next_time(spool):
    first, second = delivery(1), delivery(2)
    spool.put(first)
    assert spool.take() == [first]
    spool.put(second)
    assert spool.take() == [first], "the first was not done"
    spool.done()
    assert spool.take() == [second]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.builds(
        NewDelivery,
        merchant=st.sampled_from(["main", "us-1"]),
        identity=st.binary(min_size=32, max_size=32),
        source=st.just("webhook"),
        order_key=st.none() | st.just("k" * 32),
        checkout_hash=st.none() | st.just("ab" * 32),
        poison=st.booleans(),
        received_us=st.integers(0, 2**62),
        content=st.binary(max_size=500),
    )
)
def test_a_delivery_comes_back_as_it_was(spool, given_delivery):
    spool.put(given_delivery)
    assert spool.take() == [given_delivery]
    spool.done()


def test_each_delivery_is_synced_before_it_counts(spool, monkeypatch):
    calls = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda handle: calls.append(1) or real(handle))
    spool.put(delivery())
    assert len(calls) == 2, "the file, and the directory that names it"
    spool.put(delivery())
    assert len(calls) == 3


@pytest.mark.parametrize("call", ["write", "fsync"])
def test_the_name_of_the_file_is_synced_though_its_first_line_failed(spool, monkeypatch, call):
    def broken(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, broken)
        with pytest.raises(OSError, match="space"):
            spool.put(delivery())
    synced = []
    monkeypatch.setattr(spool_module, "sync_directory", synced.append)
    spool.put(delivery())
    assert synced == [spool._path.parent], "else a power cut could take the file and what it keeps"


def test_the_name_of_each_new_file_is_synced(spool, monkeypatch):
    synced = []
    monkeypatch.setattr(spool_module, "sync_directory", synced.append)
    for _ in range(2):
        spool.put(delivery())
        spool.put(delivery())
        spool.take()
        spool.done()
    assert len(synced) == 2


@pytest.mark.parametrize("call", ["write", "fsync", "open"])
def test_what_cannot_be_written_raises_and_harms_no_other(spool, monkeypatch, call, caplog):
    spool.put(delivery(1))

    def broken(*_, **__):
        raise OSError(errno.EIO, "I/O error")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, broken)
        with pytest.raises(OSError, match="I/O"):
            spool.put(delivery(2))
    spool.put(delivery(3))
    taken = spool.take()
    assert delivery(1) in taken
    assert delivery(3) in taken


def test_half_a_line_is_put_aside_and_the_next_is_whole(spool, tmp_path, monkeypatch, caplog):
    real = os.write
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", lambda handle, line: real(handle, line[:20]))
        with pytest.raises(OSError, match="full"):
            spool.put(delivery(1))
    spool.put(delivery(2))
    assert spool.take() == [delivery(2)]
    spool.done()
    assert "1 spooled lines are damaged" in caplog.text
    aside = tmp_path / "relay.db.spool.damaged"
    assert len(aside.read_bytes()) == len(b"\n\n") + 19, "its own first line feed apart"
    assert aside.stat().st_mode & 0o777 == 0o600


def test_half_a_line_takes_no_room_while_the_database_refuses(spool, tmp_path, monkeypatch, caplog):
    """They are taken every second then; the disk must last until it works again."""
    synced = []
    monkeypatch.setattr(spool_module, "sync_directory", synced.append)
    (tmp_path / "relay.db.spool").write_bytes(b"\nhalf a line")
    spool.put(delivery(1))
    for _ in range(3):
        assert spool.take() == [delivery(1)]
    files = {path.name for path in tmp_path.iterdir()}
    assert files == {"relay.db.spool.draining"}
    spool.done()
    assert synced == [tmp_path] * 2
    assert (tmp_path / "relay.db.spool.damaged").read_bytes() == b"\nhalf a line\n"
    spool.put(delivery(2))
    assert spool.take() == [delivery(2)]
    spool.done()
    assert (tmp_path / "relay.db.spool.damaged").read_bytes() == b"\nhalf a line\n"


@pytest.mark.parametrize(
    "line", [b"", b"00000000 {}", b"x", b"\xff\xfe", b"%08x {}" % zlib.crc32(b"{}")]
)
def test_a_line_that_says_nothing_is_passed_over(spool, tmp_path, line, caplog):
    (tmp_path / "relay.db.spool").write_bytes(line + b"\n")
    spool.put(delivery(1))
    assert spool.take() == [delivery(1)]


def test_what_is_set_aside_is_for_its_owner_only_and_is_readable_again(
    spool, tmp_path, monkeypatch, caplog
):
    synced = []
    monkeypatch.setattr(spool_module, "sync_directory", synced.append)
    changes = [delivery(n, order_key="k" * 32, checkout_hash="ab" * 32) for n in range(3)]
    spool.set_aside(changes[:2])
    spool.set_aside(changes[2:])
    beside = tmp_path / "relay.db.spool.refused"
    assert synced == [tmp_path] * 2
    assert beside.stat().st_mode & 0o777 == 0o600
    assert spool.waits() is False
    assert beside.name in caplog.text
    beside.rename(tmp_path / "relay.db.spool")  # as a person does, once the merchant is there
    assert spool.take() == changes


def test_half_a_line_that_was_set_aside_harms_no_other(spool, tmp_path, caplog):
    beside = tmp_path / "relay.db.spool.refused"
    beside.write_bytes(b"\n01234567 {")
    spool.set_aside([delivery(1)])
    beside.rename(tmp_path / "relay.db.spool")
    assert spool.take() == [delivery(1)]


def test_the_ballast_makes_room(spool, tmp_path):
    ballast = tmp_path / "relay.db.spool.ballast"
    spool.make_room()
    assert ballast.stat().st_size == spool_module._BALLAST_BYTES
    assert os.name == "nt" or ballast.stat().st_mode & 0o777 == 0o600
    spool.make_room()
    spool.put(delivery())
    assert not ballast.exists()


def test_without_room_for_ballast_it_works_all_the_same(tmp_path):
    spool = Spool(tmp_path / "no such folder" / "spool")
    spool.make_room()
    assert spool.waits() is False


def test_the_ballast_does_not_take_the_last_room(spool, tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1000))
    assert not spool.make_room()
    assert not list(tmp_path.glob("*ballast*"))
    monkeypatch.undo()
    assert spool.make_room()
    assert len(list(tmp_path.glob("*ballast*"))) == 1


def test_a_directory_is_not_synced_where_it_cannot_be(spool, monkeypatch):
    monkeypatch.setattr(spool_module.os, "name", "nt")
    spool_module.sync_directory(spool._path.parent / "not there")
