"""Orders as the journal meets them: made from a number, every field in use."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from telesales_desktop.application.ports import Commit, StoredDelivery
from telesales_desktop.domain.details import Address, Customer, LineItem, OrderDetails
from telesales_desktop.domain.effects import Source, TimelineEntry
from telesales_desktop.domain.money import Country, Currency, Environment
from telesales_desktop.domain.order import (
    Checkout,
    ConfirmHint,
    Operation,
    OperationKind,
    OperationState,
    Order,
    SendState,
    Transaction,
    TransactionEvent,
)

KEY = "5a" * 32
OTHER_KEY = "a5" * 32
DAY = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
FIRST = ("Marie", "Jean-Luc", "Åsa", "Li", "Béatrice", "Sam", "Noor", "Geneviève")
LAST = ("Tremblay", "Côté", "O'Neill", "Nguyễn", "Smith", "Bouchard", "García", "Roy")
STATES = ("waiting", "confirmed", "authorized", "captured", "refunded", "not_approved")


def order_id(number: int) -> str:
    return f"SO-{number:06d}"


def details(number: int, **changes: object) -> OrderDetails:
    first, last = FIRST[number % len(FIRST)], LAST[number // len(FIRST) % len(LAST)]
    customer = Customer(
        first_name=first,
        last_name=last,
        phone=f"+1415{5550000 + number % 10000:07d}",
        email=f"customer{number}@example.com",
        address=Address(f"{number} Main Street", "Apt 2", "Montréal", "QC", "H2X 1Y4", Country.CA),
    )
    items = (LineItem(f"SKU-{number % 977}", "Walnut desk, adjustable", 40_000, 2),)
    made = OrderDetails(
        order_id=order_id(number),
        customer=customer,
        items=items,
        shipping_cents=2_500,
        tax_cents=9_900,
        discount_cents=0,
        total_cents=92_400,
        store=f"Store {number % 7}",
        entity="North",
        note="call back after five",
    )
    return replace(made, **changes)


def new_order(number: int, **changes: object) -> Order:
    at = DAY + timedelta(seconds=number)
    made = Order(
        order_id=order_id(number),
        order_key=f"{number:032x}",
        environment=Environment.SIMULATOR,
        country=Country.CA,
        total_cents=92_400,
        currency=Currency.CAD,
        agent=f"agent{number % 5}",
        created_at=at,
        updated_at=at,
        version=1,
    )
    return replace(made, **changes)


def checkout(number: int, **changes: object) -> Checkout:
    at = DAY + timedelta(seconds=number)
    made = Checkout(
        attempt=1,
        state=SendState.ACCEPTED,
        total_cents=92_400,
        currency=Currency.CAD,
        planned_at=at,
        checkout_id=f"CHK{number:013d}",
        redirect_url=f"https://sandbox.affirm.com/apps/{number}",
        sent_at=at,
        word="confirmed",
        word_at=at,
        hint=ConfirmHint.WEBHOOK,
        matched=True,
        proof_at=at,
    )
    return replace(made, **changes)


def operation(number: int, count: int, kind: OperationKind, **changes: object) -> Operation:
    at = DAY + timedelta(seconds=number)
    made = Operation(
        operation_id=f"{order_id(number)}/{count}",
        kind=kind,
        subject_id=f"CHK{number:013d}",
        amount_cents=92_400,
        key=f"key-{number}-{count}",
        body=f'{{"order_id":"{order_id(number)}","reference_id":"key-{number}-{count}"}}',
        state=OperationState.PLANNED,
        actor="program",
        planned_at=at,
    )
    return replace(made, **changes)


def sent(made: Operation, **changes: object) -> Operation:
    at = made.planned_at
    return replace(
        made,
        **{
            "state": OperationState.SENT,
            "sends": made.sends + 1,
            "first_sent_at": at,
            "last_sent_at": at,
            **changes,
        },
    )


def done(made: Operation, verdict: str = "EVT1") -> Operation:
    return replace(
        sent(made), state=OperationState.DONE, settled_at=made.planned_at, verdict=verdict
    )


def transaction(number: int, **changes: object) -> Transaction:
    at = DAY + timedelta(seconds=number)
    made = Transaction(
        transaction_id=f"TXN{number:013d}",
        checkout_id=f"CHK{number:013d}",
        order_id=order_id(number),
        word="captured",
        amount_cents=92_400,
        currency="CAD",
        captured_cents=92_400,
        authorization_expires_at=at + timedelta(days=30),
        created_at=at,
        events=tuple(
            TransactionEvent(f"EVT{number}{kind}", kind, 92_400, at) for kind in ("auth", "capture")
        ),
        events_known=True,
    )
    return replace(made, **changes)


def finished_order(number: int, **changes: object) -> Order:
    """Authorized and captured, as most of a journal's orders are in the end."""
    made = replace(
        new_order(number),
        version=9,
        checkouts=(checkout(number),),
        transaction=transaction(number),
        operations=(
            done(operation(number, 1, OperationKind.AUTHORIZE)),
            done(operation(number, 2, OperationKind.CAPTURE, subject_id=f"TXN{number:013d}")),
        ),
        archived=True,
    )
    return replace(made, **changes)


def entry(number: int, kind: str = "created") -> TimelineEntry:
    at = DAY + timedelta(seconds=number)
    return TimelineEntry(at, Source.AGENT, kind, {"actor": f"agent{number % 5}", "amount": number})


def created(number: int, **changes: object) -> Commit:
    """The commit that brings a new order in."""
    made = Commit(
        order=new_order(number),
        expected_version=0,
        state="waiting",
        timeline=(entry(number),),
        details=details(number),
    )
    return replace(made, **changes)


def step(
    before: Order, state: str = "waiting", *, share: bool = False, **changes: object
) -> Commit:
    """A commit that changes the order."""
    after = replace(before, version=before.version + 1, **changes)
    return Commit(order=after, expected_version=before.version, state=state, share=share)


def delivery(number: int, **changes: object) -> StoredDelivery:
    made = StoredDelivery(
        delivery_id=f"d{number:063d}",
        cursor=str(number),
        source="webhook",
        content_type="application/x-www-form-urlencoded",
        signatures=("t=1,v0=00", "t=1,v0=11"),
        body=b"event=confirmed&checkout_token=%d&" % number,
        received_at=DAY + timedelta(seconds=number),
        order_key=f"{number:032x}",
    )
    return replace(made, **changes)
