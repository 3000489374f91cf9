"""What waits to be uploaded, and what was seen of orders on which other desks act?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import apsw

from telesales_desktop.adapters.journal import codec, rows
from telesales_desktop.adapters.journal.codec import from_microseconds, to_microseconds
from telesales_desktop.application.ports import Commit, JournalProblem, OrderFile
from telesales_desktop.application.sharing_journal import OutboxEntry, SeenRecord
from telesales_desktop.domain.errors import JournalError

_HEAD_COLUMNS = (
    "order_key",
    "version",
    "owner",
    "holder",
    "holder_name",
    "workstation",
    "seen_at",
)
_RECORD_COLUMNS = (
    *_HEAD_COLUMNS,
    "archived",
    "format",
    "order_body",
    "details_body",
)
_RECORDS = f"SELECT {', '.join(_RECORD_COLUMNS)} FROM records"  # noqa: S608 - names of ours
_PUT_RECORD = rows.upsert("records", _RECORD_COLUMNS, ("order_key",)) + (
    " WHERE excluded.version >= records.version"
)
_PUT_OWN = rows.upsert("records", _RECORD_COLUMNS, ("order_key",)) + (
    " WHERE excluded.version > records.version"
)
_ROW = "(SELECT id FROM orders WHERE order_id = ?)"


def mark(connection: apsw.Connection, commit: Commit) -> None:
    """Put the order into the outbox, and take it back, as the step says: in its transaction."""
    order_id = commit.order.order_id
    if commit.taken_over:
        connection.execute(
            f"DELETE FROM lost_orders WHERE order_row = {_ROW}",  # noqa: S608 - words of ours
            (order_id,),
        )
    if commit.share:
        connection.execute(
            f"INSERT INTO outbox (order_row, marks, since) VALUES ({_ROW}, 1, ?)"  # noqa: S608
            " ON CONFLICT (order_row) DO UPDATE SET marks = marks + 1",
            (order_id, to_microseconds(commit.order.updated_at)),
        )


def load_outbox(connection: apsw.Connection) -> Sequence[OutboxEntry]:
    """What waits to be uploaded, the oldest first."""
    found = connection.execute(
        "SELECT order_id, marks, since FROM outbox JOIN orders ON id = order_row ORDER BY since, id"
    )
    return tuple(
        OutboxEntry(order_id, marks, from_microseconds(since)) for order_id, marks, since in found
    )


def unmark(connection: apsw.Connection, order_id: str, marks: int) -> None:
    """Forget an order that was uploaded, unless it was marked again since."""
    connection.execute(
        f"DELETE FROM outbox WHERE order_row = {_ROW} AND marks = ?",  # noqa: S608
        (order_id, marks),
    )


def load_lost(connection: apsw.Connection) -> Sequence[str]:
    """Orders of this journal on which another desk acts now."""
    found = connection.execute("SELECT order_id FROM lost_orders JOIN orders ON id = order_row")
    return tuple(order_id for (order_id,) in found)


def mark_lost(connection: apsw.Connection, order_id: str, at: datetime) -> None:
    """Another desk acts on it from now on. Errors: ``RULE`` for an order that is not here."""
    connection.execute(f"DELETE FROM outbox WHERE order_row = {_ROW}", (order_id,))  # noqa: S608
    connection.execute(
        "INSERT INTO lost_orders (order_row, at) SELECT id, ? FROM orders WHERE order_id = ?"
        " ON CONFLICT (order_row) DO UPDATE SET at = excluded.at",
        (to_microseconds(at), order_id),
    )
    if connection.changes() != 1:
        raise JournalError(JournalProblem.RULE, "no such order")


def keep_records(connection: apsw.Connection, records: Iterable[SeenRecord]) -> None:
    """Keep what was seen at the relay; a version lower than the kept one changes nothing."""
    for record in records:
        connection.execute(_PUT_RECORD, _row(record))


def keep_put(connection: apsw.Connection, record: SeenRecord) -> None:
    """Keep what this desk put, unless that version was seen before the relay's answer came.

    Who acts may have changed since, and the version does not: what was seen is newer.
    """
    connection.execute(_PUT_OWN, _row(record))


def _row(record: SeenRecord) -> rows.Row:
    file = record.file
    return (
        record.order_key,
        record.version,
        record.owner,
        record.holder,
        record.holder_name,
        record.workstation,
        to_microseconds(record.seen_at),
        int(file is not None and file.order.archived),
        codec.FORMAT,
        None if file is None else codec.spell_order(file.order),
        None if file is None else codec.spell_details(file.details),
    )


def load_open(connection: apsw.Connection) -> Sequence[SeenRecord]:
    """Records with content whose order is not archived, newest first."""
    found = connection.execute(
        f"{_RECORDS} WHERE archived = 0 AND order_body IS NOT NULL ORDER BY id DESC"
    )
    return tuple(_read(found))


def load_heads(connection: apsw.Connection, order_keys: Sequence[str]) -> Mapping[str, SeenRecord]:
    """The newest records of these orders without their content; none for what was never seen."""
    found = connection.execute(
        f"SELECT {', '.join(_HEAD_COLUMNS)} FROM records"  # noqa: S608 - names of ours
        " WHERE order_key IN (SELECT value FROM json_each(?))",
        (json.dumps(order_keys),),
    )
    return {row[0]: _head(row) for row in found}


def _read(found: Iterable[Sequence[Any]]) -> Iterator[SeenRecord]:
    for *head, _, form, order, details in found:
        file = OrderFile(codec.decode_order(form, order), codec.decode_details(form, details))
        yield replace(_head(head), file=file)


def _head(row: Sequence[Any]) -> SeenRecord:
    key, version, owner, holder, holder_name, workstation, seen_at = row
    return SeenRecord(
        order_key=key,
        version=version,
        owner=owner,
        holder=holder,
        seen_at=from_microseconds(seen_at),
        holder_name=holder_name,
        workstation=workstation,
    )
