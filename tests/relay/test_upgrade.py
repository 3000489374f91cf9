import base64
import contextlib
import sqlite3
import subprocess
import sys
import zlib

import pytest

from telesales_desktop.relay import sqlite_file
from telesales_desktop.relay.access import digest
from telesales_desktop.relay.merchant_commands import UsageError
from telesales_desktop.relay.one_server import ServedAlreadyError, sole_server
from telesales_desktop.relay.operator import operator
from telesales_desktop.relay.sqlite_store import SqliteStore
from telesales_desktop.relay.store import NotARelayError, StoreError
from telesales_desktop.relay.upgrade import upgrade
from telesales_desktop.wire.sealing import checkout_hash
from telesales_desktop.wire.strict_json import encode
from tests.relay import parts, version_1

COUNT = 30


@pytest.fixture
def old(tmp_path):
    path = tmp_path / "relay.db"
    version_1.make(path, digest(parts.SECRET), COUNT)
    return path


def upgraded(path):
    return upgrade(path, sealing_key=parts.sealing_key())


def spool_line(number: int, form: int = 1, merchant: str = "main") -> bytes:
    text = encode(
        {
            "format": form,
            "merchant": merchant,
            "kind": "delivery",
            "identity": number.to_bytes(32).hex(),
            "order_key": None,
            "received_us": version_1.NOW_US + number,
            "content": base64.b64encode(version_1.delivery(number).to_json()).decode(),
        }
    )
    return b"\n%08x %b\n" % (zlib.crc32(text), text)


async def bodies(path) -> list[bytes]:
    """What a supervisor's desk opens."""
    async with parts.in_process(path) as relay:
        token = (await relay.enrol(role="supervisor")).token
        page = await relay.changes(token, limit=500)
        assert page.gap is False
        return [parts.opened(change).body for change in page.changes]


async def test_everything_is_there_and_sealed(old):
    told = await upgraded(old)
    assert told == [f"{old} is of version 2; {COUNT} sealed now."]
    assert await bodies(old) == [version_1.body(number) for number in range(1, COUNT + 1)]
    rests = b"".join(file.read_bytes() for file in old.parent.iterdir() if file.is_file())
    for readable in (b"SECRET7", b"Zacharias", base64.b64encode(version_1.body(7))[8:40]):
        assert readable not in rests
    assert checkout_hash("main", "SECRET7").encode() in rests


async def test_desks_go_on_from_where_they_were(old, tmp_path):
    chains = version_1.make(tmp_path / "again.db", digest("x"), COUNT)
    await upgraded(old)
    store = await SqliteStore.open(old)
    assert store.epoch == version_1.EPOCH
    assert [await store.chain_at("main", seq) for seq in (1, COUNT)] == [chains[0], chains[-1]]
    assert [hook.digest for hook in await store.hooks()] == [digest(parts.SECRET)]
    audit = [entry.what for entry in await store.audited("main", 9)]
    assert audit == [f"upgraded from version 1 by {operator()}"]
    await store.close()


async def test_whoever_has_a_token_is_a_person(old):
    await upgraded(old)
    store = await SqliteStore.open(old)
    people = await store.people("main")
    assert [(row.name, row.role) for row in people] == [("Dana", "supervisor"), ("Sam", "agent")]
    grants = await store.grants()
    assert [grant.role for grant in grants] == ["agent", "supervisor", "agent"]
    assert grants[0].person_id == grants[1].person_id == people[0].person_id
    await store.close()


async def test_a_spool_of_somebody_else_ends_it(old):
    spool = old.with_name("relay.db.spool")
    spool.write_bytes(spool_line(1, merchant="else"))
    with pytest.raises(StoreError, match="no merchant else"):
        await upgraded(old)
    assert spool.exists()


async def test_its_spool_is_sealed_too(old):
    spool = old.with_name("relay.db.spool")
    spool.write_bytes(spool_line(COUNT + 1) + b"\n00000000 {}\n" + spool_line(9, form=7))
    old.with_name("relay.db.spool.draining").write_bytes(spool_line(COUNT + 2) + spool_line(1))
    told = await upgraded(old)
    assert told[1] == "2 spooled lines could not be read, and are gone."
    assert len(await bodies(old)) == COUNT + 2
    assert not spool.exists()
    assert not old.with_name("relay.db.spool.draining").exists()


async def test_it_may_be_run_again(old):
    await upgraded(old)
    assert await upgraded(old) == [f"{old} is of version 2; 0 sealed now."]
    assert len(await bodies(old)) == COUNT


KILLED = """
import asyncio, os, signal, sqlite3, sys
from pathlib import Path
from telesales_desktop.relay import sqlite_file
from telesales_desktop.relay.upgrade import upgrade
from tests.relay import parts
path, at = Path(sys.argv[1]), int(sys.argv[2])
opened = sqlite_file.open_file
def watched(*arguments, **options):
    db = opened(*arguments, **options)
    done = []
    def count(statement):
        done.append(statement)
        if len(done) == at:
            os.kill(os.getpid(), signal.SIGKILL)
    db.set_trace_callback(count)
    return db
sqlite_file.open_file = watched
asyncio.run(upgrade(path, sealing_key=parts.sealing_key()))
"""


@pytest.mark.parametrize("at", [3, 8, 20, 45, 70, 99, 110, 118, 121, 123])
async def test_it_survives_being_killed(old, at):
    old.with_name("relay.db.spool").write_bytes(spool_line(COUNT + 1))
    subprocess.run([sys.executable, "-c", KILLED, str(old), str(at)], check=False)
    await upgraded(old)
    assert len(await bodies(old)) == COUNT + 1


async def test_a_server_says_what_to_do(old):
    with pytest.raises(NotARelayError, match="telesales-relay upgrade"):
        await SqliteStore.open(old)


async def test_a_file_that_is_served_is_left_alone(old):
    async with sole_server(old):
        with pytest.raises(ServedAlreadyError, match="stop it first"):
            await upgraded(old)


async def test_what_is_no_file_of_version_1_is_refused(old, tmp_path):
    with pytest.raises(NotARelayError, match="is not there"):
        await upgraded(tmp_path / "nothing.db")
    with pytest.raises(NotARelayError, match="is a folder"):
        await upgraded(tmp_path)
    with contextlib.closing(sqlite3.connect(old)) as raw:
        raw.execute("PRAGMA user_version = 9")
    with pytest.raises(UsageError, match="of version 9"):
        await upgraded(old)


async def test_a_file_that_cannot_be_written_is_an_error(old, monkeypatch):
    monkeypatch.setattr(sqlite_file, "BUSY_TIMEOUT_S", 0)
    with contextlib.closing(sqlite3.connect(old, isolation_level=None)) as locker:
        locker.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            await upgraded(old)
        locker.execute("ROLLBACK")
    assert len(await upgraded(old)) == 1


async def test_a_delivery_that_cannot_be_read_changes_nothing(old):
    with contextlib.closing(sqlite3.connect(old)) as raw:
        raw.execute("UPDATE changes SET content = X'7B7D' WHERE seq = 9")
        raw.commit()
    with pytest.raises(StoreError, match="must be a string"):
        await upgraded(old)
    with contextlib.closing(sqlite3.connect(old)) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (1,)
        assert raw.execute("SELECT count(*) FROM changes").fetchone() == (COUNT,)
