"""Affirm as the desk meets it: it keeps what it did, and may lose the answer."""

import asyncio
import json
from collections import defaultdict, deque
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum

from telesales_desktop.application.ports import CheckoutSnapshot
from telesales_desktop.domain.errors import (
    AffirmBusyError,
    AffirmRejectedError,
    AffirmUnreachableError,
    OutcomeUnknownError,
)
from telesales_desktop.domain.events import Accepted, CheckoutAccepted
from telesales_desktop.domain.order import OperationKind, Transaction, TransactionEvent


class Fault(Enum):
    """What goes wrong with one call."""

    LOST_ANSWER = "it happens, and the answer is lost"
    LOST_REQUEST = "it leaves, never arrives, and no answer comes"
    UNREACHABLE = "it never leaves"
    BUSY = "429"
    PROCESSING = "409, the key is processing; it happens"
    CRASH = "a fault of our own client, after it happened"


def refused(reason, http_status=403, field=""):
    """An error to plan: Affirm says no."""
    return AffirmRejectedError(http_status=http_status, reason=reason, field=field)


@dataclass(frozen=True)
class Call:
    """One request as it arrived at the gateway."""

    name: str
    subject: str
    key: str
    body: str
    at_s: float


@dataclass
class FakeCheckout:
    checkout_id: str
    order_id: str
    word: str = "unknown"
    is_confirmed: bool = False
    total_cents: int = 0


