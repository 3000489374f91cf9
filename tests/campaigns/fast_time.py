"""How does a minute of the program's time pass within seconds, with real sockets, files and threads?

The program is not changed: its loop and its clock run so many times faster than the world's. A pause of two
seconds between two tries takes a twentieth of that, and every deadline comes as much sooner.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from datetime import UTC, datetime, timedelta


class FastLoop(asyncio.SelectorEventLoop):
    """An ordinary loop whose time runs ``rate`` times as fast as the world's."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        super().__init__(_FastSelector(rate))

    def time(self) -> float:
        return super().time() * self._rate


class _FastSelector(selectors.DefaultSelector):
    """Waits in the world's seconds for what the loop says in its own."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self._rate = rate

    def select(self, timeout: float | None = None):  # type: ignore[no-untyped-def]
        return super().select(None if timeout is None else timeout / self._rate)


class FastClock:
    """A ``ports.Clock`` as fast as the loop. Two that begin alike tell the same time, also across processes."""

    is_sure = True

    def __init__(self, rate: float, began: datetime, began_s: float) -> None:
        self._rate = rate
        self._began = began
        self._began_s = began_s

    @classmethod
    def beginning_now(cls, rate: float, *, behind: timedelta = timedelta()) -> FastClock:
        """``behind`` the world's time at first: what runs faster is ahead of it later."""
        return cls(rate, datetime.now(UTC) - behind, time.monotonic())

    def now(self) -> datetime:
        passed_s = (time.monotonic() - self._began_s) * self._rate
        return self._began + timedelta(seconds=passed_s)

    def monotonic_s(self) -> float:
        return time.monotonic() * self._rate
