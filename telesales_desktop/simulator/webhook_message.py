"""What does Affirm's webhook say, and how is it signed?

Form-encoded with ``X-Affirm-Signature: t=<unix>,v0=<hex>``, where the hex is HMAC-SHA512 of
``f"{t}." + raw body`` under the merchant's private key.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from telesales_desktop.simulator.checkout import Checkout
from telesales_desktop.simulator.clock import webhook_instant
from telesales_desktop.simulator.plans import Plan, first_payment

SIGNATURE_HEADER = "X-Affirm-Signature"


@dataclass(frozen=True)
class WebhookMessage:
    """One event before it is put on the wire."""

    checkout_id: str
    event: str
    fields: dict[str, str]

    def encoded(self, encoding: str, *, stray_ampersand: bool = False) -> tuple[bytes, str]:
        """The body and its content type."""
        if encoding == "json":
            return json.dumps(self.fields).encode(), "application/json"
        body = urlencode(self.fields) + ("&" if stray_ampersand else "")
        return body.encode(), "application/x-www-form-urlencoded"


def sign(body: bytes, private_key: str, signed_at: int, *, style: str = "plain") -> str:
    """The value of the signature header.

    Units: ``signed_at`` in seconds since 1970.
    """
    message = f"{signed_at}.".encode() + body
    value = hmac.new(private_key.encode(), message, hashlib.sha512).hexdigest()
    if style == "spaced":
        return f"t={signed_at}, v0={value}"
    if style == "several":
        return f"t={signed_at},v0={'0' * 128},v0={value}"
    return f"t={signed_at},v0={value}"


def checkout_event(checkout: Checkout, event: str, now: datetime) -> WebhookMessage:
    """The documented fields; order number and session id only when they were supplied."""
    billing = checkout.order["billing"] or {}
    name = billing.get("name", {})
    session_id = checkout.order["metadata"].get("webhook_session_id")
    given = {
        "checkout_token": checkout.checkout_id,
        "event": event,
        "event_timestamp": webhook_instant(now),
        "created": webhook_instant(now),
        "order_id": checkout.order_id,
        "webhook_session_id": None if session_id is None else str(session_id),
        "total": str(checkout.total_cents),
        "email_address": billing.get("email"),
        "first_name": name.get("first"),
        "last_name": name.get("last"),
    }
    if event == "confirmed" and checkout.plan is not None:
        given |= _terms(checkout.plan, now)
    return WebhookMessage(
        checkout.checkout_id,
        event,
        {field: str(value) for field, value in given.items() if value is not None},
    )


def _terms(plan: Plan, now: datetime) -> dict[str, str | None]:
    return {
        "amount_financed": str(plan.financed_cents),
        "apr": f"{plan.apr_percent / 100:.4f}",
        "downpayment_amount": "0",
        "has_downpayment": "False",
        "finance_charge": str(plan.finance_charge_cents),
        "number_of_payments": str(plan.months),
        "first_payment_date": first_payment(now.date()).isoformat(),
    }
