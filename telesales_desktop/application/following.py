"""How does news reach the orders? The relay's feed, kept on disk before it is applied."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from telesales_desktop.application.believing import Belief
from telesales_desktop.application.connection import Connection
from telesales_desktop.application.desk_values import RelayContact
from telesales_desktop.application.elsewhere import note_of
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.ports import (
    ONE_WRITE,
    DeliveryContent,
    DeliveryReader,
    FeedPage,
    JournalProblem,
    RelayFeed,
    SignatureCheck,
    StoredDelivery,
)
from telesales_desktop.application.sharing_journal import SharingJournal
from telesales_desktop.application.sharing_ports import SharedPage
from telesales_desktop.domain import events
from telesales_desktop.domain.errors import (
    CommandRefusedError,
    CredentialsError,
    JournalError,
    TelesalesError,
)
from telesales_desktop.domain.order import Order
from telesales_desktop.domain.relay_errors import (
    RelayBusyError,
    RelayTokenRefusedError,
)

log = logging.getLogger(__name__)

POLL_S = 25.0
PAGE = 200
_PAUSES_S = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
TOKEN_PAUSE_S = 60.0
JOURNAL_PAUSE_S = 5.0

SHORTEST_POLL_S = 1.0
"""A relay that brings us no further and answers faster than this is not asked in a loop."""

EMPTY_PAGE_S = 0.25
"""Nor one that has ever another place for us and no news: each place is a write to the disk."""

_LOOKS, _LOOK_S = 20, 0.02
"""How often, and after what pauses, a delivery looks whether its order can take it in now."""

VERIFIED = "verified"
UNSIGNED = "unsigned"
_DOUBTFUL = frozenset({"wrong", "out_of_tolerance", "malformed"})
CONFIRMED = "confirmed"


class FloorNews(Protocol):
    """Who keeps the orders of other desks, and hears of their deliveries."""

    async def catch_up(self) -> None:
        """Read what all desks have, where that was not done yet. Errors: ``RelayError``."""
        ...

    def gap_announced(self) -> None:
        """News may have been missed: catch up again."""
        ...

    def failed(self, error: TelesalesError) -> None:
        """A poll brought no news."""
        ...

    async def believed(self, page: SharedPage, asked_at: datetime) -> Sequence[Belief]:
        """What of a page is to be kept; the rest is told as an alarm."""
        ...

    async def kept(self, beliefs: Sequence[Belief]) -> None:
        """What was believed is on disk: act on it."""
        ...

    async def heard(
        self, order_keys: Sequence[str], checkout_id: str, word: str, *, at: datetime
    ) -> str:
        """A delivery for an order that is not here; ``word`` only if its signature is right.

        Returns the order key of the order of another desk that it is about, else "".
        """
        ...


class FeedFollower:
    """Polls the relay, keeps what comes with the cursor, then applies it."""

    def __init__(
        self,
        feed: RelayFeed | None,
        journal: SharingJournal,
        book: OrderBook,
        connection: Connection,
        *,
        merchant: str,
        check_signature: SignatureCheck,
        read_delivery: DeliveryReader,
        on_journal_error: Callable[[JournalError], None],
        floor: FloorNews | None = None,
        signature_required: bool = True,
    ) -> None:
        """``signature_required``: Affirm signs this merchant's webhooks, so one that is not signed
        is told. Whether it is signed or not, an unverified one only makes the desk read Affirm."""
        self._doubtful = _DOUBTFUL | {UNSIGNED} if signature_required else _DOUBTFUL
        self._feed = feed
        self._floor = floor
        self._journal = journal
        self._book = book
        self._connection = connection
        self._merchant = merchant
        self._check_signature = check_signature
        self._read_delivery = read_delivery
        self._on_journal_error = on_journal_error
        self._is_new = True
        self._owes_gap = False
        self._failures = 0
        self._crashed: set[str] = set()
        self._is_behind = False

    async def run(self) -> None:
        """Follow until cancelled. What was kept and not applied before comes first."""
        while True:
            pause_s = 0.0
            try:
                await self._catch_up()
                if self._feed is None:
                    return
                if self._floor is not None:
                    await self._floor.catch_up()
                pause_s = await self._poll(self._feed)
                self._failures = 0
            except JournalError as error:
                self._on_journal_error(error)
                pause_s = JOURNAL_PAUSE_S
            except TelesalesError as error:
                pause_s = self._no_answer(error)
            except Exception:  # news must go on coming, whatever went wrong
                log.exception("a poll crashed")
                self._connection.relay_failed(token_refused=False)  # no news come through
                pause_s = _PAUSES_S[-1]
            if pause_s:
                await asyncio.sleep(pause_s)

    def _no_answer(self, error: TelesalesError) -> float:
        """Say why there is no news; how long to wait, in seconds."""
        log.info("the relay did not answer: %s", error.code)
        if isinstance(error, CredentialsError):
            self._connection.affirm_failed(error)
            return _PAUSES_S[-1]
        if self._floor is not None:
            self._floor.failed(error)
        is_refused = isinstance(error, RelayTokenRefusedError)
        self._connection.relay_failed(token_refused=is_refused)
        if is_refused:
            return TOKEN_PAUSE_S
        pause_s = _PAUSES_S[min(self._failures, len(_PAUSES_S) - 1)]
        self._failures += 1
        if isinstance(error, RelayBusyError):
            return min(max(pause_s, error.retry_after_s), TOKEN_PAUSE_S)
        return pause_s

    async def _poll(self, feed: RelayFeed) -> float:
        """Take in one page; how long to wait before the next, in seconds."""
        cursor = await self._journal.cursor(self._merchant)
        is_there = self._connection.status.relay is RelayContact.OK
        wait_s = (SHORTEST_POLL_S if self._is_behind else POLL_S) if is_there else 0.0
        clock = asyncio.get_running_loop().time
        asked_s, asked_at = clock(), self._connection.now()
        page = await feed.changes(cursor, wait_s=wait_s, limit=PAGE)
        self._connection.relay_answered()
        if page.deliveries or page.cursor != cursor:
            await self._take_in(page, asked_at)
        else:
            self._note_gap(page)
        for delivery in page.deliveries:
            if delivery.source == "webhook":
                self._connection.webhook_seen(delivery.received_at)
        has_moved = page.cursor != cursor
        is_empty = not page.deliveries and not (isinstance(page, SharedPage) and page.records)
        if not wait_s or (has_moved and not is_empty):
            return 0.0
        least_s = EMPTY_PAGE_S if has_moved else SHORTEST_POLL_S
        return max(0.0, least_s - (clock() - asked_s))

    async def _take_in(self, page: FeedPage, asked_at: datetime) -> None:
        """Keep what came with the cursor in one write, then tell the floor."""
        beliefs: Sequence[Belief] = ()
        if self._floor is not None and isinstance(page, SharedPage):
            beliefs = await self._floor.believed(page, asked_at)
        seen = [belief.seen for belief in beliefs]
        try:
            await self._journal.take_in(
                page.deliveries, merchant=self._merchant, cursor=page.cursor, records=seen
            )
        except JournalError as error:
            if error.problem not in ONE_WRITE:
                self._note_gap(page)  # the cursor may be there: the relay tells of it once
            raise
        self._note_gap(page)
        if self._floor is not None and beliefs:
            await self._floor.kept(beliefs)

    def _note_gap(self, page: FeedPage) -> None:
        if page.gap:
            self._connection.gap_announced()
            self._owes_gap = True
            if self._floor is not None:
                self._floor.gap_announced()

    async def _catch_up(self) -> None:
        if self._is_new:
            last = await self._journal.last_delivery_at()
            if last is not None:
                self._connection.webhook_seen(last)
            self._is_new = False
        await self.apply_inbox()
        if self._owes_gap:
            await self.announce_gap()
            self._owes_gap = False

    async def announce_gap(self) -> None:
        """News may have been missed: every order that may have some reads Affirm."""
        waiting = [f.order.order_id for f in self._book.files() if _may_have_news(f.order)]
        for order_id in waiting:
            await asyncio.sleep(0)  # many orders must not hold up the window
            try:
                await self._book.submit(order_id, events.GapAnnounced())
            except Exception:  # the other orders are read all the same
                log.exception("an order could not be read after a gap")

    async def apply_inbox(self) -> None:
        """Apply every kept delivery once. One that cannot be applied does not stop the others."""
        self._is_behind = False
        for delivery in await self._journal.unapplied_deliveries():
            if delivery.delivery_id in self._crashed:
                continue
            try:
                await self._apply(delivery)
            except JournalError as error:
                if error.problem != JournalProblem.RULE:
                    raise
                await self._close(delivery, "", "breaks_a_rule")
                self._owes_gap = True
            except Exception:  # poison: left for the next start, the rest goes on
                log.exception("a delivery could not be applied")
                self._crashed.add(delivery.delivery_id)
                self._owes_gap = True

    async def _apply(self, delivery: StoredDelivery) -> None:
        verdict = await self._check_signature(delivery)
        # One that could not be opened has no body: that is told as what it is.
        if verdict in self._doubtful and delivery.source == "webhook" and delivery.body:
            self._connection.webhook_doubted(verdict, delivery.received_at)
        content = self._read_delivery(delivery)
        keys = [key for key in (delivery.order_key, content.order_key) if key]
        file = await self._book.owner_of(
            checkout_id=content.checkout_id, order_keys=keys, order_id=content.order_id
        )
        if file is not None and not await self._is_free(file.order.order_id):
            self._is_behind = True
            return
        if file is None or not await self._is_taken_in(file.order, delivery, content, verdict):
            elsewhere = await self._elsewhere(delivery, keys, content, verdict)
            is_poison = not content.readable and delivery.source == "webhook"
            note = elsewhere or ("unreadable" if is_poison else "no_such_order")
            await self._close(delivery, verdict, note)
            # It may be a confirmation in a form that we cannot read: ask Affirm instead.
            self._owes_gap = self._owes_gap or is_poison

    async def _is_free(self, order_id: str) -> bool:
        """Whether the order can take news: a slow relay may hold it, and the others do not wait."""
        for _ in range(_LOOKS):
            if not self._book.is_busy(order_id):
                return True
            await asyncio.sleep(_LOOK_S)
        return False

    async def _is_taken_in(
        self, order: Order, delivery: StoredDelivery, content: DeliveryContent, verdict: str
    ) -> bool:
        """Give it to its order; false where another desk acts on that, if only since a moment."""
        if self._book.is_dormant(order.order_id):
            return False
        event = events.DeliveryObserved(
            word=content.word or delivery.landing,
            checkout_id=content.checkout_id,
            verified=verdict == VERIFIED,
            from_browser=delivery.source == "customer",
            received_at=delivery.received_at,
            order_id=content.order_id,
        )
        closed = replace(delivery, verdict=verdict, note=verdict or "no_signature")
        try:
            await self._book.submit(order.order_id, event, delivery=closed)
        except CommandRefusedError as refused:
            if refused.reason != "held_elsewhere":
                raise
            return False
        return True

    async def _elsewhere(
        self,
        delivery: StoredDelivery,
        order_keys: Sequence[str],
        content: DeliveryContent,
        verdict: str,
    ) -> str:
        """The note of a delivery whose order another desk has; empty if none has."""
        if self._floor is None:
            return ""
        word = content.word if verdict == VERIFIED and delivery.source == "webhook" else ""
        key = await self._floor.heard(
            order_keys, content.checkout_id, word, at=delivery.received_at
        )
        return note_of(key, confirmed=word == CONFIRMED) if key else ""

    async def _close(self, delivery: StoredDelivery, verdict: str, note: str) -> None:
        await self._journal.mark_delivery(delivery.delivery_id, verdict=verdict, note=note)


def _may_have_news(order: Order) -> bool:
    """Whether a read could bring news: a link that may be used, or a command without verdict."""
    is_waiting = order.transaction is None and any(c.checkout_id for c in order.checkouts)
    return is_waiting or bool(order.orphans) or order.open_operation is not None
