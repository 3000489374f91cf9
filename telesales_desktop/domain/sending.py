"""How does a link reach the customer, once for each time the agent asks?

A lost store reply is never sent again by machinery: the customer may already have the link.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from telesales_desktop.domain import pace
from telesales_desktop.domain.effects import (
    Notice,
    ReadCheckout,
    ResendLink,
    SendCheckout,
    Source,
    StartSend,
)
from telesales_desktop.domain.events import (
    Busy,
    CheckoutAccepted,
    NotSent,
    NoVerdict,
    Rejected,
    ResendAnswered,
    ResendRequested,
    SendAnswered,
    SendRequested,
    SendStarted,
    SupersedeRequested,
)
from telesales_desktop.domain.order import (
    Checkout,
    ConfirmHint,
    OperationKind,
    OperationState,
    Order,
    SendState,
)
from telesales_desktop.domain.statuses import CheckoutStatus
from telesales_desktop.domain.work import Work

ENDED = frozenset({CheckoutStatus.NOT_APPROVED, CheckoutStatus.VOIDED})
"""Words after which the link is of no more use: another may be sent."""


def money_has_moved(order: Order) -> bool:
    """Whether an authorization exists, is asked for, or may exist."""
    return order.transaction is not None or any(
        o.kind is OperationKind.AUTHORIZE and o.state is not OperationState.REFUSED
        for o in order.operations
    )


def send_refusal(order: Order, at: datetime) -> str:
    """Why no link may be sent now; empty if one may."""
    if not order.is_affirm:
        return "not_affirm"
    if order.freeze is not None:
        return "frozen"
    if money_has_moved(order):
        return "already_authorized"
    if order.unproven:
        return "reading_first"
    for checkout in order.checkouts:
        if checkout.state in (SendState.PLANNED, SendState.SENT):
            return "sending"
        is_live = checkout.state is SendState.ACCEPTED and not checkout.superseded
        if is_live and checkout.status not in ENDED and not has_expired(checkout, at):
            return "link_is_live"
    return ""


def resend_refusal(order: Order, at: datetime) -> str:
    """Why the newest link cannot be sent once more; empty if it can, after the pause."""
    checkout = order.checkout
    if checkout is None or checkout.state is not SendState.ACCEPTED or checkout.superseded:
        return "no_live_link"
    if order.freeze is not None:
        return "frozen"
    if money_has_moved(order):
        return "already_authorized"
    if checkout.status in ENDED or checkout.status in _USED:
        return "link_is_used"
    return "no_live_link" if has_expired(checkout, at) else ""


_USED = frozenset({CheckoutStatus.CONFIRMED, CheckoutStatus.AUTHORIZED})


def supersede_refusal(order: Order) -> str:
    """Why no link can be closed; empty if one can. A frozen order's may be: it is the safe side."""
    if money_has_moved(order):
        return "already_authorized"
    live = _open_links(order)
    if not live:
        return "no_live_link"
    if any(c.state in (SendState.PLANNED, SendState.SENT) for c in live):
        return "sending"
    return ""


def _open_links(order: Order) -> list[Checkout]:
    """Links that a customer, or a stranger, may still use."""
    return [
        c
        for c in order.checkouts
        if not c.superseded and c.state is not SendState.REFUSED and c.status not in ENDED
    ]


def has_expired(checkout: Checkout, at: datetime) -> bool:
    """Whether the end that we sent with the link has passed."""
    return checkout.expires_at is not None and checkout.expires_at <= at


def request_send(work: Work, event: SendRequested) -> None:
    """Plan another checkout; refused while one may still be confirmed by the customer."""
    order = work.order
    work.refuse_if(send_refusal(order, work.at))
    attempt = len(order.checkouts) + 1
    planned = Checkout(attempt, SendState.PLANNED, order.total_cents, order.currency, work.at)
    work.put_checkout(replace(planned, contested=order.taken_over))
    work.note(Source.AGENT, "send_asked", actor=event.actor, attempt=attempt)
    work.do(StartSend(attempt))


def start_send(work: Work, event: SendStarted) -> None:
    """Mark the checkout as sent, before the first byte. A second start does nothing."""
    checkout = _attempt(work, event.attempt)
    if checkout is None or checkout.state is not SendState.PLANNED:
        return
    work.put_checkout(replace(checkout, state=SendState.SENT, sent_at=work.at))
    work.do(SendCheckout(event.attempt))


def observe_send(work: Work, event: SendAnswered) -> None:
    """Take in the answer to a store call."""
    checkout = _attempt(work, event.attempt)
    if checkout is None or checkout.state not in (SendState.SENT, SendState.UNKNOWN):
        return
    outcome = event.outcome
    match outcome:
        case CheckoutAccepted():
            accept(work, checkout, outcome)
        case Rejected():
            _refuse(work, checkout, outcome.reason, outcome.field, outcome.request_id)
        case Busy() if outcome.in_progress:
            doubt(work, checkout, "busy", outcome.request_id)
        case Busy():
            _refuse(work, checkout, "busy", "", outcome.request_id)
        case NotSent():
            _refuse(work, checkout, "not_sent", "", "")
        case NoVerdict():
            doubt(work, checkout, outcome.reason, outcome.request_id)
        case _:  # pragma: no cover - every kind has its case
            assert_never(outcome)


