"""How do many writers share one sync of the disk? One thread, one transaction for all who wait."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from telesales_desktop.relay.committing import Done, Job, Task
from telesales_desktop.relay.metrics import commit_times
from telesales_desktop.relay.store import StoreError
from telesales_desktop.relay.store_values import Appended, NewDelivery

_Result = TypeVar("_Result")
_Waiting = list[tuple[Task, "asyncio.Future[Any]"]]

_MOST_JOBS = 1000
_logger = logging.getLogger(__name__)


class Writer(Protocol):
    """See ``committing.Committer``."""

    @property
    def broken(self) -> tuple[type[Exception], ...]: ...

    def commit(self, jobs: Sequence[Task], /) -> Done: ...

    def drop(self) -> None: ...

    def close(self) -> None: ...


class GroupCommit:
    """The only writer of a database in this process.

    All jobs that wait when a transaction begins are in it, and none is answered before it is
    durable.
    """

    def __init__(
        self,
        writer: Writer,
        committed: Callable[[Sequence[Appended]], None],
    ) -> None:
        """``committed`` is called in the loop with what the log has grown by, before the answers.

        ``writer`` is used in one thread only.
        """
        self._writer = writer
        self._committed = committed
        self._loop = asyncio.get_running_loop()
        self._waiting: _Waiting = []
        self._busy = False  # the thread has a batch, or is about to get one
        self._closed = False
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self.times = commit_times()
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
        if self._closed:
            future.set_exception(StoreError("the database is closed"))
            return future
        self._waiting.append((task, future))
        if not self._busy:
            self._busy = True
            self._loop.call_soon(self._hand_over)  # with whatever else this turn brings
        return future

    async def close(self) -> None:
        """Finish what waits, then end the thread."""
        self._closed = True
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
            except BaseException as broken:
                # Whatever it is, a cancelled statement too, this thread must live: only it writes.
                known = isinstance(broken, (StoreError, *self._writer.broken))
                _logger.error("the database refuses a write: %s", broken, exc_info=not known)
                self._writer.drop()
                results = [StoreError(str(broken))] * len(waiting)
            self._loop.call_soon_threadsafe(self._answer, waiting, results, appended)
        self._writer.close()

    def _commit(self, jobs: Sequence[Task]) -> Done:
        started = time.perf_counter()
        done = self._writer.commit(jobs)
        if len(done[0]) != len(jobs):
            raise StoreError("not every write has its own answer")
        self.times.observe(time.perf_counter() - started)
        return done

    def _answer(
        self, waiting: _Waiting, results: Sequence[Any], appended: Sequence[Appended]
    ) -> None:
        try:
            self._committed(appended)
        except Exception:
            # It is durable all the same, and the next batch waits: the pulse will tell.
            _logger.exception("what was kept could not be announced")
        self._hand_over()
        for (_, future), result in zip(waiting, results, strict=True):
            if future.cancelled():
                continue
            if isinstance(result, StoreError):
                future.set_exception(result)
            else:
                future.set_result(result)
