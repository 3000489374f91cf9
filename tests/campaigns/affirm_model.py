"""What does Affirm do with a request? A small model, written from the facts and not from the client.

It keeps idempotency keys for a day, holds to its status rules, and writes every effect down: the
oracles read that ledger, never the client's own opinion.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from telesales_desktop.domain.order import Transaction, TransactionEvent

KEY_LIFE_S = 24 * 3600.0
HOLD_S = 30 * 24 * 3600.0

Reply = tuple[str, object]
"""``("ok", payload)``, ``("refused", (http_status, reason))`` or ``("processing", None)``."""


@dataclass(slots=True)
class Effect:
    """One thing that happened to money at Affirm."""

    kind: str
    subject: str
    key: str
    amount: int
    at: float
    desk: int
    order_id: str
    checkout_id: str


@dataclass(slots=True)
class Checkout:
    """Affirm's side of one link."""

    checkout_id: str
    order_id: str
    total: int
    currency: str
    made_at: float
    expires_at: float | None = None
    word: str = "unknown"
    confirmed: bool = False
    confirmed_at: float = 0.0
    hides_confirmed: bool = False
    transaction_id: str = ""
    history: list[tuple[float, str]] = field(default_factory=list)

    def say(self, word: str, now: float) -> None:
        self.word = word
        self.history.append((now, word))

    def word_at(self, then: float) -> str:
        """What a replica that lags would answer."""
        word = "unknown"
        for since, said in self.history:
            if since > then:
                break
            word = said
        return word


@dataclass(slots=True)
class Money:
    """Affirm's side of one transaction."""

    transaction_id: str
    checkout_id: str
    order_id: str
    amount: int
    currency: str
    made_at: float
    expires_at: float
    status: str = "authorized"
    captured: int = 0
    refunded: int = 0
    events: list[TransactionEvent] = field(default_factory=list)
    history: list[tuple[float, Transaction]] = field(default_factory=list)


@dataclass(slots=True)
class Key:
    """What Affirm remembers of an idempotency key."""

    first_at: float
    body: str
    subject: str
    reply: Reply | None = None  # None while the first request is being processed


