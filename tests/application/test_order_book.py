"""Is an order changed one event at a time, on disk before anything leaves?"""

import asyncio
import gc
from dataclasses import replace

import pytest

from telesales_desktop.application.ports import Cursor, StoredDelivery
from telesales_desktop.domain import effects as fx
from telesales_desktop.domain import events
from telesales_desktop.domain.details import PaymentChoice
from telesales_desktop.domain.errors import CommandRefusedError, JournalError
from tests.application.orders import (
    an_order,
    authorized,
    capturing,
    file_of,
    planned,
    put,
    sent,
    waiting,
)
from tests.fakes.clock import START
from tests.fakes.workstation import details_of

SEND = events.SendRequested("Dana R.")


async def keep(shelf, order_id="4182", given=(SEND,), **changes):
    details = details_of(order_id, **changes)
    order = an_order(order_id, total_cents=details.total_cents)
    order = replace(order, is_affirm=details.payment is PaymentChoice.AFFIRM)
    return await shelf.book.submit_with_details(order, details, given, draft_id="")


async def test_the_disk_comes_first_then_the_people_then_the_outside(shelf):
    file = await keep(shelf)
    assert shelf.log == [("written",), ("published", 1), ("performed", "StartSend")]
    assert shelf.journal.order("4182") == file.order == shelf.book.file("4182").order


async def test_a_failing_disk_lets_nothing_leave_and_nobody_believe(shelf):
    shelf.journal.fail("full")
    with pytest.raises(JournalError):
        await keep(shelf)
    assert shelf.log == [("failed", "full")]
    assert shelf.book.files() == ()
    await keep(shelf)
    assert shelf.performed == [fx.StartSend(1)]


async def test_a_refused_command_writes_nothing(shelf):
    await keep(shelf)
    before = list(shelf.log)
    with pytest.raises(CommandRefusedError) as refused:
        await shelf.book.submit("4182", SEND)
    assert refused.value.reason == "sending"
    assert len(shelf.journal.commits) == 1
    assert shelf.log == before


async def test_an_order_that_is_not_there_is_refused(shelf):
    with pytest.raises(CommandRefusedError) as refused:
        await shelf.book.submit("1", events.Started())
    assert refused.value.reason == "no_such_order"


async def test_what_changes_nothing_costs_no_write_but_is_performed(shelf):
    put(shelf.journal.disk, authorized())
    await shelf.book.load()
    file = await shelf.book.submit("4182", events.RefreshRequested("Dana R."))
    assert shelf.journal.commits == []
    assert shelf.performed == [fx.ReadTransaction("TRAN-4182")]
    assert file.order == shelf.journal.order("4182")
    await shelf.book.submit("4182", events.GapAnnounced())  # asks for nothing at all
    assert shelf.log == [("performed", "ReadTransaction")]


async def test_two_at_once_are_one_after_the_other(shelf):
    put(shelf.journal.disk, authorized())
    await shelf.book.load()

    def capture(number):
        return events.CaptureRequested("Dana R.", f"op-{number}", f"key-{number}")

    outcomes = await asyncio.gather(
        *(shelf.book.submit("4182", capture(n)) for n in range(5)), return_exceptions=True
    )
    refused = [o.reason for o in outcomes if isinstance(o, CommandRefusedError)]
    assert refused == ["in_flight"] * 4
    assert len(shelf.journal.order("4182").operations) == 1
    assert len(shelf.journal.commits) == 1


async def test_different_orders_do_not_wait_for_each_other(shelf):
    put(shelf.journal.disk, *(planned(f"o{n}") for n in range(3)))
    await shelf.book.load()
    shelf.journal.write_s = 1.0
    started = asyncio.get_running_loop().time()
    await asyncio.gather(*(shelf.book.submit(f"o{n}", events.SendStarted(1)) for n in range(3)))
    assert asyncio.get_running_loop().time() - started < 1.5


