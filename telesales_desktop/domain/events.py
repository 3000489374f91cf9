"""What can happen to an order? Every input of the core, as plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from telesales_desktop.domain.order import Transaction, TransactionEvent

# --- commands: an agent's, a supervisor's, or the program's own -----------------------------


@dataclass(frozen=True, slots=True)
class SendRequested:
    """Send the customer a link (a first one, or another after a refusal or an unknown)."""

    actor: str


@dataclass(frozen=True, slots=True)
class ResendRequested:
    """Ask Affirm to send the same link again."""

    actor: str


@dataclass(frozen=True, slots=True)
class SupersedeRequested:
    """The live link is wrong (number, cart): never accept it. Affirm has no cancel."""

    actor: str


@dataclass(frozen=True, slots=True)
class RefreshRequested:
    """Read Affirm now."""

    actor: str


@dataclass(frozen=True, slots=True)
class AuthorizeRequested:
    """The agent says that the customer is done, or a supervisor picks a checkout."""

    actor: str
    checkout_id: str = ""
    by_supervisor: bool = False


@dataclass(frozen=True, slots=True)
class CaptureRequested:
    """Take the held money. Units: ``amount_cents`` cents; None takes the whole hold."""

    actor: str
    operation_id: str
    minted_key: str
    amount_cents: int | None = None


@dataclass(frozen=True, slots=True)
class RefundRequested:
    """Give money back. Units: ``amount_cents`` cents; None gives back all that is left."""

    actor: str
    operation_id: str
    minted_key: str
    amount_cents: int | None = None


@dataclass(frozen=True, slots=True)
class VoidRequested:
    """Release the hold; irreversible. A frozen order is voided by a supervisor only."""

    actor: str
    by_supervisor: bool = False


@dataclass(frozen=True, slots=True)
class UpdateRequested:
    """Tell Affirm the carrier and the shipment's number; moves no money."""

    actor: str
    operation_id: str
    minted_key: str
    shipping_carrier: str
    shipping_confirmation: str


@dataclass(frozen=True, slots=True)
class CancelPlannedRequested:
    """Drop a command that has never left this machine."""

    actor: str
    operation_id: str


@dataclass(frozen=True, slots=True)
class FreezeLifted:
    """A supervisor has looked and decides that the order may go on."""

    actor: str


@dataclass(frozen=True, slots=True)
class GenerationRaised:
    """A supervisor allows a new try after a reconciled, definitive refusal."""

    actor: str


@dataclass(frozen=True, slots=True)
class VerdictGiven:
    """A supervisor looked at Affirm's portal and says what became of an unknown operation."""

    actor: str
    operation_id: str
    took_effect: bool


# --- what came back --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckoutAccepted:
    """Affirm took the checkout: 200 with a checkout id."""

    checkout_id: str
    redirect_url: str
    expires_at: datetime | None = None
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Affirm did it. Authorize answers a transaction, the others an event."""

    transaction: Transaction | None = None
    event: TransactionEvent | None = None
    event_currency: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A definitive 4xx: on a first send nothing happened."""

    http_status: int
    reason: str
    message: str = ""
    field: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Busy:
    """429, 503 with Retry-After, 409 "key is processing": wait, the same request again."""

    retry_after_s: float
    in_progress: bool
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class NotSent:
    """It never left: the connection failed before the first byte."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class NoVerdict:
    """It left, and no verdict came: timeout, reset, 5xx, an answer that cannot be read."""

    reason: str = ""
    request_id: str = ""


SendOutcome = CheckoutAccepted | Rejected | Busy | NotSent | NoVerdict
OperationOutcome = Accepted | Rejected | Busy | NotSent | NoVerdict


@dataclass(frozen=True, slots=True)
class SendStarted:
    """The driver is about to send checkout ``attempt``; committed before the first byte."""

    attempt: int


@dataclass(frozen=True, slots=True)
class SendAnswered:
    """The answer to a store call."""

    attempt: int
    outcome: SendOutcome


@dataclass(frozen=True, slots=True)
class ResendAnswered:
    """The answer to a resend call."""

    checkout_id: str
    outcome: SendOutcome


@dataclass(frozen=True, slots=True)
class TransmitStarted:
    """The driver is about to send an operation; committed before the first byte."""

    operation_id: str


@dataclass(frozen=True, slots=True)
class OperationAnswered:
    """The answer to the ``send``-th sending of an operation."""

    operation_id: str
    send: int
    outcome: OperationOutcome


@dataclass(frozen=True, slots=True)
class CheckoutRead:
    """Read Checkout answered.

    Units: ``total_cents`` cents, None where the body has none. ``asked_version`` is the order's
    version when the read was asked: versions only grow, whatever becomes of the clock. ``asked_at``
    is that moment, None where the answer is taken in as it comes.
    """

    checkout_id: str
    word: str
    total_cents: int | None
    currency: str
    order_id: str
    asked_version: int
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TransactionRead:
    """Read Transaction answered (with its events, when ``transaction.events_known``).

    ``asked_version``, ``asked_at``: see ``CheckoutRead``.
    """

    transaction: Transaction
    asked_version: int
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TransactionsListed:
    """The transactions that Affirm lists for this order; ``complete`` if paged to the end.

    ``asked_version``, ``asked_at``: see ``CheckoutRead``.
    """

    transactions: tuple[Transaction, ...]
    complete: bool
    asked_version: int
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReadFailed:
    """A read brought nothing: nothing is concluded but that we must ask again.

    ``refused``: Affirm answered, and shows no such thing, or not to us.
    """

    checkout_id: str = ""
    transaction_id: str = ""
    reason: str = ""
    retry_after_s: float = 0.0
    refused: bool = False


# --- news ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DeliveryObserved:
    """A delivery from the relay: a webhook, or the customer's browser coming back.

    ``verified`` is true only for a webhook whose signature is right and within tolerance.
    """

    word: str
    checkout_id: str
    verified: bool
    from_browser: bool
    received_at: datetime
    order_id: str = ""


@dataclass(frozen=True, slots=True)
class Started:
    """The program starts with this order in its journal."""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """This desk goes on with the order as a record of another desk shows it.

    ``released``: the other desk gave it up and acts on it no more; else it may still be acting,
    and may know of links and commands that the record does not show.
    """

    actor: str
    released: bool = False


@dataclass(frozen=True, slots=True)
class GapAnnounced:
    """News may have been missed: read what is open."""


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time has passed; anything due is done."""


Command = (
    SendRequested
    | ResendRequested
    | SupersedeRequested
    | RefreshRequested
    | AuthorizeRequested
    | CaptureRequested
    | RefundRequested
    | VoidRequested
    | UpdateRequested
    | CancelPlannedRequested
    | FreezeLifted
    | GenerationRaised
    | VerdictGiven
)
Event = (
    Command
    | SendStarted
    | SendAnswered
    | ResendAnswered
    | TransmitStarted
    | OperationAnswered
    | CheckoutRead
    | TransactionRead
    | TransactionsListed
    | ReadFailed
    | DeliveryObserved
    | Started
    | TakenOver
    | GapAnnounced
    | Ticked
)
