"""Who authorizes when an order is confirmed and its owner's desk is silent? Whoever is there.

After a minute of silence, behind a claim at the relay, with the key that the owner's desk would
have used. Once it is settled the order is given back to its owner.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom

from telesales_desktop.application.changing_hands import ChangingHands
from telesales_desktop.application.floor import Floor
from telesales_desktop.application.merging import is_under_way
from telesales_desktop.application.order_book import OrderBook
from telesales_desktop.application.ports import Clock
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.application.sharing_journal import SeenRecord
from telesales_desktop.application.sharing_ports import ClaimKind
from telesales_desktop.domain.errors import CommandRefusedError, TelesalesError
from telesales_desktop.domain.order import OperationKind, OperationState, Order

log = logging.getLogger(__name__)

LOOK_S = 1.0
AGAIN_S = 30.0
MOST_PATIENCE_S = 300.0
"""However often the owner's desk gives a sign: it may reach the relay and not Affirm."""

KEPT_S = 300.0
"""An order that was taken on and does not come to be authorized is given back after this."""


@dataclass(slots=True)
class _Waiting:
    checkout_id: str
    due_s: float
    latest_s: float
    version: int


class StandIn:
    """Watches confirmed orders of other desks, and acts where nobody does."""

    def __init__(
        self,
        floor: Floor,
        book: OrderBook,
        clock: Clock,
        profile: Profile,
        *,
        silence_s: float = 60.0,
        jitter_s: float = 10.0,
    ) -> None:
        """Units: seconds; how long an owner's desk may be silent about a confirmed order."""
        self._floor = floor
        self._book = book
        self._clock = clock
        self._profile = profile
        self.silence_s = silence_s
        self._jitter_s = jitter_s
        self._waiting: dict[str, _Waiting] = {}
        self._held_since_s: dict[str, float] = {}

    def heard_confirmed(self, order_key: str, checkout_id: str, at: datetime) -> None:
        """A verified delivery says so of an order that is not here."""
        record = self._floor.record(order_key)
        if record is None or not self.may_act(record) or not wants(record, checkout_id):
            return
        passed_s = max(0.0, (self._clock.now() - at).total_seconds())
        now_s = self._clock.monotonic_s()
        due_s = now_s + max(0.0, self.silence_s - passed_s) + self._jitter()
        latest_s = max(due_s, now_s + MOST_PATIENCE_S - passed_s)
        waiting = _Waiting(checkout_id, due_s, latest_s, record.version)
        known = self._waiting.setdefault(order_key, waiting)
        if not wants(record, known.checkout_id):  # a link that was closed since
            self._waiting[order_key] = waiting

    def may_act(self, record: SeenRecord) -> bool:
        """Whether this desk may act where the order's own one is silent."""
        if self._profile.looks_only:
            return False
        me = self._floor.me
        is_mine = me is not None and record.owner == me.person_id
        return self._profile.auto_authorize and (is_mine or self._profile.role is Role.SUPERVISOR)

    def _jitter(self) -> float:
        return SystemRandom().uniform(0.0, self._jitter_s)

    async def run(self, hands: ChangingHands) -> None:
        """Look until cancelled."""
        while True:
            for order_key in tuple(self._waiting):
                try:
                    await self._look(order_key, hands)
                except TelesalesError as error:
                    log.info("nobody stood in for a silent desk: %s", error)
                    self._put_off(order_key, AGAIN_S + self._jitter())
                except Exception:  # a bug with one order must not end the watch
                    log.exception("standing in crashed")
                    self._waiting.pop(order_key, None)
            await self._give_back(hands)
            await asyncio.sleep(LOOK_S)

    async def _look(self, order_key: str, hands: ChangingHands) -> None:
        waiting, record = self._waiting[order_key], self._floor.record(order_key)
        if record is None or not wants(record, waiting.checkout_id):
            del self._waiting[order_key]
            return
        if record.version > waiting.version:  # its owner is there: a minute from its last sign
            waiting.version = record.version
            self._put_off(order_key, self.silence_s + self._jitter())
            waiting.due_s = min(waiting.due_s, waiting.latest_s)
        if self._clock.monotonic_s() < waiting.due_s:
            return
        async with hands.lock(order_key):
            log.info("a confirmed order's desk is silent: authorizing in its place")
            try:
                await hands.claim(order_key, ClaimKind.AUTHORIZE)
            except CommandRefusedError:
                self._put_off(order_key, self.silence_s + self._jitter())
                raise
        del self._waiting[order_key]

    def _put_off(self, order_key: str, seconds: float) -> None:
        self._waiting[order_key].due_s = self._clock.monotonic_s() + seconds

    # --- giving back -------------------------------------------------------------------------

    async def _give_back(self, hands: ChangingHands) -> None:
        """What is held here for somebody else goes back to them once nothing is open."""
        me = self._floor.me
        if me is None:
            return
        for record in self._floor.records():
            if record.holder != me.token_id or record.owner == me.person_id:
                self._held_since_s.pop(record.order_key, None)
                continue
            file = self._book.file_by_key(record.order_key)
            if file is None or self._book.is_lost(file.order.order_id):
                continue
            now_s = self._clock.monotonic_s()
            since_s = self._held_since_s.setdefault(record.order_key, now_s)
            if now_s < since_s:
                continue  # the relay, or the owner, was not there a moment ago
            is_done = file.order.transaction is not None or now_s - since_s > KEPT_S
            if is_done and not is_under_way(file.order) and not file.order.unproven:
                try:
                    await hands.hand_over(file.order.order_id, record.owner)
                except TelesalesError as error:
                    log.info("an order could not be given back yet: %s", error)
                    self._held_since_s[record.order_key] = now_s + AGAIN_S
                except Exception:  # the next look tries again
                    log.exception("giving back crashed")


def wants(record: SeenRecord, checkout_id: str) -> bool:
    """Whether the record shows a confirmed order that still waits to be authorized."""
    if record.file is None:
        return False
    order = record.file.order
    checkout = order.checkout_by_id(checkout_id)
    is_refused = checkout is not None and (checkout.superseded or checkout.contested)
    is_free = order.is_affirm and order.auto_authorize and order.freeze is None
    return is_free and not is_refused and order.transaction is None and not _is_done(order)


def _is_done(order: Order) -> bool:
    return any(
        o.kind is OperationKind.AUTHORIZE and o.state is OperationState.DONE
        for o in order.operations
    )
