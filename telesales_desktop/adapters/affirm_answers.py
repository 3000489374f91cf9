"""What does Affirm's JSON say, in our own values? Strict: a success we cannot read is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NoReturn
from urllib.parse import urlsplit

from telesales_desktop.adapters.affirm_hosts import is_loopback
from telesales_desktop.adapters.strict_json import text, whole_number
from telesales_desktop.application.ports import CheckoutSnapshot, ListedEvent
from telesales_desktop.domain.errors import OutcomeUnknownError
from telesales_desktop.domain.events import Accepted, CheckoutAccepted
from telesales_desktop.domain.money import Environment
from telesales_desktop.domain.order import OperationKind, Transaction, TransactionEvent
from telesales_desktop.domain.statuses import TransactionStatus, transaction_status

Json = Mapping[str, object]

IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,128}", re.ASCII)
"""What Affirm's ids look like; nothing else may become a part of a path."""
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_CAPTURES = ("capture", "split_capture")
_EVENT_TYPES = {
    OperationKind.CAPTURE: _CAPTURES,
    OperationKind.PARTIAL_CAPTURE: _CAPTURES,
    OperationKind.REFUND: ("refund",),
    OperationKind.VOID: ("void",),
    OperationKind.UPDATE: ("update",),
}
_TAKEN = (
    TransactionStatus.CAPTURED,
    TransactionStatus.PARTIALLY_REFUNDED,
    TransactionStatus.REFUNDED,
    TransactionStatus.DISPUTED,
    TransactionStatus.DISPUTE_REFUNDED,
)
_MAYBE_TAKEN = (TransactionStatus.AUTHORIZED, TransactionStatus.PARTIALLY_CAPTURED)
_AMOUNT_MATTERS = (OperationKind.CAPTURE, OperationKind.PARTIAL_CAPTURE, OperationKind.REFUND)


def checkout_accepted(
    body: Json, *, environment: Environment, expires_at: datetime | None, request_id: str
) -> CheckoutAccepted:
    """The answer to store and resend. Errors: ``OutcomeUnknownError`` without a checkout id."""
    return CheckoutAccepted(
        checkout_id=_identifier(body.get("checkout_id"), "checkout_id", request_id),
        redirect_url=_link(text(body.get("redirect_url")), environment),
        expires_at=expires_at,
        request_id=request_id,
    )


def checkout_snapshot(body: Json, *, checkout_id: str, request_id: str) -> CheckoutSnapshot:
    """The answer to Read Checkout, which does not repeat the checkout's id.

    Errors: ``OutcomeUnknownError`` without a status word, or with a total that is no whole number.
    """
    word = body.get("checkout_status")
    if not isinstance(word, str):
        _unreadable("checkout_status", request_id)
    total = body.get("total")
    if total is not None and whole_number(total) is None:
        _unreadable("total", request_id)
    return CheckoutSnapshot(
        checkout_id=checkout_id,
        word=word,
        total_cents=whole_number(total),
        currency=text(body.get("currency")),
        order_id=text(body.get("order_id")) or text(body.get("merchant_external_reference")),
        request_id=request_id,
    )


def transaction(body: Json, *, expanded: bool = False, request_id: str = "") -> Transaction:
    """A transaction.

    ``expanded`` says that its events were asked for: without that the list is empty or partial,
    so ``events_known`` stays false. What was captured and refunded is the sum of Affirm's own
    events where they are known; else it follows from the status, ``amount_refunded`` and
    ``remaining_capturable_amount``. A part that was captured, of an unknown size, counts as 0:
    too small a figure can only make us refuse a refund, never give back too much.
    Errors: ``OutcomeUnknownError`` without id, amount or currency.
    """
    transaction_id = _identifier(body.get("id"), "id", request_id)
    amount = _cents(body.get("amount"), "amount", request_id)
    currency = text(body.get("currency"))
    if not _CURRENCY.fullmatch(currency):
        _unreadable("currency", request_id)
    word = text(body.get("status"))
    events = _events(body.get("events"))
    known = expanded and bool(events)
    captured = _sum(events, _CAPTURES) if known else _captured(word, amount, body)
    refunded = _refunded(word, captured, body)
    if known:  # a refund by dispute may be in the total alone: the larger figure is the safe one
        refunded = max(_sum(events, ("refund",)), whole_number(body.get("amount_refunded")) or 0)
    return Transaction(
        transaction_id=transaction_id,
        checkout_id=text(body.get("checkout_id")),
        order_id=text(body.get("order_id")),
        word=word,
        amount_cents=amount,
        currency=currency,
        captured_cents=captured,
        refunded_cents=refunded,
        authorization_expires_at=moment(body.get("authorization_expiration")),
        created_at=moment(body.get("created")),
        events=events,
        events_known=known,
    )


