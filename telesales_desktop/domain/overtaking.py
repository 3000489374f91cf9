"""Has another link of the order come first, while an authorize had no verdict yet?"""

from __future__ import annotations

from datetime import timedelta

from telesales_desktop.domain.effects import ReadCheckout
from telesales_desktop.domain.order import Operation, OperationKind
from telesales_desktop.domain.statuses import CheckoutStatus
from telesales_desktop.domain.work import Work

ENOUGH_MISSES = 5
"""After so many reads in vain, another link of the order holds this one up no longer."""

OVERTAKEN = "overtaken"
"""The verdict on an authorize that took no effect before another link was authorized."""


def is_overtaken(work: Work, operation: Operation) -> bool:
    """Whether another link of the order is authorized: to ask for this one would be one too many.

    Another desk may have authorized it, while this one slept with its own answer outstanding.
    """
    if operation.kind is not OperationKind.AUTHORIZE:
        return False
    subject, transaction = operation.subject_id, work.order.transaction
    if transaction is not None and transaction.checkout_id != subject:
        return True
    return any(
        c.status is CheckoutStatus.AUTHORIZED and c.checkout_id != subject
        for c in work.order.checkouts
    )


def others_are_looked_at(work: Work, operation: Operation) -> bool:
    """Whether every other link was read since an authorize was sent last; asks for what is missing.

    True for every other kind of command.
    """
    if operation.kind is not OperationKind.AUTHORIZE:
        return True
    missing = [
        c.checkout_id
        for c in work.order.checkouts
        if c.checkout_id not in ("", operation.subject_id)
        and c.proof_version < operation.told_version
        and c.misses < ENOUGH_MISSES
    ]
    for checkout_id in missing:
        work.do(ReadCheckout(checkout_id))
    return not missing


def is_stale(work: Work, operation: Operation) -> bool:
    """Whether a command waited so long that it may not be wanted any more.

    Nobody expects a refund to leave hours later, when a machine wakes; and a colleague who took the
    order over must be able to know that it never will.
    """
    waited = abs(work.at - operation.planned_at)
    return waited > timedelta(seconds=work.policy.planned_life_s)


def others_were_seen_lately(work: Work, operation: Operation) -> bool:
    """Whether every other link was read a moment ago; asks for what is missing.

    For an authorize that waits since long: what was known when it was planned may be true no more.
    """
    life = timedelta(seconds=work.policy.planned_life_s)
    missing = [
        c.checkout_id
        for c in work.order.checkouts
        if c.checkout_id not in ("", operation.subject_id)
        and (c.proof_at is None or abs(work.at - c.proof_at) > life)
        and c.misses < ENOUGH_MISSES
    ]
    for checkout_id in missing:
        work.do(ReadCheckout(checkout_id))
    return not missing
