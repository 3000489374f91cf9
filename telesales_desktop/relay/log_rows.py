"""How are deliveries written into the tables, announced again, read and deleted?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set

from telesales_desktop.relay import entries
from telesales_desktop.relay.entries import EVERYBODY, DeliveryRow, OrderRow
from telesales_desktop.relay.orders import Order
from telesales_desktop.relay.store import NoSuchMerchantError, StoreError
from telesales_desktop.relay.store_values import Head, LogPage, NewDelivery
from telesales_desktop.relay.transaction import Connection, Transaction

_AT_ONCE = 1000
_DELIVERY = "d.seq, c.chain, identity, source, order_key, poison, received_us, content"
_KEEP = (
    "INSERT INTO deliveries (merchant, identity, seq, reader, source, order_key, checkout_hash,"
    " poison, received_us, content) {rows}"
)
_Named = tuple[str, str | None]
_Owned = tuple[str, str]
"""An order's key, and the person who owns it."""

ORDER = (
    "merchant, order_key, version, environment, owner, holder, holder_name, former, claim,"
    " claim_until_us, put_us, changed_us, sealed"
)


def append_all(tx: Transaction, deliveries: Sequence[NewDelivery]) -> list[bool | StoreError]:
    """Keep the deliveries in their order; False for each that the log has already."""
    merchants = sorted({each.merchant for each in deliveries})  # as every other replica does
    missing = {merchant for merchant in merchants if not _lock(tx, merchant)}
    known = _known(tx, deliveries)
    by_key = _owners(tx, {(each.merchant, each.order_key) for each in deliveries})
    by_checkout = _adopters(tx, {(each.merchant, each.checkout_hash) for each in deliveries})
    rows: list[tuple[object, ...]] = []
    repeats = []
    results: list[bool | StoreError] = []
    for delivery in deliveries:
        merchant, place = delivery.merchant, (delivery.merchant, delivery.identity)
        if merchant in missing:
            results.append(NoSuchMerchantError(f"there is no merchant {merchant}"))
            continue
        results.append(place not in known)
        if place in known:
            repeats.append(place)
            continue
        known.add(place)
        owned = by_key.get((merchant, delivery.order_key)) or by_checkout.get(
            (merchant, delivery.checkout_hash)
        )
        order_key, owner = owned or (delivery.order_key, None)
        rows.append(
            (
                *place,
                tx.next_seq(merchant),
                owner or EVERYBODY,
                delivery.source,
                order_key,
                delivery.checkout_hash,
                int(delivery.poison),
                delivery.received_us,
                delivery.content,
            )
        )
        readers = frozenset([owner] if owner else ())
        tx.append(merchant, delivery.identity, delivery.received_us, readers)
    tx.many(_KEEP, "text bytea bigint text text text text bigint bigint bytea", rows)
    for place in repeats:
        tx.db.execute(
            "UPDATE deliveries SET repeats = repeats + 1 WHERE merchant = ? AND identity = ?", place
        )
    return results


def _lock(tx: Transaction, merchant: str) -> bool:
    try:
        tx.lock(merchant)
    except LookupError:
        return False
    return True


def _known(tx: Transaction, deliveries: Sequence[NewDelivery]) -> set[tuple[str, bytes]]:
    """Which of them the log has already."""
    found = tx.many(
        "WITH w (merchant, identity) AS ({rows}) SELECT d.merchant, d.identity FROM w"
        " CROSS JOIN deliveries d WHERE d.merchant = w.merchant AND d.identity = w.identity",
        "text bytea",
        [(each.merchant, each.identity) for each in deliveries],
    )
    return {(merchant, identity) for merchant, identity in found}


def _owners(tx: Transaction, named: Set[_Named]) -> dict[_Named, _Owned]:
    """The orders that there are under these keys."""
    found = tx.many(
        "WITH w (merchant, order_key) AS ({rows}) SELECT o.merchant, o.order_key, o.owner FROM w"
        " CROSS JOIN orders o WHERE o.merchant = w.merchant AND o.order_key = w.order_key",
        "text text",
        [each for each in named if each[1] is not None],
    )
    return {(merchant, key): (key, owner) for merchant, key, owner in found}


