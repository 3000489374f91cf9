"""Orders in every state, as the core would leave them. Pure values; nothing here tests anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from telesales_desktop.application.ports import OrderFile
from telesales_desktop.application.profile import Profile, Role
from telesales_desktop.domain.details import (
    Address,
    Customer,
    LineItem,
    OrderDetails,
    PaymentChoice,
)
from telesales_desktop.domain.effects import Source, TimelineEntry
from telesales_desktop.domain.money import Country, Environment
from telesales_desktop.domain.order import (
    Alert,
    Checkout,
    ConfirmHint,
    Freeze,
    FreezeReason,
    Operation,
    OperationKind,
    OperationState,
    Order,
    SendState,
    Transaction,
)
from telesales_desktop.domain.order_state import OrderState

EASTERN = timezone(timedelta(hours=-5))
NOW = datetime(2026, 12, 1, 15, 47, 30, tzinfo=UTC)

PEOPLE = (
    ("Marie", "Tremblay", "+14185550123", "marie.tremblay@example.com"),
    ("John", "Doe", "+14155552222", "john.doe@example.com"),
    ("Anh", "Nguyen", "+12125550147", "anh.nguyen@example.com"),
    ("Patrick", "Roy", "+15145550199", "p.roy@example.ca"),
    ("Sofia", "Castellanos-Villanueva", "+13055550188", "sofia.castellanos@example.com"),
    ("Zoë", "Benoît-Desrosiers", "+16135550134", "zoe_benoit@example.ca"),
    ("Li", "Wu", "+16465550111", "li.wu@example.com"),
    ("Grace", "Okafor", "+17735550166", "grace.okafor@example.com"),
)
AGENTS = ("Dana R.", "Sam K.")


def profile(
    environment: Environment = Environment.SANDBOX,
    country: Country = Country.US,
    *,
    role: Role = Role.AGENT,
    split_capture: bool = True,
    practice: bool = False,
) -> Profile:
    return Profile(
        name="main",
        environment=environment,
        country=country,
        affirm_url="https://sandbox.affirm.com",
        merchant_name="Northwind Furniture",
        relay_url="https://relay.northwind.example",
        relay_public_url="https://hooks.northwind.example",
        store="Phone floor",
        entity="Northwind East",
        agent="Dana R.",
        role=role,
        split_capture=split_capture,
        practice=practice,
    )


def details(number: int, *, order_id: str = "", country: Country = Country.US) -> OrderDetails:
    first, last, phone, email = PEOPLE[number % len(PEOPLE)]
    us = country is Country.US
    items = (
        LineItem("SOFA-3S-GR", "Three-seat sofa, slate grey", 1_049_00 + 7_50 * (number % 9)),
        LineItem("PILLOW-LN", "Linen cushion", 45_00, 2),
    )
    parts = sum(item.line_cents for item in items)
    return OrderDetails(
        order_id=order_id or str(4170 + number),
        customer=Customer(
            first,
            last,
            phone,
            email,
            Address("1200 Market Street", "Apt 4", "San Francisco", "CA", "94102", country)
            if us
            else Address("455, rue Saint-Jean", "App. 2", "Québec", "QC", "G1R 1P4", country),
        ),
        items=items,
        shipping_cents=49_00,
        tax_cents=61_00,
        discount_cents=10_00,
        total_cents=parts + 100_00,
        store="Phone floor",
        entity="Northwind East",
        note="Deliver after 5 p.m." if number % 3 == 0 else "",
    )


def blank_order(
    number: int,
    given: OrderDetails,
    *,
    environment: Environment = Environment.SANDBOX,
    country: Country = Country.US,
    age: timedelta = timedelta(minutes=8),
    now: datetime = NOW,
) -> Order:
    return Order(
        order_id=given.order_id,
        order_key=f"key-{number}",
        environment=environment,
        country=country,
        total_cents=given.total_cents,
        currency=country.currency,
        agent=AGENTS[number % 4 == 3],
        created_at=now - age,
        updated_at=now - age,
        version=1,
    )


def checkout(order: Order, word: str = "unknown", **changes: object) -> Checkout:
    at = order.created_at
    plain = Checkout(
        attempt=1,
        state=SendState.ACCEPTED,
        total_cents=order.total_cents,
        currency=order.currency,
        planned_at=at,
        checkout_id="HEYR6TCV4VBX6NPM",
        redirect_url="https://sandbox.affirm.com/checkout/PUB/new/HEYR6TCV4VBX6NPM/",
        sent_at=at,
        word=word,
        word_at=at,
        matched=True,
        proof_at=at,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]


def transaction(order: Order, word: str, *, captured: int = 0, refunded: int = 0) -> Transaction:
    return Transaction(
        transaction_id="DVEP-FTQO",
        checkout_id="HEYR6TCV4VBX6NPM",
        order_id=order.order_id,
        word=word,
        amount_cents=order.total_cents,
        currency=order.currency.value,
        captured_cents=captured,
        refunded_cents=refunded,
        authorization_expires_at=order.created_at + timedelta(days=30),
        created_at=order.created_at,
    )


def operation(
    order: Order, kind: OperationKind, state: OperationState, *, cents: int = 0, verdict: str = ""
) -> Operation:
    at = order.created_at
    return Operation(
        operation_id=f"{order.order_id}/1",
        kind=kind,
        subject_id="HEYR6TCV4VBX6NPM" if kind is OperationKind.AUTHORIZE else "DVEP-FTQO",
        amount_cents=cents or order.total_cents,
        key="k-1",
        body="{}",
        state=state,
        actor="Dana R.",
        planned_at=at,
        sends=1,
        ever_left=True,
        first_sent_at=at,
        last_sent_at=at,
        settled_at=at if state in (OperationState.DONE, OperationState.REFUSED) else None,
        verdict=verdict,
    )


def file_in(
    state: OrderState,
    number: int = 1,
    *,
    environment: Environment = Environment.SANDBOX,
    country: Country = Country.US,
    age: timedelta = timedelta(minutes=8),
    now: datetime = NOW,
    order_id: str = "",
) -> OrderFile:
    """An order of which ``order_state`` says ``state``."""
    given = details(number, order_id=order_id, country=country)
    order = blank_order(number, given, environment=environment, country=country, age=age, now=now)
    order = replace(order, proof_at=now - min(age, timedelta(seconds=3)))
    if state is OrderState.KEPT:
        given = replace(given, payment=PaymentChoice.CARD)
        return OrderFile(replace(order, is_affirm=False, proof_at=None), given)
    return OrderFile(_in_state(order, state, now), given)


_WORDS = {
    OrderState.LINK_SENT: "unknown",
    OrderState.OPENED: "opened",
    OrderState.APPROVED: "approved",
    OrderState.MORE_INFORMATION_NEEDED: "more_information_needed",
    OrderState.NOT_APPROVED: "not_approved",
    OrderState.CONFIRMED: "confirmed",
    OrderState.CLOSED: "voided",
    OrderState.UNRECOGNIZED: "pending_review",
}
_SENDS = {
    OrderState.SENDING: SendState.SENT,
    OrderState.SEND_REFUSED: SendState.REFUSED,
    OrderState.MAY_HAVE_BEEN_SENT: SendState.UNKNOWN,
}
_MONEY = {
    OrderState.AUTHORIZED: ("authorized", 0, 0),
    OrderState.AUTH_EXPIRED: ("auth_expired", 0, 0),
    OrderState.CAPTURED: ("captured", 100, 0),
    OrderState.PARTIALLY_CAPTURED: ("partially_captured", 40, 0),
    OrderState.PARTIALLY_REFUNDED: ("partially_refunded", 100, 25),
    OrderState.REFUNDED: ("refunded", 100, 100),
    OrderState.VOIDED: ("voided", 0, 0),
    OrderState.DISPUTED: ("disputed", 100, 0),
    OrderState.DISPUTE_REFUNDED: ("dispute_refunded", 100, 100),
}


def _in_state(order: Order, state: OrderState, now: datetime) -> Order:
    if state is OrderState.DRAFT:
        return replace(order, proof_at=None)
    if state in _SENDS:
        refusal = "invalid_field" if state is OrderState.SEND_REFUSED else ""
        field = "billing.phone_number.phone_number" if refusal else ""
        unsent = checkout(
            order,
            "",
            state=_SENDS[state],
            checkout_id="",
            redirect_url="",
            word_at=None,
            refusal=refusal,
            refusal_field=field,
        )
        return replace(order, checkouts=(unsent,), proof_at=None)
    if state in _WORDS:
        return replace(order, checkouts=(checkout(order, _WORDS[state]),))
    if state is OrderState.SAID_DONE:
        return replace(order, checkouts=(checkout(order, "opened", hint=ConfirmHint.BROWSER),))
    if state is OrderState.LINK_EXPIRED:
        expired = checkout(order, "opened", expires_at=now - timedelta(minutes=2))
        return replace(order, checkouts=(expired,))
    confirmed = replace(order, checkouts=(checkout(order, "confirmed"),))
    if state is OrderState.AUTHORIZING:
        sent = operation(order, OperationKind.AUTHORIZE, OperationState.SENT)
        return replace(confirmed, operations=(sent,))
    if state is OrderState.AUTHORIZE_REFUSED:
        refused = operation(
            order, OperationKind.AUTHORIZE, OperationState.REFUSED, verdict="auth-declined"
        )
        alerts = (Alert.AUTHORIZE_REFUSED,)
        return replace(confirmed, operations=(refused,), alerts=alerts)
    if state in _MONEY:
        word, captured, refunded = _MONEY[state]
        cents = order.total_cents
        held = transaction(
            order, word, captured=cents * captured // 100, refunded=cents * refunded // 100
        )
        return replace(confirmed, transaction=held)
    if state is OrderState.OPERATION_RUNNING:
        held = replace(confirmed, transaction=transaction(order, "authorized"))
        sent = operation(order, OperationKind.CAPTURE, OperationState.SENT)
        return replace(held, operations=(sent,))
    if state is OrderState.OUTCOME_UNKNOWN:
        taken = transaction(order, "captured", captured=order.total_cents)
        lost = operation(order, OperationKind.REFUND, OperationState.UNKNOWN, cents=150_00)
        return replace(confirmed, transaction=taken, operations=(lost,))
    assert state is OrderState.FROZEN
    other = str(order.total_cents + 10_00)
    freeze = Freeze(FreezeReason.AMOUNT, str(order.total_cents), other, order.created_at)
    return replace(confirmed, freeze=freeze)


def timeline_of(file: OrderFile) -> tuple[TimelineEntry, ...]:
    """What might have happened to the order so far."""
    order = file.order
    at, cents = order.created_at, order.total_cents
    if not order.is_affirm:
        return (TimelineEntry(at, Source.AGENT, "kept", {"actor": order.agent}),)
    entries = [TimelineEntry(at, Source.AGENT, "send_asked", {"actor": order.agent, "attempt": 1})]

    def add(seconds: int, source: Source, kind: str, **params: str | int) -> None:
        entries.append(TimelineEntry(at + timedelta(seconds=seconds), source, kind, params))

    current = order.checkout
    if current is not None and current.checkout_id:
        add(1, Source.AFFIRM, "link_sent", checkout_id=current.checkout_id, attempt=1)
        if current.word not in ("", "unknown"):
            add(64, Source.WEBHOOK, "delivery", word="opened")
            add(65, Source.AFFIRM, "status", word=current.word)
    elif current is not None and current.state is SendState.REFUSED:
        add(1, Source.AFFIRM, "send_refused", reason=current.refusal, field=current.refusal_field)
    elif current is not None and current.state is SendState.UNKNOWN:
        add(20, Source.PROGRAM, "may_have_been_sent", reason="timeout", attempt=1)
    if order.transaction is not None:
        add(200, Source.BROWSER, "delivery", word="confirmed")
        add(201, Source.WEBHOOK, "delivery", word="confirmed")
        add(202, Source.PROGRAM, "authorize_asked", actor="program", amount=cents)
        add(203, Source.AFFIRM, "authorize_done", amount=cents, actor="program")
        if order.transaction.captured_cents:
            add(320, Source.AGENT, "capture_asked", actor=order.agent, amount=cents)
            add(321, Source.AFFIRM, "capture_done", actor=order.agent, amount=cents)
    for op in order.operations:
        if op.state is OperationState.UNKNOWN:
            amount = op.amount_cents
            add(400, Source.AGENT, f"{op.kind.value}_asked", actor=order.agent, amount=amount)
            add(420, Source.PROGRAM, f"{op.kind.value}_unknown", reason="timeout")
    if order.freeze is not None:
        freeze = order.freeze
        add(
            202,
            Source.PROGRAM,
            "frozen",
            reason=freeze.reason.value,
            ours=freeze.ours,
            affirms=freeze.affirms,
        )
    return tuple(entries)
