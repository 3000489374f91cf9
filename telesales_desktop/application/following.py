"""How does news reach the orders? The relay's feed, kept on disk before it is applied."""

from __future__ import annotations

import asyncio
import logging

from telesales_desktop.application.connection import Connection
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.ports import (
    DeliveryContent,
    DeliveryReader,
    Journal,
    RelayFeed,
    SignatureCheck,
    StoredDelivery,
)
from telesales_desktop.domain import events
from telesales_desktop.domain.errors import CredentialsError, JournalError
from telesales_desktop.domain.order import Order
from telesales_desktop.domain.relay_errors import RelayError, RelayTokenRefusedError

log = logging.getLogger(__name__)

POLL_S = 25.0
PAGE = 200
_PAUSES_S = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
TOKEN_PAUSE_S = 60.0

VERIFIED = "verified"


class FeedFollower:
    """Polls the relay, keeps what comes with the cursor, then applies it."""

    def __init__(
        self,
        feed: RelayFeed | None,
        journal: Journal,
        book: OrderBook,
        connection: Connection,
        *,
        merchant: str,
        check_signature: SignatureCheck,
        read_delivery: DeliveryReader,
    ) -> None:
        self._feed = feed
        self._journal = journal
        self._book = book
        self._connection = connection
        self._merchant = merchant
        self._check_signature = check_signature
        self._read_delivery = read_delivery

    async def run(self) -> None:
        """Follow until cancelled. What was kept and not applied before comes first."""
        last = await self._journal.last_delivery_at()
        if last is not None:
            self._connection.webhook_seen(last)
        await self.apply_inbox()
        if self._feed is None:
            return
        failures = 0
        while True:
            try:
                await self._poll(self._feed)
                failures = 0
            except RelayTokenRefusedError:
                self._connection.relay_failed(token_refused=True)
                await asyncio.sleep(TOKEN_PAUSE_S)
            except RelayError as error:
                self._connection.relay_failed(token_refused=False)
                log.info("the relay did not answer: %s", error.code)
                await asyncio.sleep(_PAUSES_S[min(failures, len(_PAUSES_S) - 1)])
                failures += 1
            except CredentialsError as error:
                self._connection.affirm_failed(error)
                await asyncio.sleep(_PAUSES_S[-1])
            except JournalError as error:
                self._connection.journal_failed(error)
                await asyncio.sleep(TOKEN_PAUSE_S)

    async def _poll(self, feed: RelayFeed) -> None:
        cursor = await self._journal.cursor(self._merchant)
        wait_s = POLL_S if self._has_been_answered() else 0.0
        page = await feed.changes(cursor, wait_s=wait_s, limit=PAGE)
        self._connection.relay_answered()
        if page.deliveries or page.cursor != cursor:
            await self._journal.take_in(
                page.deliveries, merchant=self._merchant, cursor=page.cursor
            )
        for delivery in page.deliveries:
            if delivery.source == "webhook":
                self._connection.webhook_seen(delivery.received_at)
        if page.gap:
            self._connection.gap_announced()
            await self.announce_gap()
        if page.deliveries:
            await self.apply_inbox()

    def _has_been_answered(self) -> bool:
        return self._connection.status.relay_at is not None

    async def announce_gap(self) -> None:
        """News may have been missed: every open order reads Affirm."""
        for file in self._book.files():
            await self._book.submit(file.order.order_id, events.GapAnnounced())

    async def apply_inbox(self) -> None:
        """Apply every kept delivery once; a delivery that fits no order is closed with a note."""
        for delivery in await self._journal.unapplied_deliveries():
            await self._apply(delivery)

    async def _apply(self, delivery: StoredDelivery) -> None:
        verdict = await self._check_signature(delivery)
        content = self._read_delivery(delivery)
        order = self._order_of(delivery, content)
        if order is None:
            note = "no_such_order" if content.readable else "unreadable"
            await self._journal.mark_delivery(delivery.delivery_id, verdict=verdict, note=note)
            if not content.readable and delivery.source == "webhook":
                # It may be a confirmation in a form that we cannot read: ask Affirm instead.
                await self.announce_gap()
            return
        event = events.DeliveryObserved(
            word=content.word or delivery.landing,
            checkout_id=content.checkout_id,
            verified=verdict == VERIFIED,
            from_browser=delivery.source == "customer",
            received_at=delivery.received_at,
            order_id=content.order_id,
        )
        await self._book.submit(
            order.order_id, event, delivery=delivery, delivery_note=verdict or "no_signature"
        )

    def _order_of(self, delivery: StoredDelivery, content: DeliveryContent) -> Order | None:
        """Whose news it is: by order key, else checkout id, else order number."""
        keys = {key for key in (delivery.order_key, content.order_key) if key}
        orders = [file.order for file in self._book.files()]
        for order in orders:
            if order.order_key in keys:
                return order
        if content.checkout_id:
            for order in orders:
                if order.checkout_by_id(content.checkout_id) is not None:
                    return order
        if content.order_id:
            return next((o for o in orders if o.order_id == content.order_id), None)
        return None
