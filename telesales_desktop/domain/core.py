"""What happens next? One pure function: order and event in, order and effects out.

Nothing in here waits, reads a clock, draws a random number or touches the outside: the driver
commits the new order, then performs the effects, and feeds what comes back as events.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from telesales_desktop.domain import (
    events,
    observing,
    operations,
    pace,
    recovering,
    sending,
    settling,
    verdict,
)
from telesales_desktop.domain.authorizing import authorize_refusal
from telesales_desktop.domain.effects import ReadCheckout, ReadTransaction, Source, Step
from telesales_desktop.domain.order import (
    ConfirmHint,
    OperationKind,
    Order,
    SendState,
)
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
    if at < order.updated_at:
        work.order = pace.turned_back(order, at)
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
        is_paid = transaction is not None and transaction.checkout_id == checkout.checkout_id
        if checkout.state is SendState.ACCEPTED and not is_paid:
            work.do(ReadCheckout(checkout.checkout_id))
    for orphan in work.order.orphans:
        work.do(ReadCheckout(orphan))


def _request_authorize(work: Work, event: events.AuthorizeRequested) -> None:
    """Note who asks, then read: amount, currency and order id are compared before money moves."""
    order = work.order
    checkout = order.checkout_by_id(event.checkout_id) if event.checkout_id else order.checkout
    work.refuse_if(authorize_refusal(order, checkout, by_supervisor=event.by_supervisor))
    assert checkout is not None
    # Wanted anew: what was seen of other links before this may have changed at another desk.
    asked = replace(checkout, hint=ConfirmHint.AGENT, picked=event.by_supervisor, wanted_version=0)
    work.put_checkout(asked)
    source = Source.SUPERVISOR if event.by_supervisor else Source.AGENT
    work.note(source, "customer_says_done", actor=event.actor)
    work.do(ReadCheckout(checkout.checkout_id))


def _lift_freeze(work: Work, event: events.FreezeLifted) -> None:
    if work.order.freeze is None:
        raise work.refuse("not_frozen")
    # What was frozen for is read once more before anything is commanded on it.
    has_money = work.order.transaction is not None
    work.order = replace(work.order, freeze=None, unproven=has_money)
    work.note(Source.SUPERVISOR, "freeze_lifted", actor=event.actor)
    _read_all(work)


def _raise_generation(work: Work, event: events.GenerationRaised) -> None:
    """Allow a fresh key for the next derived command, once nothing is in doubt."""
    work.refuse_if(operations.generation_refusal(work.order))
    work.order = replace(work.order, generation=work.order.generation + 1)
    work.note(Source.SUPERVISOR, "generation_raised", actor=event.actor)


def _start(work: Work, event: events.Started) -> None:
    """The program starts: nothing that may have left is taken for undone."""
    recovering.restart(work)
    _read_waiting(work)
    if work.order.unproven:
        _read_all(work)  # the read that was to prove it may have died with the program


def _take_over(work: Work, event: events.TakenOver) -> None:
    """Go on with another desk's record, after a look at Affirm."""
    recovering.take_over(work, event)
    _read_all(work)


def _read_waiting(work: Work) -> None:
    """Read the checkouts that wait, if this desk owns the order, and every orphan."""
    for checkout in work.order.checkouts:
        due = pace.waiting_read_at(work.order, checkout, work.at)
        if due is not None and work.policy.is_ours:
            work.do(ReadCheckout(checkout.checkout_id))
    for orphan in work.order.orphans:
        work.do(ReadCheckout(orphan))


def _announce_gap(work: Work, event: events.GapAnnounced) -> None:
    _read_waiting(work)


def _tick(work: Work, event: events.Ticked) -> None:
    settling.tick_operations(work)
    sending.tick_sends(work)
    _tick_transaction(work)
    _tick_orphans(work)
    is_authorizing = any(
        not o.settled and o.kind is OperationKind.AUTHORIZE for o in work.order.operations
    )
    for checkout in work.order.checkouts:
        if checkout.next_read_at is None or checkout.next_read_at > work.at:
            continue
        due = pace.waiting_read_at(work.order, checkout, work.at)
        work.put_checkout(replace(checkout, next_read_at=due))
        if due is not None and work.policy.is_ours and not is_authorizing:
            work.do(ReadCheckout(checkout.checkout_id))


def _tick_transaction(work: Work) -> None:
    order = work.order
    if order.transaction is None or order.next_read_at is None or order.next_read_at > work.at:
        return
    work.do(ReadTransaction(order.transaction.transaction_id))
    work.order = replace(order, next_read_at=pace.transaction_read_at(order, work.at))


def _tick_orphans(work: Work) -> None:
    """News named a checkout that we cannot place: ask until Affirm tells whose it is."""
    order = work.order
    due = order.next_orphan_read_at
    if not order.orphans or due is None or due > work.at:
        return
    for orphan in order.orphans:
        work.do(ReadCheckout(orphan))
    later = replace(order, orphan_reads=order.orphan_reads + 1)
    work.order = replace(later, next_orphan_read_at=pace.orphan_read_at(later, work.at))


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
    events.VerdictGiven: verdict.give_verdict,
    events.TransmitStarted: settling.start_transmit,
    events.OperationAnswered: settling.observe_answer,
    events.CheckoutRead: observing.observe_checkout,
    events.TransactionRead: observing.observe_transaction,
    events.TransactionsListed: observing.observe_listing,
    events.ReadFailed: observing.observe_failed_read,
    events.DeliveryObserved: observing.observe_delivery,
    events.Started: _start,
    events.TakenOver: _take_over,
    events.GapAnnounced: _announce_gap,
    events.Ticked: _tick,
}
