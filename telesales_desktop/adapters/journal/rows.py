"""Which columns are taken out of an order, so that the tables can hold rules and answer queries?"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from telesales_desktop.adapters.journal.codec import to_microseconds
from telesales_desktop.domain.order import Order

Row = tuple[str | int | bytes | None, ...]

ORDER_COLUMNS = (
    "order_id",
    "order_key",
    "environment",
    "country",
    "currency",
    "agent",
    "created_at",
    "updated_at",
    "total_cents",
    "limit_cents",
    "archived",
    "version",
)
CHECKOUT_COLUMNS = (
    "attempt",
    "checkout_id",
    "state",
    "superseded",
    "total_cents",
    "currency",
    "planned_at",
    "sent_at",
)
OPERATION_COLUMNS = (
    "operation_id",
    "kind",
    "subject_id",
    "amount_cents",
    "key",
    "body_sha256",
    "state",
    "sends",
    "actor",
    "planned_at",
    "first_sent_at",
    "settled_at",
    "verdict",
)


def upsert(table: str, columns: Sequence[str], key: Sequence[str]) -> str:
    """The statement that writes a row whole, new or not; names of ours only."""
    changes = ", ".join(f"{c} = excluded.{c}" for c in columns if c not in key)
    return (
        f"INSERT INTO {table} ({', '.join(columns)})"  # noqa: S608
        f" VALUES ({', '.join('?' * len(columns))})"
        f" ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"
    )


def order_row(order: Order) -> Row:
    """Values of ``ORDER_COLUMNS``."""
    return (
        order.order_id,
        order.order_key,
        order.environment.value,
        order.country.value,
        order.currency.value,
        order.agent,
        to_microseconds(order.created_at),
        to_microseconds(order.updated_at),
        order.total_cents,
        order.limit_cents,
        int(order.archived),
        order.version,
    )


def checkout_rows(order: Order) -> tuple[Row, ...]:
    """Values of ``CHECKOUT_COLUMNS``, one row an attempt."""
    return tuple(
        (
            checkout.attempt,
            checkout.checkout_id,
            checkout.state.value,
            int(checkout.superseded),
            checkout.total_cents,
            checkout.currency.value,
            to_microseconds(checkout.planned_at),
            None if checkout.sent_at is None else to_microseconds(checkout.sent_at),
        )
        for checkout in order.checkouts
    )


def operation_rows(order: Order) -> tuple[Row, ...]:
    """Values of ``OPERATION_COLUMNS``, one row an operation."""
    return tuple(
        (
            operation.operation_id,
            operation.kind.value,
            operation.subject_id,
            operation.amount_cents,
            operation.key,
            hashlib.sha256(operation.body.encode()).digest(),
            operation.state.value,
            operation.sends,
            operation.actor,
            to_microseconds(operation.planned_at),
            None if operation.first_sent_at is None else to_microseconds(operation.first_sent_at),
            None if operation.settled_at is None else to_microseconds(operation.settled_at),
            operation.verdict,
        )
        for operation in order.operations
    )
