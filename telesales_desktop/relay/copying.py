"""How does everything that a relay keeps get from one database into another, of any engine?"""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing

from telesales_desktop.relay import schema
from telesales_desktop.relay.store import StoreError
from telesales_desktop.relay.transaction import Connection

_AT_ONCE = 1000


def tables() -> Mapping[str, Sequence[str]]:
    """Every table's columns, in an order in which no row comes before one that it refers to."""
    with closing(sqlite3.connect(":memory:")) as db:
        db.executescript(schema.TABLES)
        names = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY rowid")
        return {
            name: [row[1] for row in db.execute(f"PRAGMA table_info({name})")]
            for (name,) in names.fetchall()
        }


def copy(source: Connection, target: Connection) -> dict[str, int]:
    """Every row of every table; how many of each. Both are in a transaction; the target is empty.

    Errors: the engines' own; ``StoreError`` if there is another number of rows afterwards.
    """
    copied = {}
    for table, columns in tables().items():
        names, places = ", ".join(columns), ", ".join("?" * len(columns))
        rows = _stream(source, f"SELECT {names} FROM {table}")  # noqa: S608 - our own names
        for some in _chunks(rows):
            target.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", some)  # noqa: S608
        copied[table] = count(target, table)
        if copied[table] != count(source, table):
            raise StoreError(f"not every row of {table} has arrived; nothing was changed")
    return copied


def _stream(source: Connection, statement: str) -> Iterable[Sequence[object]]:
    """Rows as they come, where the engine can: a log may be larger than the memory."""
    stream = getattr(source, "stream", None)
    return source.execute(statement) if stream is None else stream(statement, _AT_ONCE)


def _chunks(rows: Iterable[Sequence[object]]) -> Iterator[list[Sequence[object]]]:
    iterator = iter(rows)
    while some := list(itertools.islice(iterator, _AT_ONCE)):
        yield some


def count(db: Connection, table: str) -> int:
    (rows,) = db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()  # noqa: S608
    return int(rows)