def _adopters(tx: Transaction, named: Set[_Named]) -> dict[_Named, _Owned]:
    """The orders that have these checkouts."""
    found = tx.many(
        "WITH w (merchant, named) AS ({rows})"
        " SELECT h.merchant, h.checkout_hash, o.order_key, o.owner FROM w"
        " CROSS JOIN order_checkouts h CROSS JOIN orders o"
        " WHERE h.merchant = w.merchant AND h.checkout_hash = w.named"
        " AND o.merchant = h.merchant AND o.order_key = h.order_key",
        "text text",
        [each for each in named if each[1] is not None],
    )
    return {(merchant, checkout): (key, owner) for merchant, checkout, key, owner in found}


def announce_again(tx: Transaction, order: Order) -> None:
    """Append anew each delivery that the order gains, or whose reader is another now."""
    merchant, order_key = order.merchant, order.order_key
    rows = tx.db.execute(
        "SELECT seq, identity FROM deliveries WHERE merchant = ? AND order_key = ? AND reader <> ?",
        (merchant, order_key, order.owner),
    ).fetchall()
    for (checkout,) in tx.db.execute(
        "SELECT checkout_hash FROM order_checkouts WHERE merchant = ? AND order_key = ?",
        (merchant, order_key),
    ).fetchall():
        rows += tx.db.execute(
            "SELECT seq, identity FROM deliveries"
            " WHERE merchant = ? AND checkout_hash = ? AND reader = ?",
            (merchant, checkout, EVERYBODY),
        ).fetchall()
    for _, identity in sorted(set(rows)):  # in the order in which they were announced
        tx.db.execute(
            "UPDATE deliveries SET seq = ?, reader = ?, order_key = ?"
            " WHERE merchant = ? AND identity = ?",
            (
                tx.next_seq(order.merchant),
                order.owner,
                order.order_key,
                order.merchant,
                identity,
            ),
        )
        tx.append(order.merchant, identity, order.changed_us, frozenset([order.owner]))


def read(
    db: Connection, merchant: str, after_seq: int, limit: int, most_bytes: int, reader: str | None
) -> LogPage:
    """See ``Store.read``; to be asked in one snapshot."""
    head = Head(
        *db.execute(
            "SELECT seq, chain, pruned_seq, pruned_chain FROM merchants WHERE merchant = ?",
            (merchant,),
        ).fetchone()
    )
    return entries.page(
        merchant,
        _deliveries(db, merchant, after_seq, limit, reader),
        _orders(db, merchant, after_seq, limit, reader),
        reader=reader,
        limit=limit,
        most_bytes=most_bytes,
        head=(head.seq, head.chain),
        lost=_lost(db, merchant, after_seq, reader),
        before=_before(db, merchant, after_seq, head),
    )


def _before(db: Connection, merchant: str, seq: int, head: Head) -> bytes | None:
    ends = {head.pruned_seq: head.pruned_chain, head.seq: head.chain}
    return ends.get(seq) or chain_at(db, merchant, seq)


def chain_at(db: Connection, merchant: str, seq: int) -> bytes | None:
    """The log's digest at a place between its ends."""
    statement = "SELECT chain FROM changes WHERE merchant = ? AND seq = ?"
    row = db.execute(statement, (merchant, seq)).fetchone()
    return None if row is None else row[0]


def _deliveries(
    db: Connection, merchant: str, after_seq: int, limit: int, reader: str | None
) -> Iterator[DeliveryRow]:
    mine = "" if reader is None else "AND d.reader IN (?, ?)"
    rows = db.execute(
        f"SELECT {_DELIVERY} FROM deliveries d JOIN changes c"  # noqa: S608 - our own texts
        " ON c.merchant = d.merchant AND c.seq = d.seq"
        f" WHERE d.merchant = ? AND d.seq > ? {mine} ORDER BY d.seq LIMIT ?",
        (merchant, after_seq, *(() if reader is None else (EVERYBODY, reader)), limit),
    )
    for seq, chain, identity, source, order_key, poison, received_us, content in rows:
        yield DeliveryRow(
            seq, chain, identity, source, order_key, bool(poison), received_us, content
        )


