"""How do desks, network, relay, customers and Affirm meet in one schedule? One heap, one seed."""

from __future__ import annotations

import heapq
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

from telesales_desktop.domain import events
from telesales_desktop.domain.effects import FindTransactions, ReadCheckout
from telesales_desktop.domain.money import Country, Currency, Environment
from telesales_desktop.domain.order import Operation, Order
from telesales_desktop.domain.policy import Policy
from tests.campaigns.affirm_model import Affirm
from tests.campaigns.network import Network
from tests.campaigns.oracles import Oracles
from tests.campaigns.weather import Weather
from tests.campaigns.workstation import CrashedError, Workstation

ORIGIN = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
DAY_S = 86_400.0


class World:
    """Everything of one schedule."""

    def __init__(self, rng: Random, *, is_traced: bool = False, dense: bool = False) -> None:
        """``dense``: what is rare in a schedule is frequent in this one."""
        self.rng = rng
        self.dense = dense
        self.origin = ORIGIN
        self.now = 0.0
        self.heap: list[tuple[float, int, Workstation | None, int, Callable[..., Any], Any]] = []
        self.serial = 0
        self.steps = 0
        self.pairs: dict[tuple[str, str], int] = {}
        self.notices = 0
        self.trace = 0 if is_traced else None
        self.is_quiet = False
        self.weather = Weather(rng, dense=dense)
        self.affirm = Affirm(ORIGIN)
        self.oracles = Oracles(self)
        self.network = Network(self)
        self.relay_log: list[tuple[str, events.DeliveryObserved]] = []
        self.records: dict[str, Order] = {}
        self.holder: dict[str, int] = {}
        self.upload_share = rng.choice((1.0, 0.7, 0.3))
        self.boundaries = 0
        self.crash_points: set[int] = set()
        self.crashes = 0
        self.desks: list[Workstation] = []
        self.gone: set[int] = set()

    # --- time ------------------------------------------------------------------------------

    def at(self, when: float, desk: Workstation | None, action: Callable[..., Any], *args: Any):
        """Do ``action`` at that time, if the desk still lives the same life."""
        self.serial += 1
        life = desk.life if desk is not None else 0
        heapq.heappush(self.heap, (when, self.serial, desk, life, action, args))

    def after(self, wait: float, desk: Workstation | None, action: Callable[..., Any], *args: Any):
        self.at(self.now + wait, desk, action, *args)

    def soon(self, desk: Workstation | None, action: Callable[..., Any], *args: Any):
        """In a few milliseconds, now and then in seconds: other tasks may come in between."""
        wait = self.rng.random()
        wait = wait * 0.004 if wait < 0.97 else (wait - 0.97) * 100.0
        self.at(self.now + wait, desk, action, *args)

    def run(self, until: float) -> None:
        """Let everything happen that is due by then."""
        heap = self.heap
        while heap and heap[0][0] <= until:
            when, _, desk, life, action, args = heapq.heappop(heap)
            self.now = when
            if desk is None:
                action(*args)
                continue
            if life != desk.life or not desk.is_up:
                continue
            if desk.asleep_until > when:
                self.at(desk.asleep_until + self.rng.random(), desk, action, *args)
                continue
            self.steps += 1
            try:
                action(*args)
            except CrashedError:
                self._crashed(desk)
        self.now = until

    # --- crashes ---------------------------------------------------------------------------

    def boundary(self, desk: Workstation) -> None:
        """A process may die here."""
        self.boundaries += 1
        if self.boundaries in self.crash_points and not self.is_quiet:
            raise CrashedError

    def _crashed(self, desk: Workstation) -> None:
        self.crashes += 1
        self.note(desk.number, "crash", "", 0)
        desk.crash()
        pause = self.rng.choice((0.5, 3.0, 20.0, 90.0))
        self.at(self.now + pause, None, self.restart, desk)

    def restart(self, desk: Workstation) -> None:
        """Start the program again, unless it runs or its owner has left."""
        if desk.is_up or desk.number in self.gone:
            return
        try:
            desk.start()
        except CrashedError:
            self._crashed(desk)

    # --- what the desks do to the outside --------------------------------------------------

    def new_order(
        self, number: int, total: int, agent: str, at: datetime, *, auto: bool, is_affirm: bool
    ) -> Order:
        """An order that nobody has sent yet."""
        return Order(
            order_id=f"O{number}",
            order_key=f"k{number}",
            environment=Environment.SANDBOX,
            country=Country.US,
            total_cents=total,
            currency=Currency.USD,
            agent=agent,
            created_at=at,
            updated_at=at,
            auto_authorize=auto,
            is_affirm=is_affirm,
        )

    def probe(self, desk: Workstation) -> None:
        self.network.probe(desk)

    def send_checkout(self, desk: Workstation, order: Order, attempt: int) -> None:
        self.network.send_checkout(desk, order, attempt)

    def resend_link(self, desk: Workstation, order_id: str, checkout_id: str) -> None:
        self.network.resend_link(desk, order_id, checkout_id)

    def transmit(self, desk: Workstation, order: Order, operation: Operation, send: int) -> None:
        self.network.transmit(desk, order, operation, send)

    def read(
        self,
        desk: Workstation,
        order_id: str,
        key: str,
        effect: ReadCheckout | FindTransactions,
        version: int,
    ) -> None:
        self.network.read(desk, order_id, key, effect, version)

    # --- bookkeeping -----------------------------------------------------------------------

    def committed(self, desk: Workstation, order: Order, event: events.Event) -> None:
        """Put the record at the relay, when the relay can be reached; the newest wins."""
        if self.holder.get(order.order_id, desk.number) != desk.number:
            if order.order_id not in desk.lost and self.rng.random() < self.upload_share:
                self.soon(desk, desk.lose, order.order_id)  # refused, and it is told why
            return
        agreed = type(event) in (events.SendRequested, events.SupersedeRequested, events.TakenOver)
        if agreed or self.is_quiet or self.rng.random() < self.upload_share:
            self.records[order.order_id] = order

    def agrees(self, desk: Workstation, order: Order, event: events.Event) -> bool:
        """Whether the relay takes the record of a second link, or of links that are closed.

        Two desks that are cut off from each other must not have different links for one order:
        these two commands are given only with the relay's agreement, where there is a relay.
        """
        if type(event) is events.VerdictGiven and not desk.is_sure:
            return False  # how long ago it was sent is not known while the time is not
        is_first = type(event) is events.SendRequested and not order.checkouts
        if is_first or type(event) not in (events.SendRequested, events.SupersedeRequested):
            return True
        if not self.is_quiet and self.rng.random() >= max(self.upload_share, 0.6):
            return False
        if self.holder.get(order.order_id, desk.number) == desk.number:
            return True
        self.soon(desk, desk.lose, order.order_id)
        return False

    def announced(self, desk: Workstation, order_id: str, notice: Any) -> None:
        self.notices += 1

    def refused(self, desk: Workstation, order: Order, event: Any, refusal: Exception) -> None:
        self.note(desk.number, "refused", order.order_id, order.version)
        self.oracles.refused(desk, order, event, refusal)

    def count_pair(self, state: str, event: Any, order: Order) -> None:
        pair = (state, type(event).__name__)
        self.pairs[pair] = self.pairs.get(pair, 0) + 1

    def note(self, desk: int, what: str, order_id: str, version: int) -> None:
        """Add to the trace, if this run keeps one."""
        if self.trace is not None:
            line = f"{self.now:.6f} {desk} {what} {order_id} {version}"
            self.trace = zlib.crc32(line.encode(), self.trace)

    # --- the relay -------------------------------------------------------------------------

    def deliver(self, checkout_id: str, word: str) -> None:
        """Affirm posts a webhook, and the customer's browser may come back: or not."""
        checkout = self.affirm.checkouts[checkout_id]
        rng, weather = self.rng, self.weather
        if rng.random() >= weather.delivery_loss:
            times = 2 if rng.random() < weather.delivery_twice else 1
            verified = rng.random() >= weather.unsigned
            for _ in range(times):
                late = rng.random() * (
                    150.0 if rng.random() < weather.delivery_late and not self.is_quiet else 1.0
                )
                self.after(
                    late, None, self._arrive, checkout.order_id, checkout_id, word, verified, False
                )
        if word == "confirmed" and rng.random() < weather.browser:
            told = checkout_id if rng.random() < 0.8 else ""
            self.after(
                rng.random() * 3, None, self._arrive, checkout.order_id, told, word, False, True
            )

    def _arrive(
        self, order_id: str, checkout_id: str, word: str, verified: bool, from_browser: bool
    ) -> None:
        received = self.affirm.at(self.now)
        delivery = events.DeliveryObserved(
            word, checkout_id, verified, from_browser, received, order_id
        )
        self.relay_log.append((order_id, delivery))
        for desk in self.desks:
            self.after(0.02 + self.rng.random(), desk, desk.fetch)

    def add_desk(self, policy: Policy, wall_error_s: float) -> Workstation:
        desk = Workstation(self, len(self.desks), policy, wall_error_s)
        self.desks.append(desk)
        return desk
