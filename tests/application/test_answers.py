"""Does every answer reach the book, whatever the disk does, and does waiting for it end?"""

import asyncio

import pytest

from telesales_desktop.application.answers import JOURNAL_RETRY_S, Answers
from telesales_desktop.application.under_way import UnderWay
from telesales_desktop.domain import events
from tests.application.orders import capturing, put, sent, waiting

ACCEPTED = events.SendAnswered(1, events.CheckoutAccepted("CHECKOUT-1", "https://customer/1"))


@pytest.fixture
async def station(shelf):
    """A book with a link whose answer is about to come."""
    put(shelf.journal.disk, sent())
    await shelf.book.load()
    shelf.under_way = UnderWay()
    shelf.answers = Answers(shelf.book, shelf.under_way)
    return shelf


def take(station, event, order_id="4182"):
    work = station.answers.take(order_id, event)
    return station.under_way.start(order_id, work, name="answer", is_write=True)


async def test_an_answer_is_kept_until_the_disk_takes_it_and_nobody_waits_for_that(station):
    station.journal.fail("full", times=3)
    task = take(station, ACCEPTED)
    await station.under_way.until_quiet("4182")
    assert asyncio.get_running_loop().time() < JOURNAL_RETRY_S
    assert station.journal.order("4182").checkouts[0].state.value == "sent"
    await task
    assert station.journal.order("4182").checkouts[0].checkout_id == "CHECKOUT-1"
    assert asyncio.get_running_loop().time() > 3 * JOURNAL_RETRY_S


async def test_an_answer_waits_for_the_journal_to_be_opened_again(station):
    station.journal.fail("io", written=True)
    task = take(station, ACCEPTED)
    await asyncio.sleep(60)
    assert not task.done()
    await station.reopen()
    await task
    assert station.journal.order("4182").checkouts[0].checkout_id == "CHECKOUT-1"


async def test_leaving_tries_once_more_and_then_lets_go(station, caplog):
    station.journal.fail("full", times=9)
    task = take(station, ACCEPTED)
    await asyncio.sleep(1)
    await station.under_way.leave(patience_s=25)
    assert task.done()
    assert asyncio.get_running_loop().time() < JOURNAL_RETRY_S
    assert caplog.messages == ["SendAnswered could not be written"]
    assert station.journal.order("4182").checkouts[0].state.value == "sent"


async def test_leaving_writes_an_answer_that_the_disk_takes_by_then(station):
    station.journal.fail("full")
    task = take(station, ACCEPTED)
    await asyncio.sleep(1)
    await station.under_way.leave(patience_s=25)
    assert task.done()
    assert station.journal.order("4182").checkouts[0].checkout_id == "CHECKOUT-1"


async def test_what_breaks_a_rule_for_good_becomes_no_verdict(station, caplog):
    def accepted(commit):
        return commit.order.checkouts[0].checkout_id != ""

    station.journal.fail("rule", when=accepted, times=99)
    await take(station, ACCEPTED)
    assert station.journal.order("4182").checkouts[0].state.value == "unknown"
    assert "breaks a rule of the journal" in caplog.text


async def test_a_money_command_that_cannot_be_taken_in_is_in_doubt(station, caplog):
    put(station.journal.disk, capturing("7"))
    await station.book.load()
    operation_id = station.book.file("7").order.operations[0].operation_id
    broken = events.OperationAnswered(operation_id, 1, events.Accepted(event=object()))
    await take(station, broken, "7")
    assert station.journal.order("7").operations[0].state.value == "unknown"
    assert "OperationAnswered could not be taken in" in caplog.messages


@pytest.mark.parametrize("problem", ["rule", None])
async def test_even_no_verdict_may_be_refused_and_that_ends_too(station, caplog, problem):
    if problem:
        station.journal.fail(problem, times=99)
        await take(station, ACCEPTED)
    else:
        await take(station, events.SendAnswered("no attempt at all", None))
        await take(station, "no event at all")
    assert station.journal.order("4182").checkouts[0].state.value == "sent"
    assert caplog.messages


async def test_an_answer_for_an_order_that_is_gone_is_said_and_dropped(station, caplog):
    await take(station, ACCEPTED, "unknown")
    assert caplog.messages == ["SendAnswered was refused: no_such_order"]


async def test_a_read_that_breaks_a_rule_is_dropped(station, caplog):
    put(station.journal.disk, waiting("9"))
    await station.book.load()
    station.journal.fail("rule", times=99)
    read = events.CheckoutRead("CHECKOUT-9", "opened", 124_900, "USD", "9", asked_version=9)
    await take(station, read, "9")
    assert station.journal.order("9").checkouts[0].word == "unknown"
    assert len(caplog.messages) == 1
