"""What is one transaction over the log? Whatever waited together, numbered in commit order."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, Protocol

from telesales_desktop.relay.entries import next_chain
from telesales_desktop.relay.store_values import Appended

MOST_ROWS = 64
"""So many rows of values are in one of SQLite's statements; it is kept prepared for each number."""


class Cursor(Protocol):
    """A statement's rows, and how many rows it changed."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """What both engines offer: the statements are written once, with ``?`` for a value."""

    def execute(self, statement: str, values: Sequence[Any] = ..., /) -> Cursor: ...

    def executemany(self, statement: str, rows: Iterable[Sequence[Any]], /) -> Any: ...

    def close(self) -> None: ...


class Transaction:
    """An open transaction; ``finish`` comes before its commit.

    A merchant's row is taken first, so that nobody else numbers its changes until this one has
    committed: numbers follow commits, whoever writes. It is read and written once for all changes,
    and these are written together at the end.
    """

    head: ClassVar[str] = "SELECT seq, chain FROM merchants WHERE merchant = ?"
    """Takes a merchant's row; SQLite's writing transactions are alone anyway."""

    def __init__(self, db: Connection) -> None:
        self.db = db
        self.appended: list[Appended] = []
        self._heads: dict[str, tuple[int, bytes]] = {}
        self._changes: list[tuple[object, ...]] = []

    def lock(self, merchant: str) -> tuple[int, bytes]:
        """Where a merchant's log ends; from here on it is this transaction's alone."""
        head = self._heads.get(merchant)
        if head is None:
            row = self.db.execute(self.head, (merchant,)).fetchone()
            if row is None:
                raise LookupError(f"there is no merchant {merchant}")
            head = self._heads[merchant] = (row[0], row[1])
        return head

    def next_seq(self, merchant: str) -> int:
        """The number that ``append`` will give next."""
        return self.lock(merchant)[0] + 1

    def append(self, merchant: str, identity: bytes, at_us: int, readers: frozenset[str]) -> None:
        """Let the log grow by a change, after what it is about was written at ``next_seq``."""
        seq, chain = self.lock(merchant)
        seq, chain = seq + 1, next_chain(chain, identity)
        self._changes.append((merchant, seq, chain, at_us))
        self._heads[merchant] = (seq, chain)
        self.appended.append(Appended(merchant, seq, chain, readers))

    def flush(self) -> None:
        """Write down what the log has grown by, for what is going to look at it."""
        rows, self._changes = self._changes, []
        statement = "INSERT INTO changes (merchant, seq, chain, at_us) {rows}"
        self.many(statement, "text bigint bytea bigint", rows)

    def finish(self) -> None:
        """Write down what the logs have grown by, and where they end now."""
        self.flush()
        for merchant in sorted({appended.merchant for appended in self.appended}):
            self.db.execute(
                "UPDATE merchants SET seq = ?, chain = ? WHERE merchant = ?",
                (*self._heads[merchant], merchant),
            )

    def many(self, statement: str, types: str, rows: Sequence[Sequence[Any]]) -> list[Any]:
        """Do a statement for many rows of values, which it names ``{rows}``; what it answers.

        ``types``: PostgreSQL's, of the values of a row. Each call of SQLite hands the interpreter
        to the other threads, so one that takes many rows is faster than many that take one.
        """
        answers: list[Any] = []
        for start in range(0, len(rows), MOST_ROWS):
            some = rows[start : start + MOST_ROWS]
            values = [value for row in some for value in row]
            spelled = _with_places(statement, len(some[0]), len(some))
            answers += self.db.execute(spelled, values).fetchall()
        return answers


@functools.cache
def _with_places(statement: str, width: int, rows: int) -> str:
    row = f"({', '.join('?' * width)})"
    return statement.format(rows=f"VALUES {', '.join([row] * rows)}")
