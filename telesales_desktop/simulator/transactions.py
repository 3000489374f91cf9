"""What does Affirm's Transactions API do with the transactions of one account?"""

from collections.abc import Iterator
from datetime import timedelta

from telesales_desktop.simulator import refusals
from telesales_desktop.simulator.account import Account
from telesales_desktop.simulator.body_fields import (
    JsonObject,
    optional_cents,
    optional_id,
    optional_object,
    optional_text,
    required_text,
)
from telesales_desktop.simulator.checkout import Checkout, CheckoutStatus
from telesales_desktop.simulator.checkouts import Checkouts
from telesales_desktop.simulator.contact_rules import check_optional_person
from telesales_desktop.simulator.effects import Attempt, Effect
from telesales_desktop.simulator.money_rules import capture_amount, check_void, refund_amount
from telesales_desktop.simulator.refusals import RefusalError
from telesales_desktop.simulator.transaction import Transaction
from telesales_desktop.simulator.transaction_lists import LoggedEvent

# The fee is Affirm's share of a capture; any amount does, as long as it is not the capture's.
_FEE_PER_10_000 = 590


class Transactions:
    """Errors: what Affirm would refuse raises ``RefusalError``; nothing changed then."""

    def __init__(self, account: Account, checkouts: Checkouts) -> None:
        self._account = account
        self._checkouts = checkouts
        self._by_id: dict[str, Transaction] = {}
        self.effects: list[Effect] = []
        self.event_log: list[LoggedEvent] = []

    def __iter__(self) -> Iterator[Transaction]:
        """Oldest first."""
        return iter(list(self._by_id.values()))

    def find(self, transaction_id: str) -> Transaction:
        transaction = self._by_id.get(transaction_id)
        if transaction is None:
            raise refusals.transaction_not_found()
        return transaction

    def authorize(self, body: JsonObject, attempt: Attempt) -> Transaction:
        """Hold the checkout's whole total, once."""
        checkout = self._confirmed_checkout(body)
        self._check_authorize(body, checkout)
        now = self._account.now()
        transaction = Transaction(
            transaction_id=self._account.identifiers.transaction_id(),
            checkout_id=checkout.checkout_id,
            order_id=optional_id(body, "order_id") or checkout.order_id,
            amount_cents=checkout.total_cents,
            currency=checkout.order["currency"],
            created_at=checkout.confirmed_at or now,
            authorized_at=now,
            expires_at=now + timedelta(days=self._account.settings.authorization_days),
        )
        checkout.transaction_id = transaction.transaction_id
        checkout.status = CheckoutStatus.AUTHORIZED
        self._by_id[transaction.transaction_id] = transaction
        self._happen(transaction, "authorize", "auth", transaction.amount_cents, body, attempt)
        return transaction

    def capture(self, transaction_id: str, body: JsonObject, attempt: Attempt) -> JsonObject:
        transaction, now = self.find(transaction_id), self._account.now()
        _check_references(body)
        amount = capture_amount(transaction, body, self._account.settings, now)
        part = amount != transaction.amount_cents
        transaction.captured_cents += amount
        transaction.captured_at = now
        kind = "split_capture" if part else "capture"
        event = self._happen(transaction, "capture", kind, amount, body, attempt)
        event["fee"] = amount * _FEE_PER_10_000 // 10_000
        return event

    def refund(self, transaction_id: str, body: JsonObject, attempt: Attempt) -> JsonObject:
        transaction, now = self.find(transaction_id), self._account.now()
        _check_references(body)
        amount = refund_amount(transaction, body, self._account.settings, now)
        transaction.refunded_cents += amount
        event = self._happen(transaction, "refund", "refund", amount, body, attempt)
        event["fee_refunded"] = 0
        return event

    def void(self, transaction_id: str, body: JsonObject, attempt: Attempt) -> JsonObject:
        checkout = self._checkouts.find(transaction_id)
        if checkout is not None and checkout.status is CheckoutStatus.CONFIRMED:
            raise refusals.void_on_confirmed()
        transaction = self.find(transaction_id)
        _check_references(body)
        check_void(transaction, body, self._account.settings, self._account.now())
        transaction.is_voided = True
        self._checkouts.known(transaction.checkout_id).status = CheckoutStatus.VOIDED
        event = self._happen(transaction, "void", "void", transaction.amount_cents, body, attempt)
        del event["amount"]  # recorded: a void event has none
        return event

    def update(self, transaction_id: str, body: JsonObject) -> JsonObject:
        transaction = self.find(transaction_id)
        _check_references(body)
        check_optional_person(body, "shipping", self._account.settings)
        transaction.order_id = optional_id(body, "order_id") or transaction.order_id
        return self._record(transaction, "update", body)

    def force(self, transaction_id: str, word: str, amount_cents: int | None) -> Transaction:
        """A control call's wish; see ``Transaction.force``."""
        transaction = self.find(transaction_id)
        transaction.force(word, self._account.now(), amount_cents)
        return transaction

    def _confirmed_checkout(self, body: JsonObject) -> Checkout:
        checkout_id = required_text(body, "transaction_id")
        if not 9 <= len(checkout_id) <= 16:
            raise refusals.invalid_field("transaction_id", "expected 9 to 16 characters")
        checkout = self._checkouts.find(checkout_id)
        if checkout is None:
            raise refusals.transaction_not_found()
        if checkout.transaction_id is not None:
            raise refusals.already_authorized()
        if checkout.status is not CheckoutStatus.CONFIRMED:
            raise RefusalError(
                self._account.settings.unconfirmed_authorize_status,
                "The checkout has not been confirmed by the customer.",
                kind="invalid_request",
            )
        return checkout

    def _check_authorize(self, body: JsonObject, checkout: Checkout) -> None:
        _check_references(body)
        amount = optional_cents(body, "amount", least=1)
        if amount is not None and amount != checkout.total_cents:
            raise refusals.invalid_field("amount", "expected the checkout's whole total")
        currency = optional_text(body, "currency")
        if currency and currency != checkout.order["currency"]:
            raise refusals.invalid_field("currency", "expected the checkout's currency")

    def _happen(
        self,
        transaction: Transaction,
        effect: str,
        event_kind: str,
        amount: int,
        body: JsonObject,
        attempt: Attempt,
    ) -> JsonObject:
        now = self._account.now()
        self.effects.append(
            Effect(
                kind=effect,
                at=now,
                transaction_id=transaction.transaction_id,
                checkout_id=transaction.checkout_id,
                order_id=transaction.order_id,
                amount_cents=amount,
                currency=transaction.currency,
                idempotency_key=attempt.idempotency_key,
                request_id=attempt.request_id,
            )
        )
        return self._record(transaction, event_kind, body, amount)

    def _record(
        self, transaction: Transaction, kind: str, body: JsonObject, amount: int | None = None
    ) -> JsonObject:
        event_id, now = self._account.identifiers.event_id(), self._account.now()
        event = transaction.add_event(event_id, kind, now, amount)
        event |= {name: body[name] for name in ("reference_id", "metadata") if body.get(name)}
        self.event_log.append((transaction, event))
        return event


def _check_references(body: JsonObject) -> None:
    optional_id(body, "order_id")
    optional_id(body, "reference_id")
    optional_object(body, "metadata")
    for name in ("shipping_carrier", "shipping_confirmation"):
        optional_text(body, name)
