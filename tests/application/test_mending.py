"""Is a journal that failed opened again, and what it interrupted taken up?"""

import asyncio

import pytest

from telesales_desktop.application.connection import Connection
from telesales_desktop.application.mending import RETRY_S, JournalMender
from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain import events
from telesales_desktop.domain.errors import JournalError
from tests.application.orders import planned, put, waiting
from tests.fakes.clock import LoopClock


class Mending:
    def __init__(self, shelf):
        self.journal = shelf.journal
        self.book = shelf.book
        clock = LoopClock()
        self.connection = Connection(clock, relay_is_set=False)
        self.mender = JournalMender(shelf.journal, clock, self.connection)
        self.book._on_journal_error = self.mender.failed
        self.book._on_journal_written = self.connection.journal_written
        self.task = asyncio.create_task(self.mender.run(self.book))

    @property
    def problem(self):
        return self.connection.status.journal_problem

    async def fail(self, problem, *, written=False, order_id="4182"):
        """A step of an order fails."""
        self.journal.fail(problem, written=written)
        with pytest.raises(JournalError):
            await self.book.submit(order_id, events.SupersedeRequested("Dana R."))


@pytest.fixture
async def mending(shelf):
    put(shelf.journal.disk, waiting(), planned("planned"))
    await shelf.book.load()
    found = Mending(shelf)
    yield found
    found.task.cancel()
    await asyncio.gather(found.task, return_exceptions=True)


@pytest.mark.parametrize("problem", ["io", "locked", "read_only", "closed", "never heard of"])
async def test_it_is_opened_again_and_believed_once_it_takes_a_write(mending, problem):
    opened = mending.journal.opened
    await mending.fail(problem)
    assert mending.problem == (problem if problem != "never heard of" else "io")
    await asyncio.sleep(RETRY_S + 1)
    assert mending.problem is None
    assert mending.journal.opened == opened + 1
    assert "written_at" in mending.journal.disk.meta
    await mending.book.submit("4182", events.SupersedeRequested("Dana R."))


async def test_whoever_waits_for_it_is_told_once_that_it_is_well(mending):
    told = []
    mending.mender.on_mended = lambda: told.append("well")
    mending.mender.interrupted("planned")
    await asyncio.sleep(RETRY_S + 1)
    assert told == []
    await mending.fail("full")
    mending.journal.fail("full", times=2)
    await asyncio.sleep(2 * RETRY_S + 1)
    assert told == []
    await asyncio.sleep(5 * RETRY_S)
    assert told == ["well"]


async def test_it_is_tried_until_it_works(mending):
    await mending.fail("io")
    mending.journal.fail_open("locked", "io")
    await asyncio.sleep(2 * RETRY_S + 1)
    assert mending.problem is JournalProblem.IO
    await asyncio.sleep(RETRY_S + 1)
    assert mending.problem is None


async def test_a_full_disk_is_not_opened_again_but_asked_whether_it_takes_a_write(mending):
    opened = mending.journal.opened
    await mending.fail("full")
    mending.journal.fail("full", times=2)
    await asyncio.sleep(2 * RETRY_S + 1)
    assert mending.problem is JournalProblem.FULL
    await asyncio.sleep(RETRY_S + 1)
    assert mending.problem is None
    assert mending.journal.opened == opened


@pytest.mark.parametrize("problem", ["damaged", "newer", "wrong_key", "network"])
async def test_what_asks_for_a_person_is_left_to_one(mending, problem):
    opened = mending.journal.opened
    await mending.fail(problem)
    await asyncio.sleep(3600)
    assert mending.problem == problem
    assert mending.journal.opened == opened


@pytest.mark.parametrize("problem", ["conflict", "rule"])
async def test_what_concerns_one_order_is_no_trouble_of_the_journal(mending, caplog, problem):
    await mending.fail(problem)
    assert mending.problem is None
    assert len(caplog.messages) == 1
    await asyncio.sleep(RETRY_S + 1)
    assert mending.book.unsure() == ()


async def test_a_doubtful_order_is_read_again_without_being_touched(mending):
    await mending.fail("io", written=True)
    assert not mending.book.file("4182").order.checkouts[0].superseded
    await asyncio.sleep(RETRY_S + 1)
    assert mending.book.file("4182").order.checkouts[0].superseded
    assert mending.book.unsure() == ()


async def test_a_link_whose_sending_was_not_written_is_not_sending_for_ever(mending):
    mending.journal.fail("full", times=3)
    with pytest.raises(JournalError):
        await mending.book.submit("planned", events.SendStarted(1))
    mending.mender.interrupted("planned")
    await asyncio.sleep(3 * RETRY_S + 1)
    checkout = mending.journal.order("planned").checkouts[0]
    assert (checkout.state.value, checkout.refusal) == ("refused", "not_sent")


async def test_taking_up_is_tried_again_where_the_disk_fails_once_more(mending, caplog):
    mending.journal.fail("full", when=lambda commit: commit is not None)
    mending.mender.interrupted("planned")
    await asyncio.sleep(RETRY_S + 1)
    assert mending.journal.order("planned").checkouts[0].state.value == "planned"
    assert caplog.messages == ["the journal failed again: full: as planned"]
    await asyncio.sleep(RETRY_S + 1)
    assert mending.journal.order("planned").checkouts[0].state.value == "refused"


async def test_an_order_that_breaks_a_rule_does_not_hold_up_the_others(mending, caplog):
    broken = mending.journal.order("planned").order_id
    put(mending.journal.disk, planned("other"))
    await mending.book.load()
    mending.journal.fail("rule", when=lambda c: c is not None and c.order.order_id == broken)
    for order_id in ("planned", "gone", "other"):
        mending.mender.interrupted(order_id)
    await asyncio.sleep(3 * RETRY_S)
    assert mending.journal.order("other").checkouts[0].state.value == "refused"
    assert mending.journal.order("planned").checkouts[0].state.value == "planned"


async def test_a_crash_with_one_order_does_not_end_the_mending(mending, caplog, monkeypatch):
    async def crash(order_id, event):
        raise ZeroDivisionError

    monkeypatch.setattr(mending.book, "submit", crash)
    mending.mender.interrupted("planned")
    await asyncio.sleep(RETRY_S + 1)
    assert caplog.messages == ["an order could not be taken up"]
    monkeypatch.undo()
    mending.mender.interrupted("planned")
    await asyncio.sleep(RETRY_S + 1)
    assert mending.journal.order("planned").checkouts[0].state.value == "refused"


@pytest.mark.parametrize("fault", [JournalError("rule"), ZeroDivisionError()])
async def test_an_order_in_doubt_that_cannot_be_taken_up_does_not_hold_up_the_others(
    mending, caplog, monkeypatch, fault
):
    put(mending.journal.disk, planned("other"))
    await mending.book.load()
    await mending.fail("io", written=True)
    make_sure, looked_at = mending.book.make_sure, []

    async def fail(order_id):
        looked_at.append(order_id)
        if order_id == "4182":
            raise fault
        await make_sure(order_id)

    monkeypatch.setattr(mending.book, "make_sure", fail)
    mending.mender.interrupted("other")
    await asyncio.sleep(RETRY_S + 1)
    assert looked_at == ["4182"]
    assert mending.journal.order("other").checkouts[0].state.value == "refused"