class FakeAffirm:
    """Stores, authorizes, captures, refunds and voids; remembers keys; does as it was planned."""

    def __init__(self, clock, *, call_s=0.1):
        self.clock = clock
        self.call_s = call_s
        self.calls = []
        self.effects = []
        self.checkouts = {}
        self.transactions = {}
        self.shows_confirmed = True
        self.list_is_complete = True
        self.retry_after_s = 30.0
        self.is_closed = False
        self.choose_fault = lambda name: None
        self.on_answer = lambda: None
        """Called as an answer comes, a refusal too: where its date is read."""
        self._keys = {}
        self._faults = defaultdict(deque)
        self._gates = {}

    # --- what a test may do ------------------------------------------------------------------

    def plan(self, name, *faults):
        """The next calls of that name meet these faults, one each; None is none."""
        self._faults[name].extend(faults)

    def hold(self, name):
        """Calls of that name wait, done but unanswered, until the returned event is set."""
        gate = self._gates[name] = asyncio.Event()
        return gate

    def say(self, checkout_id, word):
        """The customer's application moves."""
        checkout = self.checkouts[checkout_id]
        checkout.word = word
        checkout.is_confirmed = checkout.is_confirmed or word == "confirmed"

    def confirm(self, checkout_id):
        self.say(checkout_id, "confirmed")

    def know(self, *orders):
        """Links and money of before."""
        for order in orders:
            for checkout in order.checkouts:
                if checkout.checkout_id:
                    self.checkouts[checkout.checkout_id] = FakeCheckout(
                        checkout.checkout_id,
                        order.order_id,
                        word=checkout.word,
                        total_cents=order.total_cents,
                    )
            if order.transaction is not None:
                self.transactions[order.transaction.transaction_id] = order.transaction

    def count(self, name):
        return sum(call.name == name for call in self.calls)

    def moved(self, kind):
        """The amounts that really moved, in order."""
        return [amount for moved, _, amount in self.effects if moved is kind]

    @property
    def newest(self):
        return list(self.checkouts)[-1]

    # --- the port ----------------------------------------------------------------------------

    async def store_checkout(self, request):
        return await self._call("store", request.details.order_id, lambda: self._store(request))

    async def resend_checkout(self, checkout_id):
        def resend():
            return CheckoutAccepted(checkout_id, f"https://customer/{checkout_id}", None, "r")

        return await self._call("resend", checkout_id, resend)

    async def read_checkout(self, checkout_id):
        return await self._call("read", checkout_id, lambda: self._read(checkout_id))

    async def update_checkout(self, checkout_id, **changes):
        raise NotImplementedError

    async def perform(self, kind, subject_id, *, body, idempotency_key):
        def act():
            return self._once(kind, subject_id, body, idempotency_key)

        return await self._call(kind.value, subject_id, act, idempotency_key, body)

    async def read_transaction(self, transaction_id):
        return await self._call(
            "read_transaction", transaction_id, lambda: self._transaction(transaction_id)
        )

    async def list_transactions(self, *, since):
        def listing():
            return tuple(self.transactions.values()), self.list_is_complete

        return await self._call("list", since.isoformat(), listing)

    async def list_events(self, *, since):
        raise NotImplementedError

    async def try_keys(self):
        return await self._call("try_keys", "", lambda: "req-keys")

    async def close(self):
        self.is_closed = True

    # --- inside ------------------------------------------------------------------------------

    async def _call(self, name, subject, act, key="", body=""):
        assert not self.is_closed, "a call after close"
        self.calls.append(Call(name, subject, key, body, self.clock.monotonic_s()))
        fault = self._faults[name].popleft() if self._faults[name] else self.choose_fault(name)
        if isinstance(fault, Exception):
            await asyncio.sleep(self.call_s)
            raise fault
        if fault is Fault.UNREACHABLE:
            raise AffirmUnreachableError
        if fault is Fault.BUSY:
            raise AffirmBusyError(retry_after_s=self.retry_after_s, in_progress=False)
        if fault is Fault.LOST_REQUEST:
            await asyncio.sleep(self.call_s)
            raise OutcomeUnknownError("timeout", request_id="req-lost")
        await asyncio.sleep(self.call_s / 2)
        answer, error = None, None
        try:
            answer = act()
        except AffirmRejectedError as refusal:
            error = refusal
        if name in self._gates:
            await self._gates[name].wait()
        await asyncio.sleep(self.call_s / 2)
        if fault is Fault.LOST_ANSWER:
            raise OutcomeUnknownError("timeout", request_id="req-lost")
        if fault is Fault.PROCESSING:
            raise AffirmBusyError(retry_after_s=2.0, in_progress=True)
        if fault is Fault.CRASH:
            raise ZeroDivisionError("a fault of our own client")
        self.on_answer()
        if error is not None:
            raise error
        return answer

    def _store(self, request):
        checkout_id = f"CHECKOUT{len(self.checkouts) + 1:08}"
        details = request.details
        self.checkouts[checkout_id] = FakeCheckout(
            checkout_id, details.order_id, total_cents=details.total_cents
        )
        url = f"https://customer/{checkout_id}"
        return CheckoutAccepted(checkout_id, url, request.expires_at, "req-store")

    def _read(self, checkout_id):
        if checkout_id not in self.checkouts:
            raise refused("not_found", 404)
        checkout = self.checkouts[checkout_id]
        hidden = checkout.word == "confirmed" and not self.shows_confirmed
        return CheckoutSnapshot(
            checkout_id=checkout_id,
            word="approved" if hidden else checkout.word,
            total_cents=checkout.total_cents,
            currency="USD",
            order_id=checkout.order_id,
        )

    def _transaction(self, transaction_id):
        if transaction_id not in self.transactions:
            raise refused("not_found", 404)
        return self.transactions[transaction_id]

    def _once(self, kind, subject, body, key):
        """The first answer is kept under its key, a refusal too."""
        if key in self._keys:
            kept_body, answer, error = self._keys[key]
            assert kept_body == body, "a resend must be byte for byte the same"
        else:
            answer, error = None, None
            try:
                answer = self._act(kind, subject, json.loads(body))
            except AffirmRejectedError as refusal:
                error = refusal
            self._keys[key] = (body, answer, error)
        if error is not None:
            raise error
        return answer

    def _act(self, kind, subject, body):
        if kind is OperationKind.AUTHORIZE:
            return Accepted(transaction=self._authorize(subject, body), request_id="req-auth")
        held = self._transaction(subject)
        left = held.amount_cents - held.captured_cents
        match kind:
            case OperationKind.CAPTURE | OperationKind.PARTIAL_CAPTURE:
                amount = body.get("amount", held.amount_cents)
                if held.word not in ("authorized", "partially_captured") or amount > left:
                    raise refused("already_captured")
                taken = held.captured_cents + amount
                word = "captured" if taken == held.amount_cents else "partially_captured"
                held = replace(held, captured_cents=taken, word=word)
            case OperationKind.REFUND:
                amount = body["amount"]
                if amount > held.captured_cents - held.refunded_cents:
                    raise refused("refund-exceeded")
                back = held.refunded_cents + amount
                word = "refunded" if back == held.captured_cents else "partially_refunded"
                held = replace(held, refunded_cents=back, word=word)
            case OperationKind.VOID:
                amount = held.amount_cents
                if held.word != "authorized":
                    raise refused("void_forbidden_on_captured")
                held = replace(held, word="voided")
            case _:
                amount = 0
        return self._happened(kind, held, amount, body)

    def _happened(self, kind, held, amount, body):
        name = {OperationKind.PARTIAL_CAPTURE: "split_capture"}.get(kind, kind.value)
        event = TransactionEvent(
            event_id=f"event-{len(self.effects) + 1}",
            type=name,
            amount_cents=amount,
            created_at=self.clock.now(),
            reference_id=body.get("reference_id", ""),
        )
        self.transactions[held.transaction_id] = replace(held, events=(*held.events, event))
        self.effects.append((kind, held.transaction_id, amount))
        return Accepted(event=event, event_currency=held.currency, request_id="req-event")

    def _authorize(self, checkout_id, body):
        checkout = self.checkouts[checkout_id]
        if any(t.checkout_id == checkout_id for t in self.transactions.values()):
            raise refused("already_authorized")
        if not checkout.is_confirmed:
            raise refused("not_confirmed")
        checkout.word = "authorized"
        number = len(self.transactions) + 1
        transaction = Transaction(
            transaction_id=f"TRAN-{number:04}",
            checkout_id=checkout_id,
            order_id=body["order_id"],
            word="authorized",
            amount_cents=checkout.total_cents,
            currency="USD",
            authorization_expires_at=self.clock.now() + timedelta(days=30),
            created_at=self.clock.now(),
            events_known=True,
        )
        self.transactions[transaction.transaction_id] = transaction
        self.effects.append((OperationKind.AUTHORIZE, checkout_id, checkout.total_cents))
        return transaction
