"""Are many deliveries at once kept by a process of their own, and where it fails all the same?"""

import asyncio
import io
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from telesales_desktop.relay import append_child, append_process, committers
from telesales_desktop.relay.append_process import BUSY, AppendProcess, GoneError
from telesales_desktop.relay.committing import Committer
from telesales_desktop.relay.sqlite_store import SqliteStore
from telesales_desktop.relay.store import NoSuchMerchantError, StoreError
from telesales_desktop.relay.store_values import NO_CHAIN
from tests.relay import parts, program
from tests.relay.parts import delivery

BIG = 10**9
ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
async def store(database):
    opened = await SqliteStore.open(database, apart=True)
    await up(opened)
    yield opened
    await opened.close()


async def up(store):
    """Let the other process be started, as a first burst does, and wait until it is up."""
    store._writer.appender.takes(BUSY)
    async with asyncio.timeout(60):
        await store._writer.appender._starting
    assert child(store) is not None


def child(store):
    """The other process, as the loop hears of it; None where there is none."""
    return store._writer.appender._child


def pid(store):
    return child(store).transport.get_pid()


async def ended(process):
    """How it ended."""
    async with asyncio.timeout(60):
        await process._ended.wait()
    return process.transport.get_returncode()


async def append(store, *deliveries):
    return await asyncio.gather(*map(store.append, deliveries), return_exceptions=True)


async def seqs(store):
    page = await store.read("main", 0, 999, BIG, None)
    return [entry.seq for entry in page.entries]


@pytest.fixture
def here(store, monkeypatch):
    """How many jobs each transaction had that was not of the process."""
    counts = []
    real = store._writer._writer.commit

    def counted(jobs):
        counts.append(len(jobs))
        return real(jobs)

    monkeypatch.setattr(store._writer._writer, "commit", counted)
    return counts


async def test_few_never_start_it_and_the_first_many_do_not_wait_for_it(database):
    store = await SqliteStore.open(database, apart=True)
    appender = store._writer.appender
    assert await append(store, *(delivery(n) for n in range(BUSY - 1))) == [True] * (BUSY - 1)
    assert (appender._child, appender._starting) == (None, None)
    assert await append(store, *(delivery(n) for n in range(10, 10 + BUSY))) == [True] * BUSY
    starting = appender._starting
    assert starting is not None
    assert await append(store, *(delivery(n) for n in range(30, 30 + BUSY))) == [True] * BUSY
    assert appender._starting in (starting, None)  # one, however many ask for it
    await store.close()


async def test_many_at_once_are_kept_by_the_process_and_few_are_not(store, here):
    grown = []
    store.on_commit(grown.extend)
    assert await append(store, *(delivery(n) for n in range(BUSY - 1))) == [True] * (BUSY - 1)
    assert here == [BUSY - 1]
    many = [delivery(n, order_key=f"k{n}") for n in range(100, 100 + BUSY)]
    assert await append(store, many[0], *many) == [True, False, *[True] * (BUSY - 1)]
    assert await append(store, *many) == [False] * BUSY
    assert here == [BUSY - 1]
    (counted,) = (
        sample.value
        for metric in store.commit_times.collect()
        for sample in metric.samples
        if sample.name.endswith("_count")
    )
    assert counted == 3
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
    first, its_pid = child(store), pid(store)
    os.kill(its_pid, signal.SIGKILL)
    assert await ended(first) == -signal.SIGKILL
    assert await append(store, *(delivery(n) for n in range(10, 10 + BUSY))) == [True] * BUSY
    assert "without their own process" in caplog.text
    assert await append(store, *(delivery(n) for n in range(30, 30 + BUSY))) == [True] * BUSY
    assert (child(store), store._writer.appender._starting) == (None, None)  # not so soon again
    store._writer.appender._not_before = 0.0
    await up(store)
    assert await append(store, *(delivery(n) for n in range(50, 50 + BUSY))) == [True] * BUSY
    assert pid(store) != its_pid
    assert await seqs(store) == list(range(1, 4 * BUSY + 1))


async def test_a_process_that_dies_with_what_it_was_given_has_kept_it_once_or_not_at_all(
    store, monkeypatch, caplog
):
    assert all(await append(store, *(delivery(n) for n in range(BUSY))))
    its_pid = pid(store)
    os.kill(its_pid, signal.SIGSTOP)
    asked = [store.append(delivery(n)) for n in range(BUSY, 3 * BUSY)]
    await asyncio.sleep(0.2)
    os.kill(its_pid, signal.SIGKILL)
    assert await asyncio.gather(*asked) == [True] * (2 * BUSY)
    assert await seqs(store) == list(range(1, 3 * BUSY + 1))


