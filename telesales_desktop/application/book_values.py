"""What do the book of orders and those who stand around it tell each other?"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Protocol

from telesales_desktop.application.ports import OrderFile


class SharingRules(Protocol):
    """What the book asks of whoever shares its orders with other desks."""

    def marked(self) -> None:
        """Something waits to be uploaded."""
        ...

    async def agree(self, file: OrderFile) -> None:
        """Have the relay take the order as it will be, before it is.

        Errors: ``CommandRefusedError`` ``relay_must_agree``, ``held_elsewhere``.
        """
        ...


@dataclass(frozen=True, slots=True)
class AtRest:
    """An order to which nothing happens now. ``give_up``: another desk acts on it from now on."""

    is_settled: bool
    give_up: Callable[[], Awaitable[None]]


async def to_its_end(writing: Coroutine[Any, Any, None]) -> None:
    """Wait for a write whatever happens to whoever asked for it.

    Left in the middle, the disk would hold what the memory does not know and nobody performs.
    """
    task = asyncio.create_task(writing)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        task.exception()  # heard: the caller is gone
        raise cancelled
    task.result()
