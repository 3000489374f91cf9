"""Who reads a waiting order when its own desk is off and no webhook comes? Whoever may stand in.

A record says when its desk will read Affirm next, and each read is a newer record. One that is long
overdue shows a desk that is silent: only then is the order read from here.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from random import SystemRandom

from telesales_desktop.application.connection import Connection
from telesales_desktop.application.floor import Floor
from telesales_desktop.application.following import CONFIRMED
from telesales_desktop.application.ports import AffirmGateway, Clock
from telesales_desktop.application.read_slots import Rank, ReadSlots
from telesales_desktop.application.sharing_journal import SeenRecord
from telesales_desktop.application.standing_in import StandIn, wants
from telesales_desktop.domain.errors import AffirmBusyError, TelesalesError
from telesales_desktop.domain.order import Checkout
from telesales_desktop.domain.pace import waiting_read_at

log = logging.getLogger(__name__)

LOOK_S = 30.0
SLICE = 200
"""So many records are looked at in one go: a hundred thousand must not hold up the window."""

MOST_IN_ONE_LOOK = 30
"""The newest go first: their customers may be on the phone."""

UPLOAD_S = 30.0
"""How long a desk's read may take to be seen here as a newer record."""

NEVER = timedelta(days=1)
_USUAL_READS = 99  # no longer the first, quick ones


class SilentDesks:
    """Reads the waiting orders of silent desks, at the pace of an old link, and tells of a yes."""

    def __init__(
        self,
        floor: Floor,
        gateway: AffirmGateway,
        connection: Connection,
        slots: ReadSlots,
        clock: Clock,
        stand_in: StandIn,
    ) -> None:
        """``stand_in`` says for whom this desk may act, and after how long a silence."""
        self._floor = floor
        self._gateway = gateway
        self._connection = connection
        self._slots = slots
        self._clock = clock
        self._stand_in = stand_in
        self._patience = timedelta(seconds=stand_in.silence_s + UPLOAD_S)
        self._not_before: dict[str, datetime] = {}

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            for record, checkout in await self._due():
                try:
                    await self._read(record, checkout)
                except Exception:  # a bug with one order must not end the look
                    log.exception("an order of a silent desk could not be read")
                    self._not_before[record.order_key] = self._clock.now() + NEVER

    async def _due(self) -> list[tuple[SeenRecord, Checkout]]:
        found: list[tuple[datetime, str, SeenRecord, Checkout]] = []
        not_before: dict[str, datetime] = {}
        now = self._clock.now()
        for number, record in enumerate(self._floor.records()):
            if number % SLICE == 0:
                await asyncio.sleep(0)
            checkout = self._overdue(record, now)
            if checkout is None:
                continue
            key = record.order_key
            not_before[key] = self._not_before.get(key) or _soon(now)
            if not_before[key] <= now:
                entry = (checkout.planned_at, key, record, checkout)
                heapq.heappush(found, entry)
                if len(found) > MOST_IN_ONE_LOOK:
                    heapq.heappop(found)
        self._not_before = not_before
        return [(record, checkout) for _, _, record, checkout in sorted(found, reverse=True)]

    def _overdue(self, record: SeenRecord, now: datetime) -> Checkout | None:
        """The waiting checkout that its own desk should have read long ago."""
        if record.file is None or record.file.order.transaction is not None:
            return None
        latest = now - self._patience
        for checkout in record.file.order.checkouts:
            due = checkout.next_read_at
            is_due = due is not None and due < latest
            if is_due and wants(record, checkout.checkout_id) and self._stand_in.may_act(record):
                return checkout
        return None

    async def _read(self, record: SeenRecord, checkout: Checkout) -> None:
        await self._slots.turn(f"silent {checkout.checkout_id}", Rank.CALM)
        newest = self._floor.record(record.order_key)
        if newest is None or newest.version != record.version:
            return  # its desk has spoken meanwhile
        key, now = record.order_key, self._clock.now()
        try:
            found = await self._gateway.read_checkout(checkout.checkout_id)
        except TelesalesError as error:
            log.info("a silent desk's order was not read: %s", error.code)
            self._connection.affirm_failed(error)
            if isinstance(error, AffirmBusyError):
                self._slots.hold_back(error.retry_after_s)
            self._not_before[key] = now + timedelta(minutes=5)
            return
        self._connection.affirm_answered()
        self._not_before[key] = self._next(record, checkout, now)
        if found.word == CONFIRMED:
            assert checkout.next_read_at is not None
            self._floor.confirmed(key, now)
            self._stand_in.heard_confirmed(key, checkout.checkout_id, checkout.next_read_at)

    def _next(self, record: SeenRecord, checkout: Checkout, now: datetime) -> datetime:
        assert record.file is not None
        read = replace(checkout, quiet_reads=_USUAL_READS, proof_at=now)
        return waiting_read_at(record.file.order, read, now) or now + NEVER


def _soon(now: datetime) -> datetime:
    """Desks that notice the same silence do not read at the same moment."""
    return now + timedelta(seconds=SystemRandom().uniform(0.0, LOOK_S))
