"""Is the relay well, and what has it done so far?"""

from __future__ import annotations

import asyncio

from telesales_desktop.relay.feed import Feed
from telesales_desktop.relay.ingress import Ingress
from telesales_desktop.relay.intake import Intake
from telesales_desktop.relay.store import Store, StoreError

_CHECK_TIMEOUT_S = 5.0
_CHECK_LASTS_S = 1.0


class Health:
    """What operations may know; nothing in here names a person, an order or a merchant."""

    def __init__(self, store: Store, intake: Intake, ingress: Ingress, feed: Feed) -> None:
        self._store = store
        self._intake = intake
        self._ingress = ingress
        self._feed = feed
        self._checked_at = float("-inf")
        self._can_write = False
        self._checking = asyncio.Lock()

    async def ready(self) -> bool:
        """Whether the database takes a write: proved by one, at most once a second."""
        async with self._checking:
            if asyncio.get_running_loop().time() - self._checked_at >= _CHECK_LASTS_S:
                self._can_write = await self._write()
                self._checked_at = asyncio.get_running_loop().time()
            return self._can_write

    @property
    def spool_waits(self) -> bool:
        return self._intake.spool_waits

    async def _write(self) -> bool:
        try:
            async with asyncio.timeout(_CHECK_TIMEOUT_S):
                await self._store.check_write()
        except (StoreError, TimeoutError):
            return False
        return True

    def metrics(self) -> bytes:
        """All figures in Prometheus' text format."""
        intake = self._intake
        figures = {
            "deliveries_kept_total": intake.kept,
            "deliveries_repeated_total": intake.repeated,
            "deliveries_spooled_total": intake.spooled,
            "deliveries_refused_total": intake.refused,
            "last_delivery_timestamp_seconds": intake.last_kept_us / 1_000_000,
            "spool_waits": int(intake.spool_waits),
            "parked_polls": len(self._feed.parking),
        }
        lines = [f"telesales_relay_{name} {value}" for name, value in figures.items()]
        lines += [
            f'telesales_relay_ingress_total{{what="{what}"}} {count}'
            for what, count in sorted(self._ingress.counts.items())
        ]
        return ("\n".join(lines) + "\n").encode()
