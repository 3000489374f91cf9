"""When may the next read go to Affirm? At most one a second from one desk, urgent ones first."""

from __future__ import annotations

import asyncio
import heapq
from enum import IntEnum
from itertools import count

from telesales_desktop.application.ports import Clock


class Rank(IntEnum):
    """How urgent a read is; within a rank the oldest goes first."""

    NEWS = 0  # somebody asked, or a delivery came: a person waits for it
    SETTLING = 1  # it may tell what became of a money command
    ROUTINE = 2  # a look at a waiting order
    CALM = 3  # a look at an order whose money is settled


class ReadSlots:
    """Hands out turns, ``spacing_s`` seconds apart; a 429 pushes all of them back."""

    def __init__(self, clock: Clock, *, spacing_s: float = 1.0) -> None:
        self._clock = clock
        self._spacing_s = spacing_s
        self._free_at = clock.monotonic_s()
        self._queue: list[tuple[Rank, int, asyncio.Future[None]]] = []
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._order = count()
        self._timer: asyncio.TimerHandle | None = None

    async def turn(self, name: str, rank: Rank) -> None:
        """Return when it is this read's turn. No two reads of one name wait at a time."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[name] = future
        self._put(rank, future)
        self._hand_out()
        try:
            await future
        finally:
            del self._waiting[name]

    def promote(self, name: str, rank: Rank) -> None:
        """Let a read that waits go by a more urgent rank from now on; one that does not may be."""
        future = self._waiting.get(name)
        if future is not None:
            self._put(rank, future)

    def hold_back(self, seconds: float) -> None:
        """Affirm asked us to wait: no read before that."""
        self._free_at = max(self._free_at, self._clock.monotonic_s() + seconds)

    def close(self) -> None:
        """Let nobody wait any more: whoever does is cancelled."""
        if self._timer is not None:
            self._timer.cancel()
        for future in self._waiting.values():
            future.cancel()
        self._queue.clear()

    def _put(self, rank: Rank, future: asyncio.Future[None]) -> None:
        heapq.heappush(self._queue, (rank, next(self._order), future))

    def _hand_out(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        while self._queue:
            pause_s = self._free_at - self._clock.monotonic_s()
            if pause_s > 0:
                loop = asyncio.get_running_loop()
                self._timer = loop.call_later(pause_s, self._hand_out)
                return
            _, _, future = heapq.heappop(self._queue)
            if not future.done():  # it was neither promoted and served already, nor given up
                self._free_at = self._clock.monotonic_s() + self._spacing_s
                future.set_result(None)
