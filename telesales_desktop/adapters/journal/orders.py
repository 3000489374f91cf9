"""How does one step of an order get into the journal, whole, and how does it come back?

The order's JSON is the truth that is loaded; the rows taken out of it carry the rules of
``tables`` and what lists, searches and audits go by. Both are written in the one transaction.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import apsw

from telesales_desktop.adapters.journal import audit, codec, rows, search_text
from telesales_desktop.adapters.journal.codec import to_microseconds
from telesales_desktop.application.ports import Commit, JournalProblem, OrderFile
from telesales_desktop.domain.details import OrderDetails
from telesales_desktop.domain.effects import TimelineEntry
from telesales_desktop.domain.errors import JournalError
from telesales_desktop.domain.order import Order

_FILES = (
    "SELECT o.order_id, o.version, b.format, b.body, d.format, d.body FROM orders AS o"
    " JOIN order_bodies AS b ON b.order_row = o.id JOIN order_details AS d ON d.order_row = o.id"
)
_PUT_ORDER = rows.upsert("orders", ("id", *rows.ORDER_COLUMNS, "state"), ("id",))
_PUT_BODY = rows.upsert("order_bodies", ("order_row", "format", "body"), ("order_row",))
_PUT_DETAILS = rows.upsert("order_details", ("order_row", "format", "body"), ("order_row",))
_PUT_CHECKOUT = rows.upsert(
    "checkouts", ("order_row", *rows.CHECKOUT_COLUMNS), ("order_row", "attempt")
)
_PUT_OPERATION = rows.upsert(
    "operations", ("order_row", *rows.OPERATION_COLUMNS), ("order_row", "operation_id")
)


def write(connection: apsw.Connection, commit: Commit) -> None:
    """Write a step's order, details, rows, audit and timeline, in the caller's transaction.

    Errors: ``CONFLICT`` if the order is at another version than the step was made from; ``RULE``
    if the step breaks a rule of the tables.
    """
    row = _put_order(connection, commit)
    if commit.details is not None:
        _put_details(connection, row, commit.order, commit.details)
    _put_checkouts(connection, row, commit.order)
    _put_operations(connection, row, commit.order)
    for entry in commit.timeline:
        params = codec.encode_params(entry.params)
        connection.execute(
            "INSERT INTO timeline (order_row, at, source, kind, params) VALUES (?, ?, ?, ?, ?)",
            (row, to_microseconds(entry.at), entry.source.value, entry.kind, params),
        )
    search_text.put(connection, row, commit.order, commit.details)


def demand_place(connection: apsw.Connection, environment: str, country: str) -> None:
    """Whose orders are these? All of them are of one place: the first one tells.

    Asked about an order of another environment, Affirm does not know it: a refund that is in doubt
    would be taken for one that never happened.

    Errors: ``OTHER_PLACE``.
    """
    found = connection.execute("SELECT environment, country FROM orders LIMIT 1").fetchone()
    if found is not None and found != (environment, country):
        raise JournalError(JournalProblem.OTHER_PLACE, f"orders of {found[0]}, {found[1]}")


def load_open(connection: apsw.Connection) -> Sequence[OrderFile]:
    """Every order that is not archived, newest first."""
    found = connection.execute(f"{_FILES} WHERE o.archived = 0 ORDER BY o.id DESC")
    return tuple(_read_files(found))


def load(connection: apsw.Connection, order_id: str) -> OrderFile | None:
    """One order with its details, None if there is none of that id."""
    found = connection.execute(f"{_FILES} WHERE o.order_id = ?", (order_id,))
    return next(_read_files(found), None)


def load_by_order_key(connection: apsw.Connection, order_key: str) -> OrderFile | None:
    """One order by the name under which the relay knows it, the newest of several."""
    found = connection.execute(
        f"{_FILES} WHERE o.order_key = ? ORDER BY o.id DESC LIMIT 1", (order_key,)
    )
    return next(_read_files(found), None)


def ids_of(connection: apsw.Connection, order_keys: Sequence[str]) -> Mapping[str, str]:
    """The ids of the orders that there are under these keys, the newest of several."""
    found = connection.execute(
        "SELECT order_key, order_id FROM orders"
        " WHERE order_key IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(order_keys),),
    )
    return dict(found)


def load_rows(connection: apsw.Connection, order_rows: Sequence[int]) -> Sequence[OrderFile]:
    """The orders of these rows, newest first."""
    found = connection.execute(
        f"{_FILES} WHERE o.id IN (SELECT value FROM json_each(?)) ORDER BY o.id DESC",  # noqa: S608
        (json.dumps(order_rows),),
    )
    return tuple(_read_files(found))


def _read_files(found: Iterable[Sequence[Any]]) -> Iterator[OrderFile]:
    for order_id, version, form, body, details_form, details_body in found:
        order = codec.decode_order(form, body)
        if order.order_id != order_id or order.version != version:
            raise JournalError(JournalProblem.DAMAGED, "an order's rows do not agree")
        yield OrderFile(order, codec.decode_details(details_form, details_body))


def read_timeline(connection: apsw.Connection, order_id: str) -> Sequence[TimelineEntry]:
    """The order's timeline, as it was written."""
    found = connection.execute(
        "SELECT at, source, kind, params FROM timeline"
        " WHERE order_row = (SELECT id FROM orders WHERE order_id = ?) ORDER BY id",
        (order_id,),
    )
    return tuple(
        TimelineEntry(
            codec.from_microseconds(at),
            codec.decode_source(source),
            kind,
            codec.decode_params(params),
        )
        for at, source, kind, params in found
    )