def accept(work: Work, checkout: Checkout, answer: CheckoutAccepted) -> None:
    """Affirm has the checkout and sends the link: start watching it."""
    accepted = replace(
        checkout,
        state=SendState.ACCEPTED,
        checkout_id=answer.checkout_id,
        redirect_url=answer.redirect_url,
        expires_at=answer.expires_at,
        request_id=answer.request_id,
        word=CheckoutStatus.UNKNOWN.value,
        word_at=work.at,
        word_version=work.version,
    )
    known = answer.checkout_id in work.order.orphans
    if answer.checkout_id in work.order.orphans_confirmed:
        accepted = replace(accepted, hint=ConfirmHint.WEBHOOK, told_confirmed=True)
    due = pace.waiting_read_at(work.order, accepted, work.at)
    work.put_checkout(replace(accepted, next_read_at=due))
    work.order = replace(work.order, proof_at=work.at)
    work.drop_orphan(answer.checkout_id)
    work.note(Source.AFFIRM, "link_sent", checkout_id=answer.checkout_id, attempt=checkout.attempt)
    if known:  # news about it came before the answer did
        work.do(ReadCheckout(answer.checkout_id))


def doubt(work: Work, checkout: Checkout, reason: str, request_id: str = "") -> None:
    """No answer: the customer may have a link. Only a person sends another."""
    work.put_checkout(replace(checkout, state=SendState.UNKNOWN, request_id=request_id))
    work.note(Source.PROGRAM, "may_have_been_sent", reason=reason, attempt=checkout.attempt)
    work.announce(Notice.MAY_HAVE_BEEN_SENT)
    for orphan in work.order.orphans:
        work.do(ReadCheckout(orphan))


def _refuse(work: Work, checkout: Checkout, reason: str, field: str, request_id: str) -> None:
    work.put_checkout(
        replace(
            checkout,
            state=SendState.REFUSED,
            refusal=reason,
            refusal_field=field,
            request_id=request_id,
        )
    )
    work.note(Source.AFFIRM, "send_refused", reason=reason, field=field, request_id=request_id)
    work.announce(Notice.SEND_REFUSED)


def request_resend(work: Work, event: ResendRequested) -> None:
    """Ask Affirm to send the same link again; never a second checkout."""
    checkout = work.order.checkout
    work.refuse_if(resend_refusal(work.order, work.at))
    assert checkout is not None
    last = checkout.resent_at or checkout.sent_at or checkout.planned_at
    free_at = last + timedelta(seconds=work.policy.resend_pause_s)
    if work.at < free_at:
        raise work.refuse("resend_too_soon", wait_s=int((free_at - work.at).total_seconds()) + 1)
    work.put_checkout(replace(checkout, resent_at=work.at))
    work.note(Source.AGENT, "resend_asked", actor=event.actor)
    work.do(ResendLink(checkout.checkout_id))


def observe_resend(work: Work, event: ResendAnswered) -> None:
    """Write down what Affirm said of the resend; it changes no state of ours."""
    match event.outcome:
        case CheckoutAccepted():
            work.note(Source.AFFIRM, "link_resent", request_id=event.outcome.request_id)
        case Rejected():
            work.note(
                Source.AFFIRM,
                "resend_refused",
                reason=event.outcome.reason,
                request_id=event.outcome.request_id,
            )
            work.do(ReadCheckout(event.checkout_id))
        case NoVerdict() | Busy(in_progress=True):
            work.note(Source.PROGRAM, "resend_unknown")
        case Busy() | NotSent():
            work.note(Source.PROGRAM, "resend_not_sent")
        case _:  # pragma: no cover - every kind has its case
            assert_never(event.outcome)


def request_supersede(work: Work, event: SupersedeRequested) -> None:
    """Never accept the links sent so far. They still open: Affirm has no cancel."""
    work.refuse_if(supersede_refusal(work.order))
    live = _open_links(work.order)
    for checkout in live:
        work.put_checkout(replace(checkout, superseded=True, picked=False, wanted_version=0))
    work.note(Source.AGENT, "superseded", actor=event.actor)


def tick_sends(work: Work) -> None:
    """A store call whose answer never came: whoever made it has lost it."""
    for checkout in work.order.checkouts:
        due = pace.send_overdue_at(checkout)
        if due is not None and due <= work.at:
            doubt(work, checkout, "no_answer")


def _attempt(work: Work, attempt: int) -> Checkout | None:
    return next((c for c in work.order.checkouts if c.attempt == attempt), None)
