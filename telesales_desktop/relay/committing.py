"""How are jobs done in one transaction, on a connection of this thread's own?"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

from telesales_desktop.relay import log_rows
from telesales_desktop.relay.store import StoreError
from telesales_desktop.relay.store_values import Appended, NewDelivery
from telesales_desktop.relay.transaction import Connection, Transaction

_Result = TypeVar("_Result")
Job = Callable[[Transaction], _Result]
Task = Job[Any] | NewDelivery
"""Something to do in a transaction; a delivery, the most frequent, is kept with all that wait."""

Done = tuple[Sequence[Any], Sequence[Appended]]
"""Every job's result, or a ``StoreError`` in its place; and what the log has grown by."""

_logger = logging.getLogger(__name__)


class Committer:
    """Does jobs in one transaction, the appends first; none is done before all are durable.

    A job is a function over the transaction that raises before it writes, or not at all (a database
    error apart, which undoes the whole transaction).
    """

    broken: ClassVar[tuple[type[Exception], ...]] = (sqlite3.Error,)
    """What the engine raises when it refuses."""

    transaction: ClassVar[type[Transaction]] = Transaction

    def __init__(self, connect: Callable[[], Connection]) -> None:
        """``connect`` is called in the thread that commits."""
        self._connect = connect
        self._connection: Connection | None = None

    def commit(self, jobs: Sequence[Task]) -> Done:
        """Errors: whatever the engine raises; ``drop`` the connection then."""
        if self._connection is None:
            self._connection = self._connect()
        self._begin(self._connection, jobs)
        tx = self.transaction(self._connection)
        results = self._do(jobs, tx)
        tx.finish()
        self._end(self._connection, tx.appended)
        return results, tx.appended

    def _begin(self, connection: Any, _jobs: Sequence[Task]) -> None:
        connection.execute("BEGIN IMMEDIATE")

    def _end(self, connection: Any, _appended: Sequence[Appended]) -> None:
        connection.execute("COMMIT")

    def _do(self, jobs: Sequence[Task], tx: Transaction) -> Sequence[Any]:
        """Every job's result, or a ``StoreError`` in its place."""
        deliveries = [job for job in jobs if isinstance(job, NewDelivery)]
        kept = iter(log_rows.append_all(tx, deliveries) if deliveries else ())
        return [
            next(kept) if isinstance(job, NewDelivery) else self._result(job, tx) for job in jobs
        ]

    def _result(self, job: Job[Any], tx: Transaction) -> Any:
        try:
            return job(tx)
        except self.broken:
            raise
        except Exception as fault:
            _logger.exception("a write is at fault")
            return StoreError(repr(fault))

    def drop(self) -> None:
        """Close the connection; the next commit opens another."""
        # After a failed sync the same handle may report success for pages that are not on the
        # disk, so a failed connection is never used again.
        if self._connection is not None:
            with contextlib.suppress(*self.broken):
                self._connection.close()
            self._connection = None

    def close(self) -> None:
        """Nothing is committed any more."""
        self.drop()