async def test_what_comes_in_the_pause_after_its_end_does_not_make_the_pause_longer(store, caplog):
    assert all(await append(store, *(delivery(n) for n in range(BUSY))))
    os.kill(pid(store), signal.SIGKILL)
    assert all(await append(store, *(delivery(n) for n in range(10, 10 + BUSY))))
    until = store._writer.appender._not_before
    assert until > asyncio.get_running_loop().time()
    assert all(await append(store, *(delivery(n) for n in range(20, 20 + BUSY))))
    assert child(store) is None
    assert store._writer.appender._not_before == until


async def test_a_process_that_stands_still_is_killed_and_costs_nothing(store, monkeypatch, caplog):
    assert all(await append(store, *(delivery(n) for n in range(BUSY))))
    still = child(store)
    os.kill(pid(store), signal.SIGSTOP)
    monkeypatch.setattr(append_process, "ANSWER_S", 0.3)
    async with asyncio.timeout(60):
        told = await append(store, *(delivery(n) for n in range(BUSY, 2 * BUSY)))
    assert told == [True] * BUSY
    assert await ended(still) == -signal.SIGKILL
    assert child(store) is None
    assert "without their own process" in caplog.text
    assert await seqs(store) == list(range(1, 2 * BUSY + 1))


async def test_more_than_a_pipe_holds_for_a_process_that_stands_still_costs_nothing_either(
    store, monkeypatch, caplog
):
    assert all(await append(store, *(delivery(n) for n in range(BUSY))))
    os.kill(pid(store), signal.SIGSTOP)
    monkeypatch.setattr(append_process, "ANSWER_S", 0.3)
    many = [delivery(n, size=100_000) for n in range(BUSY, 2 * BUSY)]
    async with asyncio.timeout(60):
        assert await append(store, *many) == [True] * BUSY
    assert child(store) is None
    assert await seqs(store) == list(range(1, 2 * BUSY + 1))


async def test_the_end_does_not_wait_for_one_that_stands_still(database, monkeypatch):
    monkeypatch.setattr(append_process, "_END_S", 0.3)
    store = await SqliteStore.open(database, apart=True)
    await up(store)
    still = pid(store)
    os.kill(still, signal.SIGSTOP)
    async with asyncio.timeout(60):
        await store.close()
        while _lives(still):
            await asyncio.sleep(0.02)


@pytest.fixture
async def appender(database, monkeypatch):
    monkeypatch.setattr(append_process, "AGAIN_AFTER_S", 0.0)
    opened = AppendProcess(database)
    yield opened
    await opened.close()


async def started(appender):
    """The process, once it is up."""
    appender.takes(BUSY)
    await appender._starting
    return appender._child


def strangers():
    return [delivery(n, merchant="nobody") for n in range(900, 900 + BUSY)]


@pytest.mark.parametrize("fault", [ValueError("bad marshal data"), MemoryError(), OSError(5, "?")])
@pytest.mark.parametrize("where", ["append_child.opened", "append_child.marshal.loads"])
async def test_an_answer_that_cannot_be_read_is_not_taken_for_the_next_one(
    store, monkeypatch, caplog, fault, where
):
    monkeypatch.setattr(append_process, "AGAIN_AFTER_S", 0.0)
    assert all(await append(store, *(delivery(n) for n in range(BUSY))))
    first, its_pid = child(store), pid(store)
    with monkeypatch.context() as patch:

        def unreadable(_):
            patch.undo()
            raise fault

        patch.setattr(f"telesales_desktop.relay.{where}", unreadable)
        # Whether or not the process has kept them, they are kept once.
        told = await append(store, *(delivery(n) for n in range(BUSY, 2 * BUSY)))
    assert {type(each) for each in told} == {bool}
    assert "without their own process" in caplog.text
    await up(store)
    told = await append(store, *strangers())
    assert {type(each) for each in told} == {NoSuchMerchantError}
    assert await ended(first) == -signal.SIGKILL
    assert pid(store) != its_pid
    assert await seqs(store) == list(range(1, 2 * BUSY + 1))


@pytest.mark.parametrize(
    "answer",
    [
        (1, None, [True] * BUSY, []),  # the one before
        (2, None, [True], []),
        (2, None, [True] * (BUSY + 1), []),
        (2, None, None, []),
        (2, None, [True] * BUSY),
        None,
    ],
)
async def test_an_answer_to_another_question_is_none(appender, monkeypatch, answer):
    first = await started(appender)
    await appender.commit([delivery(n) for n in range(BUSY)])
    with monkeypatch.context() as patch:
        patch.setattr(append_child, "opened", lambda _: answer)
        with pytest.raises(GoneError):
            await appender.commit([delivery(n) for n in range(BUSY, 2 * BUSY)])
    assert appender._child is None
    assert await ended(first) == -signal.SIGKILL
    await started(appender)
    kept, appended = await appender.commit(strangers())
    assert {type(each) for each in kept} == {NoSuchMerchantError}
    assert appended == []


