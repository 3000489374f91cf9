"""Which deliveries came from the relay, what became of each, and where do we go on reading?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

import apsw

from telesales_desktop.adapters.journal import codec
from telesales_desktop.adapters.journal.codec import from_microseconds, to_microseconds
from telesales_desktop.application.ports import Cursor, JournalProblem, StoredDelivery
from telesales_desktop.domain.errors import JournalError

_COLUMNS = (
    "delivery_id, cursor, source, content_type, signatures, body, received_at, order_key, landing,"
    " verdict, note"
)


def take_in(
    connection: apsw.Connection,
    deliveries: Sequence[StoredDelivery],
    merchant: str,
    cursor: Cursor,
) -> None:
    """Keep deliveries, each once, and the cursor: in the caller's transaction, so never apart.

    One that is announced again is applied again if it was nobody's here when it first came.
    """
    for delivery in deliveries:
        connection.execute(
            f"INSERT INTO inbox ({_COLUMNS}, applied)"  # noqa: S608 - names of ours
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0) ON CONFLICT (delivery_id) DO UPDATE"
            " SET applied = 0 WHERE note = 'no_such_order' OR note GLOB 'elsewhere *'",
            (
                delivery.delivery_id,
                delivery.cursor,
                delivery.source,
                delivery.content_type,
                codec.encode_texts(delivery.signatures),
                delivery.body,
                to_microseconds(delivery.received_at),
                delivery.order_key,
                delivery.landing,
                delivery.verdict,
                delivery.note,
            ),
        )
    connection.execute(
        "INSERT INTO cursors (merchant, epoch, position) VALUES (?, ?, ?) ON CONFLICT (merchant)"
        " DO UPDATE SET epoch = excluded.epoch, position = excluded.position",
        (merchant, cursor.epoch, cursor.position),
    )


def read_cursor(connection: apsw.Connection, merchant: str) -> Cursor | None:
    """Our place in the relay's log, None before the first delivery."""
    row = connection.execute(
        "SELECT epoch, position FROM cursors WHERE merchant = ?", (merchant,)
    ).fetchone()
    return None if row is None else Cursor(*row)


def unapplied(connection: apsw.Connection) -> Sequence[StoredDelivery]:
    """Deliveries that no step has taken in yet, in the order in which they came."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM inbox WHERE applied = 0 ORDER BY n"  # noqa: S608
    )
    return tuple(
        StoredDelivery(
            delivery_id=delivery_id,
            cursor=cursor,
            source=source,
            content_type=content_type,
            signatures=codec.decode_texts(signatures),
            body=body,
            received_at=from_microseconds(received_at),
            order_key=order_key,
            landing=landing,
            verdict=verdict,
            note=note,
        )
        for (
            delivery_id,
            cursor,
            source,
            content_type,
            signatures,
            body,
            received_at,
            order_key,
            landing,
            verdict,
            note,
        ) in rows
    )


def close(connection: apsw.Connection, delivery_id: str, verdict: str, note: str) -> None:
    """Close a delivery; in the transaction of the step that it caused, if it caused one.

    Errors: ``RULE`` if it was never taken in.
    """
    connection.execute(
        "UPDATE inbox SET applied = 1, verdict = ?, note = ? WHERE delivery_id = ?",
        (verdict, note, delivery_id),
    )
    if connection.changes() != 1:
        raise JournalError(JournalProblem.RULE, "no such delivery")


def reopen(connection: apsw.Connection, notes: Sequence[str]) -> None:
    """Apply those again that went elsewhere with one of these notes."""
    connection.execute(
        "UPDATE inbox SET applied = 0 WHERE note GLOB 'elsewhere *'"
        " AND note IN (SELECT value FROM json_each(?))",
        (json.dumps(notes),),
    )


def last_webhook_at(connection: apsw.Connection) -> datetime | None:
    """When the newest webhook was received, None before the first."""
    row = connection.execute(
        "SELECT received_at FROM inbox WHERE source = 'webhook' ORDER BY received_at DESC LIMIT 1"
    ).fetchone()
    return None if row is None else from_microseconds(row[0])
