"""What must a database do for the relay? One protocol; the rules themselves are elsewhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

from prometheus_client import Histogram

from telesales_desktop.relay.orders import Decide, Order, OrderRows, Refused
from telesales_desktop.relay.store_values import (
    Appended,
    AuditEntry,
    Code,
    FoundRow,
    Grant,
    Hook,
    LogPage,
    Merchant,
    NewDelivery,
    PersonKeyRow,
    PersonRow,
    Pulse,
    WrapRow,
)


class StoreError(Exception):
    """The database cannot be used just now. Conclude nothing: a write may have been kept."""


class NoSuchMerchantError(StoreError):
    """A delivery is for somebody whom the database does not know; it is not kept."""


class NotARelayError(StoreError):
    """The database is missing, is not a relay's, or is another version's; says which."""


class Store(Protocol):
    """The log, the orders and the access records of one relay; every write is durable when it
    returns, and is one transaction.

    Errors: ``StoreError`` from every coroutine.
    """

    @property
    def epoch(self) -> str:
        """The log's identity, 16 hex digits: another one after a restored backup."""
        ...

    @property
    def public_url(self) -> str: ...

    @property
    def commit_times(self) -> Histogram:
        """How long this process' transactions took, until they were durable."""
        ...

    def on_commit(self, announce: Callable[[Sequence[Appended]], None]) -> None:
        """Call ``announce`` in the event loop with what was committed, each merchant's in order."""
        ...

    def on_news(self, look: Callable[[], None]) -> None:
        """Call ``look`` in the event loop when another process has written, where the engine tells
        of it. A hint: whoever must know looks by himself as well."""
        ...

    # --- the log: see ``entries`` for what both engines share

    def append(self, delivery: NewDelivery) -> Awaitable[bool]:
        """Keep a delivery; False if the log has it already (it is counted there).

        Its order is the one under its ``order_key``, else the one that has its ``checkout_hash``;
        its reader is that order's owner, or everybody where there is no such order.
        """
        ...

    async def read(
        self, merchant: str, after_seq: int, limit: int, most_bytes: int, reader: str | None
    ) -> LogPage:
        """The next entries that ``reader`` may see (None: all; "": what everybody may see).

        A delivery and an order are found at the place of their newest change only. A person sees
        deliveries that are theirs or everybody's, and orders that they own or owned last.
        They end before ``most_bytes`` of content, but for a first one; all from one snapshot.
        """
        ...

    async def chain_at(self, merchant: str, seq: int) -> bytes | None: ...

    async def pulse(self) -> Pulse: ...

    async def prune(self, before_us: int, orders_before_us: int) -> int:
        """Delete a bounded number of deliveries received before, of changes made before and of
        orders changed before; answers how many. A deleted delivery whose change stays is marked
        there: a page that passes it is ``lost``.
        """
        ...

    # --- orders: see ``orders`` for who may do what

    async def change_order(
        self, merchant: str, order_key: str, decide: Decide, audit: AuditEntry
    ) -> Order | Refused:
        """Decide on the newest order; keep it, its checkouts and tags, append its change, announce
        again the deliveries that it gains and those whose reader is another now, and audit.

        The order gains deliveries with its key, and those with one of its checkouts that no order
        has. A checkout belongs to the first order that names it.
        """
        ...

    async def order(self, merchant: str, order_key: str) -> Order | None: ...

    async def orders(
        self, merchant: str, after: str, limit: int, most_bytes: int, reader: str | None
    ) -> OrderRows:
        """The next orders by their key that ``reader`` owns (None: all). They end before
        ``most_bytes`` of content, but for a first one."""
        ...

    async def look_up(self, merchant: str, tags: Sequence[str], limit: int) -> Sequence[FoundRow]:
        """Orders that have one of the tags, the newest first."""
        ...

    # --- merchants; ``audit`` is kept in the same transaction, if anything was done

    async def merchants(self) -> Sequence[Merchant]: ...

    async def hooks(self) -> Sequence[Hook]: ...

    async def add_merchant(
        self,
        merchant: Merchant,
        hook_digest: bytes,
        wrap: WrapRow | None,
        audit: Sequence[AuditEntry] = (),
    ) -> bool:
        """False if there is one of that name."""
        ...

    async def add_hook(
        self,
        merchant: str,
        digest: bytes,
        others_until_us: int,
        audit: Sequence[AuditEntry] = (),
    ) -> None:
        """One more address; the earlier ones end then, if they do not before."""
        ...

    async def set_basic(
        self, merchant: str, digest: bytes | None, audit: Sequence[AuditEntry] = ()
    ) -> None: ...

    async def seal(
        self,
        merchant: str,
        sealing_key: bytes,
        wrap: WrapRow,
        audit: Sequence[AuditEntry] = (),
    ) -> bool:
        """Set the sealing key; False if there is another one: it is never replaced."""
        ...

    async def wraps(self, merchant: str) -> Sequence[WrapRow]:
        """In the order in which they came."""
        ...

    async def add_wrap(self, merchant: str, wrap: WrapRow, most: int, audit: AuditEntry) -> bool:
        """False if there is another blob under its name, or there are ``most`` already."""
        ...

    async def drop_wrap(self, merchant: str, wrap_id: str, audit: AuditEntry) -> bool:
        """False if there is none, or it is the last one."""
        ...

    # --- people

    async def grants(self) -> Sequence[Grant]: ...

    async def grants_of(self, merchant: str) -> Sequence[Grant]:
        """For who asks about people; unlike the others it waits behind pages."""
        ...

    async def people(self, merchant: str) -> Sequence[PersonRow]:
        """By name."""
        ...

    async def person_keys(self, merchant: str) -> Sequence[PersonKeyRow]: ...

    async def put_person_key(self, merchant: str, key: PersonKeyRow, audit: AuditEntry) -> bool:
        """False if the token has another one: it is never replaced."""
        ...

    async def add_code(
        self, code: Code, audit: Sequence[AuditEntry] = (), *, now_us: int = 0
    ) -> bool:
        """False if there is one of its id that is neither used nor has run out by then."""
        ...

    async def try_code(self, code_id: str, now_us: int, most_tries: int) -> Code | None:
        """Count one try; None if the code is unknown, used, expired or tried too often."""
        ...

    async def redeem(self, code: Code, grant: Grant, now_us: int) -> str | None:
        """Use the code up and keep the grant, both or neither; None if somebody was faster.

        The person is the one of the grant's merchant and name, whose role it is from now on; there
        is none yet: the grant's ``person_id``. Answers which. Audited as ``enrolled``.
        """
        ...

    async def revoke(self, token_id: str, now_us: int, by: str) -> bool:
        """``by``: who did it. Audited as ``revoked by``."""
        ...

    async def note_seen(self, seen_us: Mapping[str, int], audit: Sequence[AuditEntry] = ()) -> None:
        """When tokens were last used, and what they read meanwhile."""
        ...

    async def audited(self, merchant: str | None, limit: int) -> Sequence[AuditEntry]:
        """The newest first."""
        ...

    async def check_write(self) -> None:
        """Write something and sync it."""
        ...

    async def close(self) -> None: ...
