"""When is it time to ask Affirm again? The silence detector's clockwork, without a clock."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta

from telesales_desktop.domain.order import UNSETTLED, Checkout, OperationState, Order, SendState
from telesales_desktop.domain.statuses import CheckoutStatus, TransactionStatus

_FIRST_READS_S = (4, 5, 7, 10, 14, 20, 30, 45)
_SETTLE_S = (2, 4, 8, 15, 30)

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400


def _jittered(seconds: float, seed: str) -> timedelta:
    """Spread desks apart by up to 10 %, the same way each time for the same seed."""
    share = (zlib.crc32(seed.encode()) % 1000) / 1000
    return timedelta(seconds=seconds * (0.9 + 0.1 * share))


def waiting_read_at(order: Order, checkout: Checkout, at: datetime) -> datetime | None:
    """When a waiting checkout is to be read next; None when reading serves nothing more.

    Backs off from seconds to a minute for two hours, so that with every webhook lost a
    confirmation is still found within a minute; then to hours, for as long as a link may live.
    """
    if checkout.state is not SendState.ACCEPTED or order.transaction is not None:
        return None
    if checkout.status is CheckoutStatus.VOIDED:
        return None
    age_s = (at - (checkout.sent_at or checkout.planned_at)).total_seconds()
    quiet = checkout.quiet_reads
    if age_s > 30 * DAY_S:
        return None
    if checkout.expires_at is not None and at > checkout.expires_at + timedelta(hours=1):
        return None
    if quiet < len(_FIRST_READS_S):
        delay: float = _FIRST_READS_S[quiet]
    elif age_s < 2 * HOUR_S:
        delay = MINUTE_S
    elif age_s < DAY_S:
        delay = 5 * MINUTE_S
    else:
        delay = 6 * HOUR_S
    if checkout.status is CheckoutStatus.NOT_APPROVED:
        delay = max(delay, 5 * MINUTE_S)
    if checkout.superseded:
        delay = max(delay, 10 * MINUTE_S)  # watched, so that a supervisor hears of a stranger's yes
    return at + _jittered(delay, f"{order.order_id}|{checkout.attempt}|{quiet}")


def transaction_read_at(order: Order, at: datetime) -> datetime | None:
    """When a transaction is to be read next; None when it cannot change by itself any more."""
    transaction = order.transaction
    if transaction is None:
        return None
    match transaction.status:
        case (
            TransactionStatus.AUTHORIZED
            | TransactionStatus.PARTIALLY_CAPTURED
            | TransactionStatus.CONFIRMED
            | TransactionStatus.UNRECOGNIZED
        ):
            due = at + _jittered(6 * HOUR_S, order.order_id)
            expires = transaction.authorization_expires_at
            if expires is not None and at < expires < due:
                return expires + timedelta(seconds=5)
            return due
        case (
            TransactionStatus.CAPTURED
            | TransactionStatus.PARTIALLY_REFUNDED
            | TransactionStatus.DISPUTED
        ):
            return at + _jittered(DAY_S, order.order_id)
        case (
            TransactionStatus.AUTH_EXPIRED
            | TransactionStatus.REFUNDED
            | TransactionStatus.VOIDED
            | TransactionStatus.DISPUTE_REFUNDED
        ):
            return None


def settle_try_at(tries: int, at: datetime, seed: str) -> datetime:
    """When an unsettled operation is to be looked at again: seconds, then every half minute."""
    delay = _SETTLE_S[min(tries, len(_SETTLE_S) - 1)]
    return at + _jittered(delay, f"{seed}|{tries}")


def next_due_at(order: Order) -> datetime | None:
    """The earliest time at which ``Ticked`` would do something for this order."""
    times = [c.next_read_at for c in order.checkouts if c.next_read_at is not None]
    if order.next_read_at is not None:
        times.append(order.next_read_at)
    for operation in order.operations:
        if operation.state in UNSETTLED and operation.state is not OperationState.SENT:
            times.append(operation.next_try_at or operation.planned_at)
    return min(times, default=None)
