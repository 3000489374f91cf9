"""What is one transaction over the log? Whatever waited together, numbered in commit order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from telesales_desktop.relay.entries import next_chain
from telesales_desktop.relay.store_values import Appended


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

    A merchant's row is written first, so that nobody else numbers its changes until this one has
    committed: numbers follow commits, whoever writes. It is read and written once for all changes.
    """

    def __init__(self, db: Connection) -> None:
        self.db = db
        self.appended: list[Appended] = []
        self._heads: dict[str, tuple[int, bytes]] = {}

    def lock(self, merchant: str) -> tuple[int, bytes]:
        """Where a merchant's log ends; from here on it is this transaction's alone."""
        head = self._heads.get(merchant)
        if head is None:
            row = self.db.execute(
                "UPDATE merchants SET seq = seq WHERE merchant = ? RETURNING seq, chain",
                (merchant,),
            ).fetchone()
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
        self.db.execute(
            "INSERT INTO changes (merchant, seq, chain, at_us) VALUES (?, ?, ?, ?)",
            (merchant, seq, chain, at_us),
        )
        self._heads[merchant] = (seq, chain)
        self.appended.append(Appended(merchant, seq, chain, readers))

    def finish(self) -> None:
        """Write down where the logs end now."""
        ends = {appended.merchant for appended in self.appended}
        for merchant in sorted(ends):
            self.db.execute(
                "UPDATE merchants SET seq = ?, chain = ? WHERE merchant = ?",
                (*self._heads[merchant], merchant),
            )
