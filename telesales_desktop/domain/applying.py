"""What does Affirm's record say happened to the money, and does it prove an operation?"""

from __future__ import annotations

from dataclasses import replace

from telesales_desktop.domain import pace
from telesales_desktop.domain.matching import transaction_mismatch
from telesales_desktop.domain.order import (
    Operation,
    OperationKind,
    OperationState,
    Order,
    Transaction,
    TransactionEvent,
)
from telesales_desktop.domain.statuses import CheckoutStatus, TransactionStatus
from telesales_desktop.domain.work import Work

CAPTURE_TYPES = frozenset({"capture", "split_capture"})


def adopt_transaction(work: Work, transaction: Transaction, checkout_id: str) -> None:
    """Take an authorized transaction into the order; freeze what does not match."""
    mismatch = transaction_mismatch(work.order, transaction, checkout_id)
    if mismatch is not None:
        work.freeze(*mismatch)
    put_transaction(work, transaction)
    checkout = work.order.checkout_by_id(checkout_id)
    if checkout is not None:
        work.put_checkout(
            replace(
                checkout,
                word=CheckoutStatus.AUTHORIZED.value,
                word_at=work.at,
                word_version=work.version,
                next_read_at=None,
            )
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
            taken = held.captured_cents + amount
            whole = taken >= held.amount_cents
            word = TransactionStatus.CAPTURED if whole else TransactionStatus.PARTIALLY_CAPTURED
            held = replace(held, captured_cents=taken, word=word.value)
        case OperationKind.REFUND:
            back = held.refunded_cents + amount
            whole = back >= held.captured_cents
            word = TransactionStatus.REFUNDED if whole else TransactionStatus.PARTIALLY_REFUNDED
            held = replace(held, refunded_cents=back, word=word.value)
        case OperationKind.VOID:
            held = replace(held, word=TransactionStatus.VOIDED.value)
        case OperationKind.AUTHORIZE | OperationKind.UPDATE:
            pass
    put_transaction(work, held)


def evidence(order: Order, operation: Operation) -> bool | None:
    """Whether Affirm's record proves that the operation happened, or that it no longer can.

    None: it proves neither. Equal amounts prove nothing: two equal refunds can be legitimate, so
    only our own reference id on Affirm's event speaks for a minted key.
    """
    transaction = order.transaction
    if transaction is None:
        return None
    status = transaction.status
    if any(e.reference_id == operation.key for e in transaction.events if e.reference_id):
        return True
    match operation.kind:
        case OperationKind.AUTHORIZE:
            return True if transaction.checkout_id == operation.subject_id else None
        case OperationKind.CAPTURE:
            return _capture_evidence(status)
        case OperationKind.VOID:
            return _void_evidence(status)
        case OperationKind.PARTIAL_CAPTURE | OperationKind.REFUND | OperationKind.UPDATE:
            return None


def _capture_evidence(status: TransactionStatus) -> bool | None:
    if status in (
        TransactionStatus.CAPTURED,
        TransactionStatus.PARTIALLY_REFUNDED,
        TransactionStatus.REFUNDED,
    ):
        return True
    if status in (TransactionStatus.VOIDED, TransactionStatus.AUTH_EXPIRED):
        return False
    return None


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


def unexplained_cents(order: Order, operation: Operation) -> int:
    """What Affirm's record moved beyond what our settled commands of that kind account for.

    Units: cents. Where it covers the operation's amount, a refusal may be of our own repeat.
    """
    transaction = order.transaction
    if transaction is None:
        return 0
    if operation.kind is OperationKind.REFUND:
        moved, kinds = transaction.refunded_cents, {OperationKind.REFUND}
    elif operation.kind is OperationKind.PARTIAL_CAPTURE:
        moved = transaction.captured_cents
        kinds = {OperationKind.PARTIAL_CAPTURE, OperationKind.CAPTURE}
    else:
        return 0
    done = (o for o in order.operations if o.kind in kinds and o.state is OperationState.DONE)
    return moved - sum(o.amount_cents for o in done)