async def test_an_answer_that_nobody_waits_for_any_more_is_none(appender):
    first = await started(appender)
    await appender.commit([delivery(n) for n in range(BUSY)])
    unasked = (2, None, [True] * BUSY, [])
    first.pipe_data_received(1, append_child.framed(unasked))
    kept, _ = await appender.commit([delivery(n) for n in range(BUSY)])
    assert kept == [False] * BUSY


async def test_an_answer_may_come_in_pieces(appender, monkeypatch):
    first = await started(appender)
    whole = first.pipe_data_received

    def in_pieces(fd, data):
        for at in range(len(data)):
            whole(fd, data[at : at + 1])

    monkeypatch.setattr(first, "pipe_data_received", in_pieces)
    kept, appended = await appender.commit([delivery(n) for n in range(BUSY)])
    assert (kept, len(appended)) == ([True] * BUSY, BUSY)


async def test_nobody_is_asked_where_there_is_none(appender):
    with pytest.raises(GoneError, match="it has ended"):
        await appender.commit([delivery(1)])
    assert appender._not_before == 0.0


async def test_one_that_lost_its_pipe_is_not_waited_for(appender):
    first = await started(appender)
    first.pipe_connection_lost(1, None)
    async with asyncio.timeout(60):
        with pytest.raises(GoneError, match="it has ended"):
            await appender.commit([delivery(1)])
    assert await ended(first) == -signal.SIGKILL


@pytest.mark.parametrize(
    "command",
    [["/nowhere/at/all"], [sys.executable, "-c", ""], [sys.executable, "-c", "print('nonsense')"]],
)
async def test_one_that_cannot_be_started_is_told_once_and_costs_nothing(
    database, monkeypatch, caplog, command
):
    monkeypatch.setattr(append_process, "_command", lambda: command)
    monkeypatch.setattr(append_process, "ANSWER_S", 0.5)  # nonsense may be half an answer
    store = await SqliteStore.open(database, apart=True)
    assert await append(store, *(delivery(n) for n in range(BUSY))) == [True] * BUSY
    async with asyncio.timeout(60):
        while store._writer.appender._starting is not None:
            await asyncio.sleep(0.01)
    assert caplog.text.count("deliveries have no process of their own") == 1
    assert await append(store, *(delivery(n) for n in range(20, 20 + BUSY))) == [True] * BUSY
    assert (child(store), store._writer.appender._starting) == (None, None)
    await store.close()


async def test_the_end_waits_for_one_that_is_just_started(database):
    store = await SqliteStore.open(database, apart=True)
    assert await append(store, *(delivery(n) for n in range(BUSY))) == [True] * BUSY
    starting = store._writer.appender._starting
    await store.close()
    assert starting.done()
    assert child(store) is None


async def test_a_merchant_whom_nobody_knows_is_told_by_the_process_too(appender):
    await started(appender)
    mixed = [delivery(1), *strangers(), delivery(2)]
    kept, appended = await appender.commit(mixed)
    assert (kept[0], kept[-1], len(appended)) == (True, True, 2)
    assert {type(each) for each in kept[1:-1]} == {NoSuchMerchantError}
    assert {str(each) for each in kept[1:-1]} == {"there is no merchant nobody"}


async def test_a_signal_to_the_whole_group_does_not_end_it(store):
    assert all(await append(store, *(delivery(n) for n in range(BUSY))))
    for number in (signal.SIGTERM, signal.SIGINT):
        os.kill(pid(store), number)
    before = child(store)
    assert all(await append(store, *(delivery(n) for n in range(BUSY, 2 * BUSY))))
    assert child(store) is before


async def test_a_database_that_refuses_is_an_error_and_is_asked_again(store, database, caplog):
    assert all(await append(store, *(delivery(n) for n in range(BUSY))))
    locker = sqlite3.connect(database, isolation_level=None)
    locker.execute("BEGIN EXCLUSIVE")
    refused = await append(store, *(delivery(n) for n in range(BUSY, 2 * BUSY)))
    assert {str(each) for each in refused} == {"database is locked"}
    locker.close()
    assert "the database refuses a write: database is locked" in caplog.text
    assert "Traceback" not in caplog.text
    before = child(store)
    assert all(await append(store, *(delivery(n) for n in range(BUSY, 2 * BUSY))))
    assert child(store) is before


async def test_a_fault_on_the_way_to_the_process_is_told_and_the_next_is_written(
    store, monkeypatch, caplog
):
    with monkeypatch.context() as patch:

        async def faulty(_):
            patch.undo()
            raise KeyError("a bug")

        patch.setattr(store._writer.appender, "commit", faulty)
        told = await append(store, *(delivery(n) for n in range(BUSY)))
    assert {type(each) for each in told} == {StoreError}
    assert "Traceback" in caplog.text
    assert await append(store, *(delivery(n) for n in range(BUSY))) == [True] * BUSY


