"""When is it time to ask Affirm again? The silence detector's clockwork, without a clock."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from telesales_desktop.domain.order import (
    UNSETTLED,
    Checkout,
    Operation,
    OperationState,
    Order,
    SendState,
)
from telesales_desktop.domain.statuses import CheckoutStatus, TransactionStatus

_FIRST_READS_S = (4, 5, 7, 10, 14, 20, 30, 45)
_SETTLE_S = (2, 4, 8, 15, 30)

MINUTE_S, HOUR_S, DAY_S = 60, 3600, 86_400


def _jittered(seconds: float, seed: str) -> timedelta:
    """Spread desks apart by up to 10 %, the same way each time for the same seed."""
    share = (zlib.crc32(seed.encode()) % 1000) / 1000
    return timedelta(seconds=seconds * (0.9 + 0.1 * share))


def waiting_read_at(order: Order, checkout: Checkout, at: datetime) -> datetime | None:
    """When a waiting checkout is to be read next; None when reading serves nothing more."""
    due = _expected_at(order, checkout, at)
    is_asked_for = order.unproven and order.transaction is None  # a new link waits for it
    if not is_asked_for or checkout.state is not SendState.ACCEPTED:
        return due
    soon = at + _jittered(MINUTE_S, f"{order.order_id}|{checkout.attempt}")
    return soon if due is None else min(due, soon)


def _expected_at(order: Order, checkout: Checkout, at: datetime) -> datetime | None:
    """When news of a checkout may be expected next; None when none can come any more.

    Backs off from seconds to a minute for two hours, so that with every webhook lost a
    confirmation is still found within a minute; then to hours, for as long as a link may live.
    """
    if checkout.state is not SendState.ACCEPTED or checkout.status is CheckoutStatus.VOIDED:
        return None
    if order.transaction is not None and (
        order.transaction.checkout_id == checkout.checkout_id
        or checkout.status in (CheckoutStatus.CONFIRMED, CheckoutStatus.AUTHORIZED)
    ):
        return None
    age_s = (at - (checkout.sent_at or checkout.planned_at)).total_seconds()
    quiet = checkout.quiet_reads
    end = _last_word_at(checkout)
    if checkout.status is CheckoutStatus.CONFIRMED:
        end += timedelta(days=30)  # what could come has come, and is not settled
    if at > end and checkout.proof_at is not None and checkout.proof_at > end:
        return None  # it was read after its end: nothing more can come
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
    if checkout.superseded or order.transaction is not None:
        delay = max(
            delay, 10 * MINUTE_S
        )  # watched: a supervisor hears of a stranger's, or second, yes
    return at + _jittered(delay, f"{order.order_id}|{checkout.attempt}|{quiet}")


def _last_word_at(checkout: Checkout) -> datetime:
    """After this no confirmation can come any more, as far as we know."""
    if checkout.expires_at is not None:
        return checkout.expires_at + timedelta(hours=1)
    return (checkout.sent_at or checkout.planned_at) + timedelta(days=30)


def orphan_read_at(order: Order, at: datetime) -> datetime:
    """When checkouts that only news has named are to be read next: sooner at first."""
    reads = order.orphan_reads
    delay = _FIRST_READS_S[reads] if reads < len(_FIRST_READS_S) else 5 * MINUTE_S
    return at + _jittered(delay, f"{order.order_id}|orphans|{reads}")


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
        case _:  # pragma: no cover - every kind has its case
            assert_never(transaction.status)


def settle_try_at(tries: int, at: datetime, seed: str) -> datetime:
    """When an unsettled operation is to be looked at again: seconds, then every half minute."""
    delay = _SETTLE_S[min(tries, len(_SETTLE_S) - 1)]
    return at + _jittered(delay, f"{seed}|{tries}")


def may_go_again(operation: Operation, at: datetime) -> bool:
    """Whether it is time to send the same request again: once at once, then ever later.

    Without this, an answer that can never be read would be asked for in a loop.
    """
    if operation.sends < 2 or operation.last_sent_at is None:
        return True
    return at >= settle_try_at(operation.sends - 2, operation.last_sent_at, operation.operation_id)


ANSWER_S = 120
"""An answer comes within this time or not at all: every call has a shorter total deadline."""


def send_overdue_at(checkout: Checkout) -> datetime | None:
    """When a store call that has no answer is taken for one whose answer is lost."""
    if checkout.state is not SendState.SENT:
        return None
    return (checkout.sent_at or checkout.planned_at) + timedelta(seconds=ANSWER_S)


def operation_due_at(operation: Operation) -> datetime | None:
    """When an operation is to be looked at; None once it is settled."""
    if operation.state not in UNSETTLED:
        return None
    if operation.state is OperationState.SENT:
        sent_at = operation.last_sent_at or operation.planned_at
        return sent_at + timedelta(seconds=ANSWER_S)
    return operation.next_try_at or operation.planned_at


def next_due_at(order: Order) -> datetime | None:
    """The earliest time at which ``Ticked`` would do something for this order."""
    times = [c.next_read_at for c in order.checkouts]
    times += [send_overdue_at(c) for c in order.checkouts]
    times += [operation_due_at(o) for o in order.operations]
    times += [order.next_read_at, order.next_orphan_read_at if order.orphans else None]
    return min((time for time in times if time is not None), default=None)


def turned_back(order: Order, at: datetime) -> Order:
    """The order with its due times as near as they were, when the clock was set back.

    Without this, a workstation whose clock was two days ahead would look at nothing for two days.
    """
    back = order.updated_at - at
    checkouts = tuple(
        replace(c, next_read_at=c.next_read_at - back) if c.next_read_at is not None else c
        for c in order.checkouts
    )
    operations = tuple(
        replace(o, next_try_at=o.next_try_at - back) if o.next_try_at is not None else o
        for o in order.operations
    )
    return replace(
        order,
        checkouts=checkouts,
        operations=operations,
        next_read_at=order.next_read_at and order.next_read_at - back,
        next_orphan_read_at=order.next_orphan_read_at and order.next_orphan_read_at - back,
    )
