"""Python's own sqlite3, as far as the relay uses it, on a disk that remembers every write and sync."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import apsw

from tests.campaigns.recorded_disk import Log, Promise, RecordedDisk

Row = tuple[Any, ...]
_TABLES = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"


def rows_of(database: Any) -> bytes:
    """Every row of every table, in a few bytes."""
    told = hashlib.sha256()
    for (table,) in sorted(database.execute(_TABLES)):
        told.update(table.encode())
        for row in sorted(repr(row) for row in database.execute(f"SELECT * FROM {table}")):
            told.update(row.encode())
    return told.digest()


class RecordedSqlite:
    """Stands in for the module ``sqlite3``. ``synchronous`` weakens what the relay asks for.

    A commit that returns is a promise; ``held`` is what the database held after each.
    """

    Error = sqlite3.Error
    DatabaseError = sqlite3.DatabaseError
    OperationalError = sqlite3.OperationalError
    IntegrityError = sqlite3.IntegrityError
    SQLITE_NOTADB = sqlite3.SQLITE_NOTADB

    def __init__(self, log: Log, synchronous: str) -> None:
        self.log = log
        self.disk = RecordedDisk(log)
        self.synchronous = synchronous
        self.held: list[bytes] = [b""]

    def connect(self, path: Path, *_words: object, **_options: object) -> Connection:
        return Connection(str(path), self)


class Connection:
    def __init__(self, path: str, recorded: RecordedSqlite) -> None:
        self._recorded = recorded
        self._apsw = apsw.Connection(path, vfs=recorded.disk.name)
        self._apsw.set_busy_timeout(2000)

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Cursor:
        if statement.strip() != "COMMIT":
            return Cursor(self._rows(statement, values), self._apsw)
        done, log = len(self._recorded.held) - 1, self._recorded.log
        self._recorded.held.append(rows_of(self._apsw))
        log.entries.append(Promise(done, done + 1))
        self._rows(statement, values)
        log.entries.append(Promise(done + 1, done + 1))
        return Cursor([], self._apsw)

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        for values in rows:
            self._rows(statement, values)

    def executescript(self, script: str) -> None:
        weakened = script.replace("synchronous=FULL", f"synchronous={self._recorded.synchronous}")
        self._rows(weakened, ())

    def close(self) -> None:
        self._apsw.close()

    def _rows(self, statement: str, values: Sequence[Any]) -> list[Row]:
        try:
            return list(self._apsw.execute(statement, tuple(values) or None))
        except apsw.Error as broken:
            raise as_sqlite3(broken) from broken


def as_sqlite3(broken: apsw.Error) -> sqlite3.Error:
    """The error as Python's own module would have raised it."""
    kind = {
        apsw.ConstraintError: sqlite3.IntegrityError,
        apsw.NotADBError: sqlite3.DatabaseError,
        apsw.CorruptError: sqlite3.DatabaseError,
    }.get(type(broken), sqlite3.OperationalError)
    error = kind(str(broken))
    error.sqlite_errorcode = getattr(broken, "extendedresult", 1)
    return error


class Cursor:
    def __init__(self, rows: list[Row], connection: apsw.Connection) -> None:
        self._rows = iter(rows)
        self.rowcount = connection.changes()

    def fetchone(self) -> Row | None:
        return next(self._rows, None)

    def fetchall(self) -> list[Row]:
        return list(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return self._rows
