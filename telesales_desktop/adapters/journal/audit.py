"""What happened to every operation, in a record that shows where it was edited?

One entry a change of state, each sealed with the hash of the one before. It names no customer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import apsw

from telesales_desktop.adapters.journal.codec import to_microseconds
from telesales_desktop.domain.order import Operation, Order

GENESIS = bytes(32)
_COLUMNS = (
    "n, at, actor, order_id, operation_id, kind, amount_cents, key, sends, from_state, to_state,"
    " verdict"
)
_INSERT = (
    f"INSERT INTO audit ({_COLUMNS}, prev_hash, hash)"  # noqa: S608 - names of ours
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


@dataclass(frozen=True, slots=True)
class AuditBreak:
    """Where the record does not hold: ``entry`` is the number of the first one concerned."""

    entry: int
    problem: str  # "edited", "missing", "chain", "operation"
    operation_id: str = ""


def append(
    connection: apsw.Connection, order: Order, operation: Operation, from_state: str
) -> None:
    """Add one entry at the end of the chain, in the caller's transaction."""
    last = connection.execute("SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1").fetchone()
    n, prev_hash = last if last is not None else (0, GENESIS)
    values = (
        n + 1,
        to_microseconds(order.updated_at),
        operation.actor,
        order.order_id,
        operation.operation_id,
        operation.kind.value,
        operation.amount_cents,
        operation.key,
        operation.sends,
        from_state,
        operation.state.value,
        operation.verdict,
    )
    connection.execute(_INSERT, (*values, prev_hash, _hash(prev_hash, values)))


def find_breaks(connection: apsw.Connection) -> Iterator[AuditBreak]:
    """Where the chain was cut, edited, or tells otherwise than the operations themselves."""
    expected, prev = 1, GENESIS
    told: dict[tuple[str, str], tuple[int, tuple[object, ...]]] = {}
    for row in connection.execute(
        f"SELECT {_COLUMNS}, prev_hash, hash FROM audit ORDER BY n"  # noqa: S608
    ):
        values, prev_hash, own = row[:-2], row[-2], row[-1]
        n, order_id, operation_id = values[0], values[3], values[4]
        if n != expected:
            yield AuditBreak(expected, "missing")
        elif prev_hash != prev:
            yield AuditBreak(n, "chain", operation_id)
        elif own != _hash(prev_hash, values):
            yield AuditBreak(n, "edited", operation_id)
        before = told.get((order_id, operation_id))
        if (before[1][4] if before else "") != values[9]:
            yield AuditBreak(n, "operation", operation_id)
        told[order_id, operation_id] = n, (*values[5:9], values[10], values[11])
        expected, prev = n + 1, own
    yield from _differences(connection, told)


def _differences(
    connection: apsw.Connection,
    told: Mapping[tuple[str, str], tuple[int, tuple[object, ...]]],
) -> Iterator[AuditBreak]:
    """Operations that the record ends otherwise for, or does not know, or alone knows."""
    left = dict(told)
    for order_id, operation_id, *is_now in connection.execute(
        "SELECT orders.order_id, operation_id, kind, amount_cents, key, sends, operations.state,"
        " verdict FROM operations JOIN orders ON orders.id = order_row"
    ):
        n, last = left.pop((order_id, operation_id), (0, ()))
        if last != tuple(is_now):
            yield AuditBreak(n, "operation", operation_id)
    for (_, operation_id), (n, _) in left.items():
        yield AuditBreak(n, "operation", operation_id)


def _hash(prev_hash: bytes, values: tuple[object, ...]) -> bytes:
    told = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(prev_hash + told.encode("utf-8", "surrogatepass")).digest()
