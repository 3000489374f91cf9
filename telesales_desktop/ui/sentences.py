"""Which one true sentence stands for an order now?"""

from __future__ import annotations

from datetime import datetime

from telesales_desktop.application.ports import OrderFile
from telesales_desktop.domain.money import Country, Environment
from telesales_desktop.domain.operations import capturable_cents, refundable_cents
from telesales_desktop.domain.order import (
    DONE_OTHERWISE,
    Operation,
    OperationKind,
    OperationState,
    Order,
)
from telesales_desktop.domain.order_state import Actor, OrderState, since, who_acts_next
from telesales_desktop.ui import labels
from telesales_desktop.ui.error_labels import affirm_reason
from telesales_desktop.ui.formats import Formats
from telesales_desktop.ui.timeline_labels import frozen_values
from telesales_desktop.ui.watch import (
    SOON,
    Trouble,
    hold_end,
    hold_ended_at,
    shown_state,
    trouble,
)


def state_sentence(file: OrderFile, now: datetime, formats: Formats) -> str:
    """What is true of the order, in the words of ``labels``."""
    order = file.order
    state = shown_state(order, now)
    text = labels.word(_template(file, state, now))
    sentence = text.format(**_facts(file, state, now, formats)).strip()
    if state is OrderState.OUTCOME_UNKNOWN and who_acts_next(order, now) is Actor.SUPERVISOR:
        return _tidy(labels.word(labels.ASK_SUPERVISOR).format(sentence=sentence))
    return _tidy(sentence)


def _tidy(sentence: str) -> str:
    """One space for two where nothing was filled in, one full stop after "23 déc."."""
    while "  " in sentence:
        sentence = sentence.replace("  ", " ")
    return sentence.replace("..", ".")


def raw_word(order: Order) -> str:
    """Affirm's own word, as it came."""
    if order.transaction is not None:
        return order.transaction.word
    return order.checkout.word if order.checkout else ""


def last_refusal(order: Order) -> Operation | None:
    """The newest command, if Affirm (or the way to it) refused it and nothing came after."""
    newest = order.operations[-1] if order.operations else None
    if newest is None or newest.state is not OperationState.REFUSED:
        return None
    if newest.verdict == DONE_OTHERWISE:
        return None  # what it asked for has happened
    return newest


def _template(file: OrderFile, state: OrderState, now: datetime) -> object:
    order = file.order
    operation = order.open_operation
    match state:
        case OrderState.LINK_SENT:
            return _channels(file)
        case OrderState.CONFIRMED if who_acts_next(order, now) is Actor.AGENT:
            return labels.CONFIRMED_BY_HAND
        case OrderState.CONFIRMED if trouble(order, now) is Trouble.CONFIRMED:
            return labels.CONFIRMED_WAITING
        case OrderState.AUTHORIZED | OrderState.PARTIALLY_CAPTURED:
            return _held(order, state, now)
        case OrderState.FROZEN if order.freeze is not None:
            return labels.FROZEN_BY[order.freeze.reason]
        case OrderState.OPERATION_RUNNING if operation is not None:
            return labels.RUNNING[operation.kind]
        case OrderState.OUTCOME_UNKNOWN if operation is not None:
            return labels.UNKNOWN[operation.kind]
        case _:
            return labels.STATE_SENTENCES[state]


def _held(order: Order, state: OrderState, now: datetime) -> object:
    """Until when it can be captured."""
    if hold_end(order) is None:
        is_whole = state is OrderState.AUTHORIZED
        return labels.AUTHORIZED_NO_DATE if is_whole else labels.PARTIALLY_CAPTURED_NO_DATE
    if hold_ended_at(order, now) is not None:
        return labels.PARTIALLY_CAPTURED_ENDED
    return labels.STATE_SENTENCES[state]


def _channels(file: OrderFile) -> object:
    """By which ways the link goes: the sandbox sends no text, Canada's are unconfirmed."""
    order, customer = file.order, file.details.customer
    if order.environment is not Environment.LIVE:
        return labels.SENT_BY_EMAIL_SANDBOX
    if not customer.email:
        return labels.SENT_BY_TEXT
    if order.country is Country.CA:
        return labels.SENT_BY_EMAIL_CANADA
    return labels.STATE_SENTENCES[OrderState.LINK_SENT]


def _deadline(at: datetime | None, now: datetime, formats: Formats) -> str:
    """The day; on the last one also the minute: a hold ends in the middle of a day."""
    if at is None:
        return "?"
    day = formats.date(at, now)
    return day if at > now + SOON else f"{day}, {formats.clock(at)}"


def _facts(file: OrderFile, state: OrderState, now: datetime, formats: Formats) -> dict[str, str]:
    """Everything that a sentence may name."""
    order = file.order
    transaction, checkout, operation = order.transaction, order.checkout, order.open_operation

    def money(cents: int) -> str:
        return formats.money(cents, order.currency)

    captured = transaction.captured_cents if transaction else 0
    refunded = transaction.refunded_cents if transaction else 0
    ours = affirms = ""
    if order.freeze is not None:
        freeze = order.freeze
        ours, affirms = frozen_values(freeze.reason, freeze.ours, freeze.affirms, formats)
    expired = checkout.expires_at if checkout and checkout.expires_at else now
    return {
        "amount": money(order.total_cents),
        "captured": money(captured),
        "uncaptured": money(capturable_cents(order)),
        "refunded": money(refunded),
        "refundable": money(refundable_cents(order)),
        "asked": money(_asked_cents(order, operation)),
        "at": formats.at(_told_at(order, state), now),
        "capture_by": _deadline(hold_end(order), now, formats),
        "expired": formats.at(expired, now),
        "ours": ours,
        "affirms": affirms,
        "word": raw_word(order),
        "payment": labels.word(labels.PAYMENTS[file.details.payment]),
        "reason": _reason(order, state),
    }


def asked_text(order: Order, formats: Formats) -> str:
    """The open command in a few words, with its amount: ``Refund of $150.00``."""
    operation = order.open_operation
    if operation is None:
        return ""
    cents = _asked_cents(order, operation)
    return labels.word(labels.OPERATIONS[operation.kind]).format(
        amount=formats.money(cents, order.currency)
    )


def _asked_cents(order: Order, operation: Operation | None) -> int:
    if operation is None or operation.kind in (OperationKind.AUTHORIZE, OperationKind.VOID):
        return order.total_cents
    return operation.amount_cents


def _told_at(order: Order, state: OrderState) -> datetime:
    """When what the sentence speaks of happened."""
    checkout = order.checkout
    if state is OrderState.LINK_SENT and checkout is not None:
        return checkout.resent_at or checkout.sent_at or checkout.planned_at
    return since(order)


def _reason(order: Order, state: OrderState) -> str:
    if state is OrderState.SEND_REFUSED and order.checkout is not None:
        return affirm_reason(
            order.checkout.refusal,
            order.checkout.refusal_field,
            canadian=order.country is Country.CA,
        )
    refused = last_refusal(order)
    return affirm_reason(refused.verdict) if refused else ""
