"""What time is it, when this workstation's own clock may be wrong?"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median

_SAMPLES = 5
_TOLERANCE_S = 2.0
"""A server's date counts whole seconds and has travelled: below this there is no news in it."""


class SystemClock:
    """The machine's clock, corrected by the dates of the servers that we speak to.

    Affirm's expiries and signatures are compared with ``now``; a workstation that is a day off
    must not refuse them. The median of the last few dates counts, so that one server that is
    wrong moves nothing. Waiting is measured with ``monotonic_s`` and is not affected.
    """

    def __init__(
        self,
        wall: Callable[[], datetime] = lambda: datetime.now(UTC),
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall = wall
        self._monotonic = monotonic
        self._offsets_s: deque[float] = deque(maxlen=_SAMPLES)

    def now(self) -> datetime:
        """Aware UTC, corrected."""
        return self._wall() + timedelta(seconds=self.skew_s)

    def monotonic_s(self) -> float:
        """Seconds that only ever grow; their start has no meaning."""
        return self._monotonic()

    @property
    def skew_s(self) -> float:
        """How far the workstation is behind the servers, in seconds (negative: ahead).

        0 until a date was seen, and 0 within the tolerance.
        """
        if not self._offsets_s:
            return 0.0
        skew = median(self._offsets_s)
        return 0.0 if abs(skew) <= _TOLERANCE_S else skew

    def observe_server_date(self, value: str) -> None:
        """Take a ``Date`` header of an answer that has just come; anything else is ignored."""
        try:
            date = parsedate_to_datetime(value)
        except (ValueError, OverflowError):
            return
        if date.tzinfo is None:  # "-0000": some server does not know its own zone
            date = date.replace(tzinfo=UTC)
        # Half a second, because the header cuts the fraction off.
        offset = date + timedelta(seconds=0.5) - self._wall()
        self._offsets_s.append(offset.total_seconds())
