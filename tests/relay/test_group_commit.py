import asyncio
import sqlite3
import threading

import pytest

from telesales_desktop.relay import group_commit
from telesales_desktop.relay.committing import Committer
from telesales_desktop.relay.group_commit import GroupCommit
from telesales_desktop.relay.store import StoreError
from tests.relay import parts


class Watched(Committer):
    """Remembers what each transaction answered."""

    def __init__(self, connect):
        self.batches = []
        super().__init__(connect)

    def _do(self, jobs, tx):
        results = super()._do(jobs, tx)
        self.batches.append(list(results))
        return results


@pytest.fixture
async def table(tmp_path):
    path = tmp_path / "db"

    def connect():
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number)")
        return connection

    watched = Watched(connect)
    writer = GroupCommit(watched, lambda appended: None)
    writer.batches = watched.batches
    yield writer
    await writer.close()


def insert(number):
    def job(tx):
        tx.db.execute("INSERT INTO kept VALUES (?)", (number,))
        return number

    return job


def numbers(tx):
    return [number for (number,) in tx.db.execute("SELECT number FROM kept ORDER BY number")]


async def test_all_that_wait_are_in_one_transaction(table):
    gate = threading.Event()
    held = table.run(lambda tx: gate.wait(10))
    writes = [table.run(insert(n)) for n in range(10)]
    gate.set()
    assert await asyncio.gather(*writes) == list(range(10))
    await held
    # The first may have been alone; everything behind the gate went together.
    assert table.batches[-1] == list(range(10)) or table.batches == [[True, *range(10)]]
    (timed,) = (
        sample.value
        for metric in table.times.collect()
        for sample in metric.samples
        if sample.name.endswith("_count")
    )
    assert timed == len(table.batches)


async def test_a_transaction_is_bounded(table, monkeypatch):
    monkeypatch.setattr(group_commit, "_MOST_JOBS", 3)
    await asyncio.gather(*(table.run(insert(n)) for n in range(10)))
    assert max(map(len, table.batches)) <= 3
    assert await table.run(numbers) == list(range(10))


async def test_a_database_error_undoes_the_whole_transaction(table, caplog):
    gate = threading.Event()
    held = table.run(lambda tx: gate.wait(10))
    await asyncio.sleep(0)
    writes = [
        table.run(insert(1)),
        table.run(lambda tx: tx.db.execute("NONSENSE")),
        table.run(insert(2)),
    ]
    gate.set()
    results = await asyncio.gather(held, *writes, return_exceptions=True)
    assert all(isinstance(result, StoreError) for result in results[1:])
    assert await table.run(numbers) == []
    assert "the database refuses a write" in caplog.text


async def test_a_fault_of_one_job_is_its_own(table, caplog):
    writes = [table.run(insert(1)), table.run(lambda tx: 1 / 0), table.run(insert(2))]
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert results[::2] == [1, 2]
    assert isinstance(results[1], StoreError)
    assert await table.run(numbers) == [1, 2]


async def test_it_connects_again_after_an_error(table, caplog):
    with pytest.raises(StoreError):
        await table.run(lambda tx: tx.db.execute("NONSENSE"))
    assert await table.run(insert(1)) == 1


async def test_a_database_that_cannot_be_opened_is_an_error(tmp_path, caplog):
    def connect():
        raise StoreError("gone")

    writer = GroupCommit(Committer(connect), lambda appended: None)
    with pytest.raises(StoreError, match="gone"):
        await writer.run(numbers)
    await writer.close()


async def test_whatever_goes_wrong_the_thread_lives(tmp_path, caplog):
    faults = [AttributeError("a bug")]

    def connect():
        if faults:
            raise faults.pop()
        connection = sqlite3.connect(tmp_path / "db", isolation_level=None)
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number)")
        return connection

    writer = GroupCommit(Committer(connect), lambda appended: None)
    with pytest.raises(StoreError, match="a bug"):
        await writer.run(insert(1))
    assert await writer.run(insert(2)) == 2
    await writer.close()
    assert "Traceback" in caplog.text


async def test_whoever_cannot_be_told_keeps_nobody_waiting(tmp_path, caplog):
    """What is durable is answered, and the next is written, though the announcement failed."""

    def told(appended):
        raise KeyError("a bug")

    def connect():
        connection = sqlite3.connect(tmp_path / "db", isolation_level=None)
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number)")
        return connection

    writer = GroupCommit(Committer(connect), told)
    async with asyncio.timeout(60):
        assert [await writer.run(insert(n)) for n in (1, 2)] == [1, 2]
    await writer.close()
    assert "a bug" in caplog.text


async def test_the_end_comes_after_what_waits(tmp_path):
    path = tmp_path / "db"

    def connect():
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number)")
        return connection

    writer = GroupCommit(Committer(connect), lambda appended: None)
    writes = [writer.run(insert(n)) for n in range(50)]
    await writer.close()
    assert await asyncio.gather(*writes) == list(range(50))


async def test_a_write_after_the_end_is_refused(tmp_path):
    writer = GroupCommit(Committer(lambda: sqlite3.connect(tmp_path / "db")), lambda appended: None)
    closing = asyncio.create_task(writer.close())
    await asyncio.sleep(0)
    during = writer.run(numbers)
    await closing
    async with asyncio.timeout(60):
        for refused in (during, writer.run(numbers), writer.append(parts.delivery())):
            with pytest.raises(StoreError, match="closed"):
                await refused


@pytest.mark.parametrize("answers", [0, 1, 4])
async def test_a_writer_that_does_not_answer_each_is_no_answer_to_any(table, answers, caplog):
    real = table._writer.commit

    def too_few(jobs):
        table._writer.commit = real
        return [True] * answers, ()

    table._writer.commit = too_few
    writes = [table.run(insert(n)) for n in range(3)]
    async with asyncio.timeout(60):
        told = await asyncio.gather(*writes, return_exceptions=True)
        assert {str(each) for each in told} == {"not every write has its own answer"}
        assert {type(each) for each in told} == {StoreError}
        assert await table.run(insert(7)) == 7
    assert "not every write has its own answer" in caplog.text


@pytest.mark.parametrize("end", [asyncio.CancelledError(), SystemExit(1), KeyboardInterrupt()])
async def test_what_would_end_a_thread_does_not_end_the_only_one_that_writes(table, end, caplog):
    def called_off(tx):
        raise end

    writes = [table.run(insert(1)), table.run(called_off)]
    async with asyncio.timeout(60):
        told = await asyncio.gather(*writes, return_exceptions=True)
        assert {type(each) for each in told} == {StoreError}
        assert await table.run(insert(2)) == 2
        assert await table.run(numbers) == [2]
    assert table._thread.is_alive()
    assert "Traceback" in caplog.text
