"""Are many deliveries at once kept by a process of their own, and where it fails all the same?"""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from telesales_desktop.relay import append_process, committers
from telesales_desktop.relay.append_process import BUSY
from telesales_desktop.relay.committing import Committer
from telesales_desktop.relay.sqlite_store import SqliteStore
from telesales_desktop.relay.store import StoreError
from telesales_desktop.relay.store_values import NO_CHAIN
from tests.relay import parts
from tests.relay.parts import delivery

BIG = 10**9


@pytest.fixture
async def store(database):
    opened = await SqliteStore.open(database, apart=True)
    yield opened
    await opened.close()


def child(store):
    """The other process; None before it is needed."""
    return store._writer._writer._appender._child


async def append(store, *deliveries):
    return await asyncio.gather(*map(store.append, deliveries), return_exceptions=True)


async def seqs(store):
    page = await store.read("main", 0, 999, BIG, None)
    return [entry.seq for entry in page.entries]


async def test_many_at_once_are_kept_by_the_process_and_few_are_not(store):
    grown = []
    store.on_commit(grown.extend)
    assert await append(store, *(delivery(n) for n in range(BUSY - 1))) == [True] * (BUSY - 1)
    assert child(store) is None
    many = [delivery(n, order_key=f"k{n}") for n in range(100, 100 + BUSY)]
    assert await append(store, many[0], *many) == [True, False, *[True] * (BUSY - 1)]
    assert child(store).poll() is None
    assert await append(store, *many) == [False] * BUSY
    assert await seqs(store) == list(range(1, 2 * BUSY))
    assert [each.seq for each in grown] == list(range(1, 2 * BUSY))
    assert grown[0].readers == grown[-1].readers == frozenset()


async def test_what_comes_beside_many_deliveries_is_done_too_and_each_gets_its_own_answer(
    store, caplog
):
    wrong = delivery(50, merchant="nobody")
    deliveries = [delivery(n) for n in range(BUSY)]
    told = await asyncio.gather(
        *map(store.append, deliveries[:3]),
        store.check_write(),
        store.append(wrong),
        store.change_order("main", "k", lambda *_: 1 / 0, None),
        *map(store.append, deliveries[3:]),
        return_exceptions=True,
    )
    assert told[:4] == [True, True, True, None]
    assert str(told[4]) == "there is no merchant nobody"
    assert isinstance(told[5], StoreError)
    assert told[6:] == [True] * (BUSY - 3)


async def test_trouble_with_the_rest_is_none_of_the_deliveries(store, caplog):
    refused = store._writer.run(lambda tx: tx.db.execute("NONSENSE"))
    kept = [store.append(delivery(n)) for n in range(BUSY)]
    told = await asyncio.gather(refused, *kept, return_exceptions=True)
    assert isinstance(told[0], StoreError)
    assert told[1:] == [True] * BUSY
    assert "NONSENSE" in caplog.text
    assert len(await seqs(store)) == BUSY


async def test_a_process_that_is_killed_costs_nothing_and_comes_again(store, monkeypatch, caplog):
    assert all(await append(store, *(delivery(n) for n in range(BUSY))))
    first = child(store)
    first.kill()
    first.wait()
    assert await append(store, *(delivery(n) for n in range(10, 10 + BUSY))) == [True] * BUSY
    assert "without their own process" in caplog.text
    assert await append(store, *(delivery(n) for n in range(30, 30 + BUSY))) == [True] * BUSY
    assert child(store) is None  # not so soon again
    monkeypatch.setattr(append_process, "AGAIN_AFTER_S", 0.0)
    store._writer._writer._appender._not_before = time.monotonic()
    assert await append(store, *(delivery(n) for n in range(50, 50 + BUSY))) == [True] * BUSY
    assert child(store).pid != first.pid
    assert await seqs(store) == list(range(1, 4 * BUSY + 1))


async def test_a_process_that_dies_with_what_it_was_given_has_kept_it_once_or_not_at_all(
    store, monkeypatch, caplog
):
    assert all(await append(store, *(delivery(n) for n in range(BUSY))))
    os.kill(child(store).pid, signal.SIGSTOP)
    asked = [store.append(delivery(n)) for n in range(BUSY, 3 * BUSY)]
    await asyncio.sleep(0.2)
    os.kill(child(store).pid, signal.SIGKILL)
    assert await asyncio.gather(*asked) == [True] * (2 * BUSY)
    assert await seqs(store) == list(range(1, 3 * BUSY + 1))


async def test_a_signal_to_the_whole_group_does_not_end_it(store):
    assert all(await append(store, *(delivery(n) for n in range(BUSY))))
    for number in (signal.SIGTERM, signal.SIGINT):
        os.kill(child(store).pid, number)
    assert all(await append(store, *(delivery(n) for n in range(BUSY, 2 * BUSY))))
    assert child(store).poll() is None


async def test_a_database_that_refuses_is_an_error_and_is_asked_again(store, database, caplog):
    assert all(await append(store, *(delivery(n) for n in range(BUSY))))
    locker = sqlite3.connect(database, isolation_level=None)
    locker.execute("BEGIN EXCLUSIVE")
    refused = await append(store, *(delivery(n) for n in range(BUSY, 2 * BUSY)))
    assert {str(each) for each in refused} == {"database is locked"}
    locker.close()
    assert all(await append(store, *(delivery(n) for n in range(BUSY, 2 * BUSY))))
    assert child(store).poll() is None


async def test_it_ends_with_the_store(database):
    store = await SqliteStore.open(database, apart=True)
    assert all(await append(store, *(delivery(n) for n in range(BUSY))))
    ended = child(store)
    await store.close()
    assert ended.returncode == 0


_PARENT = """
import asyncio, os, sys
from pathlib import Path
from telesales_desktop.relay.sqlite_store import SqliteStore
from tests.relay.parts import delivery
async def main():
    store = await SqliteStore.open(Path(sys.argv[1]), apart=True)
    await asyncio.gather(*(store.append(delivery(n)) for n in range(20)))
    print(store._writer._writer._appender._child.pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


def test_it_ends_when_whoever_started_it_is_killed(database):
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(database)], stdout=subprocess.PIPE, text=True
    ) as parent:
        pid = int(parent.stdout.readline())
        parent.kill()
    for _ in range(600):
        if not _lives(pid):
            break
        time.sleep(0.1)
    assert not _lives(pid)


def _lives(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as told:
            return told.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_process_answers_with_what_went_wrong():
    class Faulty(Committer):
        dropped = 0

        def commit(self, jobs):
            raise self.faults.pop()

        def drop(self):
            self.dropped += 1

    writer = Faulty(lambda: None)
    writer.faults = [KeyError("a bug"), sqlite3.OperationalError("disk I/O error")]
    assert append_process._answer(writer, [])[0] == "disk I/O error"
    assert "Traceback" in append_process._answer(writer, [])[0]
    assert writer.dropped == 2


def test_a_log_that_the_process_wrote_is_the_same_log(database, tmp_path):
    (tmp_path / "other").mkdir()
    here = committers.writer(database, apart=False)
    apart = committers.writer(parts.new_database(tmp_path / "other"), apart=True)
    many = [delivery(n, checkout_hash=f"{n:064x}", received_us=n) for n in range(3 * BUSY)]
    assert here.commit(many) == apart.commit(many)
    assert here.commit(many)[1] == []
    chain = apart.commit([delivery(n) for n in range(99, 99 + BUSY)])[1][-1].chain
    assert (
        here.commit([delivery(n) for n in range(99, 99 + BUSY)])[1][-1].chain == chain != NO_CHAIN
    )
    for each in (here, apart):
        each.close()
