"""Is each question asked in its turn, once, and again when news came after it was asked?"""

import asyncio
from dataclasses import replace

import pytest

from telesales_desktop.application.answers import Answers
from telesales_desktop.application.connection import Connection
from telesales_desktop.application.desk_values import AffirmContact
from telesales_desktop.application.read_slots import Rank, ReadSlots
from telesales_desktop.application.reading import Reader
from telesales_desktop.application.under_way import UnderWay
from telesales_desktop.domain import events
from telesales_desktop.domain.effects import FindTransactions, ReadCheckout, ReadTransaction
from telesales_desktop.domain.errors import (
    AffirmCredentialsError,
    AffirmRejectedError,
    OutcomeUnknownError,
)
from tests.application.orders import authorized, put, waiting
from tests.fakes.affirm import FakeAffirm, Fault, refused
from tests.fakes.clock import START, LoopClock


class Desk:
    """A reader over a book with some waiting orders, and what was fed back."""

    def __init__(self, shelf):
        self.shelf = shelf
        self.book = shelf.book
        self.clock = LoopClock()
        self.affirm = FakeAffirm(self.clock)
        self.connection = Connection(self.clock, relay_is_set=False)
        self.under_way = UnderWay()
        self.fed_back = []
        self.slots = ReadSlots(self.clock)
        answers = Answers(self, self.under_way)
        self.reader = Reader(
            self.book, self.affirm, self.connection, self.slots, self.clock, self.under_way, answers
        )

    async def submit(self, order_id, event):
        self.fed_back.append((order_id, event))
        return await self.book.submit(order_id, event)

    async def have(self, *orders):
        put(self.shelf.journal.disk, *orders)
        await self.book.load()
        self.affirm.know(*orders)

    def read(self, order_id="4182", rank=Rank.NEWS, checkout_id=None):
        question = ReadCheckout(checkout_id or f"CHECKOUT-{order_id}")
        self.reader.read(self.book.file(order_id).order, question, rank)

    def ask(self, question, order_id="4182", rank=Rank.NEWS):
        self.reader.read(self.book.file(order_id).order, question, rank)

    @property
    def asked(self):
        return [call.subject for call in self.affirm.calls]


@pytest.fixture
async def desk(shelf):
    found = Desk(shelf)
    yield found
    await found.under_way.leave(patience_s=1)
    found.slots.close()


async def test_an_answer_is_fed_back_with_the_version_that_it_was_asked_at(desk):
    await desk.have(waiting())
    version = desk.book.file("4182").order.version
    desk.affirm.say("CHECKOUT-4182", "opened")
    asked_at = desk.clock.now()
    desk.read()
    await desk.under_way.until_quiet("4182")
    told = events.CheckoutRead("CHECKOUT-4182", "opened", 124_900, "USD", "4182", version, asked_at)
    assert desk.fed_back == [("4182", told)]
    assert desk.connection.status.affirm is AffirmContact.OK


async def test_a_question_that_waits_is_one_question(desk):
    await desk.have(waiting(), waiting("2"))
    desk.read("2")
    for _ in range(5):
        desk.read()
    await desk.under_way.until_quiet("4182")
    await desk.under_way.until_quiet("2")
    assert desk.asked == ["CHECKOUT-2", "CHECKOUT-4182"]


async def test_news_after_a_question_was_asked_asks_once_more(desk):
    await desk.have(waiting())
    desk.read()
    await asyncio.sleep(0.07)  # Affirm has answered, and the answer is on its way
    desk.affirm.confirm("CHECKOUT-4182")
    desk.read(rank=Rank.ROUTINE)
    desk.read(rank=Rank.NEWS)
    desk.read(rank=Rank.ROUTINE)
    await desk.under_way.until_quiet("4182")
    assert [event.word for _, event in desk.fed_back] == ["unknown", "confirmed"]
    assert desk.affirm.calls[1].at_s == 1.0  # in its turn


async def test_the_same_question_can_be_put_later(desk):
    await desk.have(waiting())
    for _ in range(2):
        desk.read()
        await desk.under_way.until_quiet("4182")
    assert len(desk.fed_back) == 2


async def test_a_checkout_that_two_orders_name_is_read_for_each(desk):
    """Somebody gave one order's key with another's checkout: neither read may swallow the other."""
    await desk.have(waiting("1"), waiting("2"))
    desk.read("1", checkout_id="CHECKOUT-2")
    desk.read("2", checkout_id="CHECKOUT-2")
    await desk.under_way.until_quiet("1")
    await desk.under_way.until_quiet("2")
    assert [order_id for order_id, _ in desk.fed_back] == ["1", "2"]


async def test_nobody_waits_for_routine_but_whoever_asks_for_it_does_and_goes_first(desk):
    await desk.have(*(waiting(str(n)) for n in range(8)))
    for n in range(8):
        desk.read(str(n), rank=Rank.ROUTINE)
    await desk.under_way.until_quiet("7")
    assert asyncio.get_running_loop().time() == 0  # it waits for its turn, nobody for it
    desk.read("7", rank=Rank.CALM)  # less urgent: changes nothing
    desk.read("7", rank=Rank.NEWS)
    await desk.under_way.until_quiet("7")
    assert desk.asked == ["CHECKOUT-0", "CHECKOUT-7"]


async def test_a_question_promoted_before_it_had_begun_to_wait(desk):
    await desk.have(waiting("1"), waiting("2"))
    desk.read("1", rank=Rank.ROUTINE)
    desk.read("2", rank=Rank.ROUTINE)
    desk.read("2", rank=Rank.NEWS)  # its task has not run at all
    await desk.under_way.until_quiet("2")
    assert "CHECKOUT-2" in desk.asked


