"""How do many writers share one sync of the disk? One transaction at a time, for all who wait."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from telesales_desktop.relay.append_process import AppendProcess, GoneError
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
    """The only writer of a database in this process, and of its ``AppendProcess``.

    All jobs that wait when a transaction begins are in it, and none is answered before it is
    durable. One transaction is over before the next begins, whoever does it.
    """

    def __init__(
        self,
        writer: Writer,
        committed: Callable[[Sequence[Appended]], None],
        appender: AppendProcess | None = None,
    ) -> None:
        """``committed`` is called in the loop with what the log has grown by, before the answers.

        ``writer`` is used in one thread only.
        """
        self._writer = writer
        self._committed = committed
        self.appender = appender
        self._loop = asyncio.get_running_loop()
        self._waiting: _Waiting = []
        self._at_rest = asyncio.Event()  # nothing waits, and nothing is being written
        self._at_rest.set()
        self._apart: asyncio.Task[None] | None = None
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
        if self._at_rest.is_set():
            self._at_rest.clear()
            self._loop.call_soon(self._hand_over)  # with whatever else this turn brings
        return future

    async def close(self) -> None:
        """Finish what waits, then end the thread and the process."""
        self._closed = True
        await self._at_rest.wait()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        if self.appender is not None:
            await self.appender.close()

    def _hand_over(self) -> None:
        """Let that be written which waits now: many deliveries by their process, then the rest."""
        batch, self._waiting = self._waiting[:_MOST_JOBS], self._waiting[_MOST_JOBS:]
        if not batch:
            self._at_rest.set()
            return
        if self.appender is not None:
            deliveries = [(job, then) for job, then in batch if isinstance(job, NewDelivery)]
            if self.appender.takes(len(deliveries)):
                others = [each for each in batch if not isinstance(each[0], NewDelivery)]
                writing = self._write_apart(self.appender, deliveries, others)
                self._apart = self._loop.create_task(writing, name="group commit")
                return
        self._queue.put(batch)

    async def _write_apart(
        self,
        appender: AppendProcess,
        deliveries: Sequence[tuple[NewDelivery, asyncio.Future[Any]]],
        others: _Waiting,
    ) -> None:
        started = time.perf_counter()
        results: Sequence[Any]
        appended: Sequence[Appended] = ()
        try:
            results, appended = await appender.commit([job for job, _ in deliveries])
        except GoneError as gone:
            # It may have kept them: then they are known, and counted as repeated.
            _logger.error("deliveries are written without their own process: %s", gone)
            self._queue.put([*deliveries, *others])
            return
        except Exception as broken:
            known = isinstance(broken, StoreError)
            _logger.error("the database refuses a write: %s", broken, exc_info=not known)
            results = [StoreError(str(broken))] * len(deliveries)
        else:
            self.times.observe(time.perf_counter() - started)
        self._answer(deliveries, results, appended, others)

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
        self,
        waiting: Sequence[tuple[Task, asyncio.Future[Any]]],
        results: Sequence[Any],
        appended: Sequence[Appended],
        others: _Waiting | None = None,
    ) -> None:
        """Tell those who waited; before that, what comes next is begun: ``others``, if any."""
        try:
            self._committed(appended)
        except Exception:
            # It is durable all the same, and the next batch waits: the pulse will tell.
            _logger.exception("what was kept could not be announced")
        if others:
            self._queue.put(others)
        else:
            self._hand_over()
        for (_, future), result in zip(waiting, results, strict=True):
            if future.cancelled():
                continue
            if isinstance(result, StoreError):
                future.set_exception(result)
            else:
                future.set_result(result)