def listed_transaction(body: Json) -> Transaction | None:
    """A transaction of a list, or None where it cannot be read."""
    try:
        return transaction(body)
    except OutcomeUnknownError:
        return None


def operation_accepted(kind: OperationKind, body: Json, *, request_id: str) -> Accepted:
    """The answer to a money command.

    Errors: ``OutcomeUnknownError`` where the event is not of the kind asked for, or lacks its id,
    or (capture, refund) its amount and currency.
    """
    if kind is OperationKind.AUTHORIZE:
        return Accepted(transaction=transaction(body, request_id=request_id), request_id=request_id)
    event = _event(body)
    if event is None or event.type not in _EVENT_TYPES[kind]:
        _unreadable("type", request_id)
    currency = text(body.get("currency"))
    if kind in _AMOUNT_MATTERS:
        _cents(body.get("amount"), "amount", request_id)
        if not _CURRENCY.fullmatch(currency):
            _unreadable("currency", request_id)
    return Accepted(event=event, event_currency=currency, request_id=request_id)


def listed_event(body: Json, *, request_id: str) -> ListedEvent:
    """One entry of List Transaction Events. Errors: ``OutcomeUnknownError`` if unreadable."""
    event = _event(body)
    if event is None:
        _unreadable("event", request_id)
    return ListedEvent(
        event_id=event.event_id,
        type=event.type,
        transaction_id=text(body.get("transaction_id")),
        amount_cents=event.amount_cents,
        currency=text(body.get("currency")),
        created_at=event.created_at,
        order_id=text(body.get("order_id")),
        reference_id=event.reference_id,
    )


def moment(value: object) -> datetime | None:
    """An RFC 3339 time as aware UTC; a time without a zone is UTC; None where unreadable."""
    try:
        found = datetime.fromisoformat(text(value))
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _event(body: Json) -> TransactionEvent | None:
    """An event, or None where it cannot be read. A void has no amount: 0."""
    event_id, kind = text(body.get("id")), text(body.get("type"))
    amount = body.get("amount", 0)
    cents = 0 if amount is None else whole_number(amount)
    if not event_id or not kind or cents is None or cents < 0:
        return None
    return TransactionEvent(
        event_id=event_id,
        type=kind,
        amount_cents=cents,
        created_at=moment(body.get("created")),
        reference_id=text(body.get("reference_id")),
    )


def _events(value: object) -> tuple[TransactionEvent, ...]:
    """All of them, or none: a sum over a part of the record would be a wrong sum."""
    if not isinstance(value, list):
        return ()
    events = [_event(entry) if isinstance(entry, dict) else None for entry in value]
    readable = [event for event in events if event is not None]
    return tuple(readable) if len(readable) == len(events) else ()


def _sum(events: tuple[TransactionEvent, ...], types: tuple[str, ...]) -> int:
    return sum(event.amount_cents for event in events if event.type in types)


def _captured(word: str, amount: int, body: Json) -> int:
    status = transaction_status(word)
    if status in _TAKEN:
        return _without_remaining(amount, body, otherwise=amount)
    if status in _MAYBE_TAKEN:
        return _without_remaining(amount, body, otherwise=0)
    return 0  # nothing was taken, or a word that we have never seen


def _without_remaining(amount: int, body: Json, *, otherwise: int) -> int:
    remaining = whole_number(body.get("remaining_capturable_amount"))
    if remaining is None or not 0 <= remaining <= amount:
        return otherwise
    return amount - remaining


def _refunded(word: str, captured: int, body: Json) -> int:
    stated = whole_number(body.get("amount_refunded"))
    if stated is not None and stated >= 0:
        return stated
    everything = (TransactionStatus.REFUNDED, TransactionStatus.DISPUTE_REFUNDED)
    return captured if transaction_status(word) in everything else 0


def _link(url: str, environment: Environment) -> str:
    """The customer's link if a browser may be given it, else nothing: it is shown and opened."""
    if not url.isprintable() or " " in url:
        return ""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    local = environment is Environment.SIMULATOR and parts.scheme == "http" and is_loopback(host)
    return url if local or (parts.scheme == "https" and host) else ""


def _identifier(value: object, name: str, request_id: str) -> str:
    found = text(value)
    if not IDENTIFIER.fullmatch(found):
        _unreadable(name, request_id)
    return found


def _cents(value: object, name: str, request_id: str) -> int:
    cents = whole_number(value)
    if cents is None or cents < 0:
        _unreadable(name, request_id)
    return cents


def _unreadable(name: str, request_id: str) -> NoReturn:
    raise OutcomeUnknownError(f"unreadable_{name}", request_id=request_id)
