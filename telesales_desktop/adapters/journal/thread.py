"""How does the journal answer an event loop without ever keeping it waiting?

One daemon thread owns the store; the loop hands it calls and is woken with their results. A disk
that hangs keeps neither the window nor the program's end.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from telesales_desktop.adapters.journal.store import JournalStore
from telesales_desktop.application.ports import JournalProblem
from telesales_desktop.domain.errors import JournalError

_T = TypeVar("_T")

IDLE_CHECKPOINT_PAGES = 250
"""When nobody waits, a log of so many pages is moved into the file (about 1 MB)."""

BUSY_CHECKPOINT_PAGES = 4_000
"""A log of so many pages is moved even if somebody waits (about 16 MB)."""


@dataclass(frozen=True, slots=True)
class _Call:
    run: Callable[[], Any]
    is_read: bool
    answer: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


class JournalThread:
    """Runs calls on a store, one after the other, in a thread of its own."""

    def __init__(self, store: JournalStore) -> None:
        self._store = store
        self._calls: queue.SimpleQueue[_Call | None] = queue.SimpleQueue()
        self._is_running = False

    def start(self) -> None:
        """Start the thread, unless it runs."""
        if not self._is_running:
            self._is_running = True
            threading.Thread(target=self._work, name="journal", daemon=True).start()

    async def call(self, run: Callable[[], _T], *, is_read: bool = False) -> _T:
        """Run it in the thread. A read that nobody waits for any more is not begun.

        A write is carried out even if its caller was cancelled.
        Errors: the call's own; ``CLOSED`` when the thread was not started, or was stopped.
        """
        if not self._is_running:
            raise JournalError(JournalProblem.CLOSED, "not open")
        return await self._put(run, is_read=is_read)

    async def stop(self, last: Callable[[], None], *, timeout_s: float) -> bool:
        """Carry out what was asked for, then ``last``, and end; whether that was done in time.

        Errors: those of ``last``. A disk that hangs is left behind with its thread.
        """
        if not self._is_running:
            return True
        self._is_running = False
        ended = self._put(last, is_read=False)
        self._calls.put(None)
        done, _ = await asyncio.wait({ended}, timeout=timeout_s)
        if done:
            await ended
        return bool(done)

    def _put(self, run: Callable[[], _T], *, is_read: bool) -> asyncio.Future[_T]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[_T] = loop.create_future()
        self._calls.put(_Call(run, is_read, answer, loop))
        return answer

    def _work(self) -> None:
        while (call := self._calls.get()) is not None:
            if not (call.is_read and call.answer.cancelled()):
                _perform(call)
                self._move_log()

    def _move_log(self) -> None:
        """Keep the log short, between calls. A disk that fails in here shows at the next call."""
        limit = IDLE_CHECKPOINT_PAGES if self._calls.empty() else BUSY_CHECKPOINT_PAGES
        if self._store.log_pages >= limit:
            with contextlib.suppress(JournalError):
                self._store.checkpoint()


def _perform(call: _Call) -> None:
    result, error = None, None
    try:
        result = call.run()
    except BaseException as raised:  # noqa: BLE001 - whatever it is, the caller must learn of it
        error = raised
    with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
        call.loop.call_soon_threadsafe(_settle, call.answer, result, error)


def _settle(answer: asyncio.Future[Any], result: object, error: BaseException | None) -> None:
    if answer.cancelled():
        return
    if error is not None:
        answer.set_exception(error)
    else:
        answer.set_result(result)
