"""How are many deliveries kept at once in PostgreSQL, where each statement is a journey?

The same as ``log_rows.append`` for one after the other, in as many statements as one takes there.
"""

from __future__ import annotations

from collections.abc import Sequence

from telesales_desktop.relay.entries import EVERYBODY, next_chain
from telesales_desktop.relay.store_values import Appended, NewDelivery
from telesales_desktop.relay.transaction import Connection, Transaction

_Named = tuple[str, str | None]
_Owned = tuple[str, str]
"""An order's key, and the person who owns it."""


class PostgresTransaction(Transaction):
    """Writes the log's growth down in one statement, at its end."""

    def __init__(self, db: Connection) -> None:
        super().__init__(db)
        self._changes: list[tuple[object, ...]] = []

    def lock(self, merchant: str) -> tuple[int, bytes]:
        if merchant not in self._heads:
            row = self.db.execute(
                "SELECT seq, chain FROM merchants WHERE merchant = ? FOR UPDATE", (merchant,)
            ).fetchone()
            if row is None:
                raise LookupError(f"there is no merchant {merchant}")
            self._heads[merchant] = (row[0], row[1])
        return self._heads[merchant]

    def append(self, merchant: str, identity: bytes, at_us: int, readers: frozenset[str]) -> None:
        seq, chain = self.lock(merchant)
        seq, chain = seq + 1, next_chain(chain, identity)
        self._changes.append((merchant, seq, chain, at_us))
        self._heads[merchant] = (seq, chain)
        self.appended.append(Appended(merchant, seq, chain, readers))

    def flush(self) -> None:
        """Write down what the log has grown by, for what is going to look at it."""
        rows, self._changes = self._changes, []
        if rows:
            self.db.executemany(
                "INSERT INTO changes (merchant, seq, chain, at_us) VALUES (?, ?, ?, ?)", rows
            )

    def finish(self) -> None:
        self.flush()
        super().finish()


def append_all(tx: Transaction, deliveries: Sequence[NewDelivery]) -> list[bool]:
    """Keep the deliveries in their order; False for each that the log has already."""
    for merchant in sorted({delivery.merchant for delivery in deliveries}):
        tx.lock(merchant)
    known = _known(tx.db, deliveries)
    by_key = _owners(tx.db, [(each.merchant, each.order_key) for each in deliveries])
    by_checkout = _adopters(tx.db, [(each.merchant, each.checkout_hash) for each in deliveries])
    rows, repeats, results = [], [], []
    for delivery in deliveries:
        place = (delivery.merchant, delivery.identity)
        results.append(place not in known)
        if place in known:
            repeats.append(place)
            continue
        known.add(place)
        owned = by_key.get((delivery.merchant, delivery.order_key)) or by_checkout.get(
            (delivery.merchant, delivery.checkout_hash)
        )
        order_key, owner = owned or (delivery.order_key, None)
        rows.append(
            (
                *place,
                tx.next_seq(delivery.merchant),
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
        tx.append(delivery.merchant, delivery.identity, delivery.received_us, readers)
    if rows:
        tx.db.executemany(
            "INSERT INTO deliveries (merchant, identity, seq, reader, source, order_key,"
            " checkout_hash, poison, received_us, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
    if repeats:
        tx.db.executemany(
            "UPDATE deliveries SET repeats = repeats + 1 WHERE merchant = ? AND identity = ?",
            repeats,
        )
    return results


def _known(db: Connection, deliveries: Sequence[NewDelivery]) -> set[tuple[str, bytes]]:
    """Which of them the log has already."""
    found = db.execute(
        "SELECT merchant, identity FROM deliveries WHERE (merchant, identity) IN"
        " (SELECT * FROM unnest(?::text[], ?::bytea[]))",
        ([each.merchant for each in deliveries], [each.identity for each in deliveries]),
    )
    return {(merchant, identity) for merchant, identity in found}


def _owners(db: Connection, named: Sequence[_Named]) -> dict[_Named, _Owned]:
    """The orders that there are under these keys."""
    wanted = sorted({(merchant, key) for merchant, key in named if key is not None})
    if not wanted:
        return {}
    found = db.execute(
        "SELECT merchant, order_key, owner FROM orders WHERE (merchant, order_key) IN"
        " (SELECT * FROM unnest(?::text[], ?::text[]))",
        tuple(map(list, zip(*wanted, strict=True))),
    )
    return {(merchant, key): (key, owner) for merchant, key, owner in found}


def _adopters(db: Connection, named: Sequence[_Named]) -> dict[_Named, _Owned]:
    """The orders that have these checkouts."""
    wanted = sorted({(merchant, named) for merchant, named in named if named is not None})
    if not wanted:
        return {}
    found = db.execute(
        "SELECT h.merchant, h.checkout_hash, o.order_key, o.owner FROM order_checkouts h"
        " JOIN orders o ON o.merchant = h.merchant AND o.order_key = h.order_key"
        " WHERE (h.merchant, h.checkout_hash) IN (SELECT * FROM unnest(?::text[], ?::text[]))",
        tuple(map(list, zip(*wanted, strict=True))),
    )
    return {(merchant, named): (key, owner) for merchant, named, key, owner in found}
