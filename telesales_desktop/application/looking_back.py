"""What was confirmed before this desk first looked, and was acted on by nobody?

A new desk starts with the newest records and goes on with the feed from there: deliveries of before
are behind it. Those that the relay still keeps are looked through once, beside the feed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from telesales_desktop.application.connection import Connection
from telesales_desktop.application.floor import Floor
from telesales_desktop.application.following import CONFIRMED, PAGE, POLL_S, TOKEN_PAUSE_S
from telesales_desktop.application.ports import DeliveryReader, RelayFeed, StoredDelivery
from telesales_desktop.application.sharing_journal import SharingJournal
from telesales_desktop.application.sharing_ports import SharedPage
from telesales_desktop.domain.errors import JournalError, TelesalesError
from telesales_desktop.domain.relay_errors import RelayBusyError

log = logging.getLogger(__name__)

BETWEEN_PAGES_S = 0.1
"""The relay gives 20 pages a second: the feed, and other desks of this person, go first."""

_LOOKED_BACK = "looked_back"


class LookBack:
    """Looks through what the relay keeps, once for each token that reads with this journal."""

    def __init__(
        self,
        feed: RelayFeed,
        journal: SharingJournal,
        floor: Floor,
        connection: Connection,
        *,
        merchant: str,
        read_delivery: DeliveryReader,
        reapply: Callable[[], Awaitable[None]],
        on_journal_error: Callable[[JournalError], None],
    ) -> None:
        """``reapply`` applies the deliveries that were kept."""
        self._feed = feed
        self._journal = journal
        self._floor = floor
        self._connection = connection
        self._merchant = merchant
        self._read_delivery = read_delivery
        self._reapply = reapply
        self._on_journal_error = on_journal_error
        self._is_running = False

    async def run(self, token_id: str) -> None:
        """Look to the end of what there is; stopped, the next start goes on. Once at a time."""
        if self._is_running:
            return
        self._is_running = True
        try:
            while not await self._is_done(token_id):
                pause_s = await self._step(token_id)
                await asyncio.sleep(pause_s)
        finally:
            self._is_running = False

    async def _is_done(self, token_id: str) -> bool:
        try:
            return await self._journal.get_meta(_LOOKED_BACK) == token_id
        except JournalError as error:
            self._on_journal_error(error)
            return False

    async def _step(self, token_id: str) -> float:
        """Look through one page; how long to wait then, in seconds."""
        try:
            if await self._page(f"{self._merchant}|{token_id}|before"):
                await self._journal.set_meta(_LOOKED_BACK, token_id)
        except JournalError as error:
            self._on_journal_error(error)
            return POLL_S
        except RelayBusyError as error:
            return min(max(error.retry_after_s, BETWEEN_PAGES_S), TOKEN_PAUSE_S)
        except TelesalesError as error:
            log.info("the relay did not tell what was before: %s", error.code)
            return POLL_S
        return BETWEEN_PAGES_S

    async def _page(self, place: str) -> bool:
        """Keep what of one page may need an act of this desk's; whether it was the last one."""
        cursor = await self._journal.cursor(place)
        page = await self._feed.changes(cursor, wait_s=0.0, limit=PAGE)
        if isinstance(page, SharedPage):
            self._connection.alarmed(*page.alarms)
        wanted = [delivery for delivery in page.deliveries if self._is_wanted(delivery)]
        await self._journal.take_in(wanted, merchant=place, cursor=page.cursor)
        if wanted:
            await self._reapply()
        return not page.more

    def _is_wanted(self, delivery: StoredDelivery) -> bool:
        """Whether it says "confirmed" of another desk's order whose record shows no money held."""
        if delivery.source != "webhook":
            return False
        content = self._read_delivery(delivery)
        record = self._floor.record(delivery.order_key or content.order_key)
        if record is None or record.file is None or content.word != CONFIRMED:
            return False
        return record.file.order.transaction is None
