"""May this money command be given? Rules checked before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from telesales_desktop.domain.applying import (
    CAPTURES,
    REFUNDS,
    captured_cents,
    refunded_cents,
)
from telesales_desktop.domain.effects import Source, StartTransmit
from telesales_desktop.domain.events import (
    CancelPlannedRequested,
    CaptureRequested,
    RefundRequested,
    UpdateRequested,
    VoidRequested,
)
from telesales_desktop.domain.keys import canonical_body, derived_key
from telesales_desktop.domain.order import (
    UNSETTLED,
    Checkout,
    Operation,
    OperationKind,
    OperationState,
    Order,
    Transaction,
)
from telesales_desktop.domain.settling import refuse_operation
from telesales_desktop.domain.statuses import TransactionStatus
from telesales_desktop.domain.work import Work


def in_flight_cents(order: Order, kinds: frozenset[OperationKind]) -> int:
    """What commands without a verdict would move: they count as done in every limit (cents)."""
    return sum(o.amount_cents for o in order.operations if o.kind in kinds and o.state in UNSETTLED)


def capturable_cents(order: Order) -> int:
    """What may still be captured, in cents."""
    transaction = order.transaction
    if transaction is None:
        return 0
    left = transaction.amount_cents - captured_cents(order)
    return max(0, left - in_flight_cents(order, CAPTURES))


def refundable_cents(order: Order) -> int:
    """What may still be refunded, in cents."""
    if order.transaction is None:
        return 0
    left = captured_cents(order) - refunded_cents(order)
    return max(0, left - in_flight_cents(order, REFUNDS))


def plan_authorize(work: Work, checkout: Checkout, actor: str, *, generation: int) -> None:
    """Write down the intent to authorize this checkout, for the order's whole amount."""
    order = work.order
    kind, amount = OperationKind.AUTHORIZE, order.total_cents
    key = _derived(order, checkout.checkout_id, kind, amount, generation)
    body = canonical_body(
        {"transaction_id": checkout.checkout_id, "order_id": order.order_id, "reference_id": key}
    )
    _plan(work, kind, checkout.checkout_id, amount, key, body, actor)


def request_capture(work: Work, event: CaptureRequested) -> None:
    """Take the hold: the whole under a derived key, a part under the minted one."""
    transaction = _transaction(work, capture_refusal(work.order, work.at))
    left = capturable_cents(work.order)
    amount = left if event.amount_cents is None else event.amount_cents
    _check_amount(work, amount, left)
    whole = amount == transaction.amount_cents and captured_cents(work.order) == 0
    if whole:
        key = _derived(
            work.order, _checkout_of(transaction, work.order), OperationKind.CAPTURE, amount
        )
        body = canonical_body({"order_id": work.order.order_id, "reference_id": key})
        kind = OperationKind.CAPTURE
    else:
        if not work.policy.split_capture:
            raise work.refuse("no_partial_capture")
        key, kind = event.minted_key, OperationKind.PARTIAL_CAPTURE
        body = canonical_body(
            {"amount": amount, "order_id": work.order.order_id, "reference_id": key}
        )
    subject = transaction.transaction_id
    _plan(work, kind, subject, amount, key, body, event.actor, event.operation_id)


def request_refund(work: Work, event: RefundRequested) -> None:
    """Give money back, at most what was captured and not yet given back."""
    transaction = _transaction(work, refund_refusal(work.order))
    left = refundable_cents(work.order)
    amount = left if event.amount_cents is None else event.amount_cents
    _check_amount(work, amount, left)
    body = canonical_body({"amount": amount, "reference_id": event.minted_key})
    subject = transaction.transaction_id
    kind, key = OperationKind.REFUND, event.minted_key
    _plan(work, kind, subject, amount, key, body, event.actor, event.operation_id)


def request_void(work: Work, event: VoidRequested) -> None:
    """Release the hold. A frozen order is voided by a supervisor only."""
    reason = void_refusal(work.order, by_supervisor=event.by_supervisor)
    transaction = _transaction(work, reason)
    amount = transaction.amount_cents
    key = _derived(work.order, _checkout_of(transaction, work.order), OperationKind.VOID, amount)
    body = canonical_body({"reference_id": key})
    subject = transaction.transaction_id
    _plan(work, OperationKind.VOID, subject, amount, key, body, event.actor)


def request_update(work: Work, event: UpdateRequested) -> None:
    """Tell Affirm the shipment; moves no money, so its key is minted and it may repeat."""
    transaction = _transaction(work, update_refusal(work.order))
    body = canonical_body(
        {
            "order_id": work.order.order_id,
            "shipping_carrier": event.shipping_carrier,
            "shipping_confirmation": event.shipping_confirmation,
        }
    )
    subject = transaction.transaction_id
    kind, key = OperationKind.UPDATE, event.minted_key
    _plan(work, kind, subject, 0, key, body, event.actor, event.operation_id)


def cancel_planned(work: Work, event: CancelPlannedRequested) -> None:
    """Drop a command that has never left this machine."""
    operation = work.order.operation(event.operation_id)
    if operation is None or operation.state is not OperationState.PLANNED:
        raise work.refuse("already_sent")
    refuse_operation(work, operation, "cancelled", Source.AGENT)