def _orders(
    db: Connection, merchant: str, after_seq: int, limit: int, reader: str | None
) -> Iterator[OrderRow]:
    mine = "" if reader is None else "AND ? IN (owner, former)"
    columns = ", ".join(f"o.{name}" for name in ORDER.split(", "))
    rows = db.execute(
        f"SELECT o.seq, c.chain, {columns} FROM orders o JOIN changes c"  # noqa: S608
        " ON c.merchant = o.merchant AND c.seq = o.seq"
        f" WHERE o.merchant = ? AND o.seq > ? {mine} ORDER BY o.seq LIMIT ?",
        (merchant, after_seq, *(() if reader is None else (reader,)), limit),
    )
    for seq, chain, *order in rows:
        yield OrderRow(seq, chain, Order(*order))


def _lost(db: Connection, merchant: str, after_seq: int, reader: str | None) -> bool:
    mine = "IS NOT NULL" if reader is None else "IN (?, ?)"
    found = db.execute(
        "SELECT 1 FROM changes WHERE merchant = ? AND seq > ?"  # noqa: S608
        f" AND lost_reader IS NOT NULL AND lost_reader {mine} LIMIT 1",
        (merchant, after_seq, *(() if reader is None else (EVERYBODY, reader))),
    ).fetchone()
    return found is not None


def heads(db: Connection) -> dict[str, Head]:
    rows = db.execute("SELECT merchant, seq, chain, pruned_seq, pruned_chain FROM merchants")
    return {merchant: Head(*head) for merchant, *head in rows}


def prune(tx: Transaction, before_us: int, orders_before_us: int) -> int:
    """See ``Store.prune``."""
    tx.flush()
    old = tx.db.execute(
        "SELECT merchant, identity, seq, reader FROM deliveries WHERE received_us < ?"
        " ORDER BY received_us LIMIT ?",
        (before_us, _AT_ONCE),
    ).fetchall()
    tx.db.executemany(
        "DELETE FROM deliveries WHERE merchant = ? AND identity = ?",
        [(merchant, identity) for merchant, identity, _, _ in old],
    )
    tx.db.executemany(
        "UPDATE changes SET lost_reader = ? WHERE merchant = ? AND seq = ?",
        [(reader, merchant, seq) for merchant, _, seq, reader in old],
    )
    pruned = len(old)
    if not old:  # else the log would forget a delivery that is still there
        pruned += sum(_prune_log(tx, merchant, before_us) for merchant in heads(tx.db))
    return pruned + _prune_orders(tx.db, orders_before_us)


def _prune_log(tx: Transaction, merchant: str, before_us: int) -> int:
    """Forget the oldest changes, as far as all of them are too old."""
    last = None
    for seq, chain, at_us in tx.db.execute(
        "SELECT seq, chain, at_us FROM changes WHERE merchant = ? ORDER BY seq LIMIT ?",
        (merchant, _AT_ONCE),
    ).fetchall():
        if at_us >= before_us:
            break
        last = (seq, chain)
    if last is None:
        return 0
    deleted = tx.db.execute(
        "DELETE FROM changes WHERE merchant = ? AND seq <= ?", (merchant, last[0])
    )
    tx.db.execute(
        "UPDATE merchants SET pruned_seq = ?, pruned_chain = ? WHERE merchant = ?",
        (*last, merchant),
    )
    return deleted.rowcount


def _prune_orders(db: Connection, before_us: int) -> int:
    old = db.execute(
        "SELECT merchant, order_key FROM orders WHERE changed_us < ? ORDER BY changed_us LIMIT ?",
        (before_us, _AT_ONCE),
    ).fetchall()
    for table in ("order_checkouts", "order_tags", "orders"):
        db.executemany(f"DELETE FROM {table} WHERE merchant = ? AND order_key = ?", old)  # noqa: S608
    db.execute("DELETE FROM audit WHERE at_us < ?", (before_us,))
    return len(old)
