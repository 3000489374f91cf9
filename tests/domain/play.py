"""How do tests lead an order to where they need it? Through the core, one event after another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from telesales_desktop.domain import events
from telesales_desktop.domain.core import step
from telesales_desktop.domain.effects import Announce, StartTransmit, Step
from telesales_desktop.domain.errors import CommandRefusedError
from telesales_desktop.domain.money import Country, Currency, Environment
from telesales_desktop.domain.order import Operation, Order, Transaction, TransactionEvent
from telesales_desktop.domain.policy import DEFAULT_POLICY, Policy
from tests.domain.well_made import prove_well_made

AT = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)
TOTAL = 5000
CHECKOUT = "CHK1"
MONEY = "TXN1"


def new_order(**changes: Any) -> Order:
    """An order that was not sent."""
    order = Order("O1", "k", Environment.SANDBOX, Country.US, TOTAL, Currency.USD, "ann", AT, AT)
    return replace(order, **changes)


def money(word: str = "authorized", captured: int = 0, refunded: int = 0, **changes: Any):
    """Affirm's record, with its events known."""
    made = Transaction(
        MONEY, CHECKOUT, "O1", word, TOTAL, "USD", captured, refunded, AT + timedelta(days=30), AT
    )
    return replace(made, **({"events_known": True} | changes))


def entry(kind: str, amount: int = 0, reference: str = "", number: int = 1) -> TransactionEvent:
    """One entry of Affirm's own record."""
    return TransactionEvent(f"EV-{kind}-{number}", kind, amount, AT, reference)


def accepted(kind: str, amount: int = 0, *, number: int = 1, currency: str = "USD"):
    """Affirm's yes to a capture, refund, void or update."""
    return events.Accepted(event=entry(kind, amount, number=number), event_currency=currency)


LOST = events.NoVerdict("timeout")
NO = events.Rejected(400, "invalid_request", "No.")


class Play:
    """An order in the course of its life."""

    def __init__(self, order: Order | None = None, policy: Policy = DEFAULT_POLICY) -> None:
        self.order = new_order() if order is None else order
        self.policy = policy
        self.at = AT
        self.last = Step(self.order)

    # --- feeding ---------------------------------------------------------------------------

    def feed(self, event: events.Event) -> Step:
        """Apply one event, a moment later."""
        self.at += timedelta(milliseconds=1)
        self.last = step(self.order, event, at=self.at, policy=self.policy)
        prove_well_made(self.last, self.order)
        self.order = self.last.order
        return self.last

    def refuses(self, event: events.Event) -> str:
        """The reason for which a command is refused; nothing changes."""
        with pytest.raises(CommandRefusedError) as refusal:
            step(self.order, event, at=self.at, policy=self.policy)
        return refusal.value.reason

    def wait(self, seconds: float) -> Step:
        """Let time pass, then tick."""
        self.at += timedelta(seconds=seconds)
        return self.feed(events.Ticked())

    @property
    def asks(self) -> list[Any]:
        """The last step's effects, without announcements."""
        return [e for e in self.last.effects if not isinstance(e, Announce)]

    @property
    def started(self) -> bool:
        """Whether the last step asked for a command to be sent."""
        return any(isinstance(e, StartTransmit) for e in self.asks)

    @property
    def notices(self) -> list[str]:
        """What the last step told the people at the desk."""
        return [e.notice.value for e in self.last.effects if isinstance(e, Announce)]

    @property
    def kinds(self) -> list[str]:
        """The last step's timeline."""
        return [line.kind for line in self.last.timeline]

    @property
    def operation(self) -> Operation:
        """The newest operation."""
        return self.order.operations[-1]

    @property
    def checkout(self):
        """The newest checkout."""
        return self.order.checkouts[-1]

    # --- a link ----------------------------------------------------------------------------

    def send(self) -> Play:
        """Ask for a link, up to the request being out."""
        self.feed(events.SendRequested("ann"))
        self.feed(events.SendStarted(len(self.order.checkouts)))
        return self

    def linked(self, checkout_id: str = CHECKOUT, expires_at: datetime | None = None) -> Play:
        """The customer has a link."""
        self.send()
        answer = events.CheckoutAccepted(checkout_id, "https://affirm.test/", expires_at, "req1")
        self.feed(events.SendAnswered(self.checkout.attempt, answer))
        return self

    def read(self, word: str, checkout_id: str = CHECKOUT, **changes: Any) -> Step:
        """Read Checkout, asked now."""
        event = events.CheckoutRead(checkout_id, word, TOTAL, "USD", "O1", self.order.version)
        return self.feed(replace(event, **changes))

    def hear(self, word: str, checkout_id: str = CHECKOUT, **changes: Any) -> Step:
        """A webhook whose signature is right."""
        event = events.DeliveryObserved(word, checkout_id, True, False, self.at, "O1")
        return self.feed(replace(event, **changes))

    # --- money -----------------------------------------------------------------------------

    def start(self) -> Step:
        """The newest operation is out."""
        return self.feed(events.TransmitStarted(self.operation.operation_id))

    def answer(self, outcome: events.OperationOutcome, send: int | None = None) -> Step:
        """The answer to the newest operation's last sending."""
        sent = self.operation.sends if send is None else send
        return self.feed(events.OperationAnswered(self.operation.operation_id, sent, outcome))

    def see(self, transaction: Transaction, asked_version: int | None = None) -> Step:
        """Read Transaction, asked now."""
        asked = self.order.version if asked_version is None else asked_version
        return self.feed(events.TransactionRead(transaction, asked))

    def listed(self, *transactions: Transaction, complete: bool = True) -> Step:
        """Affirm's list, asked now."""
        return self.feed(events.TransactionsListed(transactions, complete, self.order.version))

    def confirmed(self) -> Play:
        """The customer is done, and the program has planned to authorize."""
        self.linked()
        self.read("confirmed")
        return self

    def authorized(self, **changes: Any) -> Play:
        """Money is held."""
        self.confirmed()
        self.start()
        held = money(events_known=False, **changes)
        self.answer(events.Accepted(transaction=held, request_id="req2"))
        return self

    def ask_capture(self, amount: int | None = None, name: str = "cap") -> Step:
        return self.feed(events.CaptureRequested("ann", name, f"key-{name}", amount))

    def ask_refund(self, amount: int | None = None, name: str = "ref") -> Step:
        return self.feed(events.RefundRequested("ann", name, f"key-{name}", amount))

    def captured(self) -> Play:
        """The whole amount is taken, and read back."""
        self.authorized()
        self.ask_capture()
        self.start()
        self.answer(accepted("capture", TOTAL))
        self.see(money("captured", TOTAL))
        return self

    def refunding(self, amount: int = 1000) -> Play:
        """A refund is out, without an answer."""
        self.captured()
        self.ask_refund(amount)
        self.start()
        return self
