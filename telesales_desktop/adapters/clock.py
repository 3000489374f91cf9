"""What time is it, when this workstation's own clock may be wrong?"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from statistics import median

from telesales_desktop.adapters.affirm_verdicts import http_date

_SAMPLES = 5
_TOLERANCE_S = 2.0
"""A server's date counts whole seconds and has travelled: below this there is no news in it."""
_JUMP_S = 5.0
"""The two clocks of a machine part by far less than this between two looks, unless one is set."""

_SINCE_BOOT: int | None = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
"""Linux has the first, macOS the second; Windows has neither: its ``time.monotonic`` will do."""


def since_boot_s() -> float:
    """Seconds that grow while the machine sleeps, too; their start has no meaning."""
    return time.monotonic() if _SINCE_BOOT is None else time.clock_gettime(_SINCE_BOOT)


class SystemClock:
    """The machine's clock, corrected by the dates of the servers that we speak to.

    Affirm's expiries and signatures are compared with ``now``; a workstation that is a day off
    must not refuse them. The median of the last few dates counts, so that one server that is
    wrong moves nothing. Waiting is measured with ``monotonic_s`` and is not affected.

    A wall clock that somebody sets (it parts from ``elapsed``, which counts a sleep of the machine)
    makes every date of before worthless: the next one counts alone.
    """

    def __init__(
        self,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
        elapsed: Callable[[], float] = since_boot_s,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._elapsed = elapsed
        self._last_look: tuple[datetime, float] | None = None
        self._offsets_s: deque[float] = deque(maxlen=_SAMPLES)

    def now(self) -> datetime:
        """Aware UTC, corrected."""
        wall = self._look()
        return wall + timedelta(seconds=self._skew_s())

    def monotonic_s(self) -> float:
        """Seconds that only ever grow; their start has no meaning."""
        return self._monotonic()

    @property
    def is_sure(self) -> bool:
        """Whether a server has told the time since the start, or since the clock was last set."""
        self._look()
        return bool(self._offsets_s)

    @property
    def skew_s(self) -> float:
        """How far the workstation is behind the servers, in seconds (negative: ahead).

        0 until a date was seen, and 0 within the tolerance.
        """
        self._look()
        return self._skew_s()

    def _skew_s(self) -> float:
        if not self._offsets_s:
            return 0.0
        skew = median(self._offsets_s)
        return 0.0 if abs(skew) <= _TOLERANCE_S else skew

    def observe_server_date(self, value: str) -> None:
        """Take a ``Date`` header of an answer that has just come; anything else is ignored."""
        date = http_date(value)
        if date is None:
            return
        # Half a second, because the header cuts the fraction off.
        offset = date + timedelta(seconds=0.5) - self._look()
        self._offsets_s.append(offset.total_seconds())

    def _look(self) -> datetime:
        """The wall clock; if it was set since the last look, the dates of before are forgotten."""
        wall, elapsed_s = self._wall(), self._elapsed()
        if self._last_look is not None:
            before, before_s = self._last_look
            parted_s = (wall - before).total_seconds() - (elapsed_s - before_s)
            if abs(parted_s) > _JUMP_S:
                self._offsets_s.clear()
        self._last_look = wall, elapsed_s
        return wall
