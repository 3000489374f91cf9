"""When may the next read go to Affirm? At most one a second from one desk, urgent ones first."""

from __future__ import annotations

import asyncio
import heapq
from itertools import count

from telesales_desktop.application.ports import Clock


class ReadSlots:
    """Hands out turns, ``spacing_s`` seconds apart; a 429 pushes all of them back."""

    def __init__(self, clock: Clock, *, spacing_s: float = 1.0) -> None:
        self._clock = clock
        self._spacing_s = spacing_s
        self._free_at = 0.0
        self._waiting: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = count()
        self._pump: asyncio.Task[None] | None = None

    async def turn(self, *, urgent: bool) -> None:
        """Return when it is this read's turn."""
        if not self._waiting and self._clock.monotonic_s() >= self._free_at:
            self._free_at = self._clock.monotonic_s() + self._spacing_s
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (0 if urgent else 1, next(self._order), future))
        if self._pump is None or self._pump.done():
            self._pump = asyncio.create_task(self._hand_out(), name="read-slots")
        await future

    def hold_back(self, seconds: float) -> None:
        """Affirm asked us to wait: no read before that."""
        self._free_at = max(self._free_at, self._clock.monotonic_s() + seconds)

    async def _hand_out(self) -> None:
        while self._waiting:
            pause = self._free_at - self._clock.monotonic_s()
            if pause > 0:
                await asyncio.sleep(pause)
                continue
            _, _, future = heapq.heappop(self._waiting)
            if not future.done():
                self._free_at = self._clock.monotonic_s() + self._spacing_s
                future.set_result(None)

    def close(self) -> None:
        """Let nobody wait any more."""
        if self._pump is not None:
            self._pump.cancel()
        for _, _, future in self._waiting:
            future.cancel()
        self._waiting.clear()
