"""Who reads a waiting order when its own desk is off and no webhook comes? Whoever may stand in.

A record says when its desk will read Affirm next, and each read is a newer record. One that is long
overdue shows a desk that is silent: only then is the order read from here.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from random import SystemRandom

from telesales_desktop.application.connection import Connection
from telesales_desktop.application.desk_values import RelayContact
from telesales_desktop.application.floor import Floor
from telesales_desktop.application.following import CONFIRMED
from telesales_desktop.application.ports import AffirmGateway, Clock
from telesales_desktop.application.read_slots import Rank, ReadSlots
from telesales_desktop.application.sharing_journal import SeenRecord
from telesales_desktop.application.standing_in import StandIn, wants
from telesales_desktop.domain.errors import (
    AffirmBusyError,
    AffirmCredentialsError,
    AffirmRejectedError,
    TelesalesError,
)
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
        self._heard_since_s: float | None = None
        self._not_before: dict[str, datetime] = {}  # of a checkout: an order may wait for two

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            if not self._hears_others():
                continue
            for record, checkout in await self._due():
                try:
                    await self._read(record, checkout)
                except Exception:  # a bug with one order must not end the look
                    log.exception("an order of a silent desk could not be read")
                    self._not_before[checkout.checkout_id] = self._clock.now() + NEVER

    def _hears_others(self) -> bool:
        """Whether the relay has answered for so long that every desk that works was heard."""
        now_s = self._clock.monotonic_s()
        if self._connection.status.relay is not RelayContact.OK:
            self._heard_since_s = None
            return False
        if self._heard_since_s is None:
            self._heard_since_s = now_s
        return now_s - self._heard_since_s >= self._patience.total_seconds()

    async def _due(self) -> list[tuple[SeenRecord, Checkout]]:
        found: list[tuple[datetime, int, SeenRecord, Checkout]] = []
        not_before: dict[str, datetime] = {}
        now, tie = self._clock.now(), count()
        for number, record in enumerate(self._floor.records()):
            if number % SLICE == 0:
                await asyncio.sleep(0)
            for checkout in self._overdue(record, now):
                key = checkout.checkout_id
                not_before[key] = self._not_before.get(key) or _soon(now)
                if not_before[key] <= now:
                    heapq.heappush(found, (checkout.planned_at, next(tie), record, checkout))
                    if len(found) > MOST_IN_ONE_LOOK:
                        heapq.heappop(found)
        self._not_before = not_before
        return [(record, checkout) for _, _, record, checkout in sorted(found, reverse=True)]

    def _overdue(self, record: SeenRecord, now: datetime) -> Iterator[Checkout]:
        """The waiting checkouts that the order's own desk should have read long ago."""
        if record.file is None or record.file.order.transaction is not None:
            return
        latest = now - self._patience
        for checkout in record.file.order.checkouts:
            due = checkout.next_read_at
            is_due = due is not None and due < latest
            if is_due and wants(record, checkout.checkout_id) and self._stand_in.may_act(record):
                yield checkout

    async def _read(self, record: SeenRecord, checkout: Checkout) -> None:
        await self._slots.turn(f"silent {checkout.checkout_id}", Rank.CALM)
        newest = self._floor.record(record.order_key)
        if newest is None or newest.version != record.version:
            return  # its desk has spoken meanwhile
        now = self._clock.now()
        usual = self._next(record, checkout, now)
        try:
            found = await self._gateway.read_checkout(checkout.checkout_id)
        except TelesalesError as error:
            log.info("a silent desk's order was not read: %s", error.code)
            self._connection.affirm_failed(error)
            if isinstance(error, AffirmBusyError):
                self._slots.hold_back(error.retry_after_s)
            soon = now + timedelta(minutes=5)
            is_no = isinstance(error, AffirmRejectedError)  # and it will be one again
            is_said = is_no and not isinstance(error, AffirmCredentialsError)
            self._not_before[checkout.checkout_id] = max(soon, usual) if is_said else soon
            return
        self._connection.affirm_answered()
        self._not_before[checkout.checkout_id] = usual
        if found.word == CONFIRMED:
            assert checkout.next_read_at is not None
            self._floor.confirmed(record.order_key, now)
            self._stand_in.heard_confirmed(
                record.order_key, checkout.checkout_id, checkout.next_read_at
            )

    def _next(self, record: SeenRecord, checkout: Checkout, now: datetime) -> datetime:
        assert record.file is not None
        read = replace(checkout, quiet_reads=_USUAL_READS, proof_at=now)
        return waiting_read_at(record.file.order, read, now) or now + NEVER


def _soon(now: datetime) -> datetime:
    """Desks that notice the same silence do not read at the same moment."""
    return now + timedelta(seconds=SystemRandom().uniform(0.0, LOOK_S))
