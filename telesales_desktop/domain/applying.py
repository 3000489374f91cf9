"""What does Affirm's record say happened to the money, and does it prove an operation?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import assert_never

from telesales_desktop.domain import pace
from telesales_desktop.domain.effects import Notice
from telesales_desktop.domain.matching import transaction_mismatch
from telesales_desktop.domain.order import (
    Alert,
    Operation,
    OperationKind,
    OperationState,
    Order,
    Transaction,
    TransactionEvent,
)
from telesales_desktop.domain.statuses import CheckoutStatus, TransactionStatus
from telesales_desktop.domain.work import Work


def adopt_transaction(work: Work, transaction: Transaction, checkout_id: str) -> None:
    """Take an authorized transaction into the order; freeze what does not match.

    An order has one transaction: a second one is for a supervisor.
    """
    held = work.order.transaction
    if held is not None and held.transaction_id != transaction.transaction_id:
        work.alert(Alert.SECOND_CONFIRMATION)
        return
    mismatch = transaction_mismatch(work.order, transaction, checkout_id)
    if mismatch is not None:
        work.freeze(*mismatch)
    if held is None:  # else what we hold is newer: a list, or a repeated answer, may be old
        put_transaction(work, transaction)
        others = (c for c in work.order.checkouts if c.checkout_id != checkout_id)
        if any(c.shows_confirmed and not c.superseded for c in others):
            work.alert(Alert.SECOND_CONFIRMATION)
    checkout = work.order.checkout_by_id(checkout_id)
    assert checkout is not None  # only a link of ours is ever authorized, or looked for
    if checkout.status is not CheckoutStatus.AUTHORIZED:  # the same news twice is no news
        checkout = replace(
            checkout,
            word=CheckoutStatus.AUTHORIZED.value,
            word_at=work.at,
            word_version=work.version,
        )
    work.put_checkout(replace(checkout, next_read_at=None))


def compare_again(work: Work, held: Transaction, read: Transaction) -> None:
    """Freeze if Affirm's record has become another one, and does not fit the order.

    What did not fit before was frozen then: a supervisor who let it go on is not asked again.
    """
    if _identity(read) == _identity(held):
        return
    mismatch = transaction_mismatch(work.order, read, held.checkout_id)
    if mismatch is not None:
        work.freeze(*mismatch)


def _identity(transaction: Transaction) -> tuple[object, ...]:
    return (
        transaction.amount_cents,
        transaction.currency,
        transaction.order_id,
        transaction.checkout_id,
    )


def announce_authorized(work: Work) -> None:
    """Tell the agent that the sale may be closed, if what Affirm shows is that."""
    order = work.order
    is_held = order.transaction is None or order.transaction.status in _SALE_STANDS
    if order.freeze is not None or not is_held:
        work.announce(Notice.NEEDS_SUPERVISOR)
    else:
        work.announce(Notice.AUTHORIZED)


_SALE_STANDS = frozenset(
    {
        TransactionStatus.AUTHORIZED,
        TransactionStatus.PARTIALLY_CAPTURED,
        TransactionStatus.CAPTURED,
    }
)


def put_transaction(work: Work, transaction: Transaction) -> None:
    """Replace Affirm's record whole, and set when to look again."""
    work.order = replace(work.order, transaction=transaction, proof_at=work.at)
    work.order = replace(work.order, next_read_at=pace.transaction_read_at(work.order, work.at))


def apply_event(work: Work, operation: Operation, event: TransactionEvent) -> None:
    """Apply Affirm's answer to the record we hold, until the next read replaces it whole."""
    transaction = work.order.transaction
    if transaction is None or any(e.event_id == event.event_id for e in transaction.events):
        return
    held = replace(transaction, events=(*transaction.events, event))
    amount = operation.amount_cents
    match operation.kind:
        case OperationKind.CAPTURE | OperationKind.PARTIAL_CAPTURE:
            taken = min(held.amount_cents, held.captured_cents + amount)
            whole = taken >= held.amount_cents
            word = TransactionStatus.CAPTURED if whole else TransactionStatus.PARTIALLY_CAPTURED
            held = replace(held, captured_cents=taken, word=word.value)
        case OperationKind.REFUND:
            back = min(held.captured_cents, held.refunded_cents + amount)
            whole = back >= held.captured_cents
            word = TransactionStatus.REFUNDED if whole else TransactionStatus.PARTIALLY_REFUNDED
            held = replace(held, refunded_cents=back, word=word.value)
        case OperationKind.VOID:
            held = replace(held, word=TransactionStatus.VOIDED.value)
        case OperationKind.AUTHORIZE | OperationKind.UPDATE:
            pass
        case _:  # pragma: no cover - every kind has its case
            assert_never(operation.kind)
    put_transaction(work, held)