_CAPTURE_REFUSALS = {
    TransactionStatus.CONFIRMED: "not_authorized",
    TransactionStatus.AUTH_EXPIRED: "authorization_expired",
    TransactionStatus.CAPTURED: "already_captured",
    TransactionStatus.PARTIALLY_REFUNDED: "already_captured",
    TransactionStatus.REFUNDED: "already_refunded",
    TransactionStatus.VOIDED: "voided",
    TransactionStatus.DISPUTED: "disputed",
    TransactionStatus.DISPUTE_REFUNDED: "disputed",
    TransactionStatus.UNRECOGNIZED: "unrecognized",
}
_REFUND_REFUSALS = {
    TransactionStatus.CONFIRMED: "not_authorized",
    TransactionStatus.AUTHORIZED: "not_captured",
    TransactionStatus.AUTH_EXPIRED: "not_captured",
    TransactionStatus.REFUNDED: "already_refunded",
    TransactionStatus.VOIDED: "voided",
    TransactionStatus.DISPUTED: "disputed",
    TransactionStatus.DISPUTE_REFUNDED: "disputed",
    TransactionStatus.UNRECOGNIZED: "unrecognized",
}
_VOID_REFUSALS = {
    TransactionStatus.CONFIRMED: "not_authorized",
    TransactionStatus.AUTH_EXPIRED: "authorization_expired",
    TransactionStatus.PARTIALLY_CAPTURED: "void_after_capture",
    TransactionStatus.CAPTURED: "void_after_capture",
    TransactionStatus.PARTIALLY_REFUNDED: "void_after_capture",
    TransactionStatus.REFUNDED: "already_refunded",
    TransactionStatus.VOIDED: "voided",
    TransactionStatus.DISPUTED: "disputed",
    TransactionStatus.DISPUTE_REFUNDED: "disputed",
    TransactionStatus.UNRECOGNIZED: "unrecognized",
}


def _refusal(
    order: Order, refusals: Mapping[TransactionStatus, str], *, frozen_allowed: bool = False
) -> str:
    if order.freeze is not None and not frozen_allowed:
        return "frozen"
    if order.transaction is None:
        return "not_authorized"
    if order.unproven:
        return "reading_first"
    if order.open_operation is not None:
        return "in_flight"
    return refusals.get(order.transaction.status, "")


def capture_refusal(order: Order, at: datetime) -> str:
    """Why nothing may be captured; empty if something may, within what is left."""
    reason = _refusal(order, _CAPTURE_REFUSALS)
    if reason or order.transaction is None:
        return reason
    expires = order.transaction.authorization_expires_at
    return "authorization_expired" if expires is not None and expires <= at else ""


def refund_refusal(order: Order) -> str:
    """Why nothing may be refunded; empty if something may, within what is left."""
    return _refusal(order, _REFUND_REFUSALS)


def void_refusal(order: Order, *, by_supervisor: bool) -> str:
    """Why the hold may not be released; empty if it may."""
    return _refusal(order, _VOID_REFUSALS, frozen_allowed=by_supervisor)


def update_refusal(order: Order) -> str:
    """Why Affirm cannot be told the shipment now; empty if it can."""
    return _refusal(order, {})


def generation_refusal(order: Order) -> str:
    """Why no new key is allowed; empty if the newest of a kind with a derived key was refused."""
    if order.freeze is not None:
        return "frozen"
    if order.open_operation is not None:
        return "in_flight"
    newest = {o.kind: o.state for o in order.operations if o.sends}
    derived = (OperationKind.AUTHORIZE, OperationKind.CAPTURE, OperationKind.VOID)
    is_refused = any(newest.get(kind) is OperationState.REFUSED for kind in derived)
    return "" if is_refused else "nothing_refused"


def _transaction(work: Work, reason: str) -> Transaction:
    work.refuse_if(reason)
    assert work.order.transaction is not None
    return work.order.transaction


def _check_amount(work: Work, amount_cents: int, left_cents: int) -> None:
    if amount_cents <= 0:
        raise work.refuse("amount_not_positive")
    if amount_cents > left_cents:
        raise work.refuse("more_than_left", asked=amount_cents, left=left_cents)


def _checkout_of(transaction: Transaction, order: Order) -> str:
    """The checkout id that keys are derived from: the same on every desk."""
    if transaction.checkout_id:
        return transaction.checkout_id
    return transaction.transaction_id


def _derived(
    order: Order,
    checkout_id: str,
    kind: OperationKind,
    amount_cents: int,
    generation: int | None = None,
) -> str:
    return derived_key(
        environment=order.environment.value,
        country=order.country.value,
        checkout_id=checkout_id,
        kind=kind.value,
        amount_cents=amount_cents,
        generation=order.generation if generation is None else generation,
    )


def _plan(
    work: Work,
    kind: OperationKind,
    subject_id: str,
    amount_cents: int,
    key: str,
    body: str,
    actor: str,
    operation_id: str = "",
) -> None:
    if work.order.operation(operation_id) is not None:
        raise work.refuse("already_asked")  # the same intent once more: a key that repeats
    if any(o.key == key and o.state is not OperationState.REFUSED for o in work.order.operations):
        raise work.refuse("already_asked")  # it is done, whatever Affirm's record still shows
    operation = Operation(
        operation_id=operation_id or f"{key}/{len(work.order.operations) + 1}",
        kind=kind,
        subject_id=subject_id,
        amount_cents=amount_cents,
        key=key,
        body=body,
        state=OperationState.PLANNED,
        actor=actor,
        planned_at=work.at,
        planned_version=work.version,
    )
    work.put_operation(operation)
    source = Source.PROGRAM if actor == PROGRAM else Source.AGENT
    work.note(source, f"{kind.value}_asked", actor=actor, amount=amount_cents)
    work.do(StartTransmit(operation.operation_id))


PROGRAM = "program"
"""The actor of a command that the program gives by itself."""
