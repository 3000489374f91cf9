"""What is true of what was begun, when the program starts or another desk's order is taken over?"""

from __future__ import annotations

from dataclasses import replace

from telesales_desktop.domain.effects import Source, StartTransmit
from telesales_desktop.domain.events import TakenOver
from telesales_desktop.domain.order import OperationKind, OperationState, SendState
from telesales_desktop.domain.sending import doubt
from telesales_desktop.domain.settling import ask_back, refuse_operation, to_unknown
from telesales_desktop.domain.work import Work


def restart(work: Work) -> None:
    """After a stop: what was sent may have happened; what was planned here never left."""
    for checkout in work.order.checkouts:
        if checkout.state is SendState.SENT:
            doubt(work, checkout, "program_stopped")
        elif checkout.state is SendState.PLANNED:
            work.put_checkout(replace(checkout, state=SendState.REFUSED, refusal="not_sent"))
            work.note(Source.PROGRAM, "send_refused", reason="not_sent")
    for operation in work.order.operations:
        if operation.state is OperationState.SENT:
            work.note(Source.PROGRAM, f"{operation.kind.value}_unknown", reason="program_stopped")
            to_unknown(work, operation)
        elif operation.state is OperationState.UNKNOWN:
            ask_back(work, operation)
        elif operation.state is OperationState.PLANNED:
            if operation.kind is OperationKind.AUTHORIZE:
                work.do(StartTransmit(operation.operation_id))
            else:
                refuse_operation(work, operation, "not_sent", Source.PROGRAM)


def take_over(work: Work, event: TakenOver) -> None:
    """Go on with another desk's record: whatever was begun there may have left from there.

    Reads that were asked before are older than what the record tells, and nothing is commanded
    before Affirm was read.
    """
    for checkout in work.order.checkouts:
        if checkout.state in (SendState.PLANNED, SendState.SENT):
            doubt(work, checkout, "taken_over")
    for operation in work.order.operations:
        if operation.settled:
            work.put_operation(replace(operation, settled_version=work.version))
            continue
        work.put_operation(
            replace(
                operation,
                state=OperationState.UNKNOWN,
                foreign=operation.foreign or not event.released,
                ever_left=True,
                sends=max(1, operation.sends),
                first_sent_at=operation.first_sent_at or operation.planned_at,
                told_version=work.version,
                next_try_at=work.at,
            )
        )
    order = work.order
    has_money = order.transaction is not None
    work.order = replace(
        order,
        taken_over=order.taken_over or not event.released,
        unproven=has_money or any(c.checkout_id for c in order.checkouts),
        next_read_at=work.at if has_money else None,
    )
    work.note(Source.PROGRAM, "taken_over", actor=event.actor)
