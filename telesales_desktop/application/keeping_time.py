"""Who notices that time has passed? Due orders are ticked; a sleep of the machine is a gap."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta

from telesales_desktop.application.due_times import DueTimes
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.ports import Clock, OrderFile
from telesales_desktop.domain import events
from telesales_desktop.domain.errors import CommandRefusedError, TelesalesError
from telesales_desktop.domain.pace import next_due_at

log = logging.getLogger(__name__)

LONGEST_NAP_S = 15.0
"""A nap this long at most, so that a machine's sleep is noticed soon after it wakes."""

SLEPT_S = 60.0
"""Time that passed beyond a nap by this much means: the machine slept, or its clock was set."""

AGAIN_S = 1.0
"""An order that is still due after its tick waits this long: never a loop without a pause."""

CALM_EVERY_S = 1.0
"""Orders whose money is settled are ticked one by one: after a weekend thousands may be due, and
each costs a write to the disk and a read of Affirm."""


class Timekeeper:
    """Ticks each order when it is due, and nothing else."""

    def __init__(
        self, book: OrderBook, clock: Clock, *, on_gap: Callable[[], Awaitable[None]]
    ) -> None:
        self._book = book
        self._clock = clock
        self._on_gap = on_gap
        self._due = DueTimes()
        self._calm = DueTimes()
        self._calm_free_s = clock.monotonic_s()
        self._woken = asyncio.Event()

    def watch(self, file: OrderFile) -> None:
        """Note when an order is due next; call it for every change."""
        order = file.order
        is_over = order.archived or self._book.is_dormant(order.order_id)
        due = None if is_over else next_due_at(order)
        is_calm = order.transaction is not None and order.open_operation is None
        is_news = self._calm.set(order.order_id, due if is_calm else None)
        is_news |= self._due.set(order.order_id, None if is_calm else due)
        if is_news:
            self._woken.set()

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            before_wall, before_s = self._clock.now(), self._clock.monotonic_s()
            await self._nap()
            passed_s = self._clock.monotonic_s() - before_s
            wall_s = (self._clock.now() - before_wall).total_seconds()
            if max(passed_s - LONGEST_NAP_S, abs(wall_s - passed_s)) > SLEPT_S:
                log.info("the machine slept or its clock was set: reading what is open")
                await self._on_gap()
            await self._tick_due()

    async def _nap(self) -> None:
        self._woken.clear()
        pauses_s = [LONGEST_NAP_S]
        now = self._clock.now()
        earliest, calm = self._due.earliest(), self._calm.earliest()
        if earliest is not None:
            pauses_s.append((earliest - now).total_seconds())
        if calm is not None:
            free_in_s = self._calm_free_s - self._clock.monotonic_s()
            pauses_s.append(max((calm - now).total_seconds(), free_in_s))
        alarm = asyncio.get_running_loop().call_later(max(min(pauses_s), 0), self._woken.set)
        try:
            await self._woken.wait()
        finally:
            alarm.cancel()

    async def _tick_due(self) -> None:
        now = self._clock.now()
        while (order_id := self._due.take(now)) is not None:
            await self._tick(order_id, self._due)
        if self._clock.monotonic_s() >= self._calm_free_s:
            calm = self._calm.take(now)
            if calm is not None:
                self._calm_free_s = self._clock.monotonic_s() + CALM_EVERY_S
                await self._tick(calm, self._calm)

    async def _tick(self, order_id: str, due: DueTimes) -> None:
        """Tick one order; whatever comes of it, that is once a round."""
        now = self._clock.now()
        if self._book.is_busy(order_id):  # the others do not wait for it
            due.set(order_id, now + timedelta(seconds=AGAIN_S))
            return
        try:
            self.watch(await self._book.submit(order_id, events.Ticked()))
        except CommandRefusedError:
            log.info("an order that is not there any more was due")
        except TelesalesError as error:
            log.info("a tick was not written: %s", error.code)
            due.set(order_id, now + timedelta(seconds=LONGEST_NAP_S))
        except Exception:  # a bug with one order must not stop the clock
            log.exception("a tick crashed")
            due.set(order_id, now + timedelta(seconds=SLEPT_S))
        self._due.postpone(order_id, now + timedelta(seconds=AGAIN_S))
