"""What is known of one order? Affirm's word and our own commands in flight, never mixed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from telesales_desktop.domain.money import Country, Currency, Environment
from telesales_desktop.domain.statuses import (
    CheckoutStatus,
    TransactionStatus,
    checkout_status,
    transaction_status,
)


class SendState(StrEnum):
    """Our own command to send a checkout: what is true of it."""

    PLANNED = "planned"  # on disk; nothing has left
    SENT = "sent"  # it may have left; no answer yet
    ACCEPTED = "accepted"  # Affirm gave a checkout id
    REFUSED = "refused"  # Affirm said no, or it never left: no link exists
    UNKNOWN = "unknown"  # it left and no answer came: the customer may have a link


class ConfirmHint(StrEnum):
    """Who says that the customer has confirmed. Ordered by how much we may do about it."""

    NONE = "none"
    BROWSER = "browser"  # the customer's browser came back, or an unverified delivery: read only
    WEBHOOK = "webhook"  # a delivery whose signature is right
    AGENT = "agent"  # the agent: "the customer says it is done"


HINT_RANK = {hint: rank for rank, hint in enumerate(ConfirmHint)}


@dataclass(frozen=True, slots=True)
class Checkout:
    """Affirm's application, as one call of ours asked for it.

    Units: ``total_cents`` cents as sent; times aware UTC. ``expires_at`` is set only from an
    expiry that we sent: an API link's own life is not published.
    """

    attempt: int
    state: SendState
    total_cents: int
    currency: Currency
    planned_at: datetime
    checkout_id: str = ""
    redirect_url: str = ""
    sent_at: datetime | None = None
    expires_at: datetime | None = None
    word: str = ""  # Affirm's own word, as last read or hinted
    word_at: datetime | None = None
    word_version: int = 0  # the order's version that brought the word
    hint: ConfirmHint = ConfirmHint.NONE
    told_confirmed: bool = False  # a verified delivery said so: it outlives an agent's hint
    superseded: bool = False  # the old link still opens; we will not accept it
    contested: bool = False  # sent after a take-over: the former desk may have a link of its own
    picked: bool = False  # a supervisor chose it for one authorize, whatever else is said of it
    resent_at: datetime | None = None  # when we last asked Affirm to send the link again
    matched: bool = False  # a read proved amount, currency and order id
    proof_at: datetime | None = None  # when Affirm itself last told us about it
    proof_version: int = 0  # the order's version when that read was asked
    misses: int = 0  # reads in a row that failed
    wanted_version: int = 0  # since when it would be authorized, but for a look at other links
    looks: int = 0  # how often Affirm's list was asked for since then
    quiet_reads: int = 0  # reads in a row that brought nothing new: sets the pace
    next_read_at: datetime | None = None
    refusal: str = ""
    refusal_field: str = ""
    request_id: str = ""

    @property
    def status(self) -> CheckoutStatus:
        """The word as we understand it."""
        return checkout_status(self.word)

    @property
    def shows_confirmed(self) -> bool:
        """Whether Affirm has said so: a customer's or a colleague's word is none of Affirm's."""
        return self.status is CheckoutStatus.CONFIRMED or self.told_confirmed


class OperationKind(StrEnum):
    """The money commands, and ``update``, in the wire's spelling."""

    AUTHORIZE = "authorize"
    CAPTURE = "capture"  # the whole amount
    PARTIAL_CAPTURE = "partial_capture"  # only where the merchant has split capture
    REFUND = "refund"
    VOID = "void"
    UPDATE = "update"  # carrier and confirmation number at fulfilment: moves no money


class OperationState(StrEnum):
    """What is true of one command of ours."""

    PLANNED = "planned"  # intent and key are on disk; nothing has left
    SENT = "sent"  # committed before the first byte: it may have left; no verdict yet
    UNKNOWN = "unknown"  # it left and no verdict came: read back, or resend under the same key
    DONE = "done"  # Affirm says it took effect (once)
    REFUSED = "refused"  # Affirm says no, or it never left: it took no effect


UNSETTLED = frozenset({OperationState.PLANNED, OperationState.SENT, OperationState.UNKNOWN})


DONE_OTHERWISE = "done_otherwise"
"""The verdict of a refused command whose effect another command is known to have had."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One money command: intent, key, sends, verdict. Units: cents; times aware UTC."""

    operation_id: str
    kind: OperationKind
    subject_id: str  # checkout id for authorize, transaction id for the others
    amount_cents: int
    key: str
    body: str  # canonical JSON: a resend is byte-identical
    state: OperationState
    actor: str
    planned_at: datetime
    sends: int = 0
    ever_left: bool = False  # a send may have reached Affirm
    first_sent_at: datetime | None = None
    last_sent_at: datetime | None = None
    settled_at: datetime | None = None
    next_try_at: datetime | None = None
    tries: int = 0  # attempts to settle since it became unknown: sets the pace
    doubted: bool = False  # a 4xx on a resend: settled by a later read only
    planned_version: int = 0  # the order's versions that planned it, sent it last (or doubted it)
    told_version: int = 0  # and settled it: a read asked before one of them says nothing of it
    settled_version: int = 0
    verdict: str = ""  # Affirm's event id when done; its reason when refused
    message: str = ""
    request_id: str = ""
    foreign: bool = False  # begun at another desk, which may still act on it: never sent from here

    @property
    def settled(self) -> bool:
        """Whether a verdict closed it."""
        return self.state not in UNSETTLED


