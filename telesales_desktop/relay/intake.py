"""When may Affirm be told that a delivery is kept?"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from telesales_desktop.relay.spool import Spool
from telesales_desktop.relay.store import NoSuchMerchantError, Store, StoreError
from telesales_desktop.relay.store_values import NewDelivery

APPEND_TIMEOUT_S = 5.0
"""After this long a write that hangs goes to the spool as well; the log takes it once."""

DRAIN_EVERY_S = 1.0
_LONGEST_PAUSE = 4
"""Each attempt in vain reads all that waits, and on a full disk grows SQLite's log: the pauses
double, up to so many times ``DRAIN_EVERY_S``."""

_TELL_EVERY_S = 10.0
RETENTION_S = 14 * 24 * 3600
ORDER_RETENTION_S = 400 * 24 * 3600
_PRUNE_EVERY_S = 600
_MOST_LEAP_S = 3600.0
"""A clock that ran ahead of the machine's own by more is not believed at once: what it calls old
is deleted only if it says so ten minutes later as well."""

_Done = TypeVar("_Done")
_logger = logging.getLogger(__name__)


class Intake:
    """Keeps deliveries: in the database, else in the spool, else it says so."""

    def __init__(self, store: Store, spool: Spool) -> None:
        self._store = store
        self._spool = spool
        self._spool_thread = ThreadPoolExecutor(1, "spool")
        self._tasks: list[asyncio.Task[None]] = []
        # What waits for the database, with its deadline, the oldest first.
        self._begun: deque[tuple[float, asyncio.Future[bool]]] = deque()
        self._given_up: set[asyncio.Future[bool]] = set()
        self._alarm: asyncio.TimerHandle | None = None
        self.kept = self.repeated = self.spooled = self.refused = 0
        self.last_kept_us = 0
        self._told: tuple[str, float] | None = None  # what the log says of deliveries, and when
        self.refusing = False  # the last that came was refused, and nothing could be kept since

    async def start(self) -> None:
        """Bring in what an earlier run has spooled, and keep bringing in."""
        await self._drain()
        await self._in_spool_thread(self._spool.make_room)
        self._tasks = [
            asyncio.create_task(self._keep_draining(), name="drain the spool"),
            asyncio.create_task(self._keep_pruning(), name="delete what is old"),
        ]

    async def close(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        # A disk that hangs must not hold up what else there is to do.
        await asyncio.to_thread(self._spool_thread.shutdown)

    async def keep(self, delivery: NewDelivery) -> bool:
        """True when the delivery is on the disk; False when nothing could take it."""
        loop = asyncio.get_running_loop()
        kept = asyncio.ensure_future(self._store.append(delivery))
        self._begun.append((loop.time() + APPEND_TIMEOUT_S, kept))
        self._alarm = self._alarm or loop.call_later(APPEND_TIMEOUT_S, self._give_up)
        try:
            new = await kept
        except StoreError:
            return await self._put_aside(delivery)
        except asyncio.CancelledError:
            if kept not in self._given_up:
                raise
            self._given_up.discard(kept)
            return await self._put_aside(delivery)
        while self._begun and self._begun[0][1].done():
            self._begun.popleft()
        self.kept += new
        self.repeated += not new
        self.refusing = False
        self.last_kept_us = max(self.last_kept_us, delivery.received_us)
        return True

    def _give_up(self) -> None:
        """End what has taken too long, and look again when the next one will have.

        One alarm for all that have begun: a deadline of its own for each is dear.
        """
        loop = asyncio.get_running_loop()
        while self._begun and self._begun[0][0] <= loop.time():
            _, kept = self._begun.popleft()
            if kept.cancel():
                self._given_up.add(kept)
        self._alarm = loop.call_at(self._begun[0][0], self._give_up) if self._begun else None

    @property
    def spool_waits(self) -> bool:
        return self._spool.waits()

    async def _put_aside(self, delivery: NewDelivery) -> bool:
        try:
            await self._in_spool_thread(lambda: self._spool.put(delivery))
        except OSError as broken:
            self.refused += 1
            self._tell(
                logging.CRITICAL, "could not be kept", broken.strerror or str(broken), self.refused
            )
            self.refusing = True
        else:
            self.spooled += 1
            self.refusing = False
            self.last_kept_us = max(self.last_kept_us, delivery.received_us)
            why = "the database did not take it"
            self._tell(logging.ERROR, "went to the spool", why, self.spooled)
            return True
        return False

    def _tell(self, level: int, what: str, why: str, count: int) -> None:
        """The first of many, then how many there are every now and then: a disk that is full must
        not be filled by the log of it."""
        now, told = asyncio.get_running_loop().time(), self._told
        if told is None or told[0] != what or now - told[1] >= _TELL_EVERY_S:
            _logger.log(level, "a delivery %s: %s (%d so far)", what, why, count)
            self._told = (what, now)

    async def _drain(self) -> bool:
        """Move what waits in the spool into the database; False if the database took it not."""
        if not self._spool.waits():
            return True
        try:
            waiting = await self._in_spool_thread(self._spool.take)
            told = await asyncio.gather(
                *(self._store.append(each) for each in waiting), return_exceptions=True
            )
            refused = _never_taken(waiting, told)
            if refused:
                await self._in_spool_thread(lambda: self._spool.set_aside(refused))
            await self._in_spool_thread(self._spool.done)
            await self._in_spool_thread(self._spool.make_room)
        except (StoreError, OSError) as broken:
            _logger.error("the spool waits: %s", broken)
            return False
        self.kept += told.count(True)
        taken = len(waiting) - len(refused)
        _logger.warning("%d spooled deliveries are in the database now", taken)
        return True

    async def _keep_draining(self) -> None:
        pauses = 1
        while True:
            await asyncio.sleep(pauses * DRAIN_EVERY_S)
            pauses = 1 if await self._drain() else min(2 * pauses, _LONGEST_PAUSE)
            if self.refusing and await self._in_spool_thread(self._spool.make_room):
                self.refusing = False  # else a proxy that asks first would never let one in again

    async def _keep_pruning(self) -> None:
        """Not at once: a machine that has just been started may not know the time yet."""
        while True:
            ahead_s = time.time() - time.monotonic()
            await asyncio.sleep(_PRUNE_EVERY_S)
            leapt_s = time.time() - time.monotonic() - ahead_s
            if leapt_s > _MOST_LEAP_S:
                _logger.error("the clock went ahead by %.0f s: nothing is deleted yet", leapt_s)
                continue
            try:
                await self._prune()
            except StoreError as broken:
                _logger.error("old entries could not be deleted: %s", broken)

    async def _prune(self) -> None:
        """Delete what is too old, a bounded number at a time: webhooks go in between."""
        now_us = time.time_ns() // 1000
        before_us = now_us - RETENTION_S * 1_000_000
        orders_before_us = now_us - ORDER_RETENTION_S * 1_000_000
        more = 1
        while more:
            more = await self._store.prune(before_us, orders_before_us)

    async def _in_spool_thread(self, work: Callable[[], _Done]) -> _Done:
        return await asyncio.get_running_loop().run_in_executor(self._spool_thread, work)


def _never_taken(
    waiting: Sequence[NewDelivery], told: Sequence[bool | BaseException]
) -> list[NewDelivery]:
    """Those for a merchant whom the database does not know. Raises every other trouble."""
    refused = []
    for delivery, one in zip(waiting, told, strict=True):
        if isinstance(one, NoSuchMerchantError):
            refused.append(delivery)
        elif isinstance(one, BaseException):
            raise one
    return refused
