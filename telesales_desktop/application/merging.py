"""What is known of an order when a desk goes on with another desk's record of it?

The record tells what became of the order since; this desk's own verdicts are facts all the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from telesales_desktop.domain.errors import CommandRefusedError
from telesales_desktop.domain.order import (
    Checkout,
    Operation,
    OperationState,
    Order,
    SendState,
)

_T = TypeVar("_T")


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
        return replace(record, archived=False)
    if is_under_way(own):
        raise CommandRefusedError("own_command_open")
    if _identity(own) != _identity(record):
        raise CommandRefusedError("record_does_not_fit")
    return replace(
        record,
        archived=False,
        version=max(own.version, record.version),
        generation=max(own.generation, record.generation),
        checkouts=_checkouts(own, record),
        operations=_operations(own, record),
        transaction=record.transaction or own.transaction,
        freeze=record.freeze or own.freeze,
        alerts=_joined(record.alerts, own.alerts),
        orphans=_joined(record.orphans, own.orphans),
        orphans_confirmed=_joined(record.orphans_confirmed, own.orphans_confirmed),
        taken_over=own.taken_over or record.taken_over,
    )


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
    return (*both, *ours.values())


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
