"""What does Affirm's Checkout API do with the checkouts of one account?"""

from collections.abc import Callable, Iterator
from datetime import timedelta

from telesales_desktop.simulator import refusals
from telesales_desktop.simulator.account import Account
from telesales_desktop.simulator.body_fields import (
    JsonObject,
    optional_id,
    optional_text,
    required_text,
)
from telesales_desktop.simulator.checkout import (
    UNFINISHED,
    Checkout,
    CheckoutStatus,
    CustomerAction,
    CustomerActionError,
    LinkSent,
)
from telesales_desktop.simulator.checkout_rules import check_store
from telesales_desktop.simulator.contact_rules import check_optional_person
from telesales_desktop.simulator.plans import plan_for
from telesales_desktop.simulator.webhook_message import WebhookMessage, checkout_event


class Checkouts:
    """Errors: what Affirm would refuse raises ``RefusalError``; nothing changed then."""

    def __init__(self, account: Account, announce: Callable[[WebhookMessage], None]) -> None:
        self._account = account
        self._announce = announce
        self._by_id: dict[str, Checkout] = {}

    def __iter__(self) -> Iterator[Checkout]:
        """Oldest first."""
        return iter(list(self._by_id.values()))

    def store(self, body: JsonObject, *, base_url: str, locale: str = "") -> Checkout:
        """Keep a new checkout and send its link; equal orders are not recognised as equal."""
        account = self._account
        order = check_store(body, account.settings, account.keys.public_key)
        checkout_id, now = account.identifiers.checkout_id(), account.now()
        ends = [now + timedelta(seconds=account.settings.link_life_s)]
        ends += [order[name] for name in ("checkout_expiration", "expiration_time") if order[name]]
        checkout = Checkout(
            checkout_id=checkout_id,
            order=order,
            redirect_url=f"{base_url}/checkout/{account.keys.public_key}/new/{checkout_id}/",
            locale=locale,
            created_at=now,
            expires_at=min(ends),
        )
        self._by_id[checkout_id] = checkout
        self._send_link(checkout)
        return checkout

    def find(self, checkout_id: str) -> Checkout | None:
        return self._by_id.get(checkout_id)

    def known(self, checkout_id: str) -> Checkout:
        """The checkout of a transaction; there is always one."""
        return self._by_id[checkout_id]

    def resend(self, body: JsonObject) -> Checkout:
        checkout_id = required_text(body, "checkout_id", longest=128)
        checkout = self.find(checkout_id)
        if checkout is None:
            raise refusals.not_found("The checkout could not be found.")
        if checkout.status not in UNFINISHED or checkout.is_expired(self._account.now()):
            raise refusals.RefusalError(
                self._account.settings.unrecorded_refusal_status,
                "The checkout has expired or was already processed and cannot be resent.",
                kind="invalid_request",
                affirm_code="checkout-unable-to-resend",
            )
        self._send_link(checkout)
        return checkout

    def update(self, checkout: Checkout, body: JsonObject) -> None:
        """Order number and shipping only; a price cannot be changed."""
        order_id = optional_id(body, "order_id")
        shipping = check_optional_person(body, "shipping", self._account.settings)
        tracking: JsonObject = {
            name: optional_text(body, name)
            for name in ("shipping_carrier", "shipping_confirmation")
            if name in body
        }
        changes: JsonObject = {"order_id": order_id, "shipping": shipping}
        checkout.order.update({name: value for name, value in changes.items() if value})
        checkout.order.update(tracking)

    def act(
        self, checkout: Checkout, action: CustomerAction, *, months: int | None = None
    ) -> CheckoutStatus:
        """Let the customer do something, with the steps that come before it.

        Errors: ``CustomerActionError`` when a customer could not; nothing changed.
        """
        plan = plan_for(checkout.total_cents, months)
        if plan is None:
            raise CustomerActionError(f"no plan of {months} months is offered")
        for step in checkout.path_to(action, self._account.now()):
            status = checkout.move(step)
            if status is CheckoutStatus.CONFIRMED:
                checkout.plan, checkout.confirmed_at = plan, self._account.now()
            self.announce(checkout, status.value)
        return checkout.status

    def visit(self, checkout: Checkout) -> None:
        """Somebody, or some mail scanner, fetched the customer's page."""
        checkout.visits += 1
        untouched = checkout.status is CheckoutStatus.UNKNOWN
        expired = checkout.is_expired(self._account.now())
        if self._account.settings.open_on_visit and untouched and not expired:
            self.act(checkout, CustomerAction.OPEN)

    def announce(self, checkout: Checkout, event: str) -> None:
        """Have a webhook sent, as far as the account gets such webhooks."""
        if event == "confirmed" or self._account.settings.data_sharing:
            self._announce(checkout_event(checkout, event, self._account.now()))

    def _send_link(self, checkout: Checkout) -> None:
        billing = checkout.order["billing"] or {}
        places = {"text": "phone_number", "email": "email"}
        sent = [
            LinkSent(self._account.now(), channel, billing[places[channel]])
            for channel in checkout.order["channels"]
        ]
        checkout.links.extend(sent)
        if sent:
            self.announce(checkout, "sent")