@dataclass(frozen=True, slots=True)
class TransactionEvent:
    """One entry of Affirm's own record. Units: ``amount_cents`` cents (0 where it sends none)."""

    event_id: str
    type: str
    amount_cents: int
    created_at: datetime | None
    reference_id: str = ""


@dataclass(frozen=True, slots=True)
class Transaction:
    """Affirm's record of money after authorization; replaced whole when news comes."""

    transaction_id: str
    checkout_id: str
    order_id: str
    word: str
    amount_cents: int
    currency: str
    captured_cents: int = 0
    refunded_cents: int = 0
    authorization_expires_at: datetime | None = None
    created_at: datetime | None = None
    events: tuple[TransactionEvent, ...] = ()
    events_known: bool = False  # ``events`` is the whole list (it is empty unless expanded)

    @property
    def status(self) -> TransactionStatus:
        """The word as we understand it."""
        return transaction_status(self.word)


class FreezeReason(StrEnum):
    """Why no command is allowed until a supervisor decides."""

    AMOUNT = "amount"
    CURRENCY = "currency"
    ORDER_ID = "order_id"
    CHECKOUT_ID = "checkout_id"


class Alert(StrEnum):
    """What a supervisor must look at, without stopping the order."""

    SECOND_CONFIRMATION = "second_confirmation"  # two checkouts of one order were confirmed
    SUPERSEDED_CONFIRMED = "superseded_confirmed"  # the customer (or a stranger) used an old link
    UNKNOWN_TOO_LONG = "unknown_too_long"  # an outcome is unknown for ten minutes
    KEY_TOO_OLD = "key_too_old"  # the key may be forgotten at Affirm: never sent again by us
    CONTESTED = "contested"  # confirmed after a take-over: the former desk may authorize another
    AUTHORIZE_REFUSED = "authorize_refused"  # Affirm shows "confirmed" and refused to authorize
    UNRECOGNIZED = "unrecognized"  # Affirm uses a word that we do not know


@dataclass(frozen=True, slots=True)
class Freeze:
    """What does not match: ``ours`` and ``affirms`` are shown side by side."""

    reason: FreezeReason
    ours: str
    affirms: str
    at: datetime
    version: int = 0  # the order's version that froze it


@dataclass(frozen=True, slots=True)
class Order:
    """One order, whole. Holds no personal data: that is ``OrderDetails``, sealed beside it."""

    order_id: str
    order_key: str
    environment: Environment
    country: Country
    total_cents: int
    currency: Currency
    agent: str
    created_at: datetime
    updated_at: datetime
    auto_authorize: bool = True
    is_affirm: bool = True  # another payment choice is kept and never sent
    generation: int = 0
    version: int = 0
    checkouts: tuple[Checkout, ...] = ()
    transaction: Transaction | None = None
    operations: tuple[Operation, ...] = ()
    freeze: Freeze | None = None
    alerts: tuple[Alert, ...] = ()
    orphans: tuple[str, ...] = ()  # checkout ids that news named for this order, not ours (yet)
    orphans_confirmed: tuple[str, ...] = ()  # those that a verified delivery calls confirmed
    orphan_reads: int = 0  # how often they were read in vain: sets the pace
    next_orphan_read_at: datetime | None = None
    listed_version: int = 0  # the order's version when Affirm's list was last asked, and came whole
    proof_at: datetime | None = None
    next_read_at: datetime | None = None  # of the transaction, once there is one
    archived: bool = False
    taken_over: bool = False  # from a desk that has not said that it acts no more
    unproven: bool = False  # another desk's record, or a freeze lifted: Affirm is read first

    @property
    def checkout(self) -> Checkout | None:
        """The newest checkout that is not superseded, else the newest."""
        for checkout in reversed(self.checkouts):
            if not checkout.superseded:
                return checkout
        return self.checkouts[-1] if self.checkouts else None

    @property
    def limit_cents(self) -> int:
        """What captures, and refunds, may sum up to, whoever asks for them (cents)."""
        held_cents = self.transaction.amount_cents if self.transaction is not None else 0
        return max(self.total_cents, held_cents)

    @property
    def open_operation(self) -> Operation | None:
        """The money command that has no verdict yet, if any (the oldest)."""
        return next((op for op in self.operations if not op.settled), None)

    def operation(self, operation_id: str) -> Operation | None:
        """The operation of that id."""
        return next((op for op in self.operations if op.operation_id == operation_id), None)

    def checkout_by_id(self, checkout_id: str) -> Checkout | None:
        """The checkout that Affirm knows by that id."""
        if not checkout_id:
            return None
        return next((c for c in self.checkouts if c.checkout_id == checkout_id), None)
