"""Is each order ticked when it is due, is a sleep noticed, and is there never a loop without a pause?"""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from telesales_desktop.application.keeping_time import (
    CALM_EVERY_S,
    LONGEST_NAP_S,
    SLEPT_S,
    Timekeeper,
)
from telesales_desktop.application.ports import OrderFile
from telesales_desktop.domain import events
from telesales_desktop.domain.errors import CommandRefusedError, JournalError
from tests.application.orders import authorized, capturing, file_of, waiting
from tests.fakes.clock import START, LoopClock


class Book:
    """A book whose orders are due again when the test says so."""

    def __init__(self):
        self.ticks = []
        self.next_due = {}
        self.stays_due = False
        self.errors = {}
        self.busy = set()
        self.watch = None

    def is_dormant(self, order_id):
        return False

    def is_busy(self, order_id):
        return order_id in self.busy

    async def submit(self, order_id, event):
        assert isinstance(event, events.Ticked)
        await asyncio.sleep(0)
        self.ticks.append((order_id, asyncio.get_running_loop().time()))
        if order_id in self.errors:
            raise self.errors[order_id]
        due = self.next_due.get(order_id)
        is_past = due is not None and due <= asyncio.get_running_loop().time()
        file = due_at(order_id, None if is_past and not self.stays_due else due)
        self.watch(file)  # the book publishes what it wrote
        return file

    def times(self, order_id="4182"):
        return [at for name, at in self.ticks if name == order_id]


def due_at(order_id, seconds, order=None):
    """A waiting order that is due so many seconds after the start, None for never."""
    order = order or waiting(order_id)
    due = None if seconds is None else START + timedelta(seconds=seconds)
    if order.transaction is not None:
        return file_of(replace(order, next_read_at=due))
    return file_of(replace(order, checkouts=(replace(order.checkouts[0], next_read_at=due),)))


class Time:
    def __init__(self):
        self.book = Book()
        self.clock = LoopClock()
        self.gaps = []
        self.keeper = Timekeeper(self.book, self.clock, on_gap=self.on_gap)
        self.book.watch = self.keeper.watch
        self.task = None

    async def on_gap(self):
        self.gaps.append(asyncio.get_running_loop().time())

    def run(self):
        self.task = asyncio.create_task(self.keeper.run())


@pytest.fixture
async def time():
    found = Time()
    yield found
    if found.task is not None:
        found.task.cancel()
        await asyncio.gather(found.task, return_exceptions=True)


async def test_an_order_is_ticked_when_it_is_due(time):
    time.keeper.watch(due_at("4182", 7))
    time.keeper.watch(due_at("later", 100))
    time.book.next_due["4182"] = 40
    time.run()
    await asyncio.sleep(90)
    assert time.book.ticks == [("4182", 7), ("4182", 40)]


async def test_news_that_makes_an_order_due_earlier_wakes_the_clock(time):
    time.keeper.watch(due_at("4182", 100))
    time.run()
    await asyncio.sleep(1)
    time.keeper.watch(due_at("4182", 3))
    await asyncio.sleep(10)
    assert time.book.times() == [3]


async def test_an_order_that_is_due_no_more_is_not_ticked(time):
    time.keeper.watch(due_at("4182", 5))
    time.run()
    time.keeper.watch(due_at("4182", None))
    time.keeper.watch(due_at("archived", 5))
    archived = due_at("archived", 5)
    time.keeper.watch(OrderFile(replace(archived.order, archived=True), archived.details))
    await asyncio.sleep(60)
    assert time.book.ticks == []


async def test_an_order_that_stays_due_is_ticked_once_a_second(time):
    time.keeper.watch(due_at("4182", 0))
    time.book.next_due["4182"] = 0
    time.book.stays_due = True  # its tick changes nothing: the disk is full, say
    time.run()
    await asyncio.sleep(10.5)
    assert time.book.times() == list(range(11))


@pytest.mark.parametrize(
    ("error", "pause_s"), [(JournalError("full"), LONGEST_NAP_S), (ZeroDivisionError(), SLEPT_S)]
)
async def test_an_order_that_cannot_be_ticked_is_tried_later_and_stops_nobody(
    time, caplog, error, pause_s
):
    time.book.errors["4182"] = error
    time.book.next_due["other"] = 12
    time.keeper.watch(due_at("4182", 0))
    time.keeper.watch(due_at("other", 0))
    time.run()
    await asyncio.sleep(pause_s + 1)
    assert time.book.times() == [0, pause_s]
    assert time.book.times("other") == [0, 12]
    assert bool(caplog.records) is isinstance(error, ZeroDivisionError)


