"""What do the use cases need from the outside? One protocol per neighbour, and its values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from telesales_desktop.domain.details import OrderDetails
from telesales_desktop.domain.effects import TimelineEntry
from telesales_desktop.domain.events import Accepted, CheckoutAccepted
from telesales_desktop.domain.order import OperationKind, Order, Transaction


class Clock(Protocol):
    """What time it is. ``now`` is aware UTC, corrected by servers' dates where known.

    ``is_sure``: a server has told the time since the start, or since the machine's clock was set.
    """

    @property
    def is_sure(self) -> bool: ...

    def now(self) -> datetime: ...

    def monotonic_s(self) -> float: ...


# --- Affirm ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CheckoutRequest:
    """All that one store call says. Units: ``expires_at`` aware UTC, sent without milliseconds."""

    details: OrderDetails
    order_key: str
    confirmation_url: str
    cancel_url: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CheckoutSnapshot:
    """Read Checkout's answer. Units: ``total_cents`` cents; None where the body has none."""

    checkout_id: str
    word: str
    total_cents: int | None
    currency: str
    order_id: str
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class ListedEvent:
    """One entry of List Transaction Events. Units: cents; aware UTC."""

    event_id: str
    type: str
    transaction_id: str
    amount_cents: int
    currency: str
    created_at: datetime | None
    order_id: str = ""
    reference_id: str = ""


class AffirmGateway(Protocol):
    """Affirm, one call a method, one request a call: nothing is retried in here.

    Errors of every method: ``AffirmUnreachableError`` never sent; ``AffirmRejectedError`` refused
    (``AffirmCredentialsError`` for keys); ``AffirmBusyError`` wait, then the same request again;
    ``OutcomeUnknownError`` sent, no verdict; ``CredentialsError`` the keyring has no keys.
    """

    async def store_checkout(self, request: CheckoutRequest) -> CheckoutAccepted: ...

    async def resend_checkout(self, checkout_id: str) -> CheckoutAccepted: ...

    async def read_checkout(self, checkout_id: str) -> CheckoutSnapshot: ...

    async def update_checkout(
        self,
        checkout_id: str,
        *,
        order_id: str | None = None,
        shipping_carrier: str | None = None,
        shipping_confirmation: str | None = None,
    ) -> None: ...

    async def perform(
        self, kind: OperationKind, subject_id: str, *, body: str, idempotency_key: str
    ) -> Accepted:
        """Send one money command: ``body`` goes out byte for byte, under the key given."""
        ...

    async def read_transaction(self, transaction_id: str) -> Transaction: ...

    async def list_transactions(self, *, since: datetime) -> tuple[Sequence[Transaction], bool]:
        """Transactions created since, newest first; false when the pages did not end."""
        ...

    async def list_events(self, *, since: datetime) -> Sequence[ListedEvent]:
        """Every transaction event since, paged to the end (Affirm's default page is five)."""
        ...

    async def try_keys(self) -> str:
        """A small harmless read; every answer's date sets our clock right. The request's id."""
        ...

    async def close(self) -> None: ...


# --- the journal -----------------------------------------------------------------------------


class JournalProblem(StrEnum):
    """Why the journal is refused; money does not move meanwhile.

    After ``CONFLICT``, ``RULE`` and ``FULL`` the journal itself is well: they concern one write.
    """

    LOCKED = "locked"  # another copy of the program has it open
    WRONG_KEY = "wrong_key"  # the keyring's key does not open it
    DAMAGED = "damaged"
    READ_ONLY = "read_only"
    FULL = "full"
    NETWORK = "network"  # it lies on a network share or in a synchronised folder
    NEWER = "newer"  # written by a newer version of the program
    IO = "io"  # the disk failed: reopen and load again; the last write may be there or not
    CONFLICT = "conflict"  # the order is not at the version that the writer had read
    RULE = "rule"  # the write breaks a rule of the journal's own, say a second authorize
    CLOSED = "closed"  # not open, or not open any more
    OTHER_PLACE = "other_place"  # its orders are of another environment or country
    UNFILLED = "unfilled"  # it took the place of a lost one, and that one's orders are not all back


ONE_WRITE = frozenset({JournalProblem.CONFLICT, JournalProblem.RULE, JournalProblem.FULL})
"""They concern one write, and nothing of it is there; after any other the journal is closed."""


@dataclass(frozen=True, slots=True)
class StoredDelivery:
    """A delivery as the relay handed it over. ``body`` is raw bytes; times aware UTC."""

    delivery_id: str  # hash: the same delivery twice is one row
    cursor: str
    source: str  # "webhook" | "customer"
    content_type: str
    signatures: tuple[str, ...]
    body: bytes
    received_at: datetime
    order_key: str = ""
    landing: str = ""  # "confirmed" | "cancelled" for the customer's browser
    verdict: str = ""  # the signature's verdict, once checked
    note: str = ""  # what became of it


