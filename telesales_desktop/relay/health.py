"""Is the relay well, and what has it done so far?"""

from __future__ import annotations

import asyncio

from telesales_desktop.relay.access import Access, now_us
from telesales_desktop.relay.feed import Feed
from telesales_desktop.relay.ingress import Ingress
from telesales_desktop.relay.intake import Intake
from telesales_desktop.relay.metrics import Metrics
from telesales_desktop.relay.store import Store, StoreError

_CHECK_TIMEOUT_S = 5.0
_CHECK_LASTS_S = 1.0


class Health:
    """What operations may know; nothing in here names a person, an order or a merchant."""

    def __init__(
        self,
        store: Store,
        access: Access,
        intake: Intake,
        ingress: Ingress,
        feed: Feed,
    ) -> None:
        self._store = store
        self._access = access
        self._intake = intake
        self._metrics = Metrics(
            intake=intake,
            answers=ingress.counts,
            parked=lambda: len(feed.parking),
            seen_us=lambda: access.last_seen_us,
            commits=store.commit_times,
            now_us=now_us,
        )
        self._checked_at = float("-inf")
        self._can_write = False
        self._checking = asyncio.Lock()

    async def readiness(self) -> dict[str, bool]:
        """``ready``: every webhook can be kept. A write proves it, at most one a second, and
        ``sealed``: every merchant has a sealing key, and ``keeps``: the last webhook that came was
        not refused for want of a place to keep it. A small write may work on a full disk."""
        async with self._checking:
            if asyncio.get_running_loop().time() - self._checked_at >= _CHECK_LASTS_S:
                self._can_write = await self._write()
                self._checked_at = asyncio.get_running_loop().time()
        sealed = all(merchant.sealing_key for merchant in self._access.merchants)
        keeps = not self._intake.refusing
        return {
            "ready": self._can_write and sealed and keeps,
            "keeps": keeps,
            "spool_waits": self._intake.spool_waits,
            "sealed": sealed,
        }

    async def _write(self) -> bool:
        try:
            async with asyncio.timeout(_CHECK_TIMEOUT_S):
                await self._store.check_write()
        except (StoreError, TimeoutError):
            return False
        return True

    def metrics(self) -> bytes:
        """All figures in Prometheus' text format."""
        return self._metrics.exposition()
