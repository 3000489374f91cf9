"""Does everything in the journal hold? Every page, every rule, every order read and compared."""

from __future__ import annotations

from collections.abc import Iterator

import apsw

from telesales_desktop.adapters.journal import audit, codec, rows
from telesales_desktop.domain.errors import JournalError


def find_problems(connection: apsw.Connection) -> Iterator[str]:
    """What does not hold, in words for IT; names rows and entries, no values."""
    try:
        yield from _pages(connection)
        for found in audit.find_breaks(connection):
            yield f"audit entry {found.entry}: {found.problem}"
        for (row,) in connection.execute("SELECT id FROM orders").fetchall():
            assert isinstance(row, int)
            yield from _order(connection, row)
            yield from _details(connection, row)
    except apsw.CorruptError as error:
        yield f"a page does not read: {error}"


def _pages(connection: apsw.Connection) -> Iterator[str]:
    for (line,) in connection.execute("PRAGMA integrity_check"):
        if line != "ok":
            yield f"integrity: {line}"
    for table, row, *_ in connection.execute("PRAGMA foreign_key_check"):
        yield f"{table} row {row} belongs to no order"
    try:
        # Compares the index with the words, which the integrity check of above does not.
        connection.execute("INSERT INTO search (search, rank) VALUES ('integrity-check', 1)")
    except apsw.CorruptError:
        yield "the search index does not agree with its words"


def _order(connection: apsw.Connection, row: int) -> Iterator[str]:
    stored = connection.execute(
        "SELECT format, body FROM order_bodies WHERE order_row = ?", (row,)
    ).fetchone()
    if stored is None:
        yield f"order row {row}: has no body"
        return
    try:
        order = codec.decode_order(*stored)
    except JournalError as error:
        yield f"order row {row}: {error}"
        return
    for table, key, columns, expected in (
        ("orders", "id", rows.ORDER_COLUMNS, (rows.order_row(order),)),
        ("checkouts", "order_row", rows.CHECKOUT_COLUMNS, rows.checkout_rows(order)),
        ("operations", "order_row", rows.OPERATION_COLUMNS, rows.operation_rows(order)),
    ):
        sql = f"SELECT {', '.join(columns)} FROM {table} WHERE {key} = ?"  # noqa: S608
        if set(connection.execute(sql, (row,)).fetchall()) != set(expected):
            yield f"order row {row}: its {table} do not agree with it"


def _details(connection: apsw.Connection, row: int) -> Iterator[str]:
    stored = connection.execute(
        "SELECT format, body FROM order_details WHERE order_row = ?", (row,)
    ).fetchone()
    if stored is None:
        yield f"order row {row}: has no details"
        return
    try:
        codec.decode_details(*stored)
    except JournalError as error:
        yield f"details of row {row}: {error}"
