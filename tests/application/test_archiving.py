"""Is an order archived when it is over, and only then?"""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.application.archiving import EVERY_S, Archivist, is_over
from telesales_desktop.application.connection import Connection
from telesales_desktop.domain.order import Alert, Freeze, FreezeReason, SendState
from tests.application.orders import an_order, authorized, capturing, planned, put, sent, waiting
from tests.fakes.clock import START, LoopClock

DAY = timedelta(days=1)


def changed(order, **changes):
    return replace(order, **changes)


def link(order, **changes):
    return replace(order, checkouts=(replace(order.checkouts[0], **changes),))


def money(word, **changes):
    return replace(authorized(word=word, **changes), next_read_at=None)


REFUSED = link(sent(), state=SendState.REFUSED)
ENDED = link(waiting(), next_read_at=None)
FROZEN = Freeze(FreezeReason.AMOUNT, "1", "2", START)


@pytest.mark.parametrize(
    ("order", "days"),
    [
        (changed(an_order(), is_affirm=False), 30),
        (REFUSED, 30),
        (link(sent(), state=SendState.UNKNOWN), 30),
        (ENDED, 30),
        (link(waiting(), next_read_at=None, word="not_approved"), 30),
        (link(waiting(), next_read_at=None, superseded=True), 30),
        (money("voided"), 30),
        (money("refunded"), 30),
        (money("auth_expired"), 30),
        (money("dispute_refunded"), 30),
        (money("captured"), 150),
        (money("partially_refunded"), 150),
    ],
)
def test_it_is_over_some_days_after_its_last_change(order, days):
    assert not is_over(order, START + days * DAY)
    assert is_over(order, START + days * DAY + timedelta(seconds=1))


def test_captured_money_is_over_although_it_is_still_read():
    order = replace(authorized(word="captured"), next_read_at=START + 400 * DAY)
    assert is_over(order, START + 151 * DAY)


@pytest.mark.parametrize(
    "order",
    [
        waiting(),
        planned(),
        sent(),
        capturing(),
        capturing(is_sent=False),
        authorized(),
        money("authorized"),
        money("partially_captured"),
        money("disputed"),
        money("a word never seen"),
        changed(money("voided"), freeze=FROZEN),
        changed(money("voided"), alerts=(Alert.SECOND_CONFIRMATION,)),
        changed(ENDED, orphans=("CHECKOUT-x",)),
        link(waiting(), word="never seen", next_read_at=None),
    ],
)
def test_it_is_never_over_while_something_may_follow(order):
    if order.next_read_at is not None:
        order = replace(order, next_read_at=START + 1000 * DAY)
    assert not is_over(order, START + 999 * DAY)


class Archive:
    def __init__(self, shelf):
        self.book = shelf.book
        self.journal = shelf.journal
        self.clock = LoopClock(START + 40 * DAY)
        self.connection = Connection(self.clock, relay_is_set=True)
        self.task = asyncio.create_task(Archivist(self.book, self.clock, self.connection).run())

    def archived(self):
        return sorted(i for i, f in self.journal.disk.files.items() if f.order.archived)


@pytest.fixture
async def archive(shelf):
    put(shelf.journal.disk, *(replace(REFUSED, order_id=f"old-{n}") for n in range(250)))
    put(shelf.journal.disk, waiting("open"), replace(REFUSED, updated_at=START + 20 * DAY))
    await shelf.book.load()
    found = Archive(shelf)
    yield found
    found.task.cancel()
    await asyncio.gather(found.task, return_exceptions=True)


async def test_nothing_is_archived_before_a_server_has_told_the_time(archive):
    await asyncio.sleep(1000)
    assert archive.archived() == []


async def test_what_is_over_is_archived_and_the_rest_a_day_later(archive):
    archive.connection.relay_answered()
    await asyncio.sleep(10)
    assert len(archive.archived()) == 250
    assert {f.order.order_id for f in archive.book.files()} == {"open", "4182"}
    archive.clock.set_by(11 * 24 * 3600)
    await asyncio.sleep(EVERY_S)
    assert "4182" in archive.archived()


async def test_what_happened_meanwhile_is_looked_at_again_under_the_orders_own_lock(
    archive, monkeypatch
):
    newer = replace(REFUSED, order_id="old-0", updated_at=START + 39 * DAY, version=9)
    take_away = archive.book.archive

    async def after_news(order_id, is_still_over):
        if order_id == "old-0":
            put(archive.journal.disk, newer)
            await archive.book.load()
        await take_away(order_id, is_still_over)

    monkeypatch.setattr(archive.book, "archive", after_news)
    archive.connection.affirm_answered()
    await asyncio.sleep(10)
    assert "old-0" not in archive.archived()
    assert len(archive.archived()) == 249


async def test_a_full_disk_ends_it_for_today(archive, caplog):
    archive.journal.fail("full", when=lambda c: len(archive.archived()) == 3)
    archive.connection.affirm_answered()
    await asyncio.sleep(10)
    assert len(archive.archived()) == 3
    assert caplog.messages == ["nothing more is archived today: full: as planned"]
    await asyncio.sleep(EVERY_S)
    assert len(archive.archived()) == 250


async def test_a_crash_ends_it_for_today(archive, caplog, monkeypatch):
    async def crash(commit):
        raise ZeroDivisionError

    monkeypatch.setattr(archive.journal, "commit", crash)
    archive.connection.affirm_answered()
    await asyncio.sleep(10)
    assert caplog.messages == ["archiving failed"]
    monkeypatch.undo()
    await asyncio.sleep(EVERY_S)
    assert len(archive.archived()) == 250


async def test_an_order_that_cannot_be_archived_keeps_none_of_the_others(archive, caplog):
    archive.journal.fail("rule", when=lambda c: c.order.order_id == "old-5", times=9)
    archive.connection.affirm_answered()
    await asyncio.sleep(10)
    assert len(archive.archived()) == 249