async def test_no_lock_outlives_its_use(shelf):
    for n in range(20):
        await keep(shelf, f"o{n}")
        with pytest.raises(CommandRefusedError):
            await shelf.book.submit(f"unknown-{n}", events.Started())
    gc.collect()
    assert len(shelf.book._locks) == 0


# --- cancelled in the middle ---------------------------------------------------------------


@pytest.mark.parametrize("times", [1, 3])
async def test_a_write_goes_to_its_end_although_its_caller_is_cancelled(shelf, times):
    task = asyncio.create_task(keep(shelf))
    await asyncio.sleep(0.001)  # the journal has the write
    for _ in range(times):
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task
    assert shelf.journal.order("4182") == shelf.book.file("4182").order
    assert shelf.performed == [fx.StartSend(1)]
    await shelf.book.submit("4182", events.SendStarted(1))  # no conflict: the memory knows


async def test_a_failing_write_of_a_cancelled_caller_is_heard(shelf):
    shelf.journal.fail("full")
    task = asyncio.create_task(keep(shelf))
    await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert shelf.log == [("failed", "full")]


async def test_whoever_gives_up_before_its_turn_writes_nothing(shelf):
    await keep(shelf)
    shelf.journal.write_s = 1.0
    first = asyncio.create_task(shelf.book.submit("4182", events.SendStarted(1)))
    await asyncio.sleep(0.5)
    second = asyncio.create_task(shelf.book.submit("4182", events.Started()))
    await asyncio.sleep(0)
    second.cancel()
    await asyncio.gather(first, second, return_exceptions=True)
    assert second.cancelled()
    assert shelf.journal.order("4182").checkouts[0].state.value == "sent"


# --- details -------------------------------------------------------------------------------


async def test_corrected_details_and_all_events_are_one_write(shelf):
    put(shelf.journal.disk, waiting())
    await shelf.book.load()
    given = (events.SupersedeRequested("Dana R."), SEND)
    await keep(shelf, given=given, total_cents=99_900)
    assert len(shelf.journal.commits) == 1
    order = shelf.journal.order("4182")
    assert [c.superseded for c in order.checkouts] == [True, False]
    assert order.total_cents == 99_900
    assert shelf.journal.disk.files["4182"].details.total_cents == 99_900
    assert shelf.performed == [fx.StartSend(2)]


async def test_a_refused_correction_leaves_no_half(shelf):
    frozen = replace(waiting(), freeze=object())
    put(shelf.journal.disk, frozen)
    await shelf.book.load()
    with pytest.raises(CommandRefusedError):
        await keep(shelf, given=(events.SupersedeRequested("Dana R."), SEND), total_cents=99_900)
    assert shelf.journal.disk.files["4182"] == file_of(frozen)
    assert shelf.book.file("4182") == file_of(frozen)


async def test_an_order_paid_another_way_is_kept_and_may_be_kept_again(shelf):
    first = await keep(shelf, given=(), payment=PaymentChoice.CARD)
    again = await keep(shelf, given=(), payment=PaymentChoice.INVOICE)
    assert [first.order.version, again.order.version] == [1, 2]
    assert shelf.journal.disk.files["4182"].details.payment is PaymentChoice.INVOICE
    assert shelf.performed == []


async def test_an_order_with_a_link_is_not_kept_as_paid_another_way(shelf):
    await keep(shelf)
    with pytest.raises(CommandRefusedError) as refused:
        await keep(shelf, given=(), payment=PaymentChoice.CARD)
    assert refused.value.reason == "link_is_live"
    assert shelf.journal.order("4182").is_affirm


async def test_keeping_cannot_slip_in_while_a_link_is_written(shelf):
    outcomes = await asyncio.gather(
        keep(shelf), keep(shelf, given=(), payment=PaymentChoice.CARD), return_exceptions=True
    )
    assert isinstance(outcomes[1], CommandRefusedError)
    assert shelf.journal.order("4182").is_affirm


