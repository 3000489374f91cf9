"""What does the core ask of the outside? Performed only after the new state is on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from telesales_desktop.domain.order import Order


@dataclass(frozen=True, slots=True)
class StartSend:
    """Feed ``SendStarted(attempt)``; the core answers with ``SendCheckout``."""

    attempt: int


@dataclass(frozen=True, slots=True)
class SendCheckout:
    """POST checkout/store, once; feed ``SendAnswered``."""

    attempt: int


@dataclass(frozen=True, slots=True)
class ResendLink:
    """POST checkout/resend, once; feed ``ResendAnswered``."""

    checkout_id: str


@dataclass(frozen=True, slots=True)
class StartTransmit:
    """Feed ``TransmitStarted``; the core answers with ``Transmit``."""

    operation_id: str


@dataclass(frozen=True, slots=True)
class Transmit:
    """Send the operation's body under its key, once; feed ``OperationAnswered``."""

    operation_id: str
    send: int


@dataclass(frozen=True, slots=True)
class ReadCheckout:
    """GET the checkout; feed ``CheckoutRead`` or ``ReadFailed``."""

    checkout_id: str


@dataclass(frozen=True, slots=True)
class ReadTransaction:
    """GET the transaction with its events; feed ``TransactionRead`` or ``ReadFailed``."""

    transaction_id: str


@dataclass(frozen=True, slots=True)
class FindTransactions:
    """List Affirm's transactions of this order since a time, to the end of the pages.

    Of this order are those of its checkout and those that carry its order id.

    Feed ``TransactionsListed`` or ``ReadFailed`` (with ``checkout_id``).
    """

    checkout_id: str
    since: datetime


class Notice(StrEnum):
    """News that deserves a person's eye."""

    CONFIRMED = "confirmed"
    AUTHORIZED = "authorized"
    NOT_APPROVED = "not_approved"
    MORE_INFORMATION_NEEDED = "more_information_needed"
    SEND_REFUSED = "send_refused"
    MAY_HAVE_BEEN_SENT = "may_have_been_sent"
    OUTCOME_UNKNOWN = "outcome_unknown"
    OPERATION_DONE = "operation_done"
    OPERATION_REFUSED = "operation_refused"
    NEEDS_SUPERVISOR = "needs_supervisor"
    UNRECOGNIZED = "unrecognized"


@dataclass(frozen=True, slots=True)
class Announce:
    """Tell the people at this desk."""

    notice: Notice


Effect = (
    StartSend
    | SendCheckout
    | ResendLink
    | StartTransmit
    | Transmit
    | ReadCheckout
    | ReadTransaction
    | FindTransactions
    | Announce
)


class Source(StrEnum):
    """Where a timeline entry comes from."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    PROGRAM = "program"
    AFFIRM = "affirm"  # an answer of Affirm's own API
    WEBHOOK = "webhook"  # verified
    WEBHOOK_UNVERIFIED = "webhook_unverified"
    BROWSER = "browser"  # the customer's browser came back


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of an order's timeline; ``kind`` chooses the sentence, ``params`` fill it.

    Units: ``at`` aware UTC; amounts in ``params`` are cents.
    """

    at: datetime
    source: Source
    kind: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """The core's answer: the order as it now is, what to do, and what to write down."""

    order: Order
    effects: tuple[Effect, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
