"""Which orders are over, so that the desk need not carry them in memory for ever?"""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from telesales_desktop.application.connection import Connection
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.ports import Clock, JournalProblem
from telesales_desktop.domain.errors import JournalError
from telesales_desktop.domain.order import Order
from telesales_desktop.domain.order_state import OrderState, order_state, since
from telesales_desktop.domain.pace import next_due_at

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=30)
REFUND_WINDOW = timedelta(days=120)  # source: facts §4, "Refund only after capture"
EVERY_S = 24 * 3600.0

_TAKEN = frozenset({OrderState.CAPTURED, OrderState.PARTIALLY_REFUNDED})
_ENDED = frozenset(
    {
        OrderState.KEPT,
        OrderState.SEND_REFUSED,
        OrderState.MAY_HAVE_BEEN_SENT,
        OrderState.LINK_SENT,  # nobody used the link, and it is read no more
        OrderState.OPENED,
        OrderState.APPROVED,
        OrderState.MORE_INFORMATION_NEEDED,
        OrderState.NOT_APPROVED,
        OrderState.SAID_DONE,
        OrderState.AUTHORIZE_REFUSED,
        OrderState.CLOSED,
        OrderState.LINK_EXPIRED,
        OrderState.AUTH_EXPIRED,
        OrderState.REFUNDED,
        OrderState.VOIDED,
        OrderState.DISPUTE_REFUNDED,
    }
)


def is_over(order: Order, at: datetime) -> bool:
    """Whether nothing can follow for this order by itself, and has not for 30 days.

    Money that was taken can be asked back for 120 days: that order is over 30 days later.
    """
    is_open = order.open_operation is not None or bool(order.orphans)
    is_watched = order.freeze is not None or bool(order.alerts)
    if is_open or is_watched:
        return False
    state = order_state(order, at)
    if state in _TAKEN:
        return at - since(order) > REFUND_WINDOW + KEPT_FOR
    is_due = next_due_at(order) is not None
    return state in _ENDED and not is_due and at - order.updated_at > KEPT_FOR


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
            try:
                if is_over(file.order, self._clock.now()):
                    await self._book.archive(file.order.order_id, self._is_over)
            except JournalError as error:
                if error.problem != JournalProblem.RULE:
                    raise
                log.warning("an order cannot be archived: %s", error)

    def _is_over(self, order: Order) -> bool:
        return is_over(order, self._clock.now())
