"""Does the journal answer the loop in order, in time, and never from another thread?"""

import asyncio
import threading

import pytest

from telesales_desktop.adapters.journal import thread as thread_module
from telesales_desktop.adapters.journal.thread import JournalThread
from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.errors import JournalError


class CountingStore:
    """Stands in for the store: how long its log is, and how often it was moved."""

    def __init__(self):
        self.log_pages = 0
        self.moved = 0
        self.fails = False

    def checkpoint(self):
        self.moved += 1
        if self.fails:
            raise JournalError(JournalProblem.FULL)
        self.log_pages = 0


@pytest.fixture
async def running():
    running = JournalThread(CountingStore())
    running.start()
    running.start()
    yield running
    await running.stop(lambda: None, timeout_s=5)


async def test_calls_run_in_one_other_thread(running):
    names = {await running.call(threading.get_ident) for _ in range(5)}
    assert len(names) == 1
    assert threading.get_ident() not in names


async def test_calls_run_in_the_order_in_which_they_were_made(running):
    done = []
    await asyncio.gather(*(running.call(lambda n=n: done.append(n)) for n in range(50)))
    assert done == list(range(50))


async def test_an_error_reaches_its_caller_and_nobody_else(running):
    def fail():
        raise KeyError("x")

    with pytest.raises(KeyError):
        await running.call(fail)
    assert await running.call(lambda: 1) == 1


async def test_a_read_that_nobody_waits_for_is_not_begun_and_a_write_is(running):
    gate, done = threading.Event(), []
    first = asyncio.ensure_future(running.call(gate.wait))
    read = asyncio.ensure_future(running.call(lambda: done.append("read"), is_read=True))
    write = asyncio.ensure_future(running.call(lambda: done.append("write")))
    await asyncio.sleep(0)
    read.cancel()
    write.cancel()
    await asyncio.sleep(0)
    gate.set()
    assert await first
    await running.call(lambda: None)
    assert done == ["write"]


async def test_nothing_is_taken_before_the_start_or_after_the_end():
    stopped = JournalThread(CountingStore())
    for _ in range(2):
        with pytest.raises(JournalError) as refused:
            await stopped.call(lambda: None)
        assert refused.value.problem == "closed"
        assert await stopped.stop(lambda: None, timeout_s=1)
        stopped.start()
        assert await stopped.call(lambda: 1) == 1
        assert await stopped.stop(lambda: None, timeout_s=5)


async def test_the_end_waits_for_what_was_asked_before(running):
    gate, done = threading.Event(), []
    pending = asyncio.ensure_future(running.call(lambda: (gate.wait(), done.append("write"))))
    await asyncio.sleep(0)
    gate.set()
    assert await running.stop(lambda: done.append("end"), timeout_s=5)
    await pending
    assert done == ["write", "end"]


async def test_the_end_does_not_wait_for_ever(running):
    gate = threading.Event()
    pending = asyncio.ensure_future(running.call(gate.wait))
    await asyncio.sleep(0)
    assert not await running.stop(lambda: None, timeout_s=0.05)
    gate.set()
    assert await pending


async def test_the_ends_own_error_is_told(running):
    def fail():
        raise JournalError(JournalProblem.FULL)

    with pytest.raises(JournalError):
        await running.stop(fail, timeout_s=5)


def test_a_loop_that_is_gone_is_no_trouble():
    running, gate, after = JournalThread(CountingStore()), threading.Event(), threading.Event()

    async def leave():
        running.start()
        task = asyncio.ensure_future(running.call(gate.wait))
        await asyncio.sleep(0)
        task.cancel()

    asyncio.run(leave())
    gate.set()

    async def come_back():
        assert await running.call(lambda: 1) == 1
        await running.stop(after.set, timeout_s=5)

    asyncio.run(come_back())
    assert after.is_set()


async def test_a_long_log_is_moved_when_nobody_waits(running):
    store = running._store
    store.log_pages = thread_module.IDLE_CHECKPOINT_PAGES
    await running.call(lambda: None)
    await running.call(lambda: None)
    assert store.moved == 1


async def test_it_is_moved_later_when_somebody_waits_but_not_much_later(running):
    store, gate = running._store, threading.Event()
    store.log_pages = thread_module.IDLE_CHECKPOINT_PAGES
    seen = []
    first = asyncio.ensure_future(running.call(gate.wait))
    calls = [
        asyncio.ensure_future(running.call(lambda: seen.append(store.moved))) for _ in range(3)
    ]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(first, *calls)
    assert seen[:2] == [0, 0]
    gate.clear()
    store.log_pages, store.moved = thread_module.BUSY_CHECKPOINT_PAGES, 0
    first = asyncio.ensure_future(running.call(gate.wait))
    call = asyncio.ensure_future(running.call(lambda: store.moved))
    await asyncio.sleep(0)
    gate.set()
    await first
    assert await call == 1


async def test_a_log_that_cannot_be_moved_does_not_stop_the_thread(running):
    running._store.fails, running._store.log_pages = True, 10**6
    assert await running.call(lambda: 1) == 1
    assert await running.call(lambda: 2) == 2
