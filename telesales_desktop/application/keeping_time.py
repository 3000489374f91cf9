"""Who notices that time has passed? Due orders are ticked; a sleep of the machine is a gap."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.ports import Clock, OrderFile
from telesales_desktop.domain import events
from telesales_desktop.domain.errors import TelesalesError
from telesales_desktop.domain.pace import next_due_at

log = logging.getLogger(__name__)

LONGEST_NAP_S = 15.0
"""A nap this long at most, so that a machine's sleep is noticed soon after it wakes."""

SLEPT_S = 60.0
"""Time that passed beyond a nap by this much means: the machine slept, or its clock was set."""


class Timekeeper:
    """Ticks each order when it is due, and nothing else."""

    def __init__(
        self, book: OrderBook, clock: Clock, *, on_gap: Callable[[], Awaitable[None]]
    ) -> None:
        self._book = book
        self._clock = clock
        self._on_gap = on_gap
        self._due: dict[str, datetime] = {}
        self._woken = asyncio.Event()

    def watch(self, file: OrderFile) -> None:
        """Note when an order is due next; call it for every change."""
        due = next_due_at(file.order)
        order_id = file.order.order_id
        if due is None:
            self._due.pop(order_id, None)
            return
        self._due[order_id] = due
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
        earliest = min(self._due.values(), default=None)
        pause_s = LONGEST_NAP_S
        if earliest is not None:
            pause_s = min(pause_s, (earliest - self._clock.now()).total_seconds())
        if pause_s > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._woken.wait()

    async def _tick_due(self) -> None:
        now = self._clock.now()
        for order_id in [i for i, due in self._due.items() if due <= now]:
            # Moved on first: an order whose tick fails must not be ticked in a tight loop.
            self._due[order_id] = now + timedelta(seconds=LONGEST_NAP_S)
            try:
                self.watch(await self._book.submit(order_id, events.Ticked()))
            except TelesalesError as error:
                log.warning("a tick was not written: %s", error.code)
            held = self._due.get(order_id)
            if held is not None and held <= now:
                self._due[order_id] = now + timedelta(seconds=1)
