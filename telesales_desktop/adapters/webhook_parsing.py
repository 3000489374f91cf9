"""What does a delivery say? The one place that knows Affirm's names for its fields."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from telesales_desktop.application.ports import DeliveryContent, StoredDelivery
from telesales_desktop.wire.addresses import ORDER_KEY
from telesales_desktop.wire.webhook_body import Fields, first_value, is_event, read_fields

_CHECKOUT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_WORD = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_CENTS = re.compile(r"[0-9]{1,12}")
_MOST_ORDER_ID = 128


def read_delivery(delivery: StoredDelivery) -> DeliveryContent:
    """The port ``DeliveryReader``. Never raises; what cannot be read says so.

    A field that has a form it never has at Affirm counts as absent, and so does one that comes
    twice with different values: neither may be guessed.
    Units: ``total_cents`` cents; times without a zone are UTC, as Affirm's samples suggest.
    Source: reference/the-checkout-event-object, read 2026-11.
    """
    fields = read_fields(delivery.body)
    readable = is_event(fields)
    total = _one(fields, "total", _CENTS)
    return DeliveryContent(
        readable=readable,
        word=_one(fields, "event", _WORD),
        checkout_id=_one(fields, "checkout_token", _CHECKOUT_ID),
        order_id=_order_id(fields),
        # The customer's address names the order even where its browser brought nothing along.
        order_key=_one(fields, "webhook_session_id", ORDER_KEY) or delivery.order_key,
        total_cents=int(total) if total else None,
        event_at=_instant(_only(fields, "event_timestamp") or _only(fields, "created")),
    )


def _only(fields: Fields, name: str) -> str:
    """The value of a field; "" where it is absent, or says two things."""
    values = {value.strip() for known, value in fields if known == name}
    return first_value(fields, name) if len(values) == 1 else ""


def _one(fields: Fields, name: str, form: re.Pattern[str]) -> str:
    value = _only(fields, name)
    return value if form.fullmatch(value) else ""


def _order_id(fields: Fields) -> str:
    value = _only(fields, "order_id")
    return value if len(value) <= _MOST_ORDER_ID and value.isprintable() else ""


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
        return instant.astimezone(UTC) if instant.tzinfo else instant.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
