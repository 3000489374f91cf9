"""Which orders are over, so that the desk need not carry them in memory for ever?"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from telesales_desktop.application.connection import Connection
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.ports import Clock
from telesales_desktop.domain.errors import JournalError
from telesales_desktop.domain.order import Order, SendState
from telesales_desktop.domain.order_state import OrderState, order_state, since
from telesales_desktop.domain.pace import next_due_at

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=30)
REFUND_WINDOW = timedelta(days=120)  # source: facts §4, "Refund only after capture"
EVERY_S = 24 * 3600.0

_TAKEN = frozenset({OrderState.CAPTURED, OrderState.PARTIALLY_REFUNDED})
_NEVER = frozenset({OrderState.DISPUTED, OrderState.UNRECOGNIZED})


def is_over(order: Order, at: datetime) -> bool:
    """Whether nothing can follow for this order by itself, and has not for 30 days.

    Money that was taken can be asked back for 120 days: that order is over 30 days later.
    """
    state = order_state(order, at)
    is_open = order.open_operation is not None or bool(order.orphans)
    is_watched = order.freeze is not None or bool(order.alerts)
    is_sending = any(c.state in (SendState.PLANNED, SendState.SENT) for c in order.checkouts)
    if is_open or is_watched or is_sending or state in _NEVER:
        return False
    if state in _TAKEN:
        return at - since(order) > REFUND_WINDOW + KEPT_FOR
    return next_due_at(order) is None and at - order.updated_at > KEPT_FOR


class Archivist:
    """Archives what is over, once a day. The history still finds it, and news brings it back."""

    def __init__(self, book: OrderBook, clock: Clock, connection: Connection) -> None:
        self._book = book
        self._clock = clock
        self._connection = connection

    async def run(self) -> None:
        """Archive until cancelled; not before a server's date has set our clock right."""
        await self._connection.contact()
        while True:
            try:
                await self._archive()
            except JournalError as error:
                log.warning("nothing more is archived today: %s", error)
            except Exception:  # tidying up must not fail the desk
                log.exception("archiving failed")
            await asyncio.sleep(EVERY_S)

    async def _archive(self) -> None:
        for number, file in enumerate(self._book.files()):
            if number % 100 == 0:
                await asyncio.sleep(0)  # a long list must not hold up the window
            if is_over(file.order, self._clock.now()):
                order_id = file.order.order_id
                await self._book.archive(order_id, lambda order: is_over(order, self._clock.now()))
