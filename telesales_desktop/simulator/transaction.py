"""What is one transaction at the stand-in, and what may still be done with it?"""

from dataclasses import dataclass, field
from datetime import datetime

from telesales_desktop.simulator.body_fields import JsonObject
from telesales_desktop.simulator.clock import rfc3339

# What a control call may force besides words that Affirm never said.
_MONEY_WORDS = (
    "authorized",
    "auth_expired",
    "partially_captured",
    "captured",
    "partially_refunded",
    "refunded",
    "voided",
)


@dataclass
class Transaction:
    """Units: ``*_cents`` in the currency's minor unit. Events: oldest first."""

    transaction_id: str
    checkout_id: str
    order_id: str | None
    amount_cents: int
    currency: str
    created_at: datetime
    authorized_at: datetime
    expires_at: datetime
    captured_cents: int = 0
    captured_at: datetime | None = None
    refunded_cents: int = 0
    is_voided: bool = False
    forced_word: str | None = None
    events: list[JsonObject] = field(default_factory=list)

    @property
    def capturable_cents(self) -> int:
        return self.amount_cents - self.captured_cents

    @property
    def refundable_cents(self) -> int:
        return self.captured_cents - self.refunded_cents

    def status(self, now: datetime) -> str:
        """Affirm's word for it; ``partially_captured`` is known at second hand only."""
        if self.forced_word is not None:
            return self.forced_word
        if self.is_voided:
            return "voided"
        if self.refunded_cents:
            return "partially_refunded" if self.refundable_cents else "refunded"
        if self.captured_cents:
            return "partially_captured" if self.capturable_cents else "captured"
        return "auth_expired" if now >= self.expires_at else "authorized"

    def force(self, word: str, now: datetime, amount_cents: int | None = None) -> None:
        """Make it look as if ``word`` had come about elsewhere; no effect is counted.

        Units: ``amount_cents`` is what was captured or refunded by then; half when not named.
        """
        self.forced_word = None if word in _MONEY_WORDS else word
        if self.forced_word is not None:
            return
        part = self.amount_cents // 2 if amount_cents is None else amount_cents
        part = min(max(part, 1), self.amount_cents)
        captured = {"partially_captured": part, "authorized": 0, "auth_expired": 0, "voided": 0}
        refunded = {"partially_refunded": part, "refunded": self.amount_cents}
        self.captured_cents = captured.get(word, self.amount_cents)
        self.captured_at = now if self.captured_cents else None
        self.refunded_cents = refunded.get(word, 0)
        self.is_voided = word == "voided"
        if word == "auth_expired":
            self.expires_at = min(self.expires_at, now)

    def add_event(
        self, event_id: str, kind: str, at: datetime, amount_cents: int | None = None
    ) -> JsonObject:
        """Record what happened."""
        event: JsonObject = {
            "id": event_id,
            "type": kind,
            "created": rfc3339(at),
            "currency": self.currency,
        }
        if amount_cents is not None:
            event["amount"] = amount_cents
        self.events.append(event)
        return event

    def body(self, now: datetime, *, with_events: bool = False) -> JsonObject:
        """Affirm's transaction object; events newest first, and only when asked for."""
        body: JsonObject = {
            "id": self.transaction_id,
            "checkout_id": self.checkout_id,
            "amount": self.amount_cents,
            "amount_refunded": self.refunded_cents,
            "authorization_expiration": rfc3339(self.expires_at),
            "created": rfc3339(self.created_at),
            "currency": self.currency,
            "events": self.events[::-1] if with_events else [],
            "provider_id": 1,
            "remove_tax": False,
            "status": self.status(now),
        }
        if self.order_id is not None:
            body["order_id"] = self.order_id
        return body
