"""What happens to a coroutine that a click has started?

The one door between widgets and coroutines. A task has a name (``refund:4182``); while it runs, a
second one of the same name is refused: that is what a double click meets. Each ends in one of four
ways: done, failed (a ``TelesalesError``), crashed (a bug) or cancelled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from telesales_desktop.domain.errors import TelesalesError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Endings(Generic[T]):
    """What to call when a task ends; each is called on the window's thread."""

    done: Callable[[T], None] | None = None
    failed: Callable[[TelesalesError], None] | None = None
    cancelled: Callable[[], None] | None = None
    always: Callable[[], None] | None = None  # after any of the four


class TaskRunner:
    """Holds every task that the window started. ``crashed`` is told of bugs, with the name."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, crashed: Callable[[str, BaseException], None]
    ) -> None:
        self._loop = loop
        self._crashed = crashed
        self._tasks: dict[str, asyncio.Task[Any]] = {}
        self._writes: set[str] = set()
        self._closing = False

    def start(
        self,
        name: str,
        work: Callable[[], Coroutine[Any, Any, T]],
        endings: Endings[T] | None = None,
        *,
        writes: bool = False,
    ) -> bool:
        """Start ``work`` unless a task of that name runs; false when it was refused.

        ``writes`` marks what must not be cut off when the window closes.
        """
        if name in self._tasks or self._closing:
            return False
        task = self._loop.create_task(work(), name=name)
        self._tasks[name] = task
        if writes:
            self._writes.add(name)
        task.add_done_callback(lambda ended: self._end(name, ended, endings or Endings()))
        return True

    def is_running(self, name: str) -> bool:
        """Whether a task of that name has not ended."""
        return name in self._tasks

    def cancel(self, name: str) -> None:
        """Ask the task of that name to stop, if there is one."""
        if task := self._tasks.get(name):
            task.cancel()

    async def close(self, *, timeout_s: float) -> bool:
        """Cancel reads, wait for writes; true when everything ended in time.

        Units: seconds. What is still unanswered then is settled at the next start, by the journal.
        """
        self._closing = True
        tasks = dict(self._tasks)
        for name, task in tasks.items():
            if name not in self._writes:
                task.cancel()
        if not tasks:
            return True
        _, pending = await asyncio.wait(tasks.values(), timeout=timeout_s)
        for task in pending:
            task.cancel()
        return not pending

    def _end(self, name: str, task: asyncio.Task[Any], endings: Endings[Any]) -> None:
        self._tasks.pop(name, None)
        self._writes.discard(name)
        try:
            if task.cancelled():
                if endings.cancelled:
                    endings.cancelled()
                return
            error = task.exception()
            if error is None:
                if endings.done:
                    endings.done(task.result())
            elif isinstance(error, TelesalesError):
                if endings.failed:
                    endings.failed(error)
            else:
                self._crashed(name, error)
        finally:
            if endings.always:
                endings.always()
