"""What is one checkout at the stand-in, and what can its customer do next?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from telesales_desktop.simulator.body_fields import JsonObject
from telesales_desktop.simulator.clock import rfc3339
from telesales_desktop.simulator.plans import Plan
from telesales_desktop.simulator.settings import Settings


class CheckoutStatus(StrEnum):
    UNKNOWN = "unknown"  # the link went out, nobody has started
    OPENED = "opened"  # the application is started
    APPROVED = "approved"  # a plan is still to be chosen and confirmed
    MORE_INFORMATION_NEEDED = "more_information_needed"  # no decision yet
    NOT_APPROVED = "not_approved"  # the end
    CONFIRMED = "confirmed"  # the merchant must authorize
    AUTHORIZED = "authorized"  # a transaction exists
    VOIDED = "voided"  # its transaction was voided


class CustomerAction(StrEnum):
    OPEN = "open"
    APPROVE = "approve"
    DECLINE = "decline"
    MORE_INFORMATION = "more-information"
    CONFIRM = "confirm"
    ABANDON = "abandon"


_S = CheckoutStatus
_UNDECIDED = frozenset({_S.OPENED, _S.MORE_INFORMATION_NEEDED})
# Where an action may start, and where it leads.
_MOVES: Mapping[CustomerAction, tuple[frozenset[CheckoutStatus], CheckoutStatus]] = {
    CustomerAction.OPEN: (frozenset({_S.UNKNOWN}), _S.OPENED),
    CustomerAction.APPROVE: (_UNDECIDED, _S.APPROVED),
    CustomerAction.DECLINE: (_UNDECIDED, _S.NOT_APPROVED),
    CustomerAction.MORE_INFORMATION: (frozenset({_S.OPENED}), _S.MORE_INFORMATION_NEEDED),
    CustomerAction.CONFIRM: (frozenset({_S.APPROVED}), _S.CONFIRMED),
}
# The step that has to come first when somebody asks for a later one.
_PREPARES: Mapping[CustomerAction, CustomerAction] = {
    CustomerAction.APPROVE: CustomerAction.OPEN,
    CustomerAction.DECLINE: CustomerAction.OPEN,
    CustomerAction.MORE_INFORMATION: CustomerAction.OPEN,
    CustomerAction.ABANDON: CustomerAction.OPEN,
    CustomerAction.CONFIRM: CustomerAction.APPROVE,
}
UNFINISHED = frozenset({_S.UNKNOWN, _S.OPENED, _S.APPROVED, _S.MORE_INFORMATION_NEEDED})
_PROGRESS = frozenset({_S.OPENED, _S.APPROVED, _S.MORE_INFORMATION_NEEDED, _S.NOT_APPROVED})


class CustomerActionError(Exception):
    """A customer cannot do this now; nothing changed."""

    code = "Simulator.customer_cannot"


@dataclass(frozen=True)
class LinkSent:
    """One text or e-mail that a customer would have received."""

    at: datetime
    channel: str
    to: str


@dataclass
class Checkout:
    """Units: ``order["total"]`` in the currency's minor unit."""

    checkout_id: str
    order: JsonObject
    redirect_url: str
    locale: str
    created_at: datetime
    expires_at: datetime
    status: CheckoutStatus = CheckoutStatus.UNKNOWN
    plan: Plan | None = None
    confirmed_at: datetime | None = None
    transaction_id: str | None = None
    visits: int = 0
    links: list[LinkSent] = field(default_factory=list)

    @property
    def order_id(self) -> str | None:
        order_id = self.order["order_id"]
        return None if order_id is None else str(order_id)

    @property
    def total_cents(self) -> int:
        return int(self.order["total"])

    def is_expired(self, now: datetime) -> bool:
        """Only an unfinished application expires."""
        return now >= self.expires_at and self.status in UNFINISHED

    def path_to(self, action: CustomerAction, now: datetime) -> list[CustomerAction]:
        """The steps, oldest first, that lead from here through ``action``.

        Errors: ``CustomerActionError`` when none do; nothing changed.
        """
        if self.is_expired(now):
            raise CustomerActionError("this checkout has expired")
        if action is CustomerAction.ABANDON:
            return [CustomerAction.OPEN] if self.status is CheckoutStatus.UNKNOWN else []
        if self.status in _MOVES[action][0]:
            return [action]
        earlier = _PREPARES.get(action)
        if earlier is None:
            raise CustomerActionError(f"a checkout that is {self.status} cannot take this step")
        return [*self.path_to(earlier, now), action]

    def move(self, action: CustomerAction) -> CheckoutStatus:
        self.status = _MOVES[action][1]
        return self.status

    def shown_status(self, settings: Settings) -> str:
        """What Read Checkout tells; the account may hide a confirmation, or the way to it."""
        shown: CheckoutStatus = self.status
        if shown is CheckoutStatus.CONFIRMED and not settings.reads_show_confirmed:
            shown = CheckoutStatus.APPROVED
        if shown in _PROGRESS and not settings.reads_show_progress:
            shown = CheckoutStatus.UNKNOWN
        return shown.value

    def as_json(self) -> JsonObject:
        """The control API's view: everything, hidden or not."""
        return {
            "checkout_id": self.checkout_id,
            "order_id": self.order_id,
            "status": self.status.value,
            "total": self.total_cents,
            "currency": self.order["currency"],
            "redirect_url": self.redirect_url,
            "created": rfc3339(self.created_at),
            "expires": rfc3339(self.expires_at),
            "transaction_id": self.transaction_id,
            "visits": self.visits,
            "links": [
                {"at": rfc3339(link.at), "channel": link.channel, "to": link.to}
                for link in self.links
            ],
        }
