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
        for row, form, body in connection.execute(
            "SELECT id, format, body FROM orders LEFT JOIN order_bodies ON order_row = id"
        ):
            yield from _order(connection, row, form, body)
        for row, form, body in connection.execute(
            "SELECT id, format, body FROM orders LEFT JOIN order_details ON order_row = id"
        ):
            try:
                codec.decode_details(form, body)
            except (JournalError, TypeError) as error:
                yield f"details of row {row}: {error}"
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


def _order(connection: apsw.Connection, row: int, form: int, body: str) -> Iterator[str]:
    try:
        order = codec.decode_order(form, body)
    except (JournalError, TypeError) as error:
        yield f"order row {row}: {error}"
        return
    for table, key, columns, expected in (
        ("orders", "id", rows.ORDER_COLUMNS, (rows.order_row(order),)),
        ("checkouts", "order_row", rows.CHECKOUT_COLUMNS, rows.checkout_rows(order)),
        ("operations", "order_row", rows.OPERATION_COLUMNS, rows.operation_rows(order)),
    ):
        sql = f"SELECT {', '.join(columns)} FROM {table} WHERE {key} = ?"  # noqa: S608
        if set(connection.execute(sql, (row,))) != set(expected):
            yield f"order row {row}: its {table} do not agree with it"
