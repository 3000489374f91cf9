"""What happens between a request and its answer? Faults are drawn here, and mapped as the client maps them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from telesales_desktop.domain import effects as fx
from telesales_desktop.domain import events
from telesales_desktop.domain.order import Operation, Order, Transaction
from tests.campaigns.affirm_model import Reply
from tests.campaigns.weather import DEADLINE_S, LONGEST_DELAY_S, LONGEST_LAG_S

if TYPE_CHECKING:
    from tests.campaigns.workstation import Workstation
    from tests.campaigns.world import World

_NEVER_ARRIVES = frozenset(
    {"not_sent", "lost", "error_before", "busy_before", "too_many", "html", "processing", "refused"}
)


class Network:
    """Carries requests to the model of Affirm and answers back, or not."""

    def __init__(self, world: World) -> None:
        self.world = world

    # --- the clock's probe -----------------------------------------------------------------

    def probe(self, desk: Workstation) -> None:
        """A read that nobody's order needs: its answer carries the server's date."""
        fault = self.world.weather.read()
        answered = fault in ("", "stale", "slow", "wrong_amount", "no_events", "too_many")
        self.world.after(0.05 + self.world.rng.random() * 0.3, desk, desk.probed, answered)

    # --- store and resend ------------------------------------------------------------------

    def send_checkout(self, desk: Workstation, order: Order, attempt: int) -> None:
        world = self.world
        world.oracles.sends_checkout(desk, order, attempt)
        fault = world.weather.write()
        if fault in ("processing", "wrong_answer"):
            fault = ""  # store knows no key, and its answer no amount
        expires_at = world.link_expiry(order)
        arrive = self._arrival(fault)
        if fault not in _NEVER_ARRIVES:
            world.after(
                arrive, None, self._store, desk, desk.life, order, attempt, fault, expires_at
            )
        self._answer_without_arrival(
            desk,
            order.order_id,
            fault,
            arrive,
            lambda outcome: events.SendAnswered(attempt, outcome),
        )

    def _store(
        self,
        desk: Workstation,
        life: int,
        order: Order,
        attempt: int,
        fault: str,
        expires_at: float | None,
    ) -> None:
        world = self.world
        made = world.affirm.store(
            order.order_id, world.affirm_total(order), order.currency.value, world.now, expires_at
        )
        world.note(desk.number, "stored", made.checkout_id, 0)
        world.oracles.made.add((desk.number, order.order_id, attempt))
        world.link_arrived(made)
        expiry = None if expires_at is None else world.affirm.at(expires_at)
        outcome: Any = events.CheckoutAccepted(made.checkout_id, "https://affirm.test/", expiry)
        self._answer_after_effect(
            desk,
            life,
            order.order_id,
            fault,
            outcome,
            lambda told: events.SendAnswered(attempt, told),
        )

    def resend_link(self, desk: Workstation, order_id: str, checkout_id: str) -> None:
        world = self.world
        fault = world.weather.write()
        outcome: Any = events.CheckoutAccepted(checkout_id, "https://affirm.test/")
        checkout = world.affirm.checkouts[checkout_id]
        if checkout.word in ("authorized", "voided", "not_approved", "confirmed"):
            outcome = events.Rejected(400, "checkout-unable-to-resend")
        if fault in _NEVER_ARRIVES or fault in ("reply_lost", "reset", "delayed", "truncated"):
            outcome = _told_without_arrival(fault) or events.NoVerdict(fault)
        world.after(
            0.1 + world.rng.random(),
            desk,
            desk.answered,
            order_id,
            events.ResendAnswered(checkout_id, outcome),
        )

    # --- operations ------------------------------------------------------------------------

    def transmit(self, desk: Workstation, order: Order, operation: Operation, send: int) -> None:
        world = self.world
        world.oracles.transmits(desk, order, operation, send)
        fault = world.weather.write()
        arrive = self._arrival(fault)
        if fault not in _NEVER_ARRIVES:
            world.after(
                arrive, None, self._arrived, desk, desk.life, order.order_id, operation, send, fault
            )
        self._answer_without_arrival(
            desk,
            order.order_id,
            fault,
            arrive,
            lambda outcome: events.OperationAnswered(operation.operation_id, send, outcome),
        )

    def _arrived(
        self,
        desk: Workstation,
        life: int,
        order_id: str,
        operation: Operation,
        send: int,
        fault: str,
    ) -> None:
        world = self.world
        affirm = world.affirm
        world.note(desk.number, "arrived", operation.key, send)
        reply = affirm.begin(operation.key, operation.body, operation.subject_id, world.now)
        if reply is not None:
            self._reply(desk, life, order_id, operation, send, fault, reply)
            return
        work = 0.02 if fault != "slow" else 1.0 + world.rng.random() * 40.0
        world.after(work, None, self._processed, desk, life, order_id, operation, send, fault)

    def _processed(
        self,
        desk: Workstation,
        life: int,
        order_id: str,
        operation: Operation,
        send: int,
        fault: str,
    ) -> None:
        world = self.world
        reply = world.affirm.finish(
            operation.kind.value,
            operation.subject_id,
            operation.key,
            operation.body,
            world.now,
            desk.number,
        )
        if reply[0] == "ok" and world.affirm.effects and world.affirm.effects[-1].at == world.now:
            world.oracles.took_effect(world.affirm.effects[-1], desk, operation)
        self._reply(desk, life, order_id, operation, send, fault, reply)

    def _reply(
        self,
        desk: Workstation,
        life: int,
        order_id: str,
        operation: Operation,
        send: int,
        fault: str,
        reply: Reply,
    ) -> None:
        what, payload = reply
        outcome: Any
        if what == "processing":
            outcome = events.Busy(1.0, in_progress=True)
        elif what == "refused":
            outcome = events.Rejected(*payload)
        elif isinstance(payload, Transaction):
            shown = payload
            if fault == "wrong_answer":
                shown = _with_amount(payload, payload.amount_cents + 100)
            outcome = events.Accepted(transaction=_unexpanded(shown))
        else:
            event, currency = payload
            if fault == "wrong_answer":
                event = _event_with_amount(event, event.amount_cents + 100)
            outcome = events.Accepted(event=event, event_currency=currency)
        self._answer_after_effect(
            desk,
            life,
            order_id,
            fault,
            outcome,
            lambda told: events.OperationAnswered(operation.operation_id, send, told),
        )

    # --- answers ---------------------------------------------------------------------------

    def _arrival(self, fault: str) -> float:
        if fault == "delayed":
            return DEADLINE_S * 0.2 + self.world.rng.random() * (LONGEST_DELAY_S - 4.0)
        return 0.02 + self.world.rng.random() * 0.4

    def _answer_without_arrival(
        self, desk: Workstation, order_id: str, fault: str, arrive: float, event_of: Any
    ) -> None:
        """What the desk hears where nothing arrived, or where it stops waiting before."""
        world = self.world
        told = _told_without_arrival(fault)
        if told is not None:
            wait = DEADLINE_S if fault == "lost" else arrive
            has_date = fault not in ("not_sent", "lost", "html")
            world.after(wait, desk, desk.answered, order_id, event_of(told), has_date)
        elif fault in ("delayed", "reply_lost", "slow"):
            world.after(
                DEADLINE_S,
                desk,
                desk.answered,
                order_id,
                event_of(events.NoVerdict("deadline")),
                False,
            )

    def _answer_after_effect(
        self, desk: Workstation, life: int, order_id: str, fault: str, outcome: Any, event_of: Any
    ) -> None:
        world = self.world
        if fault in ("delayed", "reply_lost", "slow"):
            return  # the desk does not wait any more: it hears "deadline"
        if life != desk.life:
            return  # that process is dead: its connection is gone
        has_date = fault != "reset"
        if fault in ("reset", "error_after", "truncated"):
            outcome = events.NoVerdict(fault)
        elif fault == "busy_after":
            outcome = events.Busy(2.0, in_progress=True)
        world.after(
            0.02 + world.rng.random() * 0.4,
            desk,
            desk.answered,
            order_id,
            event_of(outcome),
            has_date,
        )

    # --- reads -----------------------------------------------------------------------------

    def read(
        self, desk: Workstation, order_id: str, key: str, effect: fx.Effect, version: int
    ) -> None:
        world = self.world
        fault = world.weather.read()
        slow = 5.0 + world.rng.random() * 14.0 if fault == "slow" else world.rng.random() * 0.4
        world.after(
            0.02 + slow * 0.5,
            None,
            self._read_arrived,
            desk,
            desk.life,
            order_id,
            key,
            effect,
            version,
            desk.asked_at[key],
            fault,
            slow * 0.5,
        )

    def _read_arrived(
        self,
        desk: Workstation,
        life: int,
        order_id: str,
        key: str,
        effect: fx.Effect,
        version: int,
        asked_at: datetime,
        fault: str,
        back: float,
    ) -> None:
        world = self.world
        if life != desk.life:
            return
        event = self._read_answer(order_id, effect, (version, asked_at), fault)
        has_date = fault not in ("failed", "html")
        world.after(0.02 + back, desk, desk.read_answered, order_id, key, effect, event, has_date)

    def _read_answer(
        self, asked_for: str, effect: fx.Effect, asked: tuple[int, datetime], fault: str
    ) -> events.Event:
        world = self.world
        then = world.now
        if fault == "stale":
            then -= world.rng.random() * LONGEST_LAG_S
        if isinstance(effect, fx.ReadCheckout):
            seen = world.affirm.read_checkout(effect.checkout_id, then)
            if seen is None or fault in ("failed", "html", "too_many"):
                return events.ReadFailed(effect.checkout_id, "", fault, _retry(fault))
            word, total, currency, order_id = seen
            if fault == "wrong_amount":
                total += 100
            return events.CheckoutRead(effect.checkout_id, word, total, currency, order_id, *asked)
        if isinstance(effect, fx.ReadTransaction):
            money = world.affirm.read_transaction(effect.transaction_id, then)
            if money is None or fault in ("failed", "html", "too_many"):
                return events.ReadFailed("", effect.transaction_id, fault, _retry(fault))
            if fault == "no_events":
                money = _unexpanded(money)
            return events.TransactionRead(money, *asked)
        assert isinstance(effect, fx.FindTransactions)
        if fault in ("failed", "html", "too_many"):
            return events.ReadFailed(effect.checkout_id, "", fault, _retry(fault))
        listed = world.affirm.list_transactions(effect.since, then)
        ours = tuple(_unexpanded(t) for t in listed if t.order_id == asked_for)
        return events.TransactionsListed(ours, True, *asked)


def _retry(fault: str) -> float:
    return 5.0 if fault == "too_many" else 0.0


def _told_without_arrival(fault: str) -> Any:
    """What the client concludes where Affirm's rules were never reached."""
    if fault == "not_sent":
        return events.NotSent("unreachable")
    if fault in ("lost", "error_before", "html"):
        return events.NoVerdict(fault)
    if fault == "busy_before":
        return events.Busy(2.0, in_progress=True)
    if fault == "too_many":
        return events.Busy(3.0, in_progress=False)
    if fault == "processing":
        return events.Busy(1.0, in_progress=True)
    if fault == "refused":
        return events.Rejected(401, "public-api-key-invalid")
    return None


def _unexpanded(transaction: Transaction) -> Transaction:
    """As an answer without its events is read: a part that was captured is of unknown size."""
    captured = transaction.captured_cents
    if transaction.word == "partially_captured" or captured < transaction.amount_cents:
        captured = 0
    return Transaction(
        transaction.transaction_id,
        transaction.checkout_id,
        transaction.order_id,
        transaction.word,
        transaction.amount_cents,
        transaction.currency,
        captured,
        transaction.refunded_cents,
        transaction.authorization_expires_at,
        transaction.created_at,
    )


def _with_amount(transaction: Transaction, amount: int) -> Transaction:
    return replace(transaction, amount_cents=amount)


def _event_with_amount(event: Any, amount: int) -> Any:
    return replace(event, amount_cents=amount)
