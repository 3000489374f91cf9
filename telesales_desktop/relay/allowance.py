"""How often may somebody do something?"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

_MOST_NAMES = 10_000


class Allowance:
    """A bucket for each name: ``burst`` at once, refilled evenly over ``period_s`` seconds.

    In memory, bounded: where more names come than it can hold, the one unseen for longest is
    forgotten.
    """

    def __init__(
        self, burst: int, period_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._burst = burst
        self._per_s = burst / period_s
        self._clock = clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str) -> float:
        """Take one; 0.0 if it was there, else the seconds until there is one."""
        now = self._clock()
        left, since = self._buckets.pop(name, (float(self._burst), now))
        left = min(self._burst, left + (now - since) * self._per_s)
        wait_s = max(0.0, (1 - left) / self._per_s)
        self._buckets[name] = (left if wait_s else left - 1, now)
        if len(self._buckets) > _MOST_NAMES:
            self._buckets.popitem(last=False)
        return wait_s
