"""What does this desk keep of orders that it shares? Values and the journal's part of the port."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from telesales_desktop.application.ports import Cursor, Journal, OrderFile, StoredDelivery


@dataclass(frozen=True, slots=True)
class SeenRecord:
    """The newest record of one order that this desk has seen at the relay, or put there itself.

    ``file`` is None where this desk put it: its own journal holds the order then. ``owner`` is a
    person's id, ``holder`` the token of the desk that acts ("" is nobody).
    """

    order_key: str
    version: int
    owner: str
    holder: str
    seen_at: datetime
    holder_name: str = ""
    workstation: str = ""
    file: OrderFile | None = None


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """An order whose newest record the relay does not have yet. ``marks`` counts what it lacks."""

    order_id: str
    marks: int
    since: datetime


class SharingJournal(Journal, Protocol):
    """The journal of a desk that shares its orders. Errors: ``JournalError``, as ``Journal``."""

    async def outbox(self) -> Sequence[OutboxEntry]:
        """What waits to be uploaded, the oldest first."""
        ...

    async def uploaded(self, order_id: str, marks: int, record: SeenRecord) -> None:
        """The relay has the record; the outbox forgets it unless more was marked since.

        A record whose version was seen meanwhile changes nothing: who acts on it may be another.
        """
        ...

    async def lost_orders(self) -> Sequence[str]:
        """Orders of this journal on which another desk acts now."""
        ...

    async def mark_lost(self, order_id: str, at: datetime) -> None:
        """Another desk acts on the order from now on: nothing of it is uploaded any more."""
        ...

    async def take_in(
        self,
        deliveries: Sequence[StoredDelivery],
        *,
        merchant: str,
        cursor: Cursor,
        records: Sequence[SeenRecord] = (),
    ) -> None:
        """As ``Journal``, with the records that came in the same page."""
        ...

    async def keep_records(self, records: Sequence[SeenRecord]) -> None:
        """Keep what was seen; a lower version than the kept one changes nothing."""
        ...

    async def open_records(self) -> Sequence[SeenRecord]:
        """Every record with content whose order is not archived, newest first."""
        ...

    async def heads_of(self, order_keys: Sequence[str]) -> Mapping[str, SeenRecord]:
        """The newest records of these orders, by order key, without ``file``."""
        ...

    async def order_ids(self, order_keys: Sequence[str]) -> Mapping[str, str]:
        """The ids of those that are this desk's own, archived or not, by order key."""
        ...

    async def load_by_order_key(self, order_key: str) -> OrderFile | None:
        """One order, archived or not, by the name under which the relay knows it."""
        ...

    async def reopen_deliveries(self, notes: Sequence[str]) -> None:
        """Deliveries that went elsewhere, closed with one of these notes, are applied again."""
        ...
