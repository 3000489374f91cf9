"""How are orders, their checkouts and tags written into the tables, and read?"""

from __future__ import annotations

from collections.abc import Sequence

from telesales_desktop.relay.access_rows import note
from telesales_desktop.relay.log_rows import ORDER, announce_again
from telesales_desktop.relay.orders import Decide, Decision, Order, OrderRows, Refused
from telesales_desktop.relay.store_values import AuditEntry, FoundRow
from telesales_desktop.relay.transaction import Connection, Transaction

_COLUMNS = ORDER.split(", ")
_PLACES = ", ".join("?" * (len(_COLUMNS) + 1))
_CHANGED = ", ".join(f"{name} = excluded.{name}" for name in ["seq", *_COLUMNS[2:]])
_KEEP = (
    f"INSERT INTO orders (seq, {ORDER}) VALUES ({_PLACES})"  # noqa: S608 - our own texts
    f" ON CONFLICT (merchant, order_key) DO UPDATE SET {_CHANGED}"
)


def change(
    tx: Transaction, merchant: str, order_key: str, decide: Decide, audit: AuditEntry
) -> Order | Refused:
    """See ``Store.change_order``."""
    seq = tx.next_seq(merchant)
    before = read_one(tx.db, merchant, order_key)
    decided = decide(before)
    if isinstance(decided, Refused):
        return decided
    order = decided.order
    tx.db.execute(_KEEP, (seq, *_values(order)))
    tx.append(merchant, order.identity(), order.changed_us, _readers(order))
    _keep_names(tx.db, decided)
    announce_again(tx, order)
    note(tx.db, [audit])
    return order


def read_one(db: Connection, merchant: str, order_key: str) -> Order | None:
    row = db.execute(
        f"SELECT {ORDER} FROM orders WHERE merchant = ? AND order_key = ?",  # noqa: S608
        (merchant, order_key),
    ).fetchone()
    return None if row is None else Order(*row)


def read_some(
    db: Connection, merchant: str, after: str, limit: int, most_bytes: int, reader: str | None
) -> OrderRows:
    """See ``Store.orders``."""
    mine = "" if reader is None else "AND owner = ?"
    orders: list[Order] = []
    size = 0
    for row in db.execute(
        f"SELECT {ORDER} FROM orders WHERE merchant = ? {mine} AND order_key > ?"  # noqa: S608
        " ORDER BY order_key LIMIT ?",
        (merchant, *(() if reader is None else (reader,)), after, limit + 1),
    ):
        order = Order(*row)
        size += len(order.sealed)
        if len(orders) == limit or (orders and size > most_bytes):
            return OrderRows(tuple(orders), more=True)
        orders.append(order)
    return OrderRows(tuple(orders), more=False)


def look_up(db: Connection, merchant: str, tags: Sequence[str], limit: int) -> Sequence[FoundRow]:
    """See ``Store.look_up``."""
    found: list[FoundRow] = []
    for tag in tags:
        rows = db.execute(
            "SELECT order_key FROM order_tags WHERE merchant = ? AND tag = ? LIMIT ?",
            (merchant, tag, limit),
        ).fetchall()
        for (order_key,) in rows:
            put_us, owner_name = db.execute(
                "SELECT o.put_us, p.name FROM orders o LEFT JOIN people p"
                " ON p.merchant = o.merchant AND p.person_id = o.owner"
                " WHERE o.merchant = ? AND o.order_key = ?",
                (merchant, order_key),
            ).fetchone()
            found.append(FoundRow(tag, order_key, owner_name or "?", put_us))
    return sorted(found, key=lambda row: (-row.put_us, row.order_key, row.tag))[:limit]


def _values(order: Order) -> tuple[object, ...]:
    return tuple(getattr(order, name) for name in _COLUMNS)


def _readers(order: Order) -> frozenset[str]:
    return frozenset(filter(None, [order.owner, order.former]))


def _keep_names(db: Connection, decided: Decision) -> None:
    """The order's checkouts and tags, as far as they are others now."""
    merchant, order_key = decided.order.merchant, decided.order.order_key
    for table, column, wanted in (
        ("order_checkouts", "checkout_hash", decided.checkout_hashes),
        ("order_tags", "tag", decided.tags),
    ):
        if wanted is None:
            continue
        rows = db.execute(
            f"SELECT {column} FROM {table} WHERE merchant = ? AND order_key = ?",  # noqa: S608
            (merchant, order_key),
        ).fetchall()
        known = {name for (name,) in rows}
        db.executemany(
            f"DELETE FROM {table} WHERE merchant = ? AND order_key = ? AND {column} = ?",  # noqa: S608
            [(merchant, order_key, name) for name in sorted(known - set(wanted))],
        )
        db.executemany(
            f"INSERT INTO {table} (merchant, {column}, order_key) VALUES (?, ?, ?)"  # noqa: S608
            " ON CONFLICT DO NOTHING",
            [(merchant, name, order_key) for name in wanted if name not in known],
        )
