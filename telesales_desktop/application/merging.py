"""What is known of an order when a desk goes on with another desk's record of it?

The record tells what became of the order since; this desk's own verdicts are facts all the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from telesales_desktop.domain.errors import CommandRefusedError
from telesales_desktop.domain.order import (
    DONE_OTHERWISE,
    Checkout,
    Operation,
    OperationKind,
    OperationState,
    Order,
    SendState,
)

_T = TypeVar("_T")

ONCE = frozenset({OperationKind.AUTHORIZE, OperationKind.CAPTURE, OperationKind.VOID})
"""What Affirm does at most once to one checkout or transaction, whoever asks."""

_LIMITED = (
    frozenset({OperationKind.CAPTURE, OperationKind.PARTIAL_CAPTURE}),
    frozenset({OperationKind.REFUND}),
)


def is_under_way(order: Order) -> bool:
    """Whether anything that was begun at this desk has no verdict yet."""
    is_sending = any(c.state in (SendState.PLANNED, SendState.SENT) for c in order.checkouts)
    return is_sending or order.open_operation is not None


def merged(own: Order | None, record: Order) -> Order:
    """The record, with what only this desk knows; versions never go back.

    Errors: ``CommandRefusedError`` ``own_command_open`` while a command of this desk's has no
    verdict; ``record_does_not_fit`` for a record that is not of this order, or contradicts it.
    """
    if own is None:
        return _checked(replace(record, archived=False))
    if is_under_way(own):
        raise CommandRefusedError("own_command_open")
    if _identity(own) != _identity(record):
        raise CommandRefusedError("record_does_not_fit")
    checkouts = _checkouts(own, record)
    placed = {c.checkout_id for c in checkouts}
    orphans = _joined(record.orphans, own.orphans)
    confirmed = _joined(record.orphans_confirmed, own.orphans_confirmed)
    found = replace(
        record,
        archived=False,
        version=max(own.version, record.version),
        generation=max(own.generation, record.generation),
        checkouts=checkouts,
        operations=_operations(own, record),
        transaction=record.transaction or own.transaction,
        freeze=record.freeze or own.freeze,
        alerts=_joined(record.alerts, own.alerts),
        orphans=tuple(o for o in orphans if o not in placed),
        orphans_confirmed=tuple(o for o in confirmed if o not in placed),
        taken_over=own.taken_over or record.taken_over,
    )
    return _checked(found)


def _checked(order: Order) -> Order:
    """The order, if a journal could hold it: one link has one id, one effect is asked for once,
    and commands stay within the limit, whoever gave them."""
    ids = [c.checkout_id for c in order.checkouts if c.checkout_id]
    standing = [o for o in order.operations if o.state is not OperationState.REFUSED]
    kinds = [o.kind for o in standing if o.kind in ONCE]
    sums = [sum(o.amount_cents for o in standing if o.kind in group) for group in _LIMITED]
    is_twice = len(set(ids)) < len(ids) or len(set(kinds)) < len(kinds)
    if is_twice or max(sums) > order.limit_cents:
        raise CommandRefusedError("record_does_not_fit")
    return order


def _identity(order: Order) -> tuple[object, ...]:
    return (
        order.order_id,
        order.order_key,
        order.environment,
        order.country,
        order.currency,
        order.created_at,
    )


def _joined(first: tuple[_T, ...], second: tuple[_T, ...]) -> tuple[_T, ...]:
    return (*first, *(one for one in second if one not in first))


def _checkouts(own: Order, record: Order) -> tuple[Checkout, ...]:
    theirs = {c.attempt: c for c in record.checkouts}
    ours = {c.attempt: c for c in own.checkouts}
    found = []
    for attempt in sorted(theirs.keys() | ours.keys()):
        one = theirs.get(attempt) or ours[attempt]
        known = ours.get(attempt)
        if known is not None and known.checkout_id and not one.checkout_id:
            one = known  # its answer came here, after the record was put
        if known is not None and known.checkout_id not in ("", one.checkout_id):
            raise CommandRefusedError("record_does_not_fit")
        found.append(replace(one, superseded=one.superseded or _is_superseded(known)))
    return tuple(found)


def _is_superseded(checkout: Checkout | None) -> bool:
    return checkout is not None and checkout.superseded


def _operations(own: Order, record: Order) -> tuple[Operation, ...]:
    ours = {o.operation_id: o for o in own.operations}
    both = [_operation(ours.pop(o.operation_id, None), o) for o in record.operations]
    done = {(o.kind, o.subject_id): o.operation_id for o in own.operations if _is_done_once(o)}
    both = [_beside(done.get((o.kind, o.subject_id)), o) for o in both]
    return (*both, *ours.values())


def _is_done_once(operation: Operation) -> bool:
    return operation.kind in ONCE and operation.state is OperationState.DONE


def _beside(done_id: str | None, theirs: Operation) -> Operation:
    """What Affirm does once was done by a command of this desk: theirs for the same was another's.

    Two desks that asked under two keys (one after a refusal) both read that it was done, and each
    took it for its own. One effect, one command: here it is the one that this journal holds.
    """
    if done_id in (None, theirs.operation_id) or theirs.state is OperationState.REFUSED:
        return theirs
    return replace(
        theirs,
        state=OperationState.REFUSED,
        verdict=DONE_OTHERWISE,
        settled_at=theirs.settled_at or theirs.planned_at,
        next_try_at=None,
    )


def _operation(own: Operation | None, theirs: Operation) -> Operation:
    """One command that both know: "done" stays, for it happened; else the record is newer."""
    if own is None:
        return theirs
    if _intent(own) != _intent(theirs):
        raise CommandRefusedError("record_does_not_fit")
    kept = own if own.state is OperationState.DONE else theirs
    return replace(kept, sends=max(own.sends, theirs.sends))


def _intent(operation: Operation) -> tuple[object, ...]:
    return (
        operation.kind,
        operation.subject_id,
        operation.amount_cents,
        operation.key,
        operation.body,
    )
