"""Every coroutine in this room runs on virtual time, leaves no task and no error behind."""

import asyncio

import pytest

from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.domain.policy import DEFAULT_POLICY
from tests.application.feeds import Feed
from tests.application.orders import waiting
from tests.fakes.clock import LoopClock
from tests.fakes.journal import MemoryJournal
from tests.fakes.virtual_loop import VirtualLoop
from tests.fakes.workstation import Workstation


def pytest_asyncio_loop_factories(config, item):
    return {"virtual": VirtualLoop}


@pytest.fixture(autouse=True)
async def _nothing_left():
    """A task left running, or an error that nobody heard, fails the test."""
    loop = asyncio.get_running_loop()
    before = asyncio.all_tasks()
    unheard = []
    loop.set_exception_handler(lambda loop, context: unheard.append(context))
    yield
    left = asyncio.all_tasks() - before - {asyncio.current_task()}
    assert not left, f"left behind: {left}"
    assert not unheard, f"nobody heard: {unheard}"


@pytest.fixture
async def ws():
    """A workstation whose desk is closed after the test."""
    station = Workstation()
    yield station
    if station.desk is not None:
        await station.desk.close()


class Shelf:
    """A book alone: what it published, performed and complained of, in one order of time."""

    def __init__(self):
        self.journal = MemoryJournal()
        self.log = []
        self.book = OrderBook(
            self.journal,
            LoopClock(),
            DEFAULT_POLICY,
            publish=lambda file: self.log.append(("published", file.order.version)),
            on_journal_error=lambda error: self.log.append(("failed", str(error.problem))),
            on_journal_written=lambda: self.log.append(("written",)),
        )
        self.performed = []
        self.book.perform_with(self.perform)

    def perform(self, file, effects, event):
        on_disk = self.journal.disk.files.get(file.order.order_id)
        assert on_disk is not None
        assert on_disk.order == file.order, "performed before the disk agreed"
        self.log.append(("performed", *(type(effect).__name__ for effect in effects)))
        self.performed.extend(effects)

    async def open(self):
        await self.journal.open()
        await self.book.load()

    async def reopen(self):
        await self.journal.open()


@pytest.fixture
async def shelf():
    found = Shelf()
    await found.open()
    return found


@pytest.fixture
async def feed(shelf):
    found = Feed(shelf)
    await found.have(waiting())
    yield found
    if found.task is not None:
        found.task.cancel()
        await asyncio.gather(found.task, return_exceptions=True)