class Affirm:
    """The whole of Affirm, for one schedule."""

    def __init__(self, origin: datetime) -> None:
        self.origin = origin
        self.checkouts: dict[str, Checkout] = {}
        self.money: dict[str, Money] = {}
        self.keys: dict[str, Key] = {}
        self.effects: list[Effect] = []
        self.bodies_changed: list[str] = []
        self.split_capture = False
        self.echoes_reference = True
        self.caches_refusals = False
        self.hold_s = HOLD_S

    def at(self, now: float) -> datetime:
        return self.origin + timedelta(seconds=now)

    # --- checkouts -------------------------------------------------------------------------

    def store(
        self, order_id: str, total: int, currency: str, now: float, expires_at: float | None
    ) -> Checkout:
        """Take a checkout; every call makes another one: store knows no idempotency key."""
        checkout_id = f"CHK{len(self.checkouts) + 1:02d}-{order_id}"
        made = Checkout(checkout_id, order_id, total, currency, now, expires_at)
        self.checkouts[checkout_id] = made
        return made

    def customer(self, checkout_id: str, word: str, now: float) -> bool:
        """The customer acts on their own device; false where Affirm does not let them."""
        checkout = self.checkouts[checkout_id]
        if checkout.word in ("authorized", "voided", "not_approved") or checkout.confirmed:
            return False
        if checkout.expires_at is not None and now >= checkout.expires_at:
            return False
        if word == "confirmed":
            checkout.confirmed = True
            checkout.confirmed_at = now
        checkout.say(word, now)
        return True

    def read_checkout(self, checkout_id: str, then: float) -> tuple[str, int, str, str] | None:
        """Word, total, currency and order id as a replica of ``then`` shows them."""
        checkout = self.checkouts.get(checkout_id)
        if checkout is None:
            return None
        word = checkout.word_at(then)
        if word == "confirmed" and checkout.hides_confirmed:
            word = "opened"
        return word, checkout.total, checkout.currency, checkout.order_id

    # --- transactions ----------------------------------------------------------------------

    def read_transaction(self, transaction_id: str, then: float) -> Transaction | None:
        money = self.money.get(transaction_id)
        if money is None:
            return None
        self._expire(money, then)
        answer = money.history[0][1]
        for since, snapshot in money.history:
            if since > then:
                break
            answer = snapshot
        return answer

    def list_transactions(self, since: datetime, then: float) -> list[Transaction]:
        return [
            self.read_transaction(m.transaction_id, then)
            for m in self.money.values()
            if m.made_at <= then and self.at(m.made_at) >= since
        ]

    def begin(self, key: str, body: str, subject: str, now: float) -> Reply | None:
        """A request has arrived: what is answered at once, or None if it is to be processed."""
        held = self.keys.get(key)
        if held is not None and now - held.first_at > KEY_LIFE_S:
            held = None
        if held is None:
            self.keys[key] = Key(now, body, subject)
            return None
        if held.body != body or held.subject != subject:
            self.bodies_changed.append(key)
            return "refused", (422, "idempotency_mismatch")
        if held.reply is None:
            return "processing", None
        return held.reply

    def finish(self, kind: str, subject: str, key: str, body: str, now: float, desk: int) -> Reply:
        """Process a request that ``begin`` let through."""
        reply = self._act(kind, subject, key, json.loads(body), now, desk)
        if reply[0] == "ok" or self.caches_refusals:
            self.keys[key].reply = reply
        else:
            del self.keys[key]
        return reply

    def outside(self, transaction_id: str, word: str, now: float) -> None:
        """Something that no workstation did: a dispute, the portal, a word never seen before."""
        money = self.money[transaction_id]
        if word == "captured":
            if money.status != "authorized" or money.captured:
                return
            money.captured = money.amount
            self._event(money, "capture", money.amount, "portal", now)
        money.status = word
        self._changed(money, now)

    # --- rules -----------------------------------------------------------------------------

    def _act(self, kind: str, subject: str, key: str, body: dict, now: float, desk: int) -> Reply:
        if kind == "authorize":
            return self._authorize(subject, key, body, now, desk)
        money = self.money.get(subject)
        if money is None:
            return "refused", (404, "not_found")
        self._expire(money, now)
        rule = getattr(self, f"_{kind}")
        refusal, amount = rule(money, body)
        if refusal:
            return "refused", (400, refusal)
        self.effects.append(
            Effect(kind, subject, key, amount, now, desk, money.order_id, money.checkout_id)
        )
        event = self._event(money, kind, amount, key, now)
        self._changed(money, now)
        return "ok", (event, money.currency)

    def _authorize(self, subject: str, key: str, body: dict, now: float, desk: int) -> Reply:
        checkout = self.checkouts.get(subject)
        if checkout is None:
            return "refused", (404, "not_found")
        if checkout.transaction_id:
            return "refused", (403, "already_authorized")
        if not checkout.confirmed:
            return "refused", (400, "checkout_not_confirmed")
        money = Money(
            f"TXN{len(self.money) + 1:02d}-{checkout.checkout_id}",
            checkout.checkout_id,
            body.get("order_id", checkout.order_id),
            checkout.total,
            checkout.currency,
            now,
            now + self.hold_s,
        )
        self.money[money.transaction_id] = money
        checkout.transaction_id = money.transaction_id
        checkout.say("authorized", now)
        self.effects.append(
            Effect(
                "authorize",
                subject,
                key,
                money.amount,
                now,
                desk,
                checkout.order_id,
                checkout.checkout_id,
            )
        )
        self._event(money, "auth", money.amount, key, now)
        self._changed(money, now)
        return "ok", money.history[-1][1]

    def _capture(self, money: Money, body: dict) -> tuple[str, int]:
        if money.status == "captured":
            return "already_captured", 0
        if money.status != "authorized" or money.captured:
            return f"transaction_{money.status}", 0
        money.captured = money.amount
        money.status = "captured"
        return "", money.amount

    def _partial_capture(self, money: Money, body: dict) -> tuple[str, int]:
        amount = body["amount"]
        if not self.split_capture or money.status not in ("authorized", "partially_captured"):
            return f"transaction_{money.status}", 0
        if amount > money.amount - money.captured:
            return "amount_exceeds", 0
        money.captured += amount
        money.status = "captured" if money.captured == money.amount else "partially_captured"
        return "", amount

    def _refund(self, money: Money, body: dict) -> tuple[str, int]:
        amount = body["amount"]
        if money.status in ("disputed", "dispute_refunded"):
            return "transaction_disputed", 0
        if amount > money.captured - money.refunded or amount < 1:
            return "amount_exceeds", 0
        money.refunded += amount
        money.status = "refunded" if money.refunded == money.captured else "partially_refunded"
        return "", amount

    def _void(self, money: Money, body: dict) -> tuple[str, int]:
        if money.status != "authorized":
            return f"transaction_{money.status}", 0
        money.status = "voided"
        return "", 0

    def _update(self, money: Money, body: dict) -> tuple[str, int]:
        return "", 0

    def _expire(self, money: Money, now: float) -> None:
        if money.status == "authorized" and now >= money.expires_at:
            money.status = "auth_expired"
            self._changed(money, money.expires_at)

    def _event(
        self, money: Money, kind: str, amount: int, key: str, now: float
    ) -> TransactionEvent:
        reference = key if self.echoes_reference and kind != "update" else ""
        spelling = {"partial_capture": "split_capture"}.get(kind, kind)
        event_id = f"EV{len(money.events) + 1}-{money.transaction_id}"
        event = TransactionEvent(event_id, spelling, amount, self.at(now), reference)
        money.events.append(event)
        return event

    def _changed(self, money: Money, now: float) -> None:
        snapshot = Transaction(
            transaction_id=money.transaction_id,
            checkout_id=money.checkout_id,
            order_id=money.order_id,
            word=money.status,
            amount_cents=money.amount,
            currency=money.currency,
            captured_cents=money.captured,
            refunded_cents=money.refunded,
            authorization_expires_at=self.at(money.expires_at),
            created_at=self.at(money.made_at),
            events=tuple(money.events),
            events_known=True,
        )
        money.history.append((now, snapshot))
