"""Which words is an order found by, and how are they kept?

Everything is folded (case, accents) on both sides. Words of three letters and more are found by
the trigram index; one and two letters by an index of exactly those.
"""

from __future__ import annotations

import unicodedata

import apsw

from telesales_desktop.domain.details import OrderDetails
from telesales_desktop.domain.order import Order

_UNWRITABLE = frozenset(map(chr, (0, *range(0xD800, 0xE000))))
"""What SQLite's text cannot hold, or full-text search ends a word at."""

SHORT = 2
"""Letters up to which ``short_search`` answers."""


def fold(text: str) -> str:
    """One spelling for searching: ``Tremblay-Côté`` and ``tremblay-cote`` are the same."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in apart if not unicodedata.combining(c) and c not in _UNWRITABLE)


def digits(text: str) -> str:
    """The digits alone, as a phone number is compared."""
    return "".join(c for c in text if c in "0123456789")


def people_of(details: OrderDetails) -> str:
    """Who ordered what: name, phone, e-mail, store, items."""
    customer = details.customer
    parts = [customer.full_name, digits(customer.phone), customer.email, details.store]
    parts += [part for item in details.items for part in (item.sku, item.name)]
    return fold("\n".join(part for part in parts if part))


def numbers_of(order: Order) -> str:
    """What the order is called: by us and by Affirm."""
    parts = [order.order_id, *(c.checkout_id for c in order.checkouts)]
    if order.transaction is not None:
        parts.append(order.transaction.transaction_id)
    return fold("\n".join(part for part in parts if part))


def grams(text: str) -> str:
    """Every run of one and two letters, each as one word of the ``ascii`` tokenizer.

    Words leave the index by naming them again: a change in here needs a migration.
    """
    runs = {text[i : i + n] for n in range(1, SHORT + 1) for i in range(len(text) - n + 1)}
    return " ".join(sorted(gram(run) for run in runs if not any(c.isspace() for c in run)))


def gram(run: str) -> str:
    """The index's word for a run of letters."""
    return run.encode().hex()


def put(connection: apsw.Connection, row: int, order: Order, details: OrderDetails | None) -> None:
    """Make the order be found by its words of now; touches nothing if they are the same."""
    held = connection.execute(
        "SELECT people, numbers FROM search_text WHERE id = ?", (row,)
    ).fetchone()
    if details is not None:
        words = (people_of(details), numbers_of(order))
    else:
        assert held is not None, "a new order comes with its details"
        words = (held[0], numbers_of(order))
    if words == held:
        return
    if held is not None:
        connection.execute(
            "INSERT INTO search (search, rowid, people, numbers) VALUES ('delete', ?, ?, ?)",
            (row, *held),
        )
        connection.execute(
            "INSERT INTO short_search (short_search, rowid, grams) VALUES ('delete', ?, ?)",
            (row, grams("\n".join(held))),
        )
    connection.execute(
        "INSERT INTO search_text (id, people, numbers) VALUES (?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET people = excluded.people, numbers = excluded.numbers",
        (row, *words),
    )
    connection.execute(
        "INSERT INTO search (rowid, people, numbers) VALUES (?, ?, ?)", (row, *words)
    )
    connection.execute(
        "INSERT INTO short_search (rowid, grams) VALUES (?, ?)", (row, grams("\n".join(words)))
    )
