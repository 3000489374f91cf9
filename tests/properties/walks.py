"""How are orders reached that nobody has thought of? Random events, aimed at what the order holds."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from telesales_desktop.domain import events
from telesales_desktop.domain.core import step
from telesales_desktop.domain.effects import Effect, Step
from telesales_desktop.domain.errors import CommandRefusedError
from telesales_desktop.domain.order import Order, Transaction, TransactionEvent
from telesales_desktop.domain.policy import Policy
from tests.domain.play import AT, TOTAL, new_order

EXAMPLES = int(os.environ.get("TELESALES_EXAMPLES", "150"))
house = settings(max_examples=EXAMPLES, deadline=None)

CHECKOUT_WORDS = (
    "unknown",
    "opened",
    "approved",
    "more_information_needed",
    "not_approved",
    "confirmed",
    "confirmed",
    "authorized",
    "voided",
    "a_new_word",
    "sent",
    "",
)
MONEY_WORDS = (
    "authorized",
    "captured",
    "partially_captured",
    "partially_refunded",
    "refunded",
    "voided",
    "auth_expired",
    "disputed",
    "dispute_refunded",
    "confirmed",
    "a_new_word",
)


@dataclass(frozen=True)
class Draw:
    """A few numbers that choose one event, whatever the order is like."""

    kind: int
    a: int
    b: int
    c: int
    pause_ms: int

    def pick(self, choices: Any, number: int) -> Any:
        return choices[number % len(choices)]


draws = st.builds(
    Draw,
    st.integers(0, 199),
    st.integers(0, 60),
    st.integers(0, 60),
    st.integers(0, 60),
    st.sampled_from((0, 1, 1, 5, 900, 4000, 31_000, 121_000, 601_000, 90_000_000, -600_000)),
)
walks = st.lists(draws, min_size=1, max_size=45)


class Walk:
    """One order under random events. ``before``, ``event`` and ``after`` show the last step."""

    def __init__(self, *, split: bool = False, auto: bool = True) -> None:
        self.policy = Policy(split_capture=split)
        self.order = new_order(auto_authorize=auto)
        self.at: datetime = AT
        self.minted = 0
        self.refused = ""
        self.effects: tuple[Effect, ...] = ()

    def go(self, draw: Draw) -> events.Event:
        """Apply the event that ``draw`` chooses; a refusal is kept, anything else is raised."""
        self.at += timedelta(milliseconds=draw.pause_ms)
        event = self.choose(draw)
        self.refused, self.effects = "", ()
        try:
            done = self.apply(self.order, event)
        except CommandRefusedError as refusal:
            self.refused = refusal.reason
            return event
        self.order, self.effects = done.order, done.effects
        return event

    def apply(self, order: Order, event: events.Event) -> Step:
        return step(order, event, at=self.at, policy=self.policy)

    # --- choosing --------------------------------------------------------------------------

    def choose(self, draw: Draw) -> events.Event:
        builders: tuple[Callable[[Draw], events.Event], ...] = (
            self._progress,
            self._progress,
            self._progress,
            self._command,
            self._command,
            self._answer,
            self._news,
            self._news,
            self._stray,
        )
        return builders[draw.kind % len(builders)](draw)

    def _progress(self, draw: Draw) -> events.Event:
        """What would come next by itself: so that walks get somewhere."""
        order = self.order
        for checkout in order.checkouts:
            if checkout.state.value == "planned":
                return events.SendStarted(checkout.attempt)
            if checkout.state.value == "sent":
                return events.SendAnswered(checkout.attempt, self._send_outcome(draw))
        operation = order.open_operation
        if operation is not None and operation.state.value in ("planned", "unknown"):
            return events.TransmitStarted(operation.operation_id)
        if operation is not None:
            outcome = self._outcome(draw, operation.kind.value, operation.amount_cents)
            return events.OperationAnswered(operation.operation_id, operation.sends, outcome)
        if order.transaction is not None:
            return self._money_command(draw)
        if order.checkout is not None and order.checkout.checkout_id:
            return self.checkout_read(draw, order.checkout.checkout_id)
        return events.SendRequested("ann")

    def _money_command(self, draw: Draw) -> events.Event:
        self.minted += 1
        name, key = f"op{self.minted}", f"key{self.minted}"
        amount = draw.pick((None, 1, 700, 2500, TOTAL, TOTAL + 1, 0, -1), draw.a)
        return draw.pick(
            (
                events.CaptureRequested("ann", name, key, amount),
                events.RefundRequested("ann", name, key, amount),
                events.RefundRequested("ann", name, key, amount),
                events.VoidRequested("ann", by_supervisor=bool(draw.c % 2)),
                events.UpdateRequested("ann", name, key, "UPS", "1Z"),
            ),
            draw.b,
        )

    def _command(self, draw: Draw) -> events.Event:
        ids = [o.operation_id for o in self.order.operations] or ["none"]
        links = [c.checkout_id for c in self.order.checkouts] or [""]
        return draw.pick(
            (
                self._money_command(draw),
                self._money_command(draw),
                events.SendRequested("ann"),
                events.ResendRequested("ann"),
                events.SupersedeRequested("ann"),
                events.RefreshRequested("ann"),
                events.AuthorizeRequested("ann"),
                events.AuthorizeRequested("sue", draw.pick(links, draw.b), by_supervisor=True),
                events.CancelPlannedRequested("ann", draw.pick(ids, draw.b)),
                events.FreezeLifted("sue"),
                events.GenerationRaised("sue"),
                events.VerdictGiven("sue", draw.pick(ids, draw.b), bool(draw.c % 2)),
            ),
            draw.a,
        )

    def _answer(self, draw: Draw) -> events.Event:
        if self.order.operations and draw.c % 3:
            operation = draw.pick(self.order.operations, draw.b)
            send = max(1, operation.sends - draw.c % 2)
            outcome = self._outcome(draw, operation.kind.value, operation.amount_cents)
            return events.OperationAnswered(operation.operation_id, send, outcome)
        attempts = [c.attempt for c in self.order.checkouts] or [1]
        return events.SendAnswered(draw.pick(attempts, draw.b), self._send_outcome(draw))

    def _send_outcome(self, draw: Draw) -> events.SendOutcome:
        expires_at = draw.pick((None, None, self.at + timedelta(minutes=5)), draw.b)
        taken = len(self.order.checkouts) + draw.c % 2 * 40
        yes = events.CheckoutAccepted(f"CHK{taken}", "https://affirm.test/", expires_at)
        return draw.pick((yes, yes, yes, yes, *_FAILURES), draw.a)

    def _outcome(self, draw: Draw, kind: str, amount: int) -> events.OperationOutcome:
        if draw.a % 3 == 2:
            return draw.pick(_FAILURES, draw.b)
        if kind == "authorize":
            money = self.transaction(draw, replace_word="authorized")
            return events.Accepted(transaction=replace(money, captured_cents=0, refunded_cents=0))
        shown = amount + (1 if draw.c == 7 else 0)
        self.minted += 1
        event = TransactionEvent(f"EV{self.minted}", kind, shown, self.at)
        return events.Accepted(event=event, event_currency="CAD" if draw.c == 9 else "USD")

    # --- news ------------------------------------------------------------------------------

    def checkout_read(self, draw: Draw, checkout_id: str) -> events.CheckoutRead:
        return events.CheckoutRead(
            checkout_id,
            draw.pick(CHECKOUT_WORDS, draw.a),
            draw.pick((TOTAL,) * 12 + (TOTAL + 1, None), draw.b),
            draw.pick(("USD",) * 12 + ("CAD",), draw.c),
            "O2" if draw.c == 30 else "O1",
            max(0, self.order.version - draw.pick((0, 0, 0, 1, 3), draw.c)),
        )

    def transaction(self, draw: Draw, replace_word: str = "") -> Transaction:
        """Some record that Affirm might show: sums stay within what is held."""
        links = [c.checkout_id for c in self.order.checkouts if c.checkout_id] or ["CHK1"]
        held = self.order.transaction
        captured = draw.pick((0, 700, 2500, TOTAL, TOTAL), draw.b)
        refunded = min(captured, draw.pick((0, 0, 700, TOTAL), draw.c))
        seen = [o for o in self.order.operations if draw.b % 2]
        shown = tuple(
            TransactionEvent(f"SEEN{i}", o.kind.value, o.amount_cents, self.at, o.key)
            for i, o in enumerate(seen)
            if draw.c % 4 == 3
        )
        return Transaction(
            held.transaction_id if held is not None and draw.c % 8 else "TXN1",
            held.checkout_id if held is not None else draw.pick(links, draw.b),
            "O1",
            replace_word or draw.pick(MONEY_WORDS, draw.a),
            TOTAL + (1 if draw.c == 11 else 0),
            "USD",
            captured,
            refunded,
            self.at + timedelta(days=30) if draw.b % 2 else None,
            self.at,
            shown,
            bool(draw.c % 3),
        )

    def _news(self, draw: Draw) -> events.Event:
        links = [c.checkout_id for c in self.order.checkouts if c.checkout_id]
        links += [*self.order.orphans, "CHK77", ""]
        link = draw.pick(links, draw.b)
        asked = max(0, self.order.version - draw.pick((0, 0, 2), draw.c))
        return draw.pick(
            (
                self.delivery(draw, link),
                self.delivery(draw, link),
                self.checkout_read(draw, link),
                self.checkout_read(draw, link),
                events.TransactionRead(self.transaction(draw), asked),
                events.TransactionsListed((self.transaction(draw),), bool(draw.c % 2), asked),
                events.TransactionsListed((), bool(draw.c % 2), asked),
                events.ReadFailed(link, "", "timeout", draw.c * 1.0),
                events.ReadFailed("", "TXN1", "timeout"),
            ),
            draw.kind // 9,
        )

    def delivery(self, draw: Draw, link: str) -> events.DeliveryObserved:
        word = draw.pick(CHECKOUT_WORDS, draw.a)
        return events.DeliveryObserved(word, link, draw.c % 3 > 0, draw.c % 5 == 0, self.at, "O1")

    def _stray(self, draw: Draw) -> events.Event:
        return draw.pick(
            (
                events.Ticked(),
                events.Ticked(),
                events.Ticked(),
                events.Started(),
                events.GapAnnounced(),
                events.TakenOver("bob", released=bool(draw.b % 2)),
                events.TransmitStarted("none"),
                events.SendStarted(draw.b % 4),
                events.SendAnswered(9, events.NoVerdict()),
                events.OperationAnswered("none", 1, events.NoVerdict()),
                events.ResendAnswered("CHK1", draw.pick(_FAILURES, draw.b)),
                events.ResendAnswered("CHK1", events.CheckoutAccepted("CHK1", "u")),
            ),
            draw.a,
        )


_FAILURES = (
    events.Rejected(400, "invalid_request"),
    events.Rejected(403, "already_authorized"),
    events.Rejected(400, "already_captured"),
    events.Busy(2.0, in_progress=False),
    events.Busy(2.0, in_progress=True),
    events.Busy(float("inf"), in_progress=True),
    events.NotSent("unreachable"),
    events.NoVerdict("timeout"),
    events.NoVerdict("http_500"),
)
