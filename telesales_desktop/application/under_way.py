"""What is under way for an order, when is it quiet, and how is all of it brought to an end?"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Coroutine, Iterator
from typing import Any

log = logging.getLogger(__name__)

QUIET_PATIENCE_S = 60.0
"""Longest wait for an order to become quiet: what comes later is told to whoever listens."""

GRACE_S = 2.0
"""How long leaving waits for tasks that were told to end: one write to the disk, no more."""


class UnderWay:
    """The tasks of every order. Strong references, and nothing that ends unheard."""

    def __init__(self) -> None:
        self._tasks: dict[str, set[asyncio.Task[None]]] = {}
        self._writes: set[asyncio.Task[None]] = set()
        self._apart: set[asyncio.Task[None]] = set()
        self._bells: dict[str, asyncio.Event] = {}
        self._leaving = asyncio.Event()

    @property
    def is_leaving(self) -> bool:
        """Whether the program leaves: what has not begun does not begin."""
        return self._leaving.is_set()

    def start(
        self, order_id: str, work: Coroutine[Any, Any, None], *, name: str, is_write: bool
    ) -> asyncio.Task[None]:
        """Run ``work`` for an order. A write is waited for when the program leaves."""
        task = asyncio.create_task(work, name=name)
        self._tasks.setdefault(order_id, set()).add(task)
        if is_write:
            self._writes.add(task)
        task.add_done_callback(lambda done: self._ended(order_id, done))
        return task

    @contextlib.contextmanager
    def apart(self, order_id: str) -> Iterator[None]:
        """Nobody waits for the current task while it is in here."""
        task = asyncio.current_task()
        assert task is not None
        self._apart.add(task)
        self._ring(order_id)
        try:
            yield
        finally:
            self._apart.discard(task)

    def wait_for_again(self, task: asyncio.Task[None]) -> None:
        """Somebody waits for it now."""
        self._apart.discard(task)

    async def until_quiet(self, order_id: str, *, patience_s: float = QUIET_PATIENCE_S) -> None:
        """Wait until what can be known now of this order is known, at most ``patience_s``."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while self._tasks.get(order_id, set()) - self._apart:
                    await self._bells.setdefault(order_id, asyncio.Event()).wait()

    async def pause(self, seconds: float) -> None:
        """Sleep, but not when the program leaves."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._leaving.wait()

    async def leave(self, *, patience_s: float) -> None:
        """Cancel reads, wait for writes in flight at most ``patience_s`` seconds, then leave.

        A write that is still out then is ``sent`` in the journal: the next start settles it.
        """
        self._leaving.set()
        for task in self._all() - self._writes:
            task.cancel()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(patience_s):
                while self._writes:  # one that ends may have started the next
                    await asyncio.wait(self._writes)
        left = self._all()
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left, timeout=GRACE_S)

    def _all(self) -> set[asyncio.Task[None]]:
        return {task for tasks in self._tasks.values() for task in tasks}

    def _ended(self, order_id: str, task: asyncio.Task[None]) -> None:
        tasks = self._tasks[order_id]
        tasks.discard(task)
        if not tasks:
            del self._tasks[order_id]
        self._writes.discard(task)
        self._ring(order_id)
        if not task.cancelled() and (error := task.exception()) is not None:
            # A bug of ours. Nothing is lost: what it was about is still open in the journal.
            log.error("%s crashed", task.get_name(), exc_info=error)

    def _ring(self, order_id: str) -> None:
        bell = self._bells.pop(order_id, None)
        if bell is not None:
            bell.set()
