"""How do many writers share one sync of the disk? One thread, one transaction for all who wait."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, TypeVar

from telesales_desktop.relay.metrics import commit_times
from telesales_desktop.relay.store import StoreError
from telesales_desktop.relay.store_values import Appended
from telesales_desktop.relay.transaction import Connection, Transaction

_Result = TypeVar("_Result")
Job = Callable[[Transaction], _Result]
_Waiting = tuple[Job[Any], "asyncio.Future[Any]"]

_MOST_JOBS = 1000
_logger = logging.getLogger(__name__)


class GroupCommit:
    """The only writer of a database in this process.

    A job is a function over the transaction that raises before it writes, or not at all (a database
    error apart, which undoes the whole transaction). All jobs that wait when a transaction begins
    are in it, and none is answered before it is durable.
    """

    broken: ClassVar[tuple[type[Exception], ...]] = (sqlite3.Error,)
    """What the engine raises when it refuses."""

    begin: ClassVar[str] = "BEGIN IMMEDIATE"
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
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._connection: Connection | None = None
        self.times = commit_times()
        self._thread = threading.Thread(target=self._work, name="group-commit", daemon=True)
        self._thread.start()

    def run(self, job: Job[_Result]) -> asyncio.Future[_Result]:
        """Errors of the future: ``StoreError``; the job may have been kept all the same."""
        future: asyncio.Future[_Result] = self._loop.create_future()
        self._queue.put((job, future))
        return future

    async def close(self) -> None:
        """Finish what waits, then end the thread."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        while waiting := self._next_batch():
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

    def _next_batch(self) -> list[_Waiting]:
        """What waits now, at least one; empty at the end."""
        batch: list[_Waiting] = []
        try:
            item = self._queue.get()
            while item is not None:
                batch.append(item)
                if len(batch) == _MOST_JOBS:
                    return batch
                item = self._queue.get_nowait()
            if batch:
                self._queue.put(None)  # the end comes after this batch
        except queue.Empty:
            pass
        return batch

    def _commit(self, jobs: Sequence[Job[Any]]) -> tuple[Sequence[Any], Sequence[Appended]]:
        if self._connection is None:
            self._connection = self._connect()
        started = time.perf_counter()
        self._connection.execute(self.begin)
        tx = self.transaction(self._connection)
        results = self._do(jobs, tx)
        tx.finish()
        self._connection.execute("COMMIT")
        self.times.observe(time.perf_counter() - started)
        return results, tx.appended

    def _do(self, jobs: Sequence[Job[Any]], tx: Transaction) -> Sequence[Any]:
        """Every job's result, or a ``StoreError`` in its place."""
        return [self._result(job, tx) for job in jobs]

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
        self, waiting: Sequence[_Waiting], results: Sequence[Any], appended: Sequence[Appended]
    ) -> None:
        self._committed(appended)
        for (_, future), result in zip(waiting, results, strict=True):
            if future.cancelled():
                continue
            if isinstance(result, StoreError):
                future.set_exception(result)
            else:
                future.set_result(result)