async def test_the_draft_goes_with_the_order_that_came_of_it(shelf):
    shelf.journal.disk.drafts["d"] = object()
    await shelf.book.submit_with_details(an_order(), details_of(), (SEND,), draft_id="d")
    assert shelf.journal.disk.drafts == {}


# --- the history ---------------------------------------------------------------------------


async def test_archiving_takes_an_order_out_of_memory_and_anything_brings_it_back(shelf):
    put(shelf.journal.disk, waiting())
    await shelf.book.load()
    await shelf.book.archive("4182", lambda order: False)
    assert shelf.book.file("4182") is not None
    await shelf.book.archive("4182", lambda order: True)
    assert shelf.book.file("4182") is None
    assert shelf.journal.order("4182").archived
    await shelf.book.archive("4182", lambda order: True)  # it is already
    await shelf.book.archive("unknown", lambda order: True)
    assert len(shelf.journal.commits) == 1
    assert (await shelf.book.find("4182")).order.archived
    await shelf.book.submit("4182", events.SupersedeRequested("Dana R."))
    assert not shelf.journal.order("4182").archived
    assert shelf.book.file("4182") is not None


async def test_a_look_at_an_archived_order_leaves_it_archived(shelf):
    put(shelf.journal.disk, replace(authorized(), archived=True))
    file = await shelf.book.submit("4182", events.RefreshRequested("Dana R."))
    assert file.order.archived
    assert shelf.performed == [fx.ReadTransaction("TRAN-4182")]
    assert shelf.book.file("4182") is None


@pytest.mark.parametrize(
    "names",
    [
        {"checkout_id": "CHECKOUT-old", "order_keys": [], "order_id": ""},
        {"checkout_id": "", "order_keys": [], "order_id": "old"},
        {"checkout_id": "CHECKOUT-new", "order_keys": ["key-old"], "order_id": "old"},
        {"checkout_id": "", "order_keys": ["key-open"], "order_id": "old"},
    ],
)
async def test_news_of_an_archived_order_is_found_in_the_history(shelf, names):
    put(shelf.journal.disk, replace(waiting("old"), archived=True), waiting("open"))
    await shelf.book.load()
    found = await shelf.book.owner_of(**names)
    expected = "open" if names["order_keys"] == ["key-open"] else "old"
    assert found.order.order_id == expected


@pytest.mark.parametrize("checkout_id", ["", "CHECKOUT-ol", "CHECKOUT-x"])
async def test_news_of_nobody_has_no_owner(shelf, checkout_id):
    put(shelf.journal.disk, replace(waiting("old"), archived=True))
    await shelf.book.load()
    found = await shelf.book.owner_of(checkout_id=checkout_id, order_keys=["k"], order_id="")
    assert found is None


async def test_an_archived_order_with_a_command_in_flight_is_taken_up(shelf):
    """It cannot come to be archived by us; a journal from elsewhere may hold it."""
    put(shelf.journal.disk, replace(capturing(), archived=True))
    await shelf.book.submit("4182", events.Started())
    assert not shelf.journal.order("4182").archived
    assert shelf.book.file("4182").order.operations[0].state.value == "unknown"


async def test_a_delivery_is_closed_with_the_step_that_it_caused(shelf):
    put(shelf.journal.disk, sent())
    await shelf.book.load()
    delivery = await taken_in(shelf)
    event = events.DeliveryObserved("opened", "", True, False, delivery.received_at, "4182")
    closed = replace(delivery, verdict="verified", note="verified")
    await shelf.book.submit("4182", event, delivery=closed)
    assert shelf.journal.disk.closed["d-1"].note == "verified"
    assert len(shelf.journal.disk.timelines["4182"]) == 1


async def taken_in(shelf):
    delivery = StoredDelivery("d-1", "1", "webhook", "application/json", (), b"{}", START)
    await shelf.journal.take_in([delivery], merchant="m", cursor=Cursor("e", "1"))
    return delivery
