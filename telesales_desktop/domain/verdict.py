"""When may a supervisor close a money command by hand, and what follows?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from telesales_desktop.domain import pace
from telesales_desktop.domain.effects import Source
from telesales_desktop.domain.events import VerdictGiven
from telesales_desktop.domain.order import Alert, OperationKind, OperationState
from telesales_desktop.domain.settling import (
    ask_back,
    finish,
    horizon_is_passed,
    key_is_young,
    refuse_operation,
)
from telesales_desktop.domain.work import Work


def give_verdict(work: Work, event: VerdictGiven) -> None:
    """A supervisor who looked at Affirm's portal closes an operation that machinery may not."""
    operation = work.order.operation(event.operation_id)
    if operation is None or operation.state is not OperationState.UNKNOWN:
        raise work.refuse("already_settled")
    if not {Alert.UNKNOWN_TOO_LONG, Alert.KEY_TOO_OLD} & set(work.order.alerts):
        raise work.refuse("still_checking")
    if event.took_effect and operation.kind is OperationKind.AUTHORIZE:
        # Without Affirm's transaction nothing could be captured, and nothing authorized any more.
        raise work.refuse("affirm_shows_it")
    if not event.took_effect and not horizon_is_passed(work, operation):
        raise work.refuse("still_checking")  # it may yet arrive: what is seen now proves nothing
    if not event.took_effect and operation.foreign and key_is_young(work, operation):
        raise work.refuse("other_desk")  # its own desk may yet send it again
    work.note(Source.SUPERVISOR, "verdict_given", actor=event.actor)
    if event.took_effect:
        finish(work, operation, "by_hand")
        ask_back(work, operation)
        # Nothing is commanded on a record that lacks it.
        soon = work.at + timedelta(seconds=pace.MINUTE_S)
        work.order = replace(work.order, unproven=True, next_read_at=soon)
    else:
        refuse_operation(work, operation, "by_hand", Source.SUPERVISOR)
        if operation.kind is OperationKind.AUTHORIZE:
            ask_back(work, operation)  # the customer may be done all the same: go on, or say so
