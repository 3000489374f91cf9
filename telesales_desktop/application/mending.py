"""What happens when the journal fails, until it is well again?

No money moves meanwhile. It is opened again, the disk is made to prove that it takes writes, and
what the failure interrupted is taken up as at a start: nothing that may have left is undone.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from telesales_desktop.application.connection import Connection
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.ports import ONE_WRITE, Clock, Journal, JournalProblem
from telesales_desktop.domain import events
from telesales_desktop.domain.errors import CommandRefusedError, JournalError

log = logging.getLogger(__name__)

RETRY_S = 5.0

_CONCERNS_ONE_ORDER = frozenset({JournalProblem.CONFLICT, JournalProblem.RULE})
_MAY_PASS = frozenset(
    {JournalProblem.IO, JournalProblem.LOCKED, JournalProblem.READ_ONLY, JournalProblem.CLOSED}
)
"""Trouble of the disk or with another program may end; a damaged journal asks for a person."""


class JournalMender:
    """Watches over the journal's failures."""

    def __init__(self, journal: Journal, clock: Clock, connection: Connection) -> None:
        self._journal = journal
        self._clock = clock
        self._connection = connection
        self._interrupted: set[str] = set()
        self._is_closed = False
        self._was_in_trouble = False
        self.on_mended: Callable[[], None] = lambda: None
        """Called once it takes writes again after one that failed."""
        self._wanted = asyncio.Event()

    def failed(self, error: JournalError) -> None:
        """A call to the journal failed."""
        try:
            problem = JournalProblem(error.problem)
        except ValueError:
            problem = JournalProblem.IO
        if problem is JournalProblem.CONFLICT:
            self._wanted.set()
        if problem in _CONCERNS_ONE_ORDER:
            log.error("the journal refused a write: %s", error)
            return
        self._connection.journal_failed(problem)
        self._was_in_trouble = True
        self._is_closed = problem not in ONE_WRITE
        if problem in _MAY_PASS or problem is JournalProblem.FULL:
            self._wanted.set()

    def interrupted(self, order_id: str) -> None:
        """What an order was about to do was not written: it is taken up as at a start."""
        self._interrupted.add(order_id)
        self._wanted.set()

    async def run(self, book: OrderBook) -> None:
        """Mend until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            await asyncio.sleep(RETRY_S)
            try:
                if await self._is_well():
                    await self._take_up(book)
            except JournalError as error:
                log.warning("the journal failed again: %s", error)
            except Exception:  # a bug with one order must not end the mending
                log.exception("an order could not be taken up")

    async def _is_well(self) -> bool:
        """Open it if it is closed, and write to it."""
        try:
            if self._is_closed:
                await self._journal.open()
                self._is_closed = False
            await self._journal.set_meta("written_at", self._clock.now().isoformat())
        except JournalError as error:
            self.failed(error)
            return False
        self._connection.journal_written()
        if self._was_in_trouble:
            self._was_in_trouble = False
            self.on_mended()
        return True

    async def _take_up(self, book: OrderBook) -> None:
        for order_id in book.unsure():
            await self._each(book.make_sure(order_id))
        for order_id in tuple(self._interrupted):
            self._interrupted.discard(order_id)
            try:
                await self._each(book.submit(order_id, events.Started()))
            except JournalError:
                self.interrupted(order_id)
                raise

    async def _each(self, work: Awaitable[object]) -> None:
        """Take one order up; what is wrong with it alone keeps none of the others waiting."""
        try:
            await work
        except CommandRefusedError:
            log.info("an interrupted order was never written")
        except JournalError as error:
            if error.problem != JournalProblem.RULE:  # that will not get better by waiting
                raise
        except Exception:
            log.exception("an order could not be taken up")