async def test_the_transaction_is_read(desk):
    await desk.have(authorized())
    desk.ask(ReadTransaction("TRAN-4182"))
    await desk.under_way.until_quiet("4182")
    (_, event) = desk.fed_back[0]
    assert isinstance(event, events.TransactionRead)
    assert event.transaction.transaction_id == "TRAN-4182"


@pytest.mark.parametrize("complete", [True, False])
async def test_a_listing_gives_what_is_of_that_order_and_no_events(desk, complete):
    await desk.have(authorized("1"), authorized("2"))
    of_another_link = replace(authorized("1").transaction, transaction_id="TRAN-x", checkout_id="X")
    desk.affirm.transactions["TRAN-x"] = of_another_link
    of_another_number = replace(of_another_link, transaction_id="TRAN-y", order_id="number")
    desk.affirm.transactions["TRAN-y"] = replace(of_another_number, checkout_id="CHECKOUT-1")
    desk.affirm.list_is_complete = complete
    desk.ask(FindTransactions("CHECKOUT-1", START), "1")
    await desk.under_way.until_quiet("1")
    (_, event) = desk.fed_back[0]
    assert [t.transaction_id for t in event.transactions] == ["TRAN-1", "TRAN-y", "TRAN-x"]
    assert not event.transactions[0].events_known
    assert event.complete is complete


FIND = FindTransactions("CHECKOUT-4182", START)
LOCKED_OUT = AffirmCredentialsError(http_status=401, reason="api-key-pair-invalid")


@pytest.mark.parametrize(
    ("question", "name", "fault", "failed"),
    [
        (
            ReadCheckout("CHECKOUT-4182"),
            "read",
            Fault.UNREACHABLE,
            events.ReadFailed("CHECKOUT-4182", "", "affirm.unreachable"),
        ),
        (
            ReadTransaction("TRAN-4182"),
            "read_transaction",
            OutcomeUnknownError("timeout"),
            events.ReadFailed("", "TRAN-4182", "affirm.outcome_unknown"),
        ),
        (
            ReadCheckout("CHECKOUT-4182"),
            "read",
            AffirmRejectedError(http_status=404, reason="http_404"),
            events.ReadFailed("CHECKOUT-4182", "", "affirm.rejected", refused=True),
        ),
        (FIND, "list", LOCKED_OUT, events.ReadFailed("CHECKOUT-4182", "", "affirm.credentials")),
        (FIND, "list", Fault.CRASH, events.ReadFailed("CHECKOUT-4182", "", "crashed")),
    ],
)
async def test_no_answer_concludes_nothing(desk, caplog, question, name, fault, failed):
    await desk.have(authorized())
    desk.affirm.plan(name, fault)
    desk.ask(question)
    await desk.under_way.until_quiet("4182")
    assert desk.fed_back == [("4182", failed)]
    assert [m for m in caplog.messages if "crash" in m] == (
        ["a read crashed"] if fault is Fault.CRASH else []
    )


async def test_a_listing_that_we_may_not_see_proves_nothing(desk):
    await desk.have(authorized())
    desk.affirm.plan("list", refused("forbidden"))
    desk.ask(FIND)
    await desk.under_way.until_quiet("4182")
    (_, event) = desk.fed_back[0]
    assert (event.transactions, event.complete) == ((), False)
    assert desk.connection.status.affirm is AffirmContact.OK  # a no is an answer


async def test_a_429_holds_every_read_back_and_says_for_how_long(desk):
    await desk.have(waiting("1"), waiting("2"))
    desk.affirm.plan("read", Fault.BUSY)
    desk.read("1")
    await desk.under_way.until_quiet("1")
    desk.read("2")
    await desk.under_way.until_quiet("2")
    assert desk.fed_back[0][1].retry_after_s == 30
    assert desk.affirm.calls[1].at_s == 30


async def test_an_archived_order_is_read_at_the_version_that_asked(desk):
    await desk.have(waiting("1"))
    archived = replace(waiting(), archived=True, version=9)
    put(desk.shelf.journal.disk, archived)
    desk.affirm.know(archived)
    desk.reader.read(archived, ReadCheckout("CHECKOUT-4182"), Rank.NEWS)
    await desk.under_way.until_quiet("4182")
    assert desk.fed_back[0][1].asked_version == 9


async def test_a_read_that_was_cancelled_before_it_began_can_be_put_again(desk):
    await desk.have(waiting())
    desk.read()
    task = next(t for t in asyncio.all_tasks() if "ReadCheckout" in t.get_name())
    task.cancel()
    await desk.under_way.until_quiet("4182")
    desk.read()
    await desk.under_way.until_quiet("4182")
    assert desk.asked == ["CHECKOUT-4182"]


async def test_an_answer_from_before_a_sleep_proves_nothing(desk):
    """What was asked before the lid was closed says nothing of what arrived meanwhile."""
    await desk.have(waiting())
    desk.affirm.say("CHECKOUT-4182", "confirmed")
    read = desk.affirm.read_checkout

    async def slept(checkout_id):
        seen = await read(checkout_id)
        if len(desk.affirm.calls) == 1:
            desk.clock.sleep_machine(24 * 3600)
        return seen

    desk.affirm.read_checkout = slept
    desk.read()
    await desk.under_way.until_quiet("4182")
    assert desk.fed_back[0] == ("4182", events.ReadFailed("CHECKOUT-4182", "", "late", 0.0))
    assert [event.word for _, event in desk.fed_back[1:]] == ["confirmed"]  # asked again at once