def _put_order(connection: apsw.Connection, commit: Commit) -> int:
    order, body = commit.order, codec.encode_order(commit.order)
    held = connection.execute(
        "SELECT id, version, body FROM orders JOIN order_bodies ON order_row = id"
        " WHERE order_id = ?",
        (order.order_id,),
    ).fetchone()
    if held is None:
        if commit.expected_version != 0:
            raise JournalError(JournalProblem.CONFLICT, "no such order")
        if commit.details is None:
            raise JournalError(JournalProblem.RULE, "a new order needs its details")
        row = _free_row(connection, order.created_at)
    else:
        row, version, held_body = held
        if version != commit.expected_version:
            raise JournalError(JournalProblem.CONFLICT, f"at version {version}")
        if order.version == version and body != held_body:
            raise JournalError(JournalProblem.RULE, "a changed order needs a new version")
    connection.execute(_PUT_ORDER, (row, *rows.order_row(order), commit.state))
    connection.execute(_PUT_BODY, (row, codec.FORMAT, body))
    return row


def _free_row(connection: apsw.Connection, created_at: datetime) -> int:
    """The row of an order of that time: its microsecond, or the next one that is free."""
    row = to_microseconds(created_at)
    while connection.execute("SELECT 1 FROM orders WHERE id = ?", (row,)).fetchone():
        row += 1
    return row


def _put_details(
    connection: apsw.Connection, row: int, order: Order, details: OrderDetails
) -> None:
    if details.order_id != order.order_id:
        raise JournalError(JournalProblem.RULE, "the details are of another order")
    connection.execute(_PUT_DETAILS, (row, codec.FORMAT, codec.encode_details(details)))


def _put_checkouts(connection: apsw.Connection, row: int, order: Order) -> None:
    found = connection.execute("SELECT attempt FROM checkouts WHERE order_row = ?", (row,))
    held = {attempt for (attempt,) in found}
    del found  # see _put_operations
    if held - {checkout.attempt for checkout in order.checkouts}:
        raise JournalError(JournalProblem.RULE, "a checkout does not disappear")
    for values in rows.checkout_rows(order):
        connection.execute(_PUT_CHECKOUT, (row, *values))


def _put_operations(connection: apsw.Connection, row: int, order: Order) -> None:
    found = connection.execute(
        "SELECT operation_id, state, verdict FROM operations WHERE order_row = ?", (row,)
    )
    held = {operation_id: (state, verdict) for operation_id, state, verdict in found}
    # A cursor that another one outlives is never forgotten by apsw's connection (seen in 3.54.0):
    # each later statement then looks through all of those.
    del found
    if held.keys() - {operation.operation_id for operation in order.operations}:
        raise JournalError(JournalProblem.RULE, "an operation does not disappear")
    for operation, values in zip(order.operations, rows.operation_rows(order), strict=True):
        connection.execute(_PUT_OPERATION, (row, *values))
        state, verdict = held.get(operation.operation_id, ("", ""))
        if (operation.state.value, operation.verdict) != (state, verdict):
            audit.append(connection, order, operation, state)