async def test_who_does_not_wait_any_more_keeps_nobody_from_an_answer(store, here):
    waiting = [store.append(delivery(n)) for n in range(BUSY)]
    waiting[2].cancel()
    told = await asyncio.gather(*waiting, return_exceptions=True)
    assert told.count(True) == BUSY - 1
    assert len(await seqs(store)) == BUSY
    assert here == []


async def test_it_ends_with_the_store(database):
    store = await SqliteStore.open(database, apart=True)
    await up(store)
    asked = [store.append(delivery(n)) for n in range(BUSY)]
    process = child(store)
    await store.close()
    assert await asyncio.gather(*asked) == [True] * BUSY
    assert await ended(process) == 0


_PARENT = """
import asyncio, os, sys
from pathlib import Path
from telesales_desktop.relay.sqlite_store import SqliteStore
from tests.relay.parts import delivery
async def main():
    store = await SqliteStore.open(Path(sys.argv[1]), apart=True)
    store._writer.appender.takes(20)
    await store._writer.appender._starting
    await asyncio.gather(*(store.append(delivery(n)) for n in range(20)))
    print(store._writer.appender._child.transport.get_pid(), flush=True)
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


def test_nothing_is_loaded_from_the_folder_in_which_the_relay_is_started(database, tmp_path):
    folder = tmp_path / "started here"
    folder.mkdir()
    trap = "from pathlib import Path\nPath(__file__).with_name('loaded').touch()\n"
    for name in ("sqlite3", "contextlib", "telesales_desktop"):
        (folder / f"{name}.py").write_text(trap)
    with subprocess.Popen(
        [sys.executable, "-P", "-c", _PARENT, str(database)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as parent:
        told = parent.stdout.readline()
        parent.kill()
    assert int(told)
    assert not (folder / "loaded").exists()
    with sqlite3.connect(database) as raw:
        assert raw.execute("SELECT count(*) FROM changes").fetchone() == (20,)
    raw.close()


def test_the_built_relay_starts_itself(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert append_process._command() == [sys.executable, append_child.WORD]


def test_the_word_that_starts_it_is_the_programs_and_it_ends_with_its_input():
    done = subprocess.run(
        [*program.COMMAND, append_child.WORD],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        cwd=ROOT,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


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
    assert append_child._answer(writer, [])[0] == "disk I/O error"
    assert "Traceback" in append_child._answer(writer, [])[0]
    assert writer.dropped == 2


async def test_a_log_that_the_process_wrote_is_the_same_log(appender, tmp_path):
    (tmp_path / "other").mkdir()
    here = committers.committer(parts.new_database(tmp_path / "other"))
    await started(appender)
    many = [delivery(n, checkout_hash=f"{n:064x}", received_us=n) for n in range(3 * BUSY)]
    assert here.commit(many) == await appender.commit(many)
    assert here.commit(many)[1] == []
    more = [delivery(n) for n in range(99, 99 + BUSY)]
    chain = (await appender.commit(more))[1][-1].chain
    assert here.commit(more)[1][-1].chain == chain != NO_CHAIN
    here.close()


@pytest.mark.parametrize("cut", [0, 3, 4, 20])
def test_a_question_that_breaks_off_ends_it(cut):
    question = append_child.framed(("no such file", True, ""))
    with pytest.raises(EOFError):
        append_child._receive(io.BytesIO(question[:cut]))
    assert append_child._receive(io.BytesIO(question)) == ("no such file", True, "")


def test_it_answers_each_question_until_nobody_asks(database, monkeypatch):
    ignored = []
    monkeypatch.setattr(signal, "signal", lambda number, what: ignored.append((number, what)))
    questions = [
        (str(database), True, ""),
        (7, [tuple(delivery(1)), tuple(delivery(1))]),
        (8, [tuple(delivery(2, merchant="nobody"))]),
    ]
    asked = io.BytesIO(b"".join(map(append_child.framed, questions)))
    told = io.BytesIO()
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=asked))
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(buffer=told))
    append_child.main()
    told.seek(0)
    assert append_child._receive(told) == "up"
    number, refused, kept, ((merchant, seq, _, readers),) = append_child._receive(told)
    assert (number, refused, kept) == (7, None, [True, False])
    assert (merchant, seq, readers) == ("main", 1, ())
    assert append_child._receive(told) == (8, None, ["there is no merchant nobody"], [])
    assert not told.read()
    assert ignored == [(signal.SIGINT, signal.SIG_IGN), (signal.SIGTERM, signal.SIG_IGN)]