@dataclass(frozen=True, slots=True)
class Cursor:
    """Our place in the relay's log."""

    epoch: str
    position: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A form that was not sent. ``content`` is what the agent typed, as typed."""

    draft_id: str
    content: Mapping[str, object]
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class OrderFile:
    """An order with its details, as the journal holds it."""

    order: Order
    details: OrderDetails


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """A search over all orders, newest first. Units: ``limit`` rows."""

    text: str = ""
    states: tuple[str, ...] = ()
    agent: str = ""
    limit: int = 200
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Commit:
    """All that one step writes, in one transaction: all of it or nothing.

    ``expected_version`` guards an order against a second writer; ``state`` and ``search_text`` are
    what lists and searches go by; ``applied_delivery`` closes an inbox row with the step it caused.
    ``share`` puts the order into the outbox; ``taken_over`` says that this desk acts on it again,
    and ``reopens`` are the notes of deliveries that went elsewhere until now: they are applied.
    """

    order: Order
    expected_version: int
    state: str
    timeline: tuple[TimelineEntry, ...] = ()
    details: OrderDetails | None = None  # given when new or changed
    applied_delivery: str = ""
    delivery_note: str = ""
    delivery_verdict: str = ""
    drop_draft: str = ""
    share: bool = False
    taken_over: bool = False
    reopens: tuple[str, ...] = ()


class Journal(Protocol):
    """The workstation's own durable record. Every method runs off the UI thread.

    Errors: ``JournalError`` with a ``JournalProblem``. After one of ``ONE_WRITE`` conclude that
    nothing was written; after every other one the last write may be there or not, and every call
    fails until ``open`` is called again.
    """

    async def open(self) -> None:
        """Open, or open anew after a failure; does no harm to one that is open."""
        ...

    async def is_unfilled(self) -> bool:
        """Whether it took the place of a lost one whose orders are not all back yet."""
        ...

    async def filled(self) -> None:
        """What could be had of the lost one's orders is here; durable on return."""
        ...

    async def load_open_orders(self) -> Sequence[OrderFile]:
        """Every order that is not archived, newest first."""
        ...

    async def load_order(self, order_id: str) -> OrderFile | None: ...

    async def commit(self, commit: Commit) -> None:
        """Durable on return (synced to the disk)."""
        ...

    async def timeline(self, order_id: str) -> Sequence[TimelineEntry]: ...

    async def search(self, query: SearchQuery) -> Sequence[OrderFile]: ...

    async def save_draft(self, draft: Draft) -> None: ...

    async def delete_draft(self, draft_id: str) -> None: ...

    async def drafts(self) -> Sequence[Draft]: ...

    async def take_in(
        self, deliveries: Sequence[StoredDelivery], *, merchant: str, cursor: Cursor
    ) -> None:
        """Keep deliveries (each once) and the cursor, in one transaction.

        One that is announced again is applied again if it was nobody's here when it first came.
        """
        ...

    async def cursor(self, merchant: str) -> Cursor | None: ...

    async def unapplied_deliveries(self) -> Sequence[StoredDelivery]: ...

    async def mark_delivery(self, delivery_id: str, *, verdict: str, note: str) -> None:
        """Close an inbox row that changed no order."""
        ...

    async def last_delivery_at(self) -> datetime | None:
        """When the newest webhook was received, None before the first."""
        ...

    async def get_meta(self, name: str) -> str: ...

    async def set_meta(self, name: str, value: str) -> None: ...

    async def close(self) -> None: ...


# --- the keyring -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Credentials:
    """A key pair of one environment and country. The private key never shows in a repr."""

    public_key: str
    private_key: str = field(repr=False)


class SecretName(StrEnum):
    """What the keyring holds for one profile; tokens and person keys once for each person."""

    PUBLIC_KEY = "affirm-public-key"
    PRIVATE_KEY = "affirm-private-key"
    JOURNAL_KEY = "journal-key"
    RELAY_TOKEN = "relay-token"  # noqa: S105 - the name of a secret, not a secret
    ORDER_KEY_SECRET = "order-key-secret"  # noqa: S105
    DATA_KEY = "merchant-data-key"  # the same at every desk of the merchant
    PERSON_KEY = "person-key"  # a person's own, at this workstation


class SecretStore(Protocol):
    """The OS keyring. Each call runs in a worker thread with a deadline.

    Errors: ``CredentialsError`` (no_keyring, locked, refused, not_allowed, timed_out).
    """

    async def read(self, profile: str, name: SecretName) -> str | None: ...

    async def write(self, profile: str, name: SecretName, value: str) -> None: ...

    async def delete(self, profile: str, name: SecretName) -> None: ...

    async def check(self) -> str:
        """Write, read and delete a canary; returns the backend's name."""
        ...


# --- the relay -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FeedPage:
    """One answer of the relay's feed. ``gap``: changes were lost before this page."""

    deliveries: tuple[StoredDelivery, ...]
    cursor: Cursor
    gap: bool
    more: bool


class RelayFeed(Protocol):
    """The relay as a desk sees it. Errors: ``RelayUnreachableError``, ``RelayTokenRefusedError``,
    ``RelayAnswerError`` (``domain.relay_errors``)."""

    async def changes(self, after: Cursor | None, *, wait_s: float, limit: int) -> FeedPage: ...

    async def close(self) -> None: ...


class SignatureCheck(Protocol):
    """Whether a delivery's signature is right; never raises; runs off the UI thread."""

    async def __call__(self, delivery: StoredDelivery) -> str:
        """``verified``, ``unsigned``, ``wrong``, ``out_of_tolerance``, ``malformed``; ``unchecked``
        where there is no key to check with."""
        ...


@dataclass(frozen=True, slots=True)
class DeliveryContent:
    """What a delivery says, as far as it can be read. ``readable`` is false for poison."""

    readable: bool
    word: str = ""
    checkout_id: str = ""  # webhooks spell it checkout_token
    order_id: str = ""
    order_key: str = ""  # webhook_session_id
    total_cents: int | None = None
    event_at: datetime | None = None


class DeliveryReader(Protocol):
    """Parses a delivery's raw body; never raises."""

    def __call__(self, delivery: StoredDelivery) -> DeliveryContent: ...