async def test_an_order_that_is_gone_is_forgotten(time):
    time.book.errors["4182"] = CommandRefusedError("no_such_order")
    time.keeper.watch(due_at("4182", 0))
    time.run()
    await asyncio.sleep(600)
    assert time.book.times() == [0]


async def test_settled_money_is_looked_at_one_by_one_and_holds_up_nobody(time):
    for n in range(5):
        time.keeper.watch(due_at(f"calm-{n}", -100 + n, authorized(f"calm-{n}")))
    time.keeper.watch(due_at("waiting", 2))
    time.run()
    await asyncio.sleep(0.5)
    time.keeper.watch(due_at("news", 100))  # wakes the clock, and hurries nobody
    await asyncio.sleep(10)
    calm = [(name, at) for name, at in time.book.ticks if name != "waiting"]
    assert calm == [(f"calm-{n}", n * CALM_EVERY_S) for n in range(5)]
    assert time.book.times("waiting") == [2]


async def test_a_command_without_verdict_makes_an_order_urgent_again(time):
    settled = due_at("4182", 50, authorized())
    time.keeper.watch(settled)
    unsettled = file_of(capturing(is_sent=False))  # due since it was planned
    time.keeper.watch(unsettled)
    time.run()
    await asyncio.sleep(0.5)
    assert time.book.times() == [0]


# --- sleep and set clocks ------------------------------------------------------------------


async def test_a_machine_that_slept_reads_what_is_open_and_ticks_what_is_due(time):
    time.keeper.watch(due_at("4182", 1800))
    time.run()
    await asyncio.sleep(20)
    time.clock.sleep_machine(3600)
    await asyncio.sleep(LONGEST_NAP_S)
    assert len(time.gaps) == 1
    assert len(time.book.times()) == 1
    assert max(*time.gaps, *time.book.times()) <= 20 + LONGEST_NAP_S
    await asyncio.sleep(300)
    assert len(time.gaps) == 1


@pytest.mark.parametrize("seconds", [-7200, 7200])
async def test_a_clock_that_was_set_is_noticed(time, seconds):
    time.run()
    await asyncio.sleep(20)
    time.clock.set_by(seconds)
    await asyncio.sleep(LONGEST_NAP_S)
    assert len(time.gaps) == 1


@pytest.mark.parametrize("seconds", [-50, 50])
async def test_a_small_correction_is_no_gap(time, seconds):
    time.run()
    time.clock.set_by(seconds)
    await asyncio.sleep(120)
    assert time.gaps == []


async def test_a_clock_set_back_does_not_spin_and_ticks_go_on(time):
    time.keeper.watch(due_at("4182", 30))
    time.run()
    await asyncio.sleep(20)
    time.clock.set_by(-3600)
    time.book.next_due["4182"] = None
    await asyncio.sleep(3700)
    assert time.book.times() == [30 + 3600]


async def test_a_loop_that_was_blocked_for_a_minute_counts_as_a_sleep(time):
    time.run()
    await asyncio.sleep(20)
    asyncio.get_running_loop().virtual_s += LONGEST_NAP_S + SLEPT_S + 1
    await asyncio.sleep(LONGEST_NAP_S)
    assert len(time.gaps) == 1


async def test_without_orders_it_naps(time):
    time.run()
    await asyncio.sleep(3600)
    assert time.book.ticks == time.gaps == []


async def test_an_order_that_waits_for_a_slow_relay_keeps_none_of_the_others_waiting(time):
    time.book.busy.add("slow")
    time.keeper.watch(due_at("slow", 10))
    time.keeper.watch(due_at("4182", 11))
    time.keeper.watch(due_at("calm", 10, order=authorized("calm")))
    time.book.busy.add("calm")
    time.run()
    await asyncio.sleep(30)
    assert time.book.times() == [11]
    assert time.book.times("slow") == time.book.times("calm") == []
    time.book.busy.clear()
    await asyncio.sleep(3)
    assert len(time.book.times("slow")) == len(time.book.times("calm")) == 1
