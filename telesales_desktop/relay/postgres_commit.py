"""How do many writers, in several processes, share one commit of PostgreSQL?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

import asyncpg

from telesales_desktop.relay.committing import Committer, Done, Task
from telesales_desktop.relay.postgres_connection import BROKEN
from telesales_desktop.relay.store import StoreError
from telesales_desktop.relay.store_values import Appended, NewDelivery
from telesales_desktop.relay.transaction import Connection, Transaction

CHANNEL = "telesales_relay"
WRITERS = 0x54525933
"""The advisory lock that every writing transaction takes, alone or beside others."""

_TRIES = 3
# The server undid the transaction for the sake of another one; it may be asked again at once.
_COLLIDED = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
# The server refuses what one statement says; the connection is well.
_OF_ONE_JOB = (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError)


class PostgresTransaction(Transaction):
    """As in SQLite, but that the merchant's row has to be locked, and rows come as columns."""

    head: ClassVar[str] = Transaction.head + " FOR UPDATE"

    def many(self, statement: str, types: str, rows: Sequence[Sequence[Any]]) -> list[Any]:
        if not rows:
            return []
        columns = ", ".join(f"?::{each}[]" for each in types.split())
        spelled = statement.format(rows=f"SELECT * FROM unnest({columns})")  # noqa: S608
        return self.db.execute(spelled, list(zip(*rows, strict=True))).fetchall()


class PostgresCommitter(Committer):
    """A replica's writer.

    Appends of several replicas go side by side, as far as they are of different merchants: each
    merchant's row is locked from the first change until the commit, and the rows in one order.
    Every other transaction is alone, as it is in SQLite, so that nothing that is written here has
    to think of what else may be written meanwhile.
    """

    broken: ClassVar[tuple[type[Exception], ...]] = BROKEN
    transaction: ClassVar[type[Transaction]] = PostgresTransaction

    def __init__(self, connect: Callable[[], Connection], name: str) -> None:
        """``name``: who speaks, to other replicas."""
        super().__init__(connect)
        self._name = name

    def commit(self, jobs: Sequence[Task]) -> Done:
        try:
            results, appended = self._with_patience(jobs)
        except _OF_ONE_JOB as refused:
            if len(jobs) == 1:
                return [StoreError(str(refused))], ()
            # One of them is at fault; the others are not to suffer for it.
            results, appended = [], []
            for job in jobs:
                result, grown = self.commit([job])
                results += result
                appended += grown
            return results, appended
        return results, appended

    def _with_patience(self, jobs: Sequence[Task]) -> Done:
        tries = 1
        while True:
            try:
                return super().commit(jobs)
            except (*_COLLIDED, *_OF_ONE_JOB) as undone:
                assert self._connection is not None
                self._connection.execute("ROLLBACK")
                if tries == _TRIES or isinstance(undone, _OF_ONE_JOB):
                    raise
                tries += 1

    def _begin(self, connection: Any, jobs: Sequence[Task]) -> None:
        beside = all(isinstance(job, NewDelivery) for job in jobs)
        lock = "pg_advisory_xact_lock_shared" if beside else "pg_advisory_xact_lock"
        connection.script(f"BEGIN; SELECT {lock}({WRITERS})")

    def _end(self, connection: Any, appended: Sequence[Appended]) -> None:
        # In one journey; told after the commit: who tells inside it keeps other commits waiting.
        connection.script(f"COMMIT; NOTIFY {CHANNEL}, '{self._name}'" if appended else "COMMIT")
