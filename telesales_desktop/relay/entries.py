"""How does the log's content become pages? What every engine shares, without a database."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from telesales_desktop.relay.orders import Order
from telesales_desktop.relay.store_values import LogEntry, LogPage
from telesales_desktop.wire.feed import ChangeKind, Delivery, Source

EVERYBODY = ""
"""The reader of a delivery that nobody owns, in the database."""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery at the place of its newest announcement."""

    seq: int
    chain: bytes
    identity: bytes
    source: str
    order_key: str | None
    poison: bool
    received_us: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order at the place of its newest change."""

    seq: int
    chain: bytes
    order: Order


def next_chain(chain: bytes, identity: bytes) -> bytes:
    """The digest of a log that grows by one change."""
    return hashlib.sha256(chain + identity).digest()[:8]


def page(
    merchant: str,
    deliveries: Iterable[DeliveryRow],
    orders: Iterable[OrderRow],
    *,
    reader: str | None,
    limit: int,
    most_bytes: int,
    head: tuple[int, bytes],
    lost: bool,
    before: bytes | None,
) -> LogPage:
    """One page of both kinds, each in the order of its places; reads no further than it needs.

    ``head``: where the log ended in the snapshot that the rows are from. ``lost`` is about
    everything after the place that was asked for, so it may be told early, never late. ``before``:
    see ``LogPage``.
    """
    entries: list[LogEntry] = []
    size = 0
    rows: Iterator[DeliveryRow | OrderRow] = heapq.merge(
        deliveries, orders, key=lambda row: row.seq
    )
    for row in rows:
        entry = _delivery(merchant, row) if isinstance(row, DeliveryRow) else _record(row, reader)
        size += len(entry.content)
        if entries and size > most_bytes:
            break
        entries.append(entry)
        if len(entries) == limit:
            break
    else:
        return LogPage(tuple(entries), *head, lost, before)
    return LogPage(tuple(entries), entries[-1].seq, entries[-1].chain, lost, before)


def _delivery(merchant: str, row: DeliveryRow) -> LogEntry:
    delivery = Delivery(
        delivery_id=row.identity.hex(),
        merchant=merchant,
        source=Source(row.source),
        content_type="",
        signatures=(),
        body=b"",
        order_key=row.order_key,
        landing=None,
        poison=row.poison,
        sealed=row.content,
    )
    return LogEntry(row.seq, row.chain, ChangeKind.DELIVERY, row.received_us, delivery.to_json())


def _record(row: OrderRow, reader: str | None) -> LogEntry:
    content = row.order.record(reader).to_json()
    return LogEntry(row.seq, row.chain, ChangeKind.RECORD, row.order.changed_us, content)