def evidence(order: Order, operation: Operation) -> bool | None:
    """Whether Affirm's record proves that the operation happened, or that it no longer can.

    None: it proves neither. Equal amounts prove nothing: two equal refunds can be legitimate, so
    only our own reference id on Affirm's event speaks for a minted key.
    """
    transaction = order.transaction
    if transaction is None:
        return None
    if any(e.reference_id == operation.key for e in transaction.events if e.reference_id):
        return True
    match operation.kind:
        case OperationKind.AUTHORIZE:
            return True if transaction.checkout_id == operation.subject_id else None
        case OperationKind.CAPTURE:
            return _capture_evidence(transaction, operation)
        case OperationKind.VOID:
            return _void_evidence(transaction.status)
        case OperationKind.PARTIAL_CAPTURE | OperationKind.REFUND | OperationKind.UPDATE:
            return None
        case _:  # pragma: no cover - every kind has its case
            assert_never(operation.kind)


def _capture_evidence(transaction: Transaction, operation: Operation) -> bool | None:
    match transaction.status:
        case TransactionStatus.VOIDED | TransactionStatus.AUTH_EXPIRED:
            return False
        case (
            TransactionStatus.CONFIRMED
            | TransactionStatus.AUTHORIZED
            | TransactionStatus.PARTIALLY_CAPTURED
        ):
            return None
        case _:
            # A dispute's word, or one never seen before, hides "captured": the amount does not.
            # Captured in parts at another desk and refunded since is not this whole capture.
            return True if transaction.captured_cents >= operation.amount_cents else None


def _void_evidence(status: TransactionStatus) -> bool | None:
    if status is TransactionStatus.VOIDED:
        return True
    if status in (
        TransactionStatus.CAPTURED,
        TransactionStatus.PARTIALLY_CAPTURED,
        TransactionStatus.PARTIALLY_REFUNDED,
        TransactionStatus.REFUNDED,
        TransactionStatus.AUTH_EXPIRED,
    ):
        return False
    return None


_SPEAKS_OF_VOID = frozenset(TransactionStatus) - {
    TransactionStatus.DISPUTED,
    TransactionStatus.DISPUTE_REFUNDED,
    TransactionStatus.UNRECOGNIZED,
}
"""Any other word may stand in the place of "voided"."""


def unexplained(order: Order, operation: Operation) -> bool:
    """Whether Affirm's record shows something that may be this operation's effect.

    That is: more of its kind than our finished commands account for. Then a refusal may be of our
    own repeat, and only a person can tell.
    """
    transaction = order.transaction
    if transaction is None:
        return False
    match operation.kind:
        case OperationKind.REFUND:
            moved = transaction.refunded_cents - done_cents(order, REFUNDS)
            return moved >= operation.amount_cents
        case OperationKind.PARTIAL_CAPTURE:
            moved = transaction.captured_cents - done_cents(order, CAPTURES)
            return moved >= operation.amount_cents
        case OperationKind.UPDATE:
            shown = sum(e.type == "update" for e in transaction.events)
            done = (o for o in order.operations if o.kind is OperationKind.UPDATE)
            return shown > sum(o.state is OperationState.DONE for o in done)
        case OperationKind.VOID:
            return transaction.status not in _SPEAKS_OF_VOID
        case OperationKind.AUTHORIZE | OperationKind.CAPTURE:
            return False  # the checkout and the captured amount speak for these
        case _:  # pragma: no cover - every kind has its case
            assert_never(operation.kind)


CAPTURES = frozenset({OperationKind.CAPTURE, OperationKind.PARTIAL_CAPTURE})
REFUNDS = frozenset({OperationKind.REFUND})


def done_cents(order: Order, kinds: frozenset[OperationKind]) -> int:
    """What our finished commands of these kinds moved, in cents."""
    done = (o for o in order.operations if o.kind in kinds and o.state is OperationState.DONE)
    return sum(o.amount_cents for o in done)


def captured_cents(order: Order) -> int:
    """What is taken, by Affirm's record or by a verdict that the record does not show yet."""
    shown = 0 if order.transaction is None else order.transaction.captured_cents
    return max(shown, done_cents(order, CAPTURES))


def refunded_cents(order: Order) -> int:
    """What is given back, by Affirm's record or by a verdict that it does not show yet."""
    shown = 0 if order.transaction is None else order.transaction.refunded_cents
    return max(shown, done_cents(order, REFUNDS))


def lags_behind(work: Work, read: Transaction) -> bool:
    """Whether a read is older than a verdict that we have: a replica that lags answered it.

    Only for as long as a replica may lag: after that the record stands, whatever we thought.
    """
    fresh = [
        o
        for o in work.order.operations
        if o.state is OperationState.DONE
        and o.settled_at is not None
        and work.at - o.settled_at < timedelta(seconds=work.policy.supervise_after_s)
    ]
    if any(o.kind is OperationKind.VOID for o in fresh):
        return read.status is TransactionStatus.AUTHORIZED
    if not any(o.kind in CAPTURES or o.kind in REFUNDS for o in fresh):
        return False
    short = read.captured_cents < done_cents(work.order, CAPTURES)
    return short or read.refunded_cents < done_cents(work.order, REFUNDS)
