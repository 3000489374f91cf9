"""How do many writers share one sync of the disk? One thread, one transaction for all who wait."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

from telesales_desktop.relay import log_rows
from telesales_desktop.relay.metrics import commit_times
from telesales_desktop.relay.store import StoreError
from telesales_desktop.relay.store_values import Appended, NewDelivery
from telesales_desktop.relay.transaction import Connection, Transaction

_Result = TypeVar("_Result")
Job = Callable[[Transaction], _Result]
Task = Job[Any] | NewDelivery
"""Something to do in a transaction; a delivery, the most frequent, is kept with all that wait."""

_Waiting = list[tuple[Task, "asyncio.Future[Any]"]]

_MOST_JOBS = 1000
_TURN_S = 0.0005
_logger = logging.getLogger(__name__)


class GroupCommit:
    """The only writer of a database in this process.

    A job is a function over the transaction that raises before it writes, or not at all (a database
    error apart, which undoes the whole transaction). All jobs that wait when a transaction begins
    are in it, the appends first, and none is answered before it is durable.
    """

    broken: ClassVar[tuple[type[Exception], ...]] = (sqlite3.Error,)
    """What the engine raises when it refuses."""

    transaction: ClassVar[type[Transaction]] = Transaction

    def __init__(
        self,
        connect: Callable[[], Connection],
        committed: Callable[[Sequence[Appended]], None],
    ) -> None:
        """``committed`` is called in the loop with what the log has grown by, before the answers.

        ``connect`` is called in the thread that writes.
        """
        self._connect = connect
        self._committed = committed
        self._loop = asyncio.get_running_loop()
        self._waiting: _Waiting = []
        self._busy = False  # the thread has a batch, or is about to get one
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._connection: Connection | None = None
        self.times = commit_times()
        # The thread asks for the interpreter at each statement; it would wait 5 ms each time.
        sys.setswitchinterval(_TURN_S)
        self._thread = threading.Thread(target=self._work, name="group-commit", daemon=True)
        self._thread.start()

    def run(self, job: Job[_Result]) -> asyncio.Future[_Result]:
        """Errors of the future: ``StoreError``; the job may have been kept all the same."""
        return self._do_soon(job)

    def append(self, delivery: NewDelivery) -> asyncio.Future[bool]:
        """See ``Store.append``; errors as of ``run``."""
        return self._do_soon(delivery)

    def _do_soon(self, task: Task) -> asyncio.Future[Any]:
        future = self._loop.create_future()
        self._waiting.append((task, future))
        if not self._busy:
            self._busy = True
            self._loop.call_soon(self._hand_over)  # with whatever else this turn brings
        return future

    async def close(self) -> None:
        """Finish what waits, then end the thread."""
        while self._waiting:
            self._hand_over()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _hand_over(self) -> None:
        """Give the thread what waits now."""
        batch, self._waiting = self._waiting[:_MOST_JOBS], self._waiting[_MOST_JOBS:]
        self._busy = bool(batch)
        if batch:
            self._queue.put(batch)

    def _work(self) -> None:
        while waiting := self._queue.get():
            appended: Sequence[Appended] = ()
            try:
                results, appended = self._commit([job for job, _ in waiting])
            except Exception as broken:
                # Whatever it is, this thread must live: it is the only one that writes.
                known = isinstance(broken, (StoreError, *self.broken))
                _logger.error("the database refuses a write: %s", broken, exc_info=not known)
                self._drop_connection()
                results = [StoreError(str(broken))] * len(waiting)
            self._loop.call_soon_threadsafe(self._answer, waiting, results, appended)
        self._drop_connection()

    def _commit(self, jobs: Sequence[Task]) -> tuple[Sequence[Any], Sequence[Appended]]:
        if self._connection is None:
            self._connection = self._connect()
        started = time.perf_counter()
        self._begin(self._connection, jobs)
        tx = self.transaction(self._connection)
        results = self._do(jobs, tx)
        tx.finish()
        self._end(self._connection, tx.appended)
        self.times.observe(time.perf_counter() - started)
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

    def _drop_connection(self) -> None:
        # After a failed sync the same handle may report success for pages that are not on the
        # disk, so a failed connection is never used again.
        if self._connection is not None:
            with contextlib.suppress(*self.broken):
                self._connection.close()
            self._connection = None

    def _answer(
        self, waiting: _Waiting, results: Sequence[Any], appended: Sequence[Appended]
    ) -> None:
        try:
            self._committed(appended)
        except Exception:
            # It is durable all the same, and the next batch waits: the pulse will tell.
            _logger.exception("what was kept could not be announced")
        for (_, future), result in zip(waiting, results, strict=True):
            if future.cancelled():
                continue
            if isinstance(result, StoreError):
                future.set_exception(result)
            else:
                future.set_result(result)
        self._hand_over()
