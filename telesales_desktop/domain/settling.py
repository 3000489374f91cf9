"""How does a money command get its verdict, whatever happens to the answer?

planned -> sent -> done | refused | unknown; unknown -> read back -> done | refused | sent again
under the same key with the same bytes, and only while the key is young.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from telesales_desktop.domain import pace
from telesales_desktop.domain.applying import (
    adopt_transaction,
    announce_authorized,
    apply_event,
    evidence,
    unexplained,
)
from telesales_desktop.domain.effects import (
    FindTransactions,
    Notice,
    ReadCheckout,
    ReadTransaction,
    Source,
    StartTransmit,
    Transmit,
)
from telesales_desktop.domain.events import (
    Accepted,
    Busy,
    NotSent,
    NoVerdict,
    OperationAnswered,
    Rejected,
    TransmitStarted,
)
from telesales_desktop.domain.order import (
    Alert,
    ConfirmHint,
    FreezeReason,
    Operation,
    OperationKind,
    OperationState,
)
from telesales_desktop.domain.overtaking import (
    OVERTAKEN,
    is_overtaken,
    is_stale,
    others_are_looked_at,
    others_were_seen_lately,
)
from telesales_desktop.domain.work import Work

ALREADY = frozenset({"already_authorized", "already_captured", "duplicate-capture"})
"""Refusals that may mean "done before, perhaps by us": read back, never take for a failure."""

LONGEST_WAIT_S = 3600.0
"""However long Affirm asks us to wait, and whatever a damaged header says."""


def key_is_young(work: Work, operation: Operation) -> bool:
    """Whether Affirm can be trusted to remember the key: else it is never sent again.

    A first sending in the future means that the clock cannot be trusted: then it is not young.
    """
    age = work.at - (operation.first_sent_at or operation.planned_at)
    return -_CLOCK_SLACK <= age < timedelta(seconds=work.policy.key_life_s)


_CLOCK_SLACK = timedelta(minutes=5)


def start_transmit(work: Work, event: TransmitStarted) -> None:
    """Mark the operation as sent, before the first byte. A second start does nothing."""
    operation = work.order.operation(event.operation_id)
    if operation is None or operation.state not in (OperationState.PLANNED, OperationState.UNKNOWN):
        return
    if not _may_leave(work, operation):
        if operation.state is OperationState.PLANNED:
            refuse_operation(work, operation, "frozen", Source.PROGRAM)
        return
    if is_overtaken(work, operation):
        _give_way(work, operation)
        return
    if operation.state is OperationState.UNKNOWN and not key_is_young(work, operation):
        work.alert(Alert.KEY_TOO_OLD)
        return
    if operation.state is OperationState.PLANNED and is_stale(work, operation):
        if operation.kind is not OperationKind.AUTHORIZE or not work.policy.is_ours:
            refuse_operation(work, operation, "not_sent", Source.PROGRAM)
            return
        if not others_were_seen_lately(work, operation):
            return  # the customer is done, and that does not pass: taken up again by its clock
    sends = operation.sends + 1
    work.put_operation(
        replace(
            operation,
            state=OperationState.SENT,
            sends=sends,
            first_sent_at=operation.first_sent_at or work.at,
            last_sent_at=work.at,
            told_version=work.version,
            next_try_at=None,
        )
    )
    work.do(Transmit(operation.operation_id, sends))


def _give_way(work: Work, operation: Operation) -> None:
    """Another link is authorized: what never left never leaves, the rest is only read back."""
    if operation.state is OperationState.PLANNED:
        refuse_operation(work, operation, OVERTAKEN, Source.PROGRAM)
    elif not operation.doubted:  # what Affirm said to it says more
        work.put_operation(
            replace(operation, doubted=True, told_version=work.version, verdict=OVERTAKEN)
        )


def _may_leave(work: Work, operation: Operation) -> bool:
    """A frozen order sends nothing but the void that a supervisor asked for since."""
    freeze = work.order.freeze
    if freeze is None:
        return True
    return operation.kind is OperationKind.VOID and operation.planned_version > freeze.version


def observe_answer(work: Work, event: OperationAnswered) -> None:
    """Take in the answer to a sending."""
    operation = work.order.operation(event.operation_id)
    if operation is None or operation.state in (OperationState.PLANNED, OperationState.DONE):
        return
    outcome = event.outcome
    if isinstance(outcome, Accepted):
        _accept(work, operation, outcome)
        return
    if operation.settled or event.send != operation.sends:
        return  # only a success of an earlier sending still tells something
    match outcome:
        case Rejected():
            _reject(work, operation, outcome)
        case Busy():
            _wait(work, operation, outcome.retry_after_s, left=outcome.in_progress)
        case NotSent():
            _wait(work, operation, 0.0, left=False)
        case NoVerdict():
            work.note(Source.PROGRAM, f"{operation.kind.value}_unknown", reason=outcome.reason)
            to_unknown(work, replace(operation, request_id=outcome.request_id))
        case _:  # pragma: no cover - every kind has its case
            assert_never(outcome)


def _accept(work: Work, operation: Operation, answer: Accepted) -> None:
    if operation.settled and _is_followed(work, operation):
        # It was taken for refused and another command stands in its place: Affirm's record decides.
        work.alert(Alert.SECOND_CONFIRMATION)
        ask_back(work, operation)
    elif operation.kind is OperationKind.AUTHORIZE:
        if answer.transaction is None:
            to_unknown(work, operation)
            return
        adopt_transaction(work, answer.transaction, operation.subject_id)
        finish(work, operation, answer.transaction.transaction_id, answer.request_id)
    elif answer.event is None:
        to_unknown(work, operation)
    else:
        event = answer.event
        if operation.kind in _AMOUNT_SHOWN and event.amount_cents != operation.amount_cents:
            work.freeze(FreezeReason.AMOUNT, str(operation.amount_cents), str(event.amount_cents))
        if answer.event_currency and answer.event_currency != work.order.currency.value:
            work.freeze(FreezeReason.CURRENCY, work.order.currency.value, answer.event_currency)
        apply_event(work, operation, event)
        finish(work, operation, event.event_id, answer.request_id)
        work.do(ReadTransaction(operation.subject_id))


_AMOUNT_SHOWN = frozenset(
    {OperationKind.CAPTURE, OperationKind.PARTIAL_CAPTURE, OperationKind.REFUND}
)


def _is_followed(work: Work, operation: Operation) -> bool:
    """Whether a later command of the kind was given since this one was closed."""
    return any(
        o.kind is operation.kind
        and o.state is not OperationState.REFUSED
        and o.planned_version > operation.planned_version
        for o in work.order.operations
    )


def _reject(work: Work, operation: Operation, refusal: Rejected) -> None:
    told = replace(operation, message=refusal.message, request_id=refusal.request_id)
    if not operation.ever_left and refusal.reason not in ALREADY:
        refuse_operation(work, told, refusal.reason, Source.AFFIRM)
        ask_back(work, told)  # what stands in the way is Affirm's to tell
        return
    # A 4xx on a resend may mean "already done": only a read that is asked after it decides.
    work.note(Source.AFFIRM, f"{operation.kind.value}_doubted", reason=refusal.reason)
    to_unknown(work, replace(told, doubted=True, told_version=work.version, verdict=refusal.reason))


def _wait(work: Work, operation: Operation, retry_after_s: float, *, left: bool) -> None:
    """Not processed now: the same request again, later; unknown only if one may be under way."""
    pause = timedelta(seconds=max(0.0, min(LONGEST_WAIT_S, retry_after_s)))
    first = operation.first_sent_at
    due = max(
        work.at + pause,
        pace.settle_try_at(operation.tries, work.at, operation.operation_id),
    )
    ever_left = operation.ever_left or left
    state = OperationState.UNKNOWN if ever_left else OperationState.PLANNED
    work.put_operation(
        replace(
            operation,
            state=state,
            ever_left=ever_left,
            first_sent_at=first if ever_left else None,  # a key that never arrived does not age
            next_try_at=due,
            tries=operation.tries + 1,
        )
    )


def to_unknown(work: Work, operation: Operation) -> None:
    """No verdict: say so, and read back at once."""
    due = pace.settle_try_at(operation.tries, work.at, operation.operation_id)
    unknown = replace(
        operation,
        state=OperationState.UNKNOWN,
        ever_left=True,
        next_try_at=due,
        tries=operation.tries + 1,
    )
    work.put_operation(unknown)
    work.announce(Notice.OUTCOME_UNKNOWN)
    ask_back(work, unknown)


def ask_back(work: Work, operation: Operation) -> None:
    """Read what can tell whether the operation took effect."""
    if operation.kind is OperationKind.AUTHORIZE:
        work.do(ReadCheckout(operation.subject_id))
    else:
        work.do(ReadTransaction(operation.subject_id))


def find_authorized(work: Work, checkout_id: str) -> None:
    """Look for the order's transactions in Affirm's list, from when its first link was sent."""
    since = min(c.sent_at or c.planned_at for c in work.order.checkouts)
    work.do(FindTransactions(checkout_id, since - timedelta(hours=1)))


def finish(work: Work, operation: Operation, verdict: str, request_id: str = "") -> None:
    """Close the operation as done, and take back what was said about its doubt."""
    work.put_operation(
        replace(
            operation,
            state=OperationState.DONE,
            settled_at=work.at,
            next_try_at=None,
            doubted=False,
            settled_version=work.version,
            verdict=verdict,
            request_id=request_id or operation.request_id,
        )
    )
    _calm_if_settled(work)
    work.note(
        Source.AFFIRM,
        f"{operation.kind.value}_done",
        amount=operation.amount_cents,
        actor=operation.actor,
    )
    if operation.kind is OperationKind.AUTHORIZE:
        work.calm(Alert.AUTHORIZE_REFUSED)
        announce_authorized(work)
    else:
        work.announce(Notice.OPERATION_DONE)


def refuse_operation(work: Work, operation: Operation, reason: str, source: Source) -> None:
    """Close the operation as refused: it took no effect."""
    work.put_operation(
        replace(
            operation,
            state=OperationState.REFUSED,
            settled_at=work.at,
            next_try_at=None,
            doubted=False,
            settled_version=work.version,
            verdict=reason,
        )
    )
    _calm_if_settled(work)
    work.note(
        source,
        f"{operation.kind.value}_refused",
        reason=reason,
        amount=operation.amount_cents,
        request_id=operation.request_id,
    )
    if operation.kind is OperationKind.AUTHORIZE:
        checkout = work.order.checkout_by_id(operation.subject_id)
        if checkout is not None and checkout.hint is ConfirmHint.AGENT:
            # A no is a normal answer: whoever asked may ask again.
            left = ConfirmHint.WEBHOOK if checkout.told_confirmed else ConfirmHint.NONE
            work.put_checkout(replace(checkout, hint=left, picked=False))
    work.announce(Notice.OPERATION_REFUSED)


def _calm_if_settled(work: Work) -> None:
    if work.order.open_operation is None:
        work.calm(Alert.UNKNOWN_TOO_LONG, Alert.KEY_TOO_OLD)


def settle_by_read(
    work: Work,
    operation: Operation,
    *,
    asked_since: bool,
    complete: bool,
    asked_at: datetime | None = None,
) -> None:
    """Decide an unknown operation by what a read has just brought into the order.

    ``asked_since``: the read was asked after the last sending (and after the doubt).
    ``complete``: all that the read could show is in it. ``asked_at``: when; None for just now.
    """
    found = evidence(work.order, operation)
    if found is True:
        finish(work, operation, "read_back")
    elif not asked_since:
        return
    elif found is False:
        refuse_operation(work, operation, operation.verdict or OVERTAKEN, Source.AFFIRM)
    elif operation.doubted:
        _settle_doubt(work, operation, complete=complete, asked_at=asked_at or work.at)
    elif is_overtaken(work, operation):
        _give_way(work, operation)
    elif operation.foreign and operation.kind is not OperationKind.AUTHORIZE:
        work.alert(Alert.UNKNOWN_TOO_LONG)  # its own desk may yet send it, or have dropped it
    elif not key_is_young(work, operation):
        work.alert(Alert.KEY_TOO_OLD)
    elif (
        _may_leave(work, operation)
        and pace.may_go_again(operation, work.at)
        and others_are_looked_at(work, operation)
    ):
        # An unchanged read-back proves nothing: the same bytes again under the same key.
        work.do(StartTransmit(operation.operation_id))


def _settle_doubt(work: Work, operation: Operation, *, complete: bool, asked_at: datetime) -> None:
    """A 4xx on a resend, then an unchanged read-back: together they mean that nothing happened.

    Not unless it was asked when an earlier sending could no longer be under way, and a read no
    longer lag behind; a full disk may have kept its answer for as long.
    """
    if not horizon_is_passed(work, operation, min(asked_at, work.at)):
        return
    is_ours = operation.verdict in ALREADY or unexplained(work.order, operation)
    if complete and not is_ours:
        refuse_operation(work, operation, operation.verdict, Source.AFFIRM)
        if operation.kind is OperationKind.AUTHORIZE:
            ask_back(work, operation)  # the customer may be done all the same: go on, or say so
    else:
        work.alert(Alert.UNKNOWN_TOO_LONG)  # machinery cannot tell, and will not be able to


def horizon_is_passed(work: Work, operation: Operation, at: datetime | None = None) -> bool:
    """Whether no sending could be under way any more at a moment, and no read lag behind it."""
    since = operation.last_sent_at or operation.planned_at
    return (at or work.at) - since >= timedelta(seconds=work.policy.horizon_s)


def tick_operations(work: Work) -> None:
    """Take up what is due: planned ones are sent, unknown ones are read back."""
    for operation in work.order.operations:
        due = pace.operation_due_at(operation)
        if due is None or due > work.at:
            continue
        if operation.state is OperationState.SENT:  # whoever sent it has lost the answer
            work.note(Source.PROGRAM, f"{operation.kind.value}_unknown", reason="no_answer")
            to_unknown(work, operation)
            continue
        again = pace.settle_try_at(operation.tries, work.at, operation.operation_id)
        work.put_operation(replace(operation, next_try_at=again, tries=operation.tries + 1))
        if operation.state is OperationState.PLANNED:
            work.do(StartTransmit(operation.operation_id))
            continue
        since = operation.first_sent_at or operation.planned_at
        if abs(work.at - since) >= timedelta(seconds=work.policy.supervise_after_s):
            work.alert(Alert.UNKNOWN_TOO_LONG)
        ask_back(work, operation)
