"""What happens next? One pure function: order and event in, order and effects out.

Nothing in here waits, reads a clock, draws a random number or touches the outside: the driver
commits the new order, then performs the effects, and feeds what comes back as events.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from telesales_desktop.domain import events, observing, operations, pace, sending, settling
from telesales_desktop.domain.effects import ReadCheckout, ReadTransaction, Source, Step
from telesales_desktop.domain.order import ConfirmHint, OperationKind, Order, SendState
from telesales_desktop.domain.policy import DEFAULT_POLICY, Policy
from telesales_desktop.domain.work import Work


def step(
    order: Order, event: events.Event, *, at: datetime, policy: Policy = DEFAULT_POLICY
) -> Step:
    """Apply one event.

    Units: ``at`` aware UTC, the same clock for all events of an order.
    Errors: ``CommandRefusedError`` for a command that a rule refuses; nothing changed then. News
    and answers are never refused.
    """
    work = Work(order, at, policy)
    _HANDLERS[type(event)](work, event)
    if work.order is not order:
        work.order = replace(work.order, updated_at=at, version=work.version)
    return work.finish()


def _refresh(work: Work, event: events.RefreshRequested) -> None:
    _read_all(work)


def _read_all(work: Work) -> None:
    """Read whatever of this order can still change at Affirm."""
    transaction = work.order.transaction
    if transaction is not None:
        work.do(ReadTransaction(transaction.transaction_id))
    for checkout in work.order.checkouts:
        if checkout.state is SendState.ACCEPTED and transaction is None:
            work.do(ReadCheckout(checkout.checkout_id))
    for orphan in work.order.orphans:
        work.do(ReadCheckout(orphan))


def _request_authorize(work: Work, event: events.AuthorizeRequested) -> None:
    """Note who asks, then read: amount, currency and order id are compared before money moves."""
    order = work.order
    checkout = order.checkout_by_id(event.checkout_id) if event.checkout_id else order.checkout
    if checkout is None or checkout.state is not SendState.ACCEPTED:
        raise work.refuse("no_live_link")
    if order.freeze is not None:
        raise work.refuse("frozen")
    if sending.money_has_moved(work):
        raise work.refuse("already_authorized")
    if checkout.superseded and not event.by_supervisor:
        raise work.refuse("superseded")
    work.put_checkout(replace(checkout, hint=ConfirmHint.AGENT, superseded=False))
    source = Source.SUPERVISOR if event.by_supervisor else Source.AGENT
    work.note(source, "customer_says_done", actor=event.actor)
    work.do(ReadCheckout(checkout.checkout_id))


def _lift_freeze(work: Work, event: events.FreezeLifted) -> None:
    if work.order.freeze is None:
        raise work.refuse("not_frozen")
    work.order = replace(work.order, freeze=None)
    work.note(Source.SUPERVISOR, "freeze_lifted", actor=event.actor)
    _read_all(work)


def _raise_generation(work: Work, event: events.GenerationRaised) -> None:
    """Allow a fresh key for the next derived command, once nothing is in doubt."""
    if work.order.open_operation is not None:
        raise work.refuse("in_flight")
    work.order = replace(work.order, generation=work.order.generation + 1)
    work.note(Source.SUPERVISOR, "generation_raised", actor=event.actor)


def _start(work: Work, event: events.Started) -> None:
    """The program starts: nothing that may have left is taken for undone."""
    for checkout in work.order.checkouts:
        if checkout.state is SendState.SENT:
            sending.doubt(work, checkout, "program_stopped")
        elif checkout.state is SendState.PLANNED:
            work.put_checkout(replace(checkout, state=SendState.REFUSED, refusal="not_sent"))
            work.note(Source.PROGRAM, "send_refused", reason="not_sent")
    settling.restart_operations(work)
    _read_waiting(work)


def _read_waiting(work: Work) -> None:
    """Read the checkouts that wait, if this desk owns the order, and every orphan."""
    if work.order.transaction is None and work.policy.reads_waiting:
        for checkout in work.order.checkouts:
            if pace.waiting_read_at(work.order, checkout, work.at) is not None:
                work.do(ReadCheckout(checkout.checkout_id))
    for orphan in work.order.orphans:
        work.do(ReadCheckout(orphan))


def _announce_gap(work: Work, event: events.GapAnnounced) -> None:
    _read_waiting(work)


def _tick(work: Work, event: events.Ticked) -> None:
    settling.tick_operations(work)
    order = work.order
    if order.transaction is not None:
        if order.next_read_at is not None and order.next_read_at <= work.at:
            work.do(ReadTransaction(order.transaction.transaction_id))
            work.order = replace(
                work.order, next_read_at=pace.transaction_read_at(work.order, work.at)
            )
        return
    for checkout in order.checkouts:
        if checkout.next_read_at is None or checkout.next_read_at > work.at:
            continue
        pending = any(
            not o.settled and o.kind is OperationKind.AUTHORIZE for o in work.order.operations
        )
        due = pace.waiting_read_at(work.order, checkout, work.at)
        work.put_checkout(replace(checkout, next_read_at=due))
        if work.policy.reads_waiting and not pending:
            work.do(ReadCheckout(checkout.checkout_id))


_HANDLERS: Mapping[type, Callable[[Work, Any], None]] = {
    events.SendRequested: sending.request_send,
    events.SendStarted: sending.start_send,
    events.SendAnswered: sending.observe_send,
    events.ResendRequested: sending.request_resend,
    events.ResendAnswered: sending.observe_resend,
    events.SupersedeRequested: sending.request_supersede,
    events.RefreshRequested: _refresh,
    events.AuthorizeRequested: _request_authorize,
    events.CaptureRequested: operations.request_capture,
    events.RefundRequested: operations.request_refund,
    events.VoidRequested: operations.request_void,
    events.UpdateRequested: operations.request_update,
    events.CancelPlannedRequested: operations.cancel_planned,
    events.FreezeLifted: _lift_freeze,
    events.GenerationRaised: _raise_generation,
    events.VerdictGiven: settling.give_verdict,
    events.TransmitStarted: settling.start_transmit,
    events.OperationAnswered: settling.observe_answer,
    events.CheckoutRead: observing.observe_checkout,
    events.TransactionRead: observing.observe_transaction,
    events.TransactionsListed: observing.observe_listing,
    events.ReadFailed: observing.observe_failed_read,
    events.DeliveryObserved: observing.observe_delivery,
    events.Started: _start,
    events.GapAnnounced: _announce_gap,
    events.Ticked: _tick,
}
